//===- GridTest.cpp - Tasks, scratch, trees and faults ----------------------===//
#include "CompiledKernel.h"

#include "runtime/Tree/Tree.h"

#include <gtest/gtest.h>

using namespace espalier;
using namespace espalier::test;

// y[b, v] = x[b, v] + sum of y[b, c] over children: tasks over the batch, a loop over the post-order, rows of C
// channels.
TEST(Grid, TreeScan) {
  constexpr int64_t channels = 37;
  std::string text = fmt::format(R"(
#line = affine_map<(d0) -> (d0)>
#row = affine_map<(d0) -> (d0)>
func.func @scan(%G: !tree.tree<forest>, %B: index, %V: index, %x: memref<?x?x{0}xf32> {{tile.shape = array<i64: -1, -2, {0}>}}, %y: memref<?x?x{0}xf32> {{tile.shape = array<i64: -1, -2, {0}>}}) {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.forall (%b) in (%B) {{
    %order = tree.table post_order of %G at %b among %B : !tree.tree<forest> -> memref<?xi32>
    %offsets = tree.table child_offsets of %G at %b among %B : !tree.tree<forest> -> memref<?xi32>
    %children = tree.table children of %G at %b among %B : !tree.tree<forest> -> memref<?xi32>
    %n = tree.extent num_vertices of %G at %b among %B : !tree.tree<forest>
    %sum = memref.alloca() : memref<{0}xf32>
    scf.for %i = %c0 to %n step %c1 {{
      %v32 = memref.load %order[%i] : memref<?xi32>
      %v = arith.index_cast %v32 : i32 to index
      %v1 = arith.addi %v, %c1 : index
      %f32 = memref.load %offsets[%v] : memref<?xi32>
      %t32 = memref.load %offsets[%v1] : memref<?xi32>
      %f = arith.index_cast %f32 : i32 to index
      %t = arith.index_cast %t32 : i32 to index
      %xv = memref.subview %x[%b, %v, 0] [1, 1, {0}] [1, 1, 1] : memref<?x?x{0}xf32> to memref<{0}xf32, strided<[1], offset: ?>>
      %yv = memref.subview %y[%b, %v, 0] [1, 1, {0}] [1, 1, 1] : memref<?x?x{0}xf32> to memref<{0}xf32, strided<[1], offset: ?>>
      memref.copy %xv, %sum : memref<{0}xf32, strided<[1], offset: ?>> to memref<{0}xf32>
      scf.for %k = %f to %t step %c1 {{
        %c32 = memref.load %children[%k] : memref<?xi32>
        %c = arith.index_cast %c32 : i32 to index
        %yc = memref.subview %y[%b, %c, 0] [1, 1, {0}] [1, 1, 1] : memref<?x?x{0}xf32> to memref<{0}xf32, strided<[1], offset: ?>>
        linalg.generic {{indexing_maps = [#line, #line], iterator_types = ["parallel"]}} ins(%yc : memref<{0}xf32, strided<[1], offset: ?>>) outs(%sum : memref<{0}xf32>) {{
        ^bb0(%p: f32, %q: f32):
          %r = arith.addf %p, %q : f32
          linalg.yield %r : f32
        }}
      }}
      memref.copy %sum, %yv : memref<{0}xf32> to memref<{0}xf32, strided<[1], offset: ?>>
    }}
  }} {{tile.grain = 1 : i64, mapping = [#tile.level<grid>]}}
  return
}}
)",
                                 channels);
  auto compiled = compile(text);
  ASSERT_TRUE(compiled) << compiled.error().message;
  for (const cpu::StageTime &time : compiled->times)
    printf("  tree scan: %-10s %6.2f ms\n", time.stage.c_str(), time.milliseconds);

  auto check = [&](std::vector<Tree> trees, int64_t batch) {
    std::vector<espalier_tree> abi;
    for (Tree &tree : trees)
      abi.push_back(tree.abi());
    int64_t numVertices = trees[0].numVertices(), perTree = batch / static_cast<int64_t>(trees.size());
    auto x = numbers<float>(batch * numVertices * channels, 3);
    std::vector<float> y(x.size());
    call(*compiled, {x.data(), y.data()}, {batch, numVertices},
         {espalier_trees{abi.data(), static_cast<int64_t>(abi.size())}});
    std::vector<double> expected(x.begin(), x.end());
    for (int64_t b = 0; b < batch; ++b) {
      const Tree &tree = trees[b / perTree];
      for (int32_t v : tree.postOrder())
        if (int32_t parent = tree.parents()[v]; parent >= 0)
          for (int64_t c = 0; c < channels; ++c)
            expected[(b * numVertices + parent) * channels + c] += expected[(b * numVertices + v) * channels + c];
    }
    for (size_t i = 0; i < y.size(); ++i)
      ASSERT_NEAR(y[i], expected[i], 1e-3) << i;
  };
  std::vector<int32_t> star(40, 0), alone{-1}, forest{-1, 0, 0, -1, 3, -1};
  star[0] = -1;
  check({*Tree::fromParents(star)}, 3);
  check({*Tree::fromParents(alone)}, 1);
  check({*Tree::fromParents(forest, TreeKind::forest)}, 2);
  check({*Tree::chain(1000)}, 2);
  check({*Tree::chain(0)}, 2);
  check({*Tree::perfect(2, 6)}, 5);
  check({*Tree::chain(6), *Tree::fromParents(forest, TreeKind::forest)}, 4);
}

// Two grids in order, a scalar computed before them and captured by both; the second reads what the first wrote.
TEST(Grid, TwoGridsAndCapturedScalars) {
  std::vector<float> x(100), y(100);
  std::string text = R"(
func.func @two(%n: index, %x: memref<?xf32> {tile.shape = array<i64: -1>}, %y: memref<?xf32> {tile.shape = array<i64: -1>}) {
  %c2 = arith.constant 2 : index
  %m = arith.divui %n, %c2 : index
  %last = arith.subi %m, %c2 : index
  scf.forall (%i) in (%n) {
    %d = arith.addi %i, %last : index
    %e = arith.index_cast %d : index to i32
    %f = arith.sitofp %e : i32 to f32
    memref.store %f, %x[%i] : memref<?xf32>
  } {tile.grain = 7 : i64, mapping = [#tile.level<grid>]}
  %one = arith.constant 1 : index
  scf.forall (%i) = (%one) to (%n) step (%c2) {
    %j = arith.subi %n, %i : index
    %v = memref.load %x[%j] : memref<?xf32>
    memref.store %v, %y[%i] : memref<?xf32>
  } {tile.grain = 3 : i64, mapping = [#tile.level<grid>]}
  return
})";
  run(text, {x.data(), y.data()}, {100});
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(x[i], i + 48);
    EXPECT_EQ(y[i], i % 2 ? x[100 - i] : 0);
  }
}

TEST(Grid, Faults) {
  std::string text = R"(
func.func @fault(%n: index, %x: memref<?xi32> {tile.shape = array<i64: -1>}) {
  scf.forall (%i) in (%n) {
    %c0 = arith.constant 0 : index
    %limit = arith.constant 10 : index
    %v = memref.load %x[%i] : memref<?xi32>
    %k = arith.index_cast %v : i32 to index
    %bad = arith.cmpi uge, %k, %limit : index
    tile.fault if %bad kind 3 location 4 at %c0, %i value %k limit %limit
  } {tile.grain = 1 : i64, mapping = [#tile.level<grid>]}
  return
})";
  std::vector<int32_t> x(50, 3);
  EXPECT_FALSE(run(text, {x.data()}, {50}));
  x[20] = 11, x[31] = -1;
  auto fault = run(text, {x.data()}, {50});
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, 3);
  EXPECT_EQ(fault->location, 4);
  EXPECT_EQ(fault->position, 20);
  EXPECT_EQ(fault->value, 11);
  EXPECT_EQ(fault->limit, 10);
}

TEST(Grid, ZeroTileBySelect) {
  std::vector<float> x = numbers<float>(12, 1), y(12);
  run(R"(
#ij = affine_map<(i, j) -> (i, j)>
memref.global "private" constant @zero : memref<2x3xf32> = dense<0.0>
func.func @select(%n: index, %x: memref<?x2x3xf32> {tile.shape = array<i64: -1, 2, 3>}, %y: memref<?x2x3xf32> {tile.shape = array<i64: -1, 2, 3>}) {
  scf.forall (%i) in (%n) {
    %c1 = arith.constant 1 : index
    %z = memref.get_global @zero : memref<2x3xf32>
    %zero = memref.cast %z : memref<2x3xf32> to memref<2x3xf32, strided<[3, 1], offset: ?>>
    %xi = memref.subview %x[%i, 0, 0] [1, 2, 3] [1, 1, 1] : memref<?x2x3xf32> to memref<2x3xf32, strided<[3, 1], offset: ?>>
    %yi = memref.subview %y[%i, 0, 0] [1, 2, 3] [1, 1, 1] : memref<?x2x3xf32> to memref<2x3xf32, strided<[3, 1], offset: ?>>
    %first = arith.cmpi slt, %i, %c1 : index
    %s = arith.select %first, %zero, %xi : memref<2x3xf32, strided<[3, 1], offset: ?>>
    memref.copy %s, %yi : memref<2x3xf32, strided<[3, 1], offset: ?>> to memref<2x3xf32, strided<[3, 1], offset: ?>>
  } {tile.grain = 1 : i64, mapping = [#tile.level<grid>]}
  return
})",
      {x.data(), y.data()}, {2});
  for (int i = 0; i < 12; ++i)
    EXPECT_EQ(y[i], i < 6 ? 0 : x[i]);
}
