//===- Terminal.h - Who reads standard error --------------------------------===//
#ifndef ESPALIER_COMPILER_TOOLS_ESPALIER_TERMINAL_H
#define ESPALIER_COMPILER_TOOLS_ESPALIER_TERMINAL_H

#include "runtime/Error/Result.h"

namespace espalier::tool {

/// Whether standard error is a terminal: colours and progress are for terminals only.
bool isTerminal();

/// Prints an error: as it stands where it shows its place in a program, else as one of `espalier`.
void printError(const Error &error);

} // namespace espalier::tool

#endif
