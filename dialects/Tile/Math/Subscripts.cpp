//===- Subscripts.cpp - The letters of a contraction, "ik,kj->ij" -----------===//
#include "dialects/Tile/Math/Subscripts.h"

namespace espalier::tile {

static bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// The rule that a group of letters breaks, or nothing.
static std::string problemOfGroup(std::string_view group) {
  for (size_t i = 0; i < group.size(); ++i) {
    if (!isLetter(group[i]))
      return std::string("expects letters a-z and A-Z, got '") + group[i] + "'";
    if (group.find(group[i]) != i)
      return std::string("names '") + group[i] + "' twice in '" + std::string(group) + "'";
  }
  return {};
}

std::optional<Subscripts> Subscripts::parse(std::string_view text, std::string &problem) {
  size_t arrow = text.find("->");
  if (arrow == std::string_view::npos) {
    problem = "has no '->'";
    return std::nullopt;
  }
  Subscripts result;
  result.output = text.substr(arrow + 2);
  for (std::string_view rest = text.substr(0, arrow);;) {
    size_t comma = rest.find(',');
    result.factors.emplace_back(rest.substr(0, comma));
    if (comma == std::string_view::npos)
      break;
    rest.remove_prefix(comma + 1);
  }
  for (const std::string &group : result.factors)
    if (problem = problemOfGroup(group); !problem.empty())
      return std::nullopt;
  if (problem = problemOfGroup(result.output); !problem.empty())
    return std::nullopt;
  for (char letter : result.output)
    if (text.substr(0, arrow).find(letter) == std::string_view::npos) {
      problem = std::string("has '") + letter + "' in the output and in no factor";
      return std::nullopt;
    }
  return result;
}

Subscripts Subscripts::of(std::string_view text) {
  std::string problem;
  return parse(text, problem).value_or(Subscripts());
}

std::string Subscripts::str() const {
  std::string text;
  for (size_t i = 0; i < factors.size(); ++i)
    text += (i ? "," : "") + factors[i];
  return text + "->" + output;
}

} // namespace espalier::tile
