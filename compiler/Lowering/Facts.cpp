//===- Facts.cpp - What is known of a vertex: entries of tables -------------===//
#include "compiler/Lowering/Visit.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace espalier::lowering {

static bool isChain(Value tree) { return cast<tree::TreeType>(tree.getType()).getKind() == tree::Kind::chain; }

Value Visit::entry(tree::Table table, Value sourceTree, Value row, Location loc) {
  Value number = memref::LoadOp::create(builder, loc, task.table(table, sourceTree), row);
  return arith::IndexCastOp::create(builder, loc, builder.getIndexType(), number);
}

Value Visit::ofVertex(Value sourceVertex, TypedAttr otherwise, Location loc, llvm::function_ref<Value(Value)> fact) {
  Value vertex = scalar(sourceVertex);
  if (present.contains(sourceVertex))
    return fact(vertex);
  Value other = task.constant(otherwise);
  Value exists = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sge, vertex, task.index(0));
  auto branch = scf::IfOp::create(builder, loc, other.getType(), exists, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(branch.thenBlock());
  scf::YieldOp::create(builder, loc, fact(vertex));
  builder.setInsertionPointToEnd(branch.elseBlock());
  scf::YieldOp::create(builder, loc, other);
  return branch.getResult(0);
}

Value Visit::fact(Operation *op) {
  Location loc = op->getLoc();
  if (isa<tree::NumVerticesOp>(op))
    return task.extent(task.buffers.verticesOf(op->getOperand(0)));
  if (isa<tree::NumLeavesOp>(op))
    return task.treeExtent(tree::Extent::num_leaves, op->getOperand(0));
  if (isa<tree::PositionOp>(op))
    return scalar(op->getOperand(0));
  Value zero = task.index(0), one = task.index(1);
  if (auto root = dyn_cast<tree::RootOp>(op)) {
    Value numRoots = task.treeExtent(tree::Extent::num_roots, root.getTree());
    Value some = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sgt, numRoots, zero);
    auto branch = scf::IfOp::create(builder, loc, TypeRange{builder.getIndexType()}, some, /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(branch.thenBlock());
    scf::YieldOp::create(builder, loc, entry(tree::Table::roots, root.getTree(), zero, loc));
    builder.setInsertionPointToEnd(branch.elseBlock());
    scf::YieldOp::create(builder, loc, task.index(-1));
    return branch.getResult(0);
  }

  Value vertex = op->getOperand(0), tree = op->getOperand(1);
  auto number = [&](int64_t value) -> TypedAttr { return builder.getIndexAttr(value); };
  auto inTable = [&](tree::Table table, int64_t otherwise) {
    return ofVertex(vertex, number(otherwise), loc, [&](Value v) { return entry(table, tree, v, loc); });
  };
  auto test = [&](arith::CmpIPredicate predicate, llvm::function_ref<Value(Value)> left, Value right) {
    return ofVertex(vertex, builder.getBoolAttr(false), loc,
                    [&](Value v) -> Value { return arith::CmpIOp::create(builder, loc, predicate, left(v), right); });
  };
  auto numChildren = [&](Value v) -> Value {
    Value next = arith::AddIOp::create(builder, loc, v, one);
    return arith::SubIOp::create(builder, loc, entry(tree::Table::child_offsets, tree, next, loc),
                                 entry(tree::Table::child_offsets, tree, v, loc));
  };
  // The parent of t in a chain is t + 1.
  auto parent = [&](Value v) -> Value {
    if (!isChain(tree))
      return entry(tree::Table::parent, tree, v, loc);
    Value next = arith::AddIOp::create(builder, loc, v, one);
    Value within = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, next,
                                         task.extent(task.buffers.verticesOf(tree)));
    return arith::SelectOp::create(builder, loc, within, next, task.index(-1));
  };
  return TypeSwitch<Operation *, Value>(op)
      .Case<tree::ParentOp>([&](auto) { return ofVertex(vertex, number(-1), loc, parent); })
      .Case<tree::LeafOp>([&](auto) { return inTable(tree::Table::leaf_rank, -1); })
      .Case<tree::DepthOp>([&](auto) { return inTable(tree::Table::depth, 0); })
      .Case<tree::HeightOp>([&](auto) { return inTable(tree::Table::height, 0); })
      .Case<tree::SlotOp>([&](auto) { return inTable(tree::Table::slot, 0); })
      .Case<tree::IsRootOp>([&](auto) { return test(arith::CmpIPredicate::slt, parent, zero); })
      .Case<tree::IsLeafOp>([&](auto) { return test(arith::CmpIPredicate::eq, numChildren, zero); })
      .Case<tree::NumChildrenOp>([&](auto) { return ofVertex(vertex, number(0), loc, numChildren); });
}

} // namespace espalier::lowering
