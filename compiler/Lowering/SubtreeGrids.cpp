//===- SubtreeGrids.cpp - A group of sweeps over parts of a tree ------------===//
#include "compiler/Lowering/SubtreeGrids.h"

#include "compiler/Lowering/ChainScan.h"
#include "dialects/Tree/IR/Chains.h"
#include "dialects/Tree/IR/Point.h"

using namespace mlir;
using espalier::tree::SweepOp;

namespace espalier::lowering {

/// Whether what `later` reads of `earlier` lies in the part that both visit, or is the parent of its vertices.
static bool staysInPart(SweepOp earlier, SweepOp later) {
  bool stays = true;
  later.walk([&](tree::ReadOp read) {
    if (tree::ViewOp::baseOf(read.getTensor()).getDefiningOp() == earlier.getOperation())
      stays &= tree::pointOf(later, read.getIndices()) != tree::Point::other;
  });
  return stays;
}

static bool mayFollow(const Stage &stage, Share share, SweepOp next) {
  if (stage.share != share)
    return false;
  return share == Share::top || llvm::all_of(stage.sweeps, [&](SweepOp earlier) { return staysInPart(earlier, next); });
}

SmallVector<Stage> stagesOf(ArrayRef<SweepOp> group) {
  if (SweepOp(group.front()).getSchedule().getParts() == 0)
    return {{Share::all, SmallVector<SweepOp>(group)}};
  SmallVector<Stage> stages;
  for (SweepOp sweep : group) {
    if (tree::isChain(sweep.getTree())) {
      for (Share share : {Share::effect, Share::top, Share::part})
        stages.push_back({share, {sweep}});
      continue;
    }
    bool isUp = sweep.getDirection() == tree::Direction::up;
    for (Share share : {isUp ? Share::part : Share::top, isUp ? Share::top : Share::part}) {
      if (stages.empty() || !mayFollow(stages.back(), share, sweep))
        stages.push_back({share, {}});
      stages.back().sweeps.push_back(sweep);
    }
  }
  return stages;
}

bool canHaveParts(ArrayRef<SweepOp> group) {
  Value tree = SweepOp(group.front()).getTree();
  return tree && llvm::all_of(group, [&](SweepOp sweep) {
           return sweep.getTree() == tree && sweep.getDirection() != tree::Direction::each &&
                  (!tree::isChain(tree) || isScanned(sweep));
         });
}

} // namespace espalier::lowering
