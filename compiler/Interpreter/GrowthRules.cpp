//===- GrowthRules.cpp - Trees that are built from tensors, and views -------===//
#include "compiler/Interpreter/Plan.h"

#include "dialects/Tree/IR/TreeDialect.h"
#include "runtime/Tree/GrowTree.h"

#include <algorithm>

using namespace mlir;

namespace espalier::interpreter {

static std::vector<int32_t> integersOf(const TensorView &view) {
  Result<int64_t> count = countElements(view.shape, 1);
  std::vector<int32_t> numbers(static_cast<size_t>(*count));
  for (size_t i = 0; i < numbers.size(); ++i)
    numbers[i] = static_cast<int32_t>(view.data[i].integer);
  return numbers;
}

/// "T: ..", "T at batch 1: .."
static void refuse(Machine &machine, Operation *op, const Error &error, const std::string &batch = "") {
  machine.failWith(
      op, fmt::format("{}{}{}: {}", nameOf(op->getLoc(), "tree"), batch.empty() ? "" : " at ", batch, error.message));
}

/// The first row of a batch of parents that makes no tree, and why.
static void refuseParents(Machine &machine, Operation *op, const Tensor &parents, TreeKind kind, const Error &ofAll) {
  int64_t count = parents.rank() == 2 ? parents.shape()[0] : 0, size = parents.shape().back();
  std::span<const int32_t> numbers = parents.values<int32_t>();
  for (int64_t i = 0; i < count; ++i)
    if (Result<Tree> tree = Tree::fromParents(numbers.subspan(i * size, size), kind); !tree)
      return refuse(machine, op, tree.error(), machine.placeInBatch(i, count));
  refuse(machine, op, ofAll);
}

static Step fromParents(Operation *op, Plan &plan) {
  auto kind = static_cast<TreeKind>(cast<tree::FromParentsOp>(op).getType().getKind());
  return [op, kind, place = plan.tensor(op->getOperand(0)), tree = plan.tree(op->getResult(0))](Machine &machine) {
    TensorView view = machine.view(place);
    std::vector<int32_t> numbers = integersOf(view);
    Result<Tensor> parents = Tensor::of(Shape(view.shape.begin(), view.shape.end()), std::span<const int32_t>(numbers));
    if (!parents)
      return refuse(machine, op, parents.error());
    if (Result<TreeBatch> trees = TreeBatch::fromParents(*parents, kind))
      machine.setTrees(tree, *trees);
    else
      refuseParents(machine, op, *parents, kind, trees.error());
  };
}

//===-- Graphs --------------------------------------------------------------===//

/// Writes the ends of all edges into a tensor [.., E, 2].
static void writeEnds(Machine &machine, Operation *op, const TensorPlace &place, const Shape &shape,
                      std::span<const Edge> edges) {
  if (Result<void> allocated = machine.allocate(place, shape); !allocated)
    return refuse(machine, op, allocated.error());
  Element *next = machine.view(place).data;
  for (const Edge &edge : edges) {
    (next++)->integer = edge.lower;
    (next++)->integer = edge.higher;
  }
}

static Step implicitEdges(tree::EdgesOp op, Plan &plan) {
  return [op, kind = static_cast<GraphKind>(op.getGraph()), first = plan.slot(op.getFirst()),
          second = plan.slot(op.getSecond()), count = plan.slot(op.getCount()),
          ends = plan.tensor(op.getEnds())](Machine &machine) {
    Result<Graph> graph = Graph::implicit(kind, machine.integer(first), machine.integer(second));
    if (!graph)
      return refuse(machine, op, graph.error());
    if (graph->numEdges() != machine.integer(count))
      return refuse(machine, op, Error::of("{} edges, but {} are stated", graph->numEdges(), machine.integer(count)));
    std::vector<Edge> edges(static_cast<size_t>(graph->numEdges()));
    graph->list(edges.data());
    writeEnds(machine, op, ends, {graph->numEdges(), 2}, edges);
  };
}

static Step listedEdges(tree::EdgesOp op, Plan &plan) {
  return [op, vertices = plan.slot(op.getFirst()), place = plan.tensor(op.getPairs()),
          ends = plan.tensor(op.getEnds())](Machine &machine) {
    TensorView view = machine.view(place);
    Shape shape(view.shape.begin(), view.shape.end());
    if (shape.back() != 2)
      return refuse(machine, op, Error::of("pairs of {} vertices, expected 2", shape.back()));
    std::vector<int32_t> pairs = integersOf(view);
    std::vector<Edge> edges(pairs.size() / 2);
    size_t numLists = shape.size() == 3 ? static_cast<size_t>(shape[0]) : 1,
           each = numLists ? edges.size() / numLists : 0;
    for (size_t list = 0; list < numLists; ++list) {
      std::span<const int32_t> own(pairs.data() + 2 * list * each, 2 * each);
      if (Result<void> ordered = orderPairs(machine.integer(vertices), own, edges.data() + list * each); !ordered)
        return refuse(machine, op, ordered.error(), shape.size() == 3 ? machine.placeInBatch(list, numLists) : "");
    }
    writeEnds(machine, op, ends, shape, edges);
  };
}

static Step edges(Operation *op, Plan &plan) {
  auto graph = cast<tree::EdgesOp>(op);
  return graph.getPairs() ? listedEdges(graph, plan) : implicitEdges(graph, plan);
}

//===-- Spanning trees ------------------------------------------------------===//

namespace {
struct Growth {
  tree::SpanningTreeOp op;
  TensorPlace numbers, ends;
  Slot vertices, root, seed;
  int64_t tree;

  /// `element`: the one of a batch that is grown, for the message if it fails; none before and without a batch.
  Result<TreeBatch> grow(Machine &machine, int64_t &element) const;
};
} // namespace

Result<TreeBatch> Growth::grow(Machine &machine, int64_t &element) const {
  TensorView all = machine.view(numbers), listed = machine.view(ends);
  bool isBatch = all.shape.size() == 2, ownEdges = listed.shape.size() == 3;
  int64_t numEdges = all.shape.back(), count = isBatch ? all.shape[0] : 1;
  if (listed.shape[listed.shape.size() - 2] != numEdges || (ownEdges && listed.shape[0] != count))
    return Error::of("{} numbers, but the edges are {}", toString(all.shape), toString(listed.shape));
  int64_t numVertices = machine.integer(vertices);
  if (numVertices < 0 || numVertices > INT32_MAX)
    return Error::of("{} vertices", numVertices);
  std::vector<int32_t> pairs = integersOf(listed);
  std::vector<Edge> edges(pairs.size() / 2);
  for (size_t e = 0; e < edges.size(); ++e)
    edges[e] = {pairs[2 * e], pairs[2 * e + 1]};
  GrowthRule rule;
  rule.root = root.size > 0 ? RootRule::at(machine.integer(root)) : RootRule::atCenter();
  if (seed.size > 0)
    rule.seed = static_cast<uint64_t>(machine.integer(seed));

  std::vector<double> costs(static_cast<size_t>(numEdges));
  auto listOf = [&](int64_t b) -> EdgeList {
    return {numVertices, numEdges, edges.data() + (ownEdges ? b * numEdges : 0), /*inOrder=*/false};
  };
  std::vector<double> scratch(static_cast<size_t>(growthScratchBytes(listOf(0))) / sizeof(double) + 1);
  std::vector<int32_t> parents(static_cast<size_t>(numVertices)), order(parents.size());
  std::vector<Tree> trees;
  for (int64_t b = 0; b < count; ++b) {
    element = isBatch ? b : none;
    for (int64_t e = 0; e < numEdges; ++e)
      costs[static_cast<size_t>(e)] = all.data[b * numEdges + e].real;
    Result<void> grown = growTree(listOf(b), costs.data(), rule, b, scratch.data(), parents.data(), order.data());
    Result<Tree> tree = grown ? Tree::fromParents(parents) : grown.error();
    if (!tree)
      return tree.error();
    trees.push_back(*tree);
  }
  element = none;
  return TreeBatch::of(isBatch ? Shape{count} : Shape{}, std::move(trees), numVertices);
}

static Step spanningTree(Operation *op, Plan &plan) {
  auto span = cast<tree::SpanningTreeOp>(op);
  Growth growth{span, plan.tensor(span.getNumbers()), plan.tensor(span.getEnds()), plan.slot(span.getVertices()), {},
                {},   plan.tree(span.getTree())};
  if (span.getRoot())
    growth.root = plan.slot(span.getRoot());
  if (span.getSeed())
    growth.seed = plan.slot(span.getSeed());
  return [op, growth](Machine &machine) {
    int64_t element = none;
    if (Result<TreeBatch> trees = growth.grow(machine, element))
      machine.setTrees(growth.tree, *trees);
    else
      refuse(machine, op, trees.error(),
             element == none ? "" : machine.placeInBatch(element, machine.view(growth.numbers).shape[0]));
  };
}

//===-- Views ---------------------------------------------------------------===//

static Step view(Operation *op, Plan &plan) {
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  return [op, shape = Shape(type.getShape().begin(), type.getShape().end()), from = plan.tensor(op->getOperand(0)),
          sizes = plan.slots(op->getOperands().drop_front()), to = plan.tensor(op->getResult(0))](Machine &machine) {
    Shape axes = shape;
    auto size = sizes.begin();
    for (int64_t &axis : axes)
      if (ShapedType::isDynamic(axis))
        axis = machine.integer(*size++);
    TensorView source = machine.view(from);
    Result<int64_t> elements = countElements(source.shape, 1), wanted = countElements(axes, 1);
    if (!wanted || *elements != *wanted)
      return machine.fail(op, "a tensor {} cannot be seen as {}", toString(source.shape), toString(axes));
    if (Result<void> allocated = machine.allocate(to, axes); !allocated)
      return machine.failWith(op, allocated.error().message);
    std::copy_n(machine.view(from).data, *elements, machine.view(to).data);
  };
}

void addGrowthRules(RuleTable &table) {
  table["tree.from_parents"] = fromParents;
  table["tree.edges"] = edges;
  table["tree.spanning_tree"] = spanningTree;
  table["tree.view"] = view;
}

} // namespace espalier::interpreter
