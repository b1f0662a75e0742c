//===- LevelsCommand.cpp - espalier draw levels -----------------------------===//
#include "compiler/Tools/Figures/LevelPlots.h"
#include "compiler/Tools/espalier/Draw/DrawCommands.h"
#include "compiler/Tools/espalier/Draw/Subject.h"

namespace espalier::tool {

using namespace picture;

namespace {

struct LevelsFlags {
  SubjectFlags subject;
  PictureFlags picture;
};

Result<void> drawLevels(const LevelsFlags &flags) {
  if (Result<void> checked = checkPicturePath(flags.picture.output); !checked)
    return checked;
  if (Result<void> checked = flags.picture.check(); !checked)
    return checked;
  Result<Subject> subject = flags.subject.read();
  if (!subject)
    return subject.error();
  Result<Drawing> drawing = figures::levelPlots(subject->title, subject->tree, subject->weights);
  return drawing ? writeDrawing(flags.picture.output, *drawing) : drawing.error();
}

} // namespace

void addDrawLevels(CLI::App &draw, Command &command) {
  CLI::App *levels =
      draw.add_subcommand("levels", "How wide the levels of a tree are, and how its edge weights are distributed");
  auto flags = std::make_shared<LevelsFlags>();
  flags->subject.add(*levels, "IMAGE.png | perfect:ARITY,HEIGHT | chain:LENGTH | PARENTS.npy");
  flags->picture.addOutput(*levels, "FILE.png | FILE.svg");
  levels->footer(
      R"(A sweep visits the vertices of a level together: upwards those of one height, downwards those of one depth.
Examples:
  espalier draw levels picture.png -o levels.svg
  espalier draw levels picture.png --root=center -o levels.png
  espalier draw levels parents.npy --weights=decay.npy -o levels.svg
)");
  levels->callback([flags, &command] { command = [flags] { return drawLevels(*flags); }; });
}

} // namespace espalier::tool
