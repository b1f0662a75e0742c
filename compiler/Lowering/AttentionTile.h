//===- AttentionTile.h - Attention of a tile of rows ------------------------===//
#ifndef ESPALIER_COMPILER_LOWERING_ATTENTIONTILE_H
#define ESPALIER_COMPILER_LOWERING_ATTENTIONTILE_H

#include "compiler/Lowering/PackedPoints.h"
#include "compiler/Lowering/PairRegion.h"
#include "compiler/Lowering/RowSums.h"
#include "compiler/Lowering/Visit.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

namespace espalier::lowering {

class AttentionTile {
public:
  AttentionTile(Task &task, block::AttendOp attend, block::ScheduleAttr schedule);

  /// Emits the tile of this number; task.axisIndices are the indices on the axes before the last.
  void emit(mlir::Value tile);

private:
  using Value = mlir::Value;
  using PointSet = block::PointSet;

  /// Values at all pairs of a tile.
  struct Lifted {
    std::unique_ptr<Lifting> lifting;
    llvm::SmallVector<Value> roots;
    std::unique_ptr<ElementwiseGroups> groups;
  };
  /// A product of prefixes, level by level: roots 2n and 2n + 1 are what level n adds to a pair that has it, and to a
  /// pair that may have it.
  struct Levels {
    const LevelProduct *product;
    Lifted lifted;
    llvm::SmallVector<int64_t> numbers; // n of the roots
  };
  /// A part of the region that is evaluated at once, with what it needs.
  struct Phase {
    Lifted lifted;
    std::vector<Levels> products;
    llvm::SetVector<Value> keys;          // what is packed for each key
    llvm::DenseMap<Value, View> computed; // what the lifted region is given at all pairs
    bool isEmpty() const { return lifted.roots.empty(); }
  };

  //===-- Before anything is emitted (AttentionPlan.cpp) -----------------------===//
  Lifted beginLifting();
  Phase plan(llvm::ArrayRef<Value> sources);
  Phase planValues();
  Levels planProduct(const LevelProduct &product);
  void close(Phase &phase);
  void pack(Phase &phase, const Lifting &lifting);
  bool decideMask();
  void nameAxes();

  //===-- Rows -----------------------------------------------------------------===//
  void findKeys();
  void evaluateRows();
  void finishRows();
  void bindRow(Visit &visit, Value row);
  void standAtRow(Visit &visit, Value row);
  void standAtPair(Visit &visit, Value row, Value key);
  Value keyIndexOf(Value key);
  Value flatRow(Value row);

  //===-- Keys -----------------------------------------------------------------===//
  void emitKeys();
  void addPairs();
  void packKeys(Phase &phase);
  void findFirstRows();
  void findPairs();
  void filterPairs();
  template <class Op> Value reducedMask(int32_t start);
  void evaluateScores();
  void maskScores();
  void addValues();
  Value areFinite(Visit &visit);
  void addInfinite(Visit &visit);
  void accumulatePairs();

  //===-- Pairs (AttentionPairs.cpp) -------------------------------------------===//
  /// What has no lifted form, and products of prefixes.
  void prepare(Phase &phase);
  void evaluatePointwise(Phase &phase);
  void multiplyLevels(Phase &phase, Levels &levels);
  std::pair<Value, Value> blockRange(Value block);
  std::pair<Value, Value> rangeOf(Value block, const PackedPoints &points, Value count);
  Value sharedLevels(int64_t levels, Value a, Value b);
  void bind(Visit &visit, const Lifting &lifting, Phase &phase);
  void bindPair(Visit &visit, Phase &phase, Value row, Value key);
  View lookAt(Value source, mlir::Type type, bool isWhole, Phase &phase);

  //===-- Control --------------------------------------------------------------===//
  void loop(Value from, Value to, llvm::function_ref<void(Value)> body);
  void when(Value condition, llvm::function_ref<void()> then, llvm::function_ref<void()> otherwise = nullptr);
  void forPairs(llvm::function_ref<void(Value row, Value key)> body);
  Value compare(mlir::arith::CmpIPredicate predicate, Value a, Value b);
  Value plus(Value a, Value b);
  Value loadAt(const View &view, llvm::ArrayRef<Value> position);
  void storeAt(Value value, const View &view, llvm::ArrayRef<Value> position);
  Value isPair(Value row, Value key);

  Task &task;
  mlir::OpBuilder &builder;
  block::AttendOp attend;
  mlir::Location loc;
  int64_t rows, keys;
  PairRegion pair;
  PackedPoints packedRows, packedKeys;
  Phase filter, score, values;
  llvm::SmallVector<std::pair<Value, Value>> weighted; // of each value: the argument for weights, the lifted value
  std::unique_ptr<RowSums> sums;
  Visit single;                            // what depends on no point
  std::vector<LoopAxis> rowAxes, pairAxes; // for faults
  bool needsMask;                          // not only where a tile is cut by a range
  View lowers, uppers;                     // of each row, within 0 .. keys
  View mask;                               // rows x keys: 1 where the key is one of the row's, else 0
  View kept;                               // rows x keys: what the filter says
  View firstRow;                           // of each key: the first row that has it, `rows` for none

  Value numKeysInAll, firstIndex, numRows, firstKey, lastKey, latestLower, earliestUpper; // of the tile of rows
  Value keyStart, numKeys, isFull; // of the tile of keys; whether every pair of the tile counts
  llvm::DenseMap<Value, std::pair<Value, Value>> rowBlocks; // least and greatest finest block of the rows
};

} // namespace espalier::lowering

#endif
