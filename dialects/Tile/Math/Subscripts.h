//===- Subscripts.h - The letters of a contraction, "ik,kj->ij" -------------===//
//
// A contraction names the axes of its factors by letters (a-z, A-Z). Letters that
// are absent from the output are summed. A factor without letters is a scalar.
// Law: parse(s.str()) == s.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_DIALECTS_TILE_MATH_SUBSCRIPTS_H
#define ESPALIER_DIALECTS_TILE_MATH_SUBSCRIPTS_H

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace espalier::tile {

struct Subscripts {
  std::vector<std::string> factors;
  std::string output;

  /// Reads "ik,kj->ij": one group per factor, each letter at most once in a group, every letter of the output in a
  /// factor. Where the text breaks a rule: nullopt, and `problem` says which.
  static std::optional<Subscripts> parse(std::string_view text, std::string &problem);
  /// The same for a text that is known to be well formed.
  static Subscripts of(std::string_view text);

  std::string str() const;
  bool operator==(const Subscripts &) const = default;
};

} // namespace espalier::tile

#endif
