//===- Shape.h - Sizes of the axes of a tensor ------------------------------===//
#ifndef ESPALIER_RUNTIME_TENSOR_SHAPE_H
#define ESPALIER_RUNTIME_TENSOR_SHAPE_H

#include "runtime/Error/Result.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace espalier {

/// Sizes, outermost axis first. The empty shape is that of a scalar.
using Shape = std::vector<int64_t>;

/// Axes that a tensor may have at most.
constexpr int64_t maxRank = 32;

/// Product of the sizes. An error where a size is negative, there are more than maxRank axes, or a dense tensor of
/// this shape (its zero sizes counted as one, so that strides are safe too) exceeds 2^63 - 1 bytes.
Result<int64_t> countElements(std::span<const int64_t> shape, int64_t elementBytes);

/// Strides, in elements, of a dense row-major tensor. The shape has passed countElements.
Shape denseStrides(std::span<const int64_t> shape);

/// The coordinates of a flat row-major index; none where the index is outside the sizes.
Shape coordinates(int64_t flat, std::span<const int64_t> sizes);

/// "(2, 3)", "(4,)", "()".
std::string toString(std::span<const int64_t> shape);

} // namespace espalier

#endif
