//===- Choices.h - What was chosen for each group, and why ------------------===//
//
//   Choices choices(overrides);
//   choices.beginGroup("each by points");
//   int64_t together = choices.choose(Key::together, 32, "32 x 1.5 KB stay in 96 KB", {1, 64, "its tiles fill a
//   task"}); int64_t points = choices.choose(Key::points, grain(..), "..");      // follows from what was chosen before
//
// The model gives a value, a reason and the range that keeps the group right; an override within that range goes before
// the value. A new size is a row of the table (Overrides.h) and a call of choose().
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_SCHEDULE_CHOICES_H
#define ESPALIER_COMPILER_SCHEDULE_CHOICES_H

#include "compiler/Schedule/Overrides.h"

namespace espalier::schedule {

struct Choice {
  Key key;
  int64_t value;
  int64_t least, most;                 // what an override may be
  std::string reason;                  // of the value; empty where there was nothing to weigh
  std::optional<int64_t> missing = {}; // one between least and most that an override may not be
};

/// Sweeps that share their tasks, or one attention.
struct Group {
  std::string what;
  std::vector<Choice> choices;
};

/// For people: a line for each group, and one for each choice.
std::string describe(std::span<const Group> groups);

/// What a group can take, within the range of the row.
struct Range {
  int64_t least = 0, most = INT64_MAX;
  std::string_view reason = {};        // why not more
  std::optional<int64_t> missing = {}; // one between them that it cannot take
};

class Choices {
public:
  explicit Choices(Overrides overrides) : overrides(std::move(overrides)), fates(this->overrides.size()) {}

  void beginGroup(std::string what) { decided.push_back({std::move(what), {}}); }
  void nameGroup(std::string what) { decided.back().what = std::move(what); }
  /// The number of the group in hand.
  int64_t group() const { return static_cast<int64_t>(decided.size()) - 1; }

  /// For the group in hand: `value`, or what an override says that the group can take.
  int64_t choose(Key key, int64_t value, std::string reason = "", Range range = {});

  /// Whether the group in hand is asked for such a size by hand, also where it may not take it.
  bool isStated(Key key) const;

  /// Of the group in hand: "tasks axes: a vertex waits for its neighbours; grain 4: ..".
  std::string reasons() const;

  const std::vector<Group> &groups() const { return decided; }

  /// After the last group: every override that no group took, and what could be.
  std::vector<std::string> problems() const;

private:
  struct Fate {
    bool isTaken = false;
    std::string refusal;
  };
  std::string otherKeys(const Override &setting) const;

  Overrides overrides;
  std::vector<Fate> fates; // of each override
  std::vector<Group> decided;
};

} // namespace espalier::schedule

#endif
