//===- NumberText.h - Numbers as the command line spells them ---------------===//
#ifndef ESPALIER_COMPILER_TOOLS_ESPALIER_NUMBERTEXT_H
#define ESPALIER_COMPILER_TOOLS_ESPALIER_NUMBERTEXT_H

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace espalier::tool {

/// The whole text as one number, perhaps with a plus before it.
template <class T> std::optional<T> numberIn(std::string_view text) {
  T number{};
  if (text.starts_with('+'))
    text.remove_prefix(1);
  auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  return problem == std::errc() && end == text.data() + text.size() && !text.empty() ? std::optional<T>(number)
                                                                                     : std::nullopt;
}

/// "4,2,1" or "4,"; nothing where a part is no whole number.
inline std::optional<std::vector<int64_t>> tupleIn(std::string_view text) {
  std::vector<int64_t> numbers;
  while (!text.empty()) {
    size_t comma = text.find(',');
    std::optional<int64_t> number = numberIn<int64_t>(text.substr(0, comma));
    if (!number)
      return std::nullopt;
    numbers.push_back(*number);
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
  return numbers;
}

} // namespace espalier::tool

#endif
