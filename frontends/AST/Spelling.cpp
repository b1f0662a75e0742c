//===- Spelling.cpp - Which name was meant ----------------------------------===//

#include "frontends/AST/Spelling.h"

#include <fmt/format.h>

#include <algorithm>

namespace espalier {

size_t editDistance(std::string_view a, std::string_view b, size_t limit) {
  if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) > limit)
    return limit + 1;
  // Rows i-2, i-1 and i of the table of distances between prefixes.
  std::vector<size_t> beforeLast(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j)
    row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    beforeLast.swap(last);
    last.swap(row);
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], beforeLast[j - 2] + 1);
    }
  }
  return std::min(row[b.size()], limit + 1);
}

static std::string lowerCase(std::string_view text) {
  std::string lower(text);
  for (char &c : lower)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

std::string closestName(std::string_view name, const std::vector<std::string> &candidates) {
  size_t limit = std::max<size_t>(1, name.size() / 3);
  std::string closest;
  for (const std::string &candidate : candidates) {
    if (candidate == name)
      continue;
    size_t distance = lowerCase(candidate) == lowerCase(name) ? 1 : editDistance(name, candidate, limit);
    // A name of one letter is no slip of another letter.
    bool unrelated = distance >= std::max(name.size(), candidate.size()) && lowerCase(candidate) != lowerCase(name);
    if (distance > limit || unrelated)
      continue;
    closest = candidate;
    if (distance == 0)
      break;
    limit = distance - 1; // only a nearer one replaces it
  }
  return closest;
}

std::string didYouMean(std::string_view name, const std::vector<std::string> &candidates) {
  std::string closest = closestName(name, candidates);
  return closest.empty() ? "" : fmt::format("did you mean `{}`?", closest);
}

} // namespace espalier
