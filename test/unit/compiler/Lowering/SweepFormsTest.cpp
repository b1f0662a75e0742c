//===- SweepFormsTest.cpp - Reductions, facts, accumulators of sweeps -------===//
#include "test/unit/compiler/Lowering/Comparison.h"

#include <gtest/gtest.h>

using namespace espalier;

namespace {

struct Form {
  const char *name;
  const char *text; // TREE stands for the type of the tree
};

const Form forms[] = {
    {"KindsOverChildren", R"(
func.func @f(%T: TREE, %x: tensor<?x?x5xf32>, %w: tensor<?x?xf32>, %B: index) -> (tensor<?x?x5xf32>, tensor<?x?x5xf32>, tensor<?x?x5xf32>, tensor<?x?x5xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xi32>) {
  %r:7 = tree.sweep each batch(%B) over %T : TREE {
  ^bb0(%v: !tree.vertex, %a: tensor<?x?x5xf32>, %b: tensor<?x?x5xf32>, %c: tensor<?x?x5xf32>, %d: tensor<?x?x5xf32>, %e: tensor<?x?xf32>, %f: tensor<?x?xf32>, %g: tensor<?x?xi32>):
    %s:7 = tree.reduce [sum, max, min, logsumexp, sum, logsumexp, max] over children(%v) of %T : TREE {
    ^bb0(%k: !tree.vertex):
      %x_k = tree.read %x[%k : !tree.vertex] : tensor<?x?x5xf32> -> tensor<5xf32>
      %w_k = tree.read %w[%k : !tree.vertex] : tensor<?x?xf32> -> f32
      %slot = tree.slot %k of %T : TREE
      %i = arith.index_cast %slot : index to i32
      tree.yield %x_k, %x_k, %x_k, %x_k, %w_k, %w_k, %i : tensor<5xf32>, tensor<5xf32>, tensor<5xf32>, tensor<5xf32>, f32, f32, i32
    } : tensor<5xf32>, tensor<5xf32>, tensor<5xf32>, tensor<5xf32>, f32, f32, i32
    tree.yield %s#0, %s#1, %s#2, %s#3, %s#4, %s#5, %s#6 : tensor<5xf32>, tensor<5xf32>, tensor<5xf32>, tensor<5xf32>, f32, f32, i32
  } : tensor<?x?x5xf32>, tensor<?x?x5xf32>, tensor<?x?x5xf32>, tensor<?x?x5xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xi32>
  return %r#0, %r#1, %r#2, %r#3, %r#4, %r#5, %r#6 : tensor<?x?x5xf32>, tensor<?x?x5xf32>, tensor<?x?x5xf32>, tensor<?x?x5xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xi32>
})"},
    {"NumbersOfScatteredRows", R"(
func.func @f(%T: TREE, %x: tensor<?x?x5xf32>, %ends: tensor<?x2xi32>, %n: tensor<?x?xf32>, %B: index, %N: index) -> (tensor<?x?xf64>, tensor<?x?xf32>) {
  %r:2 = tree.sweep each batch(%B) axes(%N) {
  ^bb0(%e: index, %a: tensor<?x?xf64>, %b: tensor<?x?xf32>):
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %pair = tree.read %ends[%e : index] : tensor<?x2xi32> -> tensor<2xi32>
    %i32 = tile.element %pair[%zero] : tensor<2xi32> -> i32
    %j32 = tile.element %pair[%one] : tensor<2xi32> -> i32
    %i = arith.index_cast %i32 : i32 to index
    %j = arith.index_cast %j32 : i32 to index
    %x_i = tree.read %x[%i : index] : tensor<?x?x5xf32> -> tensor<5xf32>
    %x_j = tree.read %x[%j : index] : tensor<?x?x5xf32> -> tensor<5xf32>
    %l = arith.extf %x_i : tensor<5xf32> to tensor<5xf64>
    %h = arith.extf %x_j : tensor<5xf32> to tensor<5xf64>
    %dot = tile.contract "a,a->"(%l, %h) : (tensor<5xf64>, tensor<5xf64>) -> f64
    %twice = arith.mulf %l, %l : tensor<5xf64>
    %square = tile.reduce sum %twice [0] : tensor<5xf64> -> f64
    %root = math.sqrt %square : f64
    %c = arith.constant 1.0 : f64
    %below = arith.addf %root, %c : f64
    %ratio = arith.divf %dot, %below : f64
    %s = math.tanh %ratio : f64
    %q = math.exp %s : f64
    %n_i = tree.read %n[%i : index] : tensor<?x?xf32> -> f32
    %p = math.exp %n_i : f32
    tree.yield %q, %p : f64, f32
  } : tensor<?x?xf64>, tensor<?x?xf32>
  return %r#0, %r#1 : tensor<?x?xf64>, tensor<?x?xf32>
})"},
    {"FiltersAndNesting", R"(
func.func @f(%T: TREE, %x: tensor<?x5xf32>, %w: tensor<?xf32>) -> (tensor<?x5xf32>, tensor<?xf32>) {
  %r:2 = tree.sweep up over %T : TREE {
  ^bb0(%v: !tree.vertex, %a: tensor<?x5xf32>, %b: tensor<?xf32>):
    %zero = arith.constant 0.0 : f32
    %x_v = tree.read %x[%v : !tree.vertex] : tensor<?x5xf32> -> tensor<5xf32>
    %e = math.exp %x_v : tensor<5xf32>
    %s:2 = tree.reduce [sum, max] over children(%v) of %T : TREE filter {
    ^bb0(%k: !tree.vertex):
      %w_k = tree.read %w[%k : !tree.vertex] : tensor<?xf32> -> f32
      %keep = arith.cmpf ogt, %w_k, %zero : f32
      tree.yield %keep : i1
    } {
    ^bb0(%k: !tree.vertex):
      %below = tree.read %a[%k : !tree.vertex] : tensor<?x5xf32> -> tensor<5xf32>
      %inner = tree.reduce [sum] over children(%k) of %T : TREE {
      ^bb0(%l: !tree.vertex):
        %x_l = tree.read %a[%k : !tree.vertex] : tensor<?x5xf32> -> tensor<5xf32>
        %m = arith.mulf %x_l, %e : tensor<5xf32>
        tree.yield %m : tensor<5xf32>
      } : tensor<5xf32>
      %t = arith.addf %below, %inner : tensor<5xf32>
      %w_k = tree.read %w[%k : !tree.vertex] : tensor<?xf32> -> f32
      tree.yield %t, %w_k : tensor<5xf32>, f32
    } : tensor<5xf32>, f32
    %y = arith.subf %x_v, %s#0 : tensor<5xf32>
    %c = arith.constant dense<0.01> : tensor<5xf32>
    %z = arith.mulf %y, %c : tensor<5xf32>
    tree.yield %z, %s#1 : tensor<5xf32>, f32
  } : tensor<?x5xf32>, tensor<?xf32>
  return %r#0, %r#1 : tensor<?x5xf32>, tensor<?xf32>
})"},
    {"RangesVerticesAndLeaves", R"(
func.func @f(%T: TREE, %x: tensor<?x5xf32>, %lo: tensor<?xi32>, %N: index) -> (tensor<?x5xf32>, tensor<?xf32>, tensor<5xf32>, tensor<5xf32>, tensor<f32>) {
  %r:2 = tree.sweep each axes(%N) {
  ^bb0(%i: index, %a: tensor<?x5xf32>, %b: tensor<?xf32>):
    %zero = arith.constant 0 : index
    %l32 = tree.read %lo[%i : index] : tensor<?xi32> -> i32
    %l = arith.index_cast %l32 : i32 to index
    %s = tree.reduce [sum] over range from %l to %N {
    ^bb0(%j: index):
      %x_j = tree.read %x[%j : index] : tensor<?x5xf32> -> tensor<5xf32>
      tree.yield %x_j : tensor<5xf32>
    } : tensor<5xf32>
    %m = tree.reduce [logsumexp] over range from %zero to %N filter {
    ^bb0(%j: index):
      %keep = arith.cmpi sle, %j, %i : index
      tree.yield %keep : i1
    } {
    ^bb0(%j: index):
      %x_j = tree.read %x[%j : index] : tensor<?x5xf32> -> tensor<5xf32>
      %x_i = tree.read %x[%i : index] : tensor<?x5xf32> -> tensor<5xf32>
      %d = tile.contract "i,i->"(%x_j, %x_i) : (tensor<5xf32>, tensor<5xf32>) -> f32
      tree.yield %d : f32
    } : f32
    tree.yield %s, %m : tensor<5xf32>, f32
  } : tensor<?x5xf32>, tensor<?xf32>
  %q:3 = tree.sweep each {
  ^bb0(%a: tensor<5xf32>, %b: tensor<5xf32>, %c: tensor<f32>):
    %all = tree.reduce [max] over vertices of %T : TREE {
    ^bb0(%v: !tree.vertex):
      %x_v = tree.read %x[%v : !tree.vertex] : tensor<?x5xf32> -> tensor<5xf32>
      tree.yield %x_v : tensor<5xf32>
    } : tensor<5xf32>
    %leaves:2 = tree.reduce [sum, sum] over leaves of %T : TREE {
    ^bb0(%v: !tree.vertex):
      %x_v = tree.read %x[%v : !tree.vertex] : tensor<?x5xf32> -> tensor<5xf32>
      %h = tree.depth %v of %T : TREE
      %i = arith.index_cast %h : index to i32
      %f = arith.sitofp %i : i32 to f32
      tree.yield %x_v, %f : tensor<5xf32>, f32
    } : tensor<5xf32>, f32
    tree.yield %all, %leaves#0, %leaves#1 : tensor<5xf32>, tensor<5xf32>, f32
  } : tensor<5xf32>, tensor<5xf32>, tensor<f32>
  return %r#0, %r#1, %q#0, %q#1, %q#2 : tensor<?x5xf32>, tensor<?xf32>, tensor<5xf32>, tensor<5xf32>, tensor<f32>
})"},
    {"FactsAlsoOfNoVertex", R"(
func.func @f(%T: TREE, %x: tensor<?xf32>, %B: index) -> (tensor<?x9xi32>, tensor<?xf32>, tensor<?xf32>) {
  %r:2 = tree.sweep down over %T : TREE {
  ^bb0(%v: !tree.vertex, %a: tensor<?x9xi32>, %b: tensor<?xf32>):
    %p = tree.parent %v of %T : TREE
    %g = tree.parent %p of %T : TREE
    %root = tree.root %T : TREE
    %f0 = tree.position %g
    %f1 = tree.depth %p of %T : TREE
    %f2 = tree.height %p of %T : TREE
    %f3 = tree.slot %p of %T : TREE
    %f4 = tree.num_children %p of %T : TREE
    %f5 = tree.num_vertices %T : TREE
    %f6 = tree.num_leaves %T : TREE
    %f7 = tree.position %root
    %l = tree.leaf %v of %T : TREE
    %f8 = tree.position %l
    %b0 = tree.is_root %p of %T : TREE
    %b1 = tree.is_leaf %p of %T : TREE
    %b2 = tree.is_leaf %v of %T : TREE
    %i0 = arith.index_cast %f0 : index to i32
    %i1 = arith.index_cast %f1 : index to i32
    %i2 = arith.index_cast %f2 : index to i32
    %i3 = arith.index_cast %f3 : index to i32
    %i4 = arith.index_cast %f4 : index to i32
    %i5 = arith.index_cast %f5 : index to i32
    %i6 = arith.index_cast %f6 : index to i32
    %i7 = arith.index_cast %f7 : index to i32
    %i8 = arith.index_cast %f8 : index to i32
    %t0 = tile.reshape %i0 : i32 -> tensor<1xi32>
    %t1 = tile.reshape %i1 : i32 -> tensor<1xi32>
    %t2 = tile.reshape %i2 : i32 -> tensor<1xi32>
    %t3 = tile.reshape %i3 : i32 -> tensor<1xi32>
    %t4 = tile.reshape %i4 : i32 -> tensor<1xi32>
    %t5 = tile.reshape %i5 : i32 -> tensor<1xi32>
    %t6 = tile.reshape %i6 : i32 -> tensor<1xi32>
    %t7 = tile.reshape %i7 : i32 -> tensor<1xi32>
    %t8 = tile.reshape %i8 : i32 -> tensor<1xi32>
    %t = tile.concat axis 0(%t0, %t1, %t2, %t3, %t4, %t5, %t6, %t7, %t8) : (tensor<1xi32>, tensor<1xi32>, tensor<1xi32>, tensor<1xi32>, tensor<1xi32>, tensor<1xi32>, tensor<1xi32>, tensor<1xi32>, tensor<1xi32>) -> tensor<9xi32>
    %x_v = tree.read %x[%v : !tree.vertex] : tensor<?xf32> -> f32
    %x_g = tree.read %x[%g : !tree.vertex] : tensor<?xf32> -> f32
    %x_r = tree.read %x[%root : !tree.vertex] : tensor<?xf32> -> f32
    %up = tree.read %b[%p : !tree.vertex] : tensor<?xf32> -> f32
    %half = arith.constant 0.5 : f32
    %y0 = arith.select %b0, %x_v, %x_g : f32
    %y1 = arith.select %b1, %y0, %x_r : f32
    %y2 = arith.select %b2, %y1, %y0 : f32
    %y3 = arith.mulf %up, %half : f32
    %y = arith.addf %y2, %y3 : f32
    tree.yield %t, %y : tensor<9xi32>, f32
  } : tensor<?x9xi32>, tensor<?xf32>
  %l = tree.sweep each leaves over %T : TREE {
  ^bb0(%v: !tree.vertex, %a: tensor<?xf32>):
    %x_v = tree.read %x[%v : !tree.vertex] : tensor<?xf32> -> f32
    tree.yield %x_v : f32
  } : tensor<?xf32>
  %back = tree.sweep each over %T : TREE {
  ^bb0(%v: !tree.vertex, %a: tensor<?xf32>):
    %k = tree.leaf %v of %T : TREE
    %l_k = tree.read %l[%k : !tree.vertex] : tensor<?xf32> -> f32
    tree.yield %l_k : f32
  } : tensor<?xf32>
  return %r#0, %r#1, %back : tensor<?x9xi32>, tensor<?xf32>, tensor<?xf32>
})"},
    {"Accumulators", R"(
func.func @f(%T: TREE, %x: tensor<?x?x?x4xf32>, %token: tensor<?xi32>, %whole: tensor<4xf32>, %table: tensor<?x4xf32>, %perVertex: tensor<?x?x4xf32>, %square: tensor<?x4x4xf32>, %B: index, %H: index)
    -> (tensor<4xf32>, tensor<?x4xf32>, tensor<?x?x4xf32>, tensor<?x4x4xf32>, tensor<f32>, tensor<?x?x?xf32>) {
  %zero = arith.constant dense<0.0> : tensor<f32>
  %r:5 = tree.sweep each batch(%B) axes(%H) over %T : TREE accumulate(%whole, %table, %perVertex, %zero : tensor<4xf32>, tensor<?x4xf32>, tensor<?x?x4xf32>, tensor<f32>) {
  ^bb0(%h: index, %v: !tree.vertex, %y: tensor<?x?x?xf32>, %a: tensor<4xf32>, %b: tensor<?x4xf32>, %c: tensor<?x?x4xf32>, %d: tensor<f32>):
    %x_v = tree.read %x[%h, %v : index, !tree.vertex] : tensor<?x?x?x4xf32> -> tensor<4xf32>
    %t = tree.read %token[%v : !tree.vertex] : tensor<?xi32> -> i32
    %i = arith.index_cast %t : i32 to index
    %p = tree.parent %v of %T : TREE
    %e = math.exp %x_v : tensor<4xf32>
    %s = tile.reduce sum %x_v [0] : tensor<4xf32> -> f32
    tree.accumulate %x_v into %a[] : tensor<4xf32> into tensor<4xf32>
    tree.accumulate %e into %b[%i : index] : tensor<4xf32> into tensor<?x4xf32>
    tree.accumulate %e into %c[%p : !tree.vertex] : tensor<4xf32> into tensor<?x?x4xf32>
    tree.accumulate %s into %d[] : f32 into tensor<f32>
    tree.yield %s : f32
  } : tensor<?x?x?xf32>, tensor<4xf32>, tensor<?x4xf32>, tensor<?x?x4xf32>, tensor<f32>
  %q = tree.sweep each batch(%B) axes(%H) over %T : TREE accumulate(%square : tensor<?x4x4xf32>) {
  ^bb0(%h: index, %v: !tree.vertex, %a: tensor<?x4x4xf32>):
    %x_v = tree.read %x[%h, %v : index, !tree.vertex] : tensor<?x?x?x4xf32> -> tensor<4xf32>
    %o = tile.contract "i,j->ij"(%x_v, %x_v) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4x4xf32>
    tree.accumulate %o into %a[] : tensor<4x4xf32> into tensor<?x4x4xf32>
    tree.yield
  } : tensor<?x4x4xf32>
  return %r#1, %r#2, %r#3, %q, %r#4, %r#0 : tensor<4xf32>, tensor<?x4xf32>, tensor<?x?x4xf32>, tensor<?x4x4xf32>, tensor<f32>, tensor<?x?x?xf32>
})"},
    {"SumsThatStartFromEachOther", R"(
func.func @f(%T: TREE, %x: tensor<?x3x3xf32>) -> (tensor<?x3x3xf32>, tensor<?x3x3xf32>, tensor<?x3x3xf32>) {
  %r:3 = tree.sweep up over %T : TREE {
  ^bb0(%v: !tree.vertex, %a: tensor<?x3x3xf32>, %b: tensor<?x3x3xf32>, %c: tensor<?x3x3xf32>):
    %x_v = tree.read %x[%v : !tree.vertex] : tensor<?x3x3xf32> -> tensor<3x3xf32>
    %small = arith.constant dense<0.01> : tensor<3x3xf32>
    %s = arith.mulf %x_v, %small : tensor<3x3xf32>
    %q:2 = tree.reduce [sum, sum] over children(%v) of %T : TREE {
    ^bb0(%k: !tree.vertex):
      %a_k = tree.read %a[%k : !tree.vertex] : tensor<?x3x3xf32> -> tensor<3x3xf32>
      %b_k = tree.read %b[%k : !tree.vertex] : tensor<?x3x3xf32> -> tensor<3x3xf32>
      %p = tile.contract "ik,kj->ij"(%a_k, %s) : (tensor<3x3xf32>, tensor<3x3xf32>) -> tensor<3x3xf32>
      %t = tile.contract "ki,kj->ij"(%b_k, %s) : (tensor<3x3xf32>, tensor<3x3xf32>) -> tensor<3x3xf32>
      %u = arith.subf %p, %t : tensor<3x3xf32>
      %w = arith.addf %u, %a_k : tensor<3x3xf32>
      tree.yield %p, %w : tensor<3x3xf32>, tensor<3x3xf32>
    } : tensor<3x3xf32>, tensor<3x3xf32>
    // The second starts from the first: they cannot share the loop's start.
    %y = arith.subf %s, %q#0 : tensor<3x3xf32>
    %m = tile.contract "ik,kj->ij"(%y, %s) : (tensor<3x3xf32>, tensor<3x3xf32>) -> tensor<3x3xf32>
    %z = arith.addf %m, %q#1 : tensor<3x3xf32>
    %n = arith.addf %z, %m : tensor<3x3xf32>
    %l = tile.contract "ij,jk->ik"(%s, %s) : (tensor<3x3xf32>, tensor<3x3xf32>) -> tensor<3x3xf32>
    %o = arith.subf %y, %l : tensor<3x3xf32>
    %e = math.tanh %o : tensor<3x3xf32>
    tree.yield %y, %n, %e : tensor<3x3xf32>, tensor<3x3xf32>, tensor<3x3xf32>
  } : tensor<?x3x3xf32>, tensor<?x3x3xf32>, tensor<?x3x3xf32>
  return %r#0, %r#1, %r#2 : tensor<?x3x3xf32>, tensor<?x3x3xf32>, tensor<?x3x3xf32>
})"},
    {"ParametersAndTwins", R"(
func.func @f(%T: TREE, %x: tensor<?x5xf32>, %c: tensor<3x2xf32>) -> (tensor<?x5xf32>, tensor<?x5xf32>, tensor<?x5xf32>, tensor<3x2xf32>) {
  %r = tree.sweep each over %T : TREE {
  ^bb0(%v: !tree.vertex, %a: tensor<?x5xf32>):
    %x_v = tree.read %x[%v : !tree.vertex] : tensor<?x5xf32> -> tensor<5xf32>
    %e = math.exp %x_v : tensor<5xf32>
    tree.yield %e : tensor<5xf32>
  } : tensor<?x5xf32>
  return %r, %x, %r, %c : tensor<?x5xf32>, tensor<?x5xf32>, tensor<?x5xf32>, tensor<3x2xf32>
})"},
};

void PrintTo(const Form &form, std::ostream *stream) { *stream << form.name; }

class SweepForms : public testing::TestWithParam<std::tuple<Form, const char *>> {};

TEST_P(SweepForms, MeanTheSame) {
  auto [form, tree] = GetParam();
  std::string text = form.text;
  for (size_t at = 0; (at = text.find("TREE", at)) != std::string::npos;)
    text.replace(at, 4, tree);
  for (int64_t size : {1, 2, 3, 7, 13})
    EXPECT_EQ(compareText(text, size, unsigned(size)), 1);
}

INSTANTIATE_TEST_SUITE_P(Trees, SweepForms,
                         testing::Combine(testing::ValuesIn(forms),
                                          testing::Values("!tree.tree<rooted>", "!tree.tree<forest>",
                                                          "!tree.tree<chain>")),
                         [](const auto &test) {
                           std::string tree = std::get<1>(test.param);
                           return std::string(std::get<0>(test.param).name) + "_" + tree.substr(11, tree.size() - 12);
                         });

} // namespace
