//===- Abreast.h - Points of batch and axes that are visited together -------===//
//
// Points of batch and axes go through a tree of their own each, or all through the same.
// Those of one tree may be visited together, a point in each lane of a vector, whatever
// the tree is: at a vertex they have the same children and the same parent.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_DIALECTS_TREE_IR_ABREAST_H
#define ESPALIER_DIALECTS_TREE_IR_ABREAST_H

#include "dialects/Tree/IR/TreeDialect.h"

namespace espalier::tree {

/// Of a function's argument that is a tree: each batch element has its own.
constexpr llvm::StringLiteral kBatchedAttribute = "tree.batched";

/// Whether each batch element has a tree of its own; of an argument, or of a tree that the function grows in the place
/// of one.
bool isBatched(mlir::Value tree);

/// The batch along which points of these sweeps lie abreast, before their axes; null where only their axes are, because
/// each batch element has a tree of its own, or there is no batch.
mlir::Value batchAbreast(llvm::ArrayRef<SweepOp> group);

/// Why points of these sweeps, which share their batch and axes, cannot go abreast; empty if they can.
llvm::StringRef whyNotAbreast(llvm::ArrayRef<SweepOp> group);

/// What differs between points abreast: their indices on the axes, the sweep's definitions and, `alongBatch`, what is
/// read from tensors with a batch. What is computed from these does too.
llvm::SmallVector<mlir::Value> differsAbreast(SweepOp sweep, bool alongBatch);

} // namespace espalier::tree

#endif
