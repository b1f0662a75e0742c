//===- Visit.cpp - The code of one visit: order and demand ------------------===//
#include "compiler/Lowering/Visit.h"

#include "compiler/Lowering/PackedPoints.h"
#include "dialects/Block/IR/BlockDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace espalier::lowering {

static bool isSupported(Operation *op) {
  if (isa<block::ReadOp, block::YieldOp, block::AccumulateOp, block::SharedLevelsOp, block::PrefixOp>(op))
    return true;
  if (isa<tree::ReadOp, tree::ReduceOp, tree::YieldOp, tree::AccumulateOp, tree::CheckFiniteOp, tree::NumVerticesOp,
          tree::NumLeavesOp, tree::RootOp, tree::ParentOp, tree::LeafOp, tree::IsRootOp, tree::IsLeafOp, tree::DepthOp,
          tree::HeightOp, tree::SlotOp, tree::NumChildrenOp, tree::PositionOp>(op))
    return true;
  if (auto contract = dyn_cast<tile::ContractOp>(op))
    return contract.getFactors().size() <= 2;
  if (isa<UnrealizedConversionCastOp>(op))
    return isa<tree::VertexType>(op->getResultTypes().front()) && isa<IndexType>(op->getOperandTypes().front());
  if (isa<tile::SolveOp, tile::ReduceOp, tile::BroadcastOp, tile::TransposeOp, tile::ReshapeOp, tile::SliceOp,
          tile::PadOp, tile::ConcatOp, tile::EyeOp, tile::ElementOp, tile::PlaceOp>(op))
    return true;
  return isa_and_present<arith::ArithDialect, math::MathDialect>(op->getDialect()) && op->getNumResults() == 1;
}

LogicalResult checkSupported(Region &body) {
  LogicalResult supported = success();
  body.walk([&](Operation *op) {
    if (isSupported(op))
      return WalkResult::advance();
    if (isa<tile::ContractOp>(op))
      supported = op->emitOpError("has more than two factors: contractions are ordered before sweeps are structured");
    else
      supported = op->emitOpError("has no mid-level form");
    return WalkResult::interrupt();
  });
  return supported;
}

Visit::Visit(Task &task, Region &body, const ElementwiseGroups &groups)
    : task(task), builder(task.builder), body(body), groups(groups), position(task.index(-1)) {}

void Visit::bind(Value source, Value index, Extent limit) {
  scalars[source] = index;
  boundedBy[source] = limit;
}

void Visit::bindVertex(Value source, Value vertex) {
  scalars[source] = vertex;
  present.insert(source);
}

void Visit::adopt(const Visit &outer) {
  for (auto &[source, number] : outer.scalars)
    scalars.try_emplace(source, number);
  for (auto &[source, place] : outer.tiles)
    tiles.try_emplace(source, place);
  for (auto &[source, limit] : outer.boundedBy)
    boundedBy.try_emplace(source, limit);
  present.insert(outer.present.begin(), outer.present.end());
}

void Visit::evaluateParts(ArrayRef<Value> parts) {
  evaluateParts();
  for (Value source : parts)
    if (source.getDefiningOp())
      isTile(source) ? (void)tile(source) : (void)scalar(source);
}

void Visit::standAt(Value flatPosition, ArrayRef<LoopAxis> axes) {
  position = flatPosition;
  loopAxes.assign(axes.begin(), axes.end());
}

void Visit::standAt(tree::SweepOp sweep, ValueRange axisIndices, Value vertex) {
  Location loc = sweep.getLoc();
  SmallVector<LoopAxis, 2> axes;
  Value flat;
  auto enter = [&](std::string name, Extent size, Value index) {
    axes.push_back({std::move(name), size.shapeEntry()});
    if (flat)
      flat = arith::AddIOp::create(builder, loc, arith::MulIOp::create(builder, loc, flat, task.extent(size)), index);
    else
      flat = index;
  };
  for (auto [number, variable, index, size] : llvm::enumerate(sweep.getAxisIndices(), axisIndices, sweep.getAxes())) {
    std::string name = lowering::placeOf(variable.getLoc()).what;
    enter(name.empty() ? "axis " + std::to_string(number) : name, task.buffers.extentOf(size), index);
  }
  if (sweep.getTree())
    enter("vertex", task.buffers.verticesOf(sweep.getTree()), vertex);
  if (flat)
    standAt(flat, axes);
}

//===-- Destinations --------------------------------------------------------===//

/// A tile that is computed where it is wanted. What is uniform, or another look at memory, is copied there in the end.
static bool isComputed(Value tile, Block *block) {
  if (!isTile(tile) || !tile.getDefiningOp() || tile.getDefiningOp()->getBlock() != block)
    return false;
  Manner manner = mannerOf(tile);
  return manner != Manner::view && manner != Manner::uniform;
}

void Visit::define(Value value, const View &target) {
  definitions.push_back({value, target});
  if (isComputed(value, &body.front()) && !tiles.contains(value))
    locations.try_emplace(value, target);
}

void Visit::emit() {
  for (Operation &op : body.front()) {
    if (isa<tree::AccumulateOp, block::AccumulateOp>(op))
      accumulateAt(&op);
    else if (auto check = dyn_cast<tree::CheckFiniteOp>(op))
      checkFinite(check.getValue(), op.getLoc());
  }
  emitDefinitions();
}

void Visit::emitDefinitions() {
  for (auto &[value, target] : definitions) {
    if (!isTile(value))
      store(scalar(value), target, value.getLoc());
    else if (!isComputed(value, &body.front()))
      assign(value, target);
    else if (View computed = tile(value); !(computed == target))
      copy(computed, target, value.getLoc());
  }
}

View Visit::scratchFor(Value source) {
  auto type = cast<RankedTensorType>(source.getType());
  return scratch(type.getShape(), type.getElementType());
}

View Visit::scratch(ArrayRef<int64_t> sizes, Type element) {
  if (!positions || sizes.empty())
    return task.scratch(sizes, element);
  return lanesInnermost(task, sizes, element);
}

View Visit::locationOf(Value source) {
  if (auto known = locations.find(source); known != locations.end())
    return known->second;
  View place = source.hasOneUse() ? placeWithin(*source.use_begin()) : scratchFor(source);
  return locations[source] = place;
}

/// The part of its only user's destination that a tile may be computed into.
View Visit::placeWithin(OpOperand &use) {
  Value source = use.get();
  Operation *user = use.getOwner();
  ArrayRef<int64_t> sizes = cast<RankedTensorType>(source.getType()).getShape();
  if (user->getBlock() == source.getDefiningOp()->getBlock()) {
    if (user->getNumResults() == 1 && isTile(user->getResult(0)) && mannerOf(user->getResult(0)) == Manner::sum &&
        sumOf(user->getResult(0)).initial == source)
      return locationOf(user->getResult(0));
    if (auto reshape = dyn_cast<tile::ReshapeOp>(user); reshape && isTile(reshape.getResult()))
      if (std::optional<View> place = locationOf(reshape.getResult()).reshaped(sizes))
        return *place;
    if (auto concat = dyn_cast<tile::ConcatOp>(user)) {
      SmallVector<int64_t> offsets(sizes.size(), 0);
      for (Value input : concat.getInputs().take_front(use.getOperandNumber()))
        offsets[concat.getAxis()] += cast<RankedTensorType>(input.getType()).getDimSize(concat.getAxis());
      return locationOf(concat.getResult()).sliced(offsets, sizes);
    }
  }
  return scratchFor(source);
}

//===-- Demand --------------------------------------------------------------===//

bool Visit::isInside(Value source) const {
  Operation *op = source.getDefiningOp();
  return op && body.isAncestor(op->getParentRegion());
}

Value Visit::scalar(Value source) {
  if (Value known = scalars.lookup(source))
    return known;
  if (!isInside(source))
    return task.outer(source);
  Value emitted = emitScalar(source);
  return scalars[source] = emitted;
}

Value Visit::emitScalar(Value source) {
  Operation *op = source.getDefiningOp();
  Location loc = op->getLoc();
  if (auto constant = dyn_cast<arith::ConstantOp>(op))
    return task.constant(constant.getValue());
  if (auto reduce = dyn_cast<tree::ReduceOp>(op)) {
    reduceElements(reduce);
    return scalars.lookup(source);
  }
  if (isa<tree::ReadOp, block::ReadOp>(op))
    return load(read(op), loc);
  if (auto element = dyn_cast<tile::ElementOp>(op))
    return load(this->element(element), loc);
  if (auto reshape = dyn_cast<tile::ReshapeOp>(op)) {
    if (!isTile(reshape.getInput()))
      return scalar(reshape.getInput());
    View input = tile(reshape.getInput());
    return load(View{input.base, input.offset, input.constantOffset, {}, {}}, loc);
  }
  if (auto sum = dyn_cast<tile::ReduceOp>(op); sum && groups.sumsWith(sum).size() > 1) {
    sumTogether(groups.sumsWith(sum));
    return scalars.lookup(source);
  }
  if (isa<tile::ReduceOp, tile::ContractOp>(op)) {
    View target = task.scratch({}, source.getType());
    if (auto reduce = dyn_cast<tile::ReduceOp>(op))
      this->reduce(reduce, target);
    else
      contract(cast<tile::ContractOp>(op), target, tile::UpdateKind::set);
    return load(target, loc);
  }
  if (isa<tree::TreeDialect>(op->getDialect()))
    return fact(op);
  // The child in a chain (Chains.h).
  if (isa<UnrealizedConversionCastOp>(op)) {
    present.insert(source);
    return scalar(op->getOperand(0));
  }
  IRMapping mapping;
  for (Value operand : op->getOperands())
    mapping.map(operand, scalar(operand));
  return builder.clone(*op, mapping)->getResult(0);
}

View Visit::tile(Value source) {
  if (auto known = tiles.find(source); known != tiles.end())
    return known->second;
  Operation *op = source.getDefiningOp();
  if (mannerOf(source) == Manner::view) {
    View view = look(source);
    return tiles[source] = view;
  }
  // Operations with several results define them all.
  if (auto solve = dyn_cast<tile::SolveOp>(op)) {
    this->solve(solve);
    return tiles.lookup(source);
  }
  if (auto reduce = dyn_cast<tree::ReduceOp>(op)) {
    reduceElements(reduce);
    return tiles.lookup(source);
  }
  if (mannerOf(source) == Manner::sum)
    if (auto reduce = sumOf(source).added.getDefiningOp<tree::ReduceOp>(); reduce && startsFrom(reduce, source)) {
      reduceElements(reduce);
      return tiles.lookup(source);
    }
  if (auto reshape = dyn_cast<tile::ReshapeOp>(op)) {
    ArrayRef<int64_t> sizes = cast<RankedTensorType>(source.getType()).getShape();
    if (isTile(reshape.getInput()))
      if (std::optional<View> view = tile(reshape.getInput()).reshaped(sizes))
        return tiles[source] = *view;
  }
  View target = locationOf(source);
  write(source, target);
  return tiles[source] = target;
}

void Visit::write(Value source, const View &target) {
  Operation *op = source.getDefiningOp();
  Location loc = op->getLoc();
  if (Manner manner = mannerOf(source); manner == Manner::elementwise || manner == Manner::uniform)
    return assign(source, target);
  else if (manner == Manner::sum) {
    Sum sum = sumOf(source);
    writeInitial(sum.initial, target);
    return accumulate(sum.added, target, sum.subtract);
  }
  if (auto contract = dyn_cast<tile::ContractOp>(op))
    return this->contract(contract, target, tile::UpdateKind::set);
  if (auto reduce = dyn_cast<tile::ReduceOp>(op))
    return this->reduce(reduce, target);
  if (auto concat = dyn_cast<tile::ConcatOp>(op))
    return concatenate(concat, target);
  if (auto pad = dyn_cast<tile::PadOp>(op))
    return this->pad(pad, target);
  if (auto place = dyn_cast<tile::PlaceOp>(op))
    return this->place(place, target);
  auto reshape = cast<tile::ReshapeOp>(op);
  if (!isTile(reshape.getInput()))
    return store(scalar(reshape.getInput()), View{target.base, target.offset, target.constantOffset, {}, {}}, loc);
  View input = tile(reshape.getInput());
  if (std::optional<View> place = target.reshaped(input.sizes))
    return copy(input, *place, loc);
  // Neither lies densely: the elements get an order on the way.
  View dense = scratchFor(reshape.getInput());
  copy(input, dense, loc);
  copy(*dense.reshaped(target.sizes), target, loc);
}

void Visit::writeInitial(Value initial, const View &target) {
  if (!isComputed(initial, initial.getParentBlock()) || groups.isInlined(initial))
    return place(initial, target);
  if (View place = tile(initial); !(place == target))
    copy(place, target, initial.getLoc());
}

View Visit::look(Value source) {
  Operation *op = source.getDefiningOp();
  ArrayRef<int64_t> sizes = cast<RankedTensorType>(source.getType()).getShape();
  if (isa<tree::ReadOp, block::ReadOp>(op))
    return read(op);
  if (auto element = dyn_cast<tile::ElementOp>(op))
    return this->element(element);
  if (auto transpose = dyn_cast<tile::TransposeOp>(op))
    return tile(transpose.getInput()).transposed(transpose.getPermutation());
  if (auto broadcast = dyn_cast<tile::BroadcastOp>(op))
    return tile(broadcast.getInput()).broadcast(sizes);
  if (auto slice = dyn_cast<tile::SliceOp>(op))
    return tile(slice.getInput()).sliced(slice.getOffsets(), sizes);
  return View::of(task.constantTile(cast<DenseElementsAttr>(cast<arith::ConstantOp>(op).getValue())));
}

/// A lifted region stands in no operation: Region::isAncestor would look for one.
static bool contains(Region &outer, Region *inner) {
  while (inner && inner != &outer) {
    Operation *around = inner->getParentOp();
    inner = around ? around->getParentRegion() : nullptr;
  }
  return inner;
}

void Visit::prepare(Region &region) {
  region.walk([&](Operation *op) {
    for (Value operand : op->getOperands()) {
      Region *home = operand.getParentRegion();
      if (isa<BlockArgument>(operand) || contains(region, home) || !contains(body, home))
        continue;
      if (isInLanes(operand))
        rowsOf(operand);
      else if (!isTile(operand))
        scalar(operand);
      else if (Value stretched = uniformScalar(operand))
        scalar(stretched);
      else if (!uniformConstant(operand))
        tile(operand);
    }
  });
}

} // namespace espalier::lowering
