//===- Probes.cpp - The limits of this machine, as they are now -------------===//
#include "compiler/Tools/Measure/Probes.h"

#include "runtime/Memory/AlignedBlock.h"

#include <cstring>
#include <utility>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace espalier::measure {

//===-- Copies ---------------------------------------------------------------===//

namespace {

constexpr int64_t kCopied = int64_t{128} << 20;

#if defined(__x86_64__)
__attribute__((target("avx"))) void copyPastCaches(char *to, const char *from) {
  for (int64_t i = 0; i < kCopied; i += 64) {
    auto *source = reinterpret_cast<const __m256i *>(from + i);
    auto *target = reinterpret_cast<__m256i *>(to + i);
    __m256i low = _mm256_load_si256(source), high = _mm256_load_si256(source + 1);
    _mm256_stream_si256(target, low);
    _mm256_stream_si256(target + 1, high);
  }
  _mm_sfence();
}

void copy(char *to, const char *from) {
  if (__builtin_cpu_supports("avx"))
    copyPastCaches(to, from);
  else
    std::memcpy(to, from, kCopied);
}
#else
void copy(char *to, const char *from) { std::memcpy(to, from, kCopied); }
#endif

} // namespace

struct CopyProbe::Buffers {
  AlignedBlock from = allocateAligned(kCopied), to = allocateAligned(kCopied);
};

CopyProbe::CopyProbe() : buffers(std::make_unique<Buffers>()) {
  if (buffers->from)
    std::memset(buffers->from.get(), 1, kCopied);
  if (buffers->to)
    std::memset(buffers->to.get(), 2, kCopied);
}
CopyProbe::~CopyProbe() = default;

int64_t CopyProbe::bytes() { return 2 * kCopied; }

void CopyProbe::run() {
  if (!buffers->from || !buffers->to)
    return;
  copy(static_cast<char *>(buffers->to.get()), static_cast<const char *>(buffers->from.get()));
  std::swap(buffers->from, buffers->to); // so that no copy can be left out
}

//===-- Multiply-adds -------------------------------------------------------===//

namespace {

constexpr int kRounds = 1 << 16;
// Enough independent chains to hide the latency of two units, few enough for 16 registers.
constexpr int kChains = 12;

/// x = x * a + b in kChains vectors. The numbers stay near 1.
template <class Vector> [[gnu::always_inline]] inline void multiplyAdd() {
  Vector x[kChains];
  for (int chain = 0; chain < kChains; ++chain)
    x[chain] = Vector{} + 1.0f + 0.001f * chain;
  Vector a = Vector{} + 0.999f, b = Vector{} + 0.001f;
  for (int round = 0; round < kRounds; ++round)
#pragma GCC unroll 12
    for (int chain = 0; chain < kChains; ++chain) {
      x[chain] = x[chain] * a + b;
      asm volatile("" : "+v"(x[chain])); // each one is computed
    }
}

template <class Element, int bytes> using Vector [[gnu::vector_size(bytes)]] = Element;

#if defined(__x86_64__)
__attribute__((target("avx512f"), optimize("fp-contract=fast"))) void multiplyAdd512(bool isDouble) {
  isDouble ? multiplyAdd<Vector<double, 64>>() : multiplyAdd<Vector<float, 64>>();
}
__attribute__((target("avx2,fma"), optimize("fp-contract=fast"))) void multiplyAdd256(bool isDouble) {
  isDouble ? multiplyAdd<Vector<double, 32>>() : multiplyAdd<Vector<float, 32>>();
}
int vectorBytes() {
  return __builtin_cpu_supports("avx512f") ? 64 : __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? 32 : 16;
}
#else
int vectorBytes() { return 16; }
#endif

} // namespace

double FmaProbe::operations() const { return 2.0 * kRounds * kChains * double(vectorBytes() / elementBytes); }

void FmaProbe::run() {
#if defined(__x86_64__)
  if (vectorBytes() == 64)
    return multiplyAdd512(elementBytes == 8);
  if (vectorBytes() == 32)
    return multiplyAdd256(elementBytes == 8);
#endif
  elementBytes == 8 ? multiplyAdd<Vector<double, 16>>() : multiplyAdd<Vector<float, 16>>();
}

} // namespace espalier::measure
