//===- EmitTest.cpp - Signatures, locations and refusals of Emit ------------===//
#include "frontends/Emit/Emit.h"
#include "frontends/Sema/Sema.h"
#include "frontends/Text/Load.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Location.h"
#include "mlir/IR/Verifier.h"

#include <gtest/gtest.h>

namespace espalier {
namespace {

using Source = ExtentSpec::Source;

/// One kernel on its way through Emit.
struct Emission {
  SourceManager sources;
  mlir::MLIRContext context;
  Signature signature;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::string problems;

  Emission(std::string text, const std::string &kernel, std::map<std::string, int64_t> dims,
           std::map<std::string, sema::Bindings::TreeType> trees = {}) {
    Diagnostics diagnostics(sources);
    std::optional<ast::Module> program = text::parseText("test.esp", std::move(text), sources, diagnostics);
    sema::Bindings bindings;
    bindings.dims = std::move(dims);
    bindings.trees = std::move(trees);
    std::optional<sema::Kernel> resolved =
        program ? sema::specialise(*program, kernel, bindings, diagnostics) : std::nullopt;
    if (resolved && !refuse(*resolved, diagnostics)) {
      auto emitted = emit(*resolved, sources, context, signature);
      if (emitted)
        module = std::move(*emitted);
      else
        problems = emitted.error().message;
    }
    problems += diagnostics.render();
  }

  mlir::func::FuncOp function() { return *module->getOps<mlir::func::FuncOp>().begin(); }
  int32_t row(const std::string &name) const {
    for (size_t i = 0; i < signature.extents.size(); ++i)
      if (signature.extents[i].name == name)
        return static_cast<int32_t>(i);
    return -1;
  }
};

TEST(Emit, TheSignatureNamesEveryRow) {
  Emission scan("def scan(G: tree, x: float[..., G, d], e: float[leaves(G), d], t: index, w: float[h, d]) -> "
                "(float[..., G, d], float[h, d]):\n"
                "    for v in up(G):\n"
                "        y[v] = x[v] + e[v] * t + sum(y[c] for c in children(v))\n"
                "    for i in each(h):\n"
                "        z[i] = 2 * w[i]\n"
                "    return y, z\n",
                "scan", {{"G", 7}, {"leaves(G)", 4}, {"d", 3}, {"h", 5}});
  ASSERT_TRUE(scan.module) << scan.problems;
  const Signature &signature = scan.signature;
  EXPECT_EQ(signature.kernel, "scan");
  ASSERT_EQ(signature.trees.size(), 1u);
  EXPECT_EQ(signature.trees[0].name, "G");
  ASSERT_EQ(signature.tensors.size(), 3u);
  EXPECT_TRUE(signature.tensors[0].batched);
  EXPECT_EQ(signature.tensors[0].axes[0].extent, scan.row("G"));
  EXPECT_EQ(signature.tensors[0].axes[1].constant, 3);
  EXPECT_EQ(signature.tensors[1].axes[0].extent, scan.row("leaves(G)"));
  EXPECT_EQ(signature.indices, std::vector<std::string>{"t"});
  ASSERT_EQ(signature.results.size(), 2u);
  EXPECT_EQ(signature.results[0].name, "y");
  EXPECT_TRUE(signature.results[0].batched);
  EXPECT_FALSE(signature.results[1].batched);

  auto source = [&](const std::string &name) { return signature.extents.at(static_cast<size_t>(scan.row(name))); };
  EXPECT_EQ(source("batch").source, Source::batch);
  EXPECT_EQ(source("G").source, Source::vertices);
  EXPECT_EQ(source("leaves(G)").source, Source::leaves);
  EXPECT_EQ(source("t").source, Source::index);
  EXPECT_EQ(source("h").source, Source::axis);
  EXPECT_EQ(source("h").parameter, 2);
  EXPECT_EQ(source("h").axis, 0);

  // Trees, tensors, then one index for each extent.
  mlir::func::FuncOp function = scan.function();
  ASSERT_EQ(function.getNumArguments(), 1 + 3 + signature.extents.size());
  EXPECT_EQ(function.getNumResults(), 2u);
  for (size_t i = 4; i < function.getNumArguments(); ++i)
    EXPECT_TRUE(function.getArgument(static_cast<unsigned>(i)).getType().isIndex());
}

TEST(Emit, SizesAreComputedFromOtherRows) {
  Emission half("def half(x: float[N, d]) -> float[d]:\n"
                "    y = sum(x[i + 1] for i in range(0, max(N // 2 - 1, 0)))\n"
                "    return y * (2 * N * N + 1)\n",
                "half", {{"N", 8}, {"d", 3}});
  ASSERT_TRUE(half.module) << half.problems;
  for (const ExtentSpec &extent : half.signature.extents)
    for (int32_t factor : extent.factors)
      EXPECT_LT(factor, half.row(extent.name)) << extent.name; // rows refer to earlier rows
  EXPECT_GE(half.row("N"), 0);
}

TEST(Emit, EveryOperationHasItsPlace) {
  Emission scan("def scan(G: tree, x: float[G, d]) -> float[G, d]:\n"
                "    for v in up(G):\n"
                "        s = exp(x[v])\n"
                "        y[v] = s + sum(y[c] for c in children(v))\n"
                "    return y\n",
                "scan", {{"G", 7}, {"d", 3}});
  ASSERT_TRUE(scan.module) << scan.problems;
  int numExp = 0;
  scan.module->walk([&](mlir::Operation *operation) {
    auto place = operation->getLoc()->findInstanceOf<mlir::FileLineColLoc>();
    ASSERT_TRUE(place) << operation->getName().getStringRef().str();
    EXPECT_EQ(place.getFilename().str(), "test.esp");
    if (operation->getName().getStringRef() == "math.exp") {
      ++numExp;
      EXPECT_EQ(place.getLine(), 3u);
      EXPECT_EQ(place.getColumn(), 13u);
    }
  });
  EXPECT_EQ(numExp, 1);
}

TEST(Emit, SharedSubexpressionsAreOneValue) {
  // s is used twice, within the reduction too.
  Emission scan("def scan(G: tree, x: float[G, d]) -> float[G, d]:\n"
                "    for v in up(G):\n"
                "        s = exp(x[v])\n"
                "        y[v] = s * s + sum(s * y[c] for c in children(v))\n"
                "    return y\n",
                "scan", {{"G", 7}, {"d", 3}});
  ASSERT_TRUE(scan.module) << scan.problems;
  int numExp = 0;
  scan.module->walk([&](mlir::Operation *operation) { numExp += operation->getName().getStringRef() == "math.exp"; });
  EXPECT_EQ(numExp, 1);
}

TEST(Emit, UnusedLocalsLeaveNothing) {
  Emission scan("def scan(x: float[N, n, n]) -> float[N]:\n"
                "    for i in each(N):\n"
                "        s = solve(x[i], eye(n))\n"
                "        y[i] = x[i, 0, 0]\n"
                "    return y\n",
                "scan", {{"N", 7}, {"n", 3}});
  ASSERT_TRUE(scan.module) << scan.problems;
  scan.module->walk([&](mlir::Operation *operation) { EXPECT_NE(operation->getName().getStringRef(), "tile.solve"); });
}

// A tile that was named outside loops is a tensor where a vertex of a tree of that many vertices indexes it.
TEST(Emit, ATileIsReadAtAVertex) {
  Emission named("def f(w: float[7, d]) -> float[d]:\n"
                 "    G = perfect(2, 2)\n"
                 "    t = ones((7, d)) * d\n"
                 "    s = t[root(G)] + 1\n"
                 "    return s\n",
                 "f", {{"d", 3}});
  ASSERT_TRUE(named.module) << named.problems;
  EXPECT_TRUE(mlir::succeeded(mlir::verify(*named.module)));
}

TEST(Emit, EachConstructIsRefusedOnce) {
  Emission trees("def trees(x: float[N], n: i32[k]) -> (float[N], float[N]):\n"
                 "    T = perfect(2, n[0])\n"
                 "    for i in each(N):\n"
                 "        a[i] = x[i] + depth(root(T))\n"
                 "        b[i] = x[i] - depth(root(T))\n"
                 "    return a, b\n",
                 "trees", {{"N", 7}, {"k", 1}});
  EXPECT_FALSE(trees.module);
  size_t first = trees.problems.find("error:");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(trees.problems.find("error:", first + 1), std::string::npos) << trees.problems;
}

} // namespace
} // namespace espalier
