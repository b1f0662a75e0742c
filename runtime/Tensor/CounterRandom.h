//===- CounterRandom.h - Random numbers that are functions of a counter -----===//
//
// The number at (seed, counter) depends on nothing else, and is computed by operations
// that IEEE 754 rounds exactly: the same on every machine, in any order.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_TENSOR_COUNTERRANDOM_H
#define ESPALIER_RUNTIME_TENSOR_COUNTERRANDOM_H

#include <cstdint>

namespace espalier {

/// Uniform in (0, 1): an odd multiple of 2^-53.
double uniformAt(uint64_t seed, uint64_t counter);

/// ln x for x > 0 and finite, to a few units in the last place.
double naturalLogarithm(double x);

} // namespace espalier

#endif
