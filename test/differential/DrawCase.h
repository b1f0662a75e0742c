//===- DrawCase.h - A whole program from a seed -----------------------------===//
#ifndef ESPALIER_TEST_DIFFERENTIAL_DRAWCASE_H
#define ESPALIER_TEST_DIFFERENTIAL_DRAWCASE_H

#include "test/differential/Case.h"

namespace espalier::differential {

/// The program of a seed. Without `floatType` it is f32 or f64, as the seed says.
Case drawCase(uint64_t seed, std::optional<DType> floatType);

} // namespace espalier::differential

#endif
