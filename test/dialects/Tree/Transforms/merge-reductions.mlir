// RUN: espalier-opt %s --tree-merge-reductions | FileCheck %s

// Two reductions over the children become one; what both read is read once.
// CHECK-LABEL: @children
func.func @children(%T: !tree.tree<rooted>, %x: tensor<?xf32>) -> tensor<?xf32> {
  %r = tree.sweep each over %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    // CHECK: %[[R:.*]]:2 = tree.reduce [sum, max] over children(%{{.*}}) of
    // CHECK-NEXT: ^bb0
    // CHECK-NEXT: %[[X:.*]] = tree.read
    // CHECK-NEXT: %[[E:.*]] = math.exp %[[X]]
    // CHECK-NEXT: tree.yield %[[E]], %[[X]] : f32, f32
    // CHECK-NEXT: } : f32, f32
    %a = tree.reduce [sum] over children(%v) of %T : !tree.tree<rooted> {
    ^bb0(%c: !tree.vertex):
      %x_c = tree.read %x[%c : !tree.vertex] : tensor<?xf32> -> f32
      %e = math.exp %x_c : f32
      tree.yield %e : f32
    } : f32
    %b = tree.reduce [max] over children(%v) of %T : !tree.tree<rooted> {
    ^bb0(%c: !tree.vertex):
      %x_c = tree.read %x[%c : !tree.vertex] : tensor<?xf32> -> f32
      tree.yield %x_c : f32
    } : f32
    // CHECK-NEXT: arith.addf %[[R]]#0, %[[R]]#1
    %s = arith.addf %a, %b : f32
    tree.yield %s : f32
  } : tensor<?xf32>
  return %r : tensor<?xf32>
}

// Equal filters, and a second that uses what is computed between both.
// CHECK-LABEL: @filters
func.func @filters(%x: tensor<?xf32>, %n: index, %m: index, %f: f32) -> (f32, f32) {
  %c0 = arith.constant 0 : index
  // CHECK: %[[G:.*]] = math.exp
  // CHECK-NEXT: %[[R:.*]]:2 = tree.reduce [sum, sum] over range from %{{.*}} to %{{.*}} filter {
  // CHECK: arith.cmpi slt
  // CHECK: } {
  // CHECK: arith.mulf %{{.*}}, %[[G]]
  // CHECK-NOT: tree.reduce
  // CHECK: return %[[R]]#0, %[[R]]#1
  %a = tree.reduce [sum] over range from %c0 to %n filter {
  ^bb0(%j: index):
    %keep = arith.cmpi slt, %j, %m : index
    tree.yield %keep : i1
  } {
  ^bb0(%j: index):
    %x_j = tree.read %x[%j : index] : tensor<?xf32> -> f32
    tree.yield %x_j : f32
  } : f32
  %g = math.exp %f : f32
  %b = tree.reduce [sum] over range from %c0 to %n filter {
  ^bb0(%i: index):
    %keep = arith.cmpi slt, %i, %m : index
    tree.yield %keep : i1
  } {
  ^bb0(%i: index):
    %x_i = tree.read %x[%i : index] : tensor<?xf32> -> f32
    %y = arith.mulf %x_i, %g : f32
    tree.yield %y : f32
  } : f32
  return %a, %b : f32, f32
}

// Nested reductions come together once the outer ones have.
// CHECK-LABEL: @nested
func.func @nested(%x: tensor<?xf32>, %n: index) -> (f32, f32) {
  %c0 = arith.constant 0 : index
  // CHECK-COUNT-2: tree.reduce [sum, max]
  // CHECK-NOT: tree.reduce
  %a = tree.reduce [sum] over range from %c0 to %n {
  ^bb0(%i: index):
    %s = tree.reduce [sum] over range from %c0 to %i {
    ^bb0(%j: index):
      %x_j = tree.read %x[%j : index] : tensor<?xf32> -> f32
      tree.yield %x_j : f32
    } : f32
    tree.yield %s : f32
  } : f32
  %b = tree.reduce [max] over range from %c0 to %n {
  ^bb0(%i: index):
    %s = tree.reduce [max] over range from %c0 to %i {
    ^bb0(%j: index):
      %x_j = tree.read %x[%j : index] : tensor<?xf32> -> f32
      tree.yield %x_j : f32
    } : f32
    tree.yield %s : f32
  } : f32
  return %a, %b : f32, f32
}

// CHECK-LABEL: @look_alikes
func.func @look_alikes(%T: !tree.tree<rooted>, %U: !tree.tree<rooted>, %x: tensor<?xf32>, %n: index, %m: index) -> (f32, f32, f32, f32, f32, f32) {
  %c0 = arith.constant 0 : index
  // CHECK-COUNT-6: tree.reduce [sum]
  %a = tree.reduce [sum] over range from %c0 to %n {
  ^bb0(%j: index):
    %x_j = tree.read %x[%j : index] : tensor<?xf32> -> f32
    tree.yield %x_j : f32
  } : f32
  // Another bound.
  %b = tree.reduce [sum] over range from %c0 to %m {
  ^bb0(%j: index):
    %x_j = tree.read %x[%j : index] : tensor<?xf32> -> f32
    tree.yield %x_j : f32
  } : f32
  // A filter.
  %c = tree.reduce [sum] over range from %c0 to %n filter {
  ^bb0(%j: index):
    %keep = arith.cmpi slt, %j, %m : index
    tree.yield %keep : i1
  } {
  ^bb0(%j: index):
    %x_j = tree.read %x[%j : index] : tensor<?xf32> -> f32
    tree.yield %x_j : f32
  } : f32
  // Another filter.
  %d = tree.reduce [sum] over range from %c0 to %n filter {
  ^bb0(%j: index):
    %keep = arith.cmpi sle, %j, %m : index
    tree.yield %keep : i1
  } {
  ^bb0(%j: index):
    %x_j = tree.read %x[%j : index] : tensor<?xf32> -> f32
    tree.yield %x_j : f32
  } : f32
  // Another tree.
  %e = tree.reduce [sum] over vertices of %T : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex):
    %x_v = tree.read %x[%v : !tree.vertex] : tensor<?xf32> -> f32
    tree.yield %x_v : f32
  } : f32
  %f = tree.reduce [sum] over vertices of %U : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex):
    %x_v = tree.read %x[%v : !tree.vertex] : tensor<?xf32> -> f32
    tree.yield %x_v : f32
  } : f32
  return %a, %b, %c, %d, %e, %f : f32, f32, f32, f32, f32, f32
}

// The second needs the first: the stable softmax in two passes.
// CHECK-LABEL: @dependent
func.func @dependent(%x: tensor<?xf32>, %n: index) -> f32 {
  %c0 = arith.constant 0 : index
  // CHECK: tree.reduce [max]
  // CHECK: tree.reduce [sum]
  %a = tree.reduce [max] over range from %c0 to %n {
  ^bb0(%j: index):
    %x_j = tree.read %x[%j : index] : tensor<?xf32> -> f32
    tree.yield %x_j : f32
  } : f32
  %b = tree.reduce [sum] over range from %c0 to %n {
  ^bb0(%j: index):
    %x_j = tree.read %x[%j : index] : tensor<?xf32> -> f32
    %d = arith.subf %x_j, %a : f32
    %e = math.exp %d : f32
    tree.yield %e : f32
  } : f32
  return %b : f32
}
