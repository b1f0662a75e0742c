//===- Chains.cpp - Sums over children of a chain ---------------------------===//
#include "dialects/Tree/IR/Chains.h"

using namespace mlir;

namespace espalier::tree {

bool isChain(Value tree) { return tree && cast<TreeType>(tree.getType()).getKind() == Kind::chain; }

bool isHarmless(Operation *op, SweepOp sweep) {
  if (isa<tile::SolveOp, tile::ContractOp, tile::ElementOp, tile::PlaceOp, ReduceOp>(op))
    return false;
  auto read = dyn_cast<ReadOp>(op);
  return !read || llvm::all_of(read.getIndices(), [&](Value index) {
    return isa<VertexType>(index.getType()) || llvm::is_contained(sweep.getAxisIndices(), index);
  });
}

bool isValueOfOneChild(ReduceOp op, SweepOp sweep) {
  if (op.getDomain() != DomainKind::children || !isChain(op.getTree()) || op.getVertex() != sweep.getVertex())
    return false;
  bool harmless = true;
  op->walk([&](Operation *inner) { harmless &= inner == op || isHarmless(inner, sweep); });
  return harmless;
}

} // namespace espalier::tree
