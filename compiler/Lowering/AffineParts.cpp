//===- AffineParts.cpp - What affine values are made of ----------------------===//
#include "compiler/Lowering/AffineParts.h"

#include "compiler/Lowering/Chains.h"
#include "dialects/Tile/IR/TileType.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using espalier::tree::SweepOp;

namespace espalier::lowering {

static bool isOne(Value value) { return matchPattern(value, m_OneFloat()); }

Value AffineParts::orZero(Value part, Type type) {
  return part ? part : tile::splat(builder, builder.getLoc(), type, 0);
}

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
    found = tile::splat(builder, builder.getLoc(), value.getType(), 1);
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

SmallVector<SmallVector<unsigned>> AffineParts::connected(ValueRange values) const {
  llvm::EquivalenceClasses<unsigned> classes;
  for (unsigned state = 0; state < values.size(); ++state) {
    classes.insert(state);
    for (unsigned other = 0; other < values.size(); ++other)
      if (depends(values[state], other))
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

void yieldOnly(SweepOp sweep, ArrayRef<Value> values) {
  Block &body = sweep.getBody().front();
  body.getTerminator()->setOperands(values);
  SmallVector<Operation *> ops;
  for (Operation &op : body.without_terminator())
    ops.push_back(&op);
  for (Operation *op : llvm::reverse(ops))
    if (isOpTriviallyDead(op))
      op->erase();
}

void readsBecome(BlockArgument handle, Value value) {
  for (Operation *read : llvm::make_early_inc_range(handle.getUsers())) {
    read->getResult(0).replaceAllUsesWith(value);
    read->erase();
  }
}

} // namespace espalier::lowering
