// RUN: espalier-opt %s -structure-sweeps | FileCheck %s

// Up over four parts of each tree, up and down over the top, down over the parts. What the sweeps share lies in a
// workspace, as parts are different tasks.
// CHECK-LABEL: func.func @up_down
// CHECK-SAME: (%[[T:[a-z0-9]+]]: !tree.tree<rooted>, %[[U:[a-z0-9]+]]: memref<?x?xf32>{{.*}}, %[[B:[a-z0-9]+]]: index, %[[V:[a-z0-9]+]]: index, %[[Y:[a-z0-9]+]]: memref<?x?xf32>{{.*}}, %[[X:[a-z0-9]+]]: memref<?x?xf32>
// CHECK: %[[FOUR:.*]] = arith.constant 4 : index
// CHECK: %[[TASKS:.*]] = arith.muli %[[B]], %[[FOUR]]
// CHECK: scf.forall (%[[TASK:.*]]) in (%[[TASKS]])
// CHECK-NOT: memref.alloca({{.*}})
// CHECK-DAG: %[[PART:.*]] = arith.remui %[[TASK]], %[[OF:.*]] : index
// CHECK-DAG: %[[BATCH:.*]] = arith.divui %[[TASK]], %[[OF]] : index
// CHECK: %[[PARTS:.*]] = tree.extent num_parts of %[[T]] at %[[BATCH]]
// CHECK: %[[OFFSETS:.*]] = tree.table part_offsets of %[[T]]
// CHECK: %[[ORDER:.*]] = tree.table part_order of %[[T]]
// CHECK: %[[SHARE:.*]] = arith.muli %[[PART]], %[[PARTS]]
// CHECK: %[[SLOT:.*]] = arith.divui %[[SHARE]], %[[OF]]
// CHECK: memref.load %[[OFFSETS]][%[[SLOT]]]
// CHECK: scf.for %[[I:.*]] =
// CHECK: memref.load %[[ORDER]][%[[I]]]
// CHECK: memref.reinterpret_cast %[[X]]
// CHECK: scf.forall (%[[TREE:.*]]) in (%[[B]])
// CHECK: %[[PARTS:.*]] = tree.extent num_parts of %[[T]] at %[[TREE]]
// CHECK: %[[OFFSETS:.*]] = tree.table part_offsets of %[[T]]
// CHECK: memref.load %[[OFFSETS]][%[[PARTS]]]
// CHECK: scf.for %{{.*}} = %{{.*}} to %[[V]]
// CHECK: scf.for %{{.*}} = %{{.*}} to %[[V]]
// CHECK: memref.reinterpret_cast %[[Y]]
// CHECK: scf.forall
// CHECK: scf.for
// CHECK: memref.reinterpret_cast %[[Y]]
// CHECK-NOT: scf.forall
#up = #tree.schedule<traversal = post_order, tasks = axes, group = 0, grain = 1, points = 1, lanes = 16, rows = 14, vectors = 2, parts = 4, reason = "">
#down = #tree.schedule<traversal = reverse_post_order, tasks = axes, group = 0, grain = 1, points = 1, lanes = 16, rows = 14, vectors = 2, parts = 4, reason = "">
func.func @up_down(%T: !tree.tree<rooted> {tree.vertices = 1 : i64}, %u: tensor<?x?xf32> {tile.shape = array<i64: -1, -2>}, %B: index, %V: index) -> tensor<?x?xf32> {
  %x = tree.sweep up batch(%B) over %T : !tree.tree<rooted> attributes {tree.schedule = #up} {
  ^bb0(%v: !tree.vertex, %self: tensor<?x?xf32>):
    %u_v = tree.read %u[%v : !tree.vertex] : tensor<?x?xf32> -> f32
    tree.yield %u_v : f32
  } : tensor<?x?xf32>
  %y = tree.sweep down batch(%B) over %T : !tree.tree<rooted> attributes {tree.schedule = #down} {
  ^bb0(%v: !tree.vertex, %self: tensor<?x?xf32>):
    %root = tree.root %T : !tree.tree<rooted>
    %x_r = tree.read %x[%root : !tree.vertex] : tensor<?x?xf32> -> f32
    tree.yield %x_r : f32
  } : tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}

// The second sweep up follows the one down within the parts, as it looks at neighbours alone.
// CHECK-LABEL: func.func @neighbours
// CHECK-COUNT-3: scf.forall
// CHECK-NOT: scf.forall
func.func @neighbours(%T: !tree.tree<forest> {tree.vertices = 0 : i64}, %u: tensor<?xf32> {tile.shape = array<i64: -1>}, %V: index) -> tensor<?xf32> {
  %x = tree.sweep down over %T : !tree.tree<forest> attributes {tree.schedule = #down} {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %u_v = tree.read %u[%v : !tree.vertex] : tensor<?xf32> -> f32
    tree.yield %u_v : f32
  } : tensor<?xf32>
  %y = tree.sweep up over %T : !tree.tree<forest> attributes {tree.schedule = #up} {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %p = tree.parent %v of %T : !tree.tree<forest>
    %x_p = tree.read %x[%p : !tree.vertex] : tensor<?xf32> -> f32
    tree.yield %x_p : f32
  } : tensor<?xf32>
  return %y : tensor<?xf32>
}

// One that looks elsewhere waits for all parts.
// CHECK-LABEL: func.func @elsewhere
// CHECK-COUNT-4: scf.forall
// CHECK-NOT: scf.forall
func.func @elsewhere(%T: !tree.tree<rooted> {tree.vertices = 0 : i64}, %u: tensor<?xf32> {tile.shape = array<i64: -1>}, %V: index) -> tensor<?xf32> {
  %x = tree.sweep down over %T : !tree.tree<rooted> attributes {tree.schedule = #down} {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %u_v = tree.read %u[%v : !tree.vertex] : tensor<?xf32> -> f32
    tree.yield %u_v : f32
  } : tensor<?xf32>
  %y = tree.sweep up over %T : !tree.tree<rooted> attributes {tree.schedule = #up} {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %zero = arith.constant 0 : index
    %x_0 = tree.read %x[%zero : index] : tensor<?xf32> -> f32
    tree.yield %x_0 : f32
  } : tensor<?xf32>
  return %y : tensor<?xf32>
}
