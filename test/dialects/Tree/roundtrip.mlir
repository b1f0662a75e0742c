// RUN: espalier-opt %s | espalier-opt | FileCheck %s
// RUN: espalier-opt %s --mlir-print-op-generic | espalier-opt | FileCheck %s

// CHECK-LABEL: @trees
// CHECK-SAME: !tree.tree<chain>, %{{.*}}: !tree.tree<perfect, 2>, %{{.*}}: !tree.tree<rooted>, %{{.*}}: !tree.tree<forest>
func.func @trees(%n: index, %parents: tensor<?x?xi32>, %c: !tree.tree<chain>, %p: !tree.tree<perfect, 2>, %r: !tree.tree<rooted>, %f: !tree.tree<forest>) {
  // CHECK: tree.from_parents %{{.*}} : tensor<?x?xi32> -> <forest>
  %0 = tree.from_parents %parents : tensor<?x?xi32> -> !tree.tree<forest>
  // CHECK: tree.from_parents %{{.*}} {row = 3 : i64} : tensor<?x?xi32> -> <rooted>
  %1 = tree.from_parents %parents {row = 3} : tensor<?x?xi32> -> !tree.tree<rooted>
  // CHECK: tree.num_vertices
  %3 = tree.num_vertices %r : !tree.tree<rooted>
  // CHECK: tree.num_leaves
  %4 = tree.num_leaves %r : !tree.tree<rooted>
  // CHECK: tree.root
  %v = tree.root %r : !tree.tree<rooted>
  // CHECK: tree.parent
  %5 = tree.parent %v of %r : !tree.tree<rooted>
  // CHECK: tree.leaf
  %6 = tree.leaf %v of %r : !tree.tree<rooted>
  // CHECK: tree.is_root
  %7 = tree.is_root %v of %r : !tree.tree<rooted>
  // CHECK: tree.is_leaf
  %8 = tree.is_leaf %v of %r : !tree.tree<rooted>
  // CHECK: tree.depth
  %9 = tree.depth %v of %r : !tree.tree<rooted>
  // CHECK: tree.height
  %10 = tree.height %v of %r : !tree.tree<rooted>
  // CHECK: tree.slot
  %11 = tree.slot %v of %r : !tree.tree<rooted>
  // CHECK: tree.num_children
  %12 = tree.num_children %v of %r : !tree.tree<rooted>
  // CHECK: tree.position
  %13 = tree.position %v
  return
}

// CHECK-LABEL: @grown
func.func @grown(%n: index, %pairs: tensor<?x2xi32>, %own: tensor<?x?x2xi32>, %costs: tensor<?x?xf64>, %shared: tensor<?xf64>) {
  // CHECK: tree.edges grid(%{{.*}}, %{{.*}}) count(%{{.*}}) : tensor<?x2xi32>
  %g = tree.edges grid(%n, %n) count(%n) : tensor<?x2xi32>
  // CHECK: tree.edges band(%{{.*}}, %{{.*}}) count(%{{.*}}) {row = 1 : i64} : tensor<?x2xi32>
  %b = tree.edges band(%n, %n) count(%n) {row = 1} : tensor<?x2xi32>
  // CHECK: tree.edges edges(%{{.*}}, %{{.*}}) count(%{{.*}}) pairs(%{{.*}} : tensor<?x?x2xi32>) : tensor<?x?x2xi32>
  %e = tree.edges edges(%n, %n) count(%n) pairs(%own : tensor<?x?x2xi32>) : tensor<?x?x2xi32>
  // CHECK: tree.spanning_tree %{{.*}} over %{{.*}} of %{{.*}} root(%{{.*}}) : tensor<?x?xf64>, tensor<?x2xi32> -> <rooted>
  %0 = tree.spanning_tree %costs over %g of %n root(%n) : tensor<?x?xf64>, tensor<?x2xi32> -> !tree.tree<rooted>
  // CHECK: tree.spanning_tree %{{.*}} over %{{.*}} of %{{.*}} seed(%{{.*}}) {row = 1 : i64} : tensor<?xf64>, tensor<?x2xi32> -> <rooted>
  %1 = tree.spanning_tree %shared over %b of %n seed(%n) {row = 1} : tensor<?xf64>, tensor<?x2xi32> -> !tree.tree<rooted>
  // CHECK: tree.spanning_tree %{{.*}} over %{{.*}} of %{{.*}} : tensor<?x?xf64>, tensor<?x?x2xi32> -> <rooted>
  %2 = tree.spanning_tree %costs over %e of %n : tensor<?x?xf64>, tensor<?x?x2xi32> -> !tree.tree<rooted>
  return
}

// CHECK-LABEL: @views
func.func @views(%n: index, %x: tensor<?x?x4xf32>, %y: tensor<6xf64>) {
  // CHECK: tree.view %{{.*}} sizes(%{{.*}}) : tensor<?x?x4xf32> -> tensor<?x4xf32>
  %0 = tree.view %x sizes(%n) : tensor<?x?x4xf32> -> tensor<?x4xf32>
  // CHECK: tree.view %{{.*}} : tensor<6xf64> -> tensor<2x3xf64>
  %1 = tree.view %y : tensor<6xf64> -> tensor<2x3xf64>
  return
}

// CHECK-LABEL: @mid_level
func.func @mid_level(%n: index, %pairs: memref<?x2xi32>, %ends: memref<?x2xi32>, %costs: memref<?xf64>, %parents: memref<?xi32>) {
  // CHECK: tree.list_edges row(0) location(2) into %{{.*}} : memref<?x2xi32>
  tree.list_edges row(0) location(2) into %ends : memref<?x2xi32>
  // CHECK: tree.list_edges row(0) location(2) pairs(%{{.*}} : memref<?x2xi32>) into %{{.*}} : memref<?x2xi32>
  tree.list_edges row(0) location(2) pairs(%pairs : memref<?x2xi32>) into %ends : memref<?x2xi32>
  // CHECK: tree.build row(0) location(2) from %{{.*}} : memref<?xf64> ends(%{{.*}} : memref<?x2xi32>) root(%{{.*}}) seed(%{{.*}})
  tree.build row(0) location(2) from %costs : memref<?xf64> ends(%ends : memref<?x2xi32>) root(%n) seed(%n)
  // CHECK: tree.build row(1) location(0) from %{{.*}} : memref<?xi32>
  tree.build row(1) location(0) from %parents : memref<?xi32>
  return
}

// CHECK-LABEL: @up
func.func @up(%B: index, %T: !tree.tree<rooted>, %u: tensor<?x?x5xf32>, %a: tensor<?x?x5xf32>) -> tensor<?x?x5xf32> {
  // CHECK: tree.sweep up batch(%{{.*}}) over %{{.*}} : {{.*}}<rooted> {
  // CHECK-NEXT: ^bb0(%[[V:.*]]: !tree.vertex, %[[SELF:.*]]: tensor<?x?x5xf32>):
  // CHECK-NEXT: tree.read %{{.*}}[%[[V]] : !tree.vertex] : tensor<?x?x5xf32> -> tensor<5xf32>
  // CHECK-NEXT: tree.reduce [sum] over children(%[[V]]) of %{{.*}} : {{.*}}<rooted> {
  // CHECK-NEXT: ^bb0(%[[C:.*]]: !tree.vertex):
  // CHECK: tree.read %[[SELF]][%[[C]] : !tree.vertex] : tensor<?x?x5xf32> -> tensor<5xf32>
  %xi = tree.sweep up batch(%B) over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?x?x5xf32>):
    %u_v = tree.read %u[%v : !tree.vertex] : tensor<?x?x5xf32> -> tensor<5xf32>
    %below = tree.reduce [sum] over children(%v) of %T : !tree.tree<rooted> {
    ^bb0(%c: !tree.vertex):
      %a_c = tree.read %a[%c : !tree.vertex] : tensor<?x?x5xf32> -> tensor<5xf32>
      %xi_c = tree.read %self[%c : !tree.vertex] : tensor<?x?x5xf32> -> tensor<5xf32>
      %m = arith.mulf %a_c, %xi_c : tensor<5xf32>
      tree.yield %m : tensor<5xf32>
    } : tensor<5xf32>
    %x = arith.addf %u_v, %below : tensor<5xf32>
    tree.yield %x : tensor<5xf32>
  } : tensor<?x?x5xf32>
  return %xi : tensor<?x?x5xf32>
}

// CHECK-LABEL: @down
func.func @down(%H: index, %T: !tree.tree<chain>, %u: tensor<?x?xf32>) -> tensor<?x?xf32> {
  // CHECK: tree.sweep down axes(%{{.*}}) over %{{.*}} : {{.*}}<chain> {
  %y = tree.sweep down axes(%H) over %T : !tree.tree<chain> {
  ^bb0(%h: index, %v: !tree.vertex, %self: tensor<?x?xf32>):
    %p = tree.parent %v of %T : !tree.tree<chain>
    %above = tree.read %self[%h, %p : index, !tree.vertex] : tensor<?x?xf32> -> f32
    %u_v = tree.read %u[%h, %v : index, !tree.vertex] : tensor<?x?xf32> -> f32
    %x = arith.addf %u_v, %above : f32
    tree.yield %x : f32
  } : tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}

// CHECK-LABEL: @each_leaves
func.func @each_leaves(%B: index, %T: !tree.tree<forest>, %E: tensor<?x?x4xf32>, %zero: tensor<?x4xf32>) -> (tensor<?x?xf32>, tensor<?x4xf32>) {
  // CHECK: tree.sweep each leaves batch(%{{.*}}) over %{{.*}} : {{.*}}<forest> accumulate(%{{.*}} : tensor<?x4xf32>) {
  %r:2 = tree.sweep each leaves batch(%B) over %T : !tree.tree<forest> accumulate(%zero : tensor<?x4xf32>) {
  ^bb0(%v: !tree.vertex, %self: tensor<?x?xf32>, %sum: tensor<?x4xf32>):
    %leaf = tree.leaf %v of %T : !tree.tree<forest>
    %e = tree.read %E[%leaf : !tree.vertex] : tensor<?x?x4xf32> -> tensor<4xf32>
    // CHECK: tree.accumulate %{{.*}} into %{{.*}}[] : tensor<4xf32> into tensor<?x4xf32>
    tree.accumulate %e into %sum[] : tensor<4xf32> into tensor<?x4xf32>
    // CHECK: tree.check_finite %{{.*}} : tensor<4xf32>
    tree.check_finite %e : tensor<4xf32>
    %s = tile.reduce sum %e [0] : tensor<4xf32> -> f32
    tree.yield %s : f32
  } : tensor<?x?xf32>, tensor<?x4xf32>
  return %r#0, %r#1 : tensor<?x?xf32>, tensor<?x4xf32>
}

// CHECK-LABEL: @each_point
func.func @each_point(%B: index, %loss: tensor<?xf32>, %n: index, %x: tensor<?x?xf32>) -> tensor<?xf32> {
  // CHECK: tree.sweep each batch(%{{.*}}) {
  %y = tree.sweep each batch(%B) {
  ^bb0(%self: tensor<?xf32>):
    %zero = arith.constant 0 : index
    // CHECK: tree.read %{{.*}}[] : tensor<?xf32> -> f32
    %l = tree.read %loss[] : tensor<?xf32> -> f32
    // CHECK: tree.reduce [max, sum] over range from %{{.*}} to %{{.*}} filter {
    // CHECK: tree.yield %{{.*}} : i1
    // CHECK-NEXT: } {
    // CHECK: } : f32, index
    %m:2 = tree.reduce [max, sum] over range from %zero to %n filter {
    ^bb0(%j: index):
      %keep = arith.cmpi slt, %j, %n : index
      tree.yield %keep : i1
    } {
    ^bb0(%j: index):
      %x_j = tree.read %x[%j : index] : tensor<?x?xf32> -> f32
      tree.yield %x_j, %j : f32, index
    } : f32, index
    %s = arith.addf %l, %m#0 : f32
    tree.yield %s : f32
  } : tensor<?xf32>
  return %y : tensor<?xf32>
}

// CHECK-LABEL: @only_accumulates
func.func @only_accumulates(%T: !tree.tree<forest>, %n: index, %g: tensor<?xf32>, %zero: tensor<?xf32>) -> tensor<?xf32> {
  // CHECK: tree.sweep each over %{{.*}} : {{.*}}<forest> accumulate(%{{.*}} : tensor<?xf32>) {
  %r = tree.sweep each over %T : !tree.tree<forest> accumulate(%zero : tensor<?xf32>) {
  ^bb0(%v: !tree.vertex, %sum: tensor<?xf32>):
    %c0 = arith.constant 0 : index
    // CHECK: tree.reduce [] over range from %{{.*}} to %{{.*}} {
    tree.reduce [] over range from %c0 to %n {
    ^bb0(%j: index):
      %g_v = tree.read %g[%v : !tree.vertex] : tensor<?xf32> -> f32
      tree.accumulate %g_v into %sum[%j : index] : f32 into tensor<?xf32>
      // CHECK: tree.yield
      tree.yield
    }
    // CHECK: tree.yield
    tree.yield
  } : tensor<?xf32>
  // CHECK: tree.reduce [logsumexp] over vertices of %{{.*}} : {{.*}}<forest> {
  %0 = tree.reduce [logsumexp] over vertices of %T : !tree.tree<forest> {
  ^bb0(%v: !tree.vertex):
    %x = tree.read %g[%v : !tree.vertex] : tensor<?xf32> -> f32
    tree.yield %x : f32
  } : f32
  // CHECK: tree.reduce [min] over leaves of %{{.*}} : {{.*}}<forest> {
  %1 = tree.reduce [min] over leaves of %T : !tree.tree<forest> {
  ^bb0(%v: !tree.vertex):
    %x = tree.read %g[%v : !tree.vertex] : tensor<?xf32> -> f32
    tree.yield %x : f32
  } : f32
  return %r : tensor<?xf32>
}
