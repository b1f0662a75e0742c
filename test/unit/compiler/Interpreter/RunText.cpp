//===- RunText.cpp - Textual IR through the interpreter ---------------------===//
#include "RunText.h"

#include "dialects/Block/IR/BlockDialect.h"
#include "dialects/Tree/IR/TreeDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

namespace espalier::interpreter {

Result<std::vector<Value>> runText(const std::string &text, const std::vector<Value> &arguments,
                                   const Options &options) {
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  context.loadDialect<mlir::func::FuncDialect, mlir::arith::ArithDialect, mlir::math::MathDialect,
                      mlir::tensor::TensorDialect, tile::TileDialect, tree::TreeDialect, block::BlockDialect>();
  std::string problem;
  mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &found) { problem += found.str() + "\n"; });
  auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context, "text.mlir");
  if (!module)
    return Error{problem};
  return interpret(*module->getOps<mlir::func::FuncOp>().begin(), arguments, options);
}

Result<std::vector<Value>> runBody(const std::string &parameters, const std::string &type, const std::string &body,
                                   const std::vector<Value> &arguments) {
  return runText("func.func @f(" + parameters + ") -> " + type + " {\n" + body + "\nreturn %y : " + type + "\n}",
                 arguments);
}

std::vector<double> evaluate(const std::string &parameters, const std::string &type, const std::string &body,
                             const std::vector<Value> &arguments) {
  auto results = runBody(parameters, type, body, arguments);
  if (!results) {
    ADD_FAILURE() << results.error().message;
    return {};
  }
  return numbers(results->front());
}

std::vector<double> numbers(const Value &value) {
  if (auto *number = std::get_if<int64_t>(&value))
    return {double(*number)};
  Result<Tensor> converted = std::get<Tensor>(value).to(DType::f64);
  std::span<double> elements = converted->values<double>();
  return {elements.begin(), elements.end()};
}

Shape shape(const Value &value) { return std::get<Tensor>(value).shape(); }

Tensor tensor(Shape shape, const std::vector<double> &values) {
  return *Tensor::of<double>(std::move(shape), std::span<const double>(values));
}

Tensor integers(Shape shape, const std::vector<int32_t> &values) {
  return *Tensor::of<int32_t>(std::move(shape), std::span<const int32_t>(values));
}

Tensor random(Shape shape, unsigned seed) {
  std::mt19937 engine(seed);
  std::uniform_real_distribution<double> uniform(-1, 1);
  std::vector<double> values(*countElements(shape, 8));
  for (double &value : values)
    value = uniform(engine);
  return tensor(std::move(shape), values);
}

std::vector<int32_t> randomParents(int64_t numVertices, unsigned seed, double rootRate) {
  std::mt19937 engine(seed);
  std::vector<int32_t> parents(numVertices, -1);
  for (int64_t v = 0; v + 1 < numVertices; ++v)
    if (std::uniform_real_distribution<double>()(engine) >= rootRate)
      parents[v] = std::uniform_int_distribution<int32_t>(v + 1, numVertices - 1)(engine);
  return parents;
}

Tree treeOf(const std::vector<int32_t> &parents, TreeKind kind) { return *Tree::fromParents(parents, kind); }

} // namespace espalier::interpreter
