//===- LiftVertices.cpp - What vertices of a tree have in common ------------===//
//
// In a lifted region a value of type !tree.vertex is a vertex at each point. It is the
// point itself, a parent, or the k-th child, of which perfect trees have equally many at
// all vertices of one height; nothing is asked of it but tiles that lie there.
//===----------------------------------------------------------------------===//
#include "compiler/Lowering/Lift.h"

#include "dialects/Tile/IR/TileType.h"

#include "mlir/IR/IRMapping.h"

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

bool Lifting::hasVertexForm(Operation *op) const {
  if (auto read = dyn_cast<tree::ReadOp>(op))
    return llvm::all_of(read.getIndices(), [&](Value index) { return !isLifted(index) || hasVertexForm(index); });
  if (isa<tile::SolveOp, tree::ParentOp>(op))
    return true;
  auto reduce = dyn_cast<tree::ReduceOp>(op);
  if (!reduce)
    return false;
  if (reduce.getDomain() != tree::DomainKind::children || !reduce.getFilter().empty() ||
      !isa<BlockArgument>(reduce.getVertex()) || !isLifted(reduce.getVertex()) || !isPerfect(reduce.getTree()))
    return false;
  // Within it nothing can be computed point by point.
  return llvm::all_of(reduce.getBody().front().without_terminator(), [&](Operation &inner) {
    if (llvm::none_of(inner.getResults(), [&](Value result) { return isLifted(result); }))
      return true;
    return inner.hasTrait<OpTrait::Elementwise>() ||
           isa<arith::SelectOp, tile::ContractOp, tile::ReduceOp, tile::TransposeOp, tile::ReshapeOp, tile::SliceOp,
               tile::PadOp, tile::ConcatOp, tile::BroadcastOp>(inner) ||
           hasVertexForm(&inner);
  });
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

Value Lifting::liftRead(tree::ReadOp op) {
  SmallVector<Value> indices;
  for (Value index : op.getIndices())
    indices.push_back(isLifted(index) ? vertex(index) : argumentFor(index, index.getType(), /*isWhole=*/false));
  return tree::ReadOp::create(builder, typeOver(all(), op.getType()), op.getTensor(), indices);
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

ValueRange Lifting::liftReduction(tree::ReduceOp op) {
  // What is used within but stands outside is computed in front.
  op.getBody().walk([&](Operation *inner) {
    for (Value operand : inner->getOperands())
      if (operand.getDefiningOp() && isLifted(operand) && !op.getBody().isAncestor(operand.getParentRegion()))
        isa<tree::VertexType>(operand.getType()) ? vertex(operand) : lifted(operand);
  });
  SmallVector<Type> types;
  for (Value result : op.getOutputs())
    types.push_back(typeOver(all(), result.getType()));
  Value above = vertex(op.getVertex());
  auto body = [&](OpBuilder &, Location, Value child) {
    known[op.getElement()] = child;
    SmallVector<Value> values;
    for (Value value : op.getBody().front().getTerminator()->getOperands())
      values.push_back(whole(value));
    return values;
  };
  SmallVector<tile::ReductionKind> kinds;
  for (unsigned i = 0; i < op.getNumResults(); ++i)
    kinds.push_back(op.getKind(i));
  OperationState state(builder.getLoc(), tree::ReduceOp::getOperationName());
  Value none;
  tree::ReduceOp::build(builder, state, kinds, op.getDomain(), above, none, none, op.getTree(), types,
                        [&](OpBuilder &inner, Location loc, Value child) {
                          OpBuilder::InsertionGuard guard(builder);
                          builder.setInsertionPoint(inner.getInsertionBlock(), inner.getInsertionPoint());
                          return body(inner, loc, child);
                        });
  return builder.create(state)->getResults();
}

} // namespace espalier::lowering
