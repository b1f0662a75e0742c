//===- Shape.cpp - Sizes of the axes of a tensor ----------------------------===//
#include "runtime/Tensor/Shape.h"

#include <algorithm>

namespace espalier {

static Error tooLarge(std::span<const int64_t> shape) {
  bool isEmpty = std::find(shape.begin(), shape.end(), 0) != shape.end();
  return Error::of("shape {} is too large: {}more than 2^63 - 1 bytes", toString(shape),
                   isEmpty ? "its sizes other than 0 make " : "");
}

Result<int64_t> countElements(std::span<const int64_t> shape, int64_t elementBytes) {
  if (static_cast<int64_t>(shape.size()) > maxRank)
    return Error::of("a tensor of {} axes, expected at most {}", shape.size(), maxRank);
  int64_t count = 1, bytes = elementBytes;
  for (int64_t size : shape) {
    if (size < 0)
      return Error::of("negative size {} in shape {}", size, toString(shape));
    if (__builtin_mul_overflow(bytes, std::max<int64_t>(size, 1), &bytes))
      return tooLarge(shape);
    count *= size;
  }
  return count;
}

Shape denseStrides(std::span<const int64_t> shape) {
  Shape strides(shape.size());
  int64_t stride = 1;
  for (size_t axis = shape.size(); axis-- > 0; stride *= std::max<int64_t>(shape[axis], 1))
    strides[axis] = stride;
  return strides;
}

Shape coordinates(int64_t flat, std::span<const int64_t> sizes) {
  Shape place(sizes.size());
  for (size_t axis = sizes.size(); axis-- > 0;) {
    if (sizes[axis] <= 0)
      return {};
    place[axis] = flat % sizes[axis];
    flat /= sizes[axis];
  }
  return flat == 0 ? place : Shape();
}

std::string toString(std::span<const int64_t> shape) {
  return shape.size() == 1 ? fmt::format("({},)", shape[0]) : fmt::format("({})", fmt::join(shape, ", "));
}

} // namespace espalier
