//===- Symbols.cpp - The functions that generated code may call -------------===//
#include "runtime/ABI/Symbols.h"
#include "runtime/ABI/ABI.h"

namespace espalier {

std::span<const Symbol> abiSymbols() {
  static const Symbol symbols[] = {
      {"espalier_parallel_for", reinterpret_cast<void *>(&espalier_parallel_for)},
      {"espalier_report", reinterpret_cast<void *>(&espalier_report)},
      {"espalier_list_edges", reinterpret_cast<void *>(&espalier_list_edges)},
      {"espalier_build_trees", reinterpret_cast<void *>(&espalier_build_trees)},
      {"espalier_solve_f32", reinterpret_cast<void *>(&espalier_solve_f32)},
      {"espalier_solve_f64", reinterpret_cast<void *>(&espalier_solve_f64)},
  };
  return symbols;
}

} // namespace espalier
