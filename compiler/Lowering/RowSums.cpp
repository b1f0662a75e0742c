//===- RowSums.cpp - Weights and weighted sums of a tile of rows ------------===//
#include "compiler/Lowering/RowSums.h"

#include "compiler/Lowering/Combining.h"
#include "compiler/Lowering/Loops.h"
#include "dialects/Tile/IR/TileType.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include <limits>

using namespace mlir;

namespace espalier::lowering {

using Values = SmallVector<Value>;

RowSums::RowSums(Task &task, Location loc, int64_t rows, int64_t keys, Type score, bool isSoftmax,
                 ArrayRef<Type> values)
    : task(task), loc(loc), rows(rows), keys(keys), isSoftmax(isSoftmax), weights(task.scratch({rows, keys}, score)) {
  if (isSoftmax) {
    greatest = task.scratch({rows}, score);
    candidate = task.scratch({rows}, score);
    length = task.scratch({rows}, score);
    scale = task.scratch({rows}, score);
  }
  for (Type value : values) {
    SmallVector<int64_t> sizes{rows};
    llvm::append_range(sizes, tile::shapeOf(value));
    sums.push_back(task.scratch(sizes, tile::elementOf(value)));
  }
}

static Value number(ImplicitLocOpBuilder &b, Type type, double value) {
  return arith::ConstantOp::create(b, b.getFloatAttr(type, value));
}

static Value converted(ImplicitLocOpBuilder &b, Value value, Type type) {
  int64_t from = value.getType().getIntOrFloatBitWidth(), to = type.getIntOrFloatBitWidth();
  if (from == to)
    return value;
  return from < to ? arith::ExtFOp::create(b, type, value).getResult()
                   : arith::TruncFOp::create(b, type, value).getResult();
}

void RowSums::fill(const View &target, double value) {
  emitLoops(task.builder, loc, target.sizes, {}, {target}, {}, [&](ImplicitLocOpBuilder &b, ValueRange, ValueRange) {
    return Values{number(b, target.element(), value)};
  });
}

void RowSums::begin() {
  if (isSoftmax) {
    fill(greatest, -std::numeric_limits<double>::infinity());
    fill(length, 0);
  }
  for (const View &sum : sums)
    fill(sum, 0);
}

/// A number per row, seen from tiles of these sizes behind the rows.
static View perRow(const View &view, ArrayRef<int64_t> sizes) {
  View wide = view;
  wide.sizes.assign(sizes.begin(), sizes.end());
  wide.strides.resize(sizes.size(), 0);
  return wide;
}

void RowSums::weigh() {
  OpBuilder &builder = task.builder;
  if (!isSoftmax) {
    emitLoops(builder, loc, weights.sizes, {}, {weights}, {}, [](ImplicitLocOpBuilder &b, ValueRange, ValueRange old) {
      return Values{math::ExpOp::create(b, old[0])};
    });
    return;
  }
  emitLoops(builder, loc, {rows}, {greatest}, {candidate}, {},
            [](ImplicitLocOpBuilder &, ValueRange read, ValueRange) { return Values{read[0]}; });
  emitLoops(builder, loc, weights.sizes, {weights}, {candidate}, {1},
            [](ImplicitLocOpBuilder &b, ValueRange read, ValueRange old) {
              return Values{arith::MaximumFOp::create(b, old[0], read[0])};
            });
  emitLoops(builder, loc, {rows}, {candidate}, {scale, greatest, length}, {},
            [](ImplicitLocOpBuilder &b, ValueRange read, ValueRange old) {
              Value factor = math::ExpOp::create(b, arith::SubFOp::create(b, old[1], reference(b, read[0])));
              return Values{factor, read[0], arith::MulFOp::create(b, old[2], factor)};
            });
  emitLoops(builder, loc, weights.sizes, {perRow(greatest, weights.sizes)}, {weights}, {},
            [](ImplicitLocOpBuilder &b, ValueRange read, ValueRange old) {
              return Values{math::ExpOp::create(b, arith::SubFOp::create(b, old[0], reference(b, read[0])))};
            });
  emitLoops(builder, loc, weights.sizes, {weights}, {length}, {1},
            [](ImplicitLocOpBuilder &b, ValueRange read, ValueRange old) {
              return Values{arith::AddFOp::create(b, old[0], read[0])};
            });
  for (const View &sum : sums)
    emitLoops(builder, loc, sum.sizes, {perRow(scale, sum.sizes)}, {sum}, {},
              [&](ImplicitLocOpBuilder &b, ValueRange read, ValueRange old) {
                return Values{arith::MulFOp::create(b, old[0], converted(b, read[0], sum.element()))};
              });
}

View RowSums::weightsIn(Type element) {
  if (element == weights.element())
    return weights;
  auto [entry, isNew] = copies.try_emplace(element);
  if (isNew)
    entry->second = task.scratch(weights.sizes, element);
  View copy = entry->second;
  emitLoops(
      task.builder, loc, weights.sizes, {weights}, {copy}, {},
      [&](ImplicitLocOpBuilder &b, ValueRange read, ValueRange) { return Values{converted(b, read[0], element)}; });
  return copy;
}

View RowSums::atRow(const View &view, Value row) const { return pointOf(task.builder, loc, view, {row}); }

void RowSums::finish(unsigned value, Value row, const View &target) {
  SmallVector<View> read{atRow(sums[value], row)};
  if (isSoftmax)
    read.push_back(perRow(atRow(length, row), target.sizes));
  emitLoops(task.builder, loc, target.sizes, read, {target}, {},
            [&](ImplicitLocOpBuilder &b, ValueRange elements, ValueRange) {
              if (!isSoftmax)
                return Values{elements[0]};
              Type element = target.element();
              Value sum = converted(b, elements[1], element);
              Value isEmpty = arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ, sum, number(b, element, 0));
              Value divisor = arith::SelectOp::create(b, isEmpty, number(b, element, 1), sum);
              return Values{arith::DivFOp::create(b, elements[0], divisor)};
            });
}

void RowSums::finishStatistic(Value row, const View &target) {
  emitLoops(task.builder, loc, {}, {atRow(greatest, row), atRow(length, row)}, {target}, {},
            [&](ImplicitLocOpBuilder &b, ValueRange elements, ValueRange) {
              Type element = target.element();
              Value isEmpty = arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ, elements[1], number(b, element, 0));
              Value logarithm =
                  arith::AddFOp::create(b, reference(b, elements[0]), math::LogOp::create(b, elements[1]));
              Value infinity = number(b, element, std::numeric_limits<double>::infinity());
              return Values{arith::SelectOp::create(b, isEmpty, infinity, logarithm)};
            });
}

View pointOf(OpBuilder &builder, Location loc, const View &view, ArrayRef<Value> positions) {
  View point = view;
  for (auto [position, stride] : llvm::zip(positions, view.strides)) {
    if (stride == 0)
      continue;
    Value offset = position;
    if (stride != 1)
      offset = arith::MulIOp::create(builder, loc, position, arith::ConstantIndexOp::create(builder, loc, stride));
    point.offset = point.offset ? arith::AddIOp::create(builder, loc, point.offset, offset).getResult() : offset;
  }
  point.sizes.erase(point.sizes.begin(), point.sizes.begin() + positions.size());
  point.strides.erase(point.strides.begin(), point.strides.begin() + positions.size());
  return point;
}

} // namespace espalier::lowering
