//===- Utf8Test.cpp - Which bytes are a character ---------------------------===//

#include "frontends/AST/Utf8.h"

#include <gtest/gtest.h>

#include <string>

using espalier::utf8Length;

namespace {

/// The encoding of a code point, by the definition.
std::string encode(uint32_t c) {
  auto tail = [&](int shift) { return static_cast<char>(0x80 | ((c >> shift) & 0x3F)); };
  if (c < 0x80)
    return {static_cast<char>(c)};
  if (c < 0x800)
    return {static_cast<char>(0xC0 | c >> 6), tail(0)};
  if (c < 0x10000)
    return {static_cast<char>(0xE0 | c >> 12), tail(6), tail(0)};
  return {static_cast<char>(0xF0 | c >> 18), tail(12), tail(6), tail(0)};
}

TEST(Utf8, EveryCodePoint) {
  for (uint32_t c = 0; c < 0x120000; ++c) {
    bool isSurrogate = c >= 0xD800 && c < 0xE000;
    size_t expected = isSurrogate || c > 0x10FFFF ? 0 : encode(c).size();
    ASSERT_EQ(utf8Length(encode(c), 0), expected) << c;
  }
}

TEST(Utf8, OverlongForms) {
  for (std::string text :
       {"\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF"})
    EXPECT_EQ(utf8Length(text, 0), 0u);
}

TEST(Utf8, CutSequencesAndStrayTails) {
  for (uint32_t c : {0xE9u, 0x20ACu, 0x1F333u}) {
    std::string whole = encode(c);
    for (size_t n = 1; n < whole.size(); ++n) {
      EXPECT_EQ(utf8Length(whole.substr(0, n), 0), 0u);
      EXPECT_EQ(utf8Length(whole.substr(0, n) + "a", 0), 0u);
      EXPECT_EQ(utf8Length(whole, n), 0u);
    }
  }
}

} // namespace
