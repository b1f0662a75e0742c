// RUN: espalier-opt %s -split-input-file -attach-schedules -structure-sweeps -cse | FileCheck %s

// Two sweeps of one group are one grid; the definition that is not returned lies where the result is stored over it; the sum over children is
// made in a tile of its own, from zeros; at a root the parent's tile is zeros.
// CHECK:       memref.global "private" constant @zeros : memref<5xf32> = dense<0.0
// CHECK-LABEL: func.func @tree_scan(
// CHECK-SAME:    %[[T:[a-z0-9]+]]: !tree.tree<rooted>, %[[U:[a-z0-9]+]]: memref<?x?x5xf32>
// CHECK-SAME:    %[[B:[a-z0-9]+]]: index, %[[V:[a-z0-9]+]]: index, %[[H:[a-z0-9]+]]: memref<?x?x5xf32> {tile.shape = array<i64: -1, -2, 5>}
// CHECK-SAME:    attributes
// CHECK:       scf.forall (%[[TASK:.*]]) in (%[[B]])
// CHECK:         %[[SUM:.*]] = memref.alloca() {alignment = 64 : i64} : memref<5xf32>
// CHECK:         %[[ORDER:.*]] = tree.table post_order of %[[T]] at %[[TASK]] among %[[B]]
// CHECK:         scf.for
// CHECK:           memref.load %[[ORDER]]
// CHECK:           linalg.generic {{.*}} outs(%[[SUM]]
// CHECK:           scf.for
// CHECK:             %[[CHILD:.*]] = memref.reinterpret_cast %[[H]]
// CHECK:             linalg.generic {{.*}} ins(%{{.*}}, %[[CHILD]] : {{.*}}) outs(%[[SUM]]
// CHECK:               arith.mulf
// CHECK-NEXT:          arith.addf
// CHECK:           linalg.generic {{.*}} ins(%{{.*}}, %[[SUM]] :
// CHECK-NOT:       linalg.generic
// CHECK:         scf.for
// CHECK:           arith.select %{{.*}} : memref<?xf32>
// CHECK:           linalg.generic
// CHECK:             arith.select
// CHECK-NOT:       linalg.generic
// CHECK:       mapping = [#tile.level<grid>], tile.forwards, tile.grain = {{[0-9]+}} : i64, tile.lanes = 16 : i64
// CHECK-NOT:   scf.forall
func.func @tree_scan(%T: !tree.tree<rooted> {tree.vertices = 1}, %u: tensor<?x?x5xf32> {tile.shape = array<i64: -1, -2, 5>},
    %a: tensor<?x?x5xf32> {tile.shape = array<i64: -1, -2, 5>}, %B: index, %V: index) -> tensor<?x?x5xf32> {
  %one = arith.constant dense<1.0> : tensor<5xf32>
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
  %h = tree.sweep down batch(%B) over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?x?x5xf32>):
    %root = tree.is_root %v of %T : !tree.tree<rooted>
    %p = tree.parent %v of %T : !tree.tree<rooted>
    %xi_v = tree.read %xi[%v : !tree.vertex] : tensor<?x?x5xf32> -> tensor<5xf32>
    %a_v = tree.read %a[%v : !tree.vertex] : tensor<?x?x5xf32> -> tensor<5xf32>
    %h_p = tree.read %self[%p : !tree.vertex] : tensor<?x?x5xf32> -> tensor<5xf32>
    %aa = arith.mulf %a_v, %a_v : tensor<5xf32>
    %oa = arith.subf %one, %aa : tensor<5xf32>
    %l = arith.mulf %oa, %xi_v : tensor<5xf32>
    %r = arith.mulf %a_v, %h_p : tensor<5xf32>
    %s = arith.addf %l, %r : tensor<5xf32>
    %y = arith.select %root, %xi_v, %s : tensor<5xf32>
    tree.yield %y : tensor<5xf32>
  } : tensor<?x?x5xf32>
  return %h : tensor<?x?x5xf32>
}

// -----

// The child in a chain is the vertex before: the whole visit is one loop over elements.
// CHECK-LABEL: func.func @gated_scan(
// CHECK:         scf.for %[[T:.*]] = %{{.*}} to %{{.*}} step
// CHECK:           %[[BEFORE:.*]] = arith.subi %[[T]]
// CHECK:           %[[HAS:.*]] = arith.cmpi sge, %[[BEFORE]]
// CHECK-NOT:       scf
// CHECK:           linalg.generic
// CHECK:             %[[PRODUCT:.*]] = arith.mulf
// CHECK:             %[[BELOW:.*]] = arith.select %[[HAS]], %[[PRODUCT]]
// CHECK:             arith.addf %{{.*}}, %[[BELOW]]
// CHECK-NOT:       linalg.generic
// CHECK:         return
func.func @gated_scan(%T: !tree.tree<chain> {tree.vertices = 1}, %a: tensor<?x?x40xf32> {tile.shape = array<i64: -1, -2, 40>},
    %b: tensor<?x?x40xf32> {tile.shape = array<i64: -1, -2, 40>}, %B: index, %V: index) -> tensor<?x?x40xf32> {
  %h = tree.sweep up batch(%B) over %T : !tree.tree<chain> {
  ^bb0(%v: !tree.vertex, %self: tensor<?x?x40xf32>):
    %b_v = tree.read %b[%v : !tree.vertex] : tensor<?x?x40xf32> -> tensor<40xf32>
    %a_v = tree.read %a[%v : !tree.vertex] : tensor<?x?x40xf32> -> tensor<40xf32>
    %below = tree.reduce [sum] over children(%v) of %T : !tree.tree<chain> {
    ^bb0(%c: !tree.vertex):
      %h_c = tree.read %self[%c : !tree.vertex] : tensor<?x?x40xf32> -> tensor<40xf32>
      %m = arith.mulf %a_v, %h_c : tensor<40xf32>
      tree.yield %m : tensor<40xf32>
    } : tensor<40xf32>
    %x = arith.addf %b_v, %below : tensor<40xf32>
    tree.yield %x : tensor<40xf32>
  } : tensor<?x?x40xf32>
  return %h : tensor<?x?x40xf32>
}

// -----

// S = A - sum C W and the right-hand side u - sum C z begin with A and u and lose their products in one loop; a transpose is a
// letter; the solution goes to the caller.
// CHECK-LABEL: func.func @solve(
// CHECK:         %[[S:.*]] = memref.alloca() {alignment = 64 : i64} : memref<4x4xf32>
// CHECK:         %[[R:.*]] = memref.alloca() {alignment = 64 : i64} : memref<4x2xf32>
// CHECK:         scf.for
// CHECK:           linalg.generic {{.*}} outs(%[[S]]
// CHECK:           linalg.generic {{.*}} outs(%[[R]]
// CHECK:           scf.for
// CHECK:             tile.contract_into "ki,kj->ij" subtract(%{{.*}}) into %[[S]] {block = array<i64: 14, 2>}
// CHECK:             tile.contract_into "ki,kj->ij" subtract(%{{.*}}) into %[[R]]
// CHECK:           tile.solve_into general %[[S]](%{{.*}}, %[[R]]) into
// CHECK:         return
func.func @solve(%G: !tree.tree<forest> {tree.vertices = 0}, %A: tensor<?x4x4xf32> {tile.shape = array<i64: -1, 4, 4>},
    %C: tensor<?x4x4xf32> {tile.shape = array<i64: -1, 4, 4>}, %u: tensor<?x4x2xf32> {tile.shape = array<i64: -1, 4, 2>}, %V: index)
    -> (tensor<?x4x4xf32>, tensor<?x4x2xf32>) {
  %r:2 = tree.sweep up over %G : !tree.tree<forest> {
  ^bb0(%v: !tree.vertex, %W: tensor<?x4x4xf32>, %z: tensor<?x4x2xf32>):
    %A_v = tree.read %A[%v : !tree.vertex] : tensor<?x4x4xf32> -> tensor<4x4xf32>
    %C_v = tree.read %C[%v : !tree.vertex] : tensor<?x4x4xf32> -> tensor<4x4xf32>
    %u_v = tree.read %u[%v : !tree.vertex] : tensor<?x4x2xf32> -> tensor<4x2xf32>
    %sums:2 = tree.reduce [sum, sum] over children(%v) of %G : !tree.tree<forest> {
    ^bb0(%c: !tree.vertex):
      %C_c = tree.read %C[%c : !tree.vertex] : tensor<?x4x4xf32> -> tensor<4x4xf32>
      %W_c = tree.read %W[%c : !tree.vertex] : tensor<?x4x4xf32> -> tensor<4x4xf32>
      %z_c = tree.read %z[%c : !tree.vertex] : tensor<?x4x2xf32> -> tensor<4x2xf32>
      %t = tile.transpose %C_c [1, 0] : tensor<4x4xf32> -> tensor<4x4xf32>
      %p = tile.contract "ik,kj->ij"(%t, %W_c) : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
      %q = tile.contract "ik,kj->ij"(%t, %z_c) : (tensor<4x4xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>
      tree.yield %p, %q : tensor<4x4xf32>, tensor<4x2xf32>
    } : tensor<4x4xf32>, tensor<4x2xf32>
    %S = arith.subf %A_v, %sums#0 : tensor<4x4xf32>
    %b = arith.subf %u_v, %sums#1 : tensor<4x2xf32>
    %W_v, %z_v = tile.solve general %S(%C_v, %b) : (tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x2xf32>) -> (tensor<4x4xf32>, tensor<4x2xf32>)
    tree.yield %W_v, %z_v : tensor<4x4xf32>, tensor<4x2xf32>
  } : tensor<?x4x4xf32>, tensor<?x4x2xf32>
  return %r#0, %r#1 : tensor<?x4x4xf32>, tensor<?x4x2xf32>
}

// -----

// A gather: the index is checked, the fault has its row, and nothing outside the axis is read. A parameter and a second
// result are copied.
// CHECK-LABEL: func.func @gather(
// CHECK-SAME:    tile.locations = [
// CHECK:         scf.forall
// CHECK:           scf.for
// CHECK:             %[[OUT:.*]] = arith.cmpi uge, %[[I:.*]], %[[N:.*]] : index
// CHECK:             tile.fault if %[[OUT]] kind 3 location 0 at %{{.*}}, %{{.*}} value %[[I]] limit %[[N]]
// CHECK:             arith.select %{{.*}} : memref<?xf32>
// CHECK:         scf.forall
// CHECK-NEXT:      arith.constant 5
// CHECK:           linalg.generic
// CHECK:         scf.forall
func.func @gather(%G: !tree.tree<rooted> {tree.vertices = 1}, %E: tensor<?x5xf32> {tile.shape = array<i64: -1, 5>}, %token: tensor<?xi32> {tile.shape = array<i64: -2>},
    %N: index, %V: index) -> (tensor<?x5xf32>, tensor<?x5xf32>, tensor<?x5xf32>) {
  %e = tree.sweep each over %G : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?x5xf32>):
    %t = tree.read %token[%v : !tree.vertex] : tensor<?xi32> -> i32
    %i = arith.index_cast %t : i32 to index
    %x = tree.read %E[%i : index] : tensor<?x5xf32> -> tensor<5xf32>
    tree.yield %x : tensor<5xf32>
  } : tensor<?x5xf32>
  return %e, %e, %E : tensor<?x5xf32>, tensor<?x5xf32>, tensor<?x5xf32>
}

// -----

// Accumulators: one task, initial values first.
// CHECK-LABEL: func.func @total(
// CHECK:         %[[ONE:.*]] = arith.constant 1 : index
// CHECK:         scf.forall (%{{.*}}) in (%[[ONE]])
// CHECK:           scf.for
// CHECK:             linalg.generic
// CHECK:           scf.for
// CHECK:             scf.for
// CHECK:               linalg.generic
// CHECK:                 arith.addf
func.func @total(%G: !tree.tree<rooted> {tree.vertices = 1}, %x: tensor<?x?x5xf32> {tile.shape = array<i64: -1, -2, 5>}, %start: tensor<5xf32>, %B: index, %V: index) -> tensor<5xf32> {
  %sum = tree.sweep each batch(%B) over %G : !tree.tree<rooted> accumulate(%start : tensor<5xf32>) {
  ^bb0(%v: !tree.vertex, %acc: tensor<5xf32>):
    %x_v = tree.read %x[%v : !tree.vertex] : tensor<?x?x5xf32> -> tensor<5xf32>
    tree.accumulate %x_v into %acc[] : tensor<5xf32> into tensor<5xf32>
    tree.yield
  } : tensor<5xf32>
  return %sum : tensor<5xf32>
}
