//===- VerifyLanes.cpp - Constraints of tiles with a vertex in each lane -----===//
#include "dialects/Tile/IR/TileDialect.h"

using namespace mlir;

namespace espalier::tile {

/// Of static shape and dense, the first axis innermost and the others in order. An empty tile lies anyhow.
static bool hasLanesInnermost(MemRefType type) {
  SmallVector<int64_t> strides;
  int64_t offset;
  if (type.getRank() == 0 || !type.hasStaticShape() || failed(type.getStridesAndOffset(strides, offset)))
    return false;
  int64_t step = 1;
  auto isNext = [&](int64_t axis) {
    bool is = type.getDimSize(axis) == 1 || strides[axis] == step;
    step *= type.getDimSize(axis);
    return is;
  };
  bool inOrder = isNext(0);
  for (int64_t axis = type.getRank() - 1; axis > 0; --axis)
    inOrder &= isNext(axis);
  return inOrder || type.getNumElements() == 0;
}

LogicalResult GatherLanesOp::verify() {
  auto from = cast<MemRefType>(getFrom().getType()), lanes = cast<MemRefType>(getLanes().getType());
  // gather_lanes-C1: a line of the same elements.
  if (from.getRank() != 1 || from.getElementType() != lanes.getElementType())
    return emitOpError("expects a line of ") << lanes.getElementType() << ", got " << from;
  // gather_lanes-C3: lanes innermost. (First, since C2 asks for their number.)
  if (!hasLanesInnermost(lanes))
    return emitOpError("expects a dense tile with its lanes innermost and the other axes in order, got ") << lanes;
  // gather_lanes-C2: a place for each lane.
  auto places = cast<MemRefType>(getPlaces().getType());
  if (places.getDimSize(0) != lanes.getDimSize(0))
    return emitOpError("expects ") << lanes.getDimSize(0) << " places, got " << places;
  return success();
}

} // namespace espalier::tile
