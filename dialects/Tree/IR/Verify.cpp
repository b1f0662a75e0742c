//===- Verify.cpp - The constraints of the tree dialect ---------------------===//
#include "dialects/Tree/IR/TreeDialect.h"

using namespace mlir;

namespace espalier::tree {

LogicalResult ChainOp::verify() { return success(); }
LogicalResult PerfectOp::verify() { return success(); }
LogicalResult FromParentsOp::verify() { return success(); }
LogicalResult SweepOp::verify() { return success(); }
LogicalResult SweepOp::verifyRegions() { return success(); }
LogicalResult ReadOp::verify() { return success(); }
LogicalResult AccumulateOp::verify() { return success(); }
LogicalResult ReduceOp::verify() { return success(); }
LogicalResult ReduceOp::verifyRegions() { return success(); }

} // namespace espalier::tree
