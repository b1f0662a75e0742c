//===- Unsupported.h - What Python writes differently -----------------------===//
#ifndef ESPALIER_FRONTENDS_TEXT_UNSUPPORTED_H
#define ESPALIER_FRONTENDS_TEXT_UNSUPPORTED_H

#include <string_view>

namespace espalier::text {

/// How the language says what a Python programmer means by `word` (a keyword or a mark) where it cannot stand; or "".
std::string_view insteadOf(std::string_view word);

/// The type that a Python or C programmer means by `name`; or "".
std::string_view typeInsteadOf(std::string_view name);

} // namespace espalier::text

#endif
