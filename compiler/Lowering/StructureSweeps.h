//===- StructureSweeps.h - From sweeps to the mid-level form ----------------===//
#ifndef ESPALIER_COMPILER_LOWERING_STRUCTURESWEEPS_H
#define ESPALIER_COMPILER_LOWERING_STRUCTURESWEEPS_H

#include "mlir/Pass/Pass.h"

namespace espalier::lowering {

/// Replaces each function of scheduled sweeps by one in the mid-level form (MidLevelForm.md). Its arguments must say
/// their sizes: `tile.shape` of tensors with sizes that are not constant, `tree.vertices` (and `tree.leaves` where
/// leaves are a domain) of trees.
std::unique_ptr<mlir::Pass> createStructureSweeps();

void registerLoweringPasses();

} // namespace espalier::lowering

#endif
