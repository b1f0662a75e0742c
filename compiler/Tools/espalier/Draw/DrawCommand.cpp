//===- DrawCommand.cpp - espalier draw --------------------------------------===//
#include "compiler/Tools/espalier/Draw/DrawCommands.h"

#include "compiler/Tools/Figures/Layout.h"
#include "compiler/Tools/espalier/Output.h"

namespace espalier::tool {

void PictureFlags::addOutput(CLI::App &command, const char *forms) {
  command.add_option("-o", output, "Write the picture to this file")->required()->type_name(forms);
}

void PictureFlags::addPlain(CLI::App &command) {
  command.add_flag("--plain", isPlain, "The picture alone: no title, no legend, no margin");
}

void PictureFlags::addCell(CLI::App &command) {
  command
      .add_option("--cell", cell,
                  "Pixels of the picture for each pixel of the image, in each direction; by default so many that all "
                  "is about 900 large")
      ->type_name("PIXELS")
      ->check(CLI::Range(int64_t{1}, picture::mostPixelsPerSide));
}

Result<void> PictureFlags::check() const {
  Result<Output> opened = Output::open(output);
  if (!opened)
    return opened.error();
  return {};
}

void addDraw(CLI::App &app, Command &command) {
  CLI::App *draw = app.add_subcommand("draw", "Draw trees, influences, levels and block patterns as PNG or SVG");
  draw->require_subcommand(1);
  draw->footer(R"(Examples:
  espalier draw tree picture.png -o tree.svg --colour=depth
      the minimum spanning tree of an image, over it
  espalier draw influence picture.png --pixel=40,25 -o influence.png
      how much of one pixel reaches each other one along the tree
  espalier draw levels picture.png -o levels.svg
      how many vertices a sweep can visit at the same time, and how the edge weights are distributed
  espalier draw blocks --positions=64 --ranks=8,4,2,2 -o blocks.svg
      the block pattern and the contraction lengths of a multi-level score
The ending of the file, .png or .svg, says which of them is written. `espalier draw WHAT --help` says more.
)");
  addDrawTree(*draw, command);
  addDrawInfluence(*draw, command);
  addDrawLevels(*draw, command);
  addDrawBlocks(*draw, command);
}

} // namespace espalier::tool
