//===- Comparison.h - Native code against the interpreter -------------------===//
#ifndef ESPALIER_TEST_UNIT_COMPILER_LOWERING_COMPARISON_H
#define ESPALIER_TEST_UNIT_COMPILER_LOWERING_COMPARISON_H

#include "test/unit/compiler/Lowering/CompileText.h"

namespace espalier {

/// Arguments of a function from a seed: every dynamic size and every index is `size`, and so is the number of vertices;
/// integers are in 0 .. size - 1. Floats are numbers that f32 holds. Square trailing axes have a heavy diagonal, so
/// that solves are well posed. None for a type that the tests do not know.
std::optional<std::vector<interpreter::Value>> makeArguments(mlir::func::FuncOp function, int64_t size, unsigned seed);

/// Runs every function of the text both ways and expects equal results up to the rounding of f32. Functions that are
/// not made of sweeps are passed over. Returns how many were compared.
int compareText(const std::string &text, int64_t size, unsigned seed);

} // namespace espalier

#endif
