// RUN: espalier-opt %s -split-input-file -attach-schedules -structure-sweeps -cse | FileCheck %s

// A spanning tree under |x_i - x_j| and the sizes of its subtrees: edges are listed, a grid fills the costs, the tree is
// built, a grid sweeps it. The tree is the place of its row.
// CHECK-LABEL: func.func @grow(
// CHECK-SAME:    %[[T:[a-z0-9]+]]: !tree.tree<rooted>, %[[X:[a-z0-9]+]]: memref<?x?x?xf64> {{.*}}, %{{.*}}: index, %{{.*}}: index, %{{.*}}: index, %{{.*}}: index, %[[E:[a-z0-9]+]]: index,
// CHECK-SAME:    %[[Y:[a-z0-9]+]]: memref<?x?x?xf64> {tile.shape = array<i64: -1, -2, -3>}, %[[ENDS:[a-z0-9]+]]: memref<?x2xi32> {tile.shape = array<i64: -5, 2>}, %[[COSTS:[a-z0-9]+]]: memref<?x?xf64> {tile.shape = array<i64: -1, -5>}
// CHECK-SAME:    tile.locations = {{\[\[}}"grow.esp:2:9", "T"]
// CHECK:       tree.list_edges row(0) location(0) into %[[ENDS]]
// CHECK:       scf.forall
// CHECK-DAG:     memref.reinterpret_cast %[[ENDS]]
// CHECK-DAG:     memref.reinterpret_cast %[[COSTS]]
// CHECK-DAG:     memref.reinterpret_cast %[[X]] to offset: [0]
// CHECK:       tile.level<grid>
// CHECK:       %[[ROOT:.*]] = arith.subi
// CHECK-NEXT:  tree.build row(0) location(0) from %[[COSTS]] : memref<?x?xf64> ends(%[[ENDS]] : memref<?x2xi32>) root(%[[ROOT]])
// CHECK:       scf.forall
// CHECK:         tree.table post_order of %[[T]]
// CHECK:         memref.reinterpret_cast %[[Y]]
func.func @grow(%place: !tree.tree<rooted> {tree.vertices = 3}, %x: tensor<?x?x?xf64> {tile.shape = array<i64: -1, -2, -3>},
    %B: index, %H: index, %W: index, %V: index, %E: index) -> tensor<?x?x?xf64> {
  %one = arith.constant 1 : index
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %pixels = tree.view %x sizes(%B, %V) : tensor<?x?x?xf64> -> tensor<?x?xf64>
  %ends = tree.edges grid(%H, %W) count(%E) {row = 0} : tensor<?x2xi32> loc("T"("grow.esp":2:9))
  %costs = tree.sweep each batch(%B) axes(%E) {
  ^bb0(%e: index, %self: tensor<?x?xf64>):
    %pair = tree.read %ends[%e : index] : tensor<?x2xi32> -> tensor<2xi32>
    %first = tile.element %pair[%c0] : tensor<2xi32> -> i32
    %second = tile.element %pair[%c1] : tensor<2xi32> -> i32
    %i = arith.index_cast %first : i32 to index
    %j = arith.index_cast %second : i32 to index
    %x_i = tree.read %pixels[%i : index] : tensor<?x?xf64> -> f64
    %x_j = tree.read %pixels[%j : index] : tensor<?x?xf64> -> f64
    %d = arith.subf %x_i, %x_j : f64
    %cost = math.absf %d : f64
    tree.yield %cost : f64
  } : tensor<?x?xf64>
  %root = arith.subi %V, %one : index
  %T = tree.spanning_tree %costs over %ends of %V root(%root) {row = 0} : tensor<?x?xf64>, tensor<?x2xi32> -> !tree.tree<rooted> loc("T"("grow.esp":2:9))
  %y = tree.sweep up batch(%B) over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?x?xf64>):
    %x_v = tree.read %pixels[%v : !tree.vertex] : tensor<?x?xf64> -> f64
    %below = tree.reduce [sum] over children(%v) of %T : !tree.tree<rooted> {
    ^bb0(%c: !tree.vertex):
      %y_c = tree.read %self[%c : !tree.vertex] : tensor<?x?xf64> -> f64
      tree.yield %y_c : f64
    } : f64
    %sum = arith.addf %x_v, %below : f64
    tree.yield %sum : f64
  } : tensor<?x?xf64>
  // What is returned under other axes is computed in its place.
  %image = tree.view %y sizes(%B, %H, %W) : tensor<?x?xf64> -> tensor<?x?x?xf64>
  return %image : tensor<?x?x?xf64>
}

// -----

// Parents that the kernel computes; the tree is also returned, and the runtime writes it.
// CHECK-LABEL: func.func @parents(
// CHECK-SAME:    %{{.*}}: index, %[[P:[a-z0-9]+]]: memref<?xi32> {tile.shape = array<i64: -1>})
// CHECK:       scf.forall
// CHECK:       tree.build row(0) location(0) from %[[P]] : memref<?xi32>
// CHECK-NEXT:  return
func.func @parents(%place: !tree.tree<forest> {tree.vertices = 0}, %V: index) -> !tree.tree<forest> {
  %p = tree.sweep each axes(%V) {
  ^bb0(%i: index, %self: tensor<?xi32>):
    %none = arith.constant -1 : i32
    tree.yield %none : i32
  } : tensor<?xi32>
  %T = tree.from_parents %p {row = 0} : tensor<?xi32> -> !tree.tree<forest>
  return %T : !tree.tree<forest>
}

// -----

// A result and a view of it are two places: the second is a copy.
// CHECK-LABEL: func.func @twice(
// CHECK:       scf.forall
// CHECK:       scf.forall
// CHECK-NOT:   scf.forall
func.func @twice(%H: index, %W: index, %N: index) -> (tensor<?xf32>, tensor<?x?xf32>) {
  %y = tree.sweep each axes(%N) {
  ^bb0(%i: index, %self: tensor<?xf32>):
    %one = arith.constant 1.0 : f32
    tree.yield %one : f32
  } : tensor<?xf32>
  %z = tree.view %y sizes(%H, %W) : tensor<?xf32> -> tensor<?x?xf32>
  return %y, %z : tensor<?xf32>, tensor<?x?xf32>
}
