//===- Overrides.cpp - Sizes of a schedule that are set by hand -------------===//
#include "compiler/Schedule/Overrides.h"

#include "frontends/AST/Spelling.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

namespace espalier::schedule {

/// The enumerators of tree::TaskLevel.
static constexpr std::string_view kTaskLevels[] = {"whole", "batch", "axes", "points"};

static constexpr std::string_view kLanes[] = {"elements", "vertices", "batch"};

static constexpr std::string_view kSums[] = {"parents", "children"};

static constexpr std::string_view kResidence[] = {"scratch", "results"};

static constexpr std::string_view kStores[] = {"cached", "streamed"};

static constexpr KeyRow kRows[] = {
    {Key::tasks, "tasks", "what one task is", 0, 3, "sweeps", kTaskLevels},
    {Key::lanes, "lanes",
     "what stands in the lanes of a vector: elements of a tile, vertices of a perfect tree, or points of batch and "
     "axes "
     "that share their tree",
     0, 2, "perfect trees, axes and batches that share their tree, tasks=axes, without --check", kLanes},
    {Key::channels, "channels", "channels of a separable sweep in one task (0: all)", 0, 4096,
     "tasks=axes, lanes=elements"},
    {Key::parts, "parts",
     "sets of subtrees, or runs of steps along a chain, that are tasks of their own (0: a tree is of one task)", 0, 256,
     "sweeps over trees, tasks=axes, lanes=elements or vertices"},
    {Key::paths, "paths",
     "trees of a call, at most, whose long paths are cut into runs that are tasks too (0: no tree's are)", 0, 1000000,
     "sweeps over trees with parts"},
    {Key::residence, "residence",
     "where sweeps keep what only they read: in scratch, or where a later one of them stores a result over it", 0, 1,
     "definitions that only sweeps of the same tree read, the last of them at its own vertex, for a result of the "
     "same type; tasks=axes, lanes=elements, no steps together, paths=0, without --check",
     kResidence},
    {Key::sums, "sums",
     "where sums over children are made that each child adds to by itself: where their parents are visited, or the "
     "children",
     0, 1, "such sums in sweeps up trees, tasks=axes, lanes=elements, parts=0", kSums},
    {Key::stores, "stores",
     "how results are stored that their task does not read again: streamed past the caches or not", 0, 1,
     "sweeps down trees, tasks=axes, lanes=elements, parts=0", kStores},
    {Key::ahead, "ahead", "visits between asking for a row and reading it (0: nothing is asked for)", 0, 64,
     "sweeps over trees"},
    {Key::together, "together", "points of a task, or steps along a chain, that are evaluated as one", 1, 256,
     "tasks=points and of affine states"},
    {Key::points, "points", "points of one task", 1, 1000000, "tasks=points"},
    {Key::rows, "rows", "rows of a tile of attention", 1, 256, "attention"},
    {Key::keys, "keys", "keys of a tile of attention", 1, 512, "attention"},
    {Key::grain, "grain", "tasks of one chunk of parallel work", 1, 1000000},
    {Key::productRows, "product_rows", "rows of a product in registers", 1, 32, "products"},
    {Key::productVectors, "product_vectors", "vectors of each of these rows", 1, 4, "products"},
};

std::span<const KeyRow> allKeys() { return kRows; }
const KeyRow &rowOf(Key key) { return kRows[static_cast<size_t>(key)]; }

std::string spelled(Key key, int64_t value) {
  const KeyRow &row = rowOf(key);
  bool hasWord = !row.words.empty() && value >= row.least && value <= row.most;
  return hasWord ? std::string(row.words[static_cast<size_t>(value - row.least)]) : std::to_string(value);
}

std::string spelled(const Override &setting) {
  std::string group = setting.group ? fmt::format("{}.", *setting.group) : "";
  return fmt::format("{}{}={}", group, rowOf(setting.key).name, spelled(setting.key, setting.value));
}

std::string spelled(const Overrides &settings) {
  std::vector<std::string> parts;
  for (const Override &setting : settings)
    parts.push_back(spelled(setting));
  return fmt::format("{}", fmt::join(parts, ","));
}

namespace {

std::optional<int64_t> wholeNumber(std::string_view text) {
  int64_t number = 0;
  auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  return problem == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

Result<Key> parseKey(std::string_view name) {
  std::vector<std::string> names;
  for (const KeyRow &row : kRows) {
    if (row.name == name)
      return row.key;
    names.emplace_back(row.name);
  }
  std::string hint = didYouMean(name, names);
  return Error::of("no schedule has `{}`: expected {}{}", name, fmt::join(names, ", "),
                   hint.empty() ? "" : "; " + hint);
}

Result<int64_t> parseValue(const KeyRow &row, std::string_view text) {
  if (!row.words.empty()) {
    auto word = std::find(row.words.begin(), row.words.end(), text);
    if (word != row.words.end())
      return row.least + (word - row.words.begin());
    return Error::of("expected {}, got `{}`", fmt::join(row.words, ", "), text);
  }
  std::optional<int64_t> number = wholeNumber(text);
  if (number && *number >= row.least && *number <= row.most)
    return *number;
  return Error::of("expected a whole number from {} to {}, got `{}`", row.least, row.most, text);
}

Result<Override> parseOne(std::string_view text) {
  size_t equals = text.find('=');
  if (equals == std::string_view::npos)
    return Error::of("expected KEY=VALUE or GROUP.KEY=VALUE, got `{}`", text);
  std::string_view name = text.substr(0, equals);
  Override setting{};
  if (size_t dot = name.find('.'); dot != std::string_view::npos) {
    setting.group = wholeNumber(name.substr(0, dot));
    if (!setting.group || *setting.group < 0)
      return Error::of("`{}`: expected the number of a group before the dot", name);
    name = name.substr(dot + 1);
  }
  Result<Key> key = parseKey(name);
  if (!key)
    return key.error();
  setting.key = *key;
  Result<int64_t> value = parseValue(rowOf(*key), text.substr(equals + 1));
  if (!value)
    return value.error().within(name);
  setting.value = *value;
  return setting;
}

} // namespace

Result<Overrides> parseOverrides(std::string_view text) {
  Overrides settings;
  for (size_t begin = 0; begin <= text.size();) {
    size_t end = std::min(text.find(',', begin), text.size());
    Result<Override> setting = parseOne(text.substr(begin, end - begin));
    if (!setting)
      return setting.error().within("schedule");
    for (const Override &other : settings)
      if (other.key == setting->key && other.group == setting->group)
        return Error::of("schedule: both {} and {}", spelled(other), spelled(*setting));
    settings.push_back(*setting);
    begin = end + 1;
  }
  return settings;
}

} // namespace espalier::schedule
