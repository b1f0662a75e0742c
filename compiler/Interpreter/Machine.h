//===- Machine.h - The state of an interpretation ---------------------------===//
//
// Every tile or scalar of the function has a fixed place in one frame, since its
// size is static; tensors whose leading sizes are dynamic, and trees, have rows of
// two tables. The places are decided once (Plan.h), so that a visit looks nothing up.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_INTERPRETER_MACHINE_H
#define ESPALIER_COMPILER_INTERPRETER_MACHINE_H

#include "compiler/Interpreter/Interpreter.h"

#include <functional>
#include <optional>
#include <span>
#include <string>

namespace espalier::interpreter {

/// The number of no vertex.
constexpr int64_t none = -1;

/// 64 bits: a double for every float type; an integer for i1 (0 or 1), i32, index and vertices (-1 is none). The type
/// of the value says which. All bits zero is the zero of both.
union Element {
  double real;
  int64_t integer;
};

/// Where a tile or a scalar lies in the frame.
struct Slot {
  int64_t offset = -1;
  int64_t size = 0;
};

/// A tensor of the kernel: its axes and its elements, row-major.
struct TensorView {
  std::span<const int64_t> shape;
  Element *data;
};

/// Where a tensor of the kernel is: a row of the table of tensors or, of static shape, a slot of the frame.
struct TensorPlace {
  int64_t row = -1;
  Slot slot;
  Shape staticShape;
};

class Machine {
public:
  Machine(int64_t frameSize, int64_t numTensors, int64_t numTrees, const Options &options)
      : options(options), frame(frameSize, Element{.integer = 0}), tensors(numTensors), trees(numTrees) {}

  Element *at(Slot slot) { return frame.data() + slot.offset; }
  int64_t &integer(Slot slot) { return frame[slot.offset].integer; }

  TensorView view(const TensorPlace &place) {
    if (place.row < 0)
      return {place.staticShape, at(place.slot)};
    return {tensors[place.row].shape, tensors[place.row].elements.data()};
  }

  /// Gives the place a shape, all elements zero. An error where there is no memory for it.
  Result<void> allocate(const TensorPlace &place, const Shape &shape);

  void setTrees(int64_t row, TreeBatch batch) { trees[row] = std::move(batch); }
  const TreeBatch &treesAt(int64_t row) const { return *trees[row]; }
  /// The tree of the batch element that is visited; null after an error where the batch of trees does not fit the
  /// batch.
  const espalier_tree *treeAt(int64_t row, mlir::Operation *where);

  /// Records an error at an operation, with the point that is visited; evaluation stops.
  template <class... Values> void fail(mlir::Operation *where, fmt::format_string<Values...> text, Values &&...values) {
    failWith(where, fmt::format(text, std::forward<Values>(values)...));
  }
  void failWith(mlir::Operation *where, const std::string &what);
  void failAt(mlir::Location where, const std::string &what);
  bool failed() const { return error.has_value(); }

  /// "batch 3", "batch (1, 0)": an element of a batch of so many. Nothing where messages do not mention it.
  std::string placeInBatch(int64_t element, int64_t size) const;

  const Options options;
  std::optional<Error> error;

  // The point that a sweep visits: batch element, positions of its axes and vertex, for messages and for reads.
  int64_t batchSize = 1;
  int64_t batchElement = 0;
  bool inBatch = false;
  std::vector<int64_t> axisPositions;
  const std::vector<std::string> *axisNames = nullptr;
  int64_t vertex = none;
  // Of the row and key that an attention visits.
  double weight = 1;

private:
  /// Says the first axes of the point.
  void failAt(mlir::Location where, const std::string &what, size_t numAxes);
  std::string point(size_t numAxes) const;

  struct Buffer {
    Shape shape;
    std::vector<Element> elements;
  };
  std::vector<Element> frame;
  std::vector<Buffer> tensors;
  std::vector<std::optional<TreeBatch>> trees;
};

/// What one operation does each time it is reached. A step that fails says so to the machine.
using Step = std::function<void(Machine &)>;

/// The operations of a block in order, and the places of what its terminator yields.
struct Code {
  std::vector<Step> steps;
  std::vector<Slot> yields;

  /// False where a step failed.
  bool run(Machine &machine) const {
    for (const Step &step : steps) {
      step(machine);
      if (machine.failed())
        return false;
    }
    return true;
  }
};

/// "myo.esp:7:16": the first place within a location.
std::string placeOf(mlir::Location location);
/// "expected 0 to 4", for an axis of 5.
inline std::string expectedRange(int64_t size) {
  return size > 0 ? fmt::format("expected 0 to {}", size - 1) : "the axis is empty";
}
/// The name that a location bears, which is that of the thing in the program.
std::string nameOf(mlir::Location location, std::string_view otherwise);

} // namespace espalier::interpreter

#endif
