//===- Diagnostics.cpp - Collecting errors ----------------------------------===//

#include "frontends/AST/Diagnostics.h"

namespace espalier {

Diagnostic &Diagnostics::error(ast::Span where, std::string message) {
  Diagnostic diagnostic{where, std::move(message), {}, {}};
  if (++count > limit)
    return overflow = std::move(diagnostic);
  return diagnostics.emplace_back(std::move(diagnostic));
}

} // namespace espalier
