//===- LaneGathers.cpp - Lanes of blocks become the lanes of one ------------===//
//
// The vertices of a block have their children in few other blocks. Two of these at a
// time: a permutation of each, of the lanes that come from it, for every element.
// Where no instruction permutes lanes as a vector says, each lane is fetched for itself.
//===----------------------------------------------------------------------===//
#include "compiler/Target/Cpu/LaneGathers.h"

#include "compiler/Target/Cpu/Lanes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <functional>

using namespace mlir;

namespace espalier::cpu {

namespace {

struct Shape {
  Type element;
  int64_t numPoints, numElements;
  bool mayMiss;
};

class GatherEmitter {
public:
  GatherEmitter(OpBuilder &builder, Location location, const Shape &shape)
      : builder(builder), location(location), lanes(builder, location), shape(shape) {}

  /// Arguments: from, places, lanes.
  void emit(ValueRange arguments, bool byPermutation);

private:
  /// Half of a block, or all of it: as many lanes as fill a register.
  struct Chosen {
    Value mask, lanes; // of the points that come from a block; where in it
  };

  void fetchEach();
  void permute();
  Value mergeTwo(Value missing, bool isFirst);
  Value firstBlockOf(Value missing);
  Value bitsOf(Value mask);
  Value blocksOfPoints() {
    return arith::ShRSIOp::create(builder, location, place, splat(llvm::Log2_64(uint64_t(shape.numPoints))));
  }
  SmallVector<Chosen> chosenFrom(Value block, Value missing);
  Value permuted(Value block, Amount element, const Chosen &chosen);
  void forEach(int64_t to, const std::function<void(Amount)> &body);

  Value index(int64_t value) { return arith::ConstantIndexOp::create(builder, location, value); }
  Value splat(int64_t value) {
    return lanes.constant(builder.getI32IntegerAttr(int32_t(value)), builder.getI32Type(), points());
  }
  Piece points() const { return {0, shape.numPoints, shape.numPoints, {}}; }
  Piece part() const { return {0, width, width, {}}; }
  Value compare(arith::CmpIPredicate predicate, Value a, Value b) {
    return arith::CmpIOp::create(builder, location, predicate, a, b);
  }

  OpBuilder &builder;
  Location location;
  LaneBuilder lanes;
  const Shape &shape;
  FlatBuffer from, places, target;
  int64_t width = 0;
  Value place; // of all points
};

} // namespace

void GatherEmitter::forEach(int64_t to, const std::function<void(Amount)> &body) {
  auto loop = scf::ForOp::create(builder, location, index(0), index(to), index(1));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  body(Amount{loop.getInductionVar(), 0});
}

//===-- One lane after the other --------------------------------------------===//

void GatherEmitter::fetchEach() {
  Amount number = Amount::of(shape.numPoints);
  forEach(shape.numPoints, [&](Amount point) {
    Value at = lanes.load(places, point, Amount::of(0), scalarPiece()), found;
    if (shape.mayMiss) {
      Value zero = arith::ConstantOp::create(builder, location, builder.getI32IntegerAttr(0));
      found = compare(arith::CmpIPredicate::sge, at, zero);
      at = arith::MaxSIOp::create(builder, location, at, zero);
    }
    at = arith::IndexCastOp::create(builder, location, builder.getIndexType(), at);
    Value lane = arith::RemUIOp::create(builder, location, at, index(shape.numPoints));
    Value block = arith::DivUIOp::create(builder, location, at, index(shape.numPoints));
    Amount start = add(builder, location, Amount{lane, 0},
                       multiply(builder, location, Amount{block, 0}, Amount::of(shape.numPoints * shape.numElements)));
    forEach(shape.numElements, [&](Amount element) {
      Amount step = multiply(builder, location, element, number);
      Value value = lanes.load(from, add(builder, location, start, step), Amount::of(0), scalarPiece());
      if (found) {
        Value zero =
            arith::ConstantOp::create(builder, location, cast<TypedAttr>(builder.getZeroAttr(value.getType())));
        value = arith::SelectOp::create(builder, location, found, value, zero);
      }
      lanes.store(value, target, add(builder, location, point, step), Amount::of(0), scalarPiece());
    });
  });
}

//===-- Permutations --------------------------------------------------------===//

Value GatherEmitter::bitsOf(Value mask) {
  Type bits = builder.getIntegerType(unsigned(shape.numPoints));
  Value one = vector::BitCastOp::create(builder, location, VectorType::get({1}, bits), mask);
  return vector::ExtractOp::create(builder, location, one, ArrayRef<int64_t>{0});
}

/// The block of the first point that is missing; some block if none is.
Value GatherEmitter::firstBlockOf(Value missing) {
  Value mask = bitsOf(missing);
  Value last =
      arith::ConstantOp::create(builder, location, builder.getIntegerAttr(mask.getType(), shape.numPoints - 1));
  Value point =
      arith::MinUIOp::create(builder, location, math::CountTrailingZerosOp::create(builder, location, mask), last);
  point = arith::IndexCastUIOp::create(builder, location, builder.getIndexType(), point);
  Value first = lanes.load(places, Amount{point, 0}, Amount::of(0), scalarPiece());
  Value zero = arith::ConstantOp::create(builder, location, builder.getI32IntegerAttr(0));
  first = arith::MaxSIOp::create(builder, location, first, zero);
  Value number = arith::ConstantOp::create(builder, location, builder.getI32IntegerAttr(int32_t(shape.numPoints)));
  return arith::DivUIOp::create(builder, location, first, number);
}

SmallVector<GatherEmitter::Chosen> GatherEmitter::chosenFrom(Value block, Value missing) {
  Value mask = compare(arith::CmpIPredicate::eq, blocksOfPoints(), lanes.broadcast(block, points()));
  mask = arith::AndIOp::create(builder, location, mask, missing);
  Value within = arith::AndIOp::create(builder, location, place, splat(shape.numPoints - 1));
  SmallVector<Chosen> parts;
  for (int64_t begin = 0; begin < shape.numPoints; begin += width) {
    auto piece = [&](Value all) -> Value {
      return vector::ShuffleOp::create(builder, location, all, all, llvm::to_vector(llvm::seq(begin, begin + width)));
    };
    Value numbers = piece(within);
    if (width < shape.numPoints)
      numbers = arith::ExtUIOp::create(builder, location, VectorType::get({width}, builder.getI64Type()), numbers);
    parts.push_back({piece(mask), numbers});
  }
  return parts;
}

/// An element of the points of a part, from a block.
Value GatherEmitter::permuted(Value block, Amount element, const Chosen &chosen) {
  Amount start = multiply(builder, location, Amount{block, 0}, Amount::of(shape.numPoints * shape.numElements));
  start = add(builder, location, start, multiply(builder, location, element, Amount::of(shape.numPoints)));
  SmallVector<Value> operands{lanes.load(from, start, Amount::of(1), part()), chosen.lanes};
  StringRef name = "llvm.x86.avx512.permvar.sf.512";
  if (width < shape.numPoints) {
    operands.push_back(lanes.load(from, add(builder, location, start, Amount::of(width)), Amount::of(1), part()));
    name = "llvm.x86.avx512.vpermi2var.pd.512";
  }
  return LLVM::CallIntrinsicOp::create(builder, location, part().type(shape.element), builder.getStringAttr(name),
                                       operands)
      .getResults();
}

/// Takes what two blocks have of the missing points; which are missing then.
Value GatherEmitter::mergeTwo(Value missing, bool isFirst) {
  Value zeros = lanes.constant(builder.getZeroAttr(shape.element), shape.element, part());
  Value left = missing;
  std::array<Value, 2> blocks;
  std::array<SmallVector<Chosen>, 2> chosen;
  for (int64_t i : {0, 1}) {
    Value number = firstBlockOf(left);
    blocks[i] = arith::IndexCastOp::create(builder, location, builder.getIndexType(), number);
    chosen[i] = chosenFrom(number, left);
    Value isElsewhere = compare(arith::CmpIPredicate::ne, blocksOfPoints(), lanes.broadcast(number, points()));
    left = arith::AndIOp::create(builder, location, left, isElsewhere);
  }
  forEach(shape.numElements, [&](Amount element) {
    for (int64_t number = 0; number < shape.numPoints / width; ++number) {
      Amount at = add(builder, location, multiply(builder, location, element, Amount::of(shape.numPoints)),
                      Amount::of(number * width));
      Value merged = isFirst ? zeros : lanes.load(target, at, Amount::of(1), part());
      for (int64_t i : {0, 1})
        merged = arith::SelectOp::create(builder, location, chosen[i][number].mask,
                                         permuted(blocks[i], element, chosen[i][number]), merged);
      lanes.store(merged, target, at, Amount::of(1), part());
    }
  });
  return left;
}

void GatherEmitter::permute() {
  place = lanes.load(places, Amount::of(0), Amount::of(1), points());
  Value missing = compare(arith::CmpIPredicate::sge, place, splat(0));
  missing = mergeTwo(missing, /*isFirst=*/true);
  auto loop = scf::WhileOp::create(
      builder, location, TypeRange{missing.getType()}, ValueRange{missing},
      [&](OpBuilder &, Location, ValueRange carried) {
        Value bits = bitsOf(carried[0]);
        Value none = arith::ConstantOp::create(builder, location, builder.getIntegerAttr(bits.getType(), 0));
        scf::ConditionOp::create(builder, location, compare(arith::CmpIPredicate::ne, bits, none), carried);
      },
      [&](OpBuilder &, Location, ValueRange carried) {
        scf::YieldOp::create(builder, location, mergeTwo(carried[0], /*isFirst=*/false));
      });
  builder.setInsertionPointAfter(loop);
}

void GatherEmitter::emit(ValueRange arguments, bool byPermutation) {
  from = {arguments[0], shape.element, {}, {}};
  places = {arguments[1], builder.getI32Type(), {}, {}};
  target = {arguments[2], shape.element, {}, {}};
  width = std::min<int64_t>(shape.numPoints, 64 / elementBytes(shape.element));
  byPermutation ? permute() : fetchEach();
}

/// The vectors of AVX-512 have 16 lanes of f32, or two of them 16 lanes of f64.
static bool canPermute(const Shape &shape, const CpuTarget &target) {
  return target.permutesLanes && shape.numPoints == 16 && (shape.element.isF32() || shape.element.isF64());
}

void lowerLaneGather(tile::GatherLanesOp op, const CpuTarget &target) {
  auto type = cast<MemRefType>(op.getLanes().getType());
  if (type.getNumElements() == 0)
    return;
  int64_t numElements = llvm::product_of(type.getShape().drop_front());
  Shape shape{type.getElementType(), type.getDimSize(0), numElements, op.getMayMiss()};
  OpBuilder builder(op);
  Location location = op.getLoc();
  SmallVector<Value> arguments;
  for (Value buffer : {op.getFrom(), op.getPlaces(), op.getLanes()})
    arguments.push_back(FlatBuffer::of(builder, location, buffer).line);
  auto module = op->getParentOfType<ModuleOp>();
  std::string element;
  llvm::raw_string_ostream(element) << shape.element;
  std::string name = "gather_lanes_" + element + "_" + std::to_string(shape.numPoints) + "x" +
                     std::to_string(numElements) + (shape.mayMiss ? "_may_miss" : "");
  auto function = module.lookupSymbol<func::FuncOp>(name);
  if (!function) {
    OpBuilder outside = OpBuilder::atBlockEnd(module.getBody());
    function =
        func::FuncOp::create(outside, location, name, outside.getFunctionType(TypeRange(ValueRange(arguments)), {}));
    function.setPrivate();
    Block *entry = function.addEntryBlock();
    outside.setInsertionPointToStart(entry);
    GatherEmitter(outside, location, shape).emit(entry->getArguments(), canPermute(shape, target));
    func::ReturnOp::create(outside, location);
  }
  func::CallOp::create(builder, location, function, arguments);
}

} // namespace espalier::cpu
