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

//===-- Traffic --------------------------------------------------------------===//

namespace {

constexpr int64_t kMoved = int64_t{256} << 20, kLine = 64;
// As many streams and lines at a time as a memory likes, and as many lines ahead as hide its latency.
constexpr int64_t kStreams = 4, kLinesAtATime = 16, kLinesAhead = 48;

using Quarter [[gnu::vector_size(16), gnu::may_alias]] = long long;

/// All bits of a line, so that none can be left out.
Quarter readLine(const char *line) {
  const auto *part = reinterpret_cast<const Quarter *>(line);
  __builtin_prefetch(line + kLinesAhead * kLine);
  return (part[0] | part[1]) | (part[2] | part[3]);
}

void writeLine(char *line, Quarter value) {
  auto *part = reinterpret_cast<Quarter *>(line);
  for (int quarter = 0; quarter < 4; ++quarter)
#if defined(__x86_64__)
    _mm_stream_si128(reinterpret_cast<__m128i *>(part + quarter), (__m128i)value);
#else
    part[quarter] = value;
#endif
}

} // namespace

struct TrafficProbe::Buffers {
  int64_t linesRead, linesWritten; // of each stream
  AlignedBlock from = allocateAligned(kStreams * linesRead * kLine),
               to = allocateAligned(kStreams * linesWritten * kLine);
};

TrafficProbe::TrafficProbe(double readBytes, double writtenBytes) {
  constexpr int64_t lines = kMoved / kLine / kStreams;
  double share = readBytes > 0 ? readBytes / (readBytes + writtenBytes) : 0;
  auto linesRead = static_cast<int64_t>(share * static_cast<double>(lines));
  buffers = std::make_unique<Buffers>(linesRead, lines - linesRead);
  if (buffers->from)
    std::memset(buffers->from.get(), 1, static_cast<size_t>(this->readBytes()));
  if (buffers->to)
    std::memset(buffers->to.get(), 2, static_cast<size_t>(this->writtenBytes()));
}
TrafficProbe::~TrafficProbe() = default;

int64_t TrafficProbe::readBytes() const { return kStreams * buffers->linesRead * kLine; }
int64_t TrafficProbe::writtenBytes() const { return kStreams * buffers->linesWritten * kLine; }

void TrafficProbe::run() {
  if (!buffers->from || !buffers->to)
    return;
  int64_t linesRead = buffers->linesRead, linesWritten = buffers->linesWritten;
  const auto *from = static_cast<const char *>(buffers->from.get());
  auto *to = static_cast<char *>(buffers->to.get());
  Quarter seen = {};
  int64_t rounds = (linesRead + linesWritten) / kLinesAtATime;
  for (int64_t round = 0; round < rounds; ++round) {
    int64_t firstRead = linesRead * round / rounds, endRead = linesRead * (round + 1) / rounds,
            firstWritten = linesWritten * round / rounds, endWritten = linesWritten * (round + 1) / rounds;
    for (int64_t stream = 0; stream < kStreams; ++stream)
      for (int64_t line = firstRead; line < endRead; ++line)
        seen |= readLine(from + (stream * linesRead + line) * kLine);
    for (int64_t stream = 0; stream < kStreams; ++stream)
      for (int64_t line = firstWritten; line < endWritten; ++line)
        writeLine(to + (stream * linesWritten + line) * kLine, seen);
  }
#if defined(__x86_64__)
  _mm_sfence();
#endif
  asm volatile("" : : "m"(seen) : "memory"); // what was read is needed
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
