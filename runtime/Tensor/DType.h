//===- DType.h - Element types ----------------------------------------------===//
#ifndef ESPALIER_RUNTIME_TENSOR_DTYPE_H
#define ESPALIER_RUNTIME_TENSOR_DTYPE_H

#include <cstdint>
#include <string_view>

namespace espalier {

/// The element types of tensors. The language's names are those of `name`.
enum class DType : uint8_t { f64, f32, f16, bf16, i32, boolean };

constexpr int64_t sizeInBytes(DType type) {
  switch (type) {
  case DType::f64:
    return 8;
  case DType::f32:
  case DType::i32:
    return 4;
  case DType::f16:
  case DType::bf16:
    return 2;
  case DType::boolean:
    return 1;
  }
  return 0;
}

constexpr std::string_view name(DType type) {
  switch (type) {
  case DType::f64:
    return "f64";
  case DType::f32:
    return "f32";
  case DType::f16:
    return "f16";
  case DType::bf16:
    return "bf16";
  case DType::i32:
    return "i32";
  case DType::boolean:
    return "bool";
  }
  return "";
}

constexpr bool isFloat(DType type) { return type <= DType::bf16; }

} // namespace espalier

#endif
