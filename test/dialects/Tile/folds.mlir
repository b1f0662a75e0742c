// RUN: espalier-opt %s --canonicalize -split-input-file | FileCheck %s

// CHECK-LABEL: @identities
// CHECK-SAME: (%[[X:.*]]: tensor<4x3xf32>)
func.func @identities(%x: tensor<4x3xf32>) -> tensor<4x3xf32> {
  %0 = tile.broadcast %x : tensor<4x3xf32> -> tensor<4x3xf32>
  %1 = tile.transpose %0 [0, 1] : tensor<4x3xf32> -> tensor<4x3xf32>
  %2 = tile.reshape %1 : tensor<4x3xf32> -> tensor<4x3xf32>
  %3 = tile.slice %2 [0, 0] : tensor<4x3xf32> -> tensor<4x3xf32>
  %4 = tile.pad %3 [0, 0] : tensor<4x3xf32> -> tensor<4x3xf32>
  %5 = tile.concat axis 1 (%4) : (tensor<4x3xf32>) -> tensor<4x3xf32>
  %6 = tile.reduce max %5 [] : tensor<4x3xf32> -> tensor<4x3xf32>
  %7 = tile.element %6[] : tensor<4x3xf32> -> tensor<4x3xf32>
  %8 = tile.place %7 at [] : tensor<4x3xf32> -> tensor<4x3xf32>
  // CHECK-NEXT: return %[[X]]
  return %8 : tensor<4x3xf32>
}

// -----
// CHECK-LABEL: @compositions
// CHECK-SAME: (%[[X:.*]]: tensor<2x3x4xf32>, %[[S:.*]]: f32)
func.func @compositions(%x: tensor<2x3x4xf32>, %s: f32) -> (tensor<4x2x3xf32>, tensor<2x3x4xf32>, tensor<24xf32>, tensor<5x3x2xf32>, tensor<1x2x1xf32>) {
  %0 = tile.transpose %x [1, 2, 0] : tensor<2x3x4xf32> -> tensor<3x4x2xf32>
  // CHECK-DAG: %[[T:.*]] = tile.transpose %[[X]] [2, 0, 1] : tensor<2x3x4xf32> -> tensor<4x2x3xf32>
  %1 = tile.transpose %0 [1, 2, 0] : tensor<3x4x2xf32> -> tensor<4x2x3xf32>
  %2 = tile.transpose %1 [1, 2, 0] : tensor<4x2x3xf32> -> tensor<2x3x4xf32>
  %3 = tile.reshape %x : tensor<2x3x4xf32> -> tensor<6x4xf32>
  // CHECK-DAG: %[[R:.*]] = tile.reshape %[[X]] : tensor<2x3x4xf32> -> tensor<24xf32>
  %4 = tile.reshape %3 : tensor<6x4xf32> -> tensor<24xf32>
  %5 = tile.broadcast %s : f32 -> tensor<3x1xf32>
  // CHECK-DAG: %[[B:.*]] = tile.broadcast %[[S]] : f32 -> tensor<5x3x2xf32>
  %6 = tile.broadcast %5 : tensor<3x1xf32> -> tensor<5x3x2xf32>
  %7 = tile.slice %x [0, 1, 1] : tensor<2x3x4xf32> -> tensor<2x2x3xf32>
  // CHECK-DAG: %[[L:.*]] = tile.slice %[[X]] [1, 1, 3] : tensor<2x3x4xf32> -> tensor<1x2x1xf32>
  %8 = tile.slice %7 [1, 0, 2] : tensor<2x2x3xf32> -> tensor<1x2x1xf32>
  // CHECK: return %[[T]], %[[X]], %[[R]], %[[B]], %[[L]]
  return %1, %2, %4, %6, %8 : tensor<4x2x3xf32>, tensor<2x3x4xf32>, tensor<24xf32>, tensor<5x3x2xf32>, tensor<1x2x1xf32>
}

// -----
// CHECK-LABEL: @constants
func.func @constants(%x: tensor<0x3xf32>, %i: tensor<2x0xi32>) -> (tensor<4xf32>, f32, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<2xi32>) {
  %c = arith.constant 2.0 : f32
  // CHECK-DAG: %[[TWOS:.*]] = arith.constant dense<2.000000e+00> : tensor<4xf32>
  %0 = tile.broadcast %c : f32 -> tensor<4xf32>
  // CHECK-DAG: %[[TWO:.*]] = arith.constant 2.000000e+00 : f32
  %1 = tile.broadcast %c : f32 -> tensor<1x1xf32>
  %2 = tile.reshape %1 : tensor<1x1xf32> -> f32
  // CHECK-DAG: %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : tensor<3xf32>
  %3 = tile.reduce sum %x [0] : tensor<0x3xf32> -> tensor<3xf32>
  // CHECK-DAG: %[[LEAST:.*]] = arith.constant dense<0xFF800000> : tensor<3xf32>
  %4 = tile.reduce logsumexp %x [0] : tensor<0x3xf32> -> tensor<3xf32>
  // CHECK-DAG: %[[GREATEST:.*]] = arith.constant dense<0x7F800000> : tensor<3xf32>
  %5 = tile.reduce min %x [0] : tensor<0x3xf32> -> tensor<3xf32>
  // CHECK-DAG: %[[INTEGER:.*]] = arith.constant dense<-2147483648> : tensor<2xi32>
  %6 = tile.reduce max %i [1] : tensor<2x0xi32> -> tensor<2xi32>
  // CHECK: return %[[TWOS]], %[[TWO]], %[[ZERO]], %[[LEAST]], %[[GREATEST]], %[[INTEGER]]
  return %0, %2, %3, %4, %5, %6 : tensor<4xf32>, f32, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<2xi32>
}

// -----
// CHECK-LABEL: @transposed_factors
// CHECK-SAME: (%[[A:.*]]: tensor<3x4xf32>, %[[B:.*]]: tensor<3x2xf32>)
func.func @transposed_factors(%a: tensor<3x4xf32>, %b: tensor<3x2xf32>) -> tensor<2x4xf32> {
  %0 = tile.transpose %a [1, 0] : tensor<3x4xf32> -> tensor<4x3xf32>
  %1 = tile.contract "ik,kj->ij" (%0, %b) : (tensor<4x3xf32>, tensor<3x2xf32>) -> tensor<4x2xf32>
  // CHECK-NEXT: %[[P:.*]] = tile.contract "ki,kj->ji"(%[[A]], %[[B]]) : (tensor<3x4xf32>, tensor<3x2xf32>) -> tensor<2x4xf32>
  // CHECK-NEXT: return %[[P]]
  %2 = tile.transpose %1 [1, 0] : tensor<4x2xf32> -> tensor<2x4xf32>
  return %2 : tensor<2x4xf32>
}

// -----
// A permutation that is no involution: axis p[i] of the input bears the letter of axis i.
// CHECK-LABEL: @rotated_factor
func.func @rotated_factor(%a: tensor<2x3x4xf32>, %v: tensor<3xf32>) -> tensor<4x2xf32> {
  %0 = tile.transpose %a [1, 2, 0] : tensor<2x3x4xf32> -> tensor<3x4x2xf32>
  // CHECK-NEXT: tile.contract "cab,a->bc"(%{{.*}}, %{{.*}}) : (tensor<2x3x4xf32>, tensor<3xf32>) -> tensor<4x2xf32>
  %1 = tile.contract "abc,a->bc" (%0, %v) : (tensor<3x4x2xf32>, tensor<3xf32>) -> tensor<4x2xf32>
  return %1 : tensor<4x2xf32>
}

// -----
// Where the product itself is used too, its transpose stays.
// CHECK-LABEL: @used_twice
func.func @used_twice(%a: tensor<4x3xf32>, %b: tensor<3x2xf32>) -> (tensor<4x2xf32>, tensor<2x4xf32>) {
  // CHECK-NEXT: tile.contract "ik,kj->ij"
  %0 = tile.contract "ik,kj->ij" (%a, %b) : (tensor<4x3xf32>, tensor<3x2xf32>) -> tensor<4x2xf32>
  // CHECK-NEXT: tile.transpose
  %1 = tile.transpose %0 [1, 0] : tensor<4x2xf32> -> tensor<2x4xf32>
  return %0, %1 : tensor<4x2xf32>, tensor<2x4xf32>
}

// -----
// CHECK-LABEL: @solves
func.func @solves(%S: tensor<4x4xf32>, %b: tensor<4xf32>, %c: tensor<4x2xf32>) -> tensor<4x2xf32> {
  %0 = tile.solve general %S (%b) : (tensor<4x4xf32>, tensor<4xf32>) -> tensor<4xf32>
  tile.solve general %S () : (tensor<4x4xf32>) -> ()
  // CHECK-NEXT: %[[X:.*]] = tile.solve general transposed %{{.*}}(%{{.*}}) : (tensor<4x4xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>
  // CHECK-NEXT: return %[[X]]
  %1:2 = tile.solve general transposed %S (%b, %c) : (tensor<4x4xf32>, tensor<4xf32>, tensor<4x2xf32>) -> (tensor<4xf32>, tensor<4x2xf32>)
  return %1#1 : tensor<4x2xf32>
}
