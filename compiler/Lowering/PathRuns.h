//===- PathRuns.h - Runs of a tree's long paths as tasks ----------------------===//
//
//   up      ->  grid over the parts:   whole subtrees                        (SubtreeGrids.h)
//               grid over the runs:    what each makes of any state below it
//               one task for the top:  what is in no run is visited; of a run the state below its highest vertex
//                                      follows from that, and that vertex is visited
//               grid over the runs:    all their other vertices are visited
//
// Down it is the mirror image: what a run makes of the state above it, then the top, where the state above a run's
// lowest vertex follows and that vertex is visited, the runs, and last the parts. So every vertex is visited once, by
// the code of every other visit, whatever else the sweep defines; and a visit in a run finds the same below it (up)
// whoever comes first.
//
// Until a run is visited, its vertices' places hold what it makes of any state: of state i, the lowest vertex what
// comes of zeros, the vertex j + 1 above it what state j is multiplied by. Where a state that follows from that is not
// finite, the run is visited in the top, vertex by vertex.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_LOWERING_PATHRUNS_H
#define ESPALIER_COMPILER_LOWERING_PATHRUNS_H

#include "compiler/Lowering/PathStep.h"
#include "compiler/Lowering/SubtreeGrids.h"
#include "compiler/Lowering/Visit.h"

#include <optional>

namespace espalier::lowering {

class PathRuns {
public:
  /// Emits visits of part_order[from .. to), from the leaves to the roots or back as the sweep goes.
  using VisitRange = llvm::function_ref<void(mlir::Value from, mlir::Value to)>;

  /// `body`: the sweep, or a copy for some of its channels.
  PathRuns(Task &task, tree::SweepOp sweep, tree::SweepOp body, VisitRange visit);

  /// Of Share::effect, top or run.
  void emit(Share share);

private:
  using Bounds = std::pair<mlir::Value, mlir::Value>; // in part_order
  void emitEffects();
  void emitTop();
  void emitRuns();

  /// The runs of the tree; none where there are so many trees that these are tasks enough.
  mlir::Value numRuns();
  /// Calls `emitOne` within a loop over the runs that the task has.
  void overRuns(llvm::function_ref<void(Bounds)> emitOne);
  Bounds boundsOf(mlir::Value run);
  mlir::Value entry(tree::Table table, mlir::Value number);
  mlir::Value plus(mlir::Value a, int64_t b);
  /// The value that `one` gives where `condition` holds, else what `other` gives; both are indices.
  mlir::Value either(mlir::Value condition, llvm::function_ref<mlir::Value()> one,
                     llvm::function_ref<mlir::Value()> other);

  View tileAt(mlir::Value vertex, size_t state);
  /// Where a run keeps what it makes of state `from` in state `to`; without `from`: of zeros.
  View effectAt(Bounds run, size_t to, std::optional<size_t> from);
  /// The effect so far: with an axis of two in front, the one and the other by turns.
  struct Effect {
    View term;
    llvm::SmallVector<View> factors;
  };
  std::vector<Effect> effectScratch();
  void fill(const View &view, double number);
  void step(llvm::ArrayRef<Effect> effects, mlir::Value position, mlir::Value turn);
  /// The state at the run's last vertex but one, as the sweep goes, is put in its place; whether it is not finite.
  mlir::Value pass(Bounds run);

  Task &task;
  mlir::OpBuilder &builder;
  tree::SweepOp sweep;
  VisitRange visit;
  mlir::Location loc;
  bool isUp;
  PathStep path;
  ElementwiseGroups groups;
};

} // namespace espalier::lowering

#endif
