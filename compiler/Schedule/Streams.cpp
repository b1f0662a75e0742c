//===- Streams.cpp - Where sweeps store what they define --------------------===//
#include "compiler/Schedule/Streams.h"

#include "compiler/Schedule/ChildSums.h"
#include "compiler/Schedule/CostModel.h"
#include "compiler/Schedule/PointBlocks.h"
#include "compiler/Schedule/SharedChoices.h"
#include "dialects/Tile/IR/TileType.h"
#include "dialects/Tree/IR/Chains.h"
#include "dialects/Tree/IR/ChildSums.h"
#include "dialects/Tree/IR/InPlace.h"

using namespace mlir;
using espalier::tree::SweepOp;

namespace espalier::schedule {

static bool isReadInGroup(Operation *user, ArrayRef<SweepOp> group) {
  auto read = dyn_cast<tree::ReadOp>(user);
  return read && llvm::is_contained(group, read.getSweep());
}

/// For later groups, or the caller.
static bool isForOthers(OpResult definition, ArrayRef<SweepOp> group) {
  return llvm::none_of(definition.getUsers(), [&](Operation *user) { return isReadInGroup(user, group); });
}

/// For sweeps of the group that go up and down the same tree, each visit reading its own row.
static bool isReadInOrder(OpResult definition, ArrayRef<SweepOp> group) {
  auto sweep = cast<SweepOp>(definition.getOwner());
  return llvm::all_of(definition.getUsers(), [&](Operation *user) {
    if (!isReadInGroup(user, group))
      return false;
    auto read = cast<tree::ReadOp>(user);
    SweepOp reader = read.getSweep();
    return reader.getTree() == sweep.getTree() && reader.getDirection() != tree::Direction::each &&
           tree::isAtVisited(read);
  });
}

/// Whether the sweep itself finds what it needs elsewhere.
static bool canDo(OpResult definition, ArrayRef<SweepOp> group, bool pushes) {
  auto sweep = cast<SweepOp>(definition.getOwner());
  if (sweep.getDirection() == tree::Direction::down)
    return isForOthers(definition, group);
  BlockArgument handle = sweep.getDefinitionHandles()[definition.getResultNumber()];
  return pushes && canPush(sweep) &&
         llvm::all_of(handle.getUsers(), [](Operation *user) { return tree::isAtVisited(cast<tree::ReadOp>(user)); }) &&
         (isForOthers(definition, group) || isReadInOrder(definition, group));
}

namespace {
struct Stream {
  SweepOp sweep;
  StreamBytes bytes;
};
} // namespace

/// What the sweeps of a group could stream.
static SmallVector<Stream> streamsOf(ArrayRef<SweepOp> group, const StoreSetting &setting,
                                     const TargetDescription &target) {
  SmallVector<Stream> streams;
  SmallVector<tree::InPlace> inPlace;
  if (setting.inPlace)
    inPlace = tree::definitionsInPlace(group);
  double visits = double(target.vertices > 0 ? target.vertices : target.visitsExpected),
         tasks = double(std::max<int64_t>(1, target.tasks));
  for (SweepOp sweep : group) {
    if (!sweep.getTree() || sweep.getDirection() == tree::Direction::each || tree::isChain(sweep.getTree()))
      continue;
    StreamBytes bytes{INT64_MAX, 0};
    for (auto [value, definition] : llvm::zip_equal(sweep.getYield().getValues(), sweep.getDefinitions())) {
      bool isInPlace = llvm::any_of(inPlace, [&](const tree::InPlace &pair) {
        return pair.definition == definition || pair.result == definition;
      });
      if (isInPlace || !canDo(definition, group, setting.pushes))
        continue;
      Type tile = value.getType();
      int64_t last = tile::shapeOf(tile).empty() ? 1 : tile::shapeOf(tile).back();
      bool isCut = setting.channels > 0 && setting.channels < last;
      int64_t run = isCut ? bytesOf(tile) / last * setting.channels : bytesOf(tile);
      bytes.run = std::min(bytes.run, run);
      bytes.isReadNext |= !isForOthers(definition, group);
      // The next task of a thread finds in its caches what this one keeps for itself.
      bytes.whole += visits * (isForOthers(definition, group) ? tasks * double(bytesOf(tile)) : double(run));
    }
    if (bytes.run != INT64_MAX)
      streams.push_back({sweep, bytes});
  }
  return streams;
}

bool canStream(ArrayRef<SweepOp> group, const TargetDescription &target) {
  return !streamsOf(group, {.pushes = true}, target).empty();
}

bool chooseInPlace(ArrayRef<SweepOp> group, Choices &choices) {
  SmallVector<tree::InPlace> pairs = tree::definitionsInPlace(group);
  if (pairs.empty())
    return false;
  double bytes = 0;
  for (const tree::InPlace &pair : pairs) {
    auto sweep = cast<SweepOp>(pair.definition.getOwner());
    bytes += double(bytesOf(sweep.getYield().getValues()[pair.definition.getResultNumber()].getType()));
  }
  bool inPlace = !choices.isStated(Key::stores); // who asks for streams gets them
  return choices.choose(Key::residence, inPlace,
                        inPlace ? fmt::format("results are stored over rows of {}, read last there", bytesText(bytes))
                                : "");
}

SmallVector<SweepOp> chooseStores(ArrayRef<SweepOp> group, const StoreSetting &setting, Choices &choices,
                                  const TargetDescription &target) {
  SmallVector<SweepOp> all, paying;
  double bytes = 0;
  for (const Stream &stream : streamsOf(group, setting, target)) {
    all.push_back(stream.sweep);
    if (!storesPastCaches(stream.bytes, target))
      continue;
    paying.push_back(stream.sweep);
    bytes += stream.bytes.whole;
  }
  if (all.empty())
    return {};
  std::string reason = paying.empty() ? ""
                                      : fmt::format("results of {} leave {}", bytesText(bytes),
                                                    bytesText(double(target.secondCacheBytes)));
  if (!choices.choose(Key::stores, !paying.empty(), std::move(reason)))
    return {};
  return paying.empty() ? all : paying;
}

} // namespace espalier::schedule
