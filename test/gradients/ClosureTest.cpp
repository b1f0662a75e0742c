//===- ClosureTest.cpp - Hand-written adjoints against golden gradients -----===//
//
// Each NAME.mlir holds a layer, @forward, and its adjoint, @adjoint, in the same few
// operations: that the adjoint can be written shows that the dialects are closed under
// differentiation. Here both run in the interpreter on the inputs of test/vectors, which
// an independent float64 implementation made, and meet its results.
//
// @forward takes the tree (of a layer on trees), the inputs, the number of batch elements and the
// sizes of other dynamic axes; @adjoint also the cotangent, behind the inputs, and returns a gradient for each
// input of floats.
//===----------------------------------------------------------------------===//
#include "compiler/Interpreter/Interpreter.h"
#include "runtime/Tensor/Npy.h"

#include "dialects/Block/IR/BlockDialect.h"
#include "dialects/Tree/IR/TreeDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

using namespace espalier;
using interpreter::Value;

namespace {

/// A tensor of the layer: its axes after the batch axes, "V" for the vertices, "l" for the leaves, "N" for positions.
/// Shared by the batch if it has none of these.
struct Input {
  std::string name, axes;
  bool hasBatch = axes.find_first_of("VlN") != std::string::npos;
};

struct Layer {
  std::string name;
  std::vector<Input> inputs;
  std::string resultAxes;
  std::string extents = ""; // dynamic axes whose sizes are arguments
};

const Layer treeScan{"tree_scan", {{"u", "Vd"}, {"a", "Vd"}}, "Vd"};
const Layer myo{"myo", {{"A", "Vnn"}, {"B", "Vnn"}, {"C", "Vnn"}, {"u", "Vnm"}}, "Vnm"};
const Layer selectiveScan{
    "selective_scan", {{"delta", "Vd"}, {"A", "ds"}, {"B", "Vs"}, {"C", "Vs"}, {"x", "Vd"}, {"skip", "d"}}, "Vd"};
const Layer treeLstm{"tree_lstm",
                     {{"x", "Ve"},
                      {"Wi", "de"},
                      {"Wo", "de"},
                      {"Wu", "de"},
                      {"Wf", "de"},
                      {"Ui", "dd"},
                      {"Uo", "dd"},
                      {"Uu", "dd"},
                      {"Uf", "dd"}},
                     "Vd"};

const Layer classifierLoss{
    "classifier_loss",
    {{"token", "l"}, {"label", "", true}, {"E", "tn"}, {"Ab", "n"}, {"Bb", "nn"}, {"head", "cn"}},
    ""};
const Layer btt{"btt", {{"L", "bacs"}, {"R", "cdbs"}, {"x", "Ncd"}}, "Nab", "N"};
const Layer attention{"attention", {{"q", "Nr"}, {"k", "Nr"}, {"v", "Nm"}}, "Nm", "N"};
const Layer mlrAttention{"mlr_attention", {{"q", "Nr"}, {"k", "Nr"}, {"v", "Nm"}}, "Nm", "N"};

/// A folder of test/vectors; the tree is perfect:k,height, chain:n, parents.npy, or none; the table stands for #table,
/// and its length for #levels.
struct Case {
  std::string folder;
  const Layer *layer;
  std::string tree = "";
  std::string table = "";
};

const Case cases[] = {
    {"tree_scan_0_perfect_d5", &treeScan, "perfect:2,4"},
    {"tree_scan_1_chain_d16", &treeScan, "chain:19"},
    {"tree_scan_2_random_d3", &treeScan, "parents.npy"},
    {"myo_0_perfect_n4_m1", &myo, "perfect:2,4"},
    {"myo_1_perfect_n8_m3", &myo, "perfect:4,2"},
    {"myo_2_chain_n3_m2", &myo, "chain:17"},
    {"myo_3_random_n5_m1", &myo, "parents.npy"},
    {"myo_4_perfect_n2_m1", &myo, "perfect:3,0"},
    {"myo_5_random_n1_m1", &myo, "parents.npy"},
    {"myo_6_chain_n4_m4", &myo, "chain:1"},
    {"myo_pivot", &myo, "chain:6"},
    {"myo_float64", &myo, "chain:6"},
    {"selective_scan_0_n33", &selectiveScan, "chain:33"},
    {"selective_scan_1_n64", &selectiveScan, "chain:64"},
    {"tree_lstm_forest", &treeLstm, "parents.npy"},
    {"classifier_loss", &classifierLoss, "perfect:2,3"},
    {"btt_0", &btt},
    {"btt_1", &btt},
    {"attention_0_n32", &attention},
    {"attention_1_n50", &attention},
    {"mlr_attention_0_n32", &mlrAttention, "", "0, 4, 6, 7, 8"},
    {"mlr_attention_1_n50", &mlrAttention, "", "0, 6, 10, 12"},
};

void PrintTo(const Case &test, std::ostream *stream) { *stream << test.folder; }

class Closure : public testing::TestWithParam<Case> {
protected:
  void SetUp() override {
    for (const Input &input : GetParam().layer->inputs)
      arguments.push_back(collapsed(input, load(input.name)));
    if (!GetParam().tree.empty())
      arguments.insert(arguments.begin(), tree());
  }

  Tensor load(const std::string &name) {
    Result<Tensor> tensor = readNpy(ESPALIER_TEST_DIR "/vectors/" + GetParam().folder + "/" + name + ".npy");
    EXPECT_TRUE(tensor) << tensor.error().message;
    return *tensor;
  }

  /// One batch axis of the product of them all; notes the sizes of the tile's axes.
  Tensor collapsed(const Input &input, const Tensor &tensor) {
    size_t numBatchAxes = tensor.rank() - input.axes.size();
    Shape shape(tensor.shape().begin() + numBatchAxes, tensor.shape().end());
    for (size_t axis = 0; axis < input.axes.size(); ++axis)
      sizes[input.axes[axis]] = shape[axis];
    if (!input.hasBatch)
      return tensor;
    batch = 1;
    for (size_t axis = 0; axis < numBatchAxes; ++axis)
      batch *= tensor.size(axis);
    shape.insert(shape.begin(), batch);
    return *tensor.contiguous()->reshaped(shape);
  }

  Value tree() {
    int arity, height, length;
    if (std::sscanf(GetParam().tree.c_str(), "perfect:%d,%d", &arity, &height) == 2)
      return *Tree::perfect(arity, height);
    if (std::sscanf(GetParam().tree.c_str(), "chain:%d", &length) == 1)
      return *Tree::chain(length);
    return *Tree::fromParents(load("parents").values<int32_t>(), TreeKind::forest);
  }

  void addSizes() {
    arguments.push_back(batch);
    for (char axis : GetParam().layer->extents)
      arguments.push_back(sizes.at(axis));
  }

  /// The text of the layer for the sizes of this case. In a line "!nm = tensor<4x2xf32>  // n x m" the comment says
  /// what the sizes stand for.
  std::string text() {
    std::ifstream file(ESPALIER_TEST_DIR "/gradients/" + GetParam().layer->name + ".mlir");
    std::string result, line;
    while (std::getline(file, line)) {
      size_t open = line.find('<'), comment = line.find("//");
      if (line.rfind('!', 0) == 0 && comment != std::string::npos) {
        std::istringstream axes(line.substr(comment + 2));
        line = line.substr(0, open + 1);
        for (std::string axis; axes >> axis;)
          line += axis == "x" || axis == "?" || std::isdigit(axis[0]) ? axis : std::to_string(sizes.at(axis[0]));
        line += "xf32>";
      }
      const std::string &table = GetParam().table;
      if (line.rfind("#levels", 0) == 0)
        line = "#levels = " + std::to_string(std::count(table.begin(), table.end(), ',')) + " : i64";
      if (line.rfind("#table", 0) == 0)
        line = "#table = array<i64: " + table + ">";
      result += line + "\n";
    }
    return result;
  }

  std::vector<Value> run(const std::string &function) {
    mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
    context.loadDialect<mlir::func::FuncDialect, mlir::arith::ArithDialect, mlir::math::MathDialect, tile::TileDialect,
                        tree::TreeDialect, block::BlockDialect>();
    auto module = mlir::parseSourceString<mlir::ModuleOp>(text(), &context, GetParam().layer->name + ".mlir");
    if (!module) {
      ADD_FAILURE() << "the text does not parse";
      return {};
    }
    auto results = interpreter::interpret(module->lookupSymbol<mlir::func::FuncOp>(function), arguments);
    EXPECT_TRUE(results) << results.error().message;
    return results ? *results : std::vector<Value>();
  }

  /// In norm, relative to what is expected. The inputs are exact, so only rounding of doubles is left.
  void expectEqual(const Value &found, const std::string &name) {
    Tensor want = *load(name).contiguous(), got = std::get<Tensor>(found);
    ASSERT_EQ(got.numElements(), want.numElements()) << name;
    std::span<double> wanted = want.values<double>(), gotten = got.values<double>();
    double error = 0, scale = 0;
    for (size_t i = 0; i < wanted.size(); ++i) {
      error += (gotten[i] - wanted[i]) * (gotten[i] - wanted[i]);
      scale += wanted[i] * wanted[i];
    }
    EXPECT_LE(std::sqrt(error), 1e-12 * std::sqrt(scale)) << name;
  }

  std::vector<Value> arguments;
  std::map<char, int64_t> sizes;
  int64_t batch = 1;
};

TEST_P(Closure, ForwardMeetsTheExpectedResult) {
  addSizes();
  std::vector<Value> results = run("forward");
  ASSERT_EQ(results.size(), 1u);
  expectEqual(results[0], "expected");
}

TEST_P(Closure, AdjointMeetsTheGradients) {
  std::vector<Input> inputs;
  for (const Input &input : GetParam().layer->inputs)
    if (isFloat(load(input.name).dtype()))
      inputs.push_back(input);
  arguments.push_back(collapsed({"cotangent", GetParam().layer->resultAxes, true}, load("cotangent")));
  addSizes();
  std::vector<Value> results = run("adjoint");
  ASSERT_EQ(results.size(), inputs.size());
  for (size_t i = 0; i < inputs.size(); ++i)
    expectEqual(results[i], "grad_" + inputs[i].name);
}

INSTANTIATE_TEST_SUITE_P(Layers, Closure, testing::ValuesIn(cases), [](const auto &test) { return test.param.folder; });

} // namespace
