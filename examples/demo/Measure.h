//===- Measure.h - Checks and rates of the demo -----------------------------===//
#ifndef ESPALIER_EXAMPLES_DEMO_MEASURE_H
#define ESPALIER_EXAMPLES_DEMO_MEASURE_H

#include "runtime/Tensor/Tensor.h"

namespace espalier::demo {

/// ||T x - u|| / ||u|| in double, for T of row v: A[v] x[v] + B[v] x[parent(v)] + sum over children c of B[c]^T x[c],
/// on perfect 4-ary trees. A, B: f32[copies, vertices, n, n]; x, u: f32[copies, vertices, n, 1].
double residual(const Tensor &A, const Tensor &B, const Tensor &x, const Tensor &u);

/// The largest |a - b|; a is f32, b is f32 or f64, of equal shapes.
double largestDifference(const Tensor &a, const Tensor &b);

} // namespace espalier::demo

#endif
