//===- BlockOrder.h - Where two operations of one block may become one ------===//
#ifndef ESPALIER_DIALECTS_TILE_TRANSFORMS_BLOCKORDER_H
#define ESPALIER_DIALECTS_TILE_TRANSFORMS_BLOCKORDER_H

#include "mlir/IR/Operation.h"
#include "llvm/ADT/SetVector.h"

namespace espalier::tile {

/// The operands of `op` and what its regions use from outside.
llvm::SetVector<mlir::Value> valuesUsedBy(mlir::Operation *op);

/// Before which of the two an operation that does the work of both may stand; `first` comes before `second` in one
/// block. At `first`, if all that `second` uses is there already; else at `second`, if nothing up to and including it
/// uses `first`; else nowhere (null).
mlir::Operation *placeToMerge(mlir::Operation *first, mlir::Operation *second);

} // namespace espalier::tile

#endif
