//===- ChildSums.cpp - Sums to which each child adds by itself --------------===//
#include "dialects/Tree/IR/ChildSums.h"

#include "dialects/Tile/IR/TileType.h"
#include "dialects/Tree/IR/Chains.h"
#include "dialects/Tree/IR/Point.h"

#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;

namespace espalier::tree {

namespace {
/// Follows the values of a reduction back to where they come from.
class Sources {
public:
  Sources(ReduceOp reduce, SweepOp sweep) : reduce(reduce), sweep(sweep) {}

  bool areOfChildAlone();

private:
  bool isElement(Value vertex);
  bool mayRead(ReadOp read);
  bool admit(Operation *op);
  bool admit(Value operand);

  ReduceOp reduce;
  SweepOp sweep;
  SmallVector<Operation *> pending; // of the sweep's body: they have to be the same at all vertices
  DenseSet<Operation *> seen;
};
} // namespace

bool Sources::isElement(Value vertex) {
  auto argument = dyn_cast<BlockArgument>(vertex);
  return argument && argument.getOwner()->getParentOp() == reduce.getOperation();
}

/// At the child and the sweep's own place on its axes: nothing else is sure to be within its axis.
bool Sources::mayRead(ReadOp read) {
  return llvm::all_of(read.getIndices(), [&](Value index) {
    return isElement(index) || llvm::is_contained(sweep.getAxisIndices(), index);
  });
}

/// Positions that are known to be within the tile.
static bool isInRange(tile::ElementOp op) {
  return llvm::all_of(llvm::zip(op.getPositions(), tile::shapeOf(op.getInput().getType())), [](auto pair) {
    APInt number;
    return matchPattern(std::get<0>(pair), m_ConstantInt(&number)) && number.ult(uint64_t(std::get<1>(pair)));
  });
}

bool Sources::admit(Value operand) {
  if (!sweep.getBody().isAncestor(operand.getParentRegion()) || isElement(operand) ||
      llvm::is_contained(sweep.getAxisIndices(), operand))
    return true;
  Operation *op = operand.getDefiningOp();
  if (!op)
    return false;
  if (!reduce->isProperAncestor(op) && seen.insert(op).second)
    pending.push_back(op);
  return true;
}

bool Sources::admit(Operation *op) {
  if (auto read = dyn_cast<ReadOp>(op))
    return mayRead(read) && llvm::all_of(read.getIndices(), [&](Value index) { return admit(index); });
  auto element = dyn_cast<tile::ElementOp>(op);
  return (element ? isInRange(element) : isPure(op)) && op->getNumRegions() == 0 && !isa<tile::ContractOp>(op) &&
         llvm::all_of(op->getOperands(), [&](Value operand) { return admit(operand); });
}

bool Sources::areOfChildAlone() {
  bool are = true;
  reduce->walk([&](Operation *op) { are &= op == reduce.getOperation() || admit(op); });
  while (are && !pending.empty())
    are = admit(pending.pop_back_val());
  return are;
}

bool isMadeByChildren(ReduceOp op) {
  auto sweep = dyn_cast_or_null<SweepOp>(op->getParentOp());
  if (!sweep || sweep.getDirection() != Direction::up || op.getDomain() != DomainKind::children ||
      op.getVertex() != sweep.getVertex() || op.getTree() != sweep.getTree() || isChain(op.getTree()))
    return false;
  for (auto [number, result] : llvm::enumerate(op.getOutputs()))
    if (op.getKind(number) == tile::ReductionKind::logsumexp || !isa<FloatType>(getElementTypeOrSelf(result)))
      return false;
  return Sources(op, sweep).areOfChildAlone();
}

bool isAtVisited(ReadOp read) {
  Point point = pointOf(read.getSweep(), read.getIndices());
  auto reduce = dyn_cast<ReduceOp>(read->getParentOp());
  return point == Point::own || (point == Point::child && reduce && isMadeByChildren(reduce));
}

} // namespace espalier::tree
