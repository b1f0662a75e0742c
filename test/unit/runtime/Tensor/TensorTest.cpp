//===- TensorTest.cpp - Memory, strides and dtypes of tensors ---------------===//
#include "runtime/Tensor/Tensor.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

using namespace espalier;

static std::string refusal(const Result<Tensor> &tensor) { return tensor ? "accepted" : tensor.error().message; }

TEST(Tensor, allocatesAlignedMemory) {
  for (int64_t size : {0, 1, 2, 15, 16, 17, 31, 1021})
    for (DType dtype : {DType::f64, DType::f32, DType::f16, DType::bf16, DType::i32, DType::boolean}) {
      Result<Tensor> tensor = Tensor::zeros(dtype, {size, 3});
      ASSERT_TRUE(tensor);
      EXPECT_EQ(reinterpret_cast<uintptr_t>(tensor->data()) % 64, 0u);
      EXPECT_NE(tensor->data(), nullptr);
      EXPECT_EQ(tensor->numElements(), 3 * size);
      EXPECT_EQ(tensor->numBytes(), 3 * size * sizeInBytes(dtype));
      EXPECT_TRUE(tensor->isDense());
    }
}

TEST(Tensor, scalarsAndCopies) {
  Result<Tensor> scalar = Tensor::of<double>({}, {2.5});
  ASSERT_TRUE(scalar);
  EXPECT_EQ(scalar->rank(), 0);
  EXPECT_EQ(scalar->numElements(), 1);
  Tensor shared = *scalar;
  *shared.data<double>() = 7;
  EXPECT_EQ(*scalar->data<double>(), 7);
  EXPECT_EQ(describe(*scalar), "f64()");
}

TEST(Tensor, borrowsAndKeepsTheOwnerAlive) {
  auto owner = std::make_shared<std::vector<float>>(6, 1.0f);
  std::weak_ptr<std::vector<float>> watch = owner;
  {
    Result<Tensor> tensor = Tensor::borrow(owner->data(), DType::f32, {2, 3}, owner);
    owner.reset();
    ASSERT_TRUE(tensor);
    EXPECT_FALSE(watch.expired());
  }
  EXPECT_TRUE(watch.expired());
}

TEST(Tensor, refuses) {
  float memory[4];
  EXPECT_EQ(refusal(Tensor::allocate(DType::f32, {2, -3})), "negative size -3 in shape (2, -3)");
  EXPECT_EQ(refusal(Tensor::allocate(DType::f64, {int64_t(1) << 31, int64_t(1) << 30})),
            "shape (2147483648, 1073741824) is too large: more than 2^63 - 1 bytes");
  EXPECT_EQ(refusal(Tensor::allocate(DType::f32, {int64_t(1) << 60})),
            "no memory for f32(1152921504606846976,): 4611686018427387904 bytes");
  EXPECT_EQ(refusal(Tensor::of<float>({2, 2}, {1, 2, 3})), "3 values for f32(2, 2), expected 4");
  EXPECT_EQ(refusal(Tensor::borrow(nullptr, DType::f32, {1})), "no memory given for f32(1,)");
  EXPECT_EQ(refusal(Tensor::borrow(memory, DType::f32, {2, 2}, Shape{2})), "1 strides for shape (2, 2), expected 2");
  EXPECT_EQ(refusal(Tensor::borrow(memory, DType::f32, {2, 3}, Shape{INT64_MIN, 1})),
            "strides (-9223372036854775808, 1) of shape (2, 3) reach beyond the address space");
  EXPECT_EQ(refusal(Tensor::borrow(memory, DType::f32, {2, 2})->reshaped({3})),
            "cannot reshape f32(2, 2) to (3,): 3 elements, expected 4");
}

TEST(Tensor, stridedTensorsBecomeContiguous) {
  std::vector<float> memory(24);
  std::iota(memory.begin(), memory.end(), 0.0f);
  struct Case {
    Shape shape, strides;
    int64_t first;
    std::vector<float> expected;
  };
  const Case cases[] = {
      {{2, 3}, {1, 2}, 0, {0, 2, 4, 1, 3, 5}},               // transposed
      {{3}, {-2}, 4, {4, 2, 0}},                             // backwards
      {{2, 2}, {0, 1}, 5, {5, 6, 5, 6}},                     // one row twice
      {{2, 1, 2}, {12, 99, 3}, 1, {1, 4, 13, 16}},           // the stride of an axis of size one does not matter
      {{2, 2, 2}, {8, 2, 1}, 0, {0, 1, 2, 3, 8, 9, 10, 11}}, // gaps
      {{}, {}, 7, {7}},
  };
  for (const Case &c : cases) {
    Result<Tensor> tensor = Tensor::borrow(memory.data() + c.first, DType::f32, c.shape, c.strides);
    ASSERT_TRUE(tensor) << tensor.error().message;
    Result<Tensor> dense = tensor->contiguous();
    ASSERT_TRUE(dense);
    EXPECT_TRUE(dense->isDense());
    EXPECT_EQ(dense->shape(), c.shape);
    auto values = dense->values<float>();
    EXPECT_EQ(std::vector<float>(values.begin(), values.end()), c.expected);
  }
}

TEST(Tensor, whatIsDenseIsNotCopied) {
  std::vector<float> memory(6);
  Result<Tensor> tensor = Tensor::borrow(memory.data(), DType::f32, {2, 1, 3}, Shape{3, 1000, 1});
  EXPECT_TRUE(tensor->isDense());
  EXPECT_EQ(tensor->contiguous()->data(), memory.data());
  Result<Tensor> empty = Tensor::borrow(nullptr, DType::f32, {0, 5}, Shape{7, 7});
  ASSERT_TRUE(empty);
  EXPECT_TRUE(empty->isDense());
}

TEST(Tensor, misalignedMemoryIsCopied) {
  alignas(8) char memory[20] = {};
  float one = 1;
  std::memcpy(memory + 1, &one, sizeof one);
  Result<Tensor> tensor = Tensor::borrow(memory + 1, DType::f32, {2});
  ASSERT_TRUE(tensor);
  EXPECT_FALSE(tensor->isDense());
  EXPECT_EQ(tensor->contiguous()->values<float>()[0], 1);
}

TEST(Tensor, permutes) {
  Result<Tensor> tensor = Tensor::of<int32_t>({2, 3}, {0, 1, 2, 3, 4, 5});
  Tensor transposed = tensor->permuted(std::vector<int64_t>{1, 0});
  EXPECT_EQ(transposed.shape(), (Shape{3, 2}));
  EXPECT_EQ(transposed.contiguous()->values<int32_t>()[1], 3);
}

TEST(Tensor, converts) {
  Result<Tensor> wide = Tensor::of<double>({4}, {0, -1.5, 1.0 / 3, 70000});
  EXPECT_EQ(wide->to(DType::f32)->values<float>()[2], static_cast<float>(1.0 / 3));
  EXPECT_EQ(wide->to(DType::f16)->values<Float16>()[3].bits, 0x7c00);
  EXPECT_EQ(wide->to(DType::bf16)->values<BFloat16>()[1].bits, 0xbfc0);
  EXPECT_EQ(wide->to(DType::boolean)->values<Boolean>()[0], Boolean::no);
  EXPECT_EQ(wide->to(DType::boolean)->values<Boolean>()[2], Boolean::yes);
  EXPECT_EQ(wide->to(DType::f64)->data(), wide->data());
  Result<Tensor> whole = Tensor::of<float>({3}, {-2147483648.0f, 5, 0});
  EXPECT_EQ(whole->to(DType::i32)->values<int32_t>()[0], INT32_MIN);
  Result<Tensor> flags = Tensor::of<Boolean>({2}, {Boolean::yes, Boolean::no});
  EXPECT_EQ(flags->to(DType::f32)->values<float>()[0], 1);
}

TEST(Tensor, refusesWhatIntegersDoNotHold) {
  EXPECT_EQ(refusal(Tensor::of<double>({2}, {1, 0.5})->to(DType::i32)), "element 1 is 0.5, which i32 does not hold");
  EXPECT_EQ(refusal(Tensor::of<double>({1}, {2147483648.0})->to(DType::i32)),
            "element 0 is 2147483648, which i32 does not hold");
  EXPECT_EQ(refusal(Tensor::of<double>({1}, {std::nan("")})->to(DType::i32)),
            "element 0 is nan, which i32 does not hold");
}
