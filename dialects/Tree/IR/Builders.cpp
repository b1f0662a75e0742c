//===- Builders.cpp - Sweeps and reductions from C++ ------------------------===//
#include "dialects/Tile/IR/TileType.h"
#include "dialects/Tree/IR/TreeDialect.h"

#include "mlir/IR/Builders.h"

using namespace mlir;

namespace espalier::tree {

/// Fills a fresh block of `region` with the arguments `types`: `body` makes of them what is yielded.
static void buildBody(OpBuilder &builder, Location loc, Region *region, TypeRange types,
                      function_ref<SmallVector<Value>(Block::BlockArgListType)> body) {
  OpBuilder::InsertionGuard guard(builder);
  Block *block = builder.createBlock(region, region->end(), types, SmallVector<Location>(types.size(), loc));
  SmallVector<Value> values = body(block->getArguments());
  YieldOp::create(builder, loc, values);
}

void SweepOp::build(OpBuilder &builder, OperationState &state, Direction direction, bool leaves, Value batch,
                    ValueRange axes, Value tree, ValueRange inits, TypeRange tiles,
                    function_ref<SmallVector<Value>(OpBuilder &, Location, const SweepArguments &)> body) {
  SmallVector<Type> arguments(axes.size(), builder.getIndexType());
  if (tree)
    arguments.push_back(VertexType::get(builder.getContext()));
  size_t firstHandle = arguments.size();
  SmallVector<Type> outputs;
  for (Type tile : tiles) {
    SmallVector<int64_t> shape((batch ? 1 : 0) + firstHandle, ShapedType::kDynamic);
    llvm::append_range(shape, tile::shapeOf(tile));
    outputs.push_back(RankedTensorType::get(shape, tile::elementOf(tile)));
  }
  llvm::append_range(outputs, inits.getTypes());
  llvm::append_range(arguments, outputs);

  build(builder, state, outputs, direction, leaves, batch, axes, tree, inits);
  buildBody(builder, state.location, state.regions.front().get(), arguments, [&](ArrayRef<BlockArgument> all) {
    ArrayRef<BlockArgument> handles = all.drop_front(firstHandle);
    return body(builder, state.location,
                SweepArguments{all.take_front(axes.size()), tree ? Value(all[axes.size()]) : Value(),
                               handles.take_front(tiles.size()), handles.drop_front(tiles.size())});
  });
}

void ReduceOp::build(OpBuilder &builder, OperationState &state, ArrayRef<tile::ReductionKind> kinds, DomainKind domain,
                     Value vertex, Value lower, Value upper, Value tree, TypeRange types,
                     function_ref<SmallVector<Value>(OpBuilder &, Location, Value)> body) {
  SmallVector<Attribute> attributes;
  for (tile::ReductionKind kind : kinds)
    attributes.push_back(tile::ReductionKindAttr::get(builder.getContext(), kind));
  build(builder, state, types, builder.getArrayAttr(attributes), domain, vertex, lower, upper, tree);
  Type element =
      domain == DomainKind::range ? Type(builder.getIndexType()) : Type(VertexType::get(builder.getContext()));
  buildBody(builder, state.location, state.regions.back().get(), element,
            [&](ArrayRef<BlockArgument> all) { return body(builder, state.location, all.front()); });
}

} // namespace espalier::tree
