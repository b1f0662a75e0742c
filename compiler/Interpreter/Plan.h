//===- Plan.h - A function made ready for evaluation ------------------------===//
//
// Planning visits every operation once: it gives each value its place, decodes
// attributes, and asks the table of rules for the step that evaluates the operation.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_INTERPRETER_PLAN_H
#define ESPALIER_COMPILER_INTERPRETER_PLAN_H

#include "compiler/Interpreter/Machine.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"

#include <memory>

namespace espalier::interpreter {

class Plan {
public:
  static Result<Plan> of(mlir::func::FuncOp kernel);

  int64_t frameSize() const { return numElements; }
  int64_t numTensors() const { return numTensorRows; }
  int64_t numTrees() const { return numTreeRows; }
  const Code &body() const { return *kernelBody; }

  //===-- For rules ---------------------------------------------------------===//

  /// The place of a tile, scalar, index or vertex.
  Slot slot(mlir::Value value);
  std::vector<Slot> slots(mlir::ValueRange values);
  /// The place of a tensor of the kernel (which may be of static shape).
  TensorPlace tensor(mlir::Value value);
  /// The row of a tree.
  int64_t tree(mlir::Value value);
  /// Makes `handle` another name for the tensor `result`.
  void alias(mlir::Value handle, mlir::Value result);
  /// The steps of the single block of a region.
  std::shared_ptr<const Code> code(mlir::Region &region);
  /// The kernel cannot be evaluated; the first reason is kept.
  void refuse(mlir::Operation *where, const std::string &what);

private:
  llvm::DenseMap<mlir::Value, Slot> slotOf;
  llvm::DenseMap<mlir::Value, int64_t> rowOf;
  int64_t numElements = 0;
  int64_t numTensorRows = 0;
  int64_t numTreeRows = 0;
  std::shared_ptr<const Code> kernelBody;
  mlir::Operation *planned = nullptr; // now, for errors
  std::optional<Error> problem;
};

/// Plans one operation: looks up places and attributes, and returns what to do at each visit.
using Rule = std::function<Step(mlir::Operation *, Plan &)>;
using RuleTable = llvm::StringMap<Rule>;

void addFloatRules(RuleTable &table);
void addIntegerRules(RuleTable &table);
void addConversionRules(RuleTable &table);
void addShapeRules(RuleTable &table);
void addProductRules(RuleTable &table);
void addReductionRules(RuleTable &table);
void addSolveRules(RuleTable &table);
void addTreeRules(RuleTable &table);
void addGrowthRules(RuleTable &table);
void addAccessRules(RuleTable &table);
void addSweepRules(RuleTable &table);
void addAttentionRules(RuleTable &table);
void addLevelRules(RuleTable &table);

/// Sizes of a tile; none for a scalar.
Shape shapeOf(mlir::Type type);
/// The number of elements of a tile, 1 for a scalar.
int64_t sizeOf(mlir::Type type);
/// Whether values of this type lie in the frame: all but trees and tensors with a dynamic size.
bool hasSlot(mlir::Type type);

} // namespace espalier::interpreter

#endif
