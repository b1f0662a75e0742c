//===- Overrides.h - Sizes of a schedule that are set by hand ---------------===//
//
//   grain=8                 in every group that can take it
//   1.grain=8               in group 1 alone, whatever is said of all
//   tasks=axes,0.points=4   several
//
// One row of a table for each size that any value keeps right; what a value may be in a group, the pass knows that
// decides (Choices.h).
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_SCHEDULE_OVERRIDES_H
#define ESPALIER_COMPILER_SCHEDULE_OVERRIDES_H

#include "runtime/Error/Result.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace espalier::schedule {

/// The rows of the table, in the order in which they are decided.
enum class Key : uint8_t {
  tasks,
  lanes,
  channels,
  parts,
  paths,
  residence,
  sums,
  stores,
  ahead,
  together,
  points,
  rows,
  keys,
  grain,
  productRows,
  productVectors
};

struct KeyRow {
  Key key;
  std::string_view name, meaning;
  int64_t least, most;
  std::string_view needs = {};                  // what a group has where it has this size
  std::span<const std::string_view> words = {}; // of least, least + 1, .. where values have names
};

/// In the order of Key.
std::span<const KeyRow> allKeys();
const KeyRow &rowOf(Key key);

/// The value as it is written: "8", "axes".
std::string spelled(Key key, int64_t value);

struct Override {
  Key key;
  int64_t value;
  std::optional<int64_t> group; // none: all
};
using Overrides = std::vector<Override>;

/// Errors: no KEY=VALUE, an unknown key (with the nearest one), a value that is none or out of the row's range, the
/// same size twice.
Result<Overrides> parseOverrides(std::string_view text);

/// "0.grain=8".
std::string spelled(const Override &setting);
/// What parseOverrides reads.
std::string spelled(const Overrides &settings);

} // namespace espalier::schedule

#endif
