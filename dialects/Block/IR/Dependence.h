//===- Dependence.h - What of a point a value depends on --------------------===//
//
// The region of a block.attend belongs to a pair (i, j). Much of it depends on i only, or
// on j only, and is the same for all pairs of a row, or of a column.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_DIALECTS_BLOCK_IR_DEPENDENCE_H
#define ESPALIER_DIALECTS_BLOCK_IR_DEPENDENCE_H

#include "mlir/IR/Block.h"
#include "llvm/ADT/DenseMap.h"

namespace espalier::block {

/// A set of points' indices: bit p stands for the p-th.
using PointSet = unsigned;

class Dependences {
public:
  /// Of the values of a block and of the regions in it, where those of `arguments` are known; a null value is none. A
  /// result depends on what regions of its operation use, the arguments of these on the operands of the operation.
  Dependences(mlir::Block &block, llvm::ArrayRef<std::pair<mlir::Value, PointSet>> arguments);

  /// Values from outside depend on none.
  PointSet of(mlir::Value value) const { return sets.lookup(value); }

private:
  PointSet visit(mlir::Block &block);

  llvm::DenseMap<mlir::Value, PointSet> sets;
};

} // namespace espalier::block

#endif
