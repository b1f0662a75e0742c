//===- Terminal.cpp - Who reads standard error ------------------------------===//
#include "compiler/Tools/espalier/Terminal.h"

#include <cstdio>
#include <unistd.h>

namespace espalier::tool {

bool isTerminal() { return isatty(STDERR_FILENO) == 1; }

void printError(const Error &error) {
  // Diagnostics of programs say "error:" themselves, and end with a line.
  bool isDiagnostic = error.message.ends_with('\n');
  if (isDiagnostic)
    fmt::print(stderr, "{}", error.message);
  else if (isTerminal())
    fmt::print(stderr, "\033[1mespalier: \033[31merror:\033[0m {}\n", error.message);
  else
    fmt::print(stderr, "espalier: error: {}\n", error.message);
}

} // namespace espalier::tool
