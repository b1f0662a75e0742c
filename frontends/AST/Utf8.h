//===- Utf8.h - Stepping through UTF-8 --------------------------------------===//
#ifndef ESPALIER_FRONTENDS_AST_UTF8_H
#define ESPALIER_FRONTENDS_AST_UTF8_H

#include <cstddef>
#include <string_view>

namespace espalier {

/// Bytes of the character at `text[at]` (1 to 4), or 0 if no valid UTF-8 sequence starts there: overlong forms,
/// surrogates and what lies beyond U+10FFFF are invalid. `at` is within the text.
size_t utf8Length(std::string_view text, size_t at);

} // namespace espalier

#endif
