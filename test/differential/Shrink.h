//===- Shrink.h - A failing program made small ------------------------------===//
#ifndef ESPALIER_TEST_DIFFERENTIAL_SHRINK_H
#define ESPALIER_TEST_DIFFERENTIAL_SHRINK_H

#include "test/differential/Run.h"

#include <functional>

namespace espalier::differential {

/// A case that still fails as `outcome` says and that no single step makes smaller: without a result, a statement, a
/// batch axis, with a smaller size or a simpler tree, with a constant or one of its parts instead of a term. At most
/// `attempts` programs are tried.
Case shrink(Case sketch, const Outcome &outcome, int attempts, const std::function<Outcome(const Case &)> &run);

} // namespace espalier::differential

#endif
