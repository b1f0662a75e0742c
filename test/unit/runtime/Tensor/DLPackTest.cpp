//===- DLPackTest.cpp - Layout and ownership of exchanged tensors -----------===//
#include "runtime/Tensor/DLPack.h"

#include <gtest/gtest.h>

#include <cstddef>

using namespace espalier;
using namespace espalier::dlpack;

// The layout of the format on machines with 64-bit pointers.
static_assert(offsetof(View, data) == 0 && offsetof(View, device) == 8 && offsetof(View, rank) == 16);
static_assert(offsetof(View, element) == 20 && offsetof(View, shape) == 24 && offsetof(View, strides) == 32);
static_assert(offsetof(View, byteOffset) == 40 && sizeof(View) == 48);
static_assert(offsetof(ManagedTensor, owner) == 48 && offsetof(ManagedTensor, release) == 56 &&
              sizeof(ManagedTensor) == 64);

TEST(DLPack, thereAndBack) {
  for (DType dtype : {DType::f64, DType::f32, DType::f16, DType::bf16, DType::i32, DType::boolean}) {
    Result<Tensor> tensor = Tensor::zeros(dtype, {2, 3});
    Tensor transposed = tensor->permuted(Shape{1, 0});
    void *memory = tensor->data();
    ManagedTensor *exported = toDLPack(transposed);
    *tensor = Tensor(); // the exported one keeps the memory
    Result<Tensor> imported = fromDLPack(exported);
    ASSERT_TRUE(imported);
    EXPECT_EQ(imported->data(), memory);
    EXPECT_EQ(imported->dtype(), dtype);
    EXPECT_EQ(imported->shape(), (Shape{3, 2}));
    EXPECT_EQ(imported->strides(), (Shape{1, 3}));
  }
}

TEST(DLPack, byteOffsetAndNoStrides) {
  static int released;
  released = 0;
  float memory[5] = {0, 1, 2, 3, 4};
  int64_t shape[] = {2, 2};
  ManagedTensor managed{{memory, {DeviceKind::cpu, 0}, 2, {TypeCode::ieeeFloat, 32, 1}, shape, nullptr, 4},
                        nullptr,
                        [](ManagedTensor *) { ++released; }};
  {
    Result<Tensor> tensor = fromDLPack(&managed);
    ASSERT_TRUE(tensor);
    EXPECT_EQ(tensor->values<float>()[3], 4);
    EXPECT_EQ(released, 0);
  }
  EXPECT_EQ(released, 1);
}

TEST(DLPack, refusesAndReleases) {
  static int released;
  released = 0;
  int64_t shape[] = {2};
  View good{shape, {DeviceKind::cpu, 0}, 1, {TypeCode::ieeeFloat, 32, 1}, shape, nullptr, 0};
  auto refusal = [&](auto change) {
    ManagedTensor managed{good, nullptr, [](ManagedTensor *) { ++released; }};
    change(managed.view);
    Result<Tensor> tensor = fromDLPack(&managed);
    return tensor ? "accepted" : tensor.error().message;
  };
  EXPECT_EQ(refusal([](View &view) { view.device.kind = DeviceKind(2); }),
            "DLPack tensor on device kind 2, expected 1 (the CPU)");
  EXPECT_EQ(refusal([](View &view) { view.element = {TypeCode::signedInteger, 64, 1}; }),
            "DLPack element type of code 0, 64 bits, 1 lanes has no dtype, expected f64, f32, f16, bf16, i32 or bool");
  EXPECT_EQ(refusal([](View &view) { view.element.lanes = 4; }),
            "DLPack element type of code 2, 32 bits, 4 lanes has no dtype, expected f64, f32, f16, bf16, i32 or bool");
  EXPECT_EQ(refusal([](View &view) { view.rank = -1; }), "DLPack tensor of -1 axes, expected 0 .. 32");
  EXPECT_EQ(refusal([](View &view) { view.data = nullptr; }), "no memory given for f32(2,)");
  EXPECT_EQ(refusal([&](View &) { shape[0] = -2; }), "negative size -2 in shape (-2,)");
  EXPECT_EQ(released, 6);
}
