//===- Affine.cpp - Sweeps that are affine in their state -------------------===//
#include "dialects/Tree/IR/Affine.h"

#include "dialects/Tile/IR/TileType.h"
#include "dialects/Tree/IR/Chains.h"
#include "dialects/Tree/IR/Point.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace espalier::tree {

StringRef spelled(Affinity affinity) {
  constexpr StringLiteral words[] = {"constant", "affine by elements", "affine by a matrix", "not affine"};
  return words[size_t(affinity)];
}

AffineStates::AffineStates(SweepOp sweep) : sweep(sweep) {
  for (auto [number, handle] : llvm::enumerate(sweep.getDefinitionHandles()))
    if (!handle.use_empty())
      numbers.push_back(number);
  visit(sweep.getBody().front());
  for (unsigned number : numbers) {
    const Form form = forms.lookup(sweep.getYield().getValues()[number]);
    if (form.affinity > worst) {
      worst = form.affinity;
      reason = form.obstacle;
    }
  }
}

llvm::SmallBitVector AffineStates::statesIn(Value value) const {
  llvm::SmallBitVector states = forms.lookup(value).states;
  states.resize(numbers.size());
  return states;
}

bool AffineStates::isConstant(ValueRange values) const {
  return llvm::none_of(values, [&](Value value) { return forms.contains(value); });
}

/// What a sum of these values is.
AffineStates::Form AffineStates::joined(Operation *op, ValueRange values) const {
  Form form;
  form.states.resize(numbers.size());
  for (Value value : values) {
    const Form part = forms.lookup(value);
    if (part.affinity > form.affinity) {
      form.affinity = part.affinity;
      form.obstacle = part.obstacle;
    }
    form.states |= part.states;
  }
  return form;
}

static bool isFloatOfFullWidth(Value value) {
  Type element = tile::elementOf(value.getType());
  return element.isF32() || element.isF64();
}

/// Of an operation without regions, one of whose operands depends on the state.
AffineStates::Form AffineStates::formOf(Operation *op) {
  Form form = joined(op, op->getOperands());
  auto atLeast = [&](Affinity affinity) {
    if (affinity > form.affinity) {
      form.affinity = affinity;
      form.obstacle = op;
    }
    return form;
  };
  auto linearIn = [&](unsigned operand, Affinity kind) {
    for (auto [number, value] : llvm::enumerate(op->getOperands()))
      if (number != operand && !isConstant(value))
        return atLeast(Affinity::other);
    return atLeast(kind);
  };
  return TypeSwitch<Operation *, Form>(op)
      .Case<arith::AddFOp, arith::SubFOp, arith::NegFOp>([&](auto) { return form; })
      .Case([&](arith::MulFOp product) { return linearIn(isConstant(product.getLhs()), Affinity::elementwise); })
      .Case([&](arith::DivFOp) { return linearIn(0, Affinity::elementwise); })
      .Case([&](arith::SelectOp choice) {
        return atLeast(isConstant(choice.getCondition()) ? Affinity::elementwise : Affinity::other);
      })
      .Case<tile::BroadcastOp, tile::TransposeOp, tile::ReshapeOp, tile::SliceOp, tile::PadOp, tile::ConcatOp>(
          [&](auto) { return atLeast(Affinity::matrix); })
      .Case<tile::ElementOp, tile::PlaceOp>([&](auto) { return linearIn(0, Affinity::matrix); })
      .Case([&](tile::ReduceOp sum) {
        return atLeast(sum.getKind() == tile::ReductionKind::sum ? Affinity::matrix : Affinity::other);
      })
      .Case([&](tile::ContractOp product) {
        int64_t factors = llvm::count_if(product.getFactors(), [&](Value factor) { return !isConstant(factor); });
        return atLeast(factors == 1 ? Affinity::matrix : Affinity::other);
      })
      .Case([&](tile::SolveOp solve) {
        return atLeast(isConstant(solve.getMatrix()) ? Affinity::matrix : Affinity::other);
      })
      .Default([&](Operation *) { return atLeast(Affinity::other); });
}

/// A sum over the children of the visited vertex adds what its body says of each; other sums count as a matrix.
void AffineStates::visit(ReduceOp op) {
  visit(op.getBody().front());
  bool filterIsConstant = true;
  if (!op.getFilter().empty()) {
    visit(op.getFilter().front());
    filterIsConstant = isConstant(op.getFilter().front().getTerminator()->getOperands());
  }
  for (auto [number, value] : llvm::enumerate(op.getBody().front().getTerminator()->getOperands())) {
    if (isConstant(value) && filterIsConstant && isConstant(op.getOperands()))
      continue;
    Form form = joined(op, value);
    bool isSum = op.getKind(number) == tile::ReductionKind::sum && filterIsConstant && isConstant(op.getOperands());
    bool isOverChildren = op.getDomain() == DomainKind::children && op.getVertex() == sweep.getVertex();
    Affinity kind = !isSum ? Affinity::other : isOverChildren ? Affinity::elementwise : Affinity::matrix;
    if (kind > form.affinity) {
      form.affinity = kind;
      form.obstacle = op;
    }
    forms[op->getResult(number)] = form;
  }
}

void AffineStates::visit(Operation *op) {
  if (auto reduce = dyn_cast<ReduceOp>(op))
    return visit(reduce);
  auto read = dyn_cast<ReadOp>(op);
  auto handles = sweep.getDefinitionHandles();
  if (auto handle = read ? llvm::find(handles, read.getTensor()) : handles.end(); handle != handles.end()) {
    Form form;
    form.affinity = isFloatOfFullWidth(read.getResult()) ? Affinity::elementwise : Affinity::other;
    form.obstacle = form.affinity == Affinity::other ? op : nullptr;
    form.states.resize(numbers.size());
    form.states.set(llvm::find(numbers, unsigned(handle - handles.begin())) - numbers.begin());
    forms[read.getResult()] = form;
    return;
  }
  if (isConstant(op->getOperands()))
    return;
  Form form = formOf(op);
  for (Value result : op->getResults())
    forms[result] = form;
}

void AffineStates::visit(Block &block) {
  for (Operation &op : block.without_terminator())
    visit(&op);
}

bool composesSteps(SweepOp sweep, const AffineStates &states) {
  if (sweep.getDirection() == Direction::each || !isChain(sweep.getTree()) || !sweep.getInits().empty() ||
      states.recurrence() != Affinity::elementwise)
    return false;
  bool composes = true;
  sweep.walk([&](Operation *op) {
    composes &= !isa<CheckFiniteOp>(op);
    if (auto reduce = dyn_cast<ReduceOp>(op))
      if (llvm::any_of(reduce->getResults(), [&](Value result) { return states.statesIn(result).any(); }))
        composes &= isValueOfOneChild(reduce, sweep);
  });
  return composes;
}

/// Whether a sum over children may be taken apart into what it says of one of them and the sum over the others.
static bool splits(ReduceOp op, SweepOp sweep, const AffineStates &states) {
  if (op->getBlock() != &sweep.getBody().front() || op.getDomain() != DomainKind::children ||
      op.getVertex() != sweep.getVertex() || op.getTree() != sweep.getTree())
    return false;
  bool does = true;
  op->walk([&](Operation *inner) {
    bool isOfBody = op.getBody().isAncestor(inner->getParentRegion());
    does &= op.getFilter().empty() || !isOfBody || isHarmless(inner, sweep);
    for (Value operand : inner->getOperands())
      does &= op->isAncestor(operand.getParentRegion()->getParentOp()) || states.statesIn(operand).none();
  });
  return does;
}

bool composesPaths(SweepOp sweep, const AffineStates &states) {
  if (sweep.getDirection() == Direction::each || isChain(sweep.getTree()) || !sweep.getInits().empty() ||
      states.recurrence() != Affinity::elementwise)
    return false;
  bool composes = true;
  sweep.walk([&](Operation *op) {
    composes &= !isa<CheckFiniteOp>(op);
    if (llvm::none_of(op->getResults(), [&](Value result) { return states.statesIn(result).any(); }))
      return;
    auto reduce = dyn_cast<ReduceOp>(op), around = dyn_cast<ReduceOp>(op->getParentOp());
    if (reduce)
      composes &= sweep.getDirection() == Direction::up && splits(reduce, sweep, states);
    else
      composes &= !around || around->getBlock() == &sweep.getBody().front();
  });
  return composes;
}

} // namespace espalier::tree
