//===- Streams.cpp - Which results are stored past the caches ---------------===//
#include "compiler/Schedule/Streams.h"

#include "compiler/Schedule/CostModel.h"
#include "compiler/Schedule/PointBlocks.h"
#include "compiler/Schedule/SharedChoices.h"
#include "dialects/Tile/IR/TileType.h"

using namespace mlir;
using espalier::tree::SweepOp;

namespace espalier::schedule {

/// For later groups, or the caller.
static bool isForOthers(OpResult definition, ArrayRef<SweepOp> group) {
  return llvm::none_of(definition.getUsers(), [&](Operation *user) {
    auto read = dyn_cast<tree::ReadOp>(user);
    return read && llvm::is_contained(group, read.getSweep());
  });
}

bool canStream(SweepOp sweep, ArrayRef<SweepOp> group) {
  return sweep.getTree() && sweep.getDirection() == tree::Direction::down &&
         cast<tree::TreeType>(sweep.getTree().getType()).getKind() != tree::Kind::chain &&
         llvm::any_of(sweep.getDefinitions(), [&](OpResult definition) { return isForOthers(definition, group); });
}

bool chooseStores(ArrayRef<SweepOp> group, int64_t channels, Choices &choices, const TargetDescription &target) {
  StreamBytes bytes{INT64_MAX, 0};
  bool canAny = false;
  double visits =
      double((target.vertices > 0 ? target.vertices : target.visitsExpected) * std::max<int64_t>(1, target.tasks));
  for (SweepOp sweep : group) {
    if (!canStream(sweep, group))
      continue;
    canAny = true;
    for (auto [value, definition] : llvm::zip_equal(sweep.getYield().getValues(), sweep.getDefinitions())) {
      if (!isForOthers(definition, group))
        continue;
      Type tile = value.getType();
      bytes.whole += visits * double(bytesOf(tile));
      int64_t last = tile::shapeOf(tile).empty() ? 1 : tile::shapeOf(tile).back();
      bool isCut = channels > 0 && channels < last;
      bytes.run = std::min(bytes.run, isCut ? bytesOf(tile) / last * channels : bytesOf(tile));
    }
  }
  if (!canAny)
    return false;
  bool pays = storesPastCaches(bytes, target);
  return choices.choose(
      Key::stores, pays,
      pays ? fmt::format("results of {} leave {}", bytesText(bytes.whole), bytesText(double(target.secondCacheBytes)))
           : "");
}

} // namespace espalier::schedule
