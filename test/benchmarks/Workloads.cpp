//===- Workloads.cpp - What is measured, and against what -------------------===//
#include "test/benchmarks/Workloads.h"

#include "compiler/Tools/Measure/PeakMemory.h"
#include "runtime/Tensor/Random.h"
#include "runtime/Tree/SpanningTree.h"
#include "test/benchmarks/BoostKruskal.h"
#include "test/benchmarks/PlainTreeScan.h"
#include "test/benchmarks/PythonPeers.h"

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

/// A kernel with its arguments: compiled, run once, its time of compilation and its memory taken.
struct Compiled {
  LoadedKernel kernel;
  std::vector<Argument> arguments;
  std::vector<Tensor> results;
  double compileMs;
  std::optional<int64_t> peakBytes;

  static Result<Compiled> make(const Result<Program> &program, const std::string &kernel,
                               const std::vector<NamedValue> &values) {
    if (!program)
      return program.error();
    Result<PreparedCall> call = program->prepare(kernel, values);
    if (!call)
      return call.error();
    Result<std::vector<Tensor>> results = call->kernel.call(call->arguments);
    if (!results)
      return results.error();
    measure::PeakMemory memory;
    if (Result<void> again = call->kernel.callInto(call->arguments, *results); !again)
      return again.error();
    return Compiled{call->kernel, call->arguments, *results, call->kernel.report().milliseconds(), memory.growth()};
  }

  /// Of a file of the gallery.
  static Result<Compiled> make(const std::string &file, const std::string &kernel,
                               const std::vector<NamedValue> &values) {
    return make(Program::fromFile(ESPALIER_SOURCE_DIR "/examples/layers/" + file), kernel, values);
  }

  std::function<Result<void>()> run() const {
    return [self = *this] { return self.kernel.callInto(self.arguments, self.results); };
  }

  Workload workload(std::string name) const {
    Workload row;
    row.name = std::move(name);
    row.run = run();
    Result<double> operations = kernel.operations(arguments);
    row.operations = operations ? *operations : 0;
    for (const Argument &argument : arguments)
      if (const Tensor *tensor = std::get_if<Tensor>(&argument))
        row.movedBytes += static_cast<double>(tensor->numBytes());
    for (const Tensor &result : results)
      row.movedBytes += static_cast<double>(result.numBytes());
    row.compileMs = compileMs;
    row.peakBytes = peakBytes;
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

  /// The elimination keeps one n x n and one n x m matrix per vertex for the way back.
  Workload workload(std::string name) const {
    Workload row = compiled.workload(std::move(name));
    row.storedBytes = B.numBytes() + u.numBytes();
    return row;
  }

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
  Workload row = solve->workload("myo n=16 m=1, 512 leaves, batch 16");
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

/// Far beyond the caches: two sweeps through memory move 5 n^2 + 4 n m numbers a vertex. They read A, B, C, u and, on
/// the way back, W and z; they write W, z and x. What neighbours hand each other comes from the caches.
Result<void> solveFromMemory(int64_t n, const Measure &measure) {
  int64_t batch = n == 4 ? 8 : 2;
  Result<Solve> solve = Solve::make(15, batch, n, 1);
  if (!solve)
    return solve.error();
  Workload row = solve->workload(fmt::format("myo n={} m=1, 2^15 leaves, batch {}", n, batch));
  row.points = double(batch) * 65535;
  row.readBytes = row.points * 4 * double(4 * n * n + 2 * n);
  row.writtenBytes = row.points * 4 * double(n * n + 2 * n);
  row.bytes = row.readBytes + row.writtenBytes;
  row.wantedOfCopy = 0.75;
  return measure(row);
}

Result<void> solveInCache(int64_t n, const Measure &measure) {
  Result<Solve> solve = Solve::make(n == 16 ? 3 : 2, 16, n, 1);
  if (!solve)
    return solve.error();
  Workload row = solve->workload(fmt::format("myo n={} m=1 in cache, batch 16", n));
  row.points = 16 * (n == 16 ? 15 : 7);
  row.wantedOfFma = n == 16 ? 0.45 : 0.30;
  return measure(row);
}

Result<void> solveGrowing(int64_t height, const Measure &measure) {
  Result<Solve> solve = Solve::make(height, 1, 4, 1);
  if (!solve)
    return solve.error();
  Workload row = solve->workload(fmt::format("myo n=4 m=1, 2^{} vertices", height + 1));
  row.points = double((int64_t{2} << height) - 1);
  row.compileMs = {};
  return measure(row);
}

//===-- Scans -------------------------------------------------------------------===//

/// Chains of few channels are bound by latency where steps wait for each other.
Result<void> gatedScan(int64_t T, int64_t d, const Measure &measure) {
  Tensor a = decays({T, d}, 1), b = random({T, d}, 2);
  Result<Compiled> compiled = Compiled::make("ssm.esp", "gated_scan", {{"time", *Tree::chain(T)}, {"a", a}, {"b", b}});
  if (!compiled)
    return compiled.error();
  Workload row = compiled->workload(fmt::format("gated_scan T={} C={}", T, d));
  row.points = T;
  row.readBytes = 2.0 * double(T * d) * 4;
  row.writtenBytes = 1.0 * double(T * d) * 4;
  row.bytes = row.readBytes + row.writtenBytes;
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
  // Reads u and a, writes xi and h; a large tree leaves the caches before the way back reads xi and a again.
  row.readBytes = (side < 100 ? 2.0 : 4.0) * double(V * d) * 4;
  row.writtenBytes = 2.0 * double(V * d) * 4;
  row.bytes = row.readBytes + row.writtenBytes;
  row.wantedOfCopy = 0.7;
  row.wantedCompileMs = 50;
  if (Result<void> added = addPeer(row, "numba", "tree_scan_numba", {{"parents", parents}, {"u", u}, {"a", a}},
                                   &compiled->results[0], 6);
      !added)
    return added;
  std::vector<int32_t> order(tree->postOrder().rbegin(), tree->postOrder().rend());
  for (auto [name, layout, wanted] :
       {std::tuple("scalar C++, channels first", ChannelAxis::first, std::optional(2.0)),
        std::tuple("vector C++, channels last", ChannelAxis::last, std::optional<double>())})
    row.peers.push_back({name, plainTreeScan(*tree, order, layout, u, a), 1, wanted});
  return measure(row);
}

//===-- Spanning trees ------------------------------------------------------------===//

Result<void> spanningTree(int64_t side, const Measure &measure) {
  Result<Graph> graph = Graph::grid(side, side);
  if (!graph)
    return graph.error();
  std::vector<double> costs = randomCosts(*graph, 11);
  Workload row;
  row.name = fmt::format("spanning tree {0}x{0}, parents and order", side);
  row.points = double(side * side);
  row.run = [graph = *graph, costs]() -> Result<void> {
    Result<RootedTree> tree = minimumSpanningParents(graph, costs);
    return tree ? Result<void>() : tree.error();
  };
  row.peers.push_back({"our Tree, with all its tables", [graph = *graph, costs]() -> Result<void> {
                         Result<Tree> tree = minimumSpanningTree(graph, costs);
                         return tree ? Result<void>() : tree.error();
                       }});
  Tensor numbers = *Tensor::of<double>({graph->numEdges()}, std::span<const double>(costs)),
         sizes = *Tensor::of<int32_t>({2}, {int32_t(side), int32_t(side)});
  if (Result<void> added =
          addPeer(row, "SciPy", "spanning_tree_scipy", {{"costs", numbers}, {"sizes", sizes}}, nullptr, 6);
      !added)
    return added;
  row.peers.push_back({"Boost", boostKruskal(*graph, costs), 1, 8.0});
  return measure(row);
}

//===-- The layer that grows its own tree ------------------------------------------===//

constexpr const char *kGrowing = R"(
def grow(x: float[..., H, W, d]) -> tree:
    T = minimum_spanning_tree(exp(-cosine(x[i], x[j])) for i, j in grid(H, W))
    return T
)";

Result<void> grootScan(const Measure &measure) {
  constexpr int64_t batch = 16, side = 56, d = 96, V = side * side;
  Tensor x = random({batch, side, side, d}, 1), u = random({batch, side, side, d}, 2),
         a = decays({batch, side, side, d}, 3);
  Result<Compiled> whole = Compiled::make("tree_scan.esp", "groot_scan", {{"x", x}, {"u", u}, {"a", a}}),
                   growing = Compiled::make(Program::fromText(kGrowing), "grow", {{"x", x}});
  for (const Result<Compiled> *made : {&whole, &growing})
    if (!*made)
      return made->error();
  Result<TreeBatch> trees = TreeBatch::fromParents(growing->results[0]);
  if (!trees)
    return trees.error();
  Tensor flatU = *Tensor::borrow(u.data(), DType::f32, {batch, V, d}),
         flatA = *Tensor::borrow(a.data(), DType::f32, {batch, V, d});
  Result<Compiled> scan = Compiled::make("tree_scan.esp", "tree_scan", {{"T", *trees}, {"u", flatU}, {"a", flatA}});
  if (!scan)
    return scan.error();
  Workload row = whole->workload(fmt::format("groot_scan {0}x{0}, 96 channels, batch 16", side));
  row.points = double(batch * V);
  // Reads x, u and a, writes h; what it holds of one image stays in the caches.
  row.readBytes = 3.0 * double(batch * V * d) * 4;
  row.writtenBytes = 1.0 * double(batch * V * d) * 4;
  row.wantedCompileMs = 150;
  row.parts = {{"growing", growing->run()}, {"the scan", scan->run()}};
  row.wantedOfParts = 0.77; // at most 1.3 times their sum
  if (Result<void> added = addPeer(row, "NumPy + SciPy", "groot_scan_numpy_scipy", {{"x", x}, {"u", u}, {"a", a}},
                                   &whole->results[0], 10);
      !added)
    return added;
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
  row.movedBytes = 0; // no point of a roofline
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
  for (int64_t height : {7, 10, 13, 16, 18, 19}) // the last two lie beyond all caches: their time grows with their size
    all.push_back({fmt::format("myo growth {}", height),
                   [height](const Measure &measure) { return solveGrowing(height, measure); }});
  for (auto [T, d] : {std::pair<int64_t, int64_t>{4096, 512}, {1 << 20, 1}, {1 << 19, 3}, {1 << 18, 8}})
    all.push_back({fmt::format("gated_scan {}", d), [=](const Measure &measure) { return gatedScan(T, d, measure); }});
  all.push_back({"selective_scan", selectiveScan});
  for (int64_t side : {56, 224})
    all.push_back(
        {fmt::format("tree_scan {}", side), [side](const Measure &measure) { return treeScan(side, measure); }});
  for (int64_t side : {56, 224, 1024})
    all.push_back({fmt::format("spanning tree {}", side),
                   [side](const Measure &measure) { return spanningTree(side, measure); }});
  all.push_back({"groot_scan", grootScan});
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
