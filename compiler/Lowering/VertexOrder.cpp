//===- VertexOrder.cpp - The visits of one task, in order -------------------===//
#include "compiler/Lowering/VertexOrder.h"

#include "compiler/Lowering/PointBlock.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using espalier::tree::Traversal;

namespace espalier::lowering {

VertexOrder::VertexOrder(Task &task, tree::SweepOp sweep, Share share)
    : task(task), sweep(sweep), loc(sweep.getLoc()), share(share), traversal(sweep.getSchedule().getTraversal()) {
  from = task.index(0);
  to = isByBlocks() ? task.treeExtent(tree::Extent::num_blocks, sweep.getTree())
                    : task.extent(pointsOf(task.buffers, sweep));
  if (share != Share::all)
    findRange();
}

VertexOrder::VertexOrder(Task &task, tree::SweepOp sweep, Value from, Value to)
    : task(task), sweep(sweep), loc(sweep.getLoc()), share(Share::run), traversal(sweep.getSchedule().getTraversal()),
      from(from), to(to) {}

bool VertexOrder::isByBlocks() const {
  return traversal == Traversal::blocks || traversal == Traversal::reverse_blocks;
}

Value VertexOrder::entry(tree::Table table, Value number) {
  return arith::IndexCastOp::create(
      task.builder, loc, task.builder.getIndexType(),
      memref::LoadOp::create(task.builder, loc, task.table(table, sweep.getTree()), number));
}

/// The top is behind all parts of the tree, of which a task has its share: it may be more than one.
void VertexOrder::findRange() {
  OpBuilder &builder = task.builder;
  tree::Table offsets = isByBlocks() ? tree::Table::part_blocks : tree::Table::part_offsets;
  Value parts = task.treeExtent(tree::Extent::num_parts, sweep.getTree());
  if (share == Share::top) {
    from = entry(offsets, parts);
    return;
  }
  Value tasks = task.index(sweep.getSchedule().getParts());
  auto bound = [&](Value number) {
    Value part = arith::DivUIOp::create(builder, loc, arith::MulIOp::create(builder, loc, number, parts), tasks);
    return entry(offsets, part);
  };
  from = bound(task.part);
  to = bound(arith::AddIOp::create(builder, loc, task.part, task.index(1)));
}

Value VertexOrder::later(Value visit, int64_t count) {
  OpBuilder &builder = task.builder;
  Value last = arith::SubIOp::create(builder, loc, to, task.index(1));
  return arith::MinUIOp::create(builder, loc, arith::AddIOp::create(builder, loc, visit, task.index(count)), last);
}

Value VertexOrder::number(Value visit) {
  OpBuilder &builder = task.builder;
  if (traversal == Traversal::reverse_post_order || traversal == Traversal::descending ||
      traversal == Traversal::reverse_blocks) {
    Value last = arith::SubIOp::create(builder, loc, to, task.index(1));
    if (share != Share::all)
      last = arith::AddIOp::create(builder, loc, from, last);
    visit = arith::SubIOp::create(builder, loc, last, visit);
  }
  return visit;
}

Value VertexOrder::at(Value visit) {
  visit = number(visit);
  if (traversal == Traversal::post_order || traversal == Traversal::reverse_post_order)
    return entry(share == Share::all ? tree::Table::post_order : tree::Table::part_order, visit);
  return visit;
}

} // namespace espalier::lowering
