//===- NpyWrite.cpp - From a tensor to a .npy file --------------------------===//
#include "runtime/File/AtomicFile.h"
#include "runtime/Tensor/Npy.h"
#include "runtime/Tensor/NpyHeader.h"

#include <bit>

namespace espalier {

static_assert(std::endian::native == std::endian::little, "elements are written as they lie in memory");

static std::string_view descrOf(DType dtype) {
  switch (dtype) {
  case DType::f64:
    return "<f8";
  case DType::f16:
    return "<f2";
  case DType::i32:
    return "<i4";
  case DType::boolean:
    return "|b1";
  case DType::f32:
  case DType::bf16:
    break;
  }
  return "<f4";
}

Result<void> writeNpy(const std::string &path, const Tensor &tensor) {
  Result<Tensor> dense = tensor.dtype() == DType::bf16 ? tensor.to(DType::f32) : tensor.contiguous();
  if (!dense)
    return dense.error().within(path);
  Result<AtomicFile> file = AtomicFile::create(path);
  if (!file)
    return file.error();
  std::string header = formatNpyHeader({std::string(descrOf(dense->dtype())), false, dense->shape()});
  if (Result<void> done = file->write(header.data(), static_cast<int64_t>(header.size())); !done)
    return done;
  if (Result<void> done = file->write(dense->data(), dense->numBytes()); !done)
    return done;
  return file->commit();
}

} // namespace espalier
