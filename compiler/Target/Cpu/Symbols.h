//===- Symbols.h - The functions that generated code may call ---------------===//
#ifndef ESPALIER_COMPILER_TARGET_CPU_SYMBOLS_H
#define ESPALIER_COMPILER_TARGET_CPU_SYMBOLS_H

#include <span>

namespace espalier::cpu {

struct Symbol {
  const char *name;
  void *address;
};

/// runtime/ABI, libm and the memory functions that LLVM calls on its own.
std::span<const Symbol> allowedSymbols();

} // namespace espalier::cpu

#endif
