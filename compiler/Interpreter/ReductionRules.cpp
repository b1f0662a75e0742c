//===- ReductionRules.cpp - Reductions and normalisations of tiles ----------===//
#include "compiler/Interpreter/Combine.h"
#include "compiler/Interpreter/Plan.h"

using namespace mlir;

namespace espalier::interpreter {

/// For each element of the result: the elements of the input that it combines, ascending.
static std::vector<std::vector<int64_t>> groupsOf(const Shape &shape, ArrayRef<int64_t> axes) {
  int64_t count = 1, numGroups = 1;
  for (auto [axis, size] : llvm::enumerate(shape)) {
    count *= size;
    numGroups *= llvm::is_contained(axes, static_cast<int64_t>(axis)) ? 1 : size;
  }
  std::vector<std::vector<int64_t>> groups(numGroups);
  for (int64_t flat = 0; flat < count; ++flat) {
    int64_t group = 0, groupStride = 1, rest = flat;
    for (size_t axis = shape.size(); axis-- > 0; rest /= shape[axis]) {
      if (llvm::is_contained(axes, static_cast<int64_t>(axis)))
        continue;
      group += rest % shape[axis] * groupStride;
      groupStride *= shape[axis];
    }
    groups[group].push_back(flat);
  }
  return groups;
}

static Step reduce(Operation *op, Plan &plan) {
  auto reduce = cast<tile::ReduceOp>(op);
  Type element = reduce.getInput().getType().getElementType();
  return [kind = reduce.getKind(), isFloat = isa<FloatType>(element), isI32 = element.isInteger(32),
          groups = groupsOf(shapeOf(reduce.getInput().getType()), reduce.getAxes()), x = plan.slot(reduce.getInput()),
          y = plan.slot(reduce.getResult())](Machine &machine) {
    for (int64_t i = 0; i < y.size; ++i) {
      Combination real(kind);
      IntegerCombination integer(kind, isI32);
      for (int64_t j : groups[i])
        isFloat ? real.add(machine.at(x)[j].real) : integer.add(machine.at(x)[j].integer);
      machine.at(y)[i] = isFloat ? Element{.real = real.result()} : Element{.integer = integer.result()};
    }
  };
}

namespace {
/// The elements along one axis at fixed positions of the others.
struct Line {
  Element *first;
  int64_t stride, size;
  double &operator[](int64_t i) const { return first[i * stride].real; }
};
} // namespace

/// A step that copies the input and then changes the result line by line.
static Step alongAxis(Operation *op, Plan &plan, int64_t axis, std::function<void(const Line &)> change) {
  Shape shape = shapeOf(op->getResult(0).getType());
  int64_t outer = 1, inner = 1;
  for (int64_t i = 0; i < axis; ++i)
    outer *= shape[i];
  for (size_t i = axis + 1; i < shape.size(); ++i)
    inner *= shape[i];
  return [=, size = shape[axis], x = plan.slot(op->getOperand(0)), y = plan.slot(op->getResult(0))](Machine &machine) {
    std::copy_n(machine.at(x), x.size, machine.at(y));
    for (int64_t i = 0; i < outer; ++i)
      for (int64_t k = 0; k < inner; ++k)
        change({machine.at(y) + i * size * inner + k, inner, size});
  };
}

static void softmaxOf(const Line &line) {
  Combination greatest(tile::ReductionKind::max);
  for (int64_t i = 0; i < line.size; ++i)
    greatest.add(line[i]);
  bool isEmpty = greatest.result() == -std::numeric_limits<double>::infinity();
  double sum = 0;
  for (int64_t i = 0; i < line.size; ++i)
    sum += line[i] = isEmpty ? 0 : std::exp(line[i] - greatest.result());
  for (int64_t i = 0; i < line.size; ++i)
    line[i] = isEmpty ? 0 : line[i] / sum;
}

static Step softmax(Operation *op, Plan &plan) {
  return alongAxis(op, plan, cast<tile::SoftmaxOp>(op).getAxis(), softmaxOf);
}

static void layerNormOf(const Line &line, double eps) {
  double mean = 0, variance = 0;
  for (int64_t i = 0; i < line.size; ++i)
    mean += line[i] / double(line.size);
  for (int64_t i = 0; i < line.size; ++i)
    variance += (line[i] - mean) * (line[i] - mean) / double(line.size);
  for (int64_t i = 0; i < line.size; ++i)
    line[i] = (line[i] - mean) / std::sqrt(variance + eps);
}

static Step layerNorm(Operation *op, Plan &plan) {
  auto norm = cast<tile::LayerNormOp>(op);
  return alongAxis(op, plan, norm.getAxis(),
                   [eps = norm.getEps().convertToDouble()](const Line &line) { layerNormOf(line, eps); });
}

void addReductionRules(RuleTable &table) {
  table["tile.reduce"] = reduce;
  table["tile.softmax"] = softmax;
  table["tile.layer_norm"] = layerNorm;
}

} // namespace espalier::interpreter
