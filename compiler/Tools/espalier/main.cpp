//===- main.cpp - The command line ------------------------------------------===//
#include "compiler/Tools/espalier/Commands.h"
#include "compiler/Tools/espalier/Output.h"
#include "compiler/Tools/espalier/Terminal.h"
#include "frontends/AST/Spelling.h"

#include <fmt/format.h>

#include <cstdio>
#include <sstream>
#include <string_view>
#include <system_error>

using namespace espalier;

/// A word in the place of a subcommand that is none: of `app`, and within the subcommand that it names.
static Result<void> checkSubcommand(const CLI::App &app, int argc, char **argv) {
  std::vector<const CLI::App *> subcommands = app.get_subcommands([](const CLI::App *) { return true; });
  if (argc < 2 || argv[1][0] == '-' || subcommands.empty())
    return {};
  std::vector<std::string> names;
  std::string word = argv[1];
  for (const CLI::App *subcommand : subcommands) {
    if (subcommand->get_name() == word)
      return checkSubcommand(*subcommand, argc - 1, argv + 1);
    names.push_back(subcommand->get_name());
  }
  std::string hint = didYouMean(word, names);
  std::string above = app.get_parent() ? "espalier " + app.get_name() : app.get_name();
  return Error::of("unknown command `{}`{}; `{} --help` lists them", word, hint.empty() ? "" : ": " + hint, above);
}

/// `--flag=` without a value, which CLI11 would look for in the next word.
static Result<void> checkFlagValues(int argc, char **argv) {
  for (int i = 1; i < argc; ++i) {
    std::string_view word = argv[i];
    if (word.starts_with("--") && word.find('=') == word.size() - 1)
      return Error::of("{} needs a value after the `=`", word.substr(0, word.size() - 1));
  }
  return {};
}

/// `--help`, of a command too, and `--version`. Returns the exit status.
static int explain(const CLI::App &app, const CLI::ParseError &asked) {
  std::ostringstream text;
  app.exit(asked, text);
  if (Result<void> written = tool::writeText("", text.str()); !written)
    return tool::printError(written.error()), 1;
  return 0;
}

int main(int argc, char **argv) {
  CLI::App app("Espalier compiles layers on trees and chains: tree solves, tree scans, recurrences.\n"
               "A program is a .esp file of kernels; `espalier run` calls one with tensors.",
               "espalier");
  app.require_subcommand(1);
  app.set_version_flag("--version", "espalier 0.1");
  app.footer(R"(Examples:
  espalier check tree_scan.esp
  espalier run tree_scan.esp:tree_scan T=perfect:2,4 u=random:31,8 a=random:31,8
  espalier compile tree_scan.esp:tree_scan T=perfect:2,4 u=random:31,8 a=random:31,8 --emit=mlir
  espalier draw tree picture.png --colour=depth -o tree.svg
`espalier COMMAND --help` says more. The exit status is 0, or 1 with a message on standard error.
)");
  tool::Command command;
  tool::addRun(app, command);
  tool::addCompile(app, command);
  tool::addBench(app, command);
  tool::addCheck(app, command);
  tool::addDraw(app, command);
  if (Result<void> known = checkSubcommand(app, argc, argv); !known)
    return tool::printError(known.error()), 1;
  if (Result<void> given = checkFlagValues(argc, argv); !given)
    return tool::printError(given.error()), 1;
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &problem) {
    if (problem.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success))
      return explain(app, problem);
    tool::printError(Error::of("{}; `espalier {}--help` explains", problem.what(),
                               argc > 1 && argv[1][0] != '-' ? argv[1] + std::string(" ") : ""));
    return 1;
  }
  try {
    if (Result<void> done = command(); !done)
      return tool::printError(done.error()), 1;
  } catch (const std::system_error &problem) { // fmt::print could not
    return tool::printError(Error::of("cannot write to standard output: {}", problem.code().message())), 1;
  }
  if (std::fflush(stdout) != 0 || std::ferror(stdout))
    return tool::printError(Error::of("cannot write to standard output")), 1;
  return 0;
}
