//===- DLPack.cpp - Tensors to and from other libraries ---------------------===//
#include "runtime/Tensor/DLPack.h"

namespace espalier::dlpack {

namespace {
struct TypeRow {
  DType dtype;
  TypeCode code;
  uint8_t bits;
};

/// What an exported tensor keeps alive.
struct Exported {
  Tensor tensor;
  Shape shape, strides;
  ManagedTensor managed;
};
} // namespace

static constexpr TypeRow typeTable[] = {
    {DType::f64, TypeCode::ieeeFloat, 64},     {DType::f32, TypeCode::ieeeFloat, 32},
    {DType::f16, TypeCode::ieeeFloat, 16},     {DType::bf16, TypeCode::bfloat, 16},
    {DType::i32, TypeCode::signedInteger, 32}, {DType::boolean, TypeCode::boolean, 8},
};

ManagedTensor *toDLPack(const Tensor &tensor) {
  auto *exported = new Exported{tensor, tensor.shape(), tensor.strides(), {}};
  const TypeRow *type = typeTable;
  while (type->dtype != tensor.dtype())
    ++type;
  exported->managed.view = {tensor.data(),
                            {DeviceKind::cpu, 0},
                            static_cast<int32_t>(tensor.rank()),
                            {type->code, type->bits, 1},
                            exported->shape.data(),
                            exported->strides.data(),
                            0};
  exported->managed.owner = exported;
  exported->managed.release = [](ManagedTensor *self) { delete static_cast<Exported *>(self->owner); };
  return &exported->managed;
}

static Result<DType> dtypeOfElement(ElementType element) {
  for (const TypeRow &row : typeTable)
    if (row.code == element.code && row.bits == element.bits && element.lanes == 1)
      return row.dtype;
  return Error::of("DLPack element type of code {}, {} bits, {} lanes has no dtype, expected f64, f32, f16, bf16, "
                   "i32 or bool",
                   static_cast<int>(element.code), element.bits, element.lanes);
}

Result<Tensor> fromDLPack(ManagedTensor *managed) {
  std::shared_ptr<void> owner(managed, [](void *memory) {
    auto *self = static_cast<ManagedTensor *>(memory);
    if (self->release)
      self->release(self);
  });
  const View &view = managed->view;
  if (view.device.kind != DeviceKind::cpu)
    return Error::of("DLPack tensor on device kind {}, expected 1 (the CPU)", static_cast<int>(view.device.kind));
  Result<DType> dtype = dtypeOfElement(view.element);
  if (!dtype)
    return dtype.error();
  if (view.rank < 0 || view.rank > maxRank)
    return Error::of("DLPack tensor of {} axes, expected 0 .. {}", view.rank, maxRank);
  void *data = view.data ? static_cast<char *>(view.data) + view.byteOffset : nullptr;
  Shape shape(view.shape, view.shape + view.rank);
  if (!view.strides)
    return Tensor::borrow(data, *dtype, std::move(shape), std::move(owner));
  return Tensor::borrow(data, *dtype, std::move(shape), Shape(view.strides, view.strides + view.rank),
                        std::move(owner));
}

} // namespace espalier::dlpack
