//===- ScheduledProgramsTest.cpp - The same numbers with every schedule ------===//
#ifdef ESPALIER_HAS_CPU_TARGET
#include "compiler/Driver/Program.h"

#include "runtime/ABI/ParallelFor.h"
#include "runtime/Memory/AlignedBlock.h"
#include "runtime/Tensor/Random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <ostream>

namespace espalier {
namespace {

const char *programs = R"(
def layer(x: float[..., N, d], W: float[d, d]) -> float[..., N, d]:
    for i in each(N):
        y[i] = tanh(W @ x[i]) + x[i]
        z[i] = W @ y[i]
    return z


def stretched(x: float[..., N, d], W: float[d, d]) -> float[..., N, d]:
    for i in each(N):
        y[i]: float[d] = concat(ones((1,)), reshape(sum(x[i]) * ones((d, 1)), (d,)), ones((1,)))[1:d + 1]
    return y


def scan(x: float[..., N, d], W: float[d, d]) -> float[..., N, d]:
    T = chain(N)
    for t in up(T):
        h[t] = x[t] + 0.3 * sum(W @ h[c] for c in children(t))
    return h


def attention(x: float[..., N, d], W: float[d, d]) -> float[..., N, d]:
    for i in each(N):
        y[i] = softmax(dot(x[i], x[j]) for j in range(max(0, i - 6), i + 1)) @ x
    return y
)";

struct Scheduled {
  const char *kernel, *schedule;

  friend std::ostream &operator<<(std::ostream &out, const Scheduled &of) {
    return out << of.kernel << " " << of.schedule;
  }
};

class OnSchedules : public testing::TestWithParam<Scheduled> {};

/// At sizes about those of the blocks, the bits of 1, 2 and 3 threads are equal and the values are the interpreter's.
TEST_P(OnSchedules, ResultsAreTheInterpreters) {
  Program program = *Program::fromText(programs);
  CallOptions scheduled, interpreted;
  scheduled.schedule = *schedule::parseOverrides(GetParam().schedule);
  interpreted.target = Target::interp;
  for (int64_t N : {0, 1, 2, 3, 4, 5, 15, 16, 17, 33}) {
    std::vector<NamedValue> values = {{"x", *randomTensor(DType::f64, {{2, N, 5}, 1})},
                                      {"W", *randomTensor(DType::f64, {{5, 5}, 2, 0.3})}};
    Result<std::vector<Tensor>> expected = program.call(GetParam().kernel, values, interpreted);
    ASSERT_TRUE(expected) << expected.error().message;
    std::optional<Tensor> first;
    for (int threads : {1, 2, 3}) {
      setNumThreads(threads);
      Result<std::vector<Tensor>> found = program.call(GetParam().kernel, values, scheduled);
      ASSERT_TRUE(found) << found.error().message;
      std::span<const double> numbers = (*found)[0].values<double>(), wanted = (*expected)[0].values<double>();
      ASSERT_EQ(numbers.size(), wanted.size());
      for (size_t k = 0; k < numbers.size(); ++k)
        ASSERT_NEAR(numbers[k], wanted[k], 1e-10) << "N = " << N << ", element " << k;
      if (first && !numbers.empty()) {
        EXPECT_EQ(std::memcmp(first->values<double>().data(), numbers.data(), numbers.size_bytes()), 0) << N;
      }
      first = (*found)[0];
    }
    setNumThreads(1);
  }
}

INSTANTIATE_TEST_SUITE_P(
    , OnSchedules,
    testing::Values(Scheduled{"layer", "tasks=points,together=4"},
                    Scheduled{"layer", "tasks=points,together=16,points=16"},
                    Scheduled{"layer", "tasks=points,together=3,points=7,grain=2"}, Scheduled{"layer", "tasks=axes"},
                    Scheduled{"layer", "tasks=whole,product_rows=1,product_vectors=1"},
                    Scheduled{"layer", "product_rows=32,product_vectors=4"}, Scheduled{"stretched", "tasks=points"},
                    Scheduled{"stretched", "tasks=points,together=4"}, Scheduled{"stretched", "tasks=batch"},
                    Scheduled{"scan", "grain=1"}, Scheduled{"scan", "tasks=whole"},
                    Scheduled{"attention", "rows=1,keys=1"}, Scheduled{"attention", "rows=3,keys=5"},
                    Scheduled{"attention", "rows=16,keys=2,product_rows=3"}, Scheduled{"attention", "rows=2,keys=33"}));

/// Stores past the caches must be aligned to whole vectors; the caller's memory need not be.
TEST(ScheduledPrograms, StreamedResultsMayLieAnywhere) {
  Program program = *Program::fromText(R"(
def scan(T: tree, x: float[T, d]) -> float[T, d]:
    for v in down(T):
        h[v] = x[v] + 0.5 * h[parent(v)]
    return h
)");
  constexpr int64_t numVertices = 31, channels = 32;
  std::vector<NamedValue> values = {{"T", *Tree::perfect(2, 4)},
                                    {"x", *randomTensor(DType::f32, {{numVertices, channels}, 1})}};
  std::vector<Tensor> wanted = *program.call("scan", values, {});
  CallOptions streamed;
  streamed.schedule = *schedule::parseOverrides("lanes=elements,parts=0,stores=streamed");
  Result<PreparedCall> call = program.prepare("scan", values, streamed);
  ASSERT_TRUE(call) << call.error().message;
  constexpr size_t numBytes = numVertices * channels * sizeof(float);
  AlignedBlock memory = allocateAligned(numBytes + 128);
  auto *bytes = static_cast<unsigned char *>(memory.get());
  for (size_t offset : {0, 4, 16, 32, 60, 64}) {
    std::memset(bytes, 0x55, numBytes + 128);
    Tensor result = *Tensor::borrow(bytes + offset, DType::f32, {numVertices, channels});
    Result<void> done = call->kernel.callInto(call->arguments, {&result, 1});
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(std::memcmp(bytes + offset, wanted[0].values<float>().data(), numBytes), 0) << "offset " << offset;
    for (size_t k = 0; k < offset; ++k)
      ASSERT_EQ(bytes[k], 0x55) << "before the result, offset " << offset;
    for (size_t k = offset + numBytes; k < numBytes + 128; ++k)
      ASSERT_EQ(bytes[k], 0x55) << "behind the result, offset " << offset;
  }
}

} // namespace
} // namespace espalier
#endif
