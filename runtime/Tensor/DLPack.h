//===- DLPack.h - Tensors to and from other libraries -----------------------===//
//
// The structures of DLPack 0.x (the exchange format of Python's array libraries) in
// our own words: names are ours, the layout is the format's.
//
//   dlpack::ManagedTensor *exported = dlpack::toDLPack(tensor);   // the receiver calls exported->release(exported)
//   Result<Tensor> imported = dlpack::fromDLPack(managed);        // takes it over: released with the last handle
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_TENSOR_DLPACK_H
#define ESPALIER_RUNTIME_TENSOR_DLPACK_H

#include "runtime/Tensor/Tensor.h"

namespace espalier::dlpack {

enum class DeviceKind : int32_t { cpu = 1 };
enum class TypeCode : uint8_t { signedInteger = 0, unsignedInteger = 1, ieeeFloat = 2, bfloat = 4, boolean = 6 };

struct Device {
  DeviceKind kind;
  int32_t id;
};

struct ElementType {
  TypeCode code;
  uint8_t bits;
  uint16_t lanes; // 1: elements are numbers, not vectors
};

struct View {
  void *data;
  Device device;
  int32_t rank;
  ElementType element;
  int64_t *shape;
  int64_t *strides; // in elements; null where dense and row-major
  uint64_t byteOffset;
};

/// A view with an owner: whoever receives it calls `release` once, when done.
struct ManagedTensor {
  View view;
  void *owner;
  void (*release)(ManagedTensor *self); // may be null
};

/// Shares the memory of the tensor; never null.
ManagedTensor *toDLPack(const Tensor &tensor);

/// Shares the memory of `managed`, which is released with the last handle, and at once where the answer is an error:
/// another device than the CPU, an element type that has no dtype, a negative rank or size.
Result<Tensor> fromDLPack(ManagedTensor *managed);

} // namespace espalier::dlpack

#endif
