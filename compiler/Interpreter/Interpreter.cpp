//===- Interpreter.cpp - Arguments in, evaluation, results out --------------===//
#include "compiler/Interpreter/Interpreter.h"

#include "compiler/Interpreter/Plan.h"

#include "dialects/Tree/IR/TreeDialect.h"

#include <new>

using namespace mlir;

namespace espalier::interpreter {

//===-- Arguments -----------------------------------------------------------===//

static std::string describe(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

static std::string describe(const Value &value) {
  if (auto *tensor = std::get_if<Tensor>(&value))
    return espalier::describe(*tensor);
  if (auto *tree = std::get_if<Tree>(&value))
    return espalier::describe(*tree);
  if (auto *trees = std::get_if<TreeBatch>(&value))
    return fmt::format("a batch {} of trees", toString(trees->shape()));
  return fmt::format("the number {}", std::get<int64_t>(value));
}

static bool accepts(Type type, const Value &value) {
  if (isa<tree::TreeType>(type))
    return std::holds_alternative<Tree>(value) || std::holds_alternative<TreeBatch>(value);
  if (type.isIndex())
    return std::holds_alternative<int64_t>(value);
  auto *tensor = std::get_if<Tensor>(&value);
  Type element = getElementTypeOrSelf(type);
  auto wanted = dyn_cast<RankedTensorType>(type);
  int64_t rank = wanted ? wanted.getRank() : 0;
  if (!tensor || tensor->rank() != rank)
    return false;
  for (int64_t axis = 0; axis < rank; ++axis)
    if (!wanted.isDynamicDim(axis) && wanted.getDimSize(axis) != tensor->size(axis))
      return false;
  return isa<FloatType>(element) ? isFloat(tensor->dtype())
                                 : tensor->dtype() == (element.isInteger(1) ? DType::boolean : DType::i32);
}

/// Floats become doubles, i32 and bool integers.
static Result<void> loadTensor(Machine &machine, const TensorPlace &place, const Tensor &tensor) {
  Result<Tensor> numbers = tensor.to(isFloat(tensor.dtype()) ? DType::f64 : DType::i32);
  if (numbers)
    numbers = numbers->contiguous();
  if (!numbers)
    return numbers.error();
  if (Result<void> allocated = machine.allocate(place, tensor.shape()); !allocated)
    return allocated;
  Element *elements = machine.view(place).data;
  if (numbers->dtype() == DType::f64)
    for (double number : numbers->values<double>())
      (elements++)->real = number;
  else
    for (int32_t number : numbers->values<int32_t>())
      (elements++)->integer = number;
  return {};
}

static Result<void> load(Machine &machine, Plan &plan, mlir::Value parameter, const Value &argument) {
  if (!accepts(parameter.getType(), argument))
    return Error::of("found {}, expected {}", describe(argument), describe(parameter.getType()));
  if (auto *tree = std::get_if<Tree>(&argument)) {
    Result<TreeBatch> batch = TreeBatch::of({}, {*tree});
    if (!batch)
      return batch.error();
    machine.setTrees(plan.tree(parameter), *batch);
  } else if (auto *trees = std::get_if<TreeBatch>(&argument)) {
    machine.setTrees(plan.tree(parameter), *trees);
  } else if (auto *number = std::get_if<int64_t>(&argument)) {
    machine.integer(plan.slot(parameter)) = *number;
  } else {
    return loadTensor(machine, plan.tensor(parameter), std::get<Tensor>(argument));
  }
  return {};
}

//===-- Results -------------------------------------------------------------===//

static Result<Value> storeTensor(Machine &machine, const TensorPlace &place, Type element) {
  TensorView view = machine.view(place);
  DType dtype = isa<FloatType>(element) ? DType::f64 : element.isInteger(1) ? DType::boolean : DType::i32;
  Result<Tensor> result = Tensor::allocate(dtype, Shape(view.shape.begin(), view.shape.end()));
  if (!result)
    return result.error();
  const Element *elements = view.data;
  if (dtype == DType::f64)
    for (double &number : result->values<double>())
      number = (elements++)->real;
  else if (dtype == DType::i32)
    for (int32_t &number : result->values<int32_t>())
      number = static_cast<int32_t>((elements++)->integer);
  else
    for (Boolean &truth : result->values<Boolean>())
      truth = (elements++)->integer ? Boolean::yes : Boolean::no;
  return Value(*result);
}

static Result<Value> store(Machine &machine, Plan &plan, mlir::Value value) {
  if (isa<tree::TreeType>(value.getType())) {
    const TreeBatch &trees = machine.treesAt(plan.tree(value));
    return trees.shape().empty() ? Value(trees.trees()[0]) : Value(trees);
  }
  if (value.getType().isIndex())
    return Value(machine.integer(plan.slot(value)));
  return storeTensor(machine, plan.tensor(value), getElementTypeOrSelf(value));
}

//===-- The whole -----------------------------------------------------------===//

Result<std::vector<Value>> interpret(func::FuncOp kernel, llvm::ArrayRef<Value> arguments, const Options &options) {
  Result<Plan> plan = Plan::of(kernel);
  if (!plan)
    return plan.error();
  if (arguments.size() != kernel.getNumArguments())
    return Error::of("@{} takes {} arguments, found {}", kernel.getSymName().str(), kernel.getNumArguments(),
                     arguments.size());
  std::optional<Machine> state;
  try {
    state.emplace(plan->frameSize(), plan->numTensors(), plan->numTrees(), options);
  } catch (const std::bad_alloc &) {
    return Error::of("no memory for the tiles of @{}", kernel.getSymName().str());
  }
  Machine &machine = *state;
  for (auto [i, parameter, argument] : llvm::enumerate(kernel.getArguments(), arguments))
    if (Result<void> loaded = load(machine, *plan, parameter, argument); !loaded)
      return loaded.error().within(fmt::format("argument {} of @{}", i, kernel.getSymName().str()));

  if (!plan->body().run(machine))
    return *machine.error;

  std::vector<Value> results;
  for (mlir::Value value : kernel.getBody().front().getTerminator()->getOperands()) {
    Result<Value> result = store(machine, *plan, value);
    if (!result)
      return result.error();
    results.push_back(*result);
  }
  return results;
}

} // namespace espalier::interpreter
