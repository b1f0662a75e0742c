//===- Invalid.h - Tables of wrong programs ---------------------------------===//
#ifndef ESPALIER_TEST_UNIT_FRONTENDS_TEXT_INVALID_H
#define ESPALIER_TEST_UNIT_FRONTENDS_TEXT_INVALID_H

#include "test/unit/frontends/Text/Programs.h"

namespace espalier::text {

/// A wrong program and everything that is said about it, carets included.
struct InvalidRow {
  const char *name;
  std::string source;
  std::string errors;
};

template <size_t N> void expectErrors(const InvalidRow (&rows)[N]) {
  for (const InvalidRow &row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(errorsOf(row.source), row.errors);
  }
}

} // namespace espalier::text

#endif
