//===- Interpreter.h - The dialects evaluated directly, in float64 ----------===//
//
//   Result<std::vector<interpreter::Value>> results = interpreter::interpret(kernel, {tree, u, a});
//
// Walks a func.func of tile, tree, block, arith, math and func operations, vertex by
// vertex. It is the oracle of the compiler's tests: it shares nothing with any
// lowering, and is written to be read beside the dialects' definitions.
//
// Every float is a double, whatever its type: only an explicit arith.truncf to f16
// or bf16 rounds, so that what is stored in 16 bits is seen; f32 is not rounded.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_INTERPRETER_INTERPRETER_H
#define ESPALIER_COMPILER_INTERPRETER_INTERPRETER_H

#include "runtime/Error/Result.h"
#include "runtime/Tensor/Tensor.h"
#include "runtime/Tree/Tree.h"
#include "runtime/Tree/TreeBatch.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <variant>
#include <vector>

namespace espalier::interpreter {

/// An argument or a result of a kernel. The batch axes of a tensor are one axis of their product, the first. A scalar
/// is a tensor of no axes. As arguments, floats of any dtype stand for floats; results are f64, i32 or bool. Of a batch
/// of trees, element b of B uses tree b / (B / number of trees).
using Value = std::variant<Tensor, Tree, TreeBatch, int64_t>;

struct Options {
  /// A definition that holds a NaN or an infinity is an error.
  bool checkFinite = false;
  /// The axes that the one batch axis of tensors stands for, as messages name them; none: that axis itself, unless it
  /// is of one element.
  Shape batchShape = {};
};

/// The results of `kernel`, which is verified, for `arguments`, in the order of its parameters.
/// Errors: an argument that does not have its parameter's type; an operation without a rule; what goes wrong in a
/// visit, the first of its order: a singular matrix, an index out of range (L8), a value that is not finite (an
/// option), an integer division by zero. They name the place in the program, the batch element and the vertex.
Result<std::vector<Value>> interpret(mlir::func::FuncOp kernel, llvm::ArrayRef<Value> arguments,
                                     const Options &options = {});

} // namespace espalier::interpreter

#endif
