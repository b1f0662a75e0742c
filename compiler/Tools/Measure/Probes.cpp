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

/// x = x * a + b in kChains vectors, of a processor's own instructions. The numbers stay near 1.
#define ESPALIER_MULTIPLY_ADD(NAME, TARGET, VECTOR, SPREAD, FMA)                                                       \
  __attribute__((target(TARGET))) void NAME() {                                                                        \
    VECTOR x[kChains], a = SPREAD(0.999f), b = SPREAD(0.001f);                                                         \
    for (int chain = 0; chain < kChains; ++chain)                                                                      \
      x[chain] = SPREAD(1 + 0.001f * float(chain));                                                                    \
    for (int round = 0; round < kRounds; ++round) {                                                                    \
      _Pragma("GCC unroll 12") for (int chain = 0; chain < kChains; ++chain) x[chain] = FMA(x[chain], a, b);           \
    }                                                                                                                  \
    for (int chain = 0; chain < kChains; ++chain)                                                                      \
      asm volatile("" : : "v"(x[chain])); /* each one is needed */                                                     \
  }

#if defined(__x86_64__)
ESPALIER_MULTIPLY_ADD(singles512, "avx512f", __m512, _mm512_set1_ps, _mm512_fmadd_ps)
ESPALIER_MULTIPLY_ADD(doubles512, "avx512f", __m512d, _mm512_set1_pd, _mm512_fmadd_pd)
ESPALIER_MULTIPLY_ADD(singles256, "avx2,fma", __m256, _mm256_set1_ps, _mm256_fmadd_ps)
ESPALIER_MULTIPLY_ADD(doubles256, "avx2,fma", __m256d, _mm256_set1_pd, _mm256_fmadd_pd)
int vectorBytes() {
  return __builtin_cpu_supports("avx512f")                                 ? 64
         : __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? 32
                                                                           : 16;
}
#else
int vectorBytes() { return 16; }
#endif

/// The same in vectors of 16 bytes, where there are no instructions of its own.
template <class Vector, class Element> void multiplyAndAdd() {
  Vector x[kChains], a = Vector{} + Element(0.999), b = Vector{} + Element(0.001);
  for (int chain = 0; chain < kChains; ++chain)
    x[chain] = Vector{} + Element(1 + 0.001 * chain);
  for (int round = 0; round < kRounds; ++round)
#pragma GCC unroll 12
    for (int chain = 0; chain < kChains; ++chain)
      x[chain] = x[chain] * a + b;
  for (int chain = 0; chain < kChains; ++chain)
    asm volatile("" : : "m"(x[chain]));
}
using Singles [[gnu::vector_size(16)]] = float;
using Doubles [[gnu::vector_size(16)]] = double;

} // namespace

double FmaProbe::operations() const { return 2.0 * kRounds * kChains * double(vectorBytes() / elementBytes); }

void FmaProbe::run() {
  bool isDouble = elementBytes == 8;
#if defined(__x86_64__)
  if (vectorBytes() == 64)
    return isDouble ? doubles512() : singles512();
  if (vectorBytes() == 32)
    return isDouble ? doubles256() : singles256();
#endif
  isDouble ? multiplyAndAdd<Doubles, double>() : multiplyAndAdd<Singles, float>();
}

} // namespace espalier::measure
