//===- Recurrence.cpp - A sweep along a chain, taken apart ------------------===//
#include "compiler/Lowering/Recurrence.h"

#include "compiler/Lowering/Chains.h"
#include "dialects/Tile/IR/TileType.h"
#include "dialects/Tree/IR/Affine.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using espalier::tree::SweepOp;

namespace espalier::lowering {

static Value splat(ImplicitLocOpBuilder &builder, Type type, double number) {
  FloatAttr attribute = builder.getFloatAttr(tile::elementOf(type), number);
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    return arith::ConstantOp::create(builder, DenseElementsAttr::get(tensor, Attribute(attribute)));
  return arith::ConstantOp::create(builder, attribute);
}

namespace {
/// The parts of values that are affine by elements, as values of the same region. Null stands for zero.
class AffineParts {
public:
  explicit AffineParts(SweepOp sweep)
      : sweep(sweep), states(sweep), builder(sweep.getLoc(), sweep.getBody().front().getTerminator()) {}

  Value coefficient(Value value, unsigned state);
  /// What the value is where the state is zero.
  Value term(Value value);
  bool depends(Value value, unsigned state) const { return states.statesIn(value).test(state); }
  ArrayRef<unsigned> numbers() const { return states.states(); }

private:
  using Part = llvm::function_ref<Value(Value)>;
  Value combined(Operation *op, Part part);
  Value orZero(Value part, Type type) { return part ? part : splat(builder, type, 0); }

  SweepOp sweep;
  tree::AffineStates states;
  ImplicitLocOpBuilder builder;
  DenseMap<std::pair<Value, unsigned>, Value> coefficients;
  DenseMap<Value, Value> terms;
};
} // namespace

static bool isOne(Value value) { return matchPattern(value, m_OneFloat()); }

/// A part of the result of an operation from the same part of its operands: all parts are linear in them.
Value AffineParts::combined(Operation *op, Part part) {
  Type type = op->getResultTypes().front();
  auto create = [&](auto tag, ValueRange operands) -> Value {
    return decltype(tag)::create(builder, type, operands, op->getAttrs());
  };
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case([&](arith::AddFOp sum) {
        Value left = part(sum.getLhs()), right = part(sum.getRhs());
        return left && right ? create(arith::AddFOp(), {left, right}) : left ? left : right;
      })
      .Case([&](arith::SubFOp difference) {
        Value left = part(difference.getLhs()), right = part(difference.getRhs());
        if (!left)
          return right ? arith::NegFOp::create(builder, right).getResult() : Value();
        return right ? create(arith::SubFOp(), {left, right}) : left;
      })
      .Case([&](arith::NegFOp negation) {
        Value operand = part(negation.getOperand());
        return operand ? create(arith::NegFOp(), operand) : Value();
      })
      .Case([&](arith::MulFOp product) {
        bool leftIsConstant = states.of(product.getLhs()) == tree::Affinity::constant;
        Value factor = leftIsConstant ? product.getLhs() : product.getRhs();
        Value other = part(leftIsConstant ? product.getRhs() : product.getLhs());
        return !other || isOne(other) ? (other ? factor : Value()) : create(arith::MulFOp(), {factor, other});
      })
      .Case([&](arith::DivFOp quotient) {
        Value numerator = part(quotient.getLhs());
        return numerator ? create(arith::DivFOp(), {numerator, quotient.getRhs()}) : Value();
      })
      .Case([&](arith::SelectOp choice) {
        Value ifTrue = part(choice.getTrueValue()), ifFalse = part(choice.getFalseValue());
        if (!ifTrue && !ifFalse)
          return Value();
        return arith::SelectOp::create(builder, choice.getCondition(), orZero(ifTrue, type), orZero(ifFalse, type))
            .getResult();
      });
}

Value AffineParts::coefficient(Value value, unsigned state) {
  if (!depends(value, state))
    return {};
  if (auto known = coefficients.find({value, state}); known != coefficients.end())
    return known->second;
  Operation *op = value.getDefiningOp();
  Value found;
  if (isa<tree::ReadOp>(op))
    found = splat(builder, value.getType(), 1);
  else if (auto choice = dyn_cast<arith::SelectOp>(op); choice && asksForChild(choice.getCondition()))
    found = coefficient(choice.getTrueValue(), state);
  else
    found = combined(op, [&](Value operand) { return coefficient(operand, state); });
  return coefficients[{value, state}] = found;
}

Value AffineParts::term(Value value) {
  if (states.of(value) == tree::Affinity::constant)
    return matchPattern(value, m_AnyZeroFloat()) ? Value() : value;
  if (auto known = terms.find(value); known != terms.end())
    return known->second;
  Operation *op = value.getDefiningOp();
  Value found = isa<tree::ReadOp>(op) ? Value() : combined(op, [&](Value operand) { return term(operand); });
  return terms[value] = found;
}

/// The region yields these; what nobody uses goes.
static void yieldOnly(SweepOp sweep, ArrayRef<Value> values) {
  Block &body = sweep.getBody().front();
  body.getTerminator()->setOperands(values);
  SmallVector<Operation *> ops;
  for (Operation &op : body.without_terminator())
    ops.push_back(&op);
  for (Operation *op : llvm::reverse(ops))
    if (isOpTriviallyDead(op))
      op->erase();
}

/// States that depend on each other, directly or through others.
static SmallVector<SmallVector<unsigned>> connected(const AffineParts &parts, ValueRange values) {
  llvm::EquivalenceClasses<unsigned> classes;
  for (unsigned state = 0; state < values.size(); ++state) {
    classes.insert(state);
    for (unsigned other = 0; other < values.size(); ++other)
      if (parts.depends(values[state], other))
        classes.unionSets(state, other);
  }
  SmallVector<SmallVector<unsigned>> groups;
  DenseMap<unsigned, size_t> groupOf; // of a leader
  for (unsigned state = 0; state < values.size(); ++state) {
    auto [at, isNew] = groupOf.try_emplace(classes.getLeaderValue(state), groups.size());
    if (isNew)
      groups.emplace_back();
    groups[at->second].push_back(state);
  }
  return groups;
}

void Recurrence::makeCoefficients(SweepOp sweep) {
  coefficients = cast<SweepOp>(sweep->clone());
  AffineParts parts(*coefficients);
  SmallVector<Value> values, all;
  for (unsigned number : parts.numbers())
    values.push_back(coefficients->getYield().getValues()[number]);
  for (ArrayRef<unsigned> group : connected(parts, values)) {
    System &system = systems.emplace_back();
    for (unsigned row : group) {
      system.states.push_back(parts.numbers()[row]);
      system.terms.push_back(parts.term(values[row]));
      for (unsigned column : group)
        system.coefficients.push_back(parts.coefficient(values[row], column));
    }
    for (ArrayRef<Value> kept : {ArrayRef(system.terms), ArrayRef(system.coefficients)})
      llvm::copy_if(kept, std::back_inserter(all), [](Value value) { return bool(value); });
  }
  yieldOnly(*coefficients, all);
}

/// What is read of a state at the neighbour becomes an argument.
static BlockArgument giveState(SweepOp copy, unsigned number) {
  BlockArgument handle = copy.getDefinitionHandles()[number];
  Type type = copy.getYield().getValues()[number].getType();
  BlockArgument given = copy.getBody().front().addArgument(type, copy.getLoc());
  for (Operation *read : llvm::make_early_inc_range(handle.getUsers())) {
    read->getResult(0).replaceAllUsesWith(given);
    read->erase();
  }
  return given;
}

void Recurrence::makeStep(SweepOp sweep) {
  step = cast<SweepOp>(sweep->clone());
  for (auto [number, handle] : llvm::enumerate(sweep.getDefinitionHandles()))
    if (!handle.use_empty())
      states.push_back({unsigned(number), giveState(*step, number), {}, {}});
}

void Recurrence::makeRest(SweepOp sweep) {
  rest = cast<SweepOp>(sweep->clone());
  Operation *yield = rest->getYield();
  for (State &state : states) {
    Value own = yield->getOperand(state.number);
    state.restOwn = rest->getBody().front().addArgument(own.getType(), rest->getLoc());
    own.replaceAllUsesWith(state.restOwn);
    state.restPrevious = giveState(*rest, state.number);
  }
  SmallVector<Value> all;
  for (auto [number, value] : llvm::enumerate(yield->getOperands()))
    if (llvm::none_of(states, [&](const State &state) { return state.number == number; })) {
      others.push_back({unsigned(number), value});
      all.push_back(value);
    }
  yieldOnly(*rest, all);
}

Recurrence::Recurrence(SweepOp sweep) {
  makeCoefficients(sweep);
  makeStep(sweep);
  makeRest(sweep);
}

} // namespace espalier::lowering
