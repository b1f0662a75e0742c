//===- Point.h - One point of a tensor --------------------------------------===//
#ifndef ESPALIER_COMPILER_INTERPRETER_POINT_H
#define ESPALIER_COMPILER_INTERPRETER_POINT_H

#include "compiler/Interpreter/Plan.h"

namespace espalier::interpreter {

/// Where an operation reads or accumulates: [batch] x positions; the rest of the axes is the tile.
struct Point {
  mlir::Operation *op;
  std::string name;
  TensorPlace tensor;
  std::vector<Slot> positions;
  std::vector<bool> isVertex; // of each position: a vertex may be none
  bool isBatched;
  int64_t tileSize;

  static Point of(mlir::Operation *op, Plan &plan, mlir::Value tensor, mlir::ValueRange indices, mlir::Type tile);

  /// The first element of the tile; null where a vertex is none, and after an error.
  Element *find(Machine &machine) const;
};

/// Copies the tile at the point to `y`, zeros where there is none.
void readPoint(Machine &machine, const Point &point, Slot y);

} // namespace espalier::interpreter

#endif
