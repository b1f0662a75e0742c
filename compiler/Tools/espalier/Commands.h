//===- Commands.h - The subcommands of espalier -----------------------------===//
//
// Each adds itself to the command line and leaves in `command` what it does there; an error is printed, and the exit
// status is 1.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_TOOLS_ESPALIER_COMMANDS_H
#define ESPALIER_COMPILER_TOOLS_ESPALIER_COMMANDS_H

#include "runtime/Error/Result.h"

#include <CLI/CLI.hpp>

#include <functional>

namespace espalier::tool {

using Command = std::function<Result<void>()>;

void addRun(CLI::App &app, Command &command);
void addCompile(CLI::App &app, Command &command);
void addBench(CLI::App &app, Command &command);
void addCheck(CLI::App &app, Command &command);
void addDraw(CLI::App &app, Command &command);

} // namespace espalier::tool

#endif
