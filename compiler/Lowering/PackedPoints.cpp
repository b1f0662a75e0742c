//===- PackedPoints.cpp - What belongs to each of some points, side by side -===//
#include "compiler/Lowering/PackedPoints.h"

#include "compiler/Lowering/Lift.h"
#include "compiler/Lowering/Loops.h"
#include "compiler/Lowering/RowSums.h"
#include "compiler/Lowering/Visit.h"
#include "dialects/Tile/IR/TileType.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace espalier::lowering {

/// The same tile with its first axis innermost, and how its axes are to be seen then.
static std::pair<SmallVector<int64_t>, SmallVector<int64_t>> rotated(ArrayRef<int64_t> sizes) {
  SmallVector<int64_t> inner(sizes.drop_front()), order{int64_t(sizes.size()) - 1};
  inner.push_back(sizes.front());
  llvm::append_range(order, llvm::seq<int64_t>(0, int64_t(sizes.size()) - 1));
  return {inner, order};
}

View lanesInnermost(Task &task, ArrayRef<int64_t> sizes, Type element) {
  auto [inner, order] = rotated(sizes);
  return task.scratch(inner, element).transposed(order);
}

View laneBlock(Task &task, const Buffer &buffer, Value block, ArrayRef<int64_t> sizes) {
  auto [inner, order] = rotated(sizes);
  Value start = arith::MulIOp::create(task.builder, block.getLoc(), block, task.index(llvm::product_of(sizes)));
  return View::dense(buffer.memref, start, inner).transposed(order);
}

void PackedPoints::add(Value source) {
  if (has(source))
    return;
  SmallVector<int64_t> sizes{size};
  llvm::append_range(sizes, tile::shapeOf(source.getType()));
  Type element = tile::elementOf(source.getType());
  places[source] = layout == Layout::lanes ? lanesInnermost(task, sizes, element) : task.scratch(sizes, element);
}

View PackedPoints::at(Value source, Value point) const { return pointOf(task.builder, loc, of(source), {point}); }

void PackedPoints::evaluate(ArrayRef<Value> sources, Region &body, const ElementwiseGroups &groups,
                            llvm::function_ref<void(Visit &, Value)> bind) {
  if (sources.empty())
    return;
  OpBuilder &builder = task.builder;
  for (Value source : sources)
    add(source);
  auto each = scf::ForOp::create(builder, loc, task.index(0), task.index(size), task.index(1));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(each.getBody()->getTerminator());
  Value point = each.getInductionVar();
  Visit visit(task, body, groups);
  bind(visit, point);
  for (Value source : sources)
    visit.define(source, at(source, point));
  visit.emitDefinitions();
}

void PackedPoints::clear(ArrayRef<Value> sources) const {
  for (Value source : sources) {
    const View &place = of(source);
    emitLoops(task.builder, loc, place.sizes, {}, {place}, {}, [&](ImplicitLocOpBuilder &b, ValueRange, ValueRange) {
      return SmallVector<Value>{arith::ConstantOp::create(b, cast<TypedAttr>(b.getZeroAttr(place.element())))};
    });
  }
}

void bindArguments(Visit &visit, const Lifting &lifting, const PackedPoints &packed, Visit &shared) {
  for (const Lifting::Argument &input : lifting.arguments()) {
    if (packed.has(input.source)) {
      visit.bindTile(input.argument, packed.of(input.source));
    } else if (!isTile(input.argument)) {
      visit.bindAs(input.argument, input.source, shared);
    } else {
      View view = shared.tile(input.source);
      if (input.isWhole) { // the same at all points
        view = view.broadcast(tile::shapeOf(input.argument.getType()).drop_front());
        view.sizes.insert(view.sizes.begin(), packed.numPoints());
        view.strides.insert(view.strides.begin(), 0);
      }
      visit.bindTile(input.argument, view);
    }
  }
}

} // namespace espalier::lowering
