//===- CallTables.h - Arguments of a kernel as loads from its call ----------===//
#ifndef ESPALIER_COMPILER_TARGET_CPU_CALLTABLES_H
#define ESPALIER_COMPILER_TARGET_CPU_CALLTABLES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"

namespace espalier::cpu {

/// The rows of the tables of an espalier_call that the arguments of a kernel stand for (compiler/Target/Cpu/Cpu.h).
class CallTables {
public:
  /// Emits an error at the kernel if an argument has no row: an unknown type, a memref without its shape.
  static llvm::FailureOr<CallTables> of(mlir::func::FuncOp kernel);

  /// The value of one argument, read through `call` (an !llvm.ptr to the espalier_call). A tree becomes a pointer to
  /// its espalier_trees, cast to the tree type.
  mlir::Value load(mlir::OpBuilder &builder, mlir::Location location, mlir::Value call, unsigned argument) const;

private:
  struct Row {
    mlir::Type type;
    int64_t row;
    llvm::SmallVector<int64_t> shape; // of a memref: a constant, or -1 - row of extents
  };
  llvm::SmallVector<Row> rows;
};

} // namespace espalier::cpu

#endif
