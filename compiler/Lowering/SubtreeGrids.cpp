//===- SubtreeGrids.cpp - A group of sweeps over parts of a tree ------------===//
#include "compiler/Lowering/SubtreeGrids.h"

#include "compiler/Lowering/ChainScan.h"
#include "compiler/Lowering/OwnTensors.h"
#include "dialects/Tree/IR/Chains.h"
#include "dialects/Tree/IR/Point.h"

using namespace mlir;
using espalier::tree::SweepOp;

namespace espalier::lowering {

/// Whether what a sweep reads of some tensors lies in the part that it visits, or is the parent of its vertices.
static bool staysInPart(SweepOp reader, llvm::function_ref<bool(OpResult)> isMeant) {
  bool stays = true;
  reader.walk([&](tree::ReadOp read) {
    auto definition = dyn_cast<OpResult>(tree::ViewOp::baseOf(read.getTensor()));
    if (definition && isMeant(definition))
      stays &= tree::pointOf(reader, read.getIndices()) != tree::Point::other;
  });
  return stays;
}

/// Whether one task may visit a part by both before other parts are visited: `later` reads nothing that `earlier` has
/// yet to define, and stores over nothing that it has yet to read.
static bool areIndependentOfOtherParts(SweepOp earlier, SweepOp later) {
  auto isOf = [](OpResult result, SweepOp sweep) { return result && result.getOwner() == sweep.getOperation(); };
  return staysInPart(later, [&](OpResult definition) { return isOf(definition, earlier); }) &&
         staysInPart(earlier, [&](OpResult definition) { return isOf(storedOver(definition), later); });
}

static bool mayFollow(const Stage &stage, Share share, SweepOp next) {
  if (stage.share != share)
    return false;
  return share == Share::top ||
         llvm::all_of(stage.sweeps, [&](SweepOp earlier) { return areIndependentOfOtherParts(earlier, next); });
}

bool hasRuns(SweepOp sweep) { return sweep.getSchedule().getPaths() > 0; }

static SmallVector<Share> sharesOf(SweepOp sweep) {
  if (tree::isChain(sweep.getTree()))
    return {Share::effect, Share::top, Share::part};
  SmallVector<Share> shares{Share::top};
  if (hasRuns(sweep))
    shares = {Share::effect, Share::top, Share::run};
  bool isUp = sweep.getDirection() == tree::Direction::up;
  shares.insert(isUp ? shares.begin() : shares.end(), Share::part);
  return shares;
}

SmallVector<Stage> stagesOf(ArrayRef<SweepOp> group) {
  if (SweepOp(group.front()).getSchedule().getParts() == 0)
    return {{Share::all, SmallVector<SweepOp>(group)}};
  SmallVector<Stage> stages;
  for (SweepOp sweep : group) {
    for (Share share : sharesOf(sweep)) {
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
