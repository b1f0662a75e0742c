//===- FillArguments.h - The values that a program is called with -----------===//
#ifndef ESPALIER_TEST_DIFFERENTIAL_FILLARGUMENTS_H
#define ESPALIER_TEST_DIFFERENTIAL_FILLARGUMENTS_H

#include "compiler/Driver/Program.h"
#include "test/differential/Case.h"

namespace espalier::differential {

/// Values that the case's seed and the names of the parameters fix. With `perturbation` (and the seed of its signs)
/// every number that no comparison and no choice of a tree depends on is changed by about this share of itself.
Result<std::vector<NamedValue>> fillArguments(const Case &sketch, double perturbation = 0, uint64_t signs = 0);

} // namespace espalier::differential

#endif
