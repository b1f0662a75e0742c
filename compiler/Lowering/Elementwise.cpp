//===- Elementwise.cpp - One loop per group of elementwise operations -------===//
//
// The group of a root becomes one linalg.generic: its leaves are views (each with the
// map that transposes and stretches it), scalars and constants; its inner operations
// are those of the group on elements.
//===----------------------------------------------------------------------===//
#include "compiler/Lowering/Visit.h"

#include "compiler/Lowering/Copies.h"
#include "compiler/Lowering/Loops.h"
#include "dialects/Tile/Math/Subscripts.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

using namespace mlir;

namespace espalier::lowering {

/// A factor of an outer product, seen with the axes of the product.
static View spread(const View &view, StringRef letters, StringRef output, ArrayRef<int64_t> sizes) {
  View result{view.base, view.offset, view.constantOffset, SmallVector<int64_t>(sizes),
              SmallVector<int64_t>(sizes.size(), 0)};
  for (auto [axis, letter] : llvm::enumerate(letters))
    result.strides[output.find(letter)] = view.strides[axis];
  return result;
}

static Value extended(OpBuilder &builder, Location loc, Value value, Type type) {
  return value.getType() == type ? value : arith::ExtFOp::create(builder, loc, type, value).getResult();
}

class ElementLoop {
public:
  explicit ElementLoop(Visit &visit) : visit(visit) {}

  /// Finds the leaves of a tile's group and asks for them. `root`: the tile itself is computed here even if it is no
  /// group's inner member.
  void collect(Value tile, bool root);
  void addInput(const View &view) { inputs.push_back(view); }

  /// Elements of the targets become what `body` says of the expression's element and the targets' own.
  void emit(Location loc, Value tile, ArrayRef<int64_t> sizes, ArrayRef<View> targets, ArrayRef<int64_t> reduced,
            Visit::Combine body);
  /// Numbers become the sums of the elements of tiles of these sizes.
  void emitSums(Location loc, ArrayRef<Value> tiles, ArrayRef<int64_t> sizes, ArrayRef<View> sums);
  /// The loops get their lengths from the operands: every axis must be one of an input's.
  bool hasAxis(int64_t axis) const {
    return llvm::any_of(inputs, [&](const View &view) { return view.strides[axis] != 0; });
  }

private:
  Value element(ImplicitLocOpBuilder &b, Value tile);
  Value compute(ImplicitLocOpBuilder &b, Operation *op);
  bool isInner(Value tile) const { return inner.contains(tile); }

  Visit &visit;
  SmallVector<View> inputs;
  DenseMap<Value, unsigned> inputOf;
  DenseMap<OpOperand *, unsigned> inputOfFactor; // of outer products, each of which sees its factors with its own axes
  DenseSet<Value> inner;
  DenseMap<Value, Value> elements;
  ValueRange arguments; // of the region
};

void ElementLoop::collect(Value tile, bool root) {
  if (!isTile(tile)) {
    visit.scalar(tile);
    return;
  }
  if (inner.contains(tile) || uniformConstant(tile))
    return;
  if (Value stretched = uniformScalar(tile)) {
    visit.scalar(stretched);
    return;
  }
  bool isHere = !visit.tiles.contains(tile) && tile.getDefiningOp() && mannerOf(tile) == Manner::elementwise &&
                (root || visit.groups.isInlined(tile));
  if (!isHere) {
    if (inputOf.try_emplace(tile, inputs.size()).second)
      inputs.push_back(visit.tile(tile));
    return;
  }
  inner.insert(tile);
  Operation *op = tile.getDefiningOp();
  auto outer = dyn_cast<tile::ContractOp>(op);
  if (!outer) {
    for (Value operand : op->getOperands())
      collect(operand, false);
    return;
  }
  tile::Subscripts letters = tile::Subscripts::of(outer.getSubscripts());
  ArrayRef<int64_t> sizes = cast<RankedTensorType>(tile.getType()).getShape();
  for (auto [use, group] : llvm::zip_equal(op->getOpOperands(), letters.factors)) {
    Value factor = use.get();
    if (!isTile(factor) || uniformConstant(factor) || uniformScalar(factor))
      collect(factor, false);
    else if (inputOfFactor.try_emplace(&use, inputs.size()).second)
      inputs.push_back(spread(visit.tile(factor), group, letters.output, sizes));
  }
}

Value ElementLoop::compute(ImplicitLocOpBuilder &b, Operation *op) {
  Type type = getElementTypeOrSelf(op->getResult(0));
  if (isa<tile::EyeOp>(op)) {
    Value diagonal = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, linalg::IndexOp::create(b, 0),
                                           linalg::IndexOp::create(b, 1));
    auto number = [&](double value) { return arith::ConstantOp::create(b, b.getFloatAttr(type, value)); };
    return arith::SelectOp::create(b, diagonal, number(1), number(0));
  }
  if (isa<tile::ContractOp>(op)) {
    Value product;
    for (OpOperand &factor : op->getOpOperands()) {
      auto input = inputOfFactor.find(&factor);
      Value value = extended(b, b.getLoc(),
                             input == inputOfFactor.end() ? element(b, factor.get()) : arguments[input->second], type);
      product = product ? arith::MulFOp::create(b, product, value).getResult() : value;
    }
    return product;
  }
  SmallVector<Value> operands;
  for (Value operand : op->getOperands())
    operands.push_back(element(b, operand));
  OperationState state(b.getLoc(), op->getName().getStringRef(), operands, {type}, op->getAttrs());
  return b.create(state)->getResult(0);
}

Value ElementLoop::element(ImplicitLocOpBuilder &b, Value tile) {
  if (!isTile(tile))
    return visit.scalar(tile);
  if (Value known = elements.lookup(tile))
    return known;
  Value value;
  if (TypedAttr constant = uniformConstant(tile))
    value = arith::ConstantOp::create(b, constant);
  else if (Value stretched = uniformScalar(tile))
    return visit.scalar(stretched);
  else if (auto input = inputOf.find(tile); input != inputOf.end())
    value = arguments[input->second];
  else
    value = compute(b, tile.getDefiningOp());
  return elements[tile] = value;
}

void ElementLoop::emit(Location loc, Value tile, ArrayRef<int64_t> sizes, ArrayRef<View> targets,
                       ArrayRef<int64_t> reduced, Visit::Combine body) {
  emitLoops(visit.builder, loc, sizes, inputs, targets, reduced,
            [&](ImplicitLocOpBuilder &b, ValueRange read, ValueRange old) {
              arguments = read;
              Value value = tile ? element(b, tile) : !read.empty() ? read.front() : Value();
              return body ? body(b, old, value) : SmallVector<Value>{value};
            });
}

void ElementLoop::emitSums(Location loc, ArrayRef<Value> tiles, ArrayRef<int64_t> sizes, ArrayRef<View> sums) {
  SmallVector<int64_t> axes = llvm::to_vector(llvm::seq<int64_t>(0, sizes.size()));
  emitLoops(visit.builder, loc, sizes, inputs, sums, axes,
            [&](ImplicitLocOpBuilder &b, ValueRange read, ValueRange old) {
              arguments = read;
              SmallVector<Value> next;
              for (auto [tile, sum] : llvm::zip_equal(tiles, old))
                next.push_back(arith::AddFOp::create(b, sum, element(b, tile)));
              return next;
            });
}

//===-- What visits ask for --------------------------------------------------===//

static SmallVector<int64_t> sizesOf(Value tile) {
  return SmallVector<int64_t>(cast<RankedTensorType>(tile.getType()).getShape());
}

void Visit::assign(Value value, const View &target) {
  ElementLoop loop(*this);
  loop.collect(value, true);
  loop.emit(value.getLoc(), value, sizesOf(value), {target}, {}, nullptr);
}

void Visit::combine(Value value, ArrayRef<View> targets, ArrayRef<int64_t> reduced, Combine combination) {
  ElementLoop loop(*this);
  loop.collect(value, groups.isInlined(value) || value.hasOneUse());
  SmallVector<int64_t> sizes = sizesOf(value);
  for (int64_t axis : reduced)
    if (!loop.hasAxis(axis)) {
      View whole = scratch(sizes, getElementTypeOrSelf(value));
      loop.emit(value.getLoc(), value, sizes, {whole}, {}, nullptr);
      return combineView(whole, targets, reduced, combination, value.getLoc());
    }
  loop.emit(value.getLoc(), value, sizes, targets, reduced, combination);
}

/// Sums over the same tiles (ElementwiseGroups): these are read once.
void Visit::sumTogether(ArrayRef<tile::ReduceOp> sums) {
  ElementLoop loop(*this);
  SmallVector<Value> tiles;
  SmallVector<View> targets;
  for (tile::ReduceOp sum : sums) {
    Value input = sum.getInput();
    loop.collect(input, groups.isInlined(input) || input.hasOneUse());
    tiles.push_back(input);
    targets.push_back(task.scratch({}, sum.getType()));
  }
  SmallVector<int64_t> sizes = sizesOf(tiles.front());
  bool isOneLoop = llvm::all_of(llvm::seq<int64_t>(0, sizes.size()), [&](int64_t axis) { return loop.hasAxis(axis); });
  Location loc = tiles.front().getLoc();
  for (auto [op, target] : llvm::zip_equal(sums, targets)) {
    if (isOneLoop)
      fill(target, builder.getZeroAttr(target.element()), loc);
    else
      reduce(op, target);
  }
  if (isOneLoop)
    loop.emitSums(loc, tiles, sizes, targets);
  for (auto [op, target] : llvm::zip_equal(sums, targets)) {
    tile::ReduceOp sum = op;
    scalars[sum.getResult()] = load(target, sum.getLoc());
  }
}

void Visit::combineView(const View &view, ArrayRef<View> targets, ArrayRef<int64_t> reduced, Combine combination,
                        Location loc) {
  ElementLoop loop(*this);
  loop.addInput(view);
  loop.emit(loc, Value(), view.sizes, targets, reduced, combination);
}

void Visit::copy(const View &from, const View &to, Location loc) { copyTile(builder, loc, from, to); }

void Visit::fill(const View &target, TypedAttr value, Location loc) {
  ElementLoop loop(*this);
  loop.emit(loc, Value(), target.sizes, {target}, {}, [&](ImplicitLocOpBuilder &b, ValueRange, Value) {
    return SmallVector<Value>{arith::ConstantOp::create(b, value)};
  });
}

} // namespace espalier::lowering
