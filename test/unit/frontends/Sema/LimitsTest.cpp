//===- LimitsTest.cpp - Programs that grow without bound end with a message ---===//
#include "frontends/Sema/Sema.h"
#include "frontends/Text/Load.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

using namespace espalier;

namespace {

std::string checked(const std::string &text) {
  SourceManager sources;
  Diagnostics diagnostics(sources);
  auto module = text::parseText("case.esp", text, sources, diagnostics);
  if (module)
    sema::check(*module, diagnostics);
  return diagnostics.render();
}

bool contains(const std::string &text, const std::string &part) { return text.find(part) != std::string::npos; }

TEST(Limits, CallsAreNestedOnlySoDeep) {
  std::string text = "def f0(x: float) -> float:\n    return x\n";
  for (int k = 1; k <= 40; ++k)
    text += fmt::format("def f{}(x: float) -> float:\n    return f{}(x)\n", k, k - 1);
  EXPECT_TRUE(contains(checked(text), "error: calls are nested deeper than 32"));
}

TEST(Limits, ExpressionsAreNestedOnlySoDeepAcrossCalls) {
  std::string minus(150, '-');
  std::string text = "def f0(x: float) -> float:\n    return x\n";
  for (int k = 1; k <= 6; ++k)
    text += fmt::format("def f{}(x: float) -> float:\n    return {}f{}(x)\n", k, minus, k - 1);
  EXPECT_TRUE(contains(checked(text), "error: the expression is nested too deeply once calls are inlined"));
}

TEST(Limits, LocalsThatBecomeOneExpressionAreOnlySoDeep) {
  std::string text = "def g(x: float) -> float:\n    a0 = x\n";
  for (int k = 1; k <= 3000; ++k)
    text += fmt::format("    a{} = exp(a{})\n", k, k - 1);
  text += "    return a3000\ndef f(x: float[N]) -> float:\n    return sum(g(x[i]) for i in N)\n";
  EXPECT_TRUE(contains(checked(text), "error: the expression is nested too deeply\n"));
}

TEST(Limits, DimensionsStaySmall) {
  std::string text = "def f(x: float[n]) -> float:\n    a0 = n\n";
  for (int k = 1; k <= 200; ++k)
    text += fmt::format("    a{0} = (a{1} // 2) * (a{1} // 3) + min(a{1}, n)\n", k, k - 1);
  text += "    return sum(x) + a200\n";
  EXPECT_TRUE(contains(checked(text), "error: the value of this expression does not fit into 64 bits"));
}

TEST(Limits, SharedIndicesAreNotCopied) {
  std::string text = "def f(x: float[N], t: index) -> float:\n    a0 = t\n";
  for (int k = 1; k <= 100; ++k)
    text += fmt::format("    a{0} = max(a{1}, a{1} % 7)\n", k, k - 1);
  text += "    return x[a100]\n";
  EXPECT_EQ(checked(text), "");
}

TEST(Limits, ManyStatementsAreNoProblem) {
  std::string text = "def f(G: tree, x: float[G]) -> float[G]:\n    for v in up(G):\n        y0[v] = x[v]\n";
  for (int k = 1; k <= 500; ++k)
    text += fmt::format("        y{0}[v] = y{1}[v] + sum(y{0}[c] for c in children(v))\n", k, k - 1);
  text += "    return y500\n";
  EXPECT_EQ(checked(text), "");
}

TEST(Limits, ManyErrorsAreCounted) {
  std::string text = "def f(x: float[N]) -> float[N]:\n    for i in each(N):\n";
  for (int k = 0; k < 100; ++k)
    text += fmt::format("        y{0}[i] = z{0}\n", k);
  text += "    return y1\n";
  SourceManager sources;
  Diagnostics diagnostics(sources);
  auto module = text::parseText("case.esp", text, sources, diagnostics);
  ASSERT_TRUE(module);
  EXPECT_FALSE(sema::check(*module, diagnostics));
  EXPECT_EQ(diagnostics.numErrors(), 100u);
}

/// Trees that no parser makes, from front ends that build them.
TEST(Syntax, OnlyNamesAreCalled) {
  auto node = [](ast::ExprKind kind, std::vector<ast::ExprPtr> operands = {}) {
    auto expr = std::make_shared<ast::Expr>();
    expr->kind = kind;
    expr->operands = std::move(operands);
    return expr;
  };
  auto call = node(ast::ExprKind::Call, {node(ast::ExprKind::Integer)});
  auto statement = std::make_shared<ast::Stmt>();
  statement->kind = ast::StmtKind::Return;
  statement->values = {call};
  auto function = std::make_shared<ast::Function>();
  function->name = "f";
  function->result.emplace();
  function->result->name = "float";
  function->body = {statement};
  ast::Module module;
  module.programs.emplace_back();
  module.programs[0].functions = {function};
  module.importTargets.emplace_back();
  SourceManager sources;
  Diagnostics diagnostics(sources);
  EXPECT_FALSE(sema::check(module, diagnostics));
  EXPECT_EQ(diagnostics.render(), "error: only a function can be called\n");
}

} // namespace
