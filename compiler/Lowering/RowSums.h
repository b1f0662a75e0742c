//===- RowSums.h - Weights and weighted sums of a tile of rows --------------===//
//
// Scores of rows x keys pairs come tile by tile (papers.md 3; the online softmax). A row keeps the
// greatest score m so far, the sum l of exp(s - m), and a sum y_k per value:
//   m' = max(m, max_j s_j);  c = m' if it is finite, else 0;  r = exp(m - c)
//   w_j = exp(s_j - c);  l' = r l + sum_j w_j;  y_k' = r y_k + sum_j w_j v_k,j
// and ends with y_k / l. A score of -inf weighs 0; a row of none but such, or without
// keys, has l = 0, and is divided by 1; +inf or NaN make l, and so all of the row, NaN.
// With weights that are exp(s), w_j is that and nothing is divided.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_LOWERING_ROWSUMS_H
#define ESPALIER_COMPILER_LOWERING_ROWSUMS_H

#include "compiler/Lowering/Task.h"

namespace espalier::lowering {

class RowSums {
public:
  /// `values`: the types of the sums' tiles.
  RowSums(Task &task, mlir::Location loc, int64_t rows, int64_t keys, mlir::Type score, bool isSoftmax,
          llvm::ArrayRef<mlir::Type> values);

  /// Nothing is summed yet.
  void begin();
  /// Where the scores of a tile of pairs are expected, rows x keys; pairs that do not count are -inf.
  const View &scores() const { return weights; }
  /// Scores become weights; the sums so far are scaled to them.
  void weigh();
  /// The weights in a type: those of the scores, or copies.
  View weightsIn(mlir::Type element);
  /// rows x tile, in front of which weights times values are added.
  const View &sum(unsigned value) const { return sums[value]; }
  /// Row `row` of a sum, divided, to `target`.
  void finish(unsigned value, mlir::Value row, const View &target);
  /// The logarithm of a row's sum of exponentials, +inf where that is 0.
  void finishStatistic(mlir::Value row, const View &target);

private:
  void fill(const View &target, double value);
  View atRow(const View &view, mlir::Value row) const;

  Task &task;
  mlir::Location loc;
  int64_t rows, keys;
  bool isSoftmax;
  View weights, greatest, candidate, length, scale;
  llvm::SmallVector<View> sums;
  llvm::DenseMap<mlir::Type, View> copies;
};

/// Drops the axes in front that are bound to positions.
View pointOf(mlir::OpBuilder &builder, mlir::Location loc, const View &view, llvm::ArrayRef<mlir::Value> positions);

} // namespace espalier::lowering

#endif
