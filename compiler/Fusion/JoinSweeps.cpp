//===- JoinSweeps.cpp - Two sweeps that may become one, and the one ---------===//
#include "compiler/Fusion/JoinSweeps.h"

#include "dialects/Tile/Transforms/BlockOrder.h"
#include "dialects/Tree/IR/KeepResults.h"

#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;

namespace espalier::fusion {

using namespace tree;

static bool haveOneDomain(SweepOp a, SweepOp b) {
  return a.getBatch() == b.getBatch() && a.getAxes() == b.getAxes() && a.getTree() == b.getTree() &&
         a.getLeaves() == b.getLeaves();
}

static std::optional<Direction> commonDirection(Direction a, Direction b) {
  if (a == b || b == Direction::each)
    return a;
  return a == Direction::each ? std::optional(b) : std::nullopt;
}

/// The read as a link of the joint; nullopt where the value is not known during the visit.
static std::optional<Joint::Link> linkOf(const Joint &joint, OpResult result, OpOperand &use) {
  auto read = dyn_cast<ReadOp>(use.getOwner());
  unsigned definition = result.getResultNumber();
  SweepOp first = joint.first;
  if (!read || definition >= first.getNumDefinitions() ||
      read.getType() != first.getYield().getValues()[definition].getType())
    return std::nullopt;
  Point point = pointOf(joint.second, read.getIndices());
  bool isKnown = point == Point::own || (point == Point::child && joint.direction == Direction::up) ||
                 (point == Point::parent && joint.direction == Direction::down);
  return isKnown ? std::optional(Joint::Link{read, definition, point == Point::own}) : std::nullopt;
}

static bool findLinks(Joint &joint) {
  for (OpResult result : joint.first->getResults())
    for (OpOperand &use : result.getUses())
      if (joint.second->isAncestor(use.getOwner())) {
        std::optional<Joint::Link> link = linkOf(joint, result, use);
        if (!link)
          return false;
        joint.links.push_back(*link);
      }
  return !joint.links.empty();
}

/// What stands between both and depends on the first; false where the second needs it or it cannot move.
static bool findDependents(Joint &joint) {
  llvm::DenseSet<Operation *> depends{joint.first};
  auto dependsOnFirst = [&](Value value) { return value.getDefiningOp() && depends.contains(value.getDefiningOp()); };
  for (Operation *op = joint.first->getNextNode(); op != joint.second; op = op->getNextNode()) {
    if (!llvm::any_of(tile::valuesUsedBy(op), dependsOnFirst))
      continue;
    // A sweep writes to nothing but its own accumulators.
    if (!isa<SweepOp>(op) && !isMemoryEffectFree(op))
      return false;
    depends.insert(op);
    joint.dependents.push_back(op);
  }
  depends.erase(joint.first);
  return llvm::none_of(tile::valuesUsedBy(joint.second), dependsOnFirst);
}

std::optional<Joint> findJoint(SweepOp first, SweepOp second) {
  std::optional<Direction> direction = commonDirection(first.getDirection(), second.getDirection());
  if (!direction || !haveOneDomain(first, second))
    return std::nullopt;
  Joint joint{first, second, *direction, {}, {}};
  if (!findLinks(joint) || !findDependents(joint))
    return std::nullopt;
  return joint;
}

namespace {
/// Which results of the joined sweep stand for those of one of the two.
struct Places {
  unsigned firstDefinition, numDefinitions, firstAccumulator, numAccumulators;

  template <typename Range> SmallVector<Value> of(Range &&all) const {
    SmallVector<Value> mine;
    llvm::append_range(mine, all.slice(firstDefinition, numDefinitions));
    llvm::append_range(mine, all.slice(firstAccumulator, numAccumulators));
    return mine;
  }
};
} // namespace

/// Moves a body to the end of the joined one, without its yield.
static void appendBody(RewriterBase &rewriter, SweepOp from, SweepOp to, const Places &places) {
  Block &body = to.getBody().front();
  unsigned numPoint = body.getNumArguments() - to.getNumResults();
  SmallVector<Value> arguments(body.getArguments().take_front(numPoint));
  llvm::append_range(arguments, places.of(body.getArguments().drop_front(numPoint)));
  YieldOp yield = from.getYield();
  rewriter.inlineBlockBefore(&from.getBody().front(), &body, body.end(), arguments);
  rewriter.eraseOp(yield);
}

/// An empty sweep for the definitions of both, then the accumulators of both.
static SweepOp createJoined(RewriterBase &rewriter, const Joint &joint) {
  SweepOp first = joint.first, second = joint.second;
  SmallVector<Type> types;
  for (ValueRange part : {ValueRange(first.getDefinitions()), ValueRange(second.getDefinitions()),
                          ValueRange(first.getAccumulated()), ValueRange(second.getAccumulated())})
    llvm::append_range(types, part.getTypes());
  SmallVector<Value> inits(first.getInits());
  llvm::append_range(inits, second.getInits());
  auto joined =
      SweepOp::create(rewriter, rewriter.getFusedLoc({first.getLoc(), second.getLoc()}), types, joint.direction,
                      second.getLeaves(), second.getBatch(), second.getAxes(), second.getTree(), inits);
  ValueRange point(first.getBody().getArguments().drop_back(first.getNumResults()));
  SmallVector<Type> arguments(point.getTypes());
  llvm::append_range(arguments, types);
  rewriter.createBlock(&joined.getBody(), joined.getBody().end(), arguments,
                       SmallVector<Location>(arguments.size(), joined.getLoc()));
  return joined;
}

/// Reads of what the first sweep defines: its value here, or its handle in the joined sweep elsewhere.
static void redirectLinks(RewriterBase &rewriter, ArrayRef<Joint::Link> links, ArrayRef<Value> ownValues,
                          SweepOp joined) {
  for (const Joint::Link &link : links) {
    tree::ReadOp read = link.read;
    if (link.isOwn)
      rewriter.replaceOp(read, ownValues[link.definition]);
    else
      rewriter.modifyOpInPlace(read,
                               [&] { read.getTensorMutable().assign(joined.getDefinitionHandles()[link.definition]); });
  }
}

SweepOp join(RewriterBase &rewriter, Joint &joint) {
  SweepOp first = joint.first, second = joint.second;
  unsigned ofFirst = first.getNumDefinitions(), ofSecond = second.getNumDefinitions();
  unsigned accumulatorsOfFirst = first.getInits().size(), accumulatorsOfSecond = second.getInits().size();
  Places placesOfFirst{0, ofFirst, ofFirst + ofSecond, accumulatorsOfFirst};
  Places placesOfSecond{ofFirst, ofSecond, ofFirst + ofSecond + accumulatorsOfFirst, accumulatorsOfSecond};

  for (Operation *op : llvm::reverse(joint.dependents))
    rewriter.moveOpAfter(op, second);
  rewriter.setInsertionPoint(second);
  SweepOp joined = createJoined(rewriter, joint);
  SmallVector<Value> ownValues(first.getYield().getValues()), values = ownValues;
  llvm::append_range(values, second.getYield().getValues());
  // The yield is there before the bodies, so that it follows where reads among its operands are redirected.
  rewriter.setInsertionPointToEnd(&joined.getBody().front());
  auto yield = YieldOp::create(rewriter, joined.getLoc(), values);
  appendBody(rewriter, first, joined, placesOfFirst);
  appendBody(rewriter, second, joined, placesOfSecond);
  rewriter.moveOpBefore(yield, yield->getBlock(), yield->getBlock()->end());
  redirectLinks(rewriter, joint.links, ownValues, joined);

  rewriter.replaceOp(first, placesOfFirst.of(joined->getResults()));
  rewriter.replaceOp(second, placesOfSecond.of(joined->getResults()));
  SweepOp smaller = dropDeadResults(rewriter, joined);
  return smaller ? smaller : joined;
}

} // namespace espalier::fusion
