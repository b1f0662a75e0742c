//===- ResultsTest.cpp - Results in tensors of the caller -------------------===//
#include "TestKernels.h"

using namespace espalier;

TEST(Results, destinationsAreWritten) {
  Kernel kernel = subtree_sum::kernel();
  Tree tree = *Tree::perfect(2, 2);
  Tensor x = subtree_sum::input({2, 7, 2}), y = *Tensor::zeros(DType::f32, {2, 7, 2});
  std::vector<Argument> arguments = {tree, x};
  Result<void> done = kernel.callInto(arguments, {&y, 1});
  ASSERT_TRUE(done) << done.error().message;
  auto values = y.values<float>();
  EXPECT_EQ(std::vector<float>(values.begin(), values.end()), subtree_sum::expected(x, {&tree, 1}));
}

TEST(Results, refusedDestinations) {
  Kernel kernel = subtree_sum::kernel();
  Tree tree = *Tree::perfect(2, 2);
  std::vector<float> memory(100);
  Tensor x = *Tensor::borrow(memory.data(), DType::f32, {7, 2});
  std::vector<Argument> arguments = {tree, x};
  auto refused = [&](std::vector<Tensor> results) {
    Result<void> done = kernel.callInto(arguments, results);
    return done ? "accepted" : done.error().message;
  };
  EXPECT_EQ(refused({}), "subtree_sum has 1 results, got 0 tensors for them");
  EXPECT_EQ(refused({*Tensor::zeros(DType::f64, {7, 2})}), "result y: dtype f64, expected f32");
  EXPECT_EQ(refused({*Tensor::zeros(DType::f32, {1, 7, 2})}), "result y: shape (1, 7, 2), expected (7, 2)");
  EXPECT_EQ(refused({Tensor::zeros(DType::f32, {2, 7})->permuted(Shape{1, 0})}),
            "result y: strides (1, 7) of shape (7, 2), expected a dense tensor");
  EXPECT_EQ(refused({x}), "result y shares memory with argument x");
  EXPECT_EQ(refused({*Tensor::borrow(memory.data() + 13, DType::f32, {7, 2})}),
            "result y shares memory with argument x");
  EXPECT_EQ(refused({*Tensor::borrow(memory.data() + 14, DType::f32, {7, 2})}), "accepted");
}

TEST(Results, refusedAmongThemselves) {
  Signature signature;
  signature.kernel = "two";
  signature.results = {{"a", DType::f32, false, {fixedAxis("4", 4)}}, {"b", DType::f32, false, {fixedAxis("4", 4)}}};
  Kernel kernel = *Kernel::create(signature, [](const espalier_call *) {}, nullptr);
  Tensor a = *Tensor::zeros(DType::f32, {4}), b = *Tensor::zeros(DType::f32, {4});
  EXPECT_TRUE(kernel.callInto({}, std::vector<Tensor>{a, b}));
  EXPECT_EQ(kernel.callInto({}, std::vector<Tensor>{a, a}).error().message, "result b shares memory with result a");
}

TEST(Results, noMemoryForAThread) {
  espalier_kernel entry = [](const espalier_call *call) {
    espalier_parallel_for(call, 1, 1, int64_t(1) << 60, [](const espalier_call *, int64_t, int64_t, void *) {});
  };
  Signature signature;
  signature.kernel = "greedy";
  EXPECT_EQ(refusal(*Kernel::create(signature, entry, nullptr)),
            "no memory for a thread of greedy: 1152921504606846976 bytes");
}
