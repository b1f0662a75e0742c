//===- Subject.h - The tree that is drawn, its image, its edge weights ------===//
#ifndef ESPALIER_COMPILER_TOOLS_ESPALIER_DRAW_SUBJECT_H
#define ESPALIER_COMPILER_TOOLS_ESPALIER_DRAW_SUBJECT_H

#include "runtime/Picture/Image.h"
#include "runtime/Tree/Tree.h"

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <vector>

namespace espalier::tool {

struct Subject {
  std::string title; // "minimum spanning tree of scene.png, 64 x 64 pixels"
  std::optional<picture::Image> image;
  Tree tree;
  std::vector<double> weights; // of the edge above each vertex; empty where nothing says them
};

/// An image, or a tree without one.
struct SubjectFlags {
  std::string input, tree, weights;
  double contrast = 0.1;
  int64_t neighbours = 4;
  std::string root = "0,0";

  /// `inputs` says what the positional argument may be.
  void add(CLI::App &command, const char *inputs);

  /// Errors: an unreadable image or tree, one that is too large to draw, a tree or weights that do not fit the image, a
  /// root outside it.
  Result<Subject> read() const;
};

/// "ROW,COLUMN" within an image of that size, as the number of the pixel. Errors name `what`.
Result<int64_t> parsePixel(const std::string &text, picture::Size size, const char *what);

} // namespace espalier::tool

#endif
