//===- ChannelTile.cpp - A sweep on some of its channels --------------------===//
#include "compiler/Lowering/ChannelTile.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace espalier::lowering {

static RankedTensorType narrowed(Type tile, int64_t axis, int64_t width) {
  auto type = cast<RankedTensorType>(tile);
  SmallVector<int64_t> sizes(type.getShape());
  sizes[axis] = width;
  return RankedTensorType::get(sizes, type.getElementType());
}

OwningOpRef<tree::SweepOp> onChannels(tree::SweepOp sweep, const tree::Channels &channels, int64_t width) {
  IRMapping copies;
  auto narrow = cast<tree::SweepOp>(sweep->clone(copies));
  for (BlockArgument handle : sweep.getHandles())
    copies.lookup<Value>(handle).replaceAllUsesWith(handle);
  for (const auto &[value, axis] : channels.values())
    if (Value copy = copies.lookupOrNull<Value>(value))
      copy.setType(narrowed(value.getType(), axis, width));
  for (const auto &[use, axis] : channels.constants()) {
    Operation *user = copies.lookupOrNull(use->getOwner());
    if (!user)
      continue;
    DenseElementsAttr splat;
    matchPattern(use->get(), m_Constant(&splat));
    auto type = narrowed(use->get().getType(), axis, width);
    OpBuilder builder(user);
    user->setOperand(use->getOperandNumber(),
                     arith::ConstantOp::create(builder, user->getLoc(),
                                               DenseElementsAttr::get(type, splat.getSplatValue<Attribute>())));
  }
  return narrow;
}

} // namespace espalier::lowering
