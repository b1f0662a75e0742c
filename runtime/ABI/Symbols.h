//===- Symbols.h - The functions that generated code may call ---------------===//
//
// A JIT defines each row as an absolute symbol; nothing is looked up by name.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_ABI_SYMBOLS_H
#define ESPALIER_RUNTIME_ABI_SYMBOLS_H

#include <span>

namespace espalier {

struct Symbol {
  const char *name;
  void *address;
};

/// The functions of ABI.h.
std::span<const Symbol> abiSymbols();

} // namespace espalier

#endif
