//===- DrawCommands.h - What espalier draw can draw -------------------------===//
#ifndef ESPALIER_COMPILER_TOOLS_ESPALIER_DRAW_DRAWCOMMANDS_H
#define ESPALIER_COMPILER_TOOLS_ESPALIER_DRAW_DRAWCOMMANDS_H

#include "compiler/Tools/espalier/Commands.h"

#include <string>

namespace espalier::tool {

// Each adds itself to `espalier draw`.
void addDrawTree(CLI::App &draw, Command &command);
void addDrawInfluence(CLI::App &draw, Command &command);
void addDrawLevels(CLI::App &draw, Command &command);
void addDrawBlocks(CLI::App &draw, Command &command);

/// Where the picture goes, and how it is set.
struct PictureFlags {
  std::string output;
  bool isPlain = false;
  int64_t cell = 0;

  void addOutput(CLI::App &command, const char *forms);
  void addPlain(CLI::App &command);
  void addCell(CLI::App &command);

  /// That the output can be written, before there is anything to write.
  Result<void> check() const;
};

} // namespace espalier::tool

#endif
