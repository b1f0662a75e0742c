// RUN: espalier-opt %s --canonicalize -split-input-file | FileCheck %s

// A definition that nobody uses goes, with its accumulations kept right.
// CHECK-LABEL: @dead_definition
func.func @dead_definition(%T: !tree.tree<rooted>, %x: tensor<?xf32>, %zero: tensor<f32>) -> (tensor<?xf32>, tensor<f32>) {
  // CHECK-NEXT: %[[R:.*]]:2 = tree.sweep each over %{{.*}} accumulate(%{{.*}} : tensor<f32>) {
  // CHECK-NEXT: ^bb0(%{{.*}}: !tree.vertex, %{{.*}}: tensor<?xf32>, %[[SUM:.*]]: tensor<f32>):
  %r:4 = tree.sweep each over %T : !tree.tree<rooted> accumulate(%zero, %zero : tensor<f32>, tensor<f32>) {
  ^bb0(%v: !tree.vertex, %a: tensor<?xf32>, %b: tensor<?xf32>, %unused: tensor<f32>, %sum: tensor<f32>):
    %x_v = tree.read %x[%v : !tree.vertex] : tensor<?xf32> -> f32
    // CHECK-NOT: math.exp
    %e = math.exp %x_v : f32
    // CHECK: math.log
    %l = math.log %x_v : f32
    tree.accumulate %e into %unused[] : f32 into tensor<f32>
    // CHECK-NEXT: tree.accumulate %{{.*}} into %[[SUM]][]
    tree.accumulate %x_v into %sum[] : f32 into tensor<f32>
    tree.yield %e, %l : f32, f32
  // CHECK: } : tensor<?xf32>, tensor<f32>
  } : tensor<?xf32>, tensor<?xf32>, tensor<f32>, tensor<f32>
  // CHECK-NEXT: return %[[R]]#0, %[[R]]#1
  return %r#1, %r#3 : tensor<?xf32>, tensor<f32>
}

// -----
// A recursion that only feeds itself is dead; one that feeds a used definition is not.
// CHECK-LABEL: @dead_recursion
func.func @dead_recursion(%T: !tree.tree<rooted>, %x: tensor<?xf32>) -> tensor<?xf32> {
  // CHECK-NEXT: %[[R:.*]]:2 = tree.sweep down
  %r:3 = tree.sweep down over %T : !tree.tree<rooted> {
  // CHECK-NEXT: ^bb0(%[[V:.*]]: !tree.vertex, %[[HELPER:.*]]: tensor<?xf32>, %{{.*}}: tensor<?xf32>):
  ^bb0(%v: !tree.vertex, %dead: tensor<?xf32>, %helper: tensor<?xf32>, %used: tensor<?xf32>):
    %p = tree.parent %v of %T : !tree.tree<rooted>
    %x_v = tree.read %x[%v : !tree.vertex] : tensor<?xf32> -> f32
    %d = tree.read %dead[%p : !tree.vertex] : tensor<?xf32> -> f32
    // CHECK: tree.read %[[HELPER]]
    %h = tree.read %helper[%p : !tree.vertex] : tensor<?xf32> -> f32
    // CHECK-NOT: arith.mulf
    %d1 = arith.mulf %d, %x_v : f32
    // CHECK: arith.addf
    %h1 = arith.addf %h, %x_v : f32
    tree.yield %d1, %h1, %h : f32, f32, f32
  } : tensor<?xf32>, tensor<?xf32>, tensor<?xf32>
  return %r#2 : tensor<?xf32>
}

// -----
// Nobody uses anything: the sweep goes, though it accumulates; one that checks stays.
// CHECK-LABEL: @dead_sweep
func.func @dead_sweep(%T: !tree.tree<rooted>, %x: tensor<?xf32>, %zero: tensor<f32>) {
  // CHECK-NOT: accumulate
  %r:2 = tree.sweep each over %T : !tree.tree<rooted> accumulate(%zero : tensor<f32>) {
  ^bb0(%v: !tree.vertex, %a: tensor<?xf32>, %sum: tensor<f32>):
    %x_v = tree.read %x[%v : !tree.vertex] : tensor<?xf32> -> f32
    tree.accumulate %x_v into %sum[] : f32 into tensor<f32>
    tree.yield %x_v : f32
  } : tensor<?xf32>, tensor<f32>
  // CHECK: tree.sweep each
  // CHECK: tree.check_finite
  %s = tree.sweep each over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %a: tensor<?xf32>):
    %x_v = tree.read %x[%v : !tree.vertex] : tensor<?xf32> -> f32
    tree.check_finite %x_v : f32
    tree.yield %x_v : f32
  } : tensor<?xf32>
  return
}

// -----
// CHECK-LABEL: @equal_definitions
func.func @equal_definitions(%T: !tree.tree<rooted>, %x: tensor<?xf32>) -> (tensor<?xf32>, tensor<?xf32>) {
  // CHECK-NEXT: %[[R:.*]] = tree.sweep down
  // CHECK: tree.yield %{{[^,]*}} : f32
  // CHECK: return %[[R]], %[[R]]
  %r:2 = tree.sweep down over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %a: tensor<?xf32>, %b: tensor<?xf32>):
    %p = tree.parent %v of %T : !tree.tree<rooted>
    %x_p = tree.read %b[%p : !tree.vertex] : tensor<?xf32> -> f32
    %x_v = tree.read %x[%v : !tree.vertex] : tensor<?xf32> -> f32
    %s = arith.addf %x_p, %x_v : f32
    tree.yield %s, %s : f32, f32
  } : tensor<?xf32>, tensor<?xf32>
  return %r#0, %r#1 : tensor<?xf32>, tensor<?xf32>
}

// -----
// CHECK-LABEL: @empty_range
func.func @empty_range(%x: tensor<?xf32>, %n: index) -> (f32, tensor<2xf32>, index) {
  %c3 = arith.constant 3 : index
  // CHECK-DAG: %[[SUM:.*]] = arith.constant 0.000000e+00 : f32
  // CHECK-DAG: %[[MAX:.*]] = arith.constant dense<0xFF800000> : tensor<2xf32>
  // CHECK-DAG: %[[MIN:.*]] = arith.constant 9223372036854775807 : index
  // CHECK: return %[[SUM]], %[[MAX]], %[[MIN]]
  %r:3 = tree.reduce [sum, max, min] over range from %c3 to %c3 {
  ^bb0(%j: index):
    %x_j = tree.read %x[%j : index] : tensor<?xf32> -> f32
    %t = tile.broadcast %x_j : f32 -> tensor<2xf32>
    tree.yield %x_j, %t, %j : f32, tensor<2xf32>, index
  } : f32, tensor<2xf32>, index
  return %r#0, %r#1, %r#2 : f32, tensor<2xf32>, index
}

// -----
// One element is no empty range.
// CHECK-LABEL: @one_element
func.func @one_element(%x: tensor<?xf32>) -> f32 {
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  // CHECK: tree.reduce
  %r = tree.reduce [sum] over range from %c3 to %c4 {
  ^bb0(%j: index):
    %x_j = tree.read %x[%j : index] : tensor<?xf32> -> f32
    tree.yield %x_j : f32
  } : f32
  return %r : f32
}

// -----
// CHECK-LABEL: @outputs
func.func @outputs(%x: tensor<?xf32>, %n: index) -> (f32, f32, f32) {
  %c0 = arith.constant 0 : index
  // CHECK: %[[R:.*]]:2 = tree.reduce [max, sum] over range
  // CHECK-NOT: math.exp
  // CHECK: tree.yield %[[X:.*]], %[[X]] : f32, f32
  // CHECK: return %[[R]]#0, %[[R]]#1, %[[R]]#0
  %r:4 = tree.reduce [max, sum, sum, max] over range from %c0 to %n {
  ^bb0(%j: index):
    %x_j = tree.read %x[%j : index] : tensor<?xf32> -> f32
    %e = math.exp %x_j : f32
    tree.yield %x_j, %x_j, %e, %x_j : f32, f32, f32, f32
  } : f32, f32, f32, f32
  return %r#0, %r#1, %r#3 : f32, f32, f32
}

// -----
// A view of a view is one of what lies beneath.
// CHECK-LABEL: @views
// CHECK-SAME: (%[[X:.*]]: tensor<?x?x4xf32>, %[[V:.*]]: index, %[[H:.*]]: index, %[[W:.*]]: index)
func.func @views(%x: tensor<?x?x4xf32>, %V: index, %H: index, %W: index) -> tensor<?x?x4xf32> {
  // CHECK-NEXT: %[[Y:.*]] = tree.view %[[X]] sizes(%[[H]], %[[W]]) : tensor<?x?x4xf32> -> tensor<?x?x4xf32>
  %v = tree.view %x sizes(%V) : tensor<?x?x4xf32> -> tensor<?x4xf32>
  %y = tree.view %v sizes(%H, %W) : tensor<?x4xf32> -> tensor<?x?x4xf32>
  // CHECK-NEXT: return %[[Y]]
  return %y : tensor<?x?x4xf32>
}

// -----
// A tree that nobody reads is not grown.
// CHECK-LABEL: @dead_tree
func.func @dead_tree(%n: index, %costs: tensor<?xf64>) -> index {
  // CHECK-NEXT: return
  %ends = tree.edges band(%n, %n) count(%n) : tensor<?x2xi32>
  %T = tree.spanning_tree %costs over %ends of %n : tensor<?xf64>, tensor<?x2xi32> -> !tree.tree<rooted>
  return %n : index
}
