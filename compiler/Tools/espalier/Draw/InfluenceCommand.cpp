//===- InfluenceCommand.cpp - espalier draw influence -----------------------===//
#include "compiler/Tools/Figures/HeatMap.h"
#include "compiler/Tools/espalier/Draw/DrawCommands.h"
#include "compiler/Tools/espalier/Draw/Subject.h"
#include "compiler/Tools/espalier/NumberFlags.h"
#include "runtime/Tensor/Npy.h"
#include "runtime/Tree/PathProducts.h"

#include <algorithm>

namespace espalier::tool {

using namespace picture;

namespace {

struct InfluenceFlags {
  SubjectFlags subject;
  PictureFlags picture;
  std::string pixel;
  double least = 1e-3, opacity = 0.8;
  bool isLinear = false;
};

Result<void> writeNumbers(const std::string &path, Size size, std::span<const double> values) {
  Result<Tensor> tensor = Tensor::of({size.height, size.width}, values);
  return tensor ? writeNpy(path, *tensor) : tensor.error();
}

Result<void> drawInfluence(const InfluenceFlags &flags) {
  const std::string &output = flags.picture.output;
  bool areNumbers = output.ends_with(".npy");
  if (Result<void> checked = areNumbers ? Result<void>() : checkPicturePath(output); !checked)
    return checked;
  if (Result<void> checked = flags.picture.check(); !checked)
    return checked;
  Result<Subject> subject = flags.subject.read();
  if (!subject)
    return subject.error();
  if (!subject->image)
    return Error::of("`{}` is no image: the influence is drawn over one", flags.subject.input);
  Result<int64_t> pixel = parsePixel(flags.pixel, subject->image->size(), "--pixel");
  if (!pixel)
    return pixel.error();
  std::vector<double> values = pathProducts(subject->tree, subject->weights, *pixel);
  if (areNumbers)
    return writeNumbers(output, subject->image->size(), values);
  figures::HeatMapStyle heat{{ColourMap::ember, flags.isLinear ? Scale::covering(ScaleKind::linear, values)
                                                               : Scale(ScaleKind::log, flags.least, 1)},
                             "influence",
                             flags.opacity,
                             *pixel};
  if (!flags.isLinear) // 0 is no number of the scale, and is shown as its least
    for (double &value : values)
      value = std::max(value, flags.least);
  if (flags.picture.isPlain)
    heat.mark = std::nullopt;
  std::string title = fmt::format("influence of pixel {} on the others, {}", flags.pixel, subject->title);
  Result<Drawing> drawing =
      figures::heatMap(*subject->image, values, heat, {title, flags.picture.isPlain, flags.picture.cell});
  return drawing ? writeDrawing(output, *drawing) : drawing.error();
}

} // namespace

void addDrawInfluence(CLI::App &draw, Command &command) {
  CLI::App *influence = draw.add_subcommand("influence", "How much of one pixel reaches each other one along the tree");
  auto flags = std::make_shared<InfluenceFlags>();
  flags->subject.add(*influence, "IMAGE.png");
  influence->add_option("--pixel", flags->pixel, "The pixel whose influence is drawn")
      ->required()
      ->type_name("ROW,COLUMN");
  flags->picture.addOutput(*influence, "FILE.png | FILE.svg | FILE.npy");
  influence->add_flag("--linear", flags->isLinear,
                      "Colours in proportion to the influence; by default to its logarithm");
  influence->add_option("--least", flags->least, "Less influence than this is not told apart (0.001)")
      ->check(numberWithin(1e-290, 0.999))
      ->type_name("NUMBER");
  influence->add_option("--opacity", flags->opacity, "Of the colours over the image in grey (0.8)")
      ->check(numberWithin(0, 1))
      ->type_name("NUMBER");
  flags->picture.addPlain(*influence);
  flags->picture.addCell(*influence);
  influence->footer(
      R"(The influence of a pixel on another is the product of the weights of the edges on the tree's path between them: the
row of the matrix by which `tree_scan` multiplies. `-o FILE.npy` writes it as numbers, f64[H, W].
Examples:
  espalier draw influence picture.png --pixel=40,25 -o influence.png
  espalier draw influence picture.png --pixel=40,25 --contrast=0.05 --linear -o influence.svg
  espalier draw influence picture.png --pixel=40,25 --tree=parents.npy --weights=decay.npy -o influence.npy
)");
  influence->callback([flags, &command] { command = [flags] { return drawInfluence(*flags); }; });
}

} // namespace espalier::tool
