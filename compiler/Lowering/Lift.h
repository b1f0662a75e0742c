//===- Lift.h - A region lifted from points to blocks of points -------------===//
//
// A region says what belongs to one point: one row, one pair of a row and a key. Lifted to
// a block of points, a value has the axes of the points in front of its own: a number
// becomes a tile of numbers, the product "a,a->" of what belongs to a row and of what
// belongs to a key becomes the matrix product "Aa,Ba->AB".
//
// What depends on some of the points' indices only is not lifted to all of them: it is an
// argument of the lifted region, to be computed point by point beforehand. So is what has
// no lifted form (a read at a position that both indices decide).
//
// Law: the element of a lifted value at a point is the value of the region at that point.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_LOWERING_LIFT_H
#define ESPALIER_COMPILER_LOWERING_LIFT_H

#include "dialects/Block/IR/Dependence.h"
#include "dialects/Tile/IR/TileDialect.h"
#include "dialects/Tree/IR/TreeDialect.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/ADT/SetVector.h"

namespace espalier::lowering {

class Lifting {
public:
  using PointSet = block::PointSet;

  /// Of a region whose values depend on points as `dependences` says; `sizes` are those of the block, one for each kind
  /// of point. `given`: operations whose lifted results somebody else computes. With `vertices`, points are vertices:
  /// reads there, at their parents and their children, sums over these and solves have a lifted form, in which a vertex
  /// stands for those of all points. With `rows`, points are those of batch and axes, which go through one tree: these
  /// reads of a tile of each point, solves, and reductions over what is the same at all points have a lifted form.
  Lifting(mlir::Location loc, const block::Dependences &dependences, llvm::ArrayRef<int64_t> sizes,
          llvm::DenseSet<mlir::Operation *> given, bool vertices = false,
          const llvm::DenseSet<mlir::Operation *> *rows = nullptr);

  /// The value at all points of the block: a tile of sizes x its own.
  mlir::Value whole(mlir::Value source);
  /// The value with the axes only of points that it depends on (all of them if it is lifted), and their letters; for a
  /// product. May be a scalar.
  mlir::Value compact(mlir::Value source, std::string &letters);
  /// A product at all points over elements `from` .. `to` of one summed letter only, of other factors of equal shapes.
  mlir::Value product(tile::ContractOp op, llvm::ArrayRef<mlir::Value> factors, char letter, int64_t from, int64_t to);
  /// At all points, stretched to a tile of this shape: whether an index is at least `limit`.
  mlir::Value reaches(mlir::Value index, int64_t limit, llvm::ArrayRef<int64_t> tileShape);
  /// The vertex of all points; null if it has no lifted form.
  mlir::Value vertex(mlir::Value source);
  /// What stands for a point's index on an axis where rows are read.
  mlir::Value axis(mlir::Value index);
  /// The lifted reads of rows.
  const llvm::DenseSet<mlir::Operation *> &rowReads() const { return liftedRows; }
  /// A tile that stands for something outside, of these sizes.
  mlir::BlockArgument outside(mlir::Type type);

  /// What the lifted region asks for: the argument stands for `source`.
  struct Argument {
    mlir::BlockArgument argument;
    mlir::Value source;
    bool isWhole; // it has all axes of points, stretched along those that the source does not depend on
  };
  llvm::ArrayRef<Argument> arguments() const { return inputs; }
  /// Sources among them that depend on no point or on some points only, and what the others below need of these.
  llvm::ArrayRef<mlir::Value> parts() const { return frontier.getArrayRef(); }
  /// Sources that have no lifted form: to be computed at each point.
  llvm::ArrayRef<mlir::Value> pointwise() const { return unlifted.getArrayRef(); }
  /// Products that are given, in order.
  llvm::ArrayRef<mlir::Operation *> givenProducts() const { return usedGiven.getArrayRef(); }
  /// Adds to `parts` what a source, evaluated at a point, needs of what is computed beforehand.
  void needAt(mlir::Value source);

  mlir::Region &region() { return *body; }
  mlir::ImplicitLocOpBuilder builder; // at the end of the region
  static constexpr llvm::StringLiteral pointLetters = "ABCD";

private:
  PointSet all() const { return (PointSet(1) << sizes.size()) - 1; }
  bool isLifted(mlir::Value source) const { return dependences.of(source) == all(); }
  llvm::SmallVector<int64_t> shapeOver(PointSet points, mlir::Type tile) const;
  mlir::Type typeOver(PointSet points, mlir::Type tile) const;
  mlir::Value argumentFor(mlir::Value source, mlir::Type type, bool isWhole);
  /// The value at all points, stretched to a tile of this shape.
  mlir::Value stretched(mlir::Value source, llvm::ArrayRef<int64_t> tileShape);
  mlir::Value lifted(mlir::Value source);
  mlir::Value lift(mlir::Operation *op);
  mlir::Value liftShape(mlir::Operation *op);
  mlir::ValueRange liftSeveral(mlir::Operation *op);
  // LiftTrees.cpp
  bool hasVertexForm(mlir::Value vertex) const;
  bool hasTreeForm(mlir::Operation *op) const;
  bool hasTreeForm(tree::ReduceOp op) const;
  bool hasFormWithin(mlir::Operation &inner) const;
  mlir::Value liftRead(tree::ReadOp op);
  mlir::Value domainOf(mlir::Value operand);
  mlir::IRMapping prepare(tree::ReduceOp op);
  mlir::ValueRange liftReduction(tree::ReduceOp op);
  mlir::ValueRange liftSolve(tile::SolveOp op);
  bool isOfElement(mlir::Value source) const;
  mlir::Value uniform(mlir::Value source);

  const block::Dependences &dependences;
  llvm::SmallVector<int64_t> sizes;
  llvm::DenseSet<mlir::Operation *> given;
  bool vertices;
  const llvm::DenseSet<mlir::Operation *> *rows;
  llvm::DenseSet<mlir::Operation *> liftedRows;
  llvm::DenseMap<mlir::Value, mlir::Value> axes;
  std::unique_ptr<mlir::Region> body;
  llvm::DenseMap<mlir::Value, mlir::Value> known;
  llvm::DenseMap<std::pair<mlir::Value, mlir::Type>, mlir::Value> argumentOf;
  llvm::SmallVector<Argument> inputs;
  llvm::SetVector<mlir::Value> frontier, unlifted;
  llvm::DenseSet<mlir::Value> needed;
  llvm::SetVector<mlir::Operation *> usedGiven;
};

} // namespace espalier::lowering

#endif
