//===- Elements.cpp - Reductions over children, ranges, vertices, leaves ----===//
//
// One loop for all values of a reduction. Scalars are carried by the loop; tiles are
// combined in memory. A sum that is added to (or subtracted from) something used only
// there starts from that, in its place.
//===----------------------------------------------------------------------===//
#include "compiler/Lowering/Visit.h"

#include "compiler/Lowering/Combining.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using espalier::tile::ReductionKind;

namespace espalier::lowering {

/// Whether the value is computed from a result of `op`.
static bool dependsOn(Value value, Operation *op) {
  DenseSet<Operation *> seen;
  SmallVector<Operation *> todo{value.getDefiningOp()};
  while (!todo.empty()) {
    Operation *next = todo.pop_back_val();
    if (next == op)
      return true;
    if (!next || next->getBlock() != op->getBlock() || !seen.insert(next).second)
      continue;
    next->walk([&](Operation *inner) {
      for (Value operand : inner->getOperands())
        todo.push_back(operand.getDefiningOp());
    });
  }
  return false;
}

bool Visit::startsFrom(tree::ReduceOp op, Value sum) {
  return startsSums && sum.getParentBlock() == op->getBlock() && !tiles.contains(sum) &&
         !dependsOn(sumOf(sum).initial, op);
}

/// Emits one tree.reduce.
class ElementReduction {
public:
  ElementReduction(Visit &visit, tree::ReduceOp op) : visit(visit), op(op), loc(op.getLoc()), builder(visit.builder) {}

  void emit() {
    visit.prepare(op.getFilter());
    visit.prepare(op.getBody());
    for (Value result : op.getOutputs())
      begin(result);
    loop();
    for (auto [number, result] : llvm::enumerate(op.getOutputs()))
      end(result, values[number]);
  }

private:
  /// How one result is reduced: a scalar by `count` of the loop's numbers from `first` on, a tile in `places`.
  struct Reduced {
    ReductionKind kind;
    unsigned first = 0, count = 0;
    SmallVector<View, 1> places;
    bool subtract = false;
    bool isOnto = false; // of a place that somebody else defines
    Value sum;           // that starts from its other operand
  };

  void begin(Value result);
  void end(Value result, const Reduced &reduced);
  std::pair<Value, Value> bounds();
  void bindElement(Block &region, Value index);
  void loop();
  SmallVector<Value> step(ValueRange carried);

  Visit &visit;
  tree::ReduceOp op;
  Location loc;
  OpBuilder &builder;
  std::vector<Reduced> values;
  SmallVector<Value> initial; // of the numbers that the loop carries
};

void ElementReduction::begin(Value result) {
  Reduced reduced{op.getKind(cast<OpResult>(result).getResultNumber()), 0, 0, {}, false, false, {}};
  Type element = getElementTypeOrSelf(result);
  SmallVector<TypedAttr> state = initialState(reduced.kind, element);
  if (!isTile(result)) {
    reduced.first = initial.size();
    reduced.count = state.size();
    for (TypedAttr number : state)
      initial.push_back(visit.task.constant(number));
    values.push_back(reduced);
    return;
  }
  if (auto target = visit.onto.find(result); target != visit.onto.end()) {
    reduced.places.push_back(target->second.first);
    reduced.subtract = target->second.second;
    reduced.isOnto = true;
    values.push_back(reduced);
    return;
  }
  bool isWantedAlone = visit.locations.contains(result);
  Operation *user = result.hasOneUse() && !isWantedAlone ? *result.user_begin() : nullptr;
  if (user && user->getBlock() == op->getBlock() && user->getNumResults() == 1 && isTile(user->getResult(0)) &&
      mannerOf(user->getResult(0)) == Manner::sum && sumOf(user->getResult(0)).added == result &&
      visit.startsFrom(op, user->getResult(0))) {
    reduced.sum = user->getResult(0);
    reduced.subtract = sumOf(reduced.sum).subtract;
    reduced.places.push_back(visit.locationOf(reduced.sum));
    visit.writeInitial(sumOf(reduced.sum).initial, reduced.places.front());
    values.push_back(reduced);
    return;
  }
  reduced.places.push_back(visit.locationOf(result));
  if (state.size() > 1)
    reduced.places.push_back(visit.scratchFor(result));
  for (auto [place, number] : llvm::zip_equal(reduced.places, state))
    visit.fill(place, number, loc);
  values.push_back(reduced);
}

void ElementReduction::end(Value result, const Reduced &reduced) {
  if (!isTile(result)) {
    ImplicitLocOpBuilder b(loc, builder);
    visit.scalars[result] = finished(b, reduced.kind, ValueRange(initial).slice(reduced.first, reduced.count));
    return;
  }
  if (reduced.places.size() > 1)
    visit.finishLogSumExp(reduced.places[0], reduced.places[1], loc);
  if (!reduced.isOnto)
    visit.tiles[reduced.sum ? reduced.sum : result] = reduced.places.front();
}

std::pair<Value, Value> ElementReduction::bounds() {
  Value zero = visit.task.index(0);
  switch (op.getDomain()) {
  case tree::DomainKind::range:
    return {visit.scalar(op.getLower()), visit.scalar(op.getUpper())};
  case tree::DomainKind::vertices:
    return {zero, visit.task.extent(visit.task.buffers.verticesOf(op.getTree()))};
  case tree::DomainKind::leaves:
    return {zero, visit.task.treeExtent(tree::Extent::num_leaves, op.getTree())};
  case tree::DomainKind::children:
    break;
  }
  if (visit.isInLanes(op.getVertex()))
    return {zero, visit.countChildren(op)};
  auto none = builder.getIndexAttr(0);
  auto offset = [&](int64_t step) {
    return visit.ofVertex(op.getVertex(), none, loc, [&](Value vertex) {
      Value row = step ? arith::AddIOp::create(builder, loc, vertex, visit.task.index(step)).getResult() : vertex;
      return visit.entry(tree::Table::child_offsets, op.getTree(), row, loc);
    });
  };
  Value first = offset(0);
  return {first, offset(1)};
}

void ElementReduction::bindElement(Block &region, Value index) {
  Value argument = region.getArgument(0);
  switch (op.getDomain()) {
  case tree::DomainKind::range:
    if (matchPattern(op.getLower(), m_Zero()))
      if (Extent extent = visit.task.buffers.extentOf(op.getUpper()); extent.row >= 0 || extent.constant >= 0)
        visit.boundedBy[argument] = extent;
    visit.scalars[argument] = index;
    return;
  case tree::DomainKind::vertices:
    visit.scalars[argument] = index;
    break;
  case tree::DomainKind::leaves:
    visit.scalars[argument] = visit.entry(tree::Table::leaves, op.getTree(), index, loc);
    break;
  case tree::DomainKind::children:
    if (visit.isInLanes(op.getVertex()))
      return visit.bindChildren(op, argument, index);
    visit.scalars[argument] = visit.entry(tree::Table::children, op.getTree(), index, loc);
    break;
  }
  visit.present.insert(argument);
}

/// The numbers that the loop carries, with one element more.
SmallVector<Value> ElementReduction::step(ValueRange carried) {
  Block &body = op.getBody().front();
  SmallVector<Value> next(carried);
  for (auto [reduced, value] : llvm::zip_equal(values, cast<tree::YieldOp>(body.getTerminator()).getValues())) {
    auto combine = [&kind = reduced.kind](ImplicitLocOpBuilder &b, ValueRange old, Value element) {
      return combined(b, kind, old, element);
    };
    if (!isTile(value)) {
      Value element = visit.scalar(value);
      ImplicitLocOpBuilder b(loc, builder);
      llvm::copy(combine(b, carried.slice(reduced.first, reduced.count), element), next.begin() + reduced.first);
    } else if (reduced.kind == ReductionKind::sum) {
      visit.accumulate(value, reduced.places.front(), reduced.subtract);
    } else {
      visit.combine(value, reduced.places, {}, combine);
    }
  }
  return next;
}

void ElementReduction::loop() {
  auto [lower, upper] = bounds();
  auto loop = scf::ForOp::create(builder, loc, lower, upper, visit.task.index(1), initial);
  {
    OpBuilder::InsertionGuard guard(builder);
    Block *body = loop.getBody();
    if (initial.empty())
      builder.setInsertionPoint(body->getTerminator());
    else
      builder.setInsertionPointToEnd(body);
    bindElement(op.getBody().front(), loop.getInductionVar());
    ValueRange carried = loop.getRegionIterArgs();
    SmallVector<Value> next;
    if (op.getFilter().empty()) {
      next = step(carried);
    } else {
      Block &filter = op.getFilter().front();
      Value element = visit.scalars.lookup(op.getElement());
      visit.scalars[filter.getArgument(0)] = element;
      if (visit.present.contains(op.getElement()))
        visit.present.insert(filter.getArgument(0));
      if (auto bound = visit.boundedBy.find(op.getElement()); bound != visit.boundedBy.end()) {
        Extent extent = bound->second;
        visit.boundedBy[filter.getArgument(0)] = extent;
      }
      Value keep = visit.scalar(cast<tree::YieldOp>(filter.getTerminator()).getValues().front());
      auto branch = scf::IfOp::create(builder, loc, carried.getTypes(), keep, /*withElseRegion=*/!carried.empty());
      {
        OpBuilder::InsertionGuard inner(builder);
        if (carried.empty()) {
          builder.setInsertionPoint(branch.thenYield());
          step(carried);
        } else {
          builder.setInsertionPointToEnd(branch.thenBlock());
          SmallVector<Value> taken = step(carried);
          scf::YieldOp::create(builder, loc, taken);
          builder.setInsertionPointToEnd(branch.elseBlock());
          scf::YieldOp::create(builder, loc, carried);
        }
      }
      next.assign(branch.result_begin(), branch.result_end());
    }
    if (!initial.empty())
      scf::YieldOp::create(builder, loc, next);
  }
  initial.assign(loop.result_begin(), loop.result_end());
}

void Visit::reduceElements(tree::ReduceOp op) {
  if (task.sumsByDepth.contains(op.getOutputs().front()))
    return takeSums(op);
  ElementReduction(*this, op).emit();
}

} // namespace espalier::lowering
