//===- InPlace.cpp - Definitions that lie where a later one will ------------===//
#include "dialects/Tree/IR/InPlace.h"

#include "dialects/Tile/IR/TileType.h"
#include "dialects/Tree/IR/Effects.h"
#include "dialects/Tree/IR/Point.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace espalier::tree {

/// The number of the member of `group` that reads there; -1 if none does.
static int64_t readerOf(Operation *user, ArrayRef<SweepOp> group) {
  auto read = dyn_cast<ReadOp>(user);
  const SweepOp *reader = read ? llvm::find(group, read.getSweep()) : group.end();
  return reader == group.end() ? -1 : reader - group.begin();
}

/// By the caller, or by what comes after the group.
static bool isReadElsewhere(OpResult definition, ArrayRef<SweepOp> group) {
  return llvm::any_of(definition.getUsers(), [&](Operation *user) { return readerOf(user, group) < 0; });
}

/// Whether nothing is made of `read` but the `number`-th definition, each element from the element at its place.
static bool becomes(ReadOp read, SweepOp sweep, unsigned number) {
  llvm::SetVector<Value> values;
  values.insert(read.getResult());
  for (size_t next = 0; next < values.size(); ++next)
    for (OpOperand &use : values[next].getUses()) {
      Operation *user = use.getOwner();
      if (user == sweep.getYield() && use.getOperandNumber() == number)
        continue;
      bool isByElement = user->hasTrait<OpTrait::Elementwise>() || isa<arith::SelectOp>(user);
      if (!isByElement || user->getBlock() != read->getBlock() || user->getNumResults() != 1 ||
          tile::shapeOf(user->getResult(0).getType()) != tile::shapeOf(read.getType()))
        return false;
      values.insert(user->getResult(0));
    }
  return true;
}

/// Whether `result` may be stored over `definition`: same shape, and the last to read it.
static bool canReplace(OpResult result, OpResult definition, ArrayRef<SweepOp> group) {
  auto from = cast<SweepOp>(definition.getOwner()), to = cast<SweepOp>(result.getOwner());
  if (result.getType() != definition.getType() || from.getTree() != to.getTree() || from.getBatch() != to.getBatch() ||
      !llvm::equal(from.getAxes(), to.getAxes()) || from.getLeaves() != to.getLeaves() ||
      !isReadElsewhere(result, group))
    return false;
  int64_t last = llvm::find(group, to) - group.begin();
  return llvm::all_of(definition.getUsers(), [&](Operation *user) {
    int64_t reader = readerOf(user, group);
    if (reader != last)
      return reader < last;
    auto read = cast<ReadOp>(user);
    return pointOf(to, read.getIndices()) == Point::own && read->getBlock() == &to.getBody().front() &&
           becomes(read, to, result.getResultNumber());
  });
}

SmallVector<InPlace> definitionsInPlace(ArrayRef<SweepOp> group) {
  SmallVector<InPlace> all;
  for (const SweepOp *sweep = group.begin(); sweep != group.end(); ++sweep) {
    if (!SweepOp(*sweep).getTree() || hasEffects(*sweep))
      continue;
    for (OpResult definition : SweepOp(*sweep).getDefinitions()) {
      if (definition.use_empty() || isReadElsewhere(definition, group))
        continue; // a definition that nobody else reads is scratch of its sweep
      for (const SweepOp *later = sweep + 1; later != group.end(); ++later) {
        auto results = SweepOp(*later).getDefinitions();
        auto isFree = [&](OpResult result) {
          return llvm::none_of(all, [&](const InPlace &other) { return other.result == result; }) &&
                 canReplace(result, definition, group);
        };
        if (auto result = llvm::find_if(results, isFree); result != results.end()) {
          all.push_back({definition, *result});
          break;
        }
      }
    }
  }
  return all;
}

} // namespace espalier::tree
