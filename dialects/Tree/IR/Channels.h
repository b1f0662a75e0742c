//===- Channels.h - Sweeps whose channels never meet ------------------------===//
//
// Sweeps are separable along the last axis of their tiles if element c of every
// definition depends on elements c of everything that has this axis, and on what is the
// same for all channels. Law: the sweeps on a range of channels, each tile cut to it,
// define that range of what the whole sweeps define, to the last bit.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_DIALECTS_TREE_IR_CHANNELS_H
#define ESPALIER_DIALECTS_TREE_IR_CHANNELS_H

#include "dialects/Tree/IR/TreeDialect.h"

#include <optional>

namespace espalier::tree {

/// Where the channels lie in the values of separable sweeps.
class Channels {
public:
  /// Of sweeps that run in one task, one after the other. Nothing where a definition is a number, last axes differ in
  /// size, channels meet (a reduction, product or shape along the axis), a value is used both by channel and as a
  /// whole, or sweeps accumulate.
  static std::optional<Channels> of(llvm::ArrayRef<SweepOp> group);

  int64_t size() const { return numChannels; }
  /// The values that have channels, each with the axis along which they lie. Constants are not among them.
  const llvm::DenseMap<mlir::Value, int64_t> &values() const { return axisOfValue; }
  /// The places where a constant, the same everywhere, is used as a tile with channels.
  const llvm::DenseMap<mlir::OpOperand *, int64_t> &constants() const { return axisOfConstant; }

private:
  bool start(SweepOp sweep);
  /// The operand has its channels along `axis`. False if it has them elsewhere.
  bool demand(mlir::OpOperand &operand, int64_t axis);
  bool propagate(mlir::Value value, int64_t axis);
  bool throughRead(ReadOp read, int64_t axis);
  bool throughProduct(tile::ContractOp op, int64_t axis);
  bool throughShape(mlir::Operation *op, int64_t axis);
  bool isComplete();

  llvm::SmallVector<SweepOp> sweeps;
  int64_t numChannels = -1;
  llvm::DenseMap<mlir::Value, int64_t> axisOfValue;
  llvm::DenseMap<mlir::OpOperand *, int64_t> axisOfConstant;
  llvm::DenseSet<mlir::OpOperand *> demanded;
  llvm::SmallVector<mlir::Value> pending;
};

} // namespace espalier::tree

#endif
