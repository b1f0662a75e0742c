//===- PackedPoints.h - What belongs to each of some points, side by side ---===//
#ifndef ESPALIER_COMPILER_LOWERING_PACKEDPOINTS_H
#define ESPALIER_COMPILER_LOWERING_PACKEDPOINTS_H

#include "compiler/Lowering/Task.h"

#include "llvm/ADT/MapVector.h"

namespace espalier::lowering {

class ElementwiseGroups;
class Lifting;
class Visit;

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

  int64_t numPoints() const { return size; }
  void add(mlir::Value source);
  bool has(mlir::Value source) const { return places.contains(source); }
  const llvm::MapVector<mlir::Value, View> &all() const { return places; }
  /// All points: size x tile.
  const View &of(mlir::Value source) const { return places.find(source)->second; }
  View at(mlir::Value source, mlir::Value point) const;
  /// Adds values of a region and evaluates them in a loop over the points; `bind` says what is known at one.
  void evaluate(llvm::ArrayRef<mlir::Value> sources, mlir::Region &body, const ElementwiseGroups &groups,
                llvm::function_ref<void(Visit &, mlir::Value point)> bind);
  /// Zeros at all points.
  void clear(llvm::ArrayRef<mlir::Value> sources) const;

private:
  Task &task;
  mlir::Location loc;
  int64_t size;
  Layout layout;
  llvm::MapVector<mlir::Value, View> places;
};

/// Binds what a region that is lifted to points in lanes is given: what is packed, and what `shared` knows, the same at
/// all points.
void bindArguments(Visit &visit, const Lifting &lifting, const PackedPoints &packed, Visit &shared);

} // namespace espalier::lowering

#endif
