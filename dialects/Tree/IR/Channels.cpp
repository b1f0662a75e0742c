//===- Channels.cpp - Sweeps whose channels never meet ----------------------===//
//
// From the definitions backwards: what a value with channels is computed from has them
// too, along the axis that the operation says, or none.
//===----------------------------------------------------------------------===//
#include "dialects/Tree/IR/Channels.h"

#include "dialects/Tile/IR/TileType.h"
#include "dialects/Tile/Math/Subscripts.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace espalier::tree {

static bool isTile(Value value) { return tile::rankOf(value.getType()) > 0; }

static int64_t lastAxis(Value value) { return tile::rankOf(value.getType()) - 1; }

/// A tile that holds one number everywhere.
static bool isSplat(Value value) {
  DenseElementsAttr constant;
  return matchPattern(value, m_Constant(&constant)) && constant.isSplat();
}

bool Channels::demand(OpOperand &operand, int64_t axis) {
  Value value = operand.get();
  if (isSplat(value))
    return axisOfConstant.try_emplace(&operand, axis).first->second == axis;
  demanded.insert(&operand);
  auto [known, isNew] = axisOfValue.try_emplace(value, axis);
  if (isNew)
    pending.push_back(value);
  return known->second == axis;
}

//===-- Operations ----------------------------------------------------------===//

/// Channels of definitions lie along their last axis; those of other tensors anywhere.
bool Channels::throughRead(ReadOp read, int64_t axis) {
  auto isMember = [&](SweepOp sweep) {
    return llvm::is_contained(sweep->getResults(), read.getTensor()) ||
           llvm::is_contained(sweep.getHandles(), read.getTensor());
  };
  return llvm::none_of(sweeps, isMember) || axis == lastAxis(read.getResult());
}

bool Channels::throughProduct(tile::ContractOp op, int64_t axis) {
  tile::Subscripts letters = tile::Subscripts::of(op.getSubscripts());
  char channel = letters.output[axis];
  for (auto [factor, group] : llvm::zip_equal(op->getOpOperands(), letters.factors))
    if (size_t position = group.find(channel); position != std::string::npos && !demand(factor, int64_t(position)))
      return false;
  return true;
}

/// The axis of `from` that holds the same elements as `axis` of `to`, both in row-major order; -1 if there is none.
static int64_t sameAxis(ArrayRef<int64_t> from, ArrayRef<int64_t> to, int64_t axis) {
  int64_t behind = llvm::product_of(to.drop_front(axis + 1)), product = 1;
  for (int64_t candidate = int64_t(from.size()) - 1; candidate >= 0; product *= from[candidate--])
    if (product == behind && from[candidate] == to[axis])
      return candidate;
  return -1;
}

/// A box of another tile leaves the channels alone if it holds all of them.
static bool keepsAxis(ArrayRef<int64_t> offsets, Value from, Value to, int64_t axis) {
  return offsets[axis] == 0 && tile::shapeOf(from.getType())[axis] == tile::shapeOf(to.getType())[axis];
}

bool Channels::throughShape(Operation *op, int64_t axis) {
  OpOperand &input = op->getOpOperand(0);
  Value from = input.get(), to = op->getResult(0);
  return TypeSwitch<Operation *, bool>(op)
      .Case([&](tile::BroadcastOp) {
        int64_t inner = axis - (tile::rankOf(to.getType()) - tile::rankOf(from.getType()));
        bool isStretched = inner < 0 || tile::shapeOf(from.getType())[inner] != tile::shapeOf(to.getType())[axis];
        return isStretched || demand(input, inner);
      })
      .Case([&](tile::TransposeOp transpose) { return demand(input, transpose.getPermutation()[axis]); })
      .Case([&](tile::ReduceOp reduce) {
        for (int64_t reduced : reduce.getAxes()) // ascending
          axis += reduced <= axis;
        return demand(input, axis);
      })
      .Case([&](tile::ReshapeOp) {
        int64_t inner = sameAxis(tile::shapeOf(from.getType()), tile::shapeOf(to.getType()), axis);
        return inner >= 0 && demand(input, inner);
      })
      .Case<tile::SliceOp, tile::PadOp>(
          [&](auto box) { return keepsAxis(box.getOffsets(), from, to, axis) && demand(input, axis); })
      .Case([&](tile::ConcatOp concat) {
        return int64_t(concat.getAxis()) != axis &&
               llvm::all_of(op->getOpOperands(), [&](OpOperand &part) { return demand(part, axis); });
      })
      .Case([&](tile::ElementOp element) { return demand(input, axis + int64_t(element.getPositions().size())); })
      .Case([&](tile::PlaceOp place) {
        int64_t inner = axis - int64_t(place.getPositions().size());
        return inner >= 0 && demand(input, inner);
      })
      .Default([](Operation *) { return false; });
}

bool Channels::propagate(Value value, int64_t axis) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return false;
  if (auto read = dyn_cast<ReadOp>(op))
    return throughRead(read, axis);
  if (auto product = dyn_cast<tile::ContractOp>(op))
    return throughProduct(product, axis);
  if (auto reduce = dyn_cast<ReduceOp>(op)) {
    Operation *yield = reduce.getBody().front().getTerminator();
    return demand(yield->getOpOperand(cast<OpResult>(value).getResultNumber()), axis);
  }
  if (op->hasTrait<OpTrait::Elementwise>() || isa<arith::SelectOp>(op))
    return llvm::all_of(op->getOpOperands(),
                        [&](OpOperand &operand) { return !isTile(operand.get()) || demand(operand, axis); });
  return op->getNumOperands() > 0 && throughShape(op, axis);
}

//===-- Sweeps --------------------------------------------------------------===//

bool Channels::start(SweepOp sweep) {
  if (!sweep.getInits().empty())
    return false;
  for (OpOperand &definition : sweep.getYield()->getOpOperands()) {
    Value value = definition.get();
    if (!isTile(value))
      return false;
    int64_t size = tile::shapeOf(value.getType()).back();
    numChannels = numChannels < 0 ? size : numChannels;
    if (size != numChannels || !demand(definition, lastAxis(value)))
      return false;
  }
  return true;
}

/// No value with channels is needed as a whole, and what the sweeps define is read by channel only.
bool Channels::isComplete() {
  for (auto &[value, axis] : axisOfValue)
    for (OpOperand &use : value.getUses())
      if (!demanded.contains(&use) && !isa<CheckFiniteOp>(use.getOwner()))
        return false;
  bool complete = true;
  for (SweepOp sweep : sweeps)
    sweep.walk([&](ReadOp read) {
      Value base = ViewOp::baseOf(read.getTensor());
      bool isMember = llvm::any_of(sweeps, [&](SweepOp member) {
        return llvm::is_contained(member->getResults(), base) || llvm::is_contained(member.getHandles(), base);
      });
      complete &= !isMember || (base == read.getTensor() && axisOfValue.contains(read.getResult()));
    });
  return complete;
}

std::optional<Channels> Channels::of(ArrayRef<SweepOp> group) {
  Channels channels;
  channels.sweeps.assign(group.begin(), group.end());
  for (SweepOp sweep : group)
    if (!channels.start(sweep))
      return std::nullopt;
  while (!channels.pending.empty()) {
    Value value = channels.pending.pop_back_val();
    if (!channels.propagate(value, channels.axisOfValue.lookup(value)))
      return std::nullopt;
  }
  if (channels.numChannels < 0 || !channels.isComplete())
    return std::nullopt;
  return channels;
}

} // namespace espalier::tree
