//===- Tensor.h - A strided array of one element type -----------------------===//
//
//   Result<Tensor> x = Tensor::allocate(DType::f32, {4, 16});        // owns its memory, uninitialised
//   Result<Tensor> y = Tensor::of<float>({2, 2}, {1, 2, 3, 4});      // a copy of the values
//   Result<Tensor> z = Tensor::borrow(pointer, DType::f64, {n, m});  // the caller's memory, kept alive by the caller
//   for (float &element : x->values<float>()) element = 0;           // dense tensors
//   Result<Tensor> h = x->to(DType::f16);
//
// A Tensor is a handle: a copy of it shows the same memory. Sizes are counted in
// elements, strides too (they may be zero or negative). The layout is DLPack's
// (DLPack.h).
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_TENSOR_TENSOR_H
#define ESPALIER_RUNTIME_TENSOR_TENSOR_H

#include "runtime/Tensor/ElementType.h"
#include "runtime/Tensor/Shape.h"

#include <cassert>
#include <memory>
#include <span>

namespace espalier {

class Tensor {
public:
  /// No elements: f32 of shape (0,).
  Tensor();

  /// A dense tensor that owns 64-byte-aligned, uninitialised memory. Errors: countElements', and no memory.
  static Result<Tensor> allocate(DType dtype, Shape shape);

  /// The same, all elements zero.
  static Result<Tensor> zeros(DType dtype, Shape shape);

  /// An owning copy of `values`, row-major. An error where their number is not that of the shape.
  template <class T> static Result<Tensor> of(Shape shape, std::span<const T> values) {
    return copyOf(dtypeOf<T>, std::move(shape), values.data(), static_cast<int64_t>(values.size()));
  }
  template <class T> static Result<Tensor> of(Shape shape, std::initializer_list<T> values) {
    return of(std::move(shape), std::span<const T>(values.begin(), values.size()));
  }

  /// Memory of another owner; `data` is the address of element (0, .., 0). `owner` (may be null) lives as long as any
  /// handle does. Without strides the tensor is dense. Errors: countElements', another number of strides than of
  /// sizes, strides beyond the address space, no address for a tensor that has elements.
  static Result<Tensor> borrow(void *data, DType dtype, Shape shape, std::shared_ptr<void> owner = nullptr);
  static Result<Tensor> borrow(void *data, DType dtype, Shape shape, Shape strides,
                               std::shared_ptr<void> owner = nullptr);

  DType dtype() const { return elementType; }
  const Shape &shape() const { return sizes; }
  const Shape &strides() const { return steps; }
  int64_t rank() const { return static_cast<int64_t>(sizes.size()); }
  int64_t size(int64_t axis) const { return sizes[axis]; }
  int64_t numElements() const { return count; }
  int64_t numBytes() const { return count * sizeInBytes(elementType); }

  /// Whether the elements lie row-major without gaps, each aligned to its size. (True of every tensor without
  /// elements.)
  bool isDense() const { return dense; }

  /// The address of element (0, .., 0).
  void *data() const { return address; }
  template <class T> T *data() const {
    assert(dtypeOf<T> == elementType);
    return static_cast<T *>(address);
  }
  /// All elements of a dense tensor.
  template <class T> std::span<T> values() const {
    assert(dense);
    return {data<T>(), static_cast<size_t>(count)};
  }

  /// This tensor if it is dense, else a dense copy.
  Result<Tensor> contiguous() const;

  /// The same elements with other axes. Errors: not dense, or another number of elements.
  Result<Tensor> reshaped(Shape shape) const;

  /// Axis i of the result is axis order[i] of this tensor; no copy. `order` is a permutation of the axes.
  Tensor permuted(std::span<const int64_t> order) const;

  /// This tensor if it has that dtype, else a dense converted copy: floats rounded to nearest even, bool as 0 and 1,
  /// anything but zero as true. To i32 only values that i32 holds: a fraction, a NaN or a value out of range is an
  /// error.
  Result<Tensor> to(DType dtype) const;

private:
  Tensor(void *address, DType dtype, Shape shape, Shape strides, int64_t count, std::shared_ptr<void> owner);
  static Result<Tensor> copyOf(DType dtype, Shape shape, const void *values, int64_t count);

  std::shared_ptr<void> owner;
  void *address = nullptr;
  int64_t count = 0;
  Shape sizes, steps;
  DType elementType = DType::f32;
  bool dense = true;
};

/// "f32(2, 3)".
std::string describe(const Tensor &tensor);

} // namespace espalier

#endif
