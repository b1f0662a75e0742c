// RUN: espalier-opt %s --tree-check-finite --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s

// Every definition of floats is checked once, where it was written; accumulators and integers are not.
// CHECK-LABEL: @sweep
func.func @sweep(%T: !tree.tree<rooted>, %x: tensor<?xf32>, %zero: tensor<f32>) -> (tensor<?xf32>, tensor<?xf32>, tensor<?xi32>, tensor<f32>) {
  %r:4 = tree.sweep each over %T : !tree.tree<rooted> accumulate(%zero : tensor<f32>) {
  ^bb0(%v: !tree.vertex, %a: tensor<?xf32>, %b: tensor<?xf32>, %c: tensor<?xi32>, %sum: tensor<f32>):
    %x_v = tree.read %x[%v : !tree.vertex] : tensor<?xf32> -> f32
    // CHECK: %[[E:.*]] = math.exp
    %e = math.exp %x_v : f32 loc("kernel.esp":3:7)
    %one = arith.constant 1 : i32
    tree.accumulate %x_v into %sum[] : f32 into tensor<f32>
    // CHECK: tree.accumulate
    // CHECK-NEXT: tree.check_finite %[[E]] : f32 loc("kernel.esp":3:7)
    // CHECK-NEXT: tree.yield
    tree.yield %e, %e, %one : f32, f32, i32
  } : tensor<?xf32>, tensor<?xf32>, tensor<?xi32>, tensor<f32>
  return %r#0, %r#1, %r#2, %r#3 : tensor<?xf32>, tensor<?xf32>, tensor<?xi32>, tensor<f32>
}

// The summands of a reduction are no definitions.
// CHECK-LABEL: @reduction
func.func @reduction(%x: tensor<?xf32>, %n: index) -> f32 {
  %c0 = arith.constant 0 : index
  // CHECK-NOT: check_finite
  %r = tree.reduce [sum] over range from %c0 to %n {
  ^bb0(%j: index):
    %x_j = tree.read %x[%j : index] : tensor<?xf32> -> f32
    tree.yield %x_j : f32
  } : f32
  return %r : f32
}

// Costs of edges are no definitions: an infinite one is a cost.
// CHECK-LABEL: @costs
func.func @costs(%x: tensor<?xf64>, %V: index, %E: index) -> !tree.tree<rooted> {
  %ends = tree.edges band(%V, %E) count(%E) : tensor<?x2xi32>
  // CHECK-NOT: check_finite
  %costs = tree.sweep each axes(%E) {
  ^bb0(%e: index, %self: tensor<?xf64>):
    %x_e = tree.read %x[%e : index] : tensor<?xf64> -> f64
    tree.yield %x_e : f64
  } : tensor<?xf64>
  %T = tree.spanning_tree %costs over %ends of %V : tensor<?xf64>, tensor<?x2xi32> -> !tree.tree<rooted>
  return %T : !tree.tree<rooted>
}
