// RUN: espalier-opt %s -structure-sweeps | FileCheck %s

// Seven channels by three: three tasks per tree of the batch, the last on one channel with code of its own. What only
// these sweeps see is as wide as a task's tile and lies in its scratch, for as many vertices as the call has.
// CHECK-LABEL: func.func @scan
// CHECK-SAME: (%[[T:[a-z0-9]+]]: !tree.tree<rooted>, %[[U:[a-z0-9]+]]: memref<?x?x7xf32>{{.*}}, %[[W:[a-z0-9]+]]: memref<7xf32>{{.*}}, %[[B:[a-z0-9]+]]: index, %[[V:[a-z0-9]+]]: index, %[[H:[a-z0-9]+]]: memref<?x?x7xf32>
// CHECK-NOT: memref<?x?x7xf32> {{.*}}) attributes
// CHECK: %[[THREE:.*]] = arith.constant 3 : index
// CHECK: %[[TASKS:.*]] = arith.muli %[[B]], %[[THREE]]
// CHECK: scf.forall (%[[TASK:.*]]) in (%[[TASKS]])
// CHECK: memref.alloca(%[[V]]) {alignment = 64 : i64} : memref<?x3xf32>
// CHECK: %[[TILE:.*]] = arith.remui %[[TASK]]
// CHECK: %[[CHANNEL:.*]] = arith.muli %[[TILE]]
// CHECK: %[[WHOLE:.*]] = arith.cmpi ult, %[[TILE]]
// CHECK: scf.if %[[WHOLE]] {
// CHECK: tile.fetch {{.*}} first 1024 : memref<3xf32, strided<[1], offset: ?>>
// CHECK-DAG: memref.reinterpret_cast %[[U]] to offset: [{{.*}}], sizes: [3], strides: [1]
// CHECK-DAG: memref.reinterpret_cast %[[W]] to offset: [%[[CHANNEL]]], sizes: [3], strides: [1]
// CHECK: } else {
// CHECK: memref.reinterpret_cast %[[U]] to offset: [{{.*}}], sizes: [1], strides: [1]
func.func @scan(%T: !tree.tree<rooted> {tree.vertices = 1 : i64}, %u: tensor<?x?x7xf32> {tile.shape = array<i64: -1, -2, 7>}, %w: tensor<7xf32>, %B: index, %V: index) -> tensor<?x?x7xf32> {
  %x = tree.sweep up batch(%B) over %T : !tree.tree<rooted> attributes {tree.schedule = #tree.schedule<traversal = post_order, tasks = axes, group = 0, grain = 1, points = 1, lanes = 16, rows = 14, vectors = 2, channels = 3, ahead = 8, reason = "">} {
  ^bb0(%v: !tree.vertex, %self: tensor<?x?x7xf32>):
    %u_v = tree.read %u[%v : !tree.vertex] : tensor<?x?x7xf32> -> tensor<7xf32>
    %w_v = tree.read %w[] : tensor<7xf32> -> tensor<7xf32>
    %s = tree.reduce [sum] over children(%v) of %T : !tree.tree<rooted> {
    ^bb0(%c: !tree.vertex):
      %x_c = tree.read %self[%c : !tree.vertex] : tensor<?x?x7xf32> -> tensor<7xf32>
      %m = arith.mulf %x_c, %w_v : tensor<7xf32>
      tree.yield %m : tensor<7xf32>
    } : tensor<7xf32>
    %t = arith.addf %u_v, %s : tensor<7xf32>
    tree.yield %t : tensor<7xf32>
  } : tensor<?x?x7xf32>
  %h = tree.sweep down batch(%B) over %T : !tree.tree<rooted> attributes {tree.schedule = #tree.schedule<traversal = reverse_post_order, tasks = axes, group = 0, grain = 1, points = 1, lanes = 16, rows = 14, vectors = 2, channels = 3, reason = "">} {
  ^bb0(%v: !tree.vertex, %self: tensor<?x?x7xf32>):
    %p = tree.parent %v of %T : !tree.tree<rooted>
    %h_p = tree.read %self[%p : !tree.vertex] : tensor<?x?x7xf32> -> tensor<7xf32>
    %x_v = tree.read %x[%v : !tree.vertex] : tensor<?x?x7xf32> -> tensor<7xf32>
    %t = arith.addf %x_v, %h_p : tensor<7xf32>
    tree.yield %t : tensor<7xf32>
  } : tensor<?x?x7xf32>
  return %h : tensor<?x?x7xf32>
}
