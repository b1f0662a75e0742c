//===- PackedPoints.h - What belongs to each of some points, side by side ---===//
#ifndef ESPALIER_COMPILER_LOWERING_PACKEDPOINTS_H
#define ESPALIER_COMPILER_LOWERING_PACKEDPOINTS_H

#include "compiler/Lowering/Task.h"

#include "llvm/ADT/MapVector.h"

namespace espalier::lowering {

/// Scratch of these sizes, of which the first axis is the innermost.
View lanesInnermost(Task &task, llvm::ArrayRef<int64_t> sizes, mlir::Type element);
/// Block number `block` of a buffer in lanes, of these sizes.
View laneBlock(Task &task, const Buffer &buffer, mlir::Value block, llvm::ArrayRef<int64_t> sizes);

/// Scratch for values of a region at up to `size` points, each a lane or a tile.
class PackedPoints {
public:
  enum class Layout : uint8_t { tiles, lanes };
  PackedPoints(Task &task, mlir::Location loc, int64_t size, Layout layout = Layout::tiles)
      : task(task), loc(loc), size(size), layout(layout) {}

  void add(mlir::Value source);
  bool has(mlir::Value source) const { return places.contains(source); }
  const llvm::MapVector<mlir::Value, View> &all() const { return places; }
  /// All points: size x tile.
  const View &of(mlir::Value source) const { return places.find(source)->second; }
  View at(mlir::Value source, mlir::Value point) const;
  /// Zeros at all points.
  void clear(llvm::ArrayRef<mlir::Value> sources) const;

private:
  Task &task;
  mlir::Location loc;
  int64_t size;
  Layout layout;
  llvm::MapVector<mlir::Value, View> places;
};

} // namespace espalier::lowering

#endif
