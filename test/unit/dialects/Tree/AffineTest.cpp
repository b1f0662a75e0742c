//===- AffineTest.cpp - Which sweeps are affine in their state, and look-alikes ===//
#include "dialects/Tree/IR/Affine.h"
#include "test/unit/compiler/Lowering/CompileText.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <gtest/gtest.h>

using namespace espalier;
using tree::Affinity;

namespace {

/// %a, %x: tiles of six elements at the vertex, %n: a number, %i: a condition, %m: six conditions, %w: a matrix.
/// %s: the state, a tile; %k: another state, a number: as the first lines of a body say.
const char *before = R"(
    %a = tree.read %A[%v : !tree.vertex] : tensor<?x6xf32> -> tensor<6xf32>
    %x = tree.read %X[%v : !tree.vertex] : tensor<?x6xf32> -> tensor<6xf32>
    %n = tree.read %N[%v : !tree.vertex] : tensor<?xf32> -> f32
    %w = tree.read %W[] : tensor<6x6xf32> -> tensor<6x6xf32>
    %i = tree.is_leaf %v of %T : !tree.tree<rooted>
    %m = arith.cmpf ogt, %a, %x : tensor<6xf32>
    %zero = arith.constant 0 : index
)";
const char *atParent = R"(
    %p = tree.parent %v of %T : !tree.tree<rooted>
    %s = tree.read %self[%p : !tree.vertex] : tensor<?x6xf32> -> tensor<6xf32>
    %k = tree.read %number[%p : !tree.vertex] : tensor<?xf32> -> f32
)";

struct Body {
  const char *name;
  const char *text; // defines %y, what the first definition is, and %z, what the second is
  Affinity affinity;
};

const Body bodies[] = {
    {"Gated", "%b = arith.mulf %a, %s : tensor<6xf32>\n%y = arith.addf %b, %x : tensor<6xf32>", Affinity::elementwise},
    {"GatedFromTheRight", "%b = arith.mulf %s, %a : tensor<6xf32>\n%y = arith.subf %x, %b : tensor<6xf32>",
     Affinity::elementwise},
    {"StateTwice",
     "%b = arith.mulf %s, %a : tensor<6xf32>\n%d = arith.negf %s : tensor<6xf32>\n%y = arith.addf %b, %d : "
     "tensor<6xf32>",
     Affinity::elementwise},
    {"Divided", "%y = arith.divf %s, %a : tensor<6xf32>", Affinity::elementwise},
    {"ScaledByNumber", "%b = tile.broadcast %n : f32 -> tensor<6xf32>\n%y = arith.mulf %b, %s : tensor<6xf32>",
     Affinity::elementwise},
    {"ChosenByVertex", "%y = arith.select %i, %x, %s : tensor<6xf32>", Affinity::elementwise},
    {"ChosenByElement", "%y = arith.select %m, %x, %s : tensor<6xi1>, tensor<6xf32>", Affinity::elementwise},
    {"GateOfInputs", "%e = math.exp %a : tensor<6xf32>\n%y = arith.mulf %e, %s : tensor<6xf32>", Affinity::elementwise},
    {"NotRecurrent", "%y = arith.addf %a, %x : tensor<6xf32>", Affinity::constant},

    {"Product", "%y = tile.contract \"ij,j->i\"(%w, %s) : (tensor<6x6xf32>, tensor<6xf32>) -> tensor<6xf32>",
     Affinity::matrix},
    {"Mean", "%b = tile.reduce sum %s [0] : tensor<6xf32> -> f32\n%y = tile.broadcast %b : f32 -> tensor<6xf32>",
     Affinity::matrix},
    {"OtherState", "%b = tile.broadcast %k : f32 -> tensor<6xf32>\n%y = arith.addf %b, %s : tensor<6xf32>",
     Affinity::matrix},
    {"Turned",
     "%b = tile.slice %s [3] : tensor<6xf32> -> tensor<3xf32>\n%d = tile.slice %s [0] : tensor<6xf32> -> "
     "tensor<3xf32>\n"
     "%y = tile.concat axis 0 (%b, %d) : (tensor<3xf32>, tensor<3xf32>) -> tensor<6xf32>",
     Affinity::matrix},
    {"Solved", "%y = tile.solve general %w (%s) : (tensor<6x6xf32>, tensor<6xf32>) -> tensor<6xf32>", Affinity::matrix},

    {"Square", "%y = arith.mulf %s, %s : tensor<6xf32>", Affinity::other},
    {"DividedByState", "%y = arith.divf %x, %s : tensor<6xf32>", Affinity::other},
    {"Function", "%b = math.tanh %s : tensor<6xf32>\n%y = arith.addf %b, %x : tensor<6xf32>", Affinity::other},
    {"Maximum", "%y = arith.maximumf %x, %s : tensor<6xf32>", Affinity::other},
    {"ConditionOnState",
     "%g = arith.cmpf ogt, %s, %x : tensor<6xf32>\n%y = arith.select %g, %x, %a : tensor<6xi1>, tensor<6xf32>",
     Affinity::other},
    {"GateOfState",
     "%g = math.exp %s : tensor<6xf32>\n%b = arith.mulf %g, %x : tensor<6xf32>\n%y = arith.addf %b, %x : tensor<6xf32>",
     Affinity::other},
    {"LargestElement",
     "%b = tile.reduce max %s [0] : tensor<6xf32> -> f32\n%y = tile.broadcast %b : f32 -> tensor<6xf32>",
     Affinity::other},
    {"Softmax", "%y = tile.softmax %s axis 0 : tensor<6xf32>", Affinity::other},
    {"BothFactors", "%y = tile.contract \"i,i->i\"(%s, %s) : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xf32>",
     Affinity::other},
    {"MatrixOfState",
     "%o = tile.contract \"i,j->ij\"(%s, %x) : (tensor<6xf32>, tensor<6xf32>) -> tensor<6x6xf32>\n"
     "%y = tile.solve general %o (%x) : (tensor<6x6xf32>, tensor<6xf32>) -> tensor<6xf32>",
     Affinity::other},
    {"Rounded",
     "%b = arith.truncf %s : tensor<6xf32> to tensor<6xbf16>\n%y = arith.extf %b : tensor<6xbf16> to tensor<6xf32>",
     Affinity::other},
};

void PrintTo(const Body &body, std::ostream *stream) { *stream << body.name; }

std::string sweep(const std::string &direction, const std::string &body) {
  return "func.func @f(%T: !tree.tree<rooted>, %A: tensor<?x6xf32>, %X: tensor<?x6xf32>, %N: tensor<?xf32>, %W: "
         "tensor<6x6xf32>) {\n  %all:2 = tree.sweep " +
         direction +
         " over %T : !tree.tree<rooted> {\n  ^bb0(%v: !tree.vertex, %self: tensor<?x6xf32>, %number: "
         "tensor<?xf32>):\n" +
         before + body +
         "\n    tree.yield %y, %z : tensor<6xf32>, f32\n  } : tensor<?x6xf32>, tensor<?xf32>\n  return\n}\n";
}

tree::SweepOp sweepOf(mlir::ModuleOp module) {
  return *(*module.getOps<mlir::func::FuncOp>().begin()).getOps<tree::SweepOp>().begin();
}

class AffineBodies : public testing::TestWithParam<Body> {};

TEST_P(AffineBodies, AreToldFromLookAlikes) {
  auto module = parse(sweep("down", std::string(atParent) + GetParam().text + "\n%z = arith.addf %k, %n : f32"));
  ASSERT_TRUE(module);
  tree::AffineStates states(sweepOf(*module));
  EXPECT_EQ(states.states().size(), 2u);
  EXPECT_EQ(states.recurrence(), std::max(GetParam().affinity, Affinity::elementwise)); // the second is
  EXPECT_EQ(states.of(sweepOf(*module).getYield().getValues()[0]), GetParam().affinity);
  EXPECT_EQ(states.obstacle() != nullptr, GetParam().affinity > Affinity::elementwise);
}

/// The same through a sum over children, and what stands in the sum.
TEST_P(AffineBodies, AreToldInSumsOverChildren) {
  std::string text =
      "%sum, %z = tree.reduce [sum, sum] over children(%v) of %T : !tree.tree<rooted> {\n^bb0(%c: !tree.vertex):\n"
      "%s = tree.read %self[%c : !tree.vertex] : tensor<?x6xf32> -> tensor<6xf32>\n"
      "%k = tree.read %number[%c : !tree.vertex] : tensor<?xf32> -> f32\n" +
      std::string(GetParam().text) +
      "\ntree.yield %y, %k : tensor<6xf32>, f32\n} : tensor<6xf32>, f32\n%twice = arith.addf %sum, %x : tensor<6xf32>";
  std::string whole = sweep("up", text);
  whole.replace(whole.rfind("%y, %z"), 6, "%twice, %z");
  auto module = parse(whole);
  ASSERT_TRUE(module);
  tree::AffineStates states(sweepOf(*module));
  EXPECT_EQ(states.recurrence(), std::max(GetParam().affinity, Affinity::elementwise));
}

INSTANTIATE_TEST_SUITE_P(Bodies, AffineBodies, testing::ValuesIn(bodies),
                         [](const auto &test) { return std::string(test.param.name); });

Affinity ofReduction(const std::string &kind, const std::string &filter) {
  auto module =
      parse(sweep("up", "%y = tree.reduce [" + kind + "] over children(%v) of %T : !tree.tree<rooted> " + filter +
                            " {\n^bb0(%c: !tree.vertex):\n"
                            "%s = tree.read %self[%c : !tree.vertex] : tensor<?x6xf32> -> tensor<6xf32>\n"
                            "tree.yield %s : tensor<6xf32>\n} : tensor<6xf32>\n%z = arith.addf %n, %n : f32"));
  return module ? tree::AffineStates(sweepOf(*module)).recurrence() : Affinity::constant;
}

TEST(AffineSums, AddAndDoNotChoose) {
  EXPECT_EQ(ofReduction("sum", ""), Affinity::elementwise);
  EXPECT_EQ(ofReduction("max", ""), Affinity::other);
  EXPECT_EQ(ofReduction("logsumexp", ""), Affinity::other);
  EXPECT_EQ(ofReduction("sum", "filter {\n^bb0(%c: !tree.vertex):\n%l = tree.is_leaf %c of %T : !tree.tree<rooted>\n"
                               "tree.yield %l : i1\n}"),
            Affinity::elementwise);
  EXPECT_EQ(ofReduction("sum", "filter {\n^bb0(%c: !tree.vertex):\n"
                               "%q = tree.read %number[%c : !tree.vertex] : tensor<?xf32> -> f32\n"
                               "%l = arith.cmpf ogt, %q, %n : f32\ntree.yield %l : i1\n}"),
            Affinity::other);
}

TEST(AffineStates, KnowWhichStatesTheyDependOn) {
  auto module = parse(
      sweep("down", std::string(atParent) + "%y = arith.addf %s, %x : tensor<6xf32>\n%z = arith.mulf %k, %n : f32"));
  ASSERT_TRUE(module);
  tree::SweepOp op = sweepOf(*module);
  tree::AffineStates states(op);
  for (unsigned number : {0u, 1u}) {
    EXPECT_TRUE(states.statesIn(op.getYield().getValues()[number]).test(number));
    EXPECT_FALSE(states.statesIn(op.getYield().getValues()[number]).test(1 - number));
  }
}

} // namespace
