//===- ProgramTest.cpp - Programs compiled and called from C++ --------------===//
#include "compiler/Driver/Program.h"

#include "runtime/Tensor/Random.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <thread>

namespace espalier {
namespace {

const char *treeScan = R"(
def tree_scan(T: tree, u: float[..., T, d], a: float[..., T, d]) -> float[..., T, d]:
    for v in up(T):
        xi[v] = u[v] + sum(a[c] * xi[c] for c in children(v))
    for v in down(T):
        h[v] = where(is_root(v), xi[v], (1 - a[v] * a[v]) * xi[v] + a[v] * h[parent(v)])
    return h


def heads(time: chain, x: float[..., time, d]) -> (float[..., time, d], float[..., d]):
    for t in up(time):
        s[t] = x[t] + sum(s[c] for c in children(t))
    last = s[root(time)]
    return s, last


def inverse(G: tree, A: float[G, n, n], b: float[G, n]) -> float[G, n]:
    for v in each(G):
        x[v] = solve(A[v], b[v])
    return x


def logarithm(x: float[N]) -> float[N]:
    for i in each(N):
        y[i] = log(x[i])
    return y
)";

Tensor random(Shape shape, uint64_t seed, DType dtype = DType::f32) {
  return *randomTensor(dtype, {std::move(shape), seed});
}

/// GrootVL by its definition: h[v] = sum over w of u[w] times the decays of the edges between v and w.
std::vector<double> byDefinition(const Tree &tree, const Tensor &u, const Tensor &a) {
  Tensor wideU = *u.to(DType::f64), wideA = *a.to(DType::f64);
  std::span<double> values = wideU.values<double>(), decays = wideA.values<double>();
  int64_t d = u.size(u.rank() - 1), numVertices = tree.numVertices();
  std::vector<double> h(values.size(), 0.0);
  for (int64_t element = 0; element < u.numElements() / (numVertices * d); ++element)
    for (int64_t v = 0; v < numVertices; ++v)
      for (int64_t w = 0; w < numVertices; ++w)
        for (int64_t k = 0; k < d; ++k) {
          double product = 1;
          // The vertex that lies deeper climbs, until both meet.
          for (int64_t x = v, y = w; x != y;) {
            int64_t &deeper = tree.depths()[x] >= tree.depths()[y] ? x : y;
            product *= decays[(element * numVertices + deeper) * d + k];
            deeper = tree.parents()[deeper];
          }
          h[(element * numVertices + v) * d + k] += product * values[(element * numVertices + w) * d + k];
        }
  return h;
}

void expectNear(const Tensor &found, const std::vector<double> &wanted, double tolerance) {
  Tensor wide = *found.to(DType::f64);
  ASSERT_EQ(wide.numElements(), static_cast<int64_t>(wanted.size()));
  double error = 0, size = 0;
  for (size_t i = 0; i < wanted.size(); ++i) {
    error += std::pow(wide.values<double>()[i] - wanted[i], 2);
    size += wanted[i] * wanted[i];
  }
  EXPECT_LE(std::sqrt(error), tolerance * std::sqrt(size));
}

class Programs : public testing::TestWithParam<Target> {
protected:
  Program program = *Program::fromText(treeScan);
  CallOptions options = [] {
    CallOptions options;
    options.target = GetParam();
    return options;
  }();
};

TEST_P(Programs, CompileAtTheirFirstCall) {
  Tree tree = *Tree::perfect(2, 3);
  Tensor u = random({2, 15, 5}, 1), a = random({2, 15, 5}, 2);
  Result<std::vector<Tensor>> h = program.call("tree_scan", {{"T", tree}, {"u", u}, {"a", a}}, options);
  ASSERT_TRUE(h) << h.error().message;
  EXPECT_EQ((*h)[0].shape(), (Shape{2, 15, 5}));
  expectNear((*h)[0], byDefinition(tree, u, a), 1e-5);
}

TEST_P(Programs, ServeOtherExtentsWithOneSpecialisation) {
  Result<LoadedKernel> scan = program.kernel(
      "tree_scan", {{"T", *Tree::chain(3)}, {"u", random({3, 4}, 1)}, {"a", random({3, 4}, 2)}}, options);
  ASSERT_TRUE(scan) << scan.error().message;
  for (int64_t length : {1, 2, 17}) {
    Tree tree = *Tree::chain(length);
    Tensor u = random({2, 3, length, 4}, 3), a = random({2, 3, length, 4}, 4);
    Result<std::vector<Tensor>> h = scan->call({tree, u, a});
    ASSERT_TRUE(h) << h.error().message;
    EXPECT_EQ((*h)[0].shape(), (Shape{2, 3, length, 4}));
    expectNear((*h)[0], byDefinition(tree, u, a), 1e-5);
  }
}

TEST_P(Programs, WriteIntoTensorsOfTheCaller) {
  Tree tree = *Tree::chain(6);
  Tensor u = random({6, 2}, 1), a = random({6, 2}, 2), h = *Tensor::zeros(DType::f32, {6, 2});
  LoadedKernel scan = *program.kernel("tree_scan", {{"T", tree}, {"u", u}, {"a", a}}, options);
  std::vector<Argument> arguments = {tree, u, a};
  Result<void> done = scan.callInto(arguments, {&h, 1});
  ASSERT_TRUE(done) << done.error().message;
  expectNear(h, byDefinition(tree, u, a), 1e-5);
  Tensor narrow = *Tensor::zeros(DType::f32, {6, 1});
  EXPECT_FALSE(scan.callInto(arguments, {&narrow, 1}));
}

TEST_P(Programs, TakeEveryFloatType) {
  Tree tree = *Tree::perfect(3, 2);
  Tensor u = random({13, 4}, 1, DType::f64), a = random({13, 4}, 2, DType::f64);
  struct Row {
    DType dtype;
    double tolerance;
  };
  for (Row row : {Row{DType::f64, 1e-13}, Row{DType::f32, 1e-5}, Row{DType::f16, 1e-2}, Row{DType::bf16, 5e-2}}) {
    options.floatType = row.dtype;
    Result<std::vector<Tensor>> h = program.call("tree_scan", {{"T", tree}, {"u", u}, {"a", a}}, options);
    ASSERT_TRUE(h) << h.error().message;
    EXPECT_EQ((*h)[0].dtype(), row.dtype);
    expectNear((*h)[0], byDefinition(tree, u, a), row.tolerance);
  }
}

TEST_P(Programs, ReturnSeveralResultsInOrder) {
  Tensor x = *Tensor::of<float>({3, 1}, {1, 2, 4});
  Result<std::vector<Tensor>> results = program.call("heads", {{"time", *Tree::chain(3)}, {"x", x}}, options);
  ASSERT_TRUE(results) << results.error().message;
  ASSERT_EQ(results->size(), 2u);
  expectNear((*results)[0], {1, 3, 7}, 0);
  expectNear((*results)[1], {7}, 0);
  EXPECT_EQ((*results)[1].shape(), (Shape{1}));
}

TEST_P(Programs, TakeABatchOfTrees) {
  Tensor parents = *Tensor::of<int32_t>({2, 3}, {1, 2, -1, -1, 0, 0});
  TreeBatch trees = *TreeBatch::fromParents(parents);
  Tensor u = random({2, 3, 2}, 1), a = random({2, 3, 2}, 2);
  Result<std::vector<Tensor>> h = program.call("tree_scan", {{"T", trees}, {"u", u}, {"a", a}}, options);
  ASSERT_TRUE(h) << h.error().message;
  std::vector<double> wanted;
  for (int64_t element : {0, 1}) {
    auto part = [&](const Tensor &tensor) {
      return *Tensor::of<float>(
          {3, 2}, std::span<const float>(tensor.values<float>().subspan(static_cast<size_t>(element) * 6, 6)));
    };
    std::vector<double> one = byDefinition(trees.trees()[static_cast<size_t>(element)], part(u), part(a));
    wanted.insert(wanted.end(), one.begin(), one.end());
  }
  expectNear((*h)[0], wanted, 1e-5);
}

TEST_P(Programs, AreCalledFromManyThreads) {
  Tree tree = *Tree::perfect(2, 4);
  std::vector<std::thread> threads;
  std::atomic<int> numRight = 0;
  for (uint64_t seed = 0; seed < 6; ++seed)
    threads.emplace_back([&, seed] {
      Tensor u = random({31, 3}, seed), a = random({31, 3}, seed + 100);
      Result<std::vector<Tensor>> h = program.call("tree_scan", {{"T", tree}, {"u", u}, {"a", a}}, options);
      if (!h)
        return;
      Tensor wide = *(*h)[0].to(DType::f64);
      std::vector<double> wanted = byDefinition(tree, u, a);
      double worst = 0, largest = 0;
      for (size_t i = 0; i < wanted.size(); ++i) {
        worst = std::max(worst, std::abs(wide.values<double>()[i] - wanted[i]));
        largest = std::max(largest, std::abs(wanted[i]));
      }
      numRight += worst <= 1e-4 * largest;
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(numRight, 6);
}

TEST_P(Programs, NameTheVertexOfASingularTile) {
  Tensor A = *Tensor::of<float>({3, 2, 2}, {1, 0, 0, 1, 1, 2, 2, 4, 1, 0, 0, 1}),
         b = *Tensor::zeros(DType::f32, {3, 2});
  Result<std::vector<Tensor>> x = program.call("inverse", {{"G", *Tree::chain(3)}, {"A", A}, {"b", b}}, options);
  ASSERT_FALSE(x);
  EXPECT_NE(x.error().message.find("program.esp:19:16"), std::string::npos) << x.error().message;
  EXPECT_NE(x.error().message.find("singular"), std::string::npos) << x.error().message;
  EXPECT_NE(x.error().message.find("vertex 1"), std::string::npos) << x.error().message;
}

TEST_P(Programs, StopAtWhatIsNotFinite) {
  Tensor x = *Tensor::of<float>({4}, {1, 2, 0, -1});
  EXPECT_TRUE(program.call("logarithm", {{"x", x}}, options));
  options.checkFinite = true;
  Result<std::vector<Tensor>> y = program.call("logarithm", {{"x", x}}, options);
  ASSERT_FALSE(y);
  EXPECT_NE(y.error().message.find("not finite"), std::string::npos) << y.error().message;
  EXPECT_NE(y.error().message.find("2"), std::string::npos) << y.error().message;
}

TEST_P(Programs, RefuseBatchShapesThatDiffer) {
  Result<std::vector<Tensor>> h = program.call(
      "tree_scan", {{"T", *Tree::chain(3)}, {"u", random({2, 3, 4}, 1)}, {"a", random({5, 3, 4}, 2)}}, options);
  ASSERT_FALSE(h);
  EXPECT_NE(h.error().message.find("(2,)"), std::string::npos) << h.error().message;
  EXPECT_NE(h.error().message.find("(5,)"), std::string::npos) << h.error().message;
}

TEST_P(Programs, TakeEmptyAxes) {
  Result<std::vector<Tensor>> y = program.call("logarithm", {{"x", *Tensor::zeros(DType::f32, {0})}}, options);
  ASSERT_TRUE(y) << y.error().message;
  EXPECT_EQ((*y)[0].shape(), (Shape{0}));
  Result<std::vector<Tensor>> s =
      program.call("heads", {{"time", *Tree::chain(0)}, {"x", *Tensor::zeros(DType::f32, {2, 0, 3})}}, options);
  ASSERT_TRUE(s) << s.error().message;
  EXPECT_EQ((*s)[0].shape(), (Shape{2, 0, 3}));
  expectNear((*s)[1], std::vector<double>(6, 0.0), 0);
}

std::vector<Target> allTargets() {
#ifdef ESPALIER_HAS_CPU_TARGET
  return {Target::interp, Target::cpu};
#else
  return {Target::interp};
#endif
}

INSTANTIATE_TEST_SUITE_P(On, Programs, testing::ValuesIn(allTargets()),
                         [](const testing::TestParamInfo<Target> &target) { return std::string(name(target.param)); });

TEST(Program, SaysWhatIsWrongWithItsText) {
  Result<Program> program = Program::fromText("def f(x: float[N) -> float:\n    return x\n", "f.esp");
  ASSERT_FALSE(program);
  EXPECT_EQ(program.error().message.substr(0, 8), "f.esp:1:") << program.error().message;
}

TEST(Program, SaysWhatIsWrongWithNames) {
  Result<Program> program = Program::fromText(
      "def f(x: float[N]) -> float[N]:\n    for i in each(N):\n        y[i] = z[i]\n    return y\n", "f.esp");
  ASSERT_TRUE(program);
  Result<void> checked = program->check();
  ASSERT_FALSE(checked);
  EXPECT_NE(checked.error().message.find("f.esp:3:16: error:"), std::string::npos) << checked.error().message;
}

TEST(Program, NamesTheNearestKernel) {
  Program program = *Program::fromText(treeScan);
  EXPECT_EQ(program.functions(), (std::vector<std::string>{"tree_scan", "heads", "inverse", "logarithm"}));
  Result<sema::Interface> interface = program.interfaceOf("treescan");
  ASSERT_FALSE(interface);
  EXPECT_EQ(interface.error().message, "no kernel `treescan` in program.esp, which defines tree_scan, heads, inverse, "
                                       "logarithm; did you mean `tree_scan`?");
}

TEST(Program, IsNotFound) { EXPECT_FALSE(Program::fromFile("/nowhere/at/all.esp")); }

TEST(Program, ShowsItsStages) {
  Program program = *Program::fromText(treeScan);
  std::vector<NamedValue> arguments = {{"x", *Tensor::zeros(DType::f32, {3})}};
  EXPECT_NE(program.stage(Stage::ast, "logarithm", {})->find("def logarithm"), std::string::npos);
  EXPECT_NE(program.stage(Stage::resolved, "logarithm", arguments)->find("logarithm"), std::string::npos);
  EXPECT_NE(program.stage(Stage::mlir, "logarithm", arguments)->find("tree.sweep"), std::string::npos);
#ifdef ESPALIER_HAS_CPU_TARGET
  for (Stage stage : {Stage::scheduled, Stage::structured, Stage::llvm, Stage::assembly, Stage::object}) {
    Result<std::string> text = program.stage(stage, "logarithm", arguments);
    ASSERT_TRUE(text) << name(stage) << ": " << text.error().message;
    EXPECT_FALSE(text->empty()) << name(stage);
  }
#endif
}

} // namespace
} // namespace espalier
