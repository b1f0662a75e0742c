//===- NumberFlags.h - What numbers a flag takes ----------------------------===//
#ifndef ESPALIER_COMPILER_TOOLS_ESPALIER_NUMBERFLAGS_H
#define ESPALIER_COMPILER_TOOLS_ESPALIER_NUMBERFLAGS_H

#include "compiler/Tools/espalier/NumberText.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <string>

namespace espalier::tool {

/// From `least` to `most`. CLI::Range takes a NaN, which is on neither side of its ends.
inline CLI::Validator numberWithin(double least, double most) {
  auto check = [=](const std::string &text) {
    std::optional<double> number = numberIn<double>(text);
    bool isWithin = number && *number >= least && *number <= most;
    return isWithin ? std::string() : fmt::format("expected a number from {} to {}, got `{}`", least, most, text);
  };
  return CLI::Validator(check, fmt::format("{} .. {}", least, most));
}

} // namespace espalier::tool

#endif
