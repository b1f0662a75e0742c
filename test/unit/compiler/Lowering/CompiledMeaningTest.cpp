//===- CompiledMeaningTest.cpp - Compiled sweeps mean what the dialects say -===//
//
// Random programs of sweeps, adjoints written by hand, and the functions of the passes'
// own lit tests, compiled and run, against the interpreter.
//===----------------------------------------------------------------------===//
#include "test/unit/compiler/Lowering/Comparison.h"
#include "test/unit/dialects/RandomSweeps.h"

#include <gtest/gtest.h>

#include <fstream>

using namespace espalier;

namespace {

/// The parts of a file between "// -----" lines.
std::vector<std::string> partsOf(const std::string &path) {
  std::ifstream file(ESPALIER_TEST_DIR "/" + path);
  std::vector<std::string> parts(1);
  for (std::string line; std::getline(file, line);)
    if (line == "// -----")
      parts.emplace_back();
    else
      parts.back() += line + "\n";
  return parts;
}

TEST(CompiledMeaning, RandomPrograms) {
  int compared = 0;
  for (unsigned seed = 0; seed < 60 && !HasFailure(); ++seed)
    compared += compareText(randomSweeps(seed), 1 + seed % 7, seed);
  EXPECT_EQ(compared, 60);
}

struct File {
  const char *path;
  int numFunctions; // that are compared
};

const File files[] = {
    {"compiler/Lowering/structure-sweeps.mlir", 4},
    {"dialects/Tree/Transforms/merge-reductions.mlir", 1},
    {"compiler/Fusion/fuse-sweeps.mlir", 12},
    {"gradients/attention.mlir", 2},
    {"gradients/mlr_attention.mlir", 2},
    {"gradients/tree_scan.mlir", 2},
    {"gradients/myo.mlir", 2},
    {"gradients/selective_scan.mlir", 2},
    {"gradients/tree_lstm.mlir", 2},
};

void PrintTo(const File &file, std::ostream *stream) { *stream << file.path; }

class CompiledFile : public testing::TestWithParam<File> {};

TEST_P(CompiledFile, MeansTheSame) {
  for (int64_t size : {1, 2, 7}) {
    int compared = 0;
    for (const std::string &part : partsOf(GetParam().path))
      compared += compareText(part, size, unsigned(size));
    EXPECT_GE(compared, GetParam().numFunctions);
  }
}

INSTANTIATE_TEST_SUITE_P(Files, CompiledFile, testing::ValuesIn(files), [](const auto &test) {
  std::string name = test.param.path;
  for (char &c : name)
    c = std::isalnum(c) ? c : '_';
  return name;
});

} // namespace
