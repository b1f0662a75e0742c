//===- Subject.cpp - The tree that is drawn, its image, its edge weights ----===//
#include "compiler/Tools/espalier/Draw/Subject.h"

#include "compiler/Tools/Figures/PixelTree.h"
#include "compiler/Tools/Figures/TreeOverImage.h"
#include "compiler/Tools/espalier/NumberFlags.h"
#include "compiler/Tools/espalier/TreeText.h"
#include "runtime/Picture/Png.h"
#include "runtime/Tensor/Npy.h"

#include <filesystem>

namespace espalier::tool {

using picture::Image, picture::Size;

namespace {

/// What a picture can show, and a moment computes.
constexpr int64_t mostVerticesDrawn = int64_t{1} << 24;

std::string nameOf(const std::string &path) { return std::filesystem::path(path).filename().string(); }

Result<RootRule> parseRoot(const std::string &text, Size size) {
  if (text == "center" || text == "centre")
    return RootRule::atCenter();
  Result<int64_t> pixel = parsePixel(text, size, "--root");
  return pixel ? Result<RootRule>(RootRule::at(*pixel)) : pixel.error();
}

Result<Tree> grow(const Image &image, const SubjectFlags &flags) {
  if (image.size().numPixels() > mostVerticesDrawn)
    return Error::of("{} has {} x {} = {} pixels: trees of at most {} are drawn", flags.input, image.width,
                     image.height, image.size().numPixels(), mostVerticesDrawn);
  Result<RootRule> root = parseRoot(flags.root, image.size());
  if (!root)
    return root.error();
  return figures::pixelTree(image, flags.neighbours == 8 ? GraphKind::grid8 : GraphKind::grid, *root);
}

/// One number per vertex, of any shape: [V], or [H, W] over an image.
Result<std::vector<double>> readWeights(const std::string &path, const Tree &tree) {
  Result<Tensor> tensor = readNpy(path);
  if (!tensor)
    return tensor.error();
  if (tensor->numElements() != tree.numVertices())
    return Error::of("{}: expected one weight per vertex, {}, got {}", path, tree.numVertices(), describe(*tensor));
  Result<Tensor> numbers = tensor->to(DType::f64);
  if (!numbers)
    return numbers.error().within(path);
  Result<Tensor> dense = numbers->contiguous();
  if (!dense)
    return dense.error();
  std::span<double> values = dense->values<double>();
  return std::vector<double>(values.begin(), values.end());
}

std::string describeImage(const std::string &path, const Image &image) {
  return fmt::format("{}, {} x {} pixels", nameOf(path), image.width, image.height);
}

} // namespace

Result<int64_t> parsePixel(const std::string &text, Size size, const char *what) {
  std::optional<std::vector<int64_t>> place = tupleIn(text);
  if (!place || place->size() != 2)
    return Error::of("{}: expected ROW,COLUMN, got `{}`", what, text);
  int64_t row = (*place)[0], column = (*place)[1];
  if (row < 0 || row >= size.height || column < 0 || column >= size.width)
    return Error::of("{}: pixel {},{} is outside the image, which has rows 0 to {} and columns 0 to {}", what, row,
                     column, size.height - 1, size.width - 1);
  return row * size.width + column;
}

void SubjectFlags::add(CLI::App &command, const char *inputs) {
  command
      .add_option("input", input,
                  "An image, whose minimum spanning tree over neighbouring pixels is taken (cost: the distance of "
                  "their colours)")
      ->required()
      ->type_name(inputs);
  command
      .add_option("--tree", tree,
                  "Over an image, this tree instead: parents.npy with one vertex per pixel, row by row (-1 at roots)")
      ->type_name("TREE");
  command
      .add_option("--weights", weights,
                  "The weight of the edge above each vertex, instead of exp(-(distance of colours / contrast)^2)")
      ->type_name("WEIGHTS.npy");
  command.add_option("--contrast", contrast, "A distance of colours far above it is an edge of the image (0.1)")
      ->check(numberWithin(1e-9, 1e9))
      ->type_name("NUMBER");
  command
      .add_option("--neighbours", neighbours, "Of each pixel in the tree's graph: 4 (default), or 8 with the diagonals")
      ->check(CLI::IsMember({4, 8}))
      ->type_name("4|8");
  command.add_option("--root", root, "The pixel at the root, or `center` for the middle of the tree (0,0)")
      ->type_name("ROW,COLUMN");
}

Result<Subject> SubjectFlags::read() const {
  bool isTreeText = input.starts_with("perfect:") || input.starts_with("chain:") || input.ends_with(".npy");
  if (isTreeText && !tree.empty())
    return Error::of("`{}` is a tree itself: --tree is for images", input);
  std::optional<Image> image;
  if (!isTreeText) {
    Result<Image> picture = picture::readPng(input);
    if (!picture)
      return picture.error();
    image = std::move(*picture);
  }
  bool isGrown = image && tree.empty();
  Result<Tree> drawn = isGrown ? grow(*image, *this) : parseSmallTree(isTreeText ? input : tree, mostVerticesDrawn);
  if (!drawn)
    return drawn.error();
  if (image)
    if (Result<void> fits = figures::checkFits(*image, *drawn); !fits)
      return fits.error();
  std::string title = isGrown ? "minimum spanning tree of " + describeImage(input, *image)
                      : image ? fmt::format("{} over {}", nameOf(tree), describeImage(input, *image))
                              : fmt::format("{}: {}", nameOf(input), describe(*drawn));
  Subject subject{std::move(title), std::move(image), *drawn, {}};
  if (!weights.empty()) {
    Result<std::vector<double>> numbers = readWeights(weights, subject.tree);
    if (!numbers)
      return numbers.error();
    subject.weights = std::move(*numbers);
  } else if (subject.image) {
    subject.weights = figures::edgeWeights(*subject.image, subject.tree, contrast);
  }
  return subject;
}

} // namespace espalier::tool
