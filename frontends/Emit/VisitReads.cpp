//===- VisitReads.cpp - Variables, reads of tensors, facts of a vertex ------===//
#include "frontends/Emit/Visit.h"

#include "dialects/Block/IR/BlockDialect.h"
#include "dialects/Tile/IR/TileDialect.h"
#include "dialects/Tree/IR/TreeDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace espalier::emission {

using sema::Expr;
using sema::Kind;
using sema::Op;

Value Visit::emitLeaf(const Expr &expr) {
  switch (expr.op) {
  case Op::literal:
    return makeConstant(b, typeOf(expr.type), expr.number);
  case Op::dim:
    return convert(extent(expr.dims[0]), getElementTypeOrSelf(typeOf(expr.type)));
  case Op::indexParam:
    return kernel.extents.argument(kernel.extents.indexRow(expr.id));
  case Op::loopIndex:
    return variables.at(expr.id);
  case Op::local:
    return locals.at(expr.id);
  case Op::read:
    return emitRead(expr);
  case Op::element:
    return emitElement(expr);
  default:
    return {};
  }
}

/// Whether a read is that of the loop's own point, with all its variables.
bool Visit::isOwnPoint(const Expr &read) const {
  std::vector<int32_t> point = loop.axisVariables;
  if (loop.treeVariable >= 0)
    point.push_back(loop.treeVariable);
  if (read.args.size() < point.size())
    return false;
  for (size_t i = 0; i < point.size(); ++i)
    if (read.args[i]->op != Op::loopIndex || read.args[i]->id != point[i])
      return false;
  return true;
}

/// An index as an operand of a read: inner vertices have no rank among the leaves.
Value Visit::position(const Expr &index, const sema::Tensor::Axis &axis) {
  if (index.type.kind != Kind::vertex)
    return emitIndex(index);
  Value vertex = emit(index);
  if (vertex.getType().isIndex()) // of attention: the domain is that of the axis
    return vertex;
  return axis.leaves ? Value(tree::LeafOp::create(b, vertex.getType(), vertex, kernel.trees[axis.tree])) : vertex;
}

/// Axes of loops are dynamic even where their sizes are known; a tile that has such axes is one of known sizes.
Value Visit::withStaticTile(Value tensor, const sema::Tensor &row, size_t numIndices) {
  auto type = mlir::cast<RankedTensorType>(tensor.getType());
  SmallVector<int64_t> shape(type.getShape());
  size_t first = shape.size() - row.axes.size();
  for (size_t axis = numIndices; axis < row.axes.size(); ++axis)
    shape[first + axis] = row.axes[axis].size.constant().value_or(ShapedType::kDynamic);
  Type wanted = type.clone(ArrayRef(shape));
  if (wanted == type)
    return tensor;
  return kernel.view(b, tensor, row, shape);
}

Value Visit::elementOf(Value tile, ArrayRef<sema::ExprPtr> positions) {
  if (positions.empty())
    return tile;
  SmallVector<Value> indices;
  for (const sema::ExprPtr &position : positions)
    indices.push_back(emitIndex(*position));
  auto type = mlir::cast<RankedTensorType>(tile.getType());
  Type result = tileType(type.getShape().drop_front(indices.size()), type.getElementType());
  return tile::ElementOp::create(b, result, tile, indices);
}

Value Visit::emitElement(const Expr &expr) { return elementOf(emit(*expr.args[0]), ArrayRef(expr.args).drop_front()); }

Value Visit::emitRead(const Expr &expr) {
  const sema::Tensor &row = kernel.kernel.tensors[expr.id];
  bool isOwn = handles.count(expr.id);
  if (isOwn && isOwnPoint(expr))
    return elementOf(definitions.at(expr.id), ArrayRef(expr.args).drop_front(row.numLoopAxes));

  // A handle is read with the loop's indices alone; what follows them picks elements of the tile.
  size_t numIndices = isOwn ? static_cast<size_t>(row.numLoopAxes) : expr.args.size();
  SmallVector<Value> indices;
  for (size_t axis = 0; axis < numIndices; ++axis)
    indices.push_back(position(*expr.args[axis], row.axes[axis]));
  Value tensor = withStaticTile(isOwn ? handles.at(expr.id) : kernel.tensor(b, expr.id), row, numIndices);
  auto type = mlir::cast<RankedTensorType>(tensor.getType());
  Type stored = tileType(type.getShape().take_back(row.axes.size() - numIndices), type.getElementType());
  bool isOfAttention = isa_and_nonnull<block::AttendOp>(sweep);
  Value value = isOfAttention ? Value(block::ReadOp::create(b, stored, tensor, indices))
                              : Value(tree::ReadOp::create(b, stored, tensor, indices));
  value = convert(value, computedElement(*b.getContext(), row.dtype));
  return elementOf(value, ArrayRef(expr.args).drop_front(numIndices));
}

Value Visit::emitVertexFact(const Expr &expr) {
  auto treeOf = [&] { return kernel.trees[expr.tree >= 0 ? expr.tree : expr.args[0]->type.tree]; };
  auto vertex = [&] { return emit(*expr.args[0]); };
  Type vertexType = tree::VertexType::get(b.getContext()), index = b.getIndexType(), truth = b.getI1Type();
  Value fact;
  switch (expr.op) {
  case Op::parent:
    return tree::ParentOp::create(b, vertexType, vertex(), treeOf());
  case Op::root:
    return tree::RootOp::create(b, vertexType, treeOf());
  case Op::vertexIndex:
    fact = vertex(); // the end of an edge is an index already
    if (!fact.getType().isIndex())
      fact = tree::PositionOp::create(b, index, fact);
    break;
  case Op::isRoot:
    fact = tree::IsRootOp::create(b, truth, vertex(), treeOf());
    break;
  case Op::isLeaf:
    fact = tree::IsLeafOp::create(b, truth, vertex(), treeOf());
    break;
  case Op::depth:
    fact = tree::DepthOp::create(b, index, vertex(), treeOf());
    break;
  case Op::height:
    fact = tree::HeightOp::create(b, index, vertex(), treeOf());
    break;
  case Op::slot:
    fact = tree::SlotOp::create(b, index, vertex(), treeOf());
    break;
  case Op::numVertices:
    fact = tree::NumVerticesOp::create(b, index, treeOf());
    break;
  case Op::numLeaves:
    fact = tree::NumLeavesOp::create(b, index, treeOf());
    break;
  default:
    return {};
  }
  return convert(fact, getElementTypeOrSelf(typeOf(expr.type)));
}

} // namespace espalier::emission
