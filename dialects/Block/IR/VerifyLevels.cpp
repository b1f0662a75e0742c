//===- VerifyLevels.cpp - Constraints and folds of levels and prefixes ------===//
#include "dialects/Block/IR/BlockDialect.h"
#include "dialects/Block/Math/LevelMap.h"

using namespace mlir;

namespace espalier::block {

LogicalResult SharedLevelsOp::verify() {
  // shared_levels-C1
  if (int64_t(getLevels()) >= 1 && int64_t(getLevels()) <= LevelMap::maxLevels)
    return success();
  return emitOpError("expects 1 to ") << LevelMap::maxLevels << " levels, got " << int64_t(getLevels());
}

LogicalResult PrefixOp::verify() {
  int64_t axis = getAxis(), rank = getType().getRank();
  // prefix-C1
  if (axis < 0 || axis >= rank)
    return emitOpError("expects an axis of 0 to ") << rank - 1 << ", got " << axis;
  // prefix-C2
  auto count = getCount().getDefiningOp<SharedLevelsOp>();
  if (!count)
    return emitOpError("expects a number of levels that is a block.shared_levels");
  if (int64_t(getTable().size()) != int64_t(count.getLevels()) + 1)
    return emitOpError("expects one length per number of levels, 0 to ")
           << count.getLevels() << ", got " << getTable().size() << " lengths";
  // prefix-C3
  for (int64_t length : getTable())
    if (length < 0 || length > getType().getDimSize(axis))
      return emitOpError("expects lengths of 0 to ") << getType().getDimSize(axis) << ", got " << length;
  return success();
}

/// A prefix that is always whole, and a prefix of itself, are what they are a prefix of.
OpFoldResult PrefixOp::fold(FoldAdaptor) {
  int64_t size = getType().getDimSize(getAxis());
  if (llvm::all_of(getTable(), [&](int64_t length) { return length == size; }))
    return getInput();
  auto inner = getInput().getDefiningOp<PrefixOp>();
  if (inner && inner.getCount() == getCount() && inner.getAxis() == getAxis() && inner.getTable() == getTable())
    return getInput();
  return {};
}

} // namespace espalier::block
