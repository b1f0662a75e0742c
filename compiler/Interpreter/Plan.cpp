//===- Plan.cpp - A function made ready for evaluation ----------------------===//
#include "compiler/Interpreter/Plan.h"

#include "dialects/Tree/IR/TreeDialect.h"

using namespace mlir;

namespace espalier::interpreter {

static const RuleTable &rules() {
  static const RuleTable table = [] {
    RuleTable rules;
    for (auto add :
         {addFloatRules, addIntegerRules, addConversionRules, addShapeRules, addProductRules, addReductionRules,
          addSolveRules, addTreeRules, addGrowthRules, addAccessRules, addSweepRules, addAttentionRules, addLevelRules})
      add(rules);
    return rules;
  }();
  return table;
}

Shape shapeOf(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor ? Shape(tensor.getShape().begin(), tensor.getShape().end()) : Shape();
}

int64_t sizeOf(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor ? tensor.getNumElements() : 1;
}

bool hasSlot(Type type) {
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    return tensor.hasStaticShape();
  return type.isIntOrIndexOrFloat() || isa<tree::VertexType>(type);
}

/// Elements that all tiles of a function may have together: 2 GiB.
static constexpr int64_t largestFrame = int64_t(1) << 28;

static std::string describe(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

Slot Plan::slot(mlir::Value value) {
  auto [entry, isNew] = slotOf.try_emplace(value);
  if (isNew) {
    Type type = value.getType();
    if (!hasSlot(type)) {
      refuse(planned,
             fmt::format("a value of type {} stands where a tile of static shape is expected", describe(type)));
      return {0, 0};
    }
    Result<int64_t> size = countElements(shapeOf(type), sizeof(Element));
    if (!size || *size > largestFrame - numElements) {
      refuse(planned, fmt::format("a tile of type {} is too large to interpret", describe(type)));
      return {0, 0};
    }
    entry->second = {numElements, *size};
    numElements += *size;
  }
  return entry->second;
}

std::vector<Slot> Plan::slots(ValueRange values) {
  std::vector<Slot> places;
  for (mlir::Value value : values)
    places.push_back(slot(value));
  return places;
}

TensorPlace Plan::tensor(mlir::Value value) {
  if (hasSlot(value.getType()))
    return {-1, slot(value), shapeOf(value.getType())};
  auto [entry, isNew] = rowOf.try_emplace(value, numTensorRows);
  numTensorRows += isNew;
  return {entry->second, {}, {}};
}

int64_t Plan::tree(mlir::Value value) {
  auto [entry, isNew] = rowOf.try_emplace(value, numTreeRows);
  numTreeRows += isNew;
  return entry->second;
}

void Plan::alias(mlir::Value handle, mlir::Value result) {
  TensorPlace place = tensor(result);
  if (place.row < 0)
    slotOf[handle] = place.slot;
  else
    rowOf[handle] = place.row;
}

std::shared_ptr<const Code> Plan::code(Region &region) {
  auto code = std::make_shared<Code>();
  for (Operation &op : region.front()) {
    planned = &op;
    for (mlir::Value result : op.getResults()) // sizes are known to be harmless before a rule makes tables of them
      if (hasSlot(result.getType()))
        slot(result);
    if (problem)
      break;
    if (op.hasTrait<OpTrait::IsTerminator>()) {
      if (!isa<func::ReturnOp>(op))
        code->yields = slots(op.getOperands());
      break;
    }
    auto rule = rules().find(op.getName().getStringRef());
    if (rule == rules().end()) {
      refuse(&op, fmt::format("the interpreter has no rule for '{}'", op.getName().getStringRef().str()));
      break;
    }
    code->steps.push_back(rule->second(&op, *this));
  }
  return code;
}

void Plan::refuse(Operation *where, const std::string &what) {
  if (!problem)
    problem = Error{what}.within(placeOf(where->getLoc()));
}

Result<Plan> Plan::of(func::FuncOp kernel) {
  if (!kernel.getBody().hasOneBlock())
    return Error::of("@{} is not a function of one block", kernel.getSymName().str());
  Plan plan;
  plan.planned = kernel;
  plan.kernelBody = plan.code(kernel.getBody());
  // Places of arguments that nothing uses.
  for (mlir::Value argument : kernel.getArguments())
    isa<tree::TreeType>(argument.getType()) ? void(plan.tree(argument)) : void(plan.tensor(argument));
  if (plan.problem)
    return *plan.problem;
  return plan;
}

} // namespace espalier::interpreter
