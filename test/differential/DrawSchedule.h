//===- DrawSchedule.h - Sizes that a program could run with ------------------===//
#ifndef ESPALIER_TEST_DIFFERENTIAL_DRAWSCHEDULE_H
#define ESPALIER_TEST_DIFFERENTIAL_DRAWSCHEDULE_H

#include "compiler/Schedule/Choices.h"

namespace espalier::differential {

/// Other tasks for some of the groups: what the other sizes may be depends on them.
schedule::Overrides drawTasks(const std::vector<schedule::Group> &groups, uint64_t seed);

/// Other sizes for some of the groups, within what each can take. Every size of every group has dice of its own, so
/// that a smaller program has the same ones.
schedule::Overrides drawSizes(const std::vector<schedule::Group> &groups, uint64_t seed);

} // namespace espalier::differential

#endif
