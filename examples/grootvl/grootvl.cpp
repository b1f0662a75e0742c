//===- grootvl.cpp - Filters an image with the tree scan of GrootVL ----------===//
//
// Reads an image (or draws one) and runs the kernel of grootvl.esp on it, which joins the
// pixels to the minimum spanning tree of their differences and scans it. Writes beside the
// input: the filtered image, the tree over the image, and the affinity of one pixel to all
// others.
//===----------------------------------------------------------------------===//
#include "compiler/Driver/Program.h"
#include "compiler/Tools/Figures/HeatMap.h"
#include "compiler/Tools/Figures/TreeOverImage.h"
#include "examples/scene/Scene.h"
#include "runtime/Picture/Png.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <limits>

using namespace espalier;
using picture::Image, picture::Size;

namespace {

struct Settings {
  std::string input;
  std::string program = ESPALIER_SOURCE_DIR "/examples/grootvl/grootvl.esp";
  std::vector<int64_t> pixel; // row, column; the middle where none is named
  double contrast = 0.2;      // a difference in colour far above it is an edge
  int repeat = 5;
};

double secondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// The arguments of groot_filter for an image and one marked pixel.
Result<std::vector<NamedValue>> argumentsFor(const Image &image, int64_t pixel, double contrast) {
  Result<Tensor> colours = Tensor::allocate(DType::f32, {image.height, image.width, 3}),
                 spot = Tensor::zeros(DType::f32, {image.height, image.width});
  if (!colours || !spot)
    return colours ? spot.error() : colours.error();
  for (size_t v = 0; v < image.pixels.size(); ++v)
    std::copy(image.pixels[v].begin(), image.pixels[v].end(), colours->data<float>() + 3 * v);
  spot->data<float>()[pixel] = 1;
  return std::vector<NamedValue>{{"x", *colours}, {"spot", *spot}, {"contrast", contrast}};
}

Image imageOf(const Tensor &colours, Size size) {
  Image image(size.width, size.height);
  for (size_t v = 0; v < image.pixels.size(); ++v)
    std::copy_n(colours.data<float>() + 3 * v, 3, image.pixels[v].begin());
  return image;
}

/// The largest difference between the compiled kernel and the float64 interpreter on the middle of the image.
Result<double> differenceFromInterpreter(const Program &program, const Image &image, const Settings &settings) {
  Image middle = image.middle(48);
  Result<std::vector<NamedValue>> arguments = argumentsFor(middle, middle.size().numPixels() / 2, settings.contrast);
  if (!arguments)
    return arguments.error();
  CallOptions interpreted;
  interpreted.target = Target::interp;
  Result<std::vector<Tensor>> compiled = program.call("groot_filter", *arguments);
  if (!compiled)
    return compiled.error();
  Result<std::vector<Tensor>> expected = program.call("groot_filter", *arguments, interpreted);
  if (!expected)
    return expected.error();
  double largest = 0;
  for (size_t result = 0; result < compiled->size(); ++result) {
    Result<Tensor> found = (*compiled)[result].to(DType::f64), wanted = (*expected)[result].to(DType::f64);
    if (!found || !wanted)
      return found ? wanted.error() : found.error();
    for (int64_t i = 0; i < found->numElements(); ++i)
      if (double difference = std::abs(found->data<double>()[i] - wanted->data<double>()[i]); !(difference <= largest))
        largest = difference; // a NaN is the largest
  }
  return largest;
}

Result<void> writeFigures(const std::filesystem::path &input, const Image &image, const Tree &tree,
                          const std::vector<Tensor> &results, int64_t pixel) {
  auto beside = [&](const char *what) {
    std::filesystem::path path = input;
    return path.replace_filename(input.stem().string() + what).string();
  };
  std::string name = input.filename().string();
  if (Result<void> written = picture::writePng(beside("-filtered.png"), imageOf(results[0], image.size())); !written)
    return written;
  figures::EdgeColours colours =
      figures::EdgeColours::of(tree, figures::EdgeMeaning::depth, {}, picture::ColourMap::glow);
  Result<picture::Drawing> overImage =
      figures::treeOverImage(image, tree, colours, {"minimum spanning tree of " + name});
  if (!overImage)
    return overImage.error();
  if (Result<void> written = writeDrawing(beside("-tree.png"), *overImage); !written)
    return written;
  constexpr double least = 1e-3;
  std::vector<double> affinity(results[1].values<float>().begin(), results[1].values<float>().end());
  for (double &value : affinity)
    value = std::max(value, least); // 0 is no number of a logarithmic scale
  figures::HeatMapStyle heat{
      {picture::ColourMap::ember, picture::Scale(picture::ScaleKind::log, least, 1)}, "affinity", 0.8, pixel};
  std::string title = fmt::format("affinity of pixel {},{} of {}", pixel / image.width, pixel % image.width, name);
  Result<picture::Drawing> map = figures::heatMap(image, affinity, heat, {title});
  if (!map)
    return map.error();
  if (Result<void> written = writeDrawing(beside("-affinity.png"), *map); !written)
    return written;
  fmt::print("wrote       {}, {}, {}\n", beside("-filtered.png"), beside("-tree.png"), beside("-affinity.png"));
  return {};
}

Result<int64_t> chosenPixel(const Settings &settings, Size size) {
  if (settings.pixel.empty())
    return size.height / 2 * size.width + size.width / 2;
  int64_t row = settings.pixel[0], column = settings.pixel[1];
  if (row < 0 || row >= size.height || column < 0 || column >= size.width)
    return Error::of("--pixel: {},{} is outside the image, which has rows 0 to {} and columns 0 to {}", row, column,
                     size.height - 1, size.width - 1);
  return row * size.width + column;
}

Result<void> run(const Settings &settings) {
  std::filesystem::path input = settings.input;
  if (settings.input.empty()) {
    input = "espalier-grootvl.png";
    if (Result<void> drawn = picture::writePng(input, drawScene(256, 0.06f)); !drawn)
      return drawn;
    fmt::print("drew        {}\n", input.string());
  }
  Result<Image> image = picture::readPng(input);
  if (!image)
    return image.error();
  Result<int64_t> pixel = chosenPixel(settings, image->size());
  if (!pixel)
    return pixel.error();
  Result<std::vector<NamedValue>> arguments = argumentsFor(*image, *pixel, settings.contrast);
  if (!arguments)
    return arguments.error();
  Result<Program> program = Program::fromFile(settings.program);
  if (!program)
    return program.error();
  auto start = std::chrono::steady_clock::now();
  Result<LoadedKernel> kernel = program->kernel("groot_filter", *arguments);
  if (!kernel)
    return kernel.error();
  double compileSeconds = secondsSince(start), runSeconds = std::numeric_limits<double>::infinity();
  Result<std::vector<Tensor>> results = std::vector<Tensor>();
  for (int repeat = 0; repeat < settings.repeat; ++repeat) {
    results = std::vector<Tensor>(); // its memory serves the next call
    start = std::chrono::steady_clock::now();
    results = program->call("groot_filter", *arguments);
    if (!results)
      return results.error();
    runSeconds = std::min(runSeconds, secondsSince(start));
  }
  Result<Tree> tree = Tree::fromParents((*results)[2].values<int32_t>());
  if (!tree)
    return tree.error();
  if (Result<void> written = writeFigures(input, *image, *tree, *results, *pixel); !written)
    return written;
  Result<double> difference = differenceFromInterpreter(*program, *image, settings);
  if (!difference)
    return difference.error();
  fmt::print("tree        {} x {} pixels, {} vertices, {} levels, {} leaves\n", image->width, image->height,
             tree->numVertices(), tree->maxDepth() + 1, tree->numLeaves());
  fmt::print("compiled in {:.0f} ms\n", 1e3 * compileSeconds);
  fmt::print("ran in      {:.2f} ms (best of {}), the tree grown and scanned: {:.1f} million vertices per second\n",
             1e3 * runSeconds, settings.repeat, 1e-6 * static_cast<double>(tree->numVertices()) / runSeconds);
  fmt::print("difference  from the float64 interpreter on the middle 48 x 48 pixels: at most {:.1e}\n", *difference);
  return {};
}

} // namespace

int main(int argc, char **argv) {
  Settings settings;
  CLI::App app{"Filters an image with the tree scan of GrootVL: the minimum spanning tree of its pixels, and a scan "
               "along it in both directions."};
  app.add_option("image", settings.input, "a PNG file; without one the example draws its own");
  app.add_option("--pixel", settings.pixel, "the pixel whose affinity is drawn; by default the middle one")
      ->type_name("ROW,COLUMN")
      ->delimiter(',')
      ->expected(2);
  app.add_option("--contrast", settings.contrast, "a difference in colour far above it is an edge")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--repeat", settings.repeat, "how often the kernel is run; the best time counts")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  app.add_option("--program", settings.program, "another program with a kernel groot_filter");
  CLI11_PARSE(app, argc, argv);
  if (Result<void> done = run(settings); !done) {
    fmt::print(stderr, "espalier-grootvl: error: {}\n", done.error().message);
    return 1;
  }
  return 0;
}
