//===- Evaluation.cpp - How each tile of a visit is computed ----------------===//
#include "compiler/Lowering/Evaluation.h"

#include "dialects/Block/IR/BlockDialect.h"
#include "dialects/Tile/IR/TileType.h"
#include "dialects/Tree/IR/ChildSums.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;

namespace espalier::lowering {

bool isTile(Type type) { return isa<RankedTensorType>(type); }

bool isOuterProduct(tile::ContractOp op) {
  auto [factors, output] = op.getSubscripts().split("->");
  return llvm::all_of(factors, [&, output = output](char letter) { return letter == ',' || output.contains(letter); });
}

bool isAddedInPlace(tree::ReduceOp op, unsigned number) {
  return op.getKind(number) == tile::ReductionKind::sum && !tree::isMadeByChildren(op);
}

/// Computed on top of an existing tile without a temporary: a product, or one sum over children.
static bool accumulates(Value value) {
  if (!value.hasOneUse() || !isa<FloatType>(getElementTypeOrSelf(value)))
    return false;
  if (auto contract = value.getDefiningOp<tile::ContractOp>())
    return !isOuterProduct(contract) && contract.getFactors().size() == 2;
  if (auto reduce = value.getDefiningOp<tree::ReduceOp>())
    return isAddedInPlace(reduce, cast<OpResult>(value).getResultNumber());
  return false;
}

static bool accumulatesIn(Value value, Operation *user) {
  return accumulates(value) && value.getDefiningOp()->getBlock() == user->getBlock();
}

static bool isSum(Operation *op) {
  if (!isa<arith::AddFOp, arith::SubFOp>(op) || !isTile(op->getResult(0)))
    return false;
  return accumulatesIn(op->getOperand(1), op) || (isa<arith::AddFOp>(op) && accumulatesIn(op->getOperand(0), op));
}

Sum sumOf(Value tile) {
  Operation *op = tile.getDefiningOp();
  bool second = accumulatesIn(op->getOperand(1), op);
  return {op->getOperand(second ? 0 : 1), op->getOperand(second ? 1 : 0), isa<arith::SubFOp>(op)};
}

TypedAttr uniformConstant(Value tile) {
  DenseElementsAttr value;
  if (matchPattern(tile, m_Constant(&value)) && value.isSplat())
    return cast<TypedAttr>(value.getSplatValue<Attribute>());
  return {};
}

Value uniformScalar(Value tile) {
  auto broadcast = tile.getDefiningOp<tile::BroadcastOp>();
  return broadcast && !isTile(broadcast.getInput()) ? broadcast.getInput() : Value();
}

Manner mannerOf(Value tile) {
  Operation *op = tile.getDefiningOp();
  if (uniformConstant(tile) || uniformScalar(tile))
    return Manner::uniform;
  if (isa<arith::ConstantOp, tree::ReadOp, block::ReadOp, tile::TransposeOp, tile::BroadcastOp, tile::SliceOp,
          tile::ElementOp>(op))
    return Manner::view;
  if (isSum(op))
    return Manner::sum;
  if (auto contract = dyn_cast<tile::ContractOp>(op))
    return isOuterProduct(contract) ? Manner::elementwise : Manner::written;
  return op->hasTrait<OpTrait::Elementwise>() || isa<arith::SelectOp, tile::EyeOp>(op) ? Manner::elementwise
                                                                                       : Manner::written;
}

bool isWholeSum(tile::ReduceOp op) {
  return op.getKind() == tile::ReductionKind::sum && !isTile(op.getResult()) && isa<FloatType>(op.getType());
}

llvm::SetVector<Value> tilesReadBy(Value tile) {
  llvm::SetVector<Value> tiles, inMemory;
  tiles.insert(tile);
  for (size_t i = 0; i < tiles.size(); ++i) {
    Value next = tiles[i];
    Operation *op = next.getDefiningOp();
    if (!isTile(next) || (op && (uniformConstant(next) || uniformScalar(next))))
      continue;
    if (op && mannerOf(next) == Manner::elementwise)
      tiles.insert(op->operand_begin(), op->operand_end());
    else
      inMemory.insert(next);
  }
  return inMemory;
}

/// Whether `value` follows from one of `results`, all of this block.
static bool followsFrom(Value value, const DenseSet<Operation *> &results, Block *block,
                        DenseSet<Operation *> &visited) {
  Operation *op = value.getDefiningOp();
  if (!op || op->getBlock() != block || !visited.insert(op).second)
    return false;
  bool follows = results.contains(op);
  op->walk([&](Operation *inner) {
    for (Value operand : inner->getOperands())
      follows = follows || followsFrom(operand, results, block, visited);
  });
  return follows;
}

/// The points that `value` is of: vertices, indices and numbers that a region is given.
static DenseSet<Value> pointsOf(Value value) {
  DenseSet<Value> points, visited;
  SmallVector<Value> open{value};
  while (!open.empty()) {
    Value next = open.pop_back_val();
    Operation *op = next.getDefiningOp();
    if (!visited.insert(next).second)
      continue;
    if (!op && !isa<RankedTensorType>(next.getType()))
      points.insert(next);
    if (op)
      op->walk([&](Operation *inner) {
        llvm::copy_if(inner->getOperands(), std::back_inserter(open), [&](Value operand) {
          Operation *around = operand.getParentBlock()->getParentOp();
          return !around || !op->isAncestor(around);
        });
      });
  }
  return points;
}

/// Sums of equal sizes over some tile in common, of the same points (some are asked for where others have no meaning),
/// none of which waits for another.
void ElementwiseGroups::joinSums(Block &block) {
  struct Joint {
    DenseSet<Operation *> members;
    llvm::SetVector<Value> tiles;
    DenseSet<Value> points;
  };
  llvm::MapVector<Operation *, Joint> joints;
  for (auto op : block.getOps<tile::ReduceOp>()) {
    if (!isWholeSum(op))
      continue;
    llvm::SetVector<Value> tiles = tilesReadBy(op.getInput());
    DenseSet<Value> points = pointsOf(op.getInput());
    auto *known = llvm::find_if(joints, [&](auto &entry) {
      auto &[first, joint] = entry;
      DenseSet<Operation *> visited;
      return tile::shapeOf(cast<tile::ReduceOp>(first).getInput().getType()) ==
                 tile::shapeOf(op.getInput().getType()) &&
             llvm::any_of(tiles, [&](Value tile) { return joint.tiles.contains(tile); }) && joint.points == points &&
             !followsFrom(op.getInput(), joint.members, &block, visited);
    });
    Operation *first = known == joints.end() ? op.getOperation() : known->first;
    joints[first].members.insert(op);
    joints[first].tiles.insert_range(tiles);
    joints[first].points = points;
    firstSum[op] = first;
    sums[first].push_back(op);
  }
}

ArrayRef<tile::ReduceOp> ElementwiseGroups::sumsWith(tile::ReduceOp op) const {
  auto first = firstSum.find(op);
  return first == firstSum.end() ? ArrayRef<tile::ReduceOp>() : ArrayRef(sums.find(first->second)->second);
}

ElementwiseGroups::ElementwiseGroups(Region &region) {
  for (Block &block : region)
    visit(block);
}

Operation *ElementwiseGroups::rootOf(OpOperand &use) const {
  Operation *user = use.getOwner();
  if (user->getNumResults() != 1)
    return nullptr;
  // The elements of an outer product's factors are not those of its result.
  if (auto inner = roots.find(user); inner != roots.end())
    return isa<tile::ContractOp>(user) ? nullptr : inner->second;
  if (Operation *first = firstSum.lookup(user))
    return first;
  // A log-sum-exp looks at its input twice.
  if (auto reduce = dyn_cast<tile::ReduceOp>(user))
    return reduce.getKind() == tile::ReductionKind::logsumexp ? nullptr : user;
  return isTile(user->getResult(0)) && mannerOf(user->getResult(0)) == Manner::elementwise &&
                 !isa<tile::ContractOp>(user)
             ? user
             : nullptr;
}

void ElementwiseGroups::visit(Block &block) {
  joinSums(block);
  for (Operation &op : llvm::reverse(block)) {
    for (Region &region : op.getRegions())
      for (Block &inner : region)
        visit(inner);
    if (op.getNumResults() != 1 || !isTile(op.getResult(0)) || mannerOf(op.getResult(0)) != Manner::elementwise ||
        op.use_empty())
      continue;
    Operation *root = rootOf(*op.use_begin());
    bool one = root && llvm::all_of(op.getUses(), [&](OpOperand &use) {
                 return use.getOwner()->getBlock() == &block && rootOf(use) == root;
               });
    // Conditions are cheap and, as memory, awkward: they are computed again in every loop that asks.
    bool everywhere =
        !one && getElementTypeOrSelf(op.getResult(0)).isInteger(1) &&
        llvm::all_of(op.getUses(), [&](OpOperand &use) { return use.getOwner()->getBlock() == &block && rootOf(use); });
    if (one || everywhere)
      roots[&op] = one ? root : nullptr;
  }
}

bool ElementwiseGroups::isInlined(Value tile) const {
  return tile.getDefiningOp() && roots.contains(tile.getDefiningOp());
}

} // namespace espalier::lowering
