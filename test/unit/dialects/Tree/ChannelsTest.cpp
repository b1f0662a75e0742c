//===- ChannelsTest.cpp - Which sweeps are separable, and look-alikes -------===//
#include "dialects/Tree/IR/Channels.h"
#include "test/unit/compiler/Lowering/CompileText.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <gtest/gtest.h>

using namespace espalier;

namespace {

/// %x: tiles of six channels, %m: of three rows of them, %n: the same number at each vertex, %w: channels shared by all
/// vertices, %q: a matrix of channels. %s: the sum of the children's own %y.
const char *before = R"(
func.func @f(%T: !tree.tree<rooted>, %X: tensor<?x6xf32>, %M: tensor<?x3x6xf32>, %N: tensor<?xf32>, %W: tensor<6xf32>, %Q: tensor<6x6xf32>, %R: tensor<3x3xf32>) -> tensor<?x6xf32> {
  %all = tree.sweep up over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?x6xf32>):
    %x = tree.read %X[%v : !tree.vertex] : tensor<?x6xf32> -> tensor<6xf32>
    %m = tree.read %M[%v : !tree.vertex] : tensor<?x3x6xf32> -> tensor<3x6xf32>
    %n = tree.read %N[%v : !tree.vertex] : tensor<?xf32> -> f32
    %w = tree.read %W[] : tensor<6xf32> -> tensor<6xf32>
    %q = tree.read %Q[] : tensor<6x6xf32> -> tensor<6x6xf32>
    %r = tree.read %R[] : tensor<3x3xf32> -> tensor<3x3xf32>
    %zero = arith.constant 0 : index
    %ones = arith.constant dense<1.0> : tensor<6xf32>
    %slopes = arith.constant dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]> : tensor<6xf32>
    %s = tree.reduce [sum] over children(%v) of %T : !tree.tree<rooted> {
    ^bb0(%c: !tree.vertex):
      %below = tree.read %self[%c : !tree.vertex] : tensor<?x6xf32> -> tensor<6xf32>
      tree.yield %below : tensor<6xf32>
    } : tensor<6xf32>
)";
const char *after = R"(
    tree.yield %y : tensor<6xf32>
  } : tensor<?x6xf32>
  return %all : tensor<?x6xf32>
}
)";

struct Body {
  const char *name;
  const char *text;
  bool isSeparable;
};

const Body bodies[] = {
    {"Elementwise", "%a = math.exp %x : tensor<6xf32>\n%y = arith.addf %a, %s : tensor<6xf32>", true},
    {"SharedTile", "%a = arith.mulf %x, %w : tensor<6xf32>\n%y = arith.addf %a, %s : tensor<6xf32>", true},
    {"SplatConstant", "%a = arith.subf %ones, %x : tensor<6xf32>\n%y = arith.addf %a, %s : tensor<6xf32>", true},
    {"Number",
     "%a = tile.broadcast %n : f32 -> tensor<6xf32>\n%b = arith.mulf %a, %s : tensor<6xf32>\n%y = arith.addf %b, %x : "
     "tensor<6xf32>",
     true},
    {"ChoiceByVertex", "%i = tree.is_leaf %v of %T : !tree.tree<rooted>\n%y = arith.select %i, %x, %s : tensor<6xf32>",
     true},
    {"OtherAxisReduced",
     "%a = tile.reduce max %m [0] : tensor<3x6xf32> -> tensor<6xf32>\n%y = arith.addf %a, %s : tensor<6xf32>", true},
    {"ProductOverOtherAxis",
     "%a = tile.contract \"ij,jc->ic\"(%r, %m) : (tensor<3x3xf32>, tensor<3x6xf32>) -> tensor<3x6xf32>\n"
     "%b = tile.reduce sum %a [0] : tensor<3x6xf32> -> tensor<6xf32>\n%y = arith.addf %b, %s : tensor<6xf32>",
     true},
    {"ChannelsInFront",
     "%t = tile.transpose %m [1, 0] : tensor<3x6xf32> -> tensor<6x3xf32>\n"
     "%b = tile.reduce sum %t [1] : tensor<6x3xf32> -> tensor<6xf32>\n%y = arith.addf %b, %s : tensor<6xf32>",
     true},
    {"ReshapeAround",
     "%a = tile.reshape %x : tensor<6xf32> -> tensor<1x6xf32>\n"
     "%b = tile.concat axis 0 (%a, %m) : (tensor<1x6xf32>, tensor<3x6xf32>) -> tensor<4x6xf32>\n"
     "%c = tile.slice %b [1, 0] : tensor<4x6xf32> -> tensor<2x6xf32>\n"
     "%d = tile.reduce sum %c [0] : tensor<2x6xf32> -> tensor<6xf32>\n%y = arith.addf %d, %s : tensor<6xf32>",
     true},
    {"RowOfTile",
     "%a = tile.element %m[%zero] : tensor<3x6xf32> -> tensor<6xf32>\n%y = arith.addf %a, %s : tensor<6xf32>", true},

    {"ChannelsSummed",
     "%a = tile.reduce sum %s [0] : tensor<6xf32> -> f32\n%b = tile.broadcast %a : f32 -> tensor<6xf32>\n"
     "%y = arith.addf %b, %x : tensor<6xf32>",
     false},
    {"InputSummed",
     "%a = tile.reduce sum %x [0] : tensor<6xf32> -> f32\n%b = tile.broadcast %a : f32 -> tensor<6xf32>\n"
     "%c = arith.mulf %b, %x : tensor<6xf32>\n%y = arith.addf %c, %s : tensor<6xf32>",
     false},
    {"ProductAlongChannels",
     "%a = tile.contract \"cd,d->c\"(%q, %s) : (tensor<6x6xf32>, tensor<6xf32>) -> tensor<6xf32>\n"
     "%y = arith.addf %a, %x : tensor<6xf32>",
     false},
    {"Reversed",
     "%a = tile.reshape %s : tensor<6xf32> -> tensor<2x3xf32>\n"
     "%t = tile.transpose %a [1, 0] : tensor<2x3xf32> -> tensor<3x2xf32>\n"
     "%b = tile.reshape %t : tensor<3x2xf32> -> tensor<6xf32>\n%y = arith.addf %b, %x : tensor<6xf32>",
     false},
    {"Shifted",
     "%a = tile.slice %s [1] : tensor<6xf32> -> tensor<5xf32>\n%b = tile.pad %a [0] : tensor<5xf32> -> tensor<6xf32>\n"
     "%y = arith.addf %b, %x : tensor<6xf32>",
     false},
    {"Halves",
     "%a = tile.slice %s [0] : tensor<6xf32> -> tensor<3xf32>\n%b = tile.slice %x [3] : tensor<6xf32> -> "
     "tensor<3xf32>\n"
     "%y = tile.concat axis 0 (%a, %b) : (tensor<3xf32>, tensor<3xf32>) -> tensor<6xf32>",
     false},
    {"ConstantByChannel", "%a = arith.mulf %x, %slopes : tensor<6xf32>\n%y = arith.addf %a, %s : tensor<6xf32>", false},
    {"BothAxes",
     "%t = tile.transpose %q [1, 0] : tensor<6x6xf32> -> tensor<6x6xf32>\n%a = arith.addf %q, %t : tensor<6x6xf32>\n"
     "%b = tile.reduce sum %a [0] : tensor<6x6xf32> -> tensor<6xf32>\n%y = arith.addf %b, %s : tensor<6xf32>",
     false},
    {"OneChannel",
     "%a = tile.element %s[%zero] : tensor<6xf32> -> f32\n%b = tile.broadcast %a : f32 -> tensor<6xf32>\n"
     "%y = arith.addf %b, %x : tensor<6xf32>",
     false},
    {"Identity",
     "%e = tile.eye : tensor<6x6xf32>\n%a = tile.reduce sum %e [0] : tensor<6x6xf32> -> tensor<6xf32>\n"
     "%y = arith.addf %a, %s : tensor<6xf32>",
     false},
    {"Solve",
     "%d = tile.solve general %q (%s) : (tensor<6x6xf32>, tensor<6xf32>) -> tensor<6xf32>\n%y = arith.addf %d, %x : "
     "tensor<6xf32>",
     false},
};

void PrintTo(const Body &body, std::ostream *stream) { *stream << body.name; }

class ChannelsOf : public testing::TestWithParam<Body> {};

llvm::SmallVector<tree::SweepOp> sweepsOf(mlir::ModuleOp module) {
  auto function = *module.getOps<mlir::func::FuncOp>().begin();
  return llvm::to_vector(function.getOps<tree::SweepOp>());
}

TEST_P(ChannelsOf, IsFoundWhereChannelsNeverMeet) {
  auto module = parse(std::string(before) + GetParam().text + after);
  ASSERT_TRUE(module);
  std::optional<tree::Channels> channels = tree::Channels::of(sweepsOf(*module));
  EXPECT_EQ(channels.has_value(), GetParam().isSeparable);
  if (channels) {
    EXPECT_EQ(channels->size(), 6);
  }
}

INSTANTIATE_TEST_SUITE_P(Bodies, ChannelsOf, testing::ValuesIn(bodies),
                         [](const auto &test) { return std::string(test.param.name); });

/// Two sweeps of a group: the second reads what the first defines.
std::string pairOf(const std::string &first, const std::string &second) {
  return R"(
func.func @f(%T: !tree.tree<rooted>, %X: tensor<?x6xf32>, %Z: tensor<?x4xf32>) {
  %a = tree.sweep up over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?x6xf32>):
    %x = tree.read %X[%v : !tree.vertex] : tensor<?x6xf32> -> tensor<6xf32>
)" + first +
         R"(
    tree.yield %y : tensor<6xf32>
  } : tensor<?x6xf32>
)" + second +
         "  return\n}\n";
}

bool isSeparable(const std::string &text) {
  auto module = parse(text);
  return module && tree::Channels::of(sweepsOf(*module)).has_value();
}

TEST(ChannelsOfGroup, MembersMeetOnlyByChannel) {
  std::string copy = "%zero = arith.constant dense<0.0> : tensor<6xf32>\n%y = arith.addf %x, %zero : tensor<6xf32>";
  EXPECT_TRUE(isSeparable(pairOf(copy, R"(
  %b = tree.sweep down over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?x6xf32>):
    %x = tree.read %a[%v : !tree.vertex] : tensor<?x6xf32> -> tensor<6xf32>
    %e = math.exp %x : tensor<6xf32>
    tree.yield %e : tensor<6xf32>
  } : tensor<?x6xf32>
)")));
  // All channels of the first at once.
  EXPECT_FALSE(isSeparable(pairOf(copy, R"(
  %b = tree.sweep down over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?x6xf32>):
    %x = tree.read %a[%v : !tree.vertex] : tensor<?x6xf32> -> tensor<6xf32>
    %n = tile.reduce sum %x [0] : tensor<6xf32> -> f32
    %e = tile.broadcast %n : f32 -> tensor<6xf32>
    tree.yield %e : tensor<6xf32>
  } : tensor<?x6xf32>
)")));
  // A number per vertex; another number of channels.
  EXPECT_FALSE(isSeparable(pairOf(copy, R"(
  %b = tree.sweep down over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %n = arith.constant 1.0 : f32
    tree.yield %n : f32
  } : tensor<?xf32>
)")));
  EXPECT_FALSE(isSeparable(pairOf(copy, R"(
  %b = tree.sweep down over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?x4xf32>):
    %z = tree.read %Z[%v : !tree.vertex] : tensor<?x4xf32> -> tensor<4xf32>
    tree.yield %z : tensor<4xf32>
  } : tensor<?x4xf32>
)")));
}

TEST(ChannelsOfGroup, HasNoAccumulators) {
  EXPECT_FALSE(isSeparable(R"(
func.func @f(%T: !tree.tree<rooted>, %X: tensor<?x6xf32>, %start: tensor<6xf32>) {
  %a:2 = tree.sweep up over %T : !tree.tree<rooted> accumulate(%start : tensor<6xf32>) {
  ^bb0(%v: !tree.vertex, %self: tensor<?x6xf32>, %sum: tensor<6xf32>):
    %x = tree.read %X[%v : !tree.vertex] : tensor<?x6xf32> -> tensor<6xf32>
    tree.accumulate %x into %sum[] : tensor<6xf32> into tensor<6xf32>
    tree.yield %x : tensor<6xf32>
  } : tensor<?x6xf32>, tensor<6xf32>
  return
}
)"));
}

} // namespace
