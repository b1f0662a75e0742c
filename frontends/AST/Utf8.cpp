//===- Utf8.cpp - Stepping through UTF-8 ------------------------------------===//

#include "frontends/AST/Utf8.h"

#include <cstdint>

namespace espalier {
namespace {

/// One row of the Unicode standard's table of well-formed sequences (D92): the first byte selects the length and the
/// range of the second byte; all later bytes are 80..BF.
struct Form {
  uint8_t firstLow, firstHigh, secondLow, secondHigh, length;
};
constexpr Form forms[] = {
    {0x00, 0x7F, 0x00, 0x00, 1}, {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
    {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
    {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
};

} // namespace

size_t utf8Length(std::string_view text, size_t at) {
  auto byte = [&](size_t i) { return static_cast<uint8_t>(text[at + i]); };
  for (const Form &form : forms) {
    if (byte(0) < form.firstLow || byte(0) > form.firstHigh)
      continue;
    if (text.size() - at < form.length)
      return 0;
    if (form.length > 1 && (byte(1) < form.secondLow || byte(1) > form.secondHigh))
      return 0;
    for (size_t i = 2; i < form.length; ++i)
      if (byte(i) < 0x80 || byte(i) > 0xBF)
        return 0;
    return form.length;
  }
  return 0;
}

} // namespace espalier
