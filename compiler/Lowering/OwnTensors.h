//===- OwnTensors.h - Definitions that only their own task sees -------------===//
//
// What sweeps of a group define and read among themselves alone needs no buffer that
// holds it for all tasks: each task keeps its part in scratch, which the next task of the
// same thread finds in its cache again. Of a chain whose steps look back to the one before
// alone, that part is two steps.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_LOWERING_OWNTENSORS_H
#define ESPALIER_COMPILER_LOWERING_OWNTENSORS_H

#include "dialects/Tree/IR/TreeDialect.h"

namespace espalier::lowering {

/// Whether a result of a scheduled sweep over a tree is read by sweeps of its group only, whose tasks are the points of
/// batch and axes, and does not lie where a result will. Where parts of the tree are tasks, all of them see it.
bool isOwnTensor(mlir::OpResult definition);

/// The result that is stored over a definition of a scheduled sweep (dialects/Tree/IR/InPlace.h); null if none is.
mlir::OpResult storedOver(mlir::OpResult definition);
/// Whether a result is stored over a definition, which its own visit reads there.
bool replacesDefinition(mlir::OpResult result);

/// Whether a sweep of its group reads a definition later on.
bool isReadInGroup(mlir::OpResult definition);
/// Whether a sweep along a chain looks back to the vertex before alone.
bool looksBackOne(tree::SweepOp sweep);

/// Whether a result of a scheduled sweep is stored past the caches: nobody of its group reads it later, or sweeps that
/// go through it as it lies.
bool isStreamed(mlir::OpResult definition);

/// Whether an own tensor stays in the lanes of the blocks that its sweep, and all that read it, go by.
bool staysInLanes(mlir::OpResult definition);
/// Blocks of a tree that may have fewer vertices than lanes: one of each height, of which there are fewer.
constexpr int64_t kMostPartialBlocks = 32;

/// Whether an own tensor of a sweep along a chain is read by the next vertex alone.
bool isReadNextOnly(mlir::OpResult definition);

/// Whether an own tensor is read at the visited vertex alone, by sweeps up and down its tree that go by its table: then
/// its vertices lie in the order of the visits, and the hardware sees what comes next.
bool liesByVisit(mlir::OpResult definition);

} // namespace espalier::lowering

#endif
