//===- Visit.h - The code of one visit of a region --------------------------===//
//
// A region is visited at one point: its arguments are bound to numbers, or to tiles that
// lie somewhere; what it defines has destinations. It is the body of a sweep at a vertex,
// the part of block.attend that belongs to a row, a key or a pair, or that part lifted to
// a block of pairs (Lift.h).
//
// Values are emitted when something asks for them (`scalar`, `tile`), where the builder
// stands, and remembered. What runs in order is what has effects: definitions,
// accumulations, checks. Before the builder enters a loop or a branch, everything from
// outside that is used there has been asked for (`prepare`).
//
// One file per idea: Visit.cpp (order and demand), Reads.cpp, Elementwise.cpp,
// Products.cpp, Shapes.cpp, Reductions.cpp (within a tile), Elements.cpp (over children,
// ranges, vertices), ChildSums.cpp (by the children themselves), Facts.cpp, Effects.cpp,
// Rows.cpp and BatchRows.cpp (a vertex, or a point of batch and axes, in each lane).
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_LOWERING_VISIT_H
#define ESPALIER_COMPILER_LOWERING_VISIT_H

#include "compiler/Lowering/Evaluation.h"
#include "compiler/Lowering/Task.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace espalier::lowering {

/// Whether every operation of the region has a mid-level form; says which has not.
mlir::LogicalResult checkSupported(mlir::Region &body);

class Visit {
public:
  Visit(Task &task, mlir::Region &body, const ElementwiseGroups &groups);

  //===-- The point -----------------------------------------------------------===//
  /// A scalar of the source is this number.
  void bind(mlir::Value source, mlir::Value number) { scalars[source] = number; }
  /// A loop's variable: no check where it is an index on an axis of this size.
  void bind(mlir::Value source, mlir::Value index, Extent limit);
  /// A block of the tree's table, a vertex in each lane: their numbers (i32), and its own.
  struct LaneBlock {
    mlir::Value rows, number;
  };
  /// Each value has an axis for its points in front, which is the innermost in scratch: a point is a lane. A vertex of
  /// the source stands for the vertices of a block.
  /// Those of `next` will be visited next: what is read at the vertices is fetched there.
  void bindVertices(mlir::Value source, const LaneBlock &block, const LaneBlock &next);
  /// Whether a read finds what the sweep at hand defines.
  static bool isNear(tree::ReadOp op);
  /// What a read will find where its index `vertex` is one of these vertices will soon be wanted.
  void fetch(tree::ReadOp op, mlir::Value vertex, mlir::Value vertices);
  /// Points of batch and axes (Task::abreast), visited together: what differs between them has an axis for them in
  /// front, as above.
  struct Abreast {
    const llvm::DenseSet<mlir::Operation *> *rows = nullptr; // reads of a tile of each point
    llvm::DenseMap<mlir::Value, int64_t> axes;               // values of the source that stand for indices on these
    mlir::Value positions;                                   // what a fault at vertex 0 says of each point's position
    mlir::Value vertex;                                      // at which all of them are; 0 without a tree
    mlir::Value vertexArgument, next; // what stands for it; the one that will be visited soon (null: nobody knows)
  };
  void bindPoints(Abreast points);
  /// What a read of rows will find where its index `source` is this vertex will soon be wanted.
  void fetchPoints(tree::ReadOp op, mlir::Value source, mlir::Value vertex);
  /// An argument of this region stands for `source`, as `outer` knows it.
  void bindAs(mlir::Value argument, mlir::Value source, Visit &outer);
  /// A vertex that is one.
  void bindVertex(mlir::Value source, mlir::Value vertex);
  /// A tile of the source lies here.
  void bindTile(mlir::Value source, const View &place) { tiles[source] = place; }
  /// Nothing is evaluated but what somebody asks for: no sum begins with another operand in its place, which may not be
  /// known here.
  void evaluateParts() { startsSums = false; }
  /// What others need of these values is evaluated here; points themselves are bound.
  void evaluateParts(llvm::ArrayRef<mlir::Value> parts);
  /// Whatever `outer` knows is known here: its code comes before, in front of all loops that this visit stands in.
  void adopt(const Visit &outer);
  /// What a fault says of the place: a flat position on these axes.
  void standAt(mlir::Value flatPosition, llvm::ArrayRef<LoopAxis> axes);
  /// A point of a sweep: its indices on all axes, and its vertex if there is a tree.
  void standAt(tree::SweepOp sweep, mlir::ValueRange axisIndices, mlir::Value vertex);

  //===-- What is emitted -----------------------------------------------------===//
  /// A value of the source is to lie at `target` in the end.
  void define(mlir::Value value, const View &target);
  /// The effects of the body, then the definitions.
  void emit();
  /// The definitions alone.
  void emitDefinitions();

  /// The number that a scalar, an index or a vertex (-1: none) of the source has become.
  mlir::Value scalar(mlir::Value source);
  /// Where a tile of the source lies; computes it if nothing has.
  View tile(mlir::Value source);
  /// Where a read finds its tile, if it surely finds one: all its indices are loop variables of the axes' sizes.
  std::optional<View> readInPlace(tree::ReadOp op);
  /// target += value or target -= value.
  void accumulate(mlir::Value value, const View &target, bool subtract);
  /// What block.attend or tree.sweep defines at a point: the part of a buffer at these indices of its leading axes.
  View partOf(const Buffer &buffer, mlir::ValueRange indices, mlir::Type tile, mlir::Location loc);
  mlir::Value load(const View &view, mlir::Location loc);
  void store(mlir::Value value, const View &view, mlir::Location loc);
  /// Adds what the visited vertex, whose definitions stand, has for the sum of its parent's children (ChildSums.cpp).
  void addToParent(tree::ReduceOp op);
  void copy(const View &from, const View &to, mlir::Location loc);
  void fill(const View &target, mlir::TypedAttr value, mlir::Location loc);
  void checkFinite(mlir::Value value, mlir::Location loc);
  /// The same of what lies in memory; `subject` gives it a name.
  void checkFinite(const View &place, mlir::Value subject, mlir::Location loc);

private:
  //===-- Demand ------------------------------------------------------------===//
  /// Asks for everything from outside `region` that is used in it.
  void prepare(mlir::Region &region);
  mlir::Value emitScalar(mlir::Value source);
  /// Where a tile that is written will lie: its destination, or new scratch. Asking twice gives the same.
  View locationOf(mlir::Value source);
  View placeWithin(mlir::OpOperand &use);
  View scratchFor(mlir::Value source);
  View scratch(llvm::ArrayRef<int64_t> sizes, mlir::Type element);
  View look(mlir::Value source);
  void write(mlir::Value source, const View &target);
  /// The first operand of a sum into the sum's place.
  void writeInitial(mlir::Value initial, const View &target);
  bool isInside(mlir::Value source) const;

  //===-- Reads and writes at positions --------------------------------------===//
  /// Where a tile begins, and whether there is one: null for always.
  struct Place {
    mlir::Value linear, valid;
  };
  enum class Slot : uint8_t { written, read };
  mlir::Value slotOf(const Buffer &buffer, size_t axis, mlir::Value index, Slot slot, mlir::Location loc);
  Place placeOf(mlir::Value tensor, bool batched, mlir::ValueRange indices, int64_t tileElements, mlir::Location loc);
  Place placeIn(const View &view, mlir::ValueRange positions, mlir::Location loc, mlir::Value subject);
  /// Whether 0 <= index < limit, with a fault where not; null if it is known to be.
  mlir::Value checked(mlir::Value index, mlir::Value limit, mlir::Location loc, mlir::Value subject);
  mlir::Value both(mlir::Value a, mlir::Value b, mlir::Location loc);
  /// The view, or zeros where `valid` (if any) does not hold.
  View orZeros(View view, mlir::Value valid, mlir::Location loc);
  /// The tile of a buffer that begins at this element: all of it, or the channels that its type has room for.
  View tileAt(const Buffer &buffer, mlir::Value start, mlir::Type tile, mlir::Location loc);
  /// The tile of one vertex in a buffer of blocks in lanes.
  View laneAt(const Buffer &buffer, mlir::Value place, llvm::ArrayRef<int64_t> sizes, mlir::Location loc);
  /// The tile of the task's point in a buffer of points abreast.
  View pointAt(const Buffer &buffer, mlir::Value tileNumber, mlir::Type tile, mlir::Location loc);
  View read(mlir::Operation *op);
  View element(tile::ElementOp op);

  //===-- A vertex in each lane (Rows.cpp) -------------------------------------===//
  /// The vertices that a vertex of the source stands for.
  struct Rows {
    mlir::Value numbers;  // i32 of each lane; -1: none
    bool mayMiss = false; // whether some may be none
  };
  /// Where a read finds the tile of row r: at start + r * step.
  struct Line {
    mlir::Value start, step, valid; // valid: null for always
    mlir::Value vertex;             // the index that stands for several
  };
  Line lineOf(tree::ReadOp op);
  bool isInLanes(mlir::Value vertex) const;
  Rows rowsOf(mlir::Value vertex);
  bool isGathered(mlir::Operation *op) const;
  View gather(tree::ReadOp op);
  void gather(tree::ReadOp op, const View &target);
  /// A read of what lies in lanes at the vertices of the block itself: it finds it in place.
  std::optional<View> readBlock(tree::ReadOp op);
  /// Where the vertices that a vertex of the source stands for are in blocks of lanes; -1: none.
  mlir::Value placesOf(mlir::Value vertex, mlir::Value sourceTree, mlir::Location loc);
  //===-- A point of batch and axes in each lane (BatchRows.cpp) ---------------===//
  Line rowsOfPoints(tree::ReadOp op, mlir::Value &numbers);
  View readAbreast(tree::ReadOp op);
  void gatherPoints(tree::ReadOp op, const View &target);

  /// The tile at `target`: gathered there if it is nowhere yet, else copied.
  void place(mlir::Value tile, const View &target);
  /// New rows from those of `vertices`, one by one; where there is none there will be none.
  mlir::Value mapRows(const Rows &vertices, mlir::Location loc, llvm::function_ref<mlir::Value(mlir::Value)> entry);
  mlir::Value countChildren(tree::ReduceOp op);
  void bindChildren(tree::ReduceOp op, mlir::Value child, mlir::Value number);

  mlir::Value times(mlir::Value a, int64_t factor, mlir::Location loc);
  mlir::Value plus(mlir::Value a, mlir::Value b, mlir::Location loc);

  //===-- Loops over the elements of tiles -----------------------------------===//
  friend class ElementLoop;
  /// New values of the accumulated elements from the old ones and an element.
  using Combine =
      llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::ImplicitLocOpBuilder &, mlir::ValueRange, mlir::Value)>;
  /// target = value, elementwise.
  void assign(mlir::Value value, const View &target);
  /// targets = combine(targets, value); the targets lack the axes `reduced` of the value.
  void combine(mlir::Value value, llvm::ArrayRef<View> targets, llvm::ArrayRef<int64_t> reduced, Combine combination);
  void combineView(const View &view, llvm::ArrayRef<View> targets, llvm::ArrayRef<int64_t> reduced, Combine combination,
                   mlir::Location loc);

  //===-- Products, solves ----------------------------------------------------===//
  void contract(tile::ContractOp op, const View &target, tile::UpdateKind update);
  std::pair<mlir::Value, std::string> factor(mlir::Value value, llvm::StringRef letters, llvm::StringRef elsewhere,
                                             mlir::Location loc);
  void solve(tile::SolveOp op);

  //===-- Shapes --------------------------------------------------------------===//
  void put(mlir::Value value, const View &box);
  void concatenate(tile::ConcatOp op, const View &target);
  void pad(tile::PadOp op, const View &target);
  void place(tile::PlaceOp op, const View &target);

  //===-- Reductions ----------------------------------------------------------===//
  void reduce(tile::ReduceOp op, const View &target);
  void sumTogether(llvm::ArrayRef<tile::ReduceOp> sums);
  void finishLogSumExp(const View &target, const View &sum, mlir::Location loc);
  void sumAxes(const View &view, const View &target, llvm::ArrayRef<int64_t> reduced, bool set, bool subtract,
               mlir::Location loc);
  void reduceElements(tree::ReduceOp op);
  /// The results of a reduction that the children have made (ChildSums.cpp).
  void takeSums(tree::ReduceOp op);
  View sumsAt(mlir::Value result, mlir::Value depth, mlir::Location loc);
  /// Whether the loop of `op` may begin with the other operand of `sum`, which adds a result of `op`, in its place.
  bool startsFrom(tree::ReduceOp op, mlir::Value sum);
  friend class ElementReduction;

  //===-- Facts ---------------------------------------------------------------===//
  mlir::Value fact(mlir::Operation *op);
  mlir::Value entry(tree::Table table, mlir::Value sourceTree, mlir::Value position, mlir::Location loc);
  mlir::Value ofVertex(mlir::Value sourceVertex, mlir::TypedAttr otherwise, mlir::Location loc,
                       llvm::function_ref<mlir::Value(mlir::Value)> fact);

  //===-- Effects --------------------------------------------------------------===//
  void accumulateAt(mlir::Operation *op);
  void reportInfinite(mlir::Value magnitude, mlir::Value subject, mlir::Location loc);
  void fault(mlir::Value condition, int32_t kind, mlir::Location loc, mlir::Value subject, mlir::Value value,
             mlir::Value limit);

  Task &task;
  mlir::OpBuilder &builder;
  mlir::Region &body;
  const ElementwiseGroups &groups;
  bool startsSums = true;                  // from another operand in its place
  mlir::Value position;                    // what a fault says
  llvm::SmallVector<LoopAxis, 2> loopAxes; // that it counts on
  llvm::SmallVector<std::pair<mlir::Value, View>> definitions;
  llvm::DenseMap<mlir::Value, mlir::Value> scalars;
  llvm::DenseMap<mlir::Value, View> tiles, locations;
  llvm::DenseMap<mlir::Value, std::pair<View, bool>>
      onto;                               // sums over elements that are added to (or subtracted from) a place
  llvm::DenseSet<mlir::Value> present;    // vertices of the source that are never none
  llvm::DenseMap<mlir::Value, Rows> rows; // vertices of the source that stand for several
  llvm::DenseMap<mlir::Value, std::pair<LaneBlock, LaneBlock>> blocks; // of these, whole ones, with the next
  llvm::DenseMap<mlir::Value, mlir::Value> places;                     // of all, in blocks of lanes
  mlir::Value positions;                                               // the rows of the points; null: one point
  Abreast abreast;
  llvm::DenseMap<mlir::Value, Extent> boundedBy; // loop variables of the source: no check on an axis of this size
};

} // namespace espalier::lowering

#endif
