//===- RunText.h - Textual IR through the interpreter -----------------------===//
//
//   Result<std::vector<Value>> results = runText("func.func @f(...) ...", {tensor({3}, {1, 2, 3})});
//   EXPECT_NEAR(numbers((*results)[0])[1], ...);
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_TEST_UNIT_COMPILER_INTERPRETER_RUNTEXT_H
#define ESPALIER_TEST_UNIT_COMPILER_INTERPRETER_RUNTEXT_H

#include "compiler/Interpreter/Interpreter.h"

#include <initializer_list>
#include <random>
#include <string>

namespace espalier::interpreter {

/// Parses, verifies and runs the first function of the text, which is that of a file named "text.mlir".
Result<std::vector<Value>> runText(const std::string &text, const std::vector<Value> &arguments = {},
                                   const Options &options = {});

/// Runs a body that returns one value: "func.func @f(PARAMETERS) -> TYPE { BODY return %y : TYPE }".
Result<std::vector<Value>> runBody(const std::string &parameters, const std::string &type, const std::string &body,
                                   const std::vector<Value> &arguments = {});

/// The numbers of the only result of `runBody`; none after an error, which fails the test.
std::vector<double> evaluate(const std::string &parameters, const std::string &type, const std::string &body,
                             const std::vector<Value> &arguments = {});

/// Numbers of a result, whatever its element type.
std::vector<double> numbers(const Value &value);
Shape shape(const Value &value);

Tensor tensor(Shape shape, const std::vector<double> &values);
Tensor integers(Shape shape, const std::vector<int32_t> &values);
/// Uniform in [-1, 1], the same in every run.
Tensor random(Shape shape, unsigned seed);

/// parents[v] > v, or -1 with probability `rootRate`; the last vertex is a root.
std::vector<int32_t> randomParents(int64_t numVertices, unsigned seed, double rootRate = 0);
Tree treeOf(const std::vector<int32_t> &parents, TreeKind kind = TreeKind::rooted);

} // namespace espalier::interpreter

#endif
