// RUN: espalier-opt %s -attach-schedules | FileCheck %s

// The orders that directions and kinds of trees ask for; neighbours that read each other within their own part share a group.
// CHECK-LABEL: func.func @groups
func.func @groups(%T: !tree.tree<rooted>, %L: !tree.tree<chain>, %x: tensor<?x?xf32>, %y: tensor<?x?xf64>, %start: tensor<f32>, %each: tensor<?xf32>, %B: index, %H: index) {
  // CHECK: tree.sweep up {{.*}}#tree.schedule<traversal = post_order, tasks = axes, group = 0, grain = {{[0-9]+}}, points = 1, lanes = 16, rows = 14, vectors = 2, reason = "tasks axes: a vertex waits for its neighbours; lanes elements: tiles fill vectors, or visits are short; grain
  %a = tree.sweep up axes(%H) over %T : !tree.tree<rooted> {
  ^bb0(%h: index, %v: !tree.vertex, %self: tensor<?x?xf32>):
    %t = tree.read %x[%h, %v : index, !tree.vertex] : tensor<?x?xf32> -> f32
    tree.yield %t : f32
  } : tensor<?x?xf32>
  // Reads a of its own head, at any vertex.
  // CHECK: tree.sweep down {{.*}}traversal = reverse_post_order, tasks = axes, group = 0
  %b = tree.sweep down axes(%H) over %T : !tree.tree<rooted> {
  ^bb0(%h: index, %v: !tree.vertex, %self: tensor<?x?xf32>):
    %root = tree.root %T : !tree.tree<rooted>
    %t = tree.read %a[%h, %root : index, !tree.vertex] : tensor<?x?xf32> -> f32
    tree.yield %t : f32
  } : tensor<?x?xf32>
  // Points are tasks of their own.
  // CHECK: tree.sweep each {{.*}}traversal = points, tasks = points, group = 1
  %c = tree.sweep each axes(%H) over %T : !tree.tree<rooted> {
  ^bb0(%h: index, %v: !tree.vertex, %self: tensor<?x?xf32>):
    %t = tree.read %b[%h, %v : index, !tree.vertex] : tensor<?x?xf32> -> f32
    tree.yield %t : f32
  } : tensor<?x?xf32>
  // The same points.
  // CHECK: tree.sweep each {{.*}}traversal = points, tasks = points, group = 1
  %d = tree.sweep each axes(%H) over %T : !tree.tree<rooted> {
  ^bb0(%h: index, %v: !tree.vertex, %self: tensor<?x?xf32>):
    %t = tree.read %c[%h, %v : index, !tree.vertex] : tensor<?x?xf32> -> f32
    tree.yield %t : f32
  } : tensor<?x?xf32>
  // Reads other points of the group: it has to wait.
  // CHECK: tree.sweep each {{.*}}tasks = points, group = 2
  %e = tree.sweep each axes(%H) over %T : !tree.tree<rooted> {
  ^bb0(%h: index, %v: !tree.vertex, %self: tensor<?x?xf32>):
    %p = tree.parent %v of %T : !tree.tree<rooted>
    %t = tree.read %d[%h, %p : index, !tree.vertex] : tensor<?x?xf32> -> f32
    tree.yield %t : f32
  } : tensor<?x?xf32>
  // A chain goes by number; float64 has half the lanes.
  // CHECK: tree.sweep up {{.*}}traversal = ascending, tasks = axes, group = 3, {{.*}}lanes = 8
  %f = tree.sweep up axes(%H) over %L : !tree.tree<chain> {
  ^bb0(%h: index, %v: !tree.vertex, %self: tensor<?x?xf64>):
    %t = tree.read %y[%h, %v : index, !tree.vertex] : tensor<?x?xf64> -> f64
    tree.yield %t : f64
  } : tensor<?x?xf64>
  // CHECK: tree.sweep down {{.*}}traversal = descending, tasks = axes, group = 3
  %g = tree.sweep down axes(%H) over %L : !tree.tree<chain> {
  ^bb0(%h: index, %v: !tree.vertex, %self: tensor<?x?xf64>):
    %t = tree.read %f[%h, %v : index, !tree.vertex] : tensor<?x?xf64> -> f64
    tree.yield %t : f64
  } : tensor<?x?xf64>
  // Reads another head.
  // CHECK: tree.sweep up {{.*}}group = 4
  %k = tree.sweep up axes(%H) over %L : !tree.tree<chain> {
  ^bb0(%h: index, %v: !tree.vertex, %self: tensor<?x?xf64>):
    %zero = arith.constant 0 : index
    %t = tree.read %g[%zero, %v : index, !tree.vertex] : tensor<?x?xf64> -> f64
    tree.yield %t : f64
  } : tensor<?x?xf64>
  // CHECK: tree.sweep each {{.*}}traversal = leaves, tasks = points, group = 5
  %l = tree.sweep each leaves axes(%H) over %T : !tree.tree<rooted> {
  ^bb0(%h: index, %v: !tree.vertex, %self: tensor<?x?xf32>):
    %t = tree.read %x[%h, %v : index, !tree.vertex] : tensor<?x?xf32> -> f32
    tree.yield %t : f32
  } : tensor<?x?xf32>
  // CHECK: tree.sweep each {{.*}}tasks = whole, group = 6, grain = 1, {{.*}}accumulators are summed in a fixed order"
  %m = tree.sweep each axes(%H) over %T : !tree.tree<rooted> accumulate(%start : tensor<f32>) {
  ^bb0(%h: index, %v: !tree.vertex, %acc: tensor<f32>):
    %t = tree.read %x[%h, %v : index, !tree.vertex] : tensor<?x?xf32> -> f32
    tree.accumulate %t into %acc[] : f32 into tensor<f32>
    tree.yield
  } : tensor<f32>
  // CHECK: tree.sweep each {{.*}}tasks = batch, group = 7, {{.*}}accumulators of one batch element are summed in a fixed order;
  %n = tree.sweep each batch(%B) over %T : !tree.tree<rooted> accumulate(%each : tensor<?xf32>) {
  ^bb0(%v: !tree.vertex, %acc: tensor<?xf32>):
    %t = tree.read %x[%v : !tree.vertex] : tensor<?x?xf32> -> f32
    tree.accumulate %t into %acc[] : f32 into tensor<?xf32>
    tree.yield
  } : tensor<?xf32>
  return
}

// A view shows points of other tasks, and a tree grows between the sweeps around it: no group spans them.
// CHECK-LABEL: func.func @between
func.func @between(%x: tensor<?xi32>, %N: index, %H: index, %W: index) -> !tree.tree<forest> {
  // CHECK: tree.sweep each {{.*}}group = 0
  %a = tree.sweep each axes(%N) {
  ^bb0(%i: index, %self: tensor<?xi32>):
    %t = tree.read %x[%i : index] : tensor<?xi32> -> i32
    tree.yield %t : i32
  } : tensor<?xi32>
  %p = tree.view %a sizes(%N) : tensor<?xi32> -> tensor<?xi32>
  // CHECK: tree.sweep each {{.*}}group = 1
  %b = tree.sweep each axes(%N) {
  ^bb0(%i: index, %self: tensor<?xi32>):
    %t = tree.read %p[%i : index] : tensor<?xi32> -> i32
    tree.yield %t : i32
  } : tensor<?xi32>
  %T = tree.from_parents %b : tensor<?xi32> -> !tree.tree<forest>
  // CHECK: tree.sweep each {{.*}}group = 2
  %c = tree.sweep each axes(%N) {
  ^bb0(%i: index, %self: tensor<?xi32>):
    %t = tree.read %b[%i : index] : tensor<?xi32> -> i32
    tree.yield %t : i32
  } : tensor<?xi32>
  return %T : !tree.tree<forest>
}

// Points that multiply what is their own with a shared matrix are evaluated together, as many as stay in the cache.
// CHECK-LABEL: func.func @shared_matrix
func.func @shared_matrix(%x: tensor<?x?x32xf32>, %W: tensor<16x32xf32>, %M: tensor<?x16x32xf32>, %wide: tensor<?x100000xf32>, %V: tensor<2x100000xf32>, %G: !tree.tree<rooted>, %H: index, %N: index) {
  // CHECK: tree.sweep each {{.*}}tasks = points, group = 0, {{.*}}points = {{64|128|192|256|320}}, {{.*}}together = 64, reason = "tasks points: points share a matrix; together 64: points share a matrix, 64 x 192 B stay in 96 KB; points
  %a = tree.sweep each axes(%H, %N) {
  ^bb0(%h: index, %i: index, %self: tensor<?x?x16xf32>):
    %w = tree.read %W[] : tensor<16x32xf32> -> tensor<16x32xf32>
    %t = tree.read %x[%h, %i : index, index] : tensor<?x?x32xf32> -> tensor<32xf32>
    %y = tile.contract "ed,d->e" (%w, %t) : (tensor<16x32xf32>, tensor<32xf32>) -> tensor<16xf32>
    tree.yield %y : tensor<16xf32>
  } : tensor<?x?x16xf32>
  // A matrix of each point's own is not shared.
  // CHECK: tree.sweep each {{.*}}tasks = axes, group = 1
  // CHECK-NOT: together
  // CHECK-SAME: reason
  %b = tree.sweep each axes(%N) {
  ^bb0(%i: index, %self: tensor<?x16xf32>):
    %w = tree.read %M[%i : index] : tensor<?x16x32xf32> -> tensor<16x32xf32>
    %zero = arith.constant 0 : index
    %t = tree.read %x[%zero, %i : index, index] : tensor<?x?x32xf32> -> tensor<32xf32>
    %y = tile.contract "ed,d->e" (%w, %t) : (tensor<16x32xf32>, tensor<32xf32>) -> tensor<16xf32>
    tree.yield %y : tensor<16xf32>
  } : tensor<?x16xf32>
  // Points that are too large for the cache stay alone.
  // CHECK: tree.sweep each {{.*}}tasks = points, group = 2
  // CHECK-NOT: together
  // CHECK-SAME: reason
  %c = tree.sweep each axes(%N) {
  ^bb0(%i: index, %self: tensor<?x2xf32>):
    %w = tree.read %V[] : tensor<2x100000xf32> -> tensor<2x100000xf32>
    %t = tree.read %wide[%i : index] : tensor<?x100000xf32> -> tensor<100000xf32>
    %y = tile.contract "ed,d->e" (%w, %t) : (tensor<2x100000xf32>, tensor<100000xf32>) -> tensor<2xf32>
    tree.yield %y : tensor<2xf32>
  } : tensor<?x2xf32>
  // Vertices that wait for each other are not together.
  // CHECK: tree.sweep up {{.*}}tasks = axes
  // CHECK-NOT: together
  // CHECK-SAME: reason
  %d = tree.sweep up over %G : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?x32xf32>):
    %w = tree.read %W[] : tensor<16x32xf32> -> tensor<16x32xf32>
    %zero = arith.constant 0 : index
    %t = tree.read %x[%zero, %v : index, !tree.vertex] : tensor<?x?x32xf32> -> tensor<32xf32>
    %s = tile.contract "ed,ef,f->d" (%w, %w, %t) : (tensor<16x32xf32>, tensor<16x32xf32>, tensor<32xf32>) -> tensor<32xf32>
    tree.yield %s : tensor<32xf32>
  } : tensor<?x32xf32>
  return
}
