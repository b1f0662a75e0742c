//===- SweepRules.cpp - tree.sweep and tree.reduce --------------------------===//
#include "compiler/Interpreter/Combine.h"
#include "compiler/Interpreter/Plan.h"

#include "dialects/Tree/IR/TreeDialect.h"

using namespace mlir;

namespace espalier::interpreter {

//===-- tree.sweep ----------------------------------------------------------===//

namespace {
struct Sweep {
  struct Definition {
    TensorPlace tensor;
    Shape tileShape;
    int64_t tileSize;
    bool isChecked; // whether it is a float of the program, which `--check=finite` looks at
    std::string name;
    Location place; // of what it is defined as
  };
  struct Accumulator {
    TensorPlace initial, tensor;
  };

  tree::SweepOp op;
  tree::Direction direction = tree::Direction::each;
  bool overLeaves = false;
  std::optional<Slot> batch;
  std::vector<Slot> axes;
  std::optional<int64_t> tree;
  std::vector<Slot> axisIndices;
  std::vector<std::string> axisNames;
  Slot vertex;
  std::vector<Definition> definitions;
  std::vector<Accumulator> accumulators;
  std::shared_ptr<const Code> body;

  static Sweep of(tree::SweepOp op, Plan &plan);

  void run(Machine &machine) const;
  bool prepare(Machine &machine, const Shape &domain) const;
  void runElement(Machine &machine, const Shape &axisSizes, int64_t numPoints) const;
  void visit(Machine &machine, int64_t point) const;
  bool isFinite(Machine &machine, size_t definition) const;
};
} // namespace

Sweep Sweep::of(tree::SweepOp op, Plan &plan) {
  Sweep sweep;
  sweep.op = op;
  sweep.direction = op.getDirection();
  sweep.overLeaves = op.getLeaves();
  if (op.getBatch())
    sweep.batch = plan.slot(op.getBatch());
  sweep.axes = plan.slots(op.getAxes());
  for (auto [axis, index] : llvm::enumerate(op.getAxisIndices())) {
    sweep.axisIndices.push_back(plan.slot(index));
    sweep.axisNames.push_back(nameOf(index.getLoc(), fmt::format("axis {}", axis)));
  }
  if (op.getTree()) {
    sweep.tree = plan.tree(op.getTree());
    sweep.vertex = plan.slot(op.getVertex());
  }
  Operation *yield = op.getBody().front().getTerminator();
  for (auto [result, handle, tile] :
       llvm::zip_equal(op.getDefinitions(), op.getDefinitionHandles(), yield->getOperands())) {
    plan.alias(handle, result);
    bool isChecked = isa<FloatType>(getElementTypeOrSelf(tile)) && !tree::numbersEdges(result);
    sweep.definitions.push_back({plan.tensor(result), shapeOf(tile.getType()), sizeOf(tile.getType()), isChecked,
                                 nameOf(handle.getLoc(), "a definition"), tile.getLoc()});
  }
  for (auto [result, handle, initial] :
       llvm::zip_equal(op.getAccumulated(), op.getAccumulatorHandles(), op.getInits())) {
    plan.alias(handle, result);
    sweep.accumulators.push_back({plan.tensor(initial), plan.tensor(result)});
  }
  sweep.body = plan.code(op.getBody());
  return sweep;
}

/// Results get their shapes, [batch] x axes x [vertices or leaves] x tile; accumulators their initial values.
bool Sweep::prepare(Machine &machine, const Shape &domain) const {
  for (const Definition &definition : definitions) {
    Shape shape = domain;
    shape.insert(shape.end(), definition.tileShape.begin(), definition.tileShape.end());
    if (Result<void> allocated = machine.allocate(definition.tensor, shape); !allocated)
      return machine.failWith(op, allocated.error().message), false;
  }
  for (const Accumulator &accumulator : accumulators) {
    std::span<const int64_t> sizes = machine.view(accumulator.initial).shape;
    if (Result<void> allocated = machine.allocate(accumulator.tensor, Shape(sizes.begin(), sizes.end())); !allocated)
      return machine.failWith(op, allocated.error().message), false;
    TensorView from = machine.view(accumulator.initial), to = machine.view(accumulator.tensor);
    int64_t count = 1;
    for (int64_t size : from.shape)
      count *= size;
    std::copy_n(from.data, count, to.data);
  }
  return true;
}

void Sweep::run(Machine &machine) const {
  Shape axisSizes, domain;
  for (Slot axis : axes)
    axisSizes.push_back(machine.integer(axis));
  int64_t batchSize = batch ? machine.integer(*batch) : 1;
  if (batch)
    domain.push_back(batchSize);
  domain.insert(domain.end(), axisSizes.begin(), axisSizes.end());
  int64_t numPoints = 1; // of one batch element: axes x vertices
  if (tree) {
    std::span<const espalier_tree> trees = machine.treesAt(*tree).abi();
    domain.push_back(!overLeaves ? machine.treesAt(*tree).numVertices() : trees.empty() ? 0 : trees[0].num_leaves);
    for (const espalier_tree &other : trees)
      if (overLeaves && other.num_leaves != trees[0].num_leaves)
        return machine.fail(op, "the trees of a batch have {} and {} leaves", trees[0].num_leaves, other.num_leaves);
  }
  if (Result<int64_t> count = countElements(domain, sizeof(Element)); !count)
    return machine.failWith(op, count.error().message);
  for (size_t axis = batch ? 1 : 0; axis < domain.size(); ++axis)
    numPoints *= domain[axis];
  if (!prepare(machine, domain))
    return;

  machine.inBatch = batch.has_value();
  machine.batchSize = batchSize;
  for (machine.batchElement = 0; machine.batchElement < batchSize; ++machine.batchElement) {
    runElement(machine, axisSizes, numPoints);
    if (machine.failed())
      return;
  }
  machine.inBatch = false;
  machine.batchSize = 1;
  machine.batchElement = 0;
}

/// The points of one batch element: axes row-major, then vertices in an order that the direction allows.
void Sweep::runElement(Machine &machine, const Shape &axisSizes, int64_t numPoints) const {
  const espalier_tree *shape = tree ? machine.treeAt(*tree, op) : nullptr;
  if (tree && !shape)
    return;
  int64_t numRows = !shape ? 1 : overLeaves ? shape->num_leaves : shape->num_vertices;
  int64_t numLines = numRows == 0 ? 0 : numPoints / numRows;
  machine.axisNames = &axisNames;
  machine.axisPositions.assign(axes.size(), 0);
  for (int64_t line = 0; line < numLines; ++line) {
    for (size_t axis = 0; axis < axes.size(); ++axis)
      machine.integer(axisIndices[axis]) = machine.axisPositions[axis];
    for (int64_t step = 0; step < numRows; ++step) {
      int64_t row = direction == tree::Direction::up     ? shape->post_order[step]
                    : direction == tree::Direction::down ? shape->post_order[numRows - 1 - step]
                                                         : step;
      if (shape)
        machine.integer(vertex) = machine.vertex = overLeaves ? shape->leaves[row] : row;
      visit(machine, (machine.batchElement * numLines + line) * numRows + row);
      if (machine.failed())
        return;
    }
    for (size_t axis = axes.size(); axis-- > 0 && ++machine.axisPositions[axis] == axisSizes[axis];)
      machine.axisPositions[axis] = 0;
  }
  machine.axisPositions.clear();
  machine.vertex = none;
}

void Sweep::visit(Machine &machine, int64_t point) const {
  if (!body->run(machine))
    return;
  for (size_t k = 0; k < definitions.size(); ++k) {
    int64_t size = definitions[k].tileSize;
    std::copy_n(machine.at(body->yields[k]), size, machine.view(definitions[k].tensor).data + point * size);
    if (machine.options.checkFinite && !isFinite(machine, k))
      return machine.failAt(definitions[k].place, fmt::format("{} is not finite", definitions[k].name));
  }
}

bool Sweep::isFinite(Machine &machine, size_t definition) const {
  Slot tile = body->yields[definition];
  if (definitions[definition].isChecked)
    for (int64_t i = 0; i < tile.size; ++i)
      if (!std::isfinite(machine.at(tile)[i].real))
        return false;
  return true;
}

static Step sweep(Operation *op, Plan &plan) {
  return [sweep = Sweep::of(cast<tree::SweepOp>(op), plan)](Machine &machine) { sweep.run(machine); };
}

//===-- tree.reduce ---------------------------------------------------------===//

namespace {
struct Reduction {
  struct Result {
    tile::ReductionKind kind;
    bool isFloat, isI32;
    Slot place;
  };

  tree::ReduceOp op;
  tree::DomainKind domain = tree::DomainKind::children;
  std::optional<Slot> vertex, lower, upper;
  std::optional<int64_t> tree;
  std::vector<Result> results;
  Slot element, filterElement;
  std::shared_ptr<const Code> filter, body; // filter may be null

  static Reduction of(tree::ReduceOp op, Plan &plan);
  void run(Machine &machine) const;
  template <class Visit> void forEachElement(Machine &machine, Visit visit) const;
};
} // namespace

Reduction Reduction::of(tree::ReduceOp op, Plan &plan) {
  Reduction reduction;
  reduction.op = op;
  reduction.domain = op.getDomain();
  if (op.getVertex())
    reduction.vertex = plan.slot(op.getVertex());
  if (op.getLower())
    reduction.lower = plan.slot(op.getLower());
  if (op.getUpper())
    reduction.upper = plan.slot(op.getUpper());
  if (op.getTree())
    reduction.tree = plan.tree(op.getTree());
  for (auto [i, result] : llvm::enumerate(op.getOutputs())) {
    Type element = getElementTypeOrSelf(result);
    reduction.results.push_back({op.getKind(i), isa<FloatType>(element), element.isInteger(32), plan.slot(result)});
  }
  reduction.element = plan.slot(op.getElement());
  reduction.body = plan.code(op.getBody());
  if (!op.getFilter().empty()) {
    reduction.filterElement = plan.slot(op.getFilter().front().getArgument(0));
    reduction.filter = plan.code(op.getFilter());
  }
  return reduction;
}

/// Ascending; visit answers false to stop.
template <class Visit> void Reduction::forEachElement(Machine &machine, Visit visit) const {
  if (domain == tree::DomainKind::range) {
    for (int64_t i = machine.integer(*lower), end = machine.integer(*upper); i < end; ++i)
      if (!visit(i))
        return;
    return;
  }
  const espalier_tree *shape = machine.treeAt(*tree, op);
  if (!shape)
    return;
  const int32_t *list = nullptr; // of vertices; null stands for all
  int64_t begin = 0, end = shape->num_vertices;
  if (domain == tree::DomainKind::leaves) {
    list = shape->leaves;
    end = shape->num_leaves;
  } else if (domain == tree::DomainKind::children) {
    int64_t parent = machine.integer(*vertex);
    if (parent >= shape->num_vertices)
      return machine.fail(op, "vertex {} of another tree is not one of the {} vertices", parent, shape->num_vertices);
    list = shape->children;
    begin = parent < 0 ? 0 : shape->child_offsets[parent];
    end = parent < 0 ? 0 : shape->child_offsets[parent + 1];
  }
  for (int64_t i = begin; i < end; ++i)
    if (!visit(list ? list[i] : i))
      return;
}

void Reduction::run(Machine &machine) const {
  std::vector<std::vector<Combination>> reals;
  std::vector<std::vector<IntegerCombination>> integers;
  for (const Result &result : results) {
    reals.emplace_back(result.isFloat ? result.place.size : 0, Combination(result.kind));
    integers.emplace_back(result.isFloat ? 0 : result.place.size, IntegerCombination(result.kind, result.isI32));
  }
  forEachElement(machine, [&](int64_t point) {
    if (filter) {
      machine.integer(filterElement) = point;
      if (!filter->run(machine))
        return false;
      if (!machine.integer(filter->yields[0]))
        return true;
    }
    machine.integer(element) = point;
    if (!body->run(machine))
      return false;
    for (size_t k = 0; k < results.size(); ++k) {
      const Element *tile = machine.at(body->yields[k]);
      for (size_t i = 0; i < reals[k].size(); ++i)
        reals[k][i].add(tile[i].real);
      for (size_t i = 0; i < integers[k].size(); ++i)
        integers[k][i].add(tile[i].integer);
    }
    return true;
  });
  for (size_t k = 0; k < results.size(); ++k) {
    Element *tile = machine.at(results[k].place);
    for (size_t i = 0; i < reals[k].size(); ++i)
      tile[i].real = reals[k][i].result();
    for (size_t i = 0; i < integers[k].size(); ++i)
      tile[i].integer = integers[k][i].result();
  }
}

static Step reduce(Operation *op, Plan &plan) {
  return [reduction = Reduction::of(cast<tree::ReduceOp>(op), plan)](Machine &machine) { reduction.run(machine); };
}

void addSweepRules(RuleTable &table) {
  table["tree.sweep"] = sweep;
  table["tree.reduce"] = reduce;
}

} // namespace espalier::interpreter
