//===- CallFlags.h - The kernel, its arguments and how it is compiled --------===//
#ifndef ESPALIER_COMPILER_TOOLS_ESPALIER_CALLFLAGS_H
#define ESPALIER_COMPILER_TOOLS_ESPALIER_CALLFLAGS_H

#include "compiler/Driver/Options.h"

#include <CLI/CLI.hpp>
#include <fmt/ranges.h>

#include <string>
#include <vector>

namespace espalier::tool {

struct CallFlags {
  std::string kernel;              // FILE.esp:KERNEL
  std::vector<std::string> values; // name=value
  std::string target = "cpu";
  std::string floatType;
  std::string check;
  std::string schedule;

  void add(CLI::App &command) {
    command.add_option("kernel", kernel, "The kernel; of a file with one function the file is enough")
        ->required()
        ->type_name("FILE.esp:KERNEL");
    command
        .add_option("values", values,
                    "An argument for each parameter:\n"
                    "  tensors   x.npy, random:2,64,16 (\"random:2,64,16;seed=7;scale=0.1;diagonal=4\"), a number for "
                    "a scalar;\n"
                    "            a diagonal is added where the last two indices are equal, also of no square\n"
                    "  trees     perfect:ARITY,HEIGHT, chain:LENGTH, parents.npy (-1 at a root)\n"
                    "  static    a number, or a tuple: ranks=4,2,1,1\n"
                    "  index     a number")
        ->type_name("NAME=VALUE");
    command.add_option("--target", target, "Where it runs: cpu (default) or interp")->type_name("TARGET");
    command
        .add_option("--float", floatType,
                    "What `float` is: f64, f32, f16 or bf16; by default the type of the arguments")
        ->type_name("TYPE");
    command.add_option("--check", check, "finite: stop at the first value that is not, and name its vertex")
        ->type_name("WHAT");
    command
        .add_option("--schedule", schedule,
                    "Sizes that the schedule would choose, in all groups or (GROUP.KEY) in one:\n" + scheduleKeys() +
                        "  `espalier compile --emit=scheduled` shows the groups, what was chosen and why")
        ->type_name("KEY=VALUE,...")
        ->check([](const std::string &text) { return text.empty() ? "needs KEY=VALUE" : ""; });
  }

  Result<CallOptions> options() const {
    CallOptions options;
    Result<Target> parsedTarget = parseTarget(target);
    if (!parsedTarget)
      return parsedTarget.error();
    options.target = *parsedTarget;
    if (!floatType.empty()) {
      Result<DType> type = parseFloatType(floatType);
      if (!type)
        return type.error();
      options.floatType = *type;
    }
    if (!check.empty() && check != "finite")
      return Error::of("unknown check `{}`: expected finite", check);
    options.checkFinite = check == "finite";
    if (schedule.empty())
      return options;
    Result<espalier::schedule::Overrides> overrides = espalier::schedule::parseOverrides(schedule);
    if (!overrides)
      return overrides.error();
    options.schedule = std::move(*overrides);
    return options;
  }

private:
  static std::string scheduleKeys() {
    std::string lines;
    for (const espalier::schedule::KeyRow &row : espalier::schedule::allKeys())
      lines += fmt::format("  {:<16}{}: {}\n", row.name, row.meaning,
                           row.words.empty() ? fmt::format("{} .. {}", row.least, row.most)
                                             : fmt::format("{}", fmt::join(row.words, ", ")));
    return lines;
  }
};

} // namespace espalier::tool

#endif
