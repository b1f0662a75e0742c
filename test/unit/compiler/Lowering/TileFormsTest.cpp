//===- TileFormsTest.cpp - Every tile operation, at boundary sizes ----------===//
#include "test/unit/compiler/Lowering/Comparison.h"

#include <gtest/gtest.h>

using namespace espalier;

namespace {

std::string square(int64_t n, const char *element = "f32") {
  return "tensor<" + std::to_string(n) + "x" + std::to_string(n) + "x" + element + ">";
}
std::string vector(int64_t n, const char *element = "f32") {
  return "tensor<" + std::to_string(n) + "x" + element + ">";
}

void expectSame(const std::string &text) { EXPECT_EQ(compareText(text, 3, 1), 1) << text; }

class TileForms : public testing::TestWithParam<int> {
protected:
  int n = GetParam();
  std::string m = square(n), v = vector(n);
};

TEST_P(TileForms, ElementwiseChainsShareALoop) {
  expectSame(visitOf({{"%a", v}, {"%b", v}, {"%s", "f32"}},
                     R"(
    %k = arith.constant dense<0.5> : )" +
                         v + R"(
    %w = tile.broadcast %s : f32 -> )" +
                         v + R"(
    %x = arith.mulf %a, %k : )" +
                         v + R"(
    %y = arith.addf %x, %w : )" +
                         v + R"(
    %z = math.tanh %y : )" +
                         v + R"(
    %q = arith.mulf %z, %z : )" +
                         v + R"(
    %c = arith.cmpf olt, %a, %b : )" +
                         v + R"(
    %p = arith.select %c, %q, %y : )" +
                         vector(n, "i1") + ", " + v + R"(
    %t = arith.select %c, %a, %b : )" +
                         vector(n, "i1") + ", " + v,
                     {{"%p", v}, {"%t", v}, {"%y", v}, {"%k", v}, {"%w", v}, {"%a", v}, {"%s", "f32"}, {"%y", v}}));
}

TEST_P(TileForms, TransposesAndStretchesAreMaps) {
  std::string row = "tensor<1x" + std::to_string(n) + "xf32>", column = "tensor<" + std::to_string(n) + "x1xf32>";
  expectSame(visitOf({{"%a", m}, {"%x", v}, {"%c", column}}, R"(
    %t = tile.transpose %a [1, 0] : )" + m + " -> " + m + R"(
    %r = tile.broadcast %x : )" + v + " -> " + m + R"(
    %s = tile.broadcast %c : )" + column + " -> " + m + R"(
    %y = arith.addf %t, %r : )" + m + R"(
    %z = arith.mulf %y, %s : )" + m + R"(
    %u = tile.transpose %z [1, 0] : )" + m + " -> " + m,
                     {{"%z", m}, {"%u", m}, {"%r", m}, {"%t", m}, {"%s", m}}));
}

TEST_P(TileForms, ContractionsOfEveryOrder) {
  for (const char *letters :
       {"ik,kj->ij", "ki,kj->ij", "ik,jk->ij", "ki,jk->ji", "ij,ij->ij", "ij,ij->i", "ij,kl->k"}) {
    bool isVector = std::string(letters).ends_with("->i") || std::string(letters).ends_with("->k");
    expectSame(visitOf({{"%a", m}, {"%b", m}},
                       "    %y = tile.contract \"" + std::string(letters) + "\"(%a, %b) : (" + m + ", " + m + ") -> " +
                           (isVector ? v : m),
                       {{"%y", isVector ? v : m}}));
  }
  expectSame(visitOf({{"%a", m}, {"%x", v}, {"%z", v}},
                     R"(
    %y = tile.contract "ij,j->i"(%a, %x) : ()" +
                         m + ", " + v + ") -> " + v + R"(
    %d = tile.contract "i,i->"(%x, %z) : ()" +
                         v + ", " + v + R"() -> f32
    %o = tile.contract "i,j->ij"(%x, %z) : ()" +
                         v + ", " + v + ") -> " + m + R"(
    %e = arith.addf %o, %a : )" +
                         m + R"(
    %t = tile.contract "ij->ji"(%a) : ()" +
                         m + ") -> " + m + R"(
    %r = tile.contract "ij->j"(%a) : ()" +
                         m + ") -> " + v + R"(
    %s = tile.contract ",i->i"(%d, %x) : (f32, )" +
                         v + ") -> " + v,
                     {{"%y", v}, {"%d", "f32"}, {"%e", m}, {"%t", m}, {"%r", v}, {"%s", v}}));
}

TEST_P(TileForms, ProductsAccumulateOnWhatTheyAreAddedTo) {
  expectSame(visitOf({{"%a", m}, {"%b", m}, {"%x", v}},
                     R"(
    %p = tile.contract "ik,kj->ij"(%a, %b) : ()" +
                         m + ", " + m + ") -> " + m + R"(
    %q = tile.contract "ki,kj->ij"(%a, %b) : ()" +
                         m + ", " + m + ") -> " + m + R"(
    %f = tile.contract "ij,j->i"(%a, %x) : ()" +
                         m + ", " + v + ") -> " + v + R"(
    %g = tile.contract "ji,j->i"(%b, %x) : ()" +
                         m + ", " + v + ") -> " + v + R"(
    %y = arith.subf %a, %p : )" +
                         m + R"(
    %z = arith.addf %q, %y : )" +
                         m + R"(
    %h = arith.addf %f, %g : )" +
                         v + R"(
    %e = math.exp %h : )" +
                         v + R"(
    %w = arith.subf %f, %x : )" +
                         v + R"(
    %two = arith.addf %z, %z : )" +
                         m,
                     {{"%z", m}, {"%e", v}, {"%w", v}, {"%two", m}}));
}

TEST_P(TileForms, StretchedFactors) {
  expectSame(visitOf({{"%a", m}, {"%x", v}, {"%s", "f32"}},
                     R"(
    %r = tile.broadcast %x : )" +
                         v + " -> " + m + R"(
    %k = arith.constant dense<2.0> : )" +
                         v + R"(
    %w = tile.broadcast %s : f32 -> )" +
                         m + R"(
    %y = tile.contract "ik,kj->ij"(%a, %r) : ()" +
                         m + ", " + m + ") -> " + m + R"(
    %z = tile.contract "ik,jk->ij"(%r, %r) : ()" +
                         m + ", " + m + ") -> " + m + R"(
    %u = tile.contract "ik,kj->ij"(%w, %a) : ()" +
                         m + ", " + m + ") -> " + m + R"(
    %q = tile.contract "ij,j->i"(%a, %k) : ()" +
                         m + ", " + v + ") -> " + v,
                     {{"%y", m}, {"%z", m}, {"%u", m}, {"%q", v}}));
}

TEST_P(TileForms, Solves) {
  std::string wide = "tensor<" + std::to_string(n) + "x3xf32>";
  expectSame(visitOf({{"%a", m}, {"%b", v}, {"%c", wide}},
                     R"(
    %x, %y = tile.solve general %a(%b, %c) : ()" +
                         m + ", " + v + ", " + wide + ") -> (" + v + ", " + wide + R"()
    %z = tile.solve general transposed %a(%b) : ()" +
                         m + ", " + v + ") -> " + v + R"(
    %t = tile.transpose %a [1, 0] : )" +
                         m + " -> " + m + R"(
    %s = arith.addf %a, %t : )" +
                         m + R"(
    %k = arith.constant dense<1.0> : )" +
                         v + R"(
    %w = tile.solve cholesky %s(%k) : ()" +
                         m + ", " + v + ") -> " + v + R"(
    %d = arith.subf %b, %x : )" +
                         v + R"(
    %u = tile.solve general %t(%d) : ()" +
                         m + ", " + v + ") -> " + v,
                     {{"%x", v}, {"%y", wide}, {"%z", v}, {"%w", v}, {"%u", v}}));
}

TEST_P(TileForms, Reductions) {
  expectSame(visitOf({{"%a", m}, {"%b", m}},
                     R"(
    %ab = arith.mulf %a, %b : )" +
                         m + R"(
    %s = tile.reduce sum %ab [0, 1] : )" +
                         m + R"( -> f32
    %r = tile.reduce sum %a [0] : )" +
                         m + " -> " + v + R"(
    %c = tile.reduce max %b [1] : )" +
                         m + " -> " + v + R"(
    %d = tile.reduce min %b [0] : )" +
                         m + " -> " + v + R"(
    %l = tile.reduce logsumexp %ab [1] : )" +
                         m + " -> " + v + R"(
    %e = tile.reduce logsumexp %b [0, 1] : )" +
                         m + R"( -> f32
    %w = tile.broadcast %r : )" +
                         v + " -> " + m + R"(
    %t = tile.reduce sum %w [0] : )" +
                         m + " -> " + v + R"(
    %k = arith.constant dense<3.0> : )" +
                         m + R"(
    %u = tile.reduce sum %k [1] : )" +
                         m + " -> " + v + R"(
    %f = tile.softmax %a axis 1 : )" +
                         m + R"(
    %g = tile.layer_norm %b axis 0 eps 1.0e-5 : )" +
                         m,
                     {{"%s", "f32"},
                      {"%r", v},
                      {"%c", v},
                      {"%d", v},
                      {"%l", v},
                      {"%e", "f32"},
                      {"%t", v},
                      {"%u", v},
                      {"%f", m},
                      {"%g", m}}));
}

TEST_P(TileForms, Shapes) {
  std::string flat = vector(n * n), twice = "tensor<" + std::to_string(2 * n) + "x" + std::to_string(n) + "xf32>",
              padded = "tensor<" + std::to_string(n + 2) + "x" + std::to_string(n + 1) + "xf32>",
              one = "tensor<1x1xf32>";
  expectSame(visitOf({{"%a", m}, {"%b", m}},
                     R"(
    %e = math.exp %a : )" +
                         m + R"(
    %f = tile.reshape %e : )" +
                         m + " -> " + flat + R"(
    %t = tile.transpose %a [1, 0] : )" +
                         m + " -> " + m + R"(
    %g = tile.reshape %t : )" +
                         m + " -> " + flat + R"(
    %c = tile.concat axis 0(%b, %e) : ()" +
                         m + ", " + m + ") -> " + twice + R"(
    %ab = arith.addf %a, %b : )" +
                         m + R"(
    %h = tile.concat axis 0(%ab, %ab) : ()" +
                         m + ", " + m + ") -> " + twice + R"(
    %p = tile.pad %ab [1, 0] : )" +
                         m + " -> " + padded + R"(
    %q = tile.slice %p [2, 1] : )" +
                         padded + " -> " + m + R"(
    %o = tile.slice %t [0, 0] : )" +
                         m + " -> " + one + R"(
    %s = tile.reshape %o : )" +
                         one + R"( -> f32
    %r = tile.reshape %s : f32 -> tensor<1xf32>
    %i = tile.eye : )" + m +
                         R"(
    %j = arith.subf %i, %a : )" +
                         m,
                     {{"%f", flat},
                      {"%g", flat},
                      {"%c", twice},
                      {"%h", twice},
                      {"%p", padded},
                      {"%q", m},
                      {"%s", "f32"},
                      {"%r", "tensor<1xf32>"},
                      {"%i", m},
                      {"%j", m}}));
}

TEST_P(TileForms, ComputedPositions) {
  for (int position : {0, n - 1, n, -1})
    expectSame(
        visitOf(
            {{"%a", m}, {"%x", v}, {"%s", "f32"}}, "    %i = arith.constant " + std::to_string(position) + R"( : index
    %e = tile.element %a[%i] : )" + m + " -> " + v + R"(
    %f = tile.element %a[%i, %i] : )" + m + R"( -> f32
    %g = tile.place %x at [%i] : )" + v + " -> " + m + R"(
    %h = tile.place %s at [%i] : f32 -> )" + v,
            {{"%e", v}, {"%f", "f32"}, {"%g", m}, {"%h", v}}));
}

TEST_P(TileForms, NarrowAndWideFloats) {
  std::string half = vector(n, "f16"), brain = vector(n, "bf16"), wide = vector(n, "f64");
  expectSame(visitOf({{"%a", half}, {"%b", brain}, {"%c", wide}, {"%m", square(n, "bf16")}}, R"(
    %x = arith.extf %a : )" + half + " to " + v + R"(
    %y = arith.extf %b : )" + brain + " to " + v + R"(
    %z = arith.mulf %x, %y : )" + v + R"(
    %w = arith.truncf %z : )" + v + " to " + brain + R"(
    %u = arith.truncf %c : )" + wide + " to " + half + R"(
    %p = tile.contract "ij,j->i"(%m, %b) : ()" + square(n, "bf16") + ", " + brain + ") -> " + v + R"(
    %o = tile.contract "i,j->ij"(%b, %b) : ()" + brain + ", " + brain + ") -> " + m + R"(
    %d = tile.contract "i,i->"(%c, %c) : ()" + wide + ", " + wide + ") -> f64",
                     {{"%z", v}, {"%w", brain}, {"%u", half}, {"%p", v}, {"%o", m}, {"%d", "f64"}}));
}

TEST_P(TileForms, IntegersAndConditions) {
  std::string i = vector(n, "i32"), b = vector(n, "i1");
  expectSame(visitOf({{"%a", i}, {"%c", i}, {"%x", v}}, R"(
    %s = arith.addi %a, %c : )" + i + R"(
    %f = arith.sitofp %s : )" + i + " to " + v + R"(
    %k = arith.cmpi slt, %a, %c : )" + i + R"(
    %y = arith.select %k, %f, %x : )" + b + ", " + v + R"(
    %m = tile.reduce max %a [0] : )" + i + R"( -> i32
    %t = tile.reduce sum %s [0] : )" + i + " -> i32",
                     {{"%s", i}, {"%y", v}, {"%k", b}, {"%m", "i32"}, {"%t", "i32"}}));
}

INSTANTIATE_TEST_SUITE_P(Sizes, TileForms, testing::Values(1, 2, 3, 7, 8, 15, 16, 17, 33));

} // namespace
