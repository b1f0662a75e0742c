//===- SharedChoices.cpp - Sizes that every group has -----------------------===//
#include "compiler/Schedule/SharedChoices.h"

namespace espalier::schedule {

std::string durationText(double nanoseconds) {
  return nanoseconds < 1000 ? fmt::format("{:.3g} ns", nanoseconds) : fmt::format("{:.3g} us", 1e-3 * nanoseconds);
}

std::string bytesText(double bytes) {
  constexpr double kilo = 1024, mega = kilo * kilo;
  return bytes < kilo   ? fmt::format("{:.3g} B", bytes)
         : bytes < mega ? fmt::format("{:.4g} KB", bytes / kilo)
                        : fmt::format("{:.3g} MB", bytes / mega);
}

int64_t chooseGrain(Choices &choices, bool isOneTask, double nanosecondsPerTask, int64_t most,
                    const TargetDescription &target) {
  if (isOneTask)
    return choices.choose(Key::grain, 1, "", {1, 1, "there is one task"});
  return choices.choose(Key::grain, grain(nanosecondsPerTask, target.nanosecondsPerChunk, most),
                        fmt::format("tasks of {}, chunks of at least {}", durationText(nanosecondsPerTask),
                                    durationText(target.nanosecondsPerChunk)));
}

/// Sums of points abreast are one vector each: so many hide the latency of a multiply-add, and the rows of a matrix
/// that all points share may lie in one set of the first cache, which has few more places.
constexpr int64_t kRowsAbreast = 8;

RegisterBlock chooseRegisterBlock(Choices &choices, bool isUsed, bool areAbreast, const TargetDescription &target) {
  RegisterBlock block = registerBlock(target);
  if (areAbreast)
    block = {std::min(block.rows, kRowsAbreast), 1};
  if (!isUsed)
    return block;
  block.rows = choices.choose(Key::productRows, block.rows,
                              fmt::format("{} x {} sums, {} vectors and a factor fit {} registers", block.rows,
                                          block.vectors, block.vectors, target.numVectorRegisters));
  block.vectors = choices.choose(Key::productVectors, block.vectors);
  return block;
}

} // namespace espalier::schedule
