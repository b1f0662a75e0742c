//===- Symbols.h - Library functions that generated code may call -----------===//
#ifndef ESPALIER_COMPILER_TARGET_CPU_SYMBOLS_H
#define ESPALIER_COMPILER_TARGET_CPU_SYMBOLS_H

#include "runtime/ABI/Symbols.h"

#include <span>

namespace espalier::cpu {

/// libm, and the memory functions that LLVM calls on its own. With abiSymbols() of the runtime they are all that a
/// kernel can reach.
std::span<const Symbol> librarySymbols();

} // namespace espalier::cpu

#endif
