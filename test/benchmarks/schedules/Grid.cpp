//===- Grid.cpp - Kernels and shapes whose schedules are searched -----------===//
#include "test/benchmarks/schedules/Grid.h"

#include "runtime/Tensor/Random.h"

#include <fmt/format.h>

#include <cmath>

namespace espalier::benchmarks {

Result<Program> GridPoint::program() const {
  return text.empty() ? Program::fromFile(ESPALIER_SOURCE_DIR "/examples/layers/" + file) : Program::fromText(text);
}

namespace {

Tensor random(Shape shape, double scale = 1, double diagonal = 0) {
  return *randomTensor(DType::f32, {std::move(shape), 7, scale, diagonal});
}

constexpr const char *kProduct = R"(
def layer(x: float[..., N, d], W: float[e, d], b: float[e]) -> float[..., N, e]:
    for i in each(N):
        y[i] = tanh(W @ x[i] + b)
    return y
)";

constexpr const char *kPointwise = R"(
def gate(x: float[..., N, d], y: float[..., N, d]) -> float[..., N, d]:
    for i in each(N):
        z[i] = x[i] * sigmoid(y[i])
    return z
)";

void addScans(std::vector<GridPoint> &grid) {
  for (auto [T, d] :
       {std::pair<int64_t, int64_t>{256, 16}, {4096, 96}, {4096, 512}, {65536, 8}, {300, 1}, {65536, 1}, {8192, 5}})
    grid.push_back({fmt::format("gated_scan T={} d={}", T, d), "ssm.esp", "", "gated_scan", [T = T, d = d] {
                      return std::vector<NamedValue>{
                          {"time", *Tree::chain(T)}, {"a", random({T, d}, 0.3)}, {"b", random({T, d})}};
                    }});
  for (int64_t T : {1000, 65536})
    grid.push_back({fmt::format("s5 T={}", T), "ssm.esp", "", "s5", [T] {
                      constexpr int64_t s = 4, d = 4;
                      return std::vector<NamedValue>{{"time", *Tree::chain(T)}, {"re", random({s}, 0.2)},
                                                     {"im", random({s}, 0.2)},  {"bu_re", random({T, s})},
                                                     {"bu_im", random({T, s})}, {"c_re", random({d, s})},
                                                     {"c_im", random({d, s})}};
                    }});
  for (auto [T, d, s] : {std::tuple<int64_t, int64_t, int64_t>{512, 64, 16}, {2048, 256, 16}})
    grid.push_back(
        {fmt::format("selective_scan T={} d={} s={}", T, d, s), "ssm.esp", "", "selective_scan", [T = T, d = d, s = s] {
           return std::vector<NamedValue>{{"time", *Tree::chain(T)},   {"delta", random({T, d}, 0.1)},
                                          {"A", random({d, s}, 0.01)}, {"B", random({T, s})},
                                          {"C", random({T, s})},       {"x", random({T, d})},
                                          {"skip", random({d})}};
         }});
  for (auto [height, d, batch] : {std::tuple<int64_t, int64_t, int64_t>{7, 8, 64}, {9, 96, 4}, {13, 96, 1}})
    grid.push_back({fmt::format("tree_scan height={} d={} batch={}", height, d, batch), "tree_scan.esp", "",
                    "tree_scan", [height = height, d = d, batch = batch] {
                      Tree tree = *Tree::perfect(2, height);
                      int64_t V = tree.numVertices();
                      return std::vector<NamedValue>{
                          {"T", tree}, {"u", random({batch, V, d})}, {"a", random({batch, V, d}, 0.3)}};
                    }});
}

void addSolves(std::vector<GridPoint> &grid) {
  for (auto [n, m, height, batch] : {std::tuple<int64_t, int64_t, int64_t, int64_t>{1, 1, 9, 16},
                                     {2, 1, 9, 16},
                                     {4, 1, 9, 16},
                                     {8, 1, 9, 16},
                                     {16, 1, 6, 16},
                                     {32, 1, 4, 4},
                                     {8, 32, 6, 4}})
    grid.push_back({fmt::format("myo n={} m={} height={} batch={}", n, m, height, batch), "myo.esp", "", "myo",
                    [n = n, m = m, height = height, batch = batch] {
                      Tree tree = *Tree::perfect(2, height);
                      int64_t V = tree.numVertices();
                      double scale = 0.3 / std::sqrt(double(n));
                      return std::vector<NamedValue>{{"G", tree},
                                                     {"A", random({batch, V, n, n}, scale, 2)},
                                                     {"B", random({batch, V, n, n}, scale)},
                                                     {"C", random({batch, V, n, n}, scale)},
                                                     {"u", random({batch, V, n, m})}};
                    }});
}

void addPointwise(std::vector<GridPoint> &grid) {
  for (auto [N, d, e] : {std::tuple<int64_t, int64_t, int64_t>{4096, 8, 8},
                         {1024, 16, 64},
                         {1024, 64, 64},
                         {1024, 256, 256},
                         {512, 1024, 64},
                         {256, 2048, 512},
                         {7, 256, 256},
                         {127, 256, 256}})
    grid.push_back({fmt::format("tanh(W x + b) N={} d={} e={}", N, d, e), "", kProduct, "layer", [N = N, d = d, e = e] {
                      return std::vector<NamedValue>{
                          {"x", random({N, d})}, {"W", random({e, d}, 1 / std::sqrt(double(d)))}, {"b", random({e})}};
                    }});
  for (auto [N, d] : {std::pair<int64_t, int64_t>{65536, 4}, {4096, 256}})
    grid.push_back({fmt::format("x sigmoid(y) N={} d={}", N, d), "", kPointwise, "gate",
                    [N = N, d = d] { return std::vector<NamedValue>{{"x", random({N, d})}, {"y", random({N, d})}}; }});
}

void addAttention(std::vector<GridPoint> &grid) {
  for (auto [N, r, m] :
       {std::tuple<int64_t, int64_t, int64_t>{64, 16, 16}, {512, 16, 16}, {512, 64, 64}, {1024, 128, 128}})
    grid.push_back(
        {fmt::format("attention N={} r={} m={}", N, r, m), "attention.esp", "", "attention", [N = N, r = r, m = m] {
           return std::vector<NamedValue>{{"q", random({N, r})}, {"k", random({N, r})}, {"v", random({N, m})}};
         }});
  grid.push_back({"sliding_window N=2048 r=32 width=128", "attention.esp", "", "sliding_window_attention", [] {
                    return std::vector<NamedValue>{{"q", random({2048, 32})},
                                                   {"k", random({2048, 32})},
                                                   {"v", random({2048, 32})},
                                                   {"width", int64_t{128}}};
                  }});
}

} // namespace

std::vector<GridPoint> scheduleGrid() {
  std::vector<GridPoint> grid;
  addScans(grid);
  addSolves(grid);
  addPointwise(grid);
  addAttention(grid);
  return grid;
}

} // namespace espalier::benchmarks
