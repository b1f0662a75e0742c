//===- Comparison.cpp - Native code against the interpreter -----------------===//
#include "test/unit/compiler/Lowering/Comparison.h"

#include "dialects/Block/IR/BlockDialect.h"
#include "dialects/Tree/IR/TreeDialect.h"
#include "test/unit/compiler/Interpreter/RunText.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

using namespace mlir;

namespace espalier {

namespace {
class ArgumentMaker {
public:
  ArgumentMaker(int64_t size, unsigned seed) : size(size), engine(seed) {}

  std::optional<interpreter::Value> of(Type type) {
    if (type.isIndex())
      return interpreter::Value(size);
    if (auto tree = dyn_cast<tree::TreeType>(type))
      return ofTree(tree);
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor)
      return std::nullopt;
    Shape shape;
    for (int64_t extent : tensor.getShape())
      shape.push_back(ShapedType::isDynamic(extent) ? size : extent);
    return isa<FloatType>(tensor.getElementType()) ? ofFloats(shape, tensor.getElementType())
                                                   : ofIntegers(shape, tensor.getElementType().isInteger(1) ? 2 : size);
  }

private:
  interpreter::Value ofFloats(const Shape &shape, Type element) {
    int64_t n = shape.size() >= 2 && shape.back() == shape[shape.size() - 2] ? shape.back() : 0;
    std::vector<double> values(count(shape));
    for (size_t i = 0; i < values.size(); ++i) {
      values[i] = std::uniform_int_distribution<int>(-64, 64)(engine) / 64.0;
      if (n && int64_t(i) / n % n == int64_t(i) % n)
        values[i] += double(n) + 1;
    }
    Tensor tensor = interpreter::tensor(shape, values);
    DType stored = element.isF16() ? DType::f16 : element.isBF16() ? DType::bf16 : DType::f64;
    return *tensor.to(stored)->to(DType::f64);
  }

  interpreter::Value ofIntegers(const Shape &shape, int64_t limit) {
    std::vector<int32_t> values(count(shape));
    for (int32_t &value : values)
      value = limit > 0 ? int32_t(engine() % uint64_t(limit)) : 0;
    return interpreter::integers(shape, values);
  }

  std::optional<interpreter::Value> ofTree(tree::TreeType type) {
    switch (type.getKind()) {
    case tree::Kind::chain:
      return *Tree::chain(size);
    case tree::Kind::rooted:
      return interpreter::treeOf(interpreter::randomParents(size, engine()));
    case tree::Kind::forest:
      return interpreter::treeOf(interpreter::randomParents(size, engine(), 0.3), TreeKind::forest);
    case tree::Kind::perfect:
      break;
    }
    return std::nullopt;
  }

  static int64_t count(const Shape &shape) {
    int64_t product = 1;
    for (int64_t extent : shape)
      product *= extent;
    return product;
  }

  int64_t size;
  std::mt19937 engine;
};
} // namespace

std::optional<std::vector<interpreter::Value>> makeArguments(func::FuncOp function, int64_t size, unsigned seed) {
  ArgumentMaker maker(size, seed);
  std::vector<interpreter::Value> values;
  for (Type type : function.getArgumentTypes()) {
    std::optional<interpreter::Value> value = maker.of(type);
    if (!value)
      return std::nullopt;
    values.push_back(*value);
  }
  return values;
}

/// Whether the function is what the pipeline takes: sweeps and attention, whose results are returned.
static bool isKernel(func::FuncOp function) {
  bool kernel = function.getNumResults() > 0 && !function.isDeclaration() &&
                (!function.getOps<tree::SweepOp>().empty() || !function.getOps<block::AttendOp>().empty());
  for (Operation &op : function.getBody().front()) {
    kernel &=
        isa<tree::SweepOp, block::AttendOp, arith::ConstantOp, tree::NumVerticesOp, tree::NumLeavesOp, func::ReturnOp>(
            op);
    if (isa<func::ReturnOp>(op))
      for (Value value : op.getOperands())
        kernel &= isa<RankedTensorType>(value.getType());
  }
  return kernel;
}

static void expectEqual(const Tensor &found, const interpreter::Value &expected, bool isNarrow) {
  std::vector<double> a = interpreter::numbers(found), b = interpreter::numbers(expected);
  ASSERT_EQ(a.size(), b.size());
  double largest = 1;
  for (double value : b)
    if (std::isfinite(value))
      largest = std::max(largest, std::abs(value));
  for (size_t i = 0; i < a.size(); ++i) {
    bool same = a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i]));
    if (!same) {
      EXPECT_NEAR(a[i], b[i], (isNarrow ? 1e-2 : 2e-5) * largest) << "element " << i;
    }
  }
}

int compareText(const std::string &text, int64_t size, unsigned seed) {
  OwningOpRef<ModuleOp> module = parse(text);
  if (!module)
    return 0;
  int compared = 0;
  for (func::FuncOp function : module->getOps<func::FuncOp>()) {
    if (!isKernel(function))
      continue;
    SCOPED_TRACE(function.getName().str() + ", size " + std::to_string(size) + ", seed " + std::to_string(seed) + "\n" +
                 text);
    std::optional<std::vector<interpreter::Value>> arguments = makeArguments(function, size, seed);
    if (!arguments)
      continue;
    Result<std::vector<interpreter::Value>> expected = interpreter::interpret(function, *arguments);
    Result<std::vector<Tensor>> found = compileAndRun(function, *arguments, size);
    ++compared;
    EXPECT_EQ(bool(found), bool(expected)) << (found ? expected.error().message : found.error().message);
    if (!found || !expected)
      continue;
    EXPECT_EQ(found->size(), expected->size());
    for (size_t i = 0; i < std::min(found->size(), expected->size()); ++i) {
      Type element = getElementTypeOrSelf(function.getResultTypes()[i]);
      expectEqual((*found)[i], (*expected)[i], element.isF16() || element.isBF16());
    }
  }
  return compared;
}

} // namespace espalier
