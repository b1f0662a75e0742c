//===- GrowTrees.cpp - Trees from data in the mid-level form ----------------===//
//
// Lists of edges, costs and parents are buffers of the kernel, filled and read between
// its grids; the trees are places among its arguments.
//===----------------------------------------------------------------------===//
#include "compiler/Lowering/GrowTrees.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace espalier::lowering {

/// An index between sweeps, here: arithmetic on extents is repeated.
static Value repeat(OpBuilder &builder, const Buffers &buffers, Value value, IRMapping &made) {
  if (!value)
    return {};
  if (Value known = made.lookupOrNull(value))
    return known;
  if (isa<BlockArgument>(value))
    return buffers.argument(value);
  Operation *op = value.getDefiningOp();
  for (Value operand : op->getOperands())
    made.map(operand, repeat(builder, buffers, operand, made));
  builder.clone(*op, made);
  return made.lookup(value);
}

void emitGrowth(OpBuilder &builder, const Buffers &buffers, Locations &locations, Operation *op) {
  Location loc = op->getLoc();
  int64_t row = op->getAttrOfType<IntegerAttr>("row").getInt(), place = locations.rowOf(loc, op->getResult(0));
  auto memref = [&](Value tensor) { return tensor ? buffers[tensor].memref : Value(); };
  IRMapping made;
  if (auto edges = dyn_cast<tree::EdgesOp>(op)) {
    tree::ListEdgesOp::create(builder, loc, row, place, memref(edges.getPairs()), memref(edges.getEnds()));
  } else if (auto span = dyn_cast<tree::SpanningTreeOp>(op)) {
    Value root = repeat(builder, buffers, span.getRoot(), made), seed = repeat(builder, buffers, span.getSeed(), made);
    tree::BuildOp::create(builder, loc, row, place, memref(span.getNumbers()), memref(span.getEnds()), root, seed);
  } else {
    tree::BuildOp::create(builder, loc, row, place, memref(cast<tree::FromParentsOp>(op).getParents()), Value(),
                          Value(), Value());
  }
}

} // namespace espalier::lowering
