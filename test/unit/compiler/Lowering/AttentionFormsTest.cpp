//===- AttentionFormsTest.cpp - Forms of block.attend, compiled -------------===//
//
// What programs do not write, or seldom: exponential weights, accumulators, statistics,
// values that depend on the row or on the pair, several element types, tables that do not
// ascend. At lengths around the edges of tiles, against the interpreter.
//===----------------------------------------------------------------------===//
#include "test/unit/compiler/Lowering/Comparison.h"

#include <gtest/gtest.h>

using namespace espalier;

namespace {

struct Form {
  const char *name;
  const char *text;
};

const Form forms[] = {
    {"StatisticsFilterAndEveryKindOfValue", R"(
func.func @f(%q: tensor<?x?x3xf32>, %k: tensor<?x?x3xf32>, %v: tensor<?x?x2x2xf32>, %w: tensor<?xbf16>, %b: tensor<?x?xf32>, %t: tensor<?xi32>, %B: index, %N: index)
    -> (tensor<?x?x2x2xf32>, tensor<?x?xf32>, tensor<?x?x3xf32>, tensor<?x?x2xf32>, tensor<?x?x3xf64>, tensor<?x?xf32>) {
  %r:6 = block.attend softmax statistics batch(%B) axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    %two = arith.constant 2 : index
    %five = arith.constant 5 : index
    %lo = arith.subi %i, %five : index
    %hi = arith.addi %i, %two : index
    block.yield %lo, %hi : index, index
  } filter {
  ^bb0(%i: index, %j: index):
    %t_i = block.read %t[%i] : tensor<?xi32> -> i32
    %t_j = block.read %t[%j] : tensor<?xi32> -> i32
    %b_ij = block.read %b[%i, %j] : tensor<?x?xf32> -> f32
    %zero = arith.constant 0.0 : f32
    %a = arith.cmpi sle, %t_i, %t_j : i32
    %c = arith.cmpf oge, %b_ij, %zero : f32
    %keep = arith.ori %a, %c : i1
    block.yield %keep : i1
  } score {
  ^bb0(%i: index, %j: index):
    %q_i = block.read %q[%i] : tensor<?x?x3xf32> -> tensor<3xf32>
    %k_j = block.read %k[%j] : tensor<?x?x3xf32> -> tensor<3xf32>
    %d = arith.subf %q_i, %k_j : tensor<3xf32>
    %e = math.absf %d : tensor<3xf32>
    %s = tile.reduce sum %e [0] : tensor<3xf32> -> f32
    %b_ij = block.read %b[%i, %j] : tensor<?x?xf32> -> f32
    %sum = arith.addf %s, %b_ij : f32
    block.yield %sum : f32
  } values {
  ^bb0(%i: index, %j: index):
    %v_j = block.read %v[%j] : tensor<?x?x2x2xf32> -> tensor<2x2xf32>
    %w_j = block.read %w[%j] : tensor<?xbf16> -> bf16
    %q_i = block.read %q[%i] : tensor<?x?x3xf32> -> tensor<3xf32>
    %k_j = block.read %k[%j] : tensor<?x?x3xf32> -> tensor<3xf32>
    %q_2 = tile.slice %q_i [0] : tensor<3xf32> -> tensor<2xf32>
    %k_2 = tile.slice %k_j [1] : tensor<3xf32> -> tensor<2xf32>
    %both = arith.mulf %q_2, %k_2 : tensor<2xf32>
    %wide = arith.extf %k_j : tensor<3xf32> to tensor<3xf64>
    block.yield %v_j, %w_j, %q_i, %both, %wide : tensor<2x2xf32>, bf16, tensor<3xf32>, tensor<2xf32>, tensor<3xf64>
  } : tensor<?x?x2x2xf32>, tensor<?x?xf32>, tensor<?x?x3xf32>, tensor<?x?x2xf32>, tensor<?x?x3xf64>, tensor<?x?xf32>
  return %r#0, %r#1, %r#2, %r#3, %r#4, %r#5 : tensor<?x?x2x2xf32>, tensor<?x?xf32>, tensor<?x?x3xf32>, tensor<?x?x2xf32>, tensor<?x?x3xf64>, tensor<?x?xf32>
})"},
    {"ExponentialWithAccumulatorsOfTheBatchElement", R"(
func.func @f(%q: tensor<?x?xf32>, %k: tensor<?x?xf32>, %t: tensor<?xi32>, %init: tensor<?x?x2xf32>, %B: index, %N: index) -> (tensor<?x?x?xf32>, tensor<?x?x2xf32>) {
  %H = arith.constant 3 : index
  %r:2 = block.attend exp batch(%B) axes(%H, %N) keys(%N) accumulate(%init : tensor<?x?x2xf32>) bounds {
  ^bb0(%h: index, %i: index):
    block.yield %h, %i : index, index
  } score {
  ^bb0(%h: index, %i: index, %j: index):
    %a = block.read %q[%i] : tensor<?x?xf32> -> f32
    %b = block.read %k[%j] : tensor<?x?xf32> -> f32
    %p = arith.mulf %a, %b : f32
    %m = math.absf %p : f32
    %s = arith.negf %m : f32
    block.yield %s : f32
  } values {
  ^bb0(%h: index, %i: index, %j: index, %acc: tensor<?x?x2xf32>):
    %a = block.read %q[%i] : tensor<?x?xf32> -> f32
    %b = block.read %k[%j] : tensor<?x?xf32> -> f32
    %t_j = block.read %t[%j] : tensor<?xi32> -> i32
    %at = arith.index_cast %t_j : i32 to index
    %wide = tile.broadcast %a : f32 -> tensor<2xf32>
    block.accumulate %wide into %acc[%at] : tensor<2xf32> into tensor<?x?x2xf32>
    block.yield %b : f32
  } : tensor<?x?x?xf32>, tensor<?x?x2xf32>
  return %r#0, %r#1 : tensor<?x?x?xf32>, tensor<?x?x2xf32>
})"},
    {"ExponentialWithOneAccumulator", R"(
func.func @f(%q: tensor<?x?xf32>, %k: tensor<?x?xf32>, %init: tensor<f64>, %B: index, %N: index) -> tensor<f64> {
  %r = block.attend exp batch(%B) axes(%N) keys(%N) accumulate(%init : tensor<f64>) bounds {
  ^bb0(%i: index):
    %zero = arith.constant 0 : index
    block.yield %zero, %i : index, index
  } filter {
  ^bb0(%i: index, %j: index):
    %two = arith.constant 2 : index
    %rest = arith.remsi %j, %two : index
    %one = arith.constant 1 : index
    %odd = arith.cmpi eq, %rest, %one : index
    block.yield %odd : i1
  } score {
  ^bb0(%i: index, %j: index):
    %a = block.read %q[%i] : tensor<?x?xf32> -> f32
    %b = block.read %k[%j] : tensor<?x?xf32> -> f32
    %p = arith.mulf %a, %b : f32
    %m = math.absf %p : f32
    %s = arith.negf %m : f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index, %acc: tensor<f64>):
    %b = block.read %k[%j] : tensor<?x?xf32> -> f32
    %wide = arith.extf %b : f32 to f64
    block.accumulate %wide into %acc[] : f64 into tensor<f64>
    block.yield
  } : tensor<f64>
  return %r : tensor<f64>
})"},
    {"PrefixesOfEveryTable", R"(
func.func @f(%q: tensor<?x6x2xf32>, %k: tensor<?x6x2xf32>, %N: index) -> tensor<?x2xf32> {
  %r = block.attend softmax axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    %zero = arith.constant 0 : index
    block.yield %zero, %N : index, index
  } score {
  ^bb0(%i: index, %j: index):
    %q_i = block.read %q[%i] : tensor<?x6x2xf32> -> tensor<6x2xf32>
    %k_j = block.read %k[%j] : tensor<?x6x2xf32> -> tensor<6x2xf32>
    %n = block.shared_levels %i, %j levels 4 of %N
    %p = block.prefix %q_i by %n axis 0 table [0, 1, 1, 4, 6] : tensor<6x2xf32>
    %o = block.prefix %k_j by %n axis 0 table [0, 1, 1, 4, 6] : tensor<6x2xf32>
    %a = tile.contract "ab,ab->"(%p, %o) : (tensor<6x2xf32>, tensor<6x2xf32>) -> f32
    %c = tile.contract "ab,ac->bc"(%q_i, %o) : (tensor<6x2xf32>, tensor<6x2xf32>) -> tensor<2x2xf32>
    %d = tile.reduce max %c [0, 1] : tensor<2x2xf32> -> f32
    %m = block.prefix %k_j by %n axis 0 table [3, 0, 6, 2, 5] : tensor<6x2xf32>
    %e = tile.reduce sum %m [0, 1] : tensor<6x2xf32> -> f32
    %u = block.prefix %q_i by %n axis 1 table [2, 1, 2, 0, 1] : tensor<6x2xf32>
    %x = tile.contract "ab,ab->"(%u, %m) : (tensor<6x2xf32>, tensor<6x2xf32>) -> f32
    %s0 = arith.addf %a, %d : f32
    %s1 = arith.addf %s0, %e : f32
    %s2 = arith.addf %s1, %x : f32
    block.yield %s2 : f32
  } values {
  ^bb0(%i: index, %j: index):
    %k_j = block.read %k[%j] : tensor<?x6x2xf32> -> tensor<6x2xf32>
    %n = block.shared_levels %i, %j levels 4 of %N
    %p = block.prefix %k_j by %n axis 0 table [0, 1, 2, 3, 4] : tensor<6x2xf32>
    %v = tile.reduce sum %p [0] : tensor<6x2xf32> -> tensor<2xf32>
    block.yield %v : tensor<2xf32>
  } : tensor<?x2xf32>
  return %r : tensor<?x2xf32>
})"},
    {"OneRow", R"(
func.func @f(%q: tensor<2xf32>, %k: tensor<?x2xf32>, %at: tensor<i32>, %N: index) -> (tensor<2xf32>, tensor<f32>, tensor<f32>) {
  %r:3 = block.attend softmax statistics keys(%N) bounds {
    %zero = arith.constant 0 : index
    %t = block.read %at[] : tensor<i32> -> i32
    %end = arith.index_cast %t : i32 to index
    block.yield %zero, %end : index, index
  } score {
  ^bb0(%j: index):
    %a = block.read %q[] : tensor<2xf32> -> tensor<2xf32>
    %b = block.read %k[%j] : tensor<?x2xf32> -> tensor<2xf32>
    %s = tile.contract "a,a->"(%a, %b) : (tensor<2xf32>, tensor<2xf32>) -> f32
    block.yield %s : f32
  } values {
  ^bb0(%j: index):
    %b = block.read %k[%j] : tensor<?x2xf32> -> tensor<2xf32>
    %c = tile.reduce sum %b [0] : tensor<2xf32> -> f32
    block.yield %b, %c : tensor<2xf32>, f32
  } : tensor<2xf32>, tensor<f32>, tensor<f32>
  return %r#0, %r#1, %r#2 : tensor<2xf32>, tensor<f32>, tensor<f32>
})"},
};

void PrintTo(const Form &form, std::ostream *stream) { *stream << form.name; }

class AttentionForms : public testing::TestWithParam<Form> {};

TEST_P(AttentionForms, AgreeWithTheInterpreter) {
  for (int64_t size : {0, 1, 2, 17, 64, 65, 130})
    EXPECT_EQ(compareText(GetParam().text, size, unsigned(size) + 3), 1);
}

INSTANTIATE_TEST_SUITE_P(Forms, AttentionForms, testing::ValuesIn(forms),
                         [](const auto &test) { return std::string(test.param.name); });

} // namespace
