//===- PassMeaningTest.cpp - Passes change no value -------------------------===//
//
// Every function of the passes' own lit tests, of the hand-written adjoints, and of
// random programs of sweeps is evaluated by the interpreter before and after the
// passes, on the same random arguments.
//===----------------------------------------------------------------------===//
#include "RandomSweeps.h"
#include "compiler/Fusion/Passes.h"
#include "compiler/Interpreter/Interpreter.h"
#include "dialects/Tile/Transforms/Passes.h"
#include "dialects/Tree/Transforms/Passes.h"
#include "test/unit/compiler/Interpreter/RunText.h"

#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>

using namespace espalier;
using interpreter::Value;

namespace {

const char *const everything =
    "tile-decompose-normalisations,canonicalize,cse,tile-order-contractions,tile-merge-solves,tree-merge-reductions,"
    "tree-hoist-from-edges,tree-fuse-sweeps,canonicalize,cse,tile-merge-solves,tree-merge-reductions,tree-fuse-sweeps,"
    "canonicalize";

void registerPasses() {
  static bool once = [] {
    mlir::registerCanonicalizer();
    mlir::registerCSE();
    tile::registerEspalierTilePasses();
    tree::registerEspalierTreePasses();
    fusion::registerEspalierFusionPasses();
    return true;
  }();
  (void)once;
}

/// Makes arguments of any function: every dynamic size and every index is `size`, and so is the number of vertices.
class Arguments {
public:
  Arguments(int64_t size, unsigned seed, bool isExtreme) : size(size), engine(seed), isExtreme(isExtreme) {}

  /// None for a type that the test does not know.
  std::optional<std::vector<Value>> of(mlir::func::FuncOp function) {
    std::vector<Value> values;
    for (mlir::Type type : function.getArgumentTypes()) {
      std::optional<Value> value = of(type);
      if (!value)
        return std::nullopt;
      values.push_back(*value);
    }
    return values;
  }

private:
  std::optional<Value> of(mlir::Type type) {
    if (type.isIndex())
      return Value(size);
    if (auto tree = mlir::dyn_cast<tree::TreeType>(type))
      return ofTree(tree);
    auto tensor = mlir::dyn_cast<mlir::RankedTensorType>(type);
    if (!mlir::isa<mlir::FloatType>(mlir::getElementTypeOrSelf(type)))
      return tensor && tensor.getElementType().isInteger(32) ? std::optional(ofIntegers(shapeOf(tensor)))
                                                             : std::nullopt;
    return ofFloats(tensor ? shapeOf(tensor) : Shape());
  }

  Shape shapeOf(mlir::RankedTensorType type) {
    Shape shape;
    for (int64_t extent : type.getShape())
      shape.push_back(mlir::ShapedType::isDynamic(extent) ? size : extent);
    return shape;
  }

  /// Square trailing axes have a heavy diagonal, so that solves are well posed.
  Value ofFloats(const Shape &shape) {
    int64_t count = 1, n = shape.size() >= 2 && shape.back() == shape[shape.size() - 2] ? shape.back() : 0;
    for (int64_t extent : shape)
      count *= extent;
    std::vector<double> values(count);
    for (int64_t i = 0; i < count; ++i) {
      values[i] = std::uniform_real_distribution<double>(-1, 1)(engine);
      if (n && i / n % n == i % n)
        values[i] += double(n) + 1;
      if (isExtreme && engine() % 2)
        values[i] = extremes[engine() % std::size(extremes)];
    }
    return interpreter::tensor(shape, values);
  }

  Value ofIntegers(const Shape &shape) {
    int64_t count = 1;
    for (int64_t extent : shape)
      count *= extent;
    return interpreter::integers(shape, std::vector<int32_t>(count, 1));
  }

  std::optional<Value> ofTree(tree::TreeType type) {
    switch (type.getKind()) {
    case tree::Kind::chain:
      return *Tree::chain(size);
    case tree::Kind::rooted:
      return interpreter::treeOf(interpreter::randomParents(size, engine()));
    case tree::Kind::forest:
      return interpreter::treeOf(interpreter::randomParents(size, engine(), 0.3), TreeKind::forest);
    case tree::Kind::perfect:
      return std::nullopt;
    }
    return std::nullopt;
  }

  static constexpr double infinity = std::numeric_limits<double>::infinity();
  static constexpr double extremes[] = {-infinity, -infinity, -infinity, infinity, std::nan(""), 1e300, -1e300, 0};
  int64_t size;
  std::mt19937 engine;
  bool isExtreme;
};

/// Equal up to rounding; a NaN equals a NaN.
void expectEqual(const Value &found, const Value &expected) {
  std::vector<double> a = interpreter::numbers(found), b = interpreter::numbers(expected);
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i)
    if (!(std::isnan(a[i]) && std::isnan(b[i])) && a[i] != b[i]) {
      EXPECT_NEAR(a[i], b[i], 1e-9 * (1 + std::abs(b[i]))) << "element " << i;
    }
}

/// Counts what was compared, so that a test of nothing does not pass.
struct Comparison {
  int functions = 0;
  int sweepsBefore = 0, sweepsAfter = 0;
};

int countSweeps(mlir::Operation *op) {
  int count = 0;
  op->walk([&](tree::SweepOp) { ++count; });
  return count;
}

void compare(const std::string &text, const std::string &pipeline, int64_t size, unsigned seed, bool isExtreme,
             Comparison &comparison) {
  registerPasses();
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  context.loadDialect<mlir::func::FuncDialect, mlir::arith::ArithDialect, mlir::math::MathDialect, tile::TileDialect,
                      tree::TreeDialect>();
  auto before = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
  ASSERT_TRUE(before) << text;
  auto after = before->clone();
  mlir::OwningOpRef<mlir::ModuleOp> owner(after);
  mlir::PassManager passes(&context);
  ASSERT_TRUE(mlir::succeeded(mlir::parsePassPipeline(pipeline, passes)));
  ASSERT_TRUE(mlir::succeeded(passes.run(after))) << text;
  comparison.sweepsBefore += countSweeps(*before);
  comparison.sweepsAfter += countSweeps(after);
  for (auto function : before->getOps<mlir::func::FuncOp>()) {
    SCOPED_TRACE(function.getName().str() + " by " + pipeline + " of size " + std::to_string(size) + ", seed " +
                 std::to_string(seed));
    std::optional<std::vector<Value>> arguments = Arguments(size, seed, isExtreme).of(function);
    if (!arguments || function.getNumResults() == 0)
      continue;
    Result<std::vector<Value>> expected = interpreter::interpret(function, *arguments);
    Result<std::vector<Value>> found =
        interpreter::interpret(after.lookupSymbol<mlir::func::FuncOp>(function.getName()), *arguments);
    // What is at fault before may be removed, but nothing becomes a fault.
    if (!expected)
      continue;
    ASSERT_TRUE(found) << found.error().message;
    ASSERT_EQ(found->size(), expected->size());
    for (size_t i = 0; i < found->size(); ++i)
      expectEqual((*found)[i], (*expected)[i]);
    ++comparison.functions;
  }
}

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

struct File {
  const char *path;
  const char *pipeline;
  int numFunctions; // that have results and arguments which the test can make
};

const File files[] = {
    {"dialects/Tile/folds.mlir", "canonicalize", 7},
    {"dialects/Tile/Transforms/decompose-normalisations.mlir", "tile-decompose-normalisations", 5},
    {"dialects/Tile/Transforms/order-contractions.mlir", "tile-order-contractions", 7},
    {"dialects/Tile/Transforms/merge-solves.mlir", "tile-merge-solves", 6},
    {"dialects/Tree/folds.mlir", "canonicalize", 6},
    {"dialects/Tree/Transforms/merge-reductions.mlir", "tree-merge-reductions", 5},
    {"dialects/Tree/Transforms/hoist-from-edges.mlir", "tree-hoist-from-edges", 4},
    {"compiler/Fusion/fuse-sweeps.mlir", "tree-fuse-sweeps", 14},
    {"gradients/tree_scan.mlir", "tree-fuse-sweeps", 2},
    {"gradients/myo.mlir", "tree-fuse-sweeps", 2},
    {"gradients/selective_scan.mlir", "tree-fuse-sweeps", 2},
    {"gradients/tree_lstm.mlir", "tree-fuse-sweeps", 2},
};

void PrintTo(const File &file, std::ostream *stream) { *stream << file.path; }

class PassMeaning : public testing::TestWithParam<File> {};

TEST_P(PassMeaning, IsKept) {
  for (const char *pipeline : {GetParam().pipeline, everything})
    for (int64_t size : {1, 2, 7}) {
      Comparison comparison;
      for (const std::string &part : partsOf(GetParam().path))
        compare(part, pipeline, size, unsigned(size), false, comparison);
      if (size == 7) {
        EXPECT_EQ(comparison.functions, GetParam().numFunctions);
      }
    }
}

INSTANTIATE_TEST_SUITE_P(Files, PassMeaning, testing::ValuesIn(files), [](const auto &test) {
  std::string name = test.param.path;
  for (char &c : name)
    c = std::isalnum(c) ? c : '_';
  return name;
});

TEST(DecomposeNormalisations, KeepsInfinitiesAndNaN) {
  Comparison comparison;
  for (unsigned seed = 0; seed < 200; ++seed)
    for (const std::string &part : partsOf("dialects/Tile/Transforms/decompose-normalisations.mlir"))
      compare(part, "tile-decompose-normalisations", 1, seed, true, comparison);
  EXPECT_EQ(comparison.functions, 200 * 5);
}

TEST(FuseSweeps, KeepsRandomPrograms) {
  Comparison fused, all;
  for (unsigned seed = 0; seed < 400; ++seed) {
    std::string text = randomSweeps(seed);
    SCOPED_TRACE(text);
    compare(text, "tree-fuse-sweeps", 2 + seed % 6, seed, false, fused);
    compare(text, everything, 2 + seed % 6, seed, false, all);
    if (HasFailure())
      return;
  }
  EXPECT_EQ(fused.functions, 400);
  EXPECT_EQ(all.functions, 400);
  // Some programs fuse, others cannot.
  EXPECT_LT(fused.sweepsAfter, fused.sweepsBefore * 9 / 10);
  EXPECT_GT(fused.sweepsAfter, 400 + 400 / 4);
}

} // namespace
