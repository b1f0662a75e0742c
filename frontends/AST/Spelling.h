//===- Spelling.h - Which name was meant ------------------------------------===//
#ifndef ESPALIER_FRONTENDS_AST_SPELLING_H
#define ESPALIER_FRONTENDS_AST_SPELLING_H

#include <string>
#include <string_view>
#include <vector>

namespace espalier {

/// The number of single-character insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`
/// (optimal string alignment), or `limit + 1` if more than `limit` are needed.
size_t editDistance(std::string_view a, std::string_view b, size_t limit);

/// The candidate nearest to `name` if it is near enough to be a slip (a third of the name's length, at least 1, or a
/// difference of case alone), else "". Of equally near ones the first.
std::string closestName(std::string_view name, const std::vector<std::string> &candidates);

/// "did you mean `...`?", or "" without a near candidate: fit for Diagnostic::withHint.
std::string didYouMean(std::string_view name, const std::vector<std::string> &candidates);

} // namespace espalier

#endif
