//===- Effects.h - What a visit does beside its definitions -----------------===//
#ifndef ESPALIER_DIALECTS_TREE_IR_EFFECTS_H
#define ESPALIER_DIALECTS_TREE_IR_EFFECTS_H

#include "dialects/Tree/IR/TreeDialect.h"

namespace espalier::tree {

/// Whether visits of the sweep have effects: accumulations, checks. They run point by point.
inline bool hasEffects(SweepOp sweep) {
  return !sweep.getInits().empty() || !sweep.getBody().getOps<CheckFiniteOp>().empty();
}

} // namespace espalier::tree

#endif
