//===- EmitTree.cpp - Trees that a kernel grows -----------------------------===//
#include "frontends/Emit/EmitTree.h"

#include "dialects/Tree/IR/TreeDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace espalier::emission {

using sema::Tensor;

namespace {

static_assert(static_cast<int>(GraphKind::edges) == static_cast<int>(tree::Graph::edges));

/// One spanning tree while it is written.
class SpanningTreeWriter {
public:
  SpanningTreeWriter(KernelValues &kernel, int32_t row, tree::TreeType type, ImplicitLocOpBuilder &b)
      : kernel(kernel), tree(kernel.kernel.trees[row]), spec(kernel.treeSpecs[row]), row(kernel.treeRows[row]),
        type(type), b(b), numEdges(kernel.extents.argument(kernel.extents.edgesRow(this->row, tree.name))) {}

  Value write() {
    Value ends = listEdges(), numbers = costs(ends);
    Value vertices = kernel.size(b, tree.numVertices);
    Value root = tree.centered ? Value() : tree.args[1] ? indexOf(*tree.args[1]) : constant(0);
    Value seed;
    if (spec.builder == TreeSpec::Builder::randomSpanning)
      seed = tree.seed ? indexOf(*tree.seed) : constant(0);
    return tree::SpanningTreeOp::create(b, type, numbers, ends, vertices, root, seed, b.getI64IntegerAttr(row));
  }

private:
  Value constant(int64_t number) { return arith::ConstantIndexOp::create(b, number); }

  Value indexOf(const sema::Expr &expr) {
    static const sema::Loop outsideLoops;
    return Visit(kernel, outsideLoops, /*sweep=*/nullptr, b).emitIndex(expr);
  }

  Value listEdges() {
    Value pairs = tree.graph == "edges" ? kernel.tensor(b, tree.args[2]->id) : Value();
    SmallVector<int64_t> shape{ShapedType::kDynamic, 2};
    if (pairs && spec.ownEdges)
      shape.insert(shape.begin(), ShapedType::kDynamic);
    auto size = [&](const AxisSize &axis) {
      return axis.extent < 0 ? constant(axis.constant) : kernel.extents.argument(axis.extent);
    };
    Value first = size(spec.sizes[0]), second = size(spec.sizes[1]);
    return tree::EdgesOp::create(b, RankedTensorType::get(shape, b.getI32Type()), static_cast<tree::Graph>(spec.graph),
                                 first, second, numEdges, pairs, b.getI64IntegerAttr(row));
  }

  /// The number of every edge, by the same operations for each.
  Value costs(Value ends) {
    Location location = b.getLoc();
    SmallVector<int64_t> shape(tree.batched ? 2 : 1, ShapedType::kDynamic);
    auto costs = RankedTensorType::get(shape, b.getF64Type());
    Value batch = tree.batched ? kernel.extents.argument(kernel.extents.batchRow()) : Value();
    auto sweep = tree::SweepOp::create(b, TypeRange{costs}, tree::Direction::each, /*leaves=*/false, batch, numEdges,
                                       Value(), ValueRange());
    OpBuilder::InsertionGuard guard(b);
    Block *block = b.createBlock(&sweep.getBody());
    Value edge = block->addArgument(b.getIndexType(), NameLoc::get(b.getStringAttr("edge"), location));
    block->addArgument(costs, location);
    static const sema::Loop overEdges;
    Visit visit(kernel, overEdges, sweep, b);
    Value pair = tree::ReadOp::create(b, RankedTensorType::get({2}, b.getI32Type()), ends, edge);
    for (auto [number, variable] : llvm::enumerate(tree.variables)) {
      Value end = tile::ElementOp::create(b, b.getI32Type(), pair, ValueRange{constant(static_cast<int64_t>(number))});
      visit.bindVariable(variable, arith::IndexCastOp::create(b, b.getIndexType(), end));
    }
    sema::Type number;
    number.dtype = DType::f64;
    Value cost = visit.emitAs(*tree.args[0], number);
    b.setLoc(location);
    tree::YieldOp::create(b, cost);
    return sweep.getResult(0);
  }

  KernelValues &kernel;
  const sema::Tree &tree;
  const TreeSpec &spec;
  int32_t row; // of Signature::trees
  tree::TreeType type;
  ImplicitLocOpBuilder &b;
  Value numEdges;
};

} // namespace

Value emitGrownTree(KernelValues &kernel, int32_t row, ImplicitLocOpBuilder &b) {
  const sema::Tree &tree = kernel.kernel.trees[row];
  // Faults bear the name of the tree.
  b.setLoc(NameLoc::get(b.getStringAttr(tree.name), kernel.locationOf(*b.getContext(), tree.span)));
  auto type = tree::TreeType::get(b.getContext(), static_cast<tree::Kind>(tree.kind), tree.arity);
  if (tree.builder == "from_parents")
    return tree::FromParentsOp::create(b, type, kernel.tensor(b, tree.args[0]->id),
                                       b.getI64IntegerAttr(kernel.treeRows[row]));
  return SpanningTreeWriter(kernel, row, type, b).write();
}

} // namespace espalier::emission
