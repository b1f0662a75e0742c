//===- TestKernels.h - Functions that stand in for compiled kernels ---------===//
#ifndef ESPALIER_TEST_UNIT_RUNTIME_KERNEL_TESTKERNELS_H
#define ESPALIER_TEST_UNIT_RUNTIME_KERNEL_TESTKERNELS_H

#include "runtime/Kernel/Kernel.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace espalier {

using Source = ExtentSpec::Source;
using Kind = ParameterSpec::Kind;

inline ExtentSpec extent(std::string name, Source source, int32_t parameter = -1, int32_t axis = -1) {
  return {std::move(name), source, parameter, axis, 0, {}};
}
inline AxisSize dynamicAxis(std::string name, int32_t row) { return {std::move(name), -1, row}; }
inline AxisSize fixedAxis(std::string name, int64_t size) { return {std::move(name), size, -1}; }

template <class... Arguments> std::string refusal(const Kernel &kernel, Arguments &&...arguments) {
  Result<std::vector<Tensor>> results = kernel.call({Argument(std::forward<Arguments>(arguments))...});
  return results ? "accepted" : results.error().message;
}

// subtreeSum(G: tree, x: float[..., G, 2]) -> float[..., G, 2]: y[v] = x[v] + sum of y[c] over the children c.
// A negative x is reported as if it were a singular matrix.
namespace subtree_sum {
inline void body(const espalier_call *call, int64_t begin, int64_t end, void *) {
  auto *x = static_cast<const float *>(call->buffers[0]);
  auto *y = static_cast<float *>(call->buffers[1]);
  int64_t batch = call->extents[0], numVertices = call->extents[1],
          treesEach = std::max<int64_t>(batch / call->trees[0].count, 1);
  for (int64_t b = begin; b < end; ++b) {
    const espalier_tree &tree = call->trees[0].trees[b / treesEach];
    const float *input = x + b * numVertices * 2;
    float *output = y + b * numVertices * 2;
    for (int64_t i = 0; i < numVertices; ++i) {
      int32_t v = tree.post_order[i];
      for (int channel = 0; channel < 2; ++channel) {
        float sum = input[2 * v + channel];
        if (sum < 0)
          espalier_report(call, ESPALIER_FAULT_SINGULAR, 0, b, v, 0, 0);
        for (int32_t c = tree.child_offsets[v]; c < tree.child_offsets[v + 1]; ++c)
          sum += output[2 * tree.children[c] + channel];
        output[2 * v + channel] = sum;
      }
    }
  }
}

inline void entry(const espalier_call *call) { espalier_parallel_for(call, call->extents[0], 1, 256, body); }

inline Signature signature(TreeKind kind = TreeKind::rooted, int32_t arity = 0) {
  Signature result;
  result.kernel = "subtree_sum";
  result.parameters = {{"G", Kind::tree, 0}, {"x", Kind::tensor, 0}};
  result.trees = {{"G", kind, arity, true}};
  result.tensors = {{"x", DType::f32, true, {dynamicAxis("G", 1), fixedAxis("2", 2)}}};
  result.extents = {extent("batch", Source::batch), extent("G", Source::vertices, 0)};
  result.results = {{"y", DType::f32, true, {dynamicAxis("G", 1), fixedAxis("2", 2)}}};
  result.locations = {{"sum.esp:3:5", "S", {}}};
  return result;
}

inline Kernel kernel(TreeKind kind = TreeKind::rooted, int32_t arity = 0) {
  return *Kernel::create(signature(kind, arity), entry, nullptr);
}

/// What the kernel computes, straight from the parents.
inline std::vector<float> expected(const Tensor &x, std::span<const Tree> trees) {
  Tensor dense = *x.contiguous();
  auto values = dense.values<float>();
  std::vector<float> result(values.begin(), values.end());
  int64_t numVertices = x.shape()[static_cast<size_t>(x.rank() - 2)],
          batch = x.numElements() / std::max<int64_t>(2 * numVertices, 1);
  std::fill(result.begin(), result.end(), 0.0f);
  for (int64_t b = 0; b < batch; ++b) {
    auto parents = trees[static_cast<size_t>(b) / (static_cast<size_t>(batch) / trees.size())].parents();
    for (int64_t v = 0; v < numVertices; ++v)
      for (int64_t above = v; above >= 0; above = parents[static_cast<size_t>(above)])
        for (int channel = 0; channel < 2; ++channel)
          result[static_cast<size_t>((b * numVertices + above) * 2 + channel)] +=
              values[static_cast<size_t>((b * numVertices + v) * 2 + channel)];
  }
  return result;
}

/// Small whole numbers, so that sums are exact in any order.
inline Tensor input(Shape shape) {
  Tensor x = *Tensor::allocate(DType::f32, std::move(shape));
  for (int64_t i = 0; i < x.numElements(); ++i)
    x.data<float>()[i] = static_cast<float>(i * 7 % 11);
  return x;
}
} // namespace subtree_sum

// scores(q: f32[..., N, d], k: f32[..., N, d], w: f64[d], t: index) -> f32[..., N], with d = 4 compiled in:
// s[i] = t * sum over c of q[i, c] k[i, c] w[c], by way of a workspace of the products.
namespace scores {
inline void entry(const espalier_call *call) {
  auto *q = static_cast<const float *>(call->buffers[0]), *k = static_cast<const float *>(call->buffers[1]);
  auto *w = static_cast<const double *>(call->buffers[2]);
  auto *s = static_cast<float *>(call->buffers[3]), *products = static_cast<float *>(call->buffers[4]);
  int64_t rows = call->extents[0] * call->extents[1];
  for (int64_t i = 0; i < rows * 4; ++i)
    products[i] = q[i] * k[i] * static_cast<float>(w[i % 4]);
  for (int64_t i = 0; i < rows; ++i)
    s[i] = static_cast<float>(call->extents[2]) *
           (products[4 * i] + products[4 * i + 1] + products[4 * i + 2] + products[4 * i + 3]);
}

inline Signature signature() {
  Signature result;
  result.kernel = "scores";
  result.parameters = {{"heads", Kind::compileTime, -1},
                       {"q", Kind::tensor, 0},
                       {"k", Kind::tensor, 1},
                       {"w", Kind::tensor, 2},
                       {"t", Kind::index, 0}};
  AxisSize n = dynamicAxis("N", 1), d = fixedAxis("d", 4);
  result.tensors = {{"q", DType::f32, true, {n, d}}, {"k", DType::f32, true, {n, d}}, {"w", DType::f64, false, {d}}};
  result.indices = {"t"};
  result.extents = {extent("batch", Source::batch), extent("N", Source::axis, 0, 0), extent("t", Source::index, 0)};
  result.results = {{"s", DType::f32, true, {n}}};
  result.workspaces = {{"products", DType::f32, true, {n, d}}};
  return result;
}

inline Kernel kernel() { return *Kernel::create(signature(), entry, nullptr); }
} // namespace scores

} // namespace espalier

#endif
