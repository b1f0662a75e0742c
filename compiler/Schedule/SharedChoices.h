//===- SharedChoices.h - Sizes that every group has -------------------------===//
#ifndef ESPALIER_COMPILER_SCHEDULE_SHAREDCHOICES_H
#define ESPALIER_COMPILER_SCHEDULE_SHAREDCHOICES_H

#include "compiler/Schedule/Choices.h"
#include "compiler/Schedule/CostModel.h"

namespace espalier::schedule {

/// "5.2 us".
std::string durationText(double nanoseconds);
/// "1.5 KB".
std::string bytesText(double bytes);

/// Tasks of one chunk, at most `most`; 1 where there is one task only.
int64_t chooseGrain(Choices &choices, bool isOneTask, double nanosecondsPerTask, int64_t most,
                    const TargetDescription &target);

/// `isUsed`: the group has products.
RegisterBlock chooseRegisterBlock(Choices &choices, bool isUsed, bool areAbreast, const TargetDescription &target);

} // namespace espalier::schedule

#endif
