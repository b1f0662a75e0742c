//===- DrawSchedule.cpp - Sizes that a program could run with ----------------===//
#include "test/differential/DrawSchedule.h"

#include "test/differential/Dice.h"

#include <fmt/format.h>

#include <algorithm>

namespace espalier::differential {

using schedule::Key;

/// Small sizes, those about the widths of vectors and tiles, and now and then the ends.
static int64_t drawValue(const schedule::Choice &choice, Dice &dice) {
  constexpr int64_t large = 100; // scratch and programs of tiles grow with it, and the domains are small
  int64_t most = std::min(choice.most, large);
  if (dice.chance(0.2))
    return dice.pick({choice.least, most});
  int64_t value = dice.pick({1, 2, 3, 4, 5, 7, 8, 9, 13, 15, 16, 17, 31, 32, 33, 64});
  return std::clamp(value, choice.least, most);
}

/// Which other sizes there are depends on these; on tasks, whether there are lanes or parts to choose.
static bool decidesOthers(Key key) {
  return key == Key::tasks || key == Key::lanes || key == Key::parts || key == Key::residence || key == Key::sums;
}

/// Steps that are composed, and paths, are not stored over others: not where that was drawn.
static bool isExcluded(Key key, const schedule::Group &group) {
  bool isInPlace = std::ranges::any_of(group.choices, [](const schedule::Choice &one) {
    return one.key == Key::residence && one.reason.starts_with("overridden");
  });
  return isInPlace && (key == Key::together || key == Key::paths);
}

static schedule::Overrides draw(const std::vector<schedule::Group> &groups, uint64_t seed, bool ofTasks,
                                double probability) {
  schedule::Overrides drawn;
  for (size_t group = 0; group < groups.size(); ++group)
    for (const schedule::Choice &choice : groups[group].choices) {
      Dice dice(seed, fmt::format("{}.{}", group, schedule::rowOf(choice.key).name));
      bool hasTasks = !drawn.empty() && drawn.back().group == int64_t(group);
      // Steps that are composed take all channels.
      bool hasSteps = std::ranges::any_of(drawn, [&](const schedule::Override &one) {
        return one.group == int64_t(group) && one.key == Key::together && one.value > 1;
      });
      // A chain has parts only where its steps are composed.
      bool isCut =
          choice.key == Key::together && std::ranges::any_of(groups[group].choices, [](const schedule::Choice &one) {
            return one.key == Key::parts && one.value > 0;
          });
      if (isCut || isExcluded(choice.key, groups[group]) || decidesOthers(choice.key) != ofTasks ||
          (ofTasks && hasTasks) || choice.least >= choice.most || (choice.key == Key::channels && hasSteps) ||
          !dice.chance(probability))
        continue;
      bool hasWords = !schedule::rowOf(choice.key).words.empty();
      int64_t value = hasWords ? dice.between(choice.least, choice.most) : drawValue(choice, dice);
      if (value != choice.value && value != choice.missing)
        drawn.push_back({choice.key, value, static_cast<int64_t>(group)});
    }
  return drawn;
}

schedule::Overrides drawTasks(const std::vector<schedule::Group> &groups, uint64_t seed) {
  return draw(groups, seed, true, 0.4);
}

schedule::Overrides drawSizes(const std::vector<schedule::Group> &groups, uint64_t seed) {
  return draw(groups, seed, false, 0.6);
}

} // namespace espalier::differential
