//===- JoinSweeps.h - Two sweeps that may become one, and the one -----------===//
//
// Let A come before B in one block, over the same domain (the same values of
// batch, axes and tree), and let D be the direction that both can go: that of the
// one which is not `each`. One sweep that visits each point first as A, then as B,
// in direction D, computes the same if
//
//   - B reads definitions of A, and those only at its own point (the value just
//     computed), at children if D is up, or at the parent if D is down (visited
//     before);
//   - nothing that B needs depends on A by another way.
//
// What stands between A and B and depends on A then comes after both.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_FUSION_JOINSWEEPS_H
#define ESPALIER_COMPILER_FUSION_JOINSWEEPS_H

#include "dialects/Tree/IR/Point.h"

#include "mlir/IR/PatternMatch.h"

#include <optional>

namespace espalier::fusion {

/// How two sweeps can become one.
struct Joint {
  /// A read by B of a definition of A.
  struct Link {
    tree::ReadOp read;
    unsigned definition;
    bool isOwn; // else at a child or the parent
  };
  tree::SweepOp first, second;
  tree::Direction direction;
  llvm::SmallVector<Link> links;
  llvm::SmallVector<mlir::Operation *> dependents; // between both, depending on the first; in order
};

/// How the two can become one, or nullopt where that would change the meaning or joins nothing.
std::optional<Joint> findJoint(tree::SweepOp first, tree::SweepOp second);

/// Replaces both by one sweep with the definitions and accumulators of both, less those that nobody needs any more.
tree::SweepOp join(mlir::RewriterBase &rewriter, Joint &joint);

} // namespace espalier::fusion

#endif
