// RUN: espalier-opt %s --tree-hoist-from-edges --canonicalize | FileCheck %s

// Both ends have one function of theirs: one number per vertex, two reads per edge.
// CHECK-LABEL: @norms
func.func @norms(%x: tensor<?x1x3xf32>, %V: index) -> tensor<?xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %E = arith.subi %V, %c1 : index
  // CHECK: %[[ENDS:.*]] = tree.edges
  %ends = tree.edges band(%V, %c1) count(%E) : tensor<?x2xi32>
  // CHECK: %[[X:.*]] = tree.view
  %rows = tree.view %x sizes(%V) : tensor<?x1x3xf32> -> tensor<?x3xf32>
  // CHECK: %[[NORMS:.*]] = tree.sweep each axes(%{{.*}}) {
  // CHECK-NEXT: ^bb0(%[[V:.*]]: index
  // CHECK: tree.read %[[X]][%[[V]] : index]
  // CHECK: tile.reduce sum
  // CHECK-NEXT: %[[NORM:.*]] = math.sqrt
  // CHECK-NEXT: tree.yield %[[NORM]] : f64
  // CHECK: tree.sweep each axes
  %costs = tree.sweep each axes(%E) {
  ^bb0(%e: index, %self: tensor<?xf64>):
    %pair = tree.read %ends[%e : index] : tensor<?x2xi32> -> tensor<2xi32>
    %first = tile.element %pair[%c0] : tensor<2xi32> -> i32
    %i = arith.index_cast %first : i32 to index
    %second = tile.element %pair[%c1] : tensor<2xi32> -> i32
    %j = arith.index_cast %second : i32 to index
    // CHECK-NOT: math.sqrt
    // CHECK: tree.read %[[NORMS]][
    // CHECK: tree.read %[[NORMS]][
    %x_i = tree.read %rows[%i : index] : tensor<?x3xf32> -> tensor<3xf32>
    %a = arith.extf %x_i : tensor<3xf32> to tensor<3xf64>
    %x_j = tree.read %rows[%j : index] : tensor<?x3xf32> -> tensor<3xf32>
    %b = arith.extf %x_j : tensor<3xf32> to tensor<3xf64>
    %dot = tile.contract "a,a->"(%a, %b) : (tensor<3xf64>, tensor<3xf64>) -> f64
    %aa = arith.mulf %a, %a : tensor<3xf64>
    %aa_sum = tile.reduce sum %aa [0] : tensor<3xf64> -> f64
    %a_norm = math.sqrt %aa_sum : f64
    %bb = arith.mulf %b, %b : tensor<3xf64>
    %bb_sum = tile.reduce sum %bb [0] : tensor<3xf64> -> f64
    %b_norm = math.sqrt %bb_sum : f64
    %norms = arith.mulf %a_norm, %b_norm : f64
    %cost = arith.divf %dot, %norms : f64
    tree.yield %cost : f64
  } : tensor<?xf64>
  %T = tree.spanning_tree %costs over %ends of %V root(%c0) : tensor<?xf64>, tensor<?x2xi32> -> !tree.tree<rooted>
  return %costs : tensor<?xf64>
}

// An edge of a grid reads both rows for their product: their norms, but not what takes a function of each element, are
// sums of what it has read.
// CHECK-LABEL: @norms_on_a_grid
func.func @norms_on_a_grid(%x: tensor<?x1x3xf32>, %H: index, %W: index, %V: index, %E: index) -> tensor<?xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %ends = tree.edges grid(%H, %W) count(%E) : tensor<?x2xi32>
  %rows = tree.view %x sizes(%V) : tensor<?x1x3xf32> -> tensor<?x3xf32>
  // CHECK: %[[EXPONENTIALS:.*]] = tree.sweep each axes(%{{.*}}) {
  // CHECK-NOT: math.sqrt
  // CHECK: math.exp
  // CHECK-NOT: math.sqrt
  // CHECK: tree.sweep each axes
  // CHECK: math.sqrt
  // CHECK: math.sqrt
  // CHECK: tree.read %[[EXPONENTIALS]][
  %costs = tree.sweep each axes(%E) {
  ^bb0(%e: index, %self: tensor<?xf64>):
    %pair = tree.read %ends[%e : index] : tensor<?x2xi32> -> tensor<2xi32>
    %first = tile.element %pair[%c0] : tensor<2xi32> -> i32
    %i = arith.index_cast %first : i32 to index
    %second = tile.element %pair[%c1] : tensor<2xi32> -> i32
    %j = arith.index_cast %second : i32 to index
    %x_i = tree.read %rows[%i : index] : tensor<?x3xf32> -> tensor<3xf32>
    %a = arith.extf %x_i : tensor<3xf32> to tensor<3xf64>
    %x_j = tree.read %rows[%j : index] : tensor<?x3xf32> -> tensor<3xf32>
    %b = arith.extf %x_j : tensor<3xf32> to tensor<3xf64>
    %dot = tile.contract "a,a->"(%a, %b) : (tensor<3xf64>, tensor<3xf64>) -> f64
    %aa = arith.mulf %a, %a : tensor<3xf64>
    %aa_sum = tile.reduce sum %aa [0] : tensor<3xf64> -> f64
    %a_norm = math.sqrt %aa_sum : f64
    %bb = arith.mulf %b, %b : tensor<3xf64>
    %bb_sum = tile.reduce sum %bb [0] : tensor<3xf64> -> f64
    %b_norm = math.sqrt %bb_sum : f64
    %norms = arith.mulf %a_norm, %b_norm : f64
    %exponentials = math.exp %b : tensor<3xf64>
    %exponential = tile.reduce sum %exponentials [0] : tensor<3xf64> -> f64
    %cosine = arith.divf %dot, %norms : f64
    %cost = arith.mulf %cosine, %exponential : f64
    tree.yield %cost : f64
  } : tensor<?xf64>
  %T = tree.spanning_tree %costs over %ends of %V root(%c0) : tensor<?xf64>, tensor<?x2xi32> -> !tree.tree<rooted>
  return %costs : tensor<?xf64>
}

// Different functions of the ends, in a batch; what one end gives through a second number is not kept by itself.
// CHECK-LABEL: @each_its_own
func.func @each_its_own(%x: tensor<?x?x1x3xf32>, %B: index, %V: index) -> tensor<?x?xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %E = arith.subi %V, %c1 : index
  %ends = tree.edges band(%V, %c1) count(%E) : tensor<?x2xi32>
  %rows = tree.view %x sizes(%B, %V) : tensor<?x?x1x3xf32> -> tensor<?x?x3xf32>
  // CHECK: %[[BOTH:.*]]:2 = tree.sweep each batch(%{{.*}}) axes(%{{.*}}) {
  // CHECK: tree.yield %{{.*}}, %{{.*}} : f32, f32
  %costs = tree.sweep each batch(%B) axes(%E) {
  ^bb0(%e: index, %self: tensor<?x?xf64>):
    %pair = tree.read %ends[%e : index] : tensor<?x2xi32> -> tensor<2xi32>
    %first = tile.element %pair[%c0] : tensor<2xi32> -> i32
    %i = arith.index_cast %first : i32 to index
    %second = tile.element %pair[%c1] : tensor<2xi32> -> i32
    %j = arith.index_cast %second : i32 to index
    // CHECK-DAG: tree.read %[[BOTH]]#0[
    // CHECK-DAG: tree.read %[[BOTH]]#1[
    %x_i = tree.read %rows[%i : index] : tensor<?x?x3xf32> -> tensor<3xf32>
    %x_j = tree.read %rows[%j : index] : tensor<?x?x3xf32> -> tensor<3xf32>
    %sum = tile.reduce sum %x_i [0] : tensor<3xf32> -> f32
    %most = tile.reduce max %x_j [0] : tensor<3xf32> -> f32
    %exp = math.exp %most : f32
    %narrow = arith.subf %sum, %exp : f32
    %cost = arith.extf %narrow : f32 to f64
    tree.yield %cost : f64
  } : tensor<?x?xf64>
  %T = tree.spanning_tree %costs over %ends of %V root(%c0) : tensor<?x?xf64>, tensor<?x2xi32> -> !tree.tree<rooted>
  return %costs : tensor<?x?xf64>
}

// A tensor that may have another number of rows is read, and checked, by the edges.
// CHECK-LABEL: @unknown_rows
// CHECK-COUNT-1: tree.sweep
// CHECK-NOT: tree.sweep
func.func @unknown_rows(%x: tensor<?x3xf32>, %V: index) -> tensor<?xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %E = arith.subi %V, %c1 : index
  %ends = tree.edges band(%V, %c1) count(%E) : tensor<?x2xi32>
  %costs = tree.sweep each axes(%E) {
  ^bb0(%e: index, %self: tensor<?xf64>):
    %pair = tree.read %ends[%e : index] : tensor<?x2xi32> -> tensor<2xi32>
    %first = tile.element %pair[%c0] : tensor<2xi32> -> i32
    %i = arith.index_cast %first : i32 to index
    %x_i = tree.read %x[%i : index] : tensor<?x3xf32> -> tensor<3xf32>
    %sum = tile.reduce sum %x_i [0] : tensor<3xf32> -> f32
    %cost = arith.extf %sum : f32 to f64
    tree.yield %cost : f64
  } : tensor<?xf64>
  %T = tree.spanning_tree %costs over %ends of %V root(%c0) : tensor<?xf64>, tensor<?x2xi32> -> !tree.tree<rooted>
  return %costs : tensor<?xf64>
}

// A read and a conversion are as cheap on the edge.
// CHECK-LABEL: @not_worth_it
// CHECK-COUNT-1: tree.sweep
// CHECK-NOT: tree.sweep
func.func @not_worth_it(%x: tensor<?x1xf32>, %V: index) -> tensor<?xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %E = arith.subi %V, %c1 : index
  %ends = tree.edges band(%V, %c1) count(%E) : tensor<?x2xi32>
  %rows = tree.view %x sizes(%V) : tensor<?x1xf32> -> tensor<?xf32>
  %costs = tree.sweep each axes(%E) {
  ^bb0(%e: index, %self: tensor<?xf64>):
    %pair = tree.read %ends[%e : index] : tensor<?x2xi32> -> tensor<2xi32>
    %first = tile.element %pair[%c0] : tensor<2xi32> -> i32
    %i = arith.index_cast %first : i32 to index
    %second = tile.element %pair[%c1] : tensor<2xi32> -> i32
    %j = arith.index_cast %second : i32 to index
    %x_i = tree.read %rows[%i : index] : tensor<?xf32> -> f32
    %a = arith.extf %x_i : f32 to f64
    %x_j = tree.read %rows[%j : index] : tensor<?xf32> -> f32
    %b = arith.extf %x_j : f32 to f64
    %cost = arith.subf %a, %b : f64
    tree.yield %cost : f64
  } : tensor<?xf64>
  %T = tree.spanning_tree %costs over %ends of %V root(%c0) : tensor<?xf64>, tensor<?x2xi32> -> !tree.tree<rooted>
  return %costs : tensor<?xf64>
}

// Listed edges may be fewer than the vertices.
// CHECK-LABEL: @listed
// CHECK-COUNT-1: tree.sweep
// CHECK-NOT: tree.sweep
func.func @listed(%x: tensor<?x1xf32>, %pairs: tensor<?x2xi32>, %V: index, %E: index) -> !tree.tree<rooted> {
  %c0 = arith.constant 0 : index
  %ends = tree.edges edges(%V, %E) count(%E) pairs(%pairs : tensor<?x2xi32>) : tensor<?x2xi32>
  %rows = tree.view %x sizes(%V) : tensor<?x1xf32> -> tensor<?xf32>
  %costs = tree.sweep each axes(%E) {
  ^bb0(%e: index, %self: tensor<?xf64>):
    %pair = tree.read %ends[%e : index] : tensor<?x2xi32> -> tensor<2xi32>
    %first = tile.element %pair[%c0] : tensor<2xi32> -> i32
    %i = arith.index_cast %first : i32 to index
    %x_i = tree.read %rows[%i : index] : tensor<?xf32> -> f32
    %exp = math.exp %x_i : f32
    %cost = arith.extf %exp : f32 to f64
    tree.yield %cost : f64
  } : tensor<?xf64>
  %T = tree.spanning_tree %costs over %ends of %V root(%c0) : tensor<?xf64>, tensor<?x2xi32> -> !tree.tree<rooted>
  return %T : !tree.tree<rooted>
}
