//===- Isolate.h - A computation in a process of its own --------------------===//
//
// A program that crashes the compiler or loops forever ends its own process only. Every child starts from the state of
// this process, which therefore must not have threads.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_TEST_DIFFERENTIAL_ISOLATE_H
#define ESPALIER_TEST_DIFFERENTIAL_ISOLATE_H

#include "test/differential/Run.h"

#include <functional>

namespace espalier::differential {

/// run() of each case, `jobs` at a time; `receive` gets the outcomes in any order, here. A crash and a program that
/// takes longer than `seconds` of processor time are failures. `next` gives the cases until it gives none.
void runIsolated(const std::function<std::optional<Case>()> &next, int jobs, int seconds,
                 const std::function<void(const Case &, const Outcome &)> &receive);

/// The same for one case.
Outcome runIsolated(const Case &sketch, int seconds);

} // namespace espalier::differential

#endif
