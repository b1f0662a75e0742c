//===- CheckCommand.cpp - espalier check ------------------------------------===//
#include "compiler/Driver/Program.h"
#include "compiler/Tools/espalier/Commands.h"
#include "compiler/Tools/espalier/Terminal.h"

#include <fmt/format.h>

namespace espalier::tool {

static Result<void> check(const std::string &path) {
  Result<Program> program = Program::fromFile(path, isTerminal());
  if (!program)
    return program.error();
  if (Result<void> checked = program->check(); !checked)
    return checked;
  size_t count = program->functions().size();
  fmt::print("{}: {} function{}, no errors\n", path, count, count == 1 ? "" : "s");
  return {};
}

void addCheck(CLI::App &app, Command &command) {
  CLI::App *check =
      app.add_subcommand("check", "Check the names, kinds and shapes of a program, with all sizes symbolic");
  auto path = std::make_shared<std::string>();
  check->add_option("file", *path, "The program")->required()->type_name("FILE.esp");
  check->footer("Example:\n  espalier check myo.esp\n");
  check->callback([path, &command] { command = [path] { return tool::check(*path); }; });
}

} // namespace espalier::tool
