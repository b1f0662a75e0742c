//===- ElementType.h - The C++ type of each dtype ---------------------------===//
#ifndef ESPALIER_RUNTIME_TENSOR_ELEMENTTYPE_H
#define ESPALIER_RUNTIME_TENSOR_ELEMENTTYPE_H

#include "runtime/Tensor/DType.h"
#include "runtime/Tensor/NarrowFloat.h"

#include <type_traits>

namespace espalier {

/// An element of dtype bool: one byte, 0 or 1. (A byte of another value would not be a valid C++ bool.)
enum class Boolean : uint8_t { no, yes };

template <class T>
constexpr DType dtypeOf = [] {
  static_assert(std::is_void_v<T>, "not the C++ type of a dtype");
  return DType::f32;
}();
template <> inline constexpr DType dtypeOf<double> = DType::f64;
template <> inline constexpr DType dtypeOf<float> = DType::f32;
template <> inline constexpr DType dtypeOf<Float16> = DType::f16;
template <> inline constexpr DType dtypeOf<BFloat16> = DType::bf16;
template <> inline constexpr DType dtypeOf<int32_t> = DType::i32;
template <> inline constexpr DType dtypeOf<Boolean> = DType::boolean;

/// Calls `visitor` with a value-initialised element of the dtype: visitElement(type, [&]<class T>(T) { ... }).
template <class Visitor> decltype(auto) visitElement(DType type, Visitor &&visitor) {
  switch (type) {
  case DType::f64:
    return visitor(double());
  case DType::f32:
    return visitor(float());
  case DType::f16:
    return visitor(Float16());
  case DType::bf16:
    return visitor(BFloat16());
  case DType::i32:
    return visitor(int32_t());
  case DType::boolean:
    break;
  }
  return visitor(Boolean());
}

} // namespace espalier

#endif
