//===- LiftTrees.cpp - What points of a sweep over a tree have in common ----===//
//
// Points are vertices of a block: in a lifted region a value of type !tree.vertex is a
// vertex at each point. It is the point itself, a parent, or the k-th child, of which
// perfect trees have equally many at all vertices of one height; nothing is asked of it
// but tiles that lie there.
//
// Or points are those of batch and axes, all at one vertex: facts of the tree, and what is
// read of tensors that they share, are the same for all of them. A reduction runs over the
// same elements at all points; what belongs to an element is evaluated in the lifted
// reduction, what differs between points there is lifted.
//===----------------------------------------------------------------------===//
#include "compiler/Lowering/Lift.h"

#include "dialects/Tile/IR/TileType.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace espalier::lowering {

static bool isPerfect(Value tree) { return cast<tree::TreeType>(tree.getType()).getKind() == tree::Kind::perfect; }

//===-- What has a form -----------------------------------------------------===//

bool Lifting::hasVertexForm(Value vertex) const {
  if (isa<BlockArgument>(vertex))
    return isa<tree::VertexType>(vertex.getType());
  auto parent = vertex.getDefiningOp<tree::ParentOp>();
  return parent && hasVertexForm(parent.getVertex());
}

bool Lifting::hasTreeForm(Operation *op) const {
  if (!vertices && !rows)
    return false;
  if (auto read = dyn_cast<tree::ReadOp>(op))
    return rows
               ? rows->contains(op)
               : llvm::all_of(read.getIndices(), [&](Value index) { return !isLifted(index) || hasVertexForm(index); });
  if (isa<tile::SolveOp>(op) || (vertices && isa<tree::ParentOp>(op)))
    return true;
  auto reduce = dyn_cast<tree::ReduceOp>(op);
  return reduce && hasTreeForm(reduce);
}

bool Lifting::hasTreeForm(tree::ReduceOp op) const {
  if (rows) {
    bool isSame = llvm::none_of(op->getOperands(), [&](Value operand) { return isLifted(operand); });
    if (!op.getFilter().empty())
      isSame &= !isLifted(op.getFilter().front().getTerminator()->getOperand(0));
    if (!isSame)
      return false;
  } else if (op.getDomain() != tree::DomainKind::children || !op.getFilter().empty() ||
             !isa<BlockArgument>(op.getVertex()) || !isLifted(op.getVertex()) || !isPerfect(op.getTree())) {
    return false;
  }
  return llvm::all_of(op.getBody().front().without_terminator(),
                      [&](Operation &inner) { return hasFormWithin(inner); });
}

/// Within a reduction nothing can be computed point by point, and a system is one of all points.
bool Lifting::hasFormWithin(Operation &inner) const {
  if (llvm::none_of(inner.getResults(), [&](Value result) { return isLifted(result); }))
    return !rows || !inner.walk([](tile::SolveOp) { return WalkResult::interrupt(); }).wasInterrupted();
  return inner.hasTrait<OpTrait::Elementwise>() ||
         isa<arith::SelectOp, tile::ContractOp, tile::ReduceOp, tile::TransposeOp, tile::ReshapeOp, tile::SliceOp,
             tile::PadOp, tile::ConcatOp, tile::BroadcastOp>(inner) ||
         hasTreeForm(&inner);
}

//===-- What is the same at all points ----------------------------------------===//

/// Whether it is evaluated for an element of a lifted reduction.
bool Lifting::isOfElement(Value source) const {
  return rows && isa<tree::ReduceOp>(source.getParentRegion()->getParentOp());
}

/// The value itself, not lifted.
Value Lifting::uniform(Value source) {
  if (Value value = known.lookup(source); value && dependences.of(source) == 0)
    return value;
  if (rows && isa<func::FuncOp>(source.getParentRegion()->getParentOp()))
    return source;
  Operation *op = source.getDefiningOp();
  bool isConstant = op && op->hasTrait<OpTrait::ConstantLike>();
  if (!isOfElement(source) && !(rows && isConstant))
    return argumentFor(source, source.getType(), /*isWhole=*/false);
  IRMapping mapping;
  op->walk([&](Operation *inner) {
    for (Value operand : inner->getOperands())
      if (!op->isAncestor(operand.getParentRegion()->getParentOp()))
        mapping.map(operand, uniform(operand));
  });
  Operation *copy = builder.clone(*op, mapping);
  for (auto [from, to] : llvm::zip_equal(op->getResults(), copy->getResults()))
    known[from] = to;
  return known[source];
}

//===-- Forms ---------------------------------------------------------------===//

Value Lifting::vertex(Value source) {
  if (Value value = known.lookup(source))
    return value;
  if (!hasVertexForm(source))
    return {};
  if (auto parent = source.getDefiningOp<tree::ParentOp>())
    return known[source] =
               tree::ParentOp::create(builder, source.getType(), vertex(parent.getVertex()), parent.getTree());
  return known[source] = outside(source.getType());
}

Value Lifting::axis(Value index) {
  Value &argument = axes[index];
  if (!argument)
    argument = outside(index.getType());
  return argument;
}

Value Lifting::liftRead(tree::ReadOp op) {
  SmallVector<Value> indices;
  for (Value index : op.getIndices())
    indices.push_back(!isLifted(index) ? uniform(index) : rows ? axis(index) : vertex(index));
  auto lifted = tree::ReadOp::create(builder, typeOver(all(), op.getType()), op.getTensor(), indices);
  if (rows)
    liftedRows.insert(lifted);
  return lifted;
}

ValueRange Lifting::liftSolve(tile::SolveOp op) {
  Value matrix = whole(op.getMatrix());
  SmallVector<Value> sides;
  SmallVector<Type> types;
  for (Value side : op.getRightSides()) {
    sides.push_back(whole(side));
    types.push_back(sides.back().getType());
  }
  return tile::SolveOp::create(builder, types, op.getMethod(), op.getTransposed(), matrix, sides).getResults();
}

/// What a reduction runs over.
Value Lifting::domainOf(Value operand) {
  if (!operand)
    return {};
  return vertices && isa<tree::VertexType>(operand.getType()) ? vertex(operand) : uniform(operand);
}

/// What is used within but stands outside is computed in front; what its filter uses of that.
IRMapping Lifting::prepare(tree::ReduceOp op) {
  IRMapping filtered;
  op->walk([&](Operation *inner) {
    if (inner == op)
      return;
    bool isOfFilter = op.getFilter().isAncestor(inner->getParentRegion());
    for (Value operand : inner->getOperands()) {
      if (op->isAncestor(operand.getParentRegion()->getParentOp()))
        continue;
      if (isLifted(operand) && operand.getDefiningOp())
        isa<tree::VertexType>(operand.getType()) ? vertex(operand) : lifted(operand);
      else if (isOfFilter || isOfElement(operand))
        filtered.map(operand, uniform(operand));
    }
  });
  return filtered;
}

ValueRange Lifting::liftReduction(tree::ReduceOp op) {
  IRMapping filtered = prepare(op);
  SmallVector<Type> types;
  for (Value result : op.getOutputs())
    types.push_back(typeOver(all(), result.getType()));
  Value above = domainOf(op.getVertex()), lower = domainOf(op.getLower()), upper = domainOf(op.getUpper());
  auto body = [&](OpBuilder &, Location, Value element) {
    known[op.getElement()] = element;
    SmallVector<Value> values;
    for (Value value : op.getBody().front().getTerminator()->getOperands())
      values.push_back(whole(value));
    return values;
  };
  SmallVector<tile::ReductionKind> kinds;
  for (unsigned i = 0; i < op.getNumResults(); ++i)
    kinds.push_back(op.getKind(i));
  OperationState state(builder.getLoc(), tree::ReduceOp::getOperationName());
  tree::ReduceOp::build(builder, state, kinds, op.getDomain(), above, lower, upper, op.getTree(), types,
                        [&](OpBuilder &inner, Location loc, Value element) {
                          OpBuilder::InsertionGuard guard(builder);
                          builder.setInsertionPoint(inner.getInsertionBlock(), inner.getInsertionPoint());
                          return body(inner, loc, element);
                        });
  auto lifted = cast<tree::ReduceOp>(builder.create(state));
  if (!op.getFilter().empty())
    op.getFilter().cloneInto(&lifted.getFilter(), filtered);
  return lifted->getResults();
}

} // namespace espalier::lowering
