//===- TreeDialect.h - The tree dialect: sweeps over trees ------------------===//
#ifndef ESPALIER_DIALECTS_TREE_IR_TREEDIALECT_H
#define ESPALIER_DIALECTS_TREE_IR_TREEDIALECT_H

#include "dialects/Tile/IR/TileDialect.h"

#include "dialects/Tree/IR/TreeDialect.h.inc"
#include "dialects/Tree/IR/TreeEnums.h.inc"

#define GET_TYPEDEF_CLASSES
#include "dialects/Tree/IR/TreeTypes.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/Tree/IR/TreeAttributes.h.inc"

namespace espalier::tree {
class SweepOp;
class ReduceOp;
class YieldOp;

/// The arguments of a sweep's region, by meaning.
struct SweepArguments {
  llvm::ArrayRef<mlir::BlockArgument> axisIndices;
  mlir::Value vertex;                                    // null without a tree
  llvm::ArrayRef<mlir::BlockArgument> definitionHandles; // one per definition
  llvm::ArrayRef<mlir::BlockArgument> accumulatorHandles;
};
} // namespace espalier::tree

#define GET_OP_CLASSES
#include "dialects/Tree/IR/TreeOps.h.inc"

namespace espalier::tree {
/// Whether it builds a tree from tensors, or lists what one may grow on: work between sweeps, that of the runtime.
inline bool growsTree(mlir::Operation *op) { return mlir::isa<EdgesOp, SpanningTreeOp, FromParentsOp>(op); }

/// Whether a tensor holds costs or weights of edges, and is nothing else: an infinite cost is one.
inline bool numbersEdges(mlir::Value tensor) {
  return !tensor.use_empty() && llvm::all_of(tensor.getUsers(), llvm::IsaPred<SpanningTreeOp>);
}
} // namespace espalier::tree

#endif
