//===- ExtentsTest.cpp - Extents computed from others -----------------------===//
#include "TestKernels.h"

using namespace espalier;

namespace {
/// A kernel of two indices a and b that returns one number: the extent.
Kernel computing(Source source, std::vector<int32_t> factors = {0, 1}, int64_t value = 0) {
  Signature signature;
  signature.kernel = "compute";
  signature.parameters = {{"a", Kind::index, 0}, {"b", Kind::index, 1}};
  signature.indices = {"a", "b"};
  signature.extents = {
      extent("a", Source::index, 0), extent("b", Source::index, 1), {"c", source, -1, -1, value, std::move(factors)}};
  signature.results = {{"low", DType::i32, false, {}}, {"high", DType::i32, false, {}}};
  auto entry = [](const espalier_call *call) {
    *static_cast<int32_t *>(call->buffers[0]) = static_cast<int32_t>(call->extents[2] & 0xffffffff);
    *static_cast<int32_t *>(call->buffers[1]) = static_cast<int32_t>(call->extents[2] >> 32);
  };
  return *Kernel::create(signature, entry, nullptr);
}

std::string computed(const Kernel &kernel, int64_t a, int64_t b) {
  Result<std::vector<Tensor>> results = kernel.call({a, b});
  if (!results)
    return results.error().message;
  auto low = static_cast<uint32_t>(*(*results)[0].data<int32_t>());
  return std::to_string(static_cast<int64_t>(*(*results)[1].data<int32_t>()) * (int64_t(1) << 32) + low);
}
} // namespace

TEST(Extents, arithmetic) {
  struct Case {
    Source source;
    int64_t a, b;
    const char *expected;
  };
  const Case cases[] = {
      {Source::product, 6, -7, "-42"},
      {Source::product, int64_t(1) << 32, int64_t(1) << 31, "c: 4294967296 * 2147483648 overflows 64 bits"},
      {Source::sum, 5, -7, "-2"},
      {Source::sum, INT64_MAX, 1, "c: 9223372036854775807 + 1 overflows 64 bits"},
      {Source::quotient, 7, 2, "3"},
      {Source::quotient, -7, 2, "-4"},
      {Source::quotient, 7, -2, "-4"},
      {Source::quotient, -8, 2, "-4"},
      {Source::quotient, 7, 0, "c: 7 // 0 divides by zero"},
      {Source::quotient, INT64_MIN, -1, "c: -9223372036854775808 // -1 overflows 64 bits"},
      {Source::remainder, 7, 3, "1"},
      {Source::remainder, -7, 3, "2"},
      {Source::remainder, 7, -3, "-2"},
      {Source::remainder, 6, -3, "0"},
      {Source::remainder, 7, 0, "c: 7 % 0 divides by zero"},
      {Source::least, 3, -4, "-4"},
      {Source::greatest, 3, -4, "3"},
  };
  for (const Case &c : cases)
    EXPECT_EQ(computed(computing(c.source), c.a, c.b), c.expected);
}

TEST(Extents, severalFactorsAndConstants) {
  EXPECT_EQ(computed(computing(Source::product, {0, 1, 0}), 3, 5), "45");
  EXPECT_EQ(computed(computing(Source::sum, {1}), 3, 5), "5");
  EXPECT_EQ(computed(computing(Source::constant, {}, -9), 3, 5), "-9");
}

TEST(Extents, sizesOfResultsAndWorkspaces) {
  Signature signature;
  signature.kernel = "make";
  signature.parameters = {{"n", Kind::index, 0}};
  signature.indices = {"n"};
  signature.extents = {extent("n", Source::index, 0)};
  signature.results = {{"y", DType::f32, false, {dynamicAxis("n", 0)}}};
  espalier_kernel entry = [](const espalier_call *) {};
  Kernel result = *Kernel::create(signature, entry, nullptr);
  EXPECT_EQ(refusal(result, 0), "accepted");
  EXPECT_EQ(refusal(result, -3), "result y: axis n is -3, expected 0 or more");
  EXPECT_EQ(refusal(result, INT64_MAX),
            "result y: shape (9223372036854775807,) is too large: more than 2^63 - 1 bytes");
  EXPECT_EQ(refusal(result, int64_t(1) << 60),
            "result y: no memory for f32(1152921504606846976,): 4611686018427387904 bytes");
  signature.workspaces = {{"W", DType::f64, false, {dynamicAxis("n", 0), dynamicAxis("n", 0)}}};
  signature.results = {};
  Kernel workspace = *Kernel::create(signature, entry, nullptr);
  EXPECT_EQ(refusal(workspace, 10), "accepted");
  EXPECT_EQ(refusal(workspace, -1), "accepted");
  EXPECT_EQ(refusal(workspace, int64_t(1) << 31), "workspace W exceeds 2^63 - 1 bytes");
  EXPECT_EQ(refusal(workspace, int64_t(1) << 29), "no memory for the workspaces of make: 2305843009213693952 bytes");
}
