//===- Lift.cpp - A region lifted from points to blocks of points -----------===//
#include "compiler/Lowering/Lift.h"

#include "dialects/Tile/IR/TileType.h"
#include "dialects/Tile/Math/Subscripts.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/ScopeExit.h"

using namespace mlir;

namespace espalier::lowering {

Lifting::Lifting(Location loc, const block::Dependences &dependences, ArrayRef<int64_t> sizes,
                 DenseSet<Operation *> given, bool vertices, const DenseSet<Operation *> *rows)
    : builder(loc, loc.getContext()), dependences(dependences), sizes(sizes), given(std::move(given)),
      vertices(vertices), rows(rows), body(std::make_unique<Region>()) {
  body->push_back(new Block());
  builder.setInsertionPointToEnd(&body->front());
}

//===-- Types ---------------------------------------------------------------===//

SmallVector<int64_t> Lifting::shapeOver(PointSet points, Type type) const {
  SmallVector<int64_t> shape;
  for (auto [kind, size] : llvm::enumerate(sizes))
    if (points >> kind & 1)
      shape.push_back(size);
  llvm::append_range(shape, tile::shapeOf(type));
  return shape;
}

Type Lifting::typeOver(PointSet points, Type type) const {
  return tile::tileType(shapeOver(points, type), tile::elementOf(type));
}

//===-- What is known before ------------------------------------------------===//

BlockArgument Lifting::outside(Type type) { return body->front().addArgument(type, builder.getLoc()); }

Value Lifting::argumentFor(Value source, Type type, bool isWhole) {
  Value &argument = argumentOf[{source, type}];
  if (!argument) {
    argument = outside(type);
    inputs.push_back({cast<BlockArgument>(argument), source, isWhole});
    if (!isLifted(source))
      frontier.insert(source);
  }
  return argument;
}

void Lifting::needAt(Value source) {
  if (!needed.insert(source).second)
    return;
  if (!isLifted(source)) {
    // Points themselves are bound wherever the region is visited.
    if (source.getDefiningOp() && dependences.of(source) != 0)
      frontier.insert(source);
    return;
  }
  if (Operation *op = source.getDefiningOp())
    for (Value operand : op->getOperands())
      needAt(operand);
}

/// The attribute of a constant that is one number everywhere.
static Attribute splatOf(Value source) {
  Attribute value;
  if (!matchPattern(source, m_Constant(&value)))
    return {};
  if (auto elements = dyn_cast<DenseElementsAttr>(value))
    return elements.isSplat() ? elements.getSplatValue<Attribute>() : Attribute();
  return isa<FloatAttr, IntegerAttr>(value) ? value : Attribute();
}

static Value splat(ImplicitLocOpBuilder &builder, Type type, Attribute number) {
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    return arith::ConstantOp::create(builder, DenseElementsAttr::get(tensor, number));
  return arith::ConstantOp::create(builder, cast<TypedAttr>(number));
}

//===-- Values --------------------------------------------------------------===//

Value Lifting::lifted(Value source) {
  if (Value value = known.lookup(source))
    return value;
  Operation *op = source.getDefiningOp();
  // A fault of the lifted operation is one of this.
  Location around = builder.getLoc();
  llvm::scope_exit leave([&] { builder.setLoc(around); });
  if (op)
    builder.setLoc(op->getLoc());
  Value value;
  if (given.contains(op)) {
    usedGiven.insert(op);
  } else if (ValueRange results = liftSeveral(op); !results.empty()) {
    for (auto [from, to] : llvm::zip_equal(op->getResults(), results))
      known[from] = to;
    return known[source];
  } else {
    value = lift(op);
  }
  if (!value && !given.contains(op)) {
    unlifted.insert(source);
    needAt(source);
  }
  if (!value)
    value = argumentFor(source, typeOver(all(), source.getType()), /*isWhole=*/true);
  return known[source] = value;
}

Value Lifting::whole(Value source) { return stretched(source, tile::shapeOf(source.getType())); }

Value Lifting::stretched(Value source, ArrayRef<int64_t> tileShape) {
  Type element = tile::elementOf(source.getType());
  Type target = typeOver(all(), tile::tileType(tileShape, element));
  if (Attribute number = splatOf(source))
    return splat(builder, target, number);
  bool isScalar = tile::rankOf(source.getType()) == 0 && !tileShape.empty();
  if (isLifted(source)) {
    Value value = lifted(source);
    if (!isScalar)
      return value;
    SmallVector<int64_t> ones(sizes);
    ones.append(tileShape.size(), 1);
    value = tile::ReshapeOp::create(builder, RankedTensorType::get(ones, element), value);
    return tile::BroadcastOp::create(builder, target, value);
  }
  if (dependences.of(source) == 0 && tile::rankOf(source.getType()) == 0)
    return tile::BroadcastOp::create(builder, target, uniform(source));
  if (isOfElement(source)) {
    SmallVector<int64_t> aligned(sizes.size(), 1);
    llvm::append_range(aligned, tileShape);
    Value tile = tile::ReshapeOp::create(builder, RankedTensorType::get(aligned, element), uniform(source));
    return tile::BroadcastOp::create(builder, target, tile);
  }
  return argumentFor(source, target, /*isWhole=*/true);
}

Value Lifting::compact(Value source, std::string &letters) {
  if (Attribute number = splatOf(source))
    return splat(builder, source.getType(), number);
  PointSet points = dependences.of(source);
  std::string front;
  for (size_t kind = 0; kind < sizes.size(); ++kind)
    if (points >> kind & 1)
      front += pointLetters[kind];
  letters = front + letters;
  if (isLifted(source))
    return lifted(source);
  return points == 0 ? uniform(source) : argumentFor(source, typeOver(points, source.getType()), /*isWhole=*/false);
}

//===-- Operations ----------------------------------------------------------===//

/// Other letters for a product that uses those of points.
static tile::Subscripts renamed(tile::Subscripts letters, size_t numPoints) {
  std::string used = letters.output, fresh;
  for (const std::string &factor : letters.factors)
    used += factor;
  for (char letter = 'a'; letter <= 'z'; ++letter)
    fresh += letter;
  for (char letter = 'E'; letter <= 'Z'; ++letter)
    fresh += letter;
  std::erase_if(fresh, [&](char letter) { return used.find(letter) != std::string::npos; });
  for (char point : Lifting::pointLetters.take_front(numPoints)) {
    if (used.find(point) == std::string::npos)
      continue;
    char other = fresh.back();
    fresh.pop_back();
    std::replace(letters.output.begin(), letters.output.end(), point, other);
    for (std::string &factor : letters.factors)
      std::replace(factor.begin(), factor.end(), point, other);
  }
  return letters;
}

/// The letter `letter` of a factor cut to from .. to.
static Value cut(ImplicitLocOpBuilder &builder, Value factor, StringRef letters, char letter, int64_t from,
                 int64_t to) {
  size_t axis = letters.find(letter);
  auto type = dyn_cast<RankedTensorType>(factor.getType());
  if (axis == StringRef::npos || (from == 0 && to == type.getDimSize(axis)))
    return factor;
  SmallVector<int64_t> offsets(type.getRank(), 0), shape(type.getShape());
  offsets[axis] = from;
  shape[axis] = to - from;
  return tile::SliceOp::create(builder, type.clone(shape), factor, offsets);
}

Value Lifting::product(tile::ContractOp op, ArrayRef<Value> factors, char letter, int64_t from, int64_t to) {
  tile::Subscripts before = tile::Subscripts::of(op.getSubscripts());
  tile::Subscripts letters = renamed(before, sizes.size());
  SmallVector<Value> lifted;
  for (auto [number, source] : llvm::enumerate(factors)) {
    size_t axis = before.factors[number].find(letter);
    char name = axis == std::string::npos ? '?' : letters.factors[number][axis];
    Value factor = compact(source, letters.factors[number]);
    lifted.push_back(to < 0 ? factor : cut(builder, factor, letters.factors[number], name, from, to));
  }
  // Without prefixes, the factors may depend on fewer points than the product did.
  PointSet points = 0;
  for (size_t kind = 0; kind < sizes.size(); ++kind)
    for (const std::string &factor : letters.factors)
      points |= PointSet(factor.find(pointLetters[kind]) != std::string::npos) << kind;
  std::string front;
  SmallVector<int64_t> aligned;
  for (size_t kind = 0; kind < sizes.size(); ++kind) {
    bool depends = points >> kind & 1;
    aligned.push_back(depends ? sizes[kind] : 1);
    if (depends)
      front += pointLetters[kind];
  }
  letters.output = front + letters.output;
  Value product = tile::ContractOp::create(builder, typeOver(points, op.getType()), letters.str(), lifted);
  if (points == all())
    return product;
  llvm::append_range(aligned, tile::shapeOf(op.getType()));
  product = tile::ReshapeOp::create(builder, RankedTensorType::get(aligned, tile::elementOf(op.getType())), product);
  return tile::BroadcastOp::create(builder, typeOver(all(), op.getType()), product);
}

Value Lifting::reaches(Value index, int64_t limit, ArrayRef<int64_t> tileShape) {
  Value wide = stretched(index, tileShape);
  Value other = splat(builder, wide.getType(), builder.getIndexAttr(limit));
  return arith::CmpIOp::create(builder, arith::CmpIPredicate::sge, wide, other);
}

static SmallVector<int64_t> shifted(ArrayRef<int64_t> axes, int64_t by) {
  return llvm::map_to_vector(axes, [&](int64_t axis) { return axis + by; });
}

/// 0 .. by-1, or zeros, in front of numbers per axis.
static SmallVector<int64_t> behindZeros(ArrayRef<int64_t> offsets, int64_t by) {
  SmallVector<int64_t> all(by, 0);
  llvm::append_range(all, offsets);
  return all;
}

/// Operations that move elements, or combine those of some axes; null for any other.
Value Lifting::liftShape(Operation *op) {
  int64_t points = sizes.size();
  Type type = typeOver(all(), op->getResultTypes().front());
  auto input = [&] { return whole(op->getOperand(0)); };
  if (auto reduce = dyn_cast<tile::ReduceOp>(op))
    return tile::ReduceOp::create(builder, type, reduce.getKind(), input(), shifted(reduce.getAxes(), points));
  if (auto transpose = dyn_cast<tile::TransposeOp>(op)) {
    SmallVector<int64_t> permutation = llvm::to_vector(llvm::seq<int64_t>(0, points));
    llvm::append_range(permutation, shifted(transpose.getPermutation(), points));
    return tile::TransposeOp::create(builder, type, input(), permutation);
  }
  if (isa<tile::ReshapeOp>(op))
    return tile::ReshapeOp::create(builder, type, input());
  if (auto slice = dyn_cast<tile::SliceOp>(op))
    return tile::SliceOp::create(builder, type, input(), behindZeros(slice.getOffsets(), points));
  if (auto pad = dyn_cast<tile::PadOp>(op))
    return tile::PadOp::create(builder, type, input(), behindZeros(pad.getOffsets(), points));
  if (auto concat = dyn_cast<tile::ConcatOp>(op)) {
    SmallVector<Value> inputs;
    for (Value part : concat.getInputs())
      inputs.push_back(whole(part));
    return tile::ConcatOp::create(builder, type, concat.getAxis() + points, inputs);
  }
  auto broadcast = dyn_cast<tile::BroadcastOp>(op);
  if (!broadcast)
    return {};
  ArrayRef<int64_t> shape = tile::shapeOf(broadcast.getType());
  Type from = broadcast.getInput().getType();
  if (tile::rankOf(from) == 0)
    return stretched(broadcast.getInput(), shape);
  SmallVector<int64_t> aligned(sizes);
  aligned.append(shape.size() - tile::rankOf(from), 1);
  llvm::append_range(aligned, tile::shapeOf(from));
  Value value = tile::ReshapeOp::create(builder, RankedTensorType::get(aligned, tile::elementOf(from)), input());
  return tile::BroadcastOp::create(builder, type, value);
}

/// Operations with several results, all of them at once.
ValueRange Lifting::liftSeveral(Operation *op) {
  if (!op || !hasTreeForm(op))
    return {};
  if (auto solve = dyn_cast<tile::SolveOp>(op))
    return liftSolve(solve);
  if (auto reduce = dyn_cast<tree::ReduceOp>(op))
    return liftReduction(reduce);
  return {};
}

Value Lifting::lift(Operation *op) {
  if (!op || op->getNumResults() != 1)
    return {};
  if (auto read = dyn_cast<tree::ReadOp>(op))
    return hasTreeForm(op) ? liftRead(read) : Value();
  if (auto contract = dyn_cast<tile::ContractOp>(op))
    return product(contract, SmallVector<Value>(contract.getFactors()), '\0', 0, -1);
  if (!op->hasTrait<OpTrait::Elementwise>() && !isa<arith::SelectOp>(op))
    return liftShape(op);
  Type type = op->getResultTypes().front();
  SmallVector<Value> operands;
  for (Value operand : op->getOperands())
    operands.push_back(stretched(operand, tile::shapeOf(type)));
  OperationState state(op->getLoc(), op->getName().getStringRef(), operands, {typeOver(all(), type)}, op->getAttrs());
  return builder.create(state)->getResult(0);
}

} // namespace espalier::lowering
