//===- Evaluation.h - How each tile of a visit is computed ------------------===//
//
// Decided before anything is emitted:
//   view         another look at memory that exists: reads, transposes, slices, stretching
//   uniform      one scalar everywhere: never in memory unless something asks for it there
//   elementwise  one element from one element of each operand. It is computed within the
//                loop of its *root* where all its uses belong to one root, else in memory, once
//   sum          a + b or a - b where an operand is a product or a sum over elements used
//                only here: the other operand is computed into the destination, and the
//                product then accumulates on top of it
//   written      everything else: computed into its destination
//
// Sums of elements that read the same tile are one loop over it.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_LOWERING_EVALUATION_H
#define ESPALIER_COMPILER_LOWERING_EVALUATION_H

#include "dialects/Tree/IR/TreeDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/SetVector.h"

namespace espalier::lowering {

enum class Manner { view, uniform, elementwise, sum, written };

bool isTile(mlir::Type type);
inline bool isTile(mlir::Value value) { return isTile(value.getType()); }

Manner mannerOf(mlir::Value tile);

/// Whether a sum over elements starts from what it is added to.
bool isAddedInPlace(tree::ReduceOp op, unsigned number);

/// A product without summed letters: elementwise on stretched factors.
bool isOuterProduct(tile::ContractOp op);

/// The parts of a tile of manner `sum`.
struct Sum {
  mlir::Value initial, added;
  bool subtract;
};
Sum sumOf(mlir::Value tile);

/// The scalar of a uniform tile: an attribute of a constant, or the SSA value that is stretched.
mlir::TypedAttr uniformConstant(mlir::Value tile);
mlir::Value uniformScalar(mlir::Value tile);

/// A sum of all elements of a tile.
bool isWholeSum(tile::ReduceOp op);

/// The tiles that lie in memory when the elements of `tile` are computed one by one.
llvm::SetVector<mlir::Value> tilesReadBy(mlir::Value tile);

/// Which elementwise tiles are computed within the loop of another operation.
class ElementwiseGroups {
public:
  explicit ElementwiseGroups(mlir::Region &region);

  /// Whether `tile` never lies in memory, being computed where it is used.
  bool isInlined(mlir::Value tile) const;

  /// The sums that share one loop with this one, itself among them.
  llvm::ArrayRef<tile::ReduceOp> sumsWith(tile::ReduceOp op) const;

private:
  void visit(mlir::Block &block);
  void joinSums(mlir::Block &block);
  /// The operation in whose loop the use is evaluated; null if the use needs the tile in memory.
  mlir::Operation *rootOf(mlir::OpOperand &use) const;

  llvm::DenseMap<mlir::Operation *, mlir::Operation *> roots;                // of inlined operations
  llvm::DenseMap<mlir::Operation *, mlir::Operation *> firstSum;             // of those in one loop
  llvm::DenseMap<mlir::Operation *, llvm::SmallVector<tile::ReduceOp>> sums; // by their first
};

} // namespace espalier::lowering

#endif
