//===- HoistFromEdges.cpp - What an edge asks of one end, asked once --------===//
//
//   cost[e] = f(g(x[i]), g(x[j])) for the edges e = (i, j)
//
// evaluates g twice per edge. A vertex of a grid has four edges, of grid8 eight: with
// numbers g[v] of their own sweep over the vertices, the edges only read them.
//
// Sums over rows that the edges of a grid read anyway (norms beside their product) stay
// where they are: a pass of its own over the rows costs more than a few additions to
// what has been read.
//===----------------------------------------------------------------------===//
#include "dialects/Tile/IR/TileType.h"
#include "dialects/Tree/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/DenseMap.h"

using namespace mlir;

namespace espalier::tree {
#define GEN_PASS_DEF_TREEHOISTFROMEDGES
#include "dialects/Tree/Transforms/Passes.h.inc"

namespace {

/// What a value within the sweep depends on.
enum class Source : uint8_t { outside, lower, higher, edge };

Source join(Source a, Source b) {
  if (a == b || b == Source::outside)
    return a;
  return a == Source::outside ? b : Source::edge;
}

/// Whether the axis behind the batch axis is as long as there are vertices, by construction.
bool isOverVertices(Value tensor, bool batched, Value vertices) {
  if (auto view = tensor.getDefiningOp<ViewOp>())
    return view.getResult().getType().isDynamicDim(batched) && view.getSizes()[batched] == vertices;
  if (auto sweep = tensor.getDefiningOp<SweepOp>())
    return !sweep.getTree() && !sweep.getAxes().empty() && sweep.getAxes().front() == vertices;
  return false;
}

/// The sweep that numbers the edges of one spanning tree.
class EdgeSweep {
public:
  EdgeSweep(SweepOp sweep, SpanningTreeOp tree)
      : sweep(sweep), body(&sweep.getBody().front()), ends(tree.getEnds()), vertices(tree.getVertices()),
        isOfGrid(ends.getDefiningOp<EdgesOp>().getGraph() == Graph::grid) {}
  void hoist();

private:
  /// What is known of a value of the body.
  struct Fact {
    Source source = Source::outside;
    bool isEnd = false;     // the index of an end of the edge
    bool isWorthIt = false; // more than a read and a conversion: a tile became a number, or a function was evaluated
  };
  Fact factOf(Value value) const { return facts.lookup(value); }
  std::optional<Source> endOf(Operation &op) const;
  Source sourceOf(Operation &op) const;
  void learn();
  bool isReadAnyway(Value tile) const;
  bool isSumOfRowsReadAnyway(Value number) const;
  bool isPart(Value value) const;
  bool areAlike(Value a, Value b);
  Value cloneAt(OpBuilder &builder, Value value, IRMapping &made) const;

  SweepOp sweep;
  Block *body;
  Value ends, vertices;
  const bool isOfGrid; // each vertex has at most four edges
  DenseMap<Value, Fact> facts;
  DenseMap<std::pair<Value, Value>, bool> alike;
  Value indexOfEnd[2];
};
} // namespace

/// The end whose index an operation makes: element 0 or 1 of the row of `ends` at the sweep's own point.
std::optional<Source> EdgeSweep::endOf(Operation &op) const {
  auto cast = dyn_cast<arith::IndexCastOp>(op);
  auto element = cast ? cast.getIn().getDefiningOp<tile::ElementOp>() : tile::ElementOp();
  auto pair = element ? element.getInput().getDefiningOp<ReadOp>() : ReadOp();
  if (!pair || pair.getTensor() != ends || pair.getIndices().size() != 1 ||
      pair.getIndices().front() != body->getArgument(0))
    return std::nullopt;
  std::optional<int64_t> place = getConstantIntValue(element.getPositions().front());
  return !place ? std::nullopt : std::optional(*place == 0 ? Source::lower : Source::higher);
}

/// Regions and what may fault depend on the edge: they stay.
Source EdgeSweep::sourceOf(Operation &op) const {
  Source source = Source::outside;
  for (Value operand : op.getOperands())
    source = join(source, factOf(operand).source);
  auto read = dyn_cast<ReadOp>(op);
  bool mayMove = read ? read.getIndices().size() == 1 && isOverVertices(read.getTensor(), read.isBatched(), vertices)
                      : op.getNumRegions() == 0 && isPure(&op);
  return mayMove ? source : Source::edge;
}

void EdgeSweep::learn() {
  for (BlockArgument argument : body->getArguments())
    facts[argument].source = Source::edge;
  for (Operation &op : *body) {
    Fact fact;
    if (std::optional<Source> end = endOf(op)) {
      fact = {*end, true, false};
      indexOfEnd[*end == Source::higher] = op.getResult(0);
    } else {
      bool ofTiles = !isa<ReadOp>(op) && llvm::any_of(op.getOperandTypes(), llvm::IsaPred<RankedTensorType>);
      fact.source = sourceOf(op);
      fact.isWorthIt = ofTiles || isa<math::MathDialect>(op.getDialect()) ||
                       llvm::any_of(op.getOperands(), [&](Value operand) { return factOf(operand).isWorthIt; });
    }
    for (Value result : op.getResults())
      facts[result] = fact;
  }
}

/// Whether something that needs both ends reads the row, or elements made of it one by one.
bool EdgeSweep::isReadAnyway(Value tile) const {
  return llvm::any_of(tile.getUsers(), [&](Operation *user) {
    if (user->getNumResults() != 1)
      return false;
    Value result = user->getResult(0);
    bool ofBothEnds = factOf(result).source == Source::edge;
    bool isElementwise = user->hasTrait<OpTrait::Elementwise>() && isa<RankedTensorType>(result.getType());
    return ofBothEnds || (isElementwise && isReadAnyway(result));
  });
}

/// Whether a number is made by arithmetic and roots of sums over elements of rows that are read anyway.
bool EdgeSweep::isSumOfRowsReadAnyway(Value number) const {
  Operation *op = number.getDefiningOp();
  if (!op || op->getBlock() != body || factOf(number).source == Source::outside)
    return true;
  if (auto read = dyn_cast<ReadOp>(op))
    return isa<RankedTensorType>(read.getType()) && isReadAnyway(number);
  auto reduce = dyn_cast<tile::ReduceOp>(op);
  bool isSum = reduce && reduce.getKind() == tile::ReductionKind::sum && !isa<RankedTensorType>(reduce.getType());
  return (isSum || isa<arith::ArithDialect>(op->getDialect()) || isa<math::SqrtOp>(op)) &&
         llvm::all_of(op->getOperands(), [&](Value operand) { return isSumOfRowsReadAnyway(operand); });
}

/// A number of one end that something else uses.
bool EdgeSweep::isPart(Value value) const {
  Fact fact = factOf(value);
  bool ofOneEnd = fact.source == Source::lower || fact.source == Source::higher;
  return ofOneEnd && fact.isWorthIt && isa<FloatType>(value.getType()) && !(isOfGrid && isSumOfRowsReadAnyway(value)) &&
         llvm::any_of(value.getUsers(), [&](Operation *user) {
           return user->getNumResults() == 0 || factOf(user->getResult(0)).source != fact.source;
         });
}

/// Whether both are the same function of their ends.
bool EdgeSweep::areAlike(Value a, Value b) {
  if (a == b || (factOf(a).isEnd && factOf(b).isEnd))
    return true;
  Operation *first = a.getDefiningOp(), *second = b.getDefiningOp();
  if (!first || !second || first->getBlock() != body || second->getBlock() != body)
    return false;
  if (auto known = alike.find({a, b}); known != alike.end())
    return known->second;
  bool same = first->getName() == second->getName() && first->getAttrDictionary() == second->getAttrDictionary() &&
              first->getResultTypes() == second->getResultTypes() &&
              first->getNumOperands() == second->getNumOperands() &&
              llvm::all_of(llvm::zip_equal(first->getOperands(), second->getOperands()),
                           [&](auto pair) { return areAlike(std::get<0>(pair), std::get<1>(pair)); });
  return alike[{a, b}] = same;
}

/// The value at the vertex that `made` has for both ends.
Value EdgeSweep::cloneAt(OpBuilder &builder, Value value, IRMapping &made) const {
  Operation *op = value.getDefiningOp();
  if (!op || op->getBlock() != body || made.contains(value))
    return made.lookupOrDefault(value);
  for (Value operand : op->getOperands())
    cloneAt(builder, operand, made);
  builder.clone(*op, made);
  return made.lookup(value);
}

void EdgeSweep::hoist() {
  learn();
  SmallVector<Value> definitions; // those of both ends that are alike once
  SmallVector<std::pair<Value, size_t>> parts;
  for (Operation &op : *body)
    for (Value result : op.getResults())
      if (isPart(result)) {
        Value *known = llvm::find_if(definitions, [&](Value other) { return areAlike(other, result); });
        parts.push_back({result, static_cast<size_t>(known - definitions.begin())});
        if (known == definitions.end())
          definitions.push_back(result);
      }
  if (parts.empty())
    return;
  OpBuilder builder(sweep);
  auto perVertex = SweepOp::create(builder, sweep.getLoc(), Direction::each, /*leaves=*/false, sweep.getBatch(),
                                   ValueRange(vertices), Value(), ValueRange(), TypeRange(ValueRange(definitions)),
                                   [&](OpBuilder &inner, Location, const SweepArguments &arguments) {
                                     IRMapping made;
                                     for (Operation &op : *body)
                                       if (op.getNumResults() == 1 && factOf(op.getResult(0)).isEnd)
                                         made.map(op.getResult(0), arguments.axisIndices.front());
                                     return llvm::map_to_vector<6>(
                                         definitions, [&](Value value) { return cloneAt(inner, value, made); });
                                   });
  for (auto [part, definition] : parts) {
    builder.setInsertionPointAfterValue(part);
    Value end = indexOfEnd[factOf(part).source == Source::higher];
    Value read = ReadOp::create(builder, part.getLoc(), part.getType(),
                                perVertex.getResult(static_cast<unsigned>(definition)), ValueRange(end));
    part.replaceAllUsesWith(read);
  }
}

namespace {
struct HoistFromEdges : impl::TreeHoistFromEdgesBase<HoistFromEdges> {
  void runOnOperation() override {
    getOperation()->walk([](SpanningTreeOp tree) {
      auto sweep = tree.getNumbers().getDefiningOp<SweepOp>();
      auto edges = tree.getEnds().getDefiningOp<EdgesOp>();
      // Listed edges may be fewer than the vertices.
      if (sweep && edges && !edges.getPairs() && sweep.getDirection() == Direction::each && !sweep.getTree() &&
          sweep.getAxes().size() == 1 && sweep.getInits().empty())
        EdgeSweep(sweep, tree).hoist();
    });
  }
};

} // namespace
} // namespace espalier::tree
