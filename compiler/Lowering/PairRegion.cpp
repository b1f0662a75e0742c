//===- PairRegion.cpp - What belongs to a pair of a row and a key -----------===//
#include "compiler/Lowering/PairRegion.h"

#include "dialects/Tile/IR/TileType.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/CSE.h"

using namespace mlir;

namespace espalier::lowering {

void PairRegion::take(Region &from, IRMapping &mapping, SmallVectorImpl<Value> &yielded) {
  for (auto [index, argument] : llvm::enumerate(from.getArguments())) {
    if (index < axes.size())
      mapping.map(argument, axes[index]);
    else if (index == axes.size())
      mapping.map(argument, keyIndex); // handles of accumulators stay what they are
  }
  OpBuilder builder = OpBuilder::atBlockEnd(&region->front());
  for (Operation &op : from.front().without_terminator())
    builder.clone(op, mapping);
  for (Value value : from.front().getTerminator()->getOperands())
    yielded.push_back(mapping.lookupOrDefault(value));
}

/// What is accumulated is the value times the weight.
void PairRegion::weighAccumulations() {
  Type score = this->score.getType();
  weight = region->addArgument(score, attend.getLoc());
  SmallVector<block::AccumulateOp> accumulations(region->front().getOps<block::AccumulateOp>());
  for (block::AccumulateOp op : accumulations) {
    ImplicitLocOpBuilder b(op.getLoc(), op);
    Type type = op.getValue().getType(), element = tile::elementOf(type);
    Value factor = weight;
    if (element != score)
      factor = element.getIntOrFloatBitWidth() < score.getIntOrFloatBitWidth()
                   ? arith::TruncFOp::create(b, element, factor).getResult()
                   : arith::ExtFOp::create(b, element, factor).getResult();
    if (isa<RankedTensorType>(type))
      factor = tile::BroadcastOp::create(b, type, factor);
    op.getValueMutable().assign(arith::MulFOp::create(b, op.getValue(), factor));
  }
}

void PairRegion::dropRepetitions() {
  // The values that are yielded have a use, so that they follow what replaces them.
  SmallVector<Value> kept{lower, upper, score};
  if (filter)
    kept.push_back(filter);
  llvm::append_range(kept, values);
  OpBuilder builder = OpBuilder::atBlockEnd(&region->front());
  auto yield = block::YieldOp::create(builder, attend.getLoc(), kept);
  IRRewriter rewriter(builder);
  DominanceInfo dominance;
  eliminateCommonSubExpressions(rewriter, dominance, yield->getParentOp());
  kept.assign(yield.getValues().begin(), yield.getValues().end());
  yield->erase();
  lower = kept[0], upper = kept[1], score = kept[2];
  if (filter)
    filter = kept[3];
  values.assign(kept.begin() + (filter ? 4 : 3), kept.end());
}

PairRegion::PairRegion(block::AttendOp attend) : attend(attend) {
  // A function that is never seen holds the region.
  holder = ModuleOp::create(attend.getLoc());
  OpBuilder builder = OpBuilder::atBlockEnd(holder->getBody());
  SmallVector<Type> points(attend.getAxes().size() + 1, builder.getIndexType());
  auto function = func::FuncOp::create(builder, attend.getLoc(), "pair", builder.getFunctionType(points, {}));
  region = &function.getBody();
  Block *block = function.addEntryBlock();
  for (auto [argument, source] : llvm::zip(block->getArguments(), attend.getScore().getArguments()))
    argument.setLoc(source.getLoc());
  axes.assign(block->args_begin(), std::prev(block->args_end()));
  keyIndex = block->getArguments().back();

  SmallVector<Value> bounds, filters, scores;
  auto taken = [&](Region &from, SmallVectorImpl<Value> &yielded) {
    IRMapping mapping;
    take(from, mapping, yielded);
  };
  taken(attend.getBounds(), bounds);
  if (attend.hasFilter())
    taken(attend.getFilter(), filters);
  taken(attend.getScore(), scores);
  taken(attend.getValues(), values);
  lower = bounds[0], upper = bounds[1], score = scores[0];
  if (!filters.empty())
    filter = filters[0];
  dropRepetitions();
  expandLevels(*region, &products);
  if (accumulates())
    weighAccumulations();
  for (const LevelProduct &product : products)
    productOps.insert(product.product);
  std::pair<Value, block::PointSet> arguments[] = {{rowIndex(), row}, {keyIndex, key}, {weight, row | key}};
  dependences = std::make_unique<block::Dependences>(*block, arguments);
  // A product whose factors all pairs have for themselves gains nothing from a common length.
  llvm::erase_if(products, [&](LevelProduct &product) {
    bool isCut = pointsOf(product.product.getResult()) == (row | key) &&
                 llvm::all_of(product.factors, [&](Value factor) { return pointsOf(factor) != (row | key); }) &&
                 llvm::all_of(product.blocks, [&](Value block) { return pointsOf(block) != (row | key); });
    if (!isCut)
      productOps.erase(product.product);
    return !isCut;
  });
  groups = std::make_unique<ElementwiseGroups>(*region);
}

llvm::SetVector<Value> PairRegion::single() const {
  llvm::SetVector<Value> found;
  auto consider = [&](Value value) {
    if (value && value.getDefiningOp() && isInside(value) && pointsOf(value) == 0 &&
        !value.getDefiningOp()->hasTrait<OpTrait::ConstantLike>())
      found.insert(value);
  };
  for (Operation &op : region->front())
    if (op.getNumResults() == 0 || pointsOf(op.getResult(0)) != 0)
      llvm::for_each(op.getOperands(), consider);
  consider(score);
  consider(filter);
  llvm::for_each(values, consider);
  return found;
}

bool PairRegion::mayFault(ArrayRef<Value> sources, block::PointSet points) const {
  SmallVector<Value> todo(sources);
  DenseSet<Operation *> seen;
  while (!todo.empty()) {
    Operation *op = todo.pop_back_val().getDefiningOp();
    if (!op || op->getParentRegion() != region || (pointsOf(op->getResult(0)) & points) == 0 || !seen.insert(op).second)
      continue;
    auto read = dyn_cast<block::ReadOp>(op);
    if (isa<tile::ElementOp, tile::PlaceOp, tile::SolveOp>(op) ||
        (read && !llvm::all_of(read.getIndices(), [](Value index) { return isa<BlockArgument>(index); })))
      return true;
    llvm::append_range(todo, op->getOperands());
  }
  return false;
}

} // namespace espalier::lowering
