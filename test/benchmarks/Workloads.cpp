//===- Workloads.cpp - What is measured, and against what -------------------===//
#include "test/benchmarks/Workloads.h"

#include "runtime/Tensor/Random.h"
#include "runtime/Tree/SpanningTree.h"
#include "test/benchmarks/BoostKruskal.h"
#include "test/benchmarks/PythonPeers.h"
#include "test/benchmarks/ScalarTreeScan.h"

#include <fmt/format.h>

namespace espalier::benchmarks {

namespace {

/// Normal numbers times `scale`; `diagonal` is added on the diagonal of the last two axes.
Tensor random(Shape shape, uint64_t seed, double scale = 1, double diagonal = 0) {
  return *randomTensor(DType::f32, {std::move(shape), seed, scale, diagonal});
}

/// Numbers of (0, 1).
Tensor decays(Shape shape, uint64_t seed) {
  Tensor numbers = random(std::move(shape), seed);
  for (float &number : numbers.values<float>())
    number = 1 / (1 + std::exp(-number));
  return numbers;
}

Tensor parentsOf(const Tree &tree) { return *Tensor::of<int32_t>({tree.numVertices()}, tree.parents()); }

/// A kernel of the gallery with its arguments: compiled, run once, its time of compilation taken.
struct Compiled {
  LoadedKernel kernel;
  std::vector<Argument> arguments;
  std::vector<Tensor> results;
  double compileMs;

  static Result<Compiled> make(const std::string &file, const std::string &kernel,
                               const std::vector<NamedValue> &values) {
    Result<Program> program = Program::fromFile(ESPALIER_SOURCE_DIR "/examples/layers/" + file);
    if (!program)
      return program.error();
    Result<PreparedCall> call = program->prepare(kernel, values);
    if (!call)
      return call.error();
    Result<std::vector<Tensor>> results = call->kernel.call(call->arguments);
    if (!results)
      return results.error();
    return Compiled{call->kernel, call->arguments, *results, call->kernel.report().milliseconds()};
  }

  Workload workload(std::string name) const {
    Workload row;
    row.name = std::move(name);
    row.run = [self = *this] { return self.kernel.callInto(self.arguments, self.results); };
    Result<double> operations = kernel.operations(arguments);
    row.operations = operations ? *operations : 0;
    row.compileMs = compileMs;
    return row;
  }
};

using Measure = std::function<Result<void>(Workload &)>;

/// Adds a peer of peers.py, whose result must be ours.
Result<void> addPeer(Workload &row, const std::string &name, const std::string &function,
                     const std::vector<std::pair<std::string, Tensor>> &arguments, const Tensor *ours,
                     std::optional<double> wanted, double timesWork = 1) {
  Result<PythonPeer> peer = PythonPeer::prepare(function, arguments);
  if (!peer)
    return peer.error();
  if (Result<void> ran = peer->run(); !ran)
    return ran;
  if (ours) {
    Result<double> difference = peer->difference(*ours);
    if (!difference)
      return difference.error();
    if (!(*difference < 1e-3))
      return Error::of("{}: {} computes something else (difference {:.1e})", row.name, name, *difference);
  }
  row.peers.push_back({name, [peer = *peer] { return peer.run(); }, timesWork, wanted});
  return {};
}

//===-- Tree solves -----------------------------------------------------------===//

struct Solve {
  Compiled compiled;
  Tensor A, B, C, u;

  static Result<Solve> make(int64_t height, int64_t batch, int64_t n, int64_t m) {
    Result<Tree> tree = Tree::perfect(2, height);
    if (!tree)
      return tree.error();
    int64_t V = tree->numVertices();
    double scale = 0.3 / std::sqrt(double(n));
    Tensor A = random({batch, V, n, n}, 1, scale, 2), B = random({batch, V, n, n}, 2, scale),
           C = random({batch, V, n, n}, 3, scale), u = random({batch, V, n, m}, 4);
    Result<Compiled> compiled =
        Compiled::make("myo.esp", "myo", {{"G", *tree}, {"A", A}, {"B", B}, {"C", C}, {"u", u}});
    if (!compiled)
      return compiled.error();
    return Solve{*compiled, A, B, C, u};
  }
};

Result<void> solveAgainstPeers(const Measure &measure) {
  Result<Solve> solve = Solve::make(9, 16, 16, 1);
  if (!solve)
    return solve.error();
  Workload row = solve->compiled.workload("myo n=16 m=1, 512 leaves, batch 16");
  row.points = 16 * 1023;
  row.wantedCompileMs = 150;
  std::vector<std::pair<std::string, Tensor>> arguments = {
      {"A", solve->A}, {"B", solve->B}, {"C", solve->C}, {"u", solve->u}};
  if (Result<void> added = addPeer(row, "NumPy by levels", "myo_numpy", arguments, &solve->compiled.results[0], 15);
      !added)
    return added;
  if (Result<void> added = addPeer(row, "splu", "myo_splu", arguments, nullptr, 40, 1.0 / 16); !added)
    return added;
  return measure(row);
}

/// Far beyond the caches: two sweeps through memory move 5 n^2 + 4 n m numbers a vertex.
Result<void> solveFromMemory(int64_t n, const Measure &measure) {
  int64_t batch = n == 4 ? 8 : 2;
  Result<Solve> solve = Solve::make(15, batch, n, 1);
  if (!solve)
    return solve.error();
  Workload row = solve->compiled.workload(fmt::format("myo n={} m=1, 2^15 leaves, batch {}", n, batch));
  row.points = double(batch) * 65535;
  row.bytes = row.points * 4 * double(5 * n * n + 4 * n);
  row.wantedOfCopy = 0.75;
  return measure(row);
}

Result<void> solveInCache(int64_t n, const Measure &measure) {
  Result<Solve> solve = Solve::make(n == 16 ? 3 : 2, 16, n, 1);
  if (!solve)
    return solve.error();
  Workload row = solve->compiled.workload(fmt::format("myo n={} m=1 in cache, batch 16", n));
  row.points = 16 * (n == 16 ? 15 : 7);
  row.wantedOfFma = n == 16 ? 0.45 : 0.30;
  return measure(row);
}

Result<void> solveGrowing(int64_t height, const Measure &measure) {
  Result<Solve> solve = Solve::make(height, 1, 4, 1);
  if (!solve)
    return solve.error();
  Workload row = solve->compiled.workload(fmt::format("myo n=4 m=1, 2^{} vertices", height + 1));
  row.points = double((int64_t{2} << height) - 1);
  row.compileMs = {};
  return measure(row);
}

//===-- Scans -------------------------------------------------------------------===//

Result<void> gatedScan(const Measure &measure) {
  constexpr int64_t T = 4096, d = 512;
  Tensor a = decays({T, d}, 1), b = random({T, d}, 2);
  Result<Compiled> compiled = Compiled::make("ssm.esp", "gated_scan", {{"time", *Tree::chain(T)}, {"a", a}, {"b", b}});
  if (!compiled)
    return compiled.error();
  Workload row = compiled->workload("gated_scan T=4096 C=512");
  row.points = T;
  row.bytes = 3.0 * T * d * 4;
  row.wantedOfCopy = 0.7;
  row.wantedCompileMs = 50;
  if (Result<void> added = addPeer(row, "numba", "gated_scan_numba", {{"a", a}, {"b", b}}, &compiled->results[0], 1.5);
      !added)
    return added;
  return measure(row);
}

Result<void> selectiveScan(const Measure &measure) {
  constexpr int64_t T = 4096, d = 512, s = 16;
  Tensor delta = decays({T, d}, 1), A = random({d, s}, 2), B = random({T, s}, 3), C = random({T, s}, 4),
         x = random({T, d}, 5), skip = random({d}, 6);
  for (float &rate : A.values<float>())
    rate = -std::abs(rate) - 0.1f;
  Result<Compiled> compiled = Compiled::make(
      "ssm.esp", "selective_scan",
      {{"time", *Tree::chain(T)}, {"delta", delta}, {"A", A}, {"B", B}, {"C", C}, {"x", x}, {"skip", skip}});
  if (!compiled)
    return compiled.error();
  Workload row = compiled->workload("selective_scan T=4096 d=512 s=16");
  row.points = T;
  row.wantedCompileMs = 50;
  if (Result<void> added =
          addPeer(row, "numba", "selective_scan_numba",
                  {{"delta", delta}, {"A", A}, {"B", B}, {"C", C}, {"x", x}, {"skip", skip}}, &compiled->results[0], 3);
      !added)
    return added;
  return measure(row);
}

/// Weights of a grid's edges.
std::vector<double> randomCosts(const Graph &graph, uint64_t seed) {
  Tensor numbers = *randomTensor(DType::f64, {{graph.numEdges()}, seed});
  std::span<double> values = numbers.values<double>();
  return {values.begin(), values.end()};
}

Result<void> treeScan(int64_t side, const Measure &measure) {
  constexpr int64_t d = 96;
  int64_t V = side * side;
  Result<Graph> graph = Graph::grid(side, side);
  if (!graph)
    return graph.error();
  Result<Tree> tree = minimumSpanningTree(*graph, randomCosts(*graph, 7));
  if (!tree)
    return tree.error();
  Tensor u = random({V, d}, 1), a = decays({V, d}, 2), parents = parentsOf(*tree);
  Result<Compiled> compiled = Compiled::make("tree_scan.esp", "tree_scan", {{"T", *tree}, {"u", u}, {"a", a}});
  if (!compiled)
    return compiled.error();
  Workload row = compiled->workload(fmt::format("tree_scan {0}x{0}, 96 channels", side));
  row.points = double(V);
  row.bytes = (side < 100 ? 4.0 : 6.0) * double(V * d) * 4;
  row.wantedOfCopy = 0.7;
  row.wantedCompileMs = 50;
  if (Result<void> added = addPeer(row, "numba", "tree_scan_numba", {{"parents", parents}, {"u", u}, {"a", a}},
                                   &compiled->results[0], 6);
      !added)
    return added;
  Tensor xi = *Tensor::allocate(DType::f32, {V, d}), h = *Tensor::allocate(DType::f32, {V, d});
  std::vector<int32_t> order(tree->postOrder().rbegin(), tree->postOrder().rend());
  row.peers.push_back({"scalar C++",
                       [=, tree = *tree]() -> Result<void> {
                         scalarTreeScan(order, tree.parents(), d, u.data<float>(), a.data<float>(), xi.data<float>(),
                                        h.data<float>());
                         return {};
                       },
                       1, 2.0});
  return measure(row);
}

//===-- Spanning trees ------------------------------------------------------------===//

Result<void> spanningTree(int64_t side, const Measure &measure) {
  Result<Graph> graph = Graph::grid(side, side);
  if (!graph)
    return graph.error();
  std::vector<double> costs = randomCosts(*graph, 11);
  Workload row;
  row.name = fmt::format("spanning tree {0}x{0}", side);
  row.points = double(side * side);
  row.run = [graph = *graph, costs]() -> Result<void> {
    Result<Tree> tree = minimumSpanningTree(graph, costs);
    return tree ? Result<void>() : tree.error();
  };
  Tensor numbers = *Tensor::of<double>({graph->numEdges()}, std::span<const double>(costs)),
         sizes = *Tensor::of<int32_t>({2}, {int32_t(side), int32_t(side)});
  if (Result<void> added =
          addPeer(row, "SciPy", "spanning_tree_scipy", {{"costs", numbers}, {"sizes", sizes}}, nullptr, 6);
      !added)
    return added;
  row.peers.push_back({"Boost", boostKruskal(*graph, costs), 1, 8.0});
  return measure(row);
}

//===-- Calls ---------------------------------------------------------------------===//

/// One vertex with one channel: what a call costs beyond its work.
Result<void> emptyCall(const Measure &measure) {
  Result<Compiled> compiled =
      Compiled::make("tree_scan.esp", "tree_scan_to_root",
                     {{"T", *Tree::perfect(2, 0)}, {"u", random({1, 1}, 1)}, {"a", random({1, 1}, 2)}});
  if (!compiled)
    return compiled.error();
  Workload row = compiled->workload("call of a kernel (2 us wanted)");
  row.wantedCompileMs = 50;
  return measure(row);
}

struct Entry {
  std::string name;
  std::function<Result<void>(const Measure &)> make;
};

std::vector<Entry> entries() {
  std::vector<Entry> all = {{"myo peers", solveAgainstPeers}};
  for (int64_t n : {4, 8})
    all.push_back(
        {fmt::format("myo memory n={}", n), [n](const Measure &measure) { return solveFromMemory(n, measure); }});
  for (int64_t n : {16, 32})
    all.push_back({fmt::format("myo cache n={}", n), [n](const Measure &measure) { return solveInCache(n, measure); }});
  for (int64_t height = 7; height <= 19; height += 3)
    all.push_back({fmt::format("myo growth {}", height),
                   [height](const Measure &measure) { return solveGrowing(height, measure); }});
  all.push_back({"gated_scan", gatedScan});
  all.push_back({"selective_scan", selectiveScan});
  for (int64_t side : {56, 224})
    all.push_back(
        {fmt::format("tree_scan {}", side), [side](const Measure &measure) { return treeScan(side, measure); }});
  for (int64_t side : {56, 224, 1024})
    all.push_back({fmt::format("spanning tree {}", side),
                   [side](const Measure &measure) { return spanningTree(side, measure); }});
  all.push_back({"call", emptyCall});
  return all;
}

} // namespace

Result<void> forEachWorkload(const std::string &filter, const Measure &measure) {
  for (const Entry &entry : entries())
    if (entry.name.find(filter) != std::string::npos)
      if (Result<void> done = entry.make(measure); !done)
        return done.error().within(entry.name);
  return {};
}

} // namespace espalier::benchmarks
