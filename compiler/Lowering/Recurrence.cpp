//===- Recurrence.cpp - A sweep along a chain, taken apart ------------------===//
#include "compiler/Lowering/Recurrence.h"

#include "compiler/Lowering/AffineParts.h"

using namespace mlir;
using espalier::tree::SweepOp;

namespace espalier::lowering {

/// What is read of a state at the neighbour becomes an argument.
static BlockArgument giveState(SweepOp copy, unsigned number) {
  Type type = copy.getYield().getValues()[number].getType();
  BlockArgument given = copy.getBody().front().addArgument(type, copy.getLoc());
  readsBecome(copy.getDefinitionHandles()[number], given);
  return given;
}

void Recurrence::makeCoefficients(SweepOp sweep) {
  coefficients = cast<SweepOp>(sweep->clone());
  AffineParts parts(*coefficients);
  SmallVector<Value> values, all;
  for (unsigned number : parts.numbers())
    values.push_back(coefficients->getYield().getValues()[number]);
  for (ArrayRef<unsigned> group : parts.connected(values)) {
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
