//===- PlainTreeScan.cpp - A tree scan as one would write it in C++ ---------===//
#include "test/benchmarks/PlainTreeScan.h"

#include <algorithm>

namespace espalier::benchmarks {

namespace {
using Numbers = std::vector<float>;

struct Scan {
  Tree tree;
  std::vector<int32_t> order;
  int64_t channels;
  Numbers u, a, xi, h;

  int64_t numVertices() const { return tree.numVertices(); }
  void channelsFirst();
  void channelsLast();
};

Numbers transposed(const Numbers &rows, int64_t numRows, int64_t numColumns) {
  Numbers columns(rows.size());
  for (int64_t r = 0; r < numRows; ++r)
    for (int64_t c = 0; c < numColumns; ++c)
      columns[static_cast<size_t>(c * numRows + r)] = rows[static_cast<size_t>(r * numColumns + c)];
  return columns;
}
} // namespace

void Scan::channelsFirst() {
  const int32_t *parents = tree.parents().data();
  for (int64_t k = 0; k < channels; ++k) {
    const float *uk = u.data() + k * numVertices(), *ak = a.data() + k * numVertices();
    float *xik = xi.data() + k * numVertices(), *hk = h.data() + k * numVertices();
    std::copy(uk, uk + numVertices(), xik);
    for (size_t i = order.size(); i-- > 1;) {
      int32_t v = order[i];
      xik[parents[v]] += ak[v] * xik[v];
    }
    hk[order[0]] = xik[order[0]];
    for (size_t i = 1; i < order.size(); ++i) {
      int32_t v = order[i];
      hk[v] = (1 - ak[v] * ak[v]) * xik[v] + ak[v] * hk[parents[v]];
    }
  }
}

void Scan::channelsLast() {
  const int32_t *parents = tree.parents().data();
  const float *decays = a.data();
  float *sums = xi.data(), *states = h.data();
  std::copy(u.begin(), u.end(), sums);
  for (size_t i = order.size(); i-- > 1;) {
    int64_t v = order[i], p = parents[v];
    for (int64_t k = 0; k < channels; ++k)
      sums[p * channels + k] += decays[v * channels + k] * sums[v * channels + k];
  }
  std::copy_n(sums + order[0] * channels, channels, states + order[0] * channels);
  for (size_t i = 1; i < order.size(); ++i) {
    int64_t v = order[i], p = parents[v];
    for (int64_t k = 0; k < channels; ++k) {
      float decay = decays[v * channels + k];
      states[v * channels + k] = (1 - decay * decay) * sums[v * channels + k] + decay * states[p * channels + k];
    }
  }
}

std::function<Result<void>()> plainTreeScan(const Tree &tree, const std::vector<int32_t> &order, ChannelAxis channels,
                                            const Tensor &u, const Tensor &a) {
  std::span<const float> us = u.values<float>(), as = a.values<float>();
  auto scan = std::make_shared<Scan>(Scan{
      tree, order, u.size(1), {us.begin(), us.end()}, {as.begin(), as.end()}, Numbers(us.size()), Numbers(us.size())});
  if (channels == ChannelAxis::last)
    return [scan] { return scan->channelsLast(), Result<void>(); };
  for (Numbers *numbers : {&scan->u, &scan->a})
    *numbers = transposed(*numbers, scan->numVertices(), scan->channels);
  return [scan] { return scan->channelsFirst(), Result<void>(); };
}

} // namespace espalier::benchmarks
