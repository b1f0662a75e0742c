// RUN: espalier-opt %s --tree-fuse-sweeps -split-input-file | FileCheck %s

// (a) An `each` producer, read at the own point only, moves into its consumer; nothing of it is stored.
// CHECK-LABEL: @producer
// CHECK-SAME: (%[[B:.*]]: index, %[[H:.*]]: index, %[[T:.*]]: !tree.tree<rooted>, %[[X:.*]]: tensor<?x?x?xf32>)
func.func @producer(%B: index, %H: index, %T: !tree.tree<rooted>, %x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> {
  // CHECK-NEXT: %[[R:.*]] = tree.sweep up batch(%[[B]]) axes(%[[H]]) over %[[T]] : !tree.tree<rooted> {
  // CHECK-NEXT: ^bb0(%[[I:.*]]: index, %[[V:.*]]: !tree.vertex, %[[SELF:.*]]: tensor<?x?x?xf32>):
  // CHECK-NEXT: %[[XV:.*]] = tree.read %[[X]][%[[I]], %[[V]] : index, !tree.vertex]
  // CHECK-NEXT: %[[E:.*]] = math.exp %[[XV]]
  // CHECK-NEXT: %[[S:.*]] = tree.reduce [sum] over children(%[[V]]) of %[[T]]
  // CHECK-NEXT: ^bb0(%[[C:.*]]: !tree.vertex):
  // CHECK-NEXT: %[[SC:.*]] = tree.read %[[SELF]][%[[I]], %[[C]] : index, !tree.vertex]
  // CHECK-NEXT: arith.mulf %[[E]], %[[SC]]
  // CHECK: tree.yield %[[S]] : f32
  // CHECK-NEXT: } : tensor<?x?x?xf32>
  // CHECK-NEXT: return %[[R]]
  %e = tree.sweep each batch(%B) axes(%H) over %T : !tree.tree<rooted> {
  ^bb0(%h: index, %v: !tree.vertex, %self: tensor<?x?x?xf32>):
    %x_v = tree.read %x[%h, %v : index, !tree.vertex] : tensor<?x?x?xf32> -> f32
    %y = math.exp %x_v : f32
    tree.yield %y : f32
  } : tensor<?x?x?xf32>
  %r = tree.sweep up batch(%B) axes(%H) over %T : !tree.tree<rooted> {
  ^bb0(%h: index, %v: !tree.vertex, %self: tensor<?x?x?xf32>):
    %s = tree.reduce [sum] over children(%v) of %T : !tree.tree<rooted> {
    ^bb0(%c: !tree.vertex):
      %e_v = tree.read %e[%h, %v : index, !tree.vertex] : tensor<?x?x?xf32> -> f32
      %s_c = tree.read %self[%h, %c : index, !tree.vertex] : tensor<?x?x?xf32> -> f32
      %p = arith.mulf %e_v, %s_c : f32
      tree.yield %p : f32
    } : f32
    tree.yield %s : f32
  } : tensor<?x?x?xf32>
  return %r : tensor<?x?x?xf32>
}

// -----
// (a) The producer is needed elsewhere too: the consumer yields it as one more definition.
// CHECK-LABEL: @producer_used
func.func @producer_used(%T: !tree.tree<rooted>, %x: tensor<?xf32>) -> (tensor<?xf32>, tensor<?xf32>) {
  // CHECK: %[[R:.*]]:2 = tree.sweep up
  // CHECK: %[[E:.*]] = math.exp
  // CHECK: %[[S:.*]] = arith.addf %[[E]]
  // CHECK: tree.yield %[[E]], %[[S]]
  // CHECK: return %[[R]]#0, %[[R]]#1
  %e = tree.sweep each over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %x_v = tree.read %x[%v : !tree.vertex] : tensor<?xf32> -> f32
    %y = math.exp %x_v : f32
    tree.yield %y : f32
  } : tensor<?xf32>
  %r = tree.sweep up over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %e_v = tree.read %e[%v : !tree.vertex] : tensor<?xf32> -> f32
    %s = tree.reduce [sum] over children(%v) of %T : !tree.tree<rooted> {
    ^bb0(%c: !tree.vertex):
      %s_c = tree.read %self[%c : !tree.vertex] : tensor<?xf32> -> f32
      tree.yield %s_c : f32
    } : f32
    %t = arith.addf %e_v, %s : f32
    tree.yield %t : f32
  } : tensor<?xf32>
  return %e, %r : tensor<?xf32>, tensor<?xf32>
}

// -----
// (b) An `each` consumer joins a downward producer, with its accumulator. The producer's accumulator, too, stays right, and what
// stands between both and needs the producer comes behind.
// CHECK-LABEL: @consumer
func.func @consumer(%T: !tree.tree<chain>, %x: tensor<?xf32>, %zero: tensor<f32>, %one: tensor<f32>) -> (tensor<?xf32>, tensor<f32>, tensor<?xf32>, tensor<f32>, f32) {
  // CHECK-NEXT: %[[R:.*]]:4 = tree.sweep down over %{{.*}} accumulate(%[[ZERO:.*]], %[[ONE:.*]] : tensor<f32>, tensor<f32>) {
  // CHECK-NEXT: ^bb0(%[[V:.*]]: !tree.vertex, %[[D:.*]]: tensor<?xf32>, %{{.*}}: tensor<?xf32>, %[[A1:.*]]: tensor<f32>, %[[A2:.*]]: tensor<f32>):
  // CHECK: %[[P:.*]] = tree.parent
  // CHECK: tree.read %[[D]][%[[P]]
  // CHECK: %[[S:.*]] = arith.addf
  // CHECK: tree.accumulate %[[S]] into %[[A1]]
  // CHECK: %[[E:.*]] = math.exp %[[S]]
  // CHECK: tree.accumulate %[[E]] into %[[A2]]
  // CHECK: tree.yield %[[S]], %[[E]] : f32, f32
  // CHECK: } : tensor<?xf32>, tensor<?xf32>, tensor<f32>, tensor<f32>
  // CHECK-NEXT: tree.read %[[R]]#2
  // CHECK-NEXT: return %[[R]]#0, %[[R]]#2, %[[R]]#1, %[[R]]#3
  %d:2 = tree.sweep down over %T : !tree.tree<chain> accumulate(%zero : tensor<f32>) {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>, %sum: tensor<f32>):
    %p = tree.parent %v of %T : !tree.tree<chain>
    %above = tree.read %self[%p : !tree.vertex] : tensor<?xf32> -> f32
    %x_v = tree.read %x[%v : !tree.vertex] : tensor<?xf32> -> f32
    %s = arith.addf %above, %x_v : f32
    tree.accumulate %s into %sum[] : f32 into tensor<f32>
    tree.yield %s : f32
  } : tensor<?xf32>, tensor<f32>
  %between = tree.read %d#1[] : tensor<f32> -> f32
  %e:2 = tree.sweep each over %T : !tree.tree<chain> accumulate(%one : tensor<f32>) {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>, %sum: tensor<f32>):
    %d_v = tree.read %d#0[%v : !tree.vertex] : tensor<?xf32> -> f32
    %y = math.exp %d_v : f32
    tree.accumulate %y into %sum[] : f32 into tensor<f32>
    tree.yield %y : f32
  } : tensor<?xf32>, tensor<f32>
  return %d#0, %d#1, %e#0, %e#1, %between : tensor<?xf32>, tensor<f32>, tensor<?xf32>, tensor<f32>, f32
}

// -----
// (c) Two upward sweeps, the later reading the earlier at the own point and at children: one handle serves both.
// CHECK-LABEL: @up_up
func.func @up_up(%T: !tree.tree<rooted>, %x: tensor<?xf32>) -> tensor<?xf32> {
  // CHECK: %[[R:.*]]:2 = tree.sweep up
  // CHECK-NEXT: ^bb0(%[[V:.*]]: !tree.vertex, %[[A:.*]]: tensor<?xf32>, %[[B:.*]]: tensor<?xf32>):
  // CHECK: tree.read %[[A]]
  // CHECK: %[[AV:.*]] = arith.addf
  // CHECK: tree.reduce
  // CHECK: tree.read %[[A]]
  // CHECK: tree.read %[[B]]
  // CHECK: %[[BV:.*]] = arith.mulf %[[AV]]
  // CHECK: tree.yield %[[AV]], %[[BV]]
  // CHECK: return %[[R]]#1
  %a = tree.sweep up over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %x_v = tree.read %x[%v : !tree.vertex] : tensor<?xf32> -> f32
    %s = tree.reduce [sum] over children(%v) of %T : !tree.tree<rooted> {
    ^bb0(%c: !tree.vertex):
      %s_c = tree.read %self[%c : !tree.vertex] : tensor<?xf32> -> f32
      tree.yield %s_c : f32
    } : f32
    %t = arith.addf %x_v, %s : f32
    tree.yield %t : f32
  } : tensor<?xf32>
  %b = tree.sweep up over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %a_v = tree.read %a[%v : !tree.vertex] : tensor<?xf32> -> f32
    %s = tree.reduce [sum] over children(%v) of %T : !tree.tree<rooted> {
    ^bb0(%c: !tree.vertex):
      %a_c = tree.read %a[%c : !tree.vertex] : tensor<?xf32> -> f32
      %s_c = tree.read %self[%c : !tree.vertex] : tensor<?xf32> -> f32
      %p = arith.mulf %a_c, %s_c : f32
      tree.yield %p : f32
    } : f32
    %t = arith.mulf %a_v, %s : f32
    tree.yield %t : f32
  } : tensor<?xf32>
  return %b : tensor<?xf32>
}

// -----
// A chain of three: all in one, also where each knows the leaves or neither axes nor tree.
// CHECK-LABEL: @three
func.func @three(%B: index, %T: !tree.tree<forest>, %x: tensor<?x?xf32>, %s: tensor<?xf32>) -> (tensor<?x?xf32>, tensor<?xf32>) {
  // CHECK-NEXT: %[[L:.*]] = tree.sweep each leaves
  // CHECK: math.exp
  // CHECK: math.log
  // CHECK: tree.sweep each batch(%{{.*}}) {
  // CHECK: math.exp
  // CHECK-NEXT: math.log
  // CHECK-NEXT: math.sqrt
  // CHECK-NOT: tree.sweep
  // CHECK: return
  %a = tree.sweep each leaves batch(%B) over %T : !tree.tree<forest> {
  ^bb0(%v: !tree.vertex, %self: tensor<?x?xf32>):
    %leaf = tree.leaf %v of %T : !tree.tree<forest>
    %x_v = tree.read %x[%leaf : !tree.vertex] : tensor<?x?xf32> -> f32
    %y = math.exp %x_v : f32
    tree.yield %y : f32
  } : tensor<?x?xf32>
  %b = tree.sweep each leaves batch(%B) over %T : !tree.tree<forest> {
  ^bb0(%v: !tree.vertex, %self: tensor<?x?xf32>):
    %leaf = tree.leaf %v of %T : !tree.tree<forest>
    %a_v = tree.read %a[%leaf : !tree.vertex] : tensor<?x?xf32> -> f32
    %y = math.log %a_v : f32
    tree.yield %y : f32
  } : tensor<?x?xf32>
  %c = tree.sweep each batch(%B) {
  ^bb0(%self: tensor<?xf32>):
    %v = tree.read %s[] : tensor<?xf32> -> f32
    %y = math.exp %v : f32
    tree.yield %y : f32
  } : tensor<?xf32>
  %d = tree.sweep each batch(%B) {
  ^bb0(%self: tensor<?xf32>):
    %v = tree.read %c[] : tensor<?xf32> -> f32
    %y = math.log %v : f32
    tree.yield %y : f32
  } : tensor<?xf32>
  %e = tree.sweep each batch(%B) {
  ^bb0(%self: tensor<?xf32>):
    %v = tree.read %d[] : tensor<?xf32> -> f32
    %y = math.sqrt %v : f32
    tree.yield %y : f32
  } : tensor<?xf32>
  return %b, %e : tensor<?x?xf32>, tensor<?xf32>
}

// -----
// `each` read at children by an upward sweep: children are visited before.
// CHECK-LABEL: @each_at_children
func.func @each_at_children(%T: !tree.tree<rooted>, %x: tensor<?xf32>) -> tensor<?xf32> {
  // CHECK: tree.sweep up
  // CHECK-NEXT: ^bb0(%{{.*}}: !tree.vertex, %[[E:.*]]: tensor<?xf32>, %{{.*}}: tensor<?xf32>):
  // CHECK: math.exp
  // CHECK: tree.read %[[E]]
  // CHECK-NOT: tree.sweep
  // CHECK: return
  %e = tree.sweep each over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %x_v = tree.read %x[%v : !tree.vertex] : tensor<?xf32> -> f32
    %y = math.exp %x_v : f32
    tree.yield %y : f32
  } : tensor<?xf32>
  %r = tree.sweep up over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %s = tree.reduce [sum] over children(%v) of %T : !tree.tree<rooted> {
    ^bb0(%c: !tree.vertex):
      %e_c = tree.read %e[%c : !tree.vertex] : tensor<?xf32> -> f32
      %s_c = tree.read %self[%c : !tree.vertex] : tensor<?xf32> -> f32
      %p = arith.addf %e_c, %s_c : f32
      tree.yield %p : f32
    } : f32
    tree.yield %s : f32
  } : tensor<?xf32>
  return %r : tensor<?xf32>
}

// -----
// Read at children, but both are `each`: a child may not have been visited.
// CHECK-LABEL: @not_at_children
func.func @not_at_children(%T: !tree.tree<rooted>, %x: tensor<?xf32>) -> tensor<?xf32> {
  // CHECK-COUNT-2: tree.sweep each
  %e = tree.sweep each over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %x_v = tree.read %x[%v : !tree.vertex] : tensor<?xf32> -> f32
    %y = math.exp %x_v : f32
    tree.yield %y : f32
  } : tensor<?xf32>
  %r = tree.sweep each over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %e_v = tree.read %e[%v : !tree.vertex] : tensor<?xf32> -> f32
    %s = tree.reduce [sum] over children(%v) of %T : !tree.tree<rooted> {
    ^bb0(%c: !tree.vertex):
      %e_c = tree.read %e[%c : !tree.vertex] : tensor<?xf32> -> f32
      tree.yield %e_c : f32
    } : f32
    %t = arith.addf %e_v, %s : f32
    tree.yield %t : f32
  } : tensor<?xf32>
  return %r : tensor<?xf32>
}

// -----
// Up then down: the leaves need the root.
// CHECK-LABEL: @opposite
func.func @opposite(%T: !tree.tree<rooted>, %x: tensor<?xf32>) -> tensor<?xf32> {
  // CHECK: tree.sweep up
  // CHECK: tree.sweep down
  %a = tree.sweep up over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %s = tree.reduce [sum] over children(%v) of %T : !tree.tree<rooted> {
    ^bb0(%c: !tree.vertex):
      %s_c = tree.read %self[%c : !tree.vertex] : tensor<?xf32> -> f32
      tree.yield %s_c : f32
    } : f32
    tree.yield %s : f32
  } : tensor<?xf32>
  %b = tree.sweep down over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %p = tree.parent %v of %T : !tree.tree<rooted>
    %above = tree.read %self[%p : !tree.vertex] : tensor<?xf32> -> f32
    %a_v = tree.read %a[%v : !tree.vertex] : tensor<?xf32> -> f32
    %t = arith.addf %a_v, %above : f32
    tree.yield %t : f32
  } : tensor<?xf32>
  return %b : tensor<?xf32>
}

// -----
// Two upward sweeps, but the later reads the earlier at the parent, which comes after.
// CHECK-LABEL: @up_reads_parent
func.func @up_reads_parent(%T: !tree.tree<rooted>, %x: tensor<?xf32>) -> tensor<?xf32> {
  // CHECK-COUNT-2: tree.sweep
  %a = tree.sweep each over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %x_v = tree.read %x[%v : !tree.vertex] : tensor<?xf32> -> f32
    tree.yield %x_v : f32
  } : tensor<?xf32>
  %b = tree.sweep up over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %p = tree.parent %v of %T : !tree.tree<rooted>
    %a_p = tree.read %a[%p : !tree.vertex] : tensor<?xf32> -> f32
    tree.yield %a_p : f32
  } : tensor<?xf32>
  return %b : tensor<?xf32>
}

// -----
// Look-alikes of one domain: another size that is an equal constant, another tree, leaves against vertices, no batch.
// CHECK-LABEL: @domains
func.func @domains(%B: index, %T: !tree.tree<rooted>, %U: !tree.tree<rooted>, %x: tensor<?xf32>) -> (tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?x?xf32>) {
  %n = arith.constant 7 : index
  %m = arith.constant 7 : index
  // CHECK-COUNT-7: tree.sweep each
  %a = tree.sweep each axes(%n) {
  ^bb0(%i: index, %self: tensor<?xf32>):
    %x_i = tree.read %x[%i : index] : tensor<?xf32> -> f32
    tree.yield %x_i : f32
  } : tensor<?xf32>
  %b = tree.sweep each axes(%m) {
  ^bb0(%i: index, %self: tensor<?xf32>):
    %a_i = tree.read %a[%i : index] : tensor<?xf32> -> f32
    tree.yield %a_i : f32
  } : tensor<?xf32>
  %c = tree.sweep each over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %x_v = tree.read %x[%v : !tree.vertex] : tensor<?xf32> -> f32
    tree.yield %x_v : f32
  } : tensor<?xf32>
  %d = tree.sweep each over %U : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %c_v = tree.read %c[%v : !tree.vertex] : tensor<?xf32> -> f32
    tree.yield %c_v : f32
  } : tensor<?xf32>
  %e = tree.sweep each leaves over %U : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %d_v = tree.read %d[%v : !tree.vertex] : tensor<?xf32> -> f32
    tree.yield %d_v : f32
  } : tensor<?xf32>
  %f = tree.sweep each leaves batch(%B) over %U : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?x?xf32>):
    %leaf = tree.leaf %v of %U : !tree.tree<rooted>
    %e_v = tree.read %e[%leaf : !tree.vertex] : tensor<?xf32> -> f32
    tree.yield %e_v : f32
  } : tensor<?x?xf32>
  // In a sweep over leaves the vertex itself is not the leaf's rank.
  %g = tree.sweep each leaves batch(%B) over %U : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?x?xf32>):
    %f_v = tree.read %f[%v : !tree.vertex] : tensor<?x?xf32> -> f32
    tree.yield %f_v : f32
  } : tensor<?x?xf32>
  return %b, %d, %e, %g : tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?x?xf32>
}

// -----
// The consumer needs the producer's accumulator: the sum over all visits.
// CHECK-LABEL: @needs_sum
func.func @needs_sum(%T: !tree.tree<rooted>, %x: tensor<?xf32>, %zero: tensor<f32>) -> tensor<?xf32> {
  // CHECK-COUNT-2: tree.sweep each
  %a:2 = tree.sweep each over %T : !tree.tree<rooted> accumulate(%zero : tensor<f32>) {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>, %sum: tensor<f32>):
    %x_v = tree.read %x[%v : !tree.vertex] : tensor<?xf32> -> f32
    tree.accumulate %x_v into %sum[] : f32 into tensor<f32>
    tree.yield %x_v : f32
  } : tensor<?xf32>, tensor<f32>
  %b = tree.sweep each over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %a_v = tree.read %a#0[%v : !tree.vertex] : tensor<?xf32> -> f32
    %sum = tree.read %a#1[] : tensor<f32> -> f32
    %d = arith.divf %a_v, %sum : f32
    tree.yield %d : f32
  } : tensor<?xf32>
  return %b : tensor<?xf32>
}

// -----
// The same through a value between both.
// CHECK-LABEL: @needs_sum_between
func.func @needs_sum_between(%T: !tree.tree<rooted>, %x: tensor<?xf32>, %zero: tensor<f32>) -> tensor<?xf32> {
  // CHECK-COUNT-2: tree.sweep each
  %a:2 = tree.sweep each over %T : !tree.tree<rooted> accumulate(%zero : tensor<f32>) {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>, %sum: tensor<f32>):
    %x_v = tree.read %x[%v : !tree.vertex] : tensor<?xf32> -> f32
    tree.accumulate %x_v into %sum[] : f32 into tensor<f32>
    tree.yield %x_v : f32
  } : tensor<?xf32>, tensor<f32>
  %sum = tree.read %a#1[] : tensor<f32> -> f32
  %b = tree.sweep each over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %a_v = tree.read %a#0[%v : !tree.vertex] : tensor<?xf32> -> f32
    %d = arith.divf %a_v, %sum : f32
    tree.yield %d : f32
  } : tensor<?xf32>
  return %b : tensor<?xf32>
}

// -----
// Neighbouring sweeps that read nothing of each other stay apart.
// CHECK-LABEL: @strangers
func.func @strangers(%T: !tree.tree<rooted>, %x: tensor<?xf32>) -> (tensor<?xf32>, tensor<?xf32>) {
  // CHECK-COUNT-2: tree.sweep each
  %a = tree.sweep each over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %x_v = tree.read %x[%v : !tree.vertex] : tensor<?xf32> -> f32
    tree.yield %x_v : f32
  } : tensor<?xf32>
  %b = tree.sweep each over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %x_v = tree.read %x[%v : !tree.vertex] : tensor<?xf32> -> f32
    tree.yield %x_v : f32
  } : tensor<?xf32>
  return %a, %b : tensor<?xf32>, tensor<?xf32>
}

// -----
// Another axis index: row 0 is read at every row.
// CHECK-LABEL: @other_row
func.func @other_row(%H: index, %T: !tree.tree<rooted>, %x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  // CHECK-COUNT-2: tree.sweep each
  %a = tree.sweep each axes(%H) over %T : !tree.tree<rooted> {
  ^bb0(%h: index, %v: !tree.vertex, %self: tensor<?x?xf32>):
    %x_v = tree.read %x[%h, %v : index, !tree.vertex] : tensor<?x?xf32> -> f32
    tree.yield %x_v : f32
  } : tensor<?x?xf32>
  %b = tree.sweep each axes(%H) over %T : !tree.tree<rooted> {
  ^bb0(%h: index, %v: !tree.vertex, %self: tensor<?x?xf32>):
    %c0 = arith.constant 0 : index
    %a_v = tree.read %a[%c0, %v : index, !tree.vertex] : tensor<?x?xf32> -> f32
    tree.yield %a_v : f32
  } : tensor<?x?xf32>
  return %b : tensor<?x?xf32>
}
