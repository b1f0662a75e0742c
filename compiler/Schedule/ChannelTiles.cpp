//===- ChannelTiles.cpp - How many channels of a sweep a task has -----------===//
#include "compiler/Schedule/ChannelTiles.h"

#include "compiler/Schedule/CostModel.h"
#include "compiler/Schedule/SharedChoices.h"
#include "compiler/Schedule/SweepCost.h"
#include "dialects/Tile/IR/TileType.h"
#include "dialects/Tree/IR/Channels.h"
#include "dialects/Tree/IR/InPlace.h"

using namespace mlir;
using espalier::tree::SweepOp;

namespace espalier::schedule {

/// Whether a read finds another tile at another vertex.
static bool isOfVertex(tree::ReadOp read) {
  return llvm::any_of(read.getIndices(), [](Value index) { return isa<tree::VertexType>(index.getType()); });
}

/// What the tensors of the group hold of one channel of a vertex: those that are read there, and those defined.
static ChannelFootprint footprintOf(ArrayRef<SweepOp> group, const tree::Channels &channels) {
  double elements = 0;
  DenseSet<Value> seen;
  ChannelFootprint footprint{channels.size(), 0, 4, false};
  for (SweepOp sweep : group) {
    footprint.elementBytes = std::max(footprint.elementBytes, elementBytesOf(sweep));
    footprint.isChain |=
        sweep.getTree() && cast<tree::TreeType>(sweep.getTree().getType()).getKind() == tree::Kind::chain;
    seen.insert(sweep.result_begin(), sweep.result_end());
    seen.insert(sweep.getHandles().begin(), sweep.getHandles().end());
    for (Value value : sweep.getYield().getValues())
      elements += double(tile::numElements(value.getType()));
    sweep.walk([&](tree::ReadOp read) {
      if (channels.values().contains(read.getResult()) && isOfVertex(read) && seen.insert(read.getTensor()).second)
        elements += double(tile::numElements(read.getType()));
    });
  }
  footprint.hasScratch = group.size() > 1 && tree::definitionsInPlace(group).empty();
  footprint.bytesPerChannel = elements / double(std::max<int64_t>(1, channels.size())) * double(footprint.elementBytes);
  return footprint;
}

/// Whether a channel's bits do not depend on how many there are beside it: no sums whose order might, and whole vectors
/// of every element type, so that functions are evaluated in one way. No result may depend on how many threads there
/// are, nor on which call came first.
static bool isExact(ArrayRef<SweepOp> group, const ChannelFootprint &footprint, const TargetDescription &target) {
  if (footprint.numChannels % lanes(target, 2) != 0)
    return false;
  bool exact = true;
  for (SweepOp sweep : group)
    sweep.walk([&](Operation *op) { exact &= !isa<tile::ContractOp, tile::ReduceOp>(op); });
  return exact;
}

TaskChannels chooseChannels(ArrayRef<SweepOp> group, bool isCut, Choices &choices, const TargetDescription &target) {
  std::optional<tree::Channels> channels = tree::Channels::of(group);
  if (!channels || channels->size() < 2)
    return {choices.choose(Key::channels, 0, "", {0, 0, "channels meet, or there is one"}), 1};
  ChannelFootprint footprint = footprintOf(group, *channels);
  TargetDescription here = target;
  if (isCut)
    here.threads = 1; // none is left to fill
  if (!SweepOp(group.front()).getAxes().empty())
    here.tasks = 0; // more than the batch has, and nobody knows how many
  ChannelTile tile = isExact(group, footprint, target) ? channelTile(footprint, here) : ChannelTile{0, false};
  double whole = double(target.vertices) * footprint.bytesPerChannel;
  std::string reason;
  if (tile.forCache)
    reason = fmt::format("{} x {} of {} vertices stay in {}", tile.channels, bytesText(whole), target.vertices,
                         bytesText(double(target.secondCacheBytes)));
  else if (tile.channels > 0)
    reason = fmt::format("{} tasks would leave {} threads idle", target.tasks, target.threads - target.tasks);
  int64_t chosen = choices.choose(Key::channels, tile.channels, std::move(reason),
                                  {0, channels->size(), "there are no more channels"});
  return {chosen, chosen == 0 ? 1 : double(chosen) / double(channels->size())};
}

int64_t chooseAhead(ArrayRef<SweepOp> group, bool isTable, bool isFar, int64_t abreast, Choices &choices,
                    const TargetDescription &target) {
  if (!isTable)
    return choices.choose(Key::ahead, 0, "", {0, 0, "the order of visits is no table"});
  double bytes = 0;
  for (SweepOp sweep : group)
    bytes += costOf(sweep, target).bytes;
  if (abreast > 1)
    bytes = rowBytes(group) * double(abreast);
  int64_t ahead = abreast > 1 ? blocksAhead(bytes, target) : rowsAhead(bytes, isFar, target);
  return choices.choose(Key::ahead, ahead,
                        ahead == 0 ? "" : fmt::format("rows of {} lie all over the tensors", bytesText(bytes)));
}

} // namespace espalier::schedule
