//===- Choices.cpp - What was chosen for each group, and why ----------------===//
#include "compiler/Schedule/Choices.h"

#include <fmt/ranges.h>

#include <algorithm>

namespace espalier::schedule {

static std::string spelled(const Choice &choice) {
  return fmt::format("{} {}{}{}", rowOf(choice.key).name, spelled(choice.key, choice.value),
                     choice.reason.empty() ? "" : ": ", choice.reason);
}

std::string describe(std::span<const Group> groups) {
  std::string text;
  for (size_t number = 0; number < groups.size(); ++number) {
    text += fmt::format("group {}: {}\n", number, groups[number].what);
    for (const Choice &choice : groups[number].choices)
      text += "  " + spelled(choice) + "\n";
  }
  return text;
}

std::string Choices::reasons() const {
  std::string text;
  for (const Choice &choice : decided.back().choices)
    if (!choice.reason.empty())
      text += (text.empty() ? "" : "; ") + spelled(choice);
  return text;
}

static std::string refusal(int64_t group, Key key, const Choice &choice, const Range &range) {
  std::string least = spelled(key, choice.least), most = spelled(key, choice.most);
  std::string taken = choice.least == choice.most ? fmt::format("{} only", least)
                      : range.missing             ? fmt::format("{} or {}", least, most)
                                                  : fmt::format("from {} to {}", least, most);
  std::string_view reason = range.reason;
  return fmt::format("group {} takes {} {}{}{}", group, rowOf(key).name, taken, reason.empty() ? "" : ": ", reason);
}

int64_t Choices::choose(Key key, int64_t value, std::string reason, Range range) {
  const KeyRow &row = rowOf(key);
  Choice choice{
      key, value, std::max(row.least, range.least), std::min(row.most, range.most), std::move(reason), range.missing};
  bool isOwn = false; // an override of this group goes before one of all
  for (size_t k = 0; k < overrides.size(); ++k) {
    const Override &setting = overrides[k];
    if (setting.key != key || (setting.group && *setting.group != group()))
      continue;
    if (setting.value < choice.least || setting.value > choice.most || setting.value == range.missing) {
      if (fates[k].refusal.empty())
        fates[k].refusal = refusal(group(), key, choice, range);
      continue;
    }
    fates[k].isTaken = true;
    if (isOwn)
      continue;
    isOwn = setting.group.has_value();
    choice.value = setting.value;
    choice.reason = fmt::format("overridden, instead of {}", schedule::spelled(key, value));
  }
  decided.back().choices.push_back(choice);
  return choice.value;
}

bool Choices::isStated(Key key) const {
  return std::any_of(overrides.begin(), overrides.end(), [&](const Override &setting) {
    return setting.key == key && (!setting.group || *setting.group == group());
  });
}

/// What can be set where an override wants something that is not there.
std::string Choices::otherKeys(const Override &setting) const {
  if (decided.empty())
    return "the kernel has no sweep";
  if (setting.group && *setting.group > group())
    return group() == 0 ? "the one group of the kernel is 0"
                        : fmt::format("the groups of the kernel are 0 to {}", group());
  std::vector<std::string> there;
  for (const Group &group : decided)
    for (const Choice &choice : group.choices) {
      bool isMeant = !setting.group || &group == &decided[static_cast<size_t>(*setting.group)];
      std::string name(rowOf(choice.key).name);
      if (isMeant && std::find(there.begin(), there.end(), name) == there.end())
        there.push_back(std::move(name));
    }
  std::string_view needs = rowOf(setting.key).needs;
  return fmt::format("{}{}{}{} has {}", needs.empty() ? "" : "it is a size of ", needs, needs.empty() ? "" : "; ",
                     setting.group ? fmt::format("group {}", *setting.group) : "the kernel", fmt::join(there, ", "));
}

std::vector<std::string> Choices::problems() const {
  std::vector<std::string> problems;
  for (size_t k = 0; k < overrides.size(); ++k)
    if (!fates[k].isTaken)
      problems.push_back(fmt::format("`{}`: {}", schedule::spelled(overrides[k]),
                                     fates[k].refusal.empty() ? otherKeys(overrides[k]) : fates[k].refusal));
  return problems;
}

} // namespace espalier::schedule
