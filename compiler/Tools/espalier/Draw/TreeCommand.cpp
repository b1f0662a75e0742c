//===- TreeCommand.cpp - espalier draw tree ---------------------------------===//
#include "compiler/Tools/Figures/TreeDiagram.h"
#include "compiler/Tools/Figures/TreeOverImage.h"
#include "compiler/Tools/espalier/Draw/DrawCommands.h"
#include "compiler/Tools/espalier/Draw/Subject.h"

namespace espalier::tool {

using namespace picture;

namespace {

struct TreeFlags {
  SubjectFlags subject;
  PictureFlags picture;
  std::string colour = "depth";
};

Result<void> drawTree(const TreeFlags &flags) {
  if (Result<void> checked = checkPicturePath(flags.picture.output); !checked)
    return checked;
  if (Result<void> checked = flags.picture.check(); !checked)
    return checked;
  Result<figures::EdgeMeaning> meaning = figures::parseEdgeMeaning(flags.colour);
  if (!meaning)
    return meaning.error();
  Result<Subject> subject = flags.subject.read();
  if (!subject)
    return subject.error();
  if (*meaning == figures::EdgeMeaning::weight && subject->weights.empty())
    return Error::of("--colour=weight needs the weights of the edges: --weights=WEIGHTS.npy, or an image");
  // Over an image the ground is dark, a diagram is on white.
  ColourMap map = subject->image ? ColourMap::glow : ColourMap::shade;
  figures::EdgeColours colours = figures::EdgeColours::of(subject->tree, *meaning, subject->weights, map);
  figures::FigureStyle style{subject->title, flags.picture.isPlain, flags.picture.cell};
  Result<Drawing> drawing = subject->image ? figures::treeOverImage(*subject->image, subject->tree, colours, style)
                                           : figures::treeDiagram(subject->tree, colours, style);
  return drawing ? writeDrawing(flags.picture.output, *drawing) : drawing.error();
}

} // namespace

void addDrawTree(CLI::App &draw, Command &command) {
  CLI::App *tree = draw.add_subcommand("tree", "A tree over its image, or as a diagram");
  auto flags = std::make_shared<TreeFlags>();
  flags->subject.add(*tree, "IMAGE.png | perfect:ARITY,HEIGHT | chain:LENGTH | PARENTS.npy");
  flags->picture.addOutput(*tree, "FILE.png | FILE.svg");
  tree->add_option("--colour,--color", flags->colour,
                   "What an edge shows, which is named by its child:\n"
                   "  weight  its weight\n"
                   "  depth   edges from the child to the root (default)\n"
                   "  level   the child's height: vertices of one level are visited together\n"
                   "  path    the heavy path that it is part of; grey between paths")
      ->type_name("MEANING");
  flags->picture.addPlain(*tree);
  flags->picture.addCell(*tree);
  tree->footer(R"(Edges with more vertices below them are wider; a white ring marks a root.
Examples:
  espalier draw tree picture.png -o tree.png
  espalier draw tree picture.png --root=center --colour=path -o tree.svg
  espalier draw tree picture.png --tree=parents.npy --weights=decay.npy --colour=weight -o tree.png
  espalier draw tree perfect:2,5 --colour=level -o tree.svg
)");
  tree->callback([flags, &command] { command = [flags] { return drawTree(*flags); }; });
}

} // namespace espalier::tool
