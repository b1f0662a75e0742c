//===- Tensor.cpp - A strided array of one element type ---------------------===//
#include "runtime/Tensor/Tensor.h"
#include "runtime/Memory/AlignedBlock.h"

#include <algorithm>
#include <cstring>

namespace espalier {

/// Whether steps are those of a dense tensor, on every axis where it matters.
static bool areDense(std::span<const int64_t> sizes, std::span<const int64_t> steps) {
  int64_t stride = 1;
  for (size_t axis = sizes.size(); axis-- > 0; stride *= sizes[axis])
    if (sizes[axis] != 1 && steps[axis] != stride)
      return false;
  return true;
}

Tensor::Tensor() : sizes{0}, steps{1} {}

Tensor::Tensor(void *address, DType dtype, Shape shape, Shape strides, int64_t count, std::shared_ptr<void> owner)
    : owner(std::move(owner)), address(address), count(count), sizes(std::move(shape)), steps(std::move(strides)),
      elementType(dtype) {
  bool aligned = reinterpret_cast<uintptr_t>(address) % static_cast<uintptr_t>(sizeInBytes(dtype)) == 0;
  dense = count == 0 || (aligned && areDense(sizes, steps));
}

Result<Tensor> Tensor::allocate(DType dtype, Shape shape) {
  Result<int64_t> count = countElements(shape, sizeInBytes(dtype));
  if (!count)
    return count.error();
  std::shared_ptr<void> memory = allocateAligned(*count * sizeInBytes(dtype));
  if (!memory)
    return Error::of("no memory for {}{}: {} bytes", name(dtype), toString(shape), *count * sizeInBytes(dtype));
  void *address = memory.get();
  Shape strides = denseStrides(shape);
  return Tensor(address, dtype, std::move(shape), std::move(strides), *count, std::move(memory));
}

Result<Tensor> Tensor::zeros(DType dtype, Shape shape) {
  Result<Tensor> result = allocate(dtype, std::move(shape));
  if (result)
    std::memset(result->data(), 0, static_cast<size_t>(result->numBytes()));
  return result;
}

Result<Tensor> Tensor::copyOf(DType dtype, Shape shape, const void *values, int64_t count) {
  Result<Tensor> result = allocate(dtype, std::move(shape));
  if (!result)
    return result;
  if (result->numElements() != count)
    return Error::of("{} values for {}, expected {}", count, describe(*result), result->numElements());
  if (count > 0)
    std::memcpy(result->data(), values, static_cast<size_t>(result->numBytes()));
  return result;
}

Result<Tensor> Tensor::borrow(void *data, DType dtype, Shape shape, std::shared_ptr<void> owner) {
  Result<int64_t> count = countElements(shape, sizeInBytes(dtype));
  if (!count)
    return count.error();
  Shape strides = denseStrides(shape);
  return borrow(data, dtype, std::move(shape), std::move(strides), std::move(owner));
}

Result<Tensor> Tensor::borrow(void *data, DType dtype, Shape shape, Shape strides, std::shared_ptr<void> owner) {
  Result<int64_t> count = countElements(shape, sizeInBytes(dtype));
  if (!count)
    return count.error();
  if (strides.size() != shape.size())
    return Error::of("{} strides for shape {}, expected {}", strides.size(), toString(shape), shape.size());
  if (*count > 0 && !data)
    return Error::of("no memory given for {}{}", name(dtype), toString(shape));
  // The farthest element on either side: if its distance in bytes fits 62 bits, no index computation overflows.
  unsigned __int128 reach = 0;
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    uint64_t step = strides[axis] < 0 ? -static_cast<uint64_t>(strides[axis]) : static_cast<uint64_t>(strides[axis]);
    reach += static_cast<unsigned __int128>(step) * static_cast<uint64_t>(std::max<int64_t>(shape[axis] - 1, 0));
  }
  if (*count > 0 && reach * static_cast<uint64_t>(sizeInBytes(dtype)) >= uint64_t(1) << 62)
    return Error::of("strides {} of shape {} reach beyond the address space", toString(strides), toString(shape));
  return Tensor(data, dtype, std::move(shape), std::move(strides), *count, std::move(owner));
}

/// Copies `length` elements that lie `step` elements apart.
static void copyRow(const char *from, int64_t step, char *to, int64_t length, int64_t elementBytes) {
  if (step == 1) {
    std::memcpy(to, from, static_cast<size_t>(length * elementBytes));
    return;
  }
  for (int64_t i = 0; i < length; ++i)
    std::memcpy(to + i * elementBytes, from + i * step * elementBytes, static_cast<size_t>(elementBytes));
}

Result<Tensor> Tensor::contiguous() const {
  if (dense)
    return *this;
  Result<Tensor> copy = allocate(elementType, sizes);
  if (!copy)
    return copy;
  int64_t elementBytes = sizeInBytes(elementType);
  int64_t rowAxis = std::max<int64_t>(rank() - 1, 0), rowLength = rank() ? sizes[rowAxis] : 1;
  const char *from = static_cast<const char *>(address);
  char *to = static_cast<char *>(copy->address);
  Shape position(static_cast<size_t>(rowAxis), 0);
  for (int64_t rows = count / rowLength; rows-- > 0; to += rowLength * elementBytes) {
    copyRow(from, rank() ? steps[rowAxis] : 1, to, rowLength, elementBytes);
    // The next row: like the wheels of an odometer.
    for (int64_t axis = rowAxis; axis-- > 0;) {
      from += steps[axis] * elementBytes;
      if (++position[axis] < sizes[axis])
        break;
      from -= steps[axis] * elementBytes * sizes[axis];
      position[axis] = 0;
    }
  }
  return copy;
}

Result<Tensor> Tensor::reshaped(Shape shape) const {
  Result<int64_t> newCount = countElements(shape, sizeInBytes(elementType));
  if (!newCount)
    return newCount.error();
  if (*newCount != count)
    return Error::of("cannot reshape {} to {}: {} elements, expected {}", describe(*this), toString(shape), *newCount,
                     count);
  if (!dense)
    return Error::of("cannot reshape {}: its elements are not dense", describe(*this));
  return borrow(address, elementType, std::move(shape), owner);
}

Tensor Tensor::permuted(std::span<const int64_t> order) const {
  assert(order.size() == sizes.size());
  Shape newSizes(sizes.size()), newSteps(sizes.size());
  for (size_t axis = 0; axis < order.size(); ++axis) {
    newSizes[axis] = sizes[order[axis]];
    newSteps[axis] = steps[order[axis]];
  }
  return Tensor(address, elementType, std::move(newSizes), std::move(newSteps), count, owner);
}

std::string describe(const Tensor &tensor) {
  return fmt::format("{}{}", name(tensor.dtype()), toString(tensor.shape()));
}

} // namespace espalier
