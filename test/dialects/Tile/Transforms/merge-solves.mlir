// RUN: espalier-opt %s --tile-merge-solves | FileCheck %s

// CHECK-LABEL: @right_sides_there
// CHECK-SAME: (%[[S:.*]]: tensor<4x4xf32>, %[[B:.*]]: tensor<4xf32>, %[[C:.*]]: tensor<4x2xf32>)
func.func @right_sides_there(%S: tensor<4x4xf32>, %b: tensor<4xf32>, %c: tensor<4x2xf32>) -> (tensor<4xf32>, tensor<4x2xf32>, tensor<4xf32>) {
  // CHECK-NEXT: %[[X:.*]]:3 = tile.solve general %[[S]](%[[B]], %[[C]], %[[B]]) : {{.*}} -> (tensor<4xf32>, tensor<4x2xf32>, tensor<4xf32>)
  %x = tile.solve general %S (%b) : (tensor<4x4xf32>, tensor<4xf32>) -> tensor<4xf32>
  // CHECK-NEXT: arith.negf %[[X]]#0
  %n = arith.negf %x : tensor<4xf32>
  %y = tile.solve general %S (%c) : (tensor<4x4xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>
  %z = tile.solve general %S (%b) : (tensor<4x4xf32>, tensor<4xf32>) -> tensor<4xf32>
  // CHECK-NEXT: return %{{.*}}, %[[X]]#1, %[[X]]#2
  return %n, %y, %z : tensor<4xf32>, tensor<4x2xf32>, tensor<4xf32>
}

// The second right-hand side comes later, and nothing in between needs the first solution: both are solved later.
// CHECK-LABEL: @later
func.func @later(%S: tensor<4x4xf32>, %b: tensor<4xf32>, %c: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %x = tile.solve general %S (%b) : (tensor<4x4xf32>, tensor<4xf32>) -> tensor<4xf32>
  // CHECK-NEXT: %[[D:.*]] = arith.addf
  %d = arith.addf %b, %c : tensor<4xf32>
  // CHECK-NEXT: %[[X:.*]]:2 = tile.solve general %{{.*}}(%{{.*}}, %[[D]])
  // CHECK-NEXT: return %[[X]]#0, %[[X]]#1
  %y = tile.solve general %S (%d) : (tensor<4x4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %x, %y : tensor<4xf32>, tensor<4xf32>
}

// The second right-hand side depends on the first solution.
// CHECK-LABEL: @dependent
func.func @dependent(%S: tensor<4x4xf32>, %b: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK-COUNT-2: tile.solve
  %x = tile.solve general %S (%b) : (tensor<4x4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %y = tile.solve general %S (%x) : (tensor<4x4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// The first solution is needed before the second right-hand side is there.
// CHECK-LABEL: @needed_between
func.func @needed_between(%S: tensor<4x4xf32>, %b: tensor<4xf32>, %c: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  // CHECK-COUNT-2: tile.solve
  %x = tile.solve general %S (%b) : (tensor<4x4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %n = arith.negf %x : tensor<4xf32>
  %d = arith.addf %b, %c : tensor<4xf32>
  %y = tile.solve general %S (%d) : (tensor<4x4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %n, %y : tensor<4xf32>, tensor<4xf32>
}

// Another matrix, another method, the transposed matrix: other factors.
// CHECK-LABEL: @others
func.func @others(%S: tensor<4x4xf32>, %R: tensor<4x4xf32>, %b: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  // CHECK-COUNT-4: tile.solve
  %0 = tile.solve general %S (%b) : (tensor<4x4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %1 = tile.solve general %R (%b) : (tensor<4x4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %2 = tile.solve cholesky %S (%b) : (tensor<4x4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %3 = tile.solve general transposed %S (%b) : (tensor<4x4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %0, %1, %2, %3 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// A solve in another block does not run always.
// CHECK-LABEL: @other_block
func.func @other_block(%S: tensor<4x4xf32>, %b: tensor<4xf32>, %n: index) -> tensor<4xf32> {
  // CHECK: tile.solve
  %x = tile.solve general %S (%b) : (tensor<4x4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %c0 = arith.constant 0 : index
  // CHECK: tree.reduce
  %r = tree.reduce [sum] over range from %c0 to %n {
  ^bb0(%j: index):
    // CHECK: tile.solve
    %y = tile.solve general %S (%b) : (tensor<4x4xf32>, tensor<4xf32>) -> tensor<4xf32>
    tree.yield %y : tensor<4xf32>
  } : tensor<4xf32>
  %s = arith.addf %x, %r : tensor<4xf32>
  return %s : tensor<4xf32>
}
