//===- demo.cpp - Filters an image with the Myo layer -----------------------===//
//
// Reads an image (or draws one), lays it on quad-trees, compiles and runs the kernel
// edge_filter of examples/layers/edge_filter.esp, and writes the result beside the
// input. Prints how large the system was, how fast it was solved, and how well.
//===----------------------------------------------------------------------===//
#include "compiler/Driver/Program.h"
#include "compiler/Tools/Measure/Probes.h"
#include "examples/demo/Measure.h"
#include "examples/demo/QuadTree.h"
#include "examples/scene/Scene.h"
#include "runtime/Picture/Png.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>

using namespace espalier;
using namespace espalier::demo;
using picture::readPng, picture::writePng;

namespace {

struct Settings {
  std::string input;
  std::string program = ESPALIER_SOURCE_DIR "/examples/layers/edge_filter.esp";
  double contrast = 0.16; // differences in colour far above it are edges
  double strength = 8;    // of the couplings, against 1 for the pixel's own colour
  int copies = 8;
  int repeat = 3;
};

double secondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// The arguments of edge_filter for an image: a tree, its leaves' colours, two numbers.
Result<std::vector<NamedValue>> argumentsFor(const Image &image, const Layout &layout, const Settings &settings) {
  Result<Tree> tree = Tree::perfect(4, layout.levels);
  if (!tree)
    return tree.error();
  Result<Tensor> colours = toLeaves(image, layout);
  if (!colours)
    return colours.error();
  return std::vector<NamedValue>{
      {"G", *tree}, {"colour", *colours}, {"contrast", settings.contrast}, {"strength", settings.strength}};
}

/// The largest difference between the compiled kernel and the interpreter on the middle of the image.
Result<double> differenceFromInterpreter(const Program &program, const Image &image, const Settings &settings) {
  Image middle = image.middle(32);
  Layout layout = Layout::of(middle, 2);
  Result<std::vector<NamedValue>> arguments = argumentsFor(middle, layout, settings);
  if (!arguments)
    return arguments.error();
  CallOptions interpreted;
  interpreted.target = Target::interp;
  Result<std::vector<Tensor>> compiled = program.call("edge_filter", *arguments);
  if (!compiled)
    return compiled.error();
  Result<std::vector<Tensor>> expected = program.call("edge_filter", *arguments, interpreted);
  if (!expected)
    return expected.error();
  return largestDifference(compiled->front(), expected->front());
}

Result<void> run(const Settings &settings) {
  std::filesystem::path input = settings.input;
  if (settings.input.empty()) {
    input = "espalier-demo.png";
    if (Result<void> drawn = writePng(input, drawScene(256, 0.06f)); !drawn)
      return drawn;
    fmt::print("drew        {}\n", input.string());
  }
  std::filesystem::path output = input;
  output.replace_filename(input.stem().string() + "-filtered.png");

  Result<Image> image = readPng(input);
  if (!image)
    return image.error();
  Layout layout = Layout::of(*image, settings.copies);
  Result<std::vector<NamedValue>> arguments = argumentsFor(*image, layout, settings);
  if (!arguments)
    return arguments.error();
  Result<Program> program = Program::fromFile(settings.program);
  if (!program)
    return program.error();

  auto start = std::chrono::steady_clock::now();
  Result<PreparedCall> filter = program->prepare("edge_filter", *arguments);
  if (!filter)
    return filter.error();
  double compileSeconds = secondsSince(start);

  Result<std::vector<Tensor>> results = filter->kernel.call(filter->arguments);
  if (!results)
    return results.error();
  measure::CopyProbe copy;
  std::vector<measure::Contender> contenders = {
      {"edge_filter", [&] { return filter->kernel.callInto(filter->arguments, *results); }},
      {"copy", [&]() -> Result<void> { return copy.run(), Result<void>(); }}};
  if (Result<void> done = measure::interleave(contenders, {.seconds = 0, .leastTurns = settings.repeat}); !done)
    return done;
  double runSeconds = contenders[0].times.least();
  double rate = static_cast<double>(measure::CopyProbe::bytes()) / contenders[1].times.least();

  const Tensor &x = (*results)[0], &A = (*results)[1], &B = (*results)[2], &u = (*results)[3];
  if (Result<void> written = writePng(output, fromLeaves(x, layout)); !written)
    return written;
  Result<double> difference = differenceFromInterpreter(*program, *image, settings);
  if (!difference)
    return difference.error();

  const Tensor &colours = std::get<Tensor>((*arguments)[1].value);
  double bytes = static_cast<double>(colours.numBytes() + x.numBytes() + A.numBytes() + B.numBytes() + u.numBytes());
  fmt::print("wrote       {}\n", output.string());
  fmt::print("image       {} x {} pixels on {} quad-trees of {} vertices, {} in all\n", image->width, image->height,
             layout.offsets.size(), layout.numVertices(),
             layout.numVertices() * static_cast<int64_t>(layout.offsets.size()));
  fmt::print("tile size   n = {} (colours), m = 1\n", A.size(2));
  fmt::print("compiled in {:.0f} ms\n", 1e3 * compileSeconds);
  fmt::print("ran in      {:.1f} ms (best of {}): {:.2f} GB/s of inputs and results, {:.0f} % of a copy in this "
             "process ({:.1f} GB/s)\n",
             1e3 * runSeconds, settings.repeat, 1e-9 * bytes / runSeconds, 100 * bytes / runSeconds / rate,
             1e-9 * rate);
  fmt::print("residual    ||T x - u|| / ||u|| = {:.1e}\n", residual(A, B, x, u));
  fmt::print("difference  from the float64 interpreter on the middle 32 x 32 pixels: at most {:.1e}\n", *difference);
  return {};
}

} // namespace

int main(int argc, char **argv) {
  Settings settings;
  CLI::App app{"Filters an image with the Myo layer: smooth within regions, sharp at edges, at all scales at once."};
  app.add_option("image", settings.input, "a PNG file; without one the demo draws its own");
  app.add_option("--contrast", settings.contrast, "differences in colour far above it are edges")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--strength", settings.strength, "of the smoothing")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  app.add_option("--copies", settings.copies, "how often the image is laid on the tree, each time moved")
      ->capture_default_str()
      ->check(CLI::Range(1, 64));
  app.add_option("--repeat", settings.repeat, "how often the kernel is run; the best time counts")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  app.add_option("--program", settings.program, "another program with a kernel edge_filter");
  CLI11_PARSE(app, argc, argv);
  if (Result<void> done = run(settings); !done) {
    fmt::print(stderr, "espalier-demo: error: {}\n", done.error().message);
    return 1;
  }
  return 0;
}
