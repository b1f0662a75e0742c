// RUN: espalier-opt %s | espalier-opt | FileCheck %s
// RUN: espalier-opt %s --mlir-print-op-generic | espalier-opt | FileCheck %s

// CHECK-LABEL: @products
func.func @products(%a: tensor<4x3xf32>, %b: tensor<3x2xf32>, %h: tensor<3xbf16>, %s: f32, %S: tensor<4x4xf32>, %c: tensor<4xf32>, %D: tensor<4x2xf32>) {
  // CHECK: tile.contract "ik,kj->ij"(%{{.*}}, %{{.*}}) : (tensor<4x3xf32>, tensor<3x2xf32>) -> tensor<4x2xf32>
  %0 = tile.contract "ik,kj->ij" (%a, %b) : (tensor<4x3xf32>, tensor<3x2xf32>) -> tensor<4x2xf32>
  // CHECK: tile.contract ",k,k->"(%{{.*}}) : (f32, tensor<3xbf16>, tensor<3xbf16>) -> f32
  %1 = tile.contract ",k,k->" (%s, %h, %h) : (f32, tensor<3xbf16>, tensor<3xbf16>) -> f32
  // CHECK: tile.solve general %{{.*}}(%{{.*}}, %{{.*}}) : (tensor<4x4xf32>, tensor<4xf32>, tensor<4x2xf32>) -> (tensor<4xf32>, tensor<4x2xf32>)
  %2:2 = tile.solve general %S (%c, %D) : (tensor<4x4xf32>, tensor<4xf32>, tensor<4x2xf32>) -> (tensor<4xf32>, tensor<4x2xf32>)
  // CHECK: tile.solve general transposed %{{.*}}(%{{.*}}) : (tensor<4x4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %3 = tile.solve general transposed %S (%c) : (tensor<4x4xf32>, tensor<4xf32>) -> tensor<4xf32>
  // CHECK: tile.solve cholesky %{{.*}}() : (tensor<4x4xf32>) -> ()
  tile.solve cholesky %S () : (tensor<4x4xf32>) -> ()
  return
}

// CHECK-LABEL: @reductions
func.func @reductions(%x: tensor<4x3x2xf32>, %i: tensor<0xi32>) {
  // CHECK: tile.reduce sum %{{.*}} [0, 2] : tensor<4x3x2xf32> -> tensor<3xf32>
  %0 = tile.reduce sum %x [0, 2] : tensor<4x3x2xf32> -> tensor<3xf32>
  // CHECK: tile.reduce logsumexp %{{.*}} [0, 1, 2] : tensor<4x3x2xf32> -> f32
  %1 = tile.reduce logsumexp %x [0, 1, 2] : tensor<4x3x2xf32> -> f32
  // CHECK: tile.reduce min %{{.*}} [0] : tensor<0xi32> -> i32
  %2 = tile.reduce min %i [0] : tensor<0xi32> -> i32
  // CHECK: tile.softmax %{{.*}} axis 1 : tensor<4x3x2xf32>
  %3 = tile.softmax %x axis 1 : tensor<4x3x2xf32>
  // CHECK: tile.layer_norm %{{.*}} axis 2 eps 1.000000e-05 : tensor<4x3x2xf32>
  %4 = tile.layer_norm %x axis 2 eps 1.0e-5 : tensor<4x3x2xf32>
  return
}

// CHECK-LABEL: @shapes
func.func @shapes(%x: tensor<4x3xf32>, %s: f32, %i: index) {
  // CHECK: tile.broadcast %{{.*}} : tensor<4x3xf32> -> tensor<2x4x3xf32>
  %0 = tile.broadcast %x : tensor<4x3xf32> -> tensor<2x4x3xf32>
  // CHECK: tile.broadcast %{{.*}} : f32 -> tensor<4xf32>
  %1 = tile.broadcast %s : f32 -> tensor<4xf32>
  // CHECK: tile.transpose %{{.*}} [1, 0] : tensor<4x3xf32> -> tensor<3x4xf32>
  %2 = tile.transpose %x [1, 0] : tensor<4x3xf32> -> tensor<3x4xf32>
  // CHECK: tile.reshape %{{.*}} : tensor<4x3xf32> -> tensor<12xf32>
  %3 = tile.reshape %x : tensor<4x3xf32> -> tensor<12xf32>
  // CHECK: tile.reshape %{{.*}} : f32 -> tensor<1x1xf32>
  %4 = tile.reshape %s : f32 -> tensor<1x1xf32>
  // CHECK: tile.slice %{{.*}} [1, 0] : tensor<4x3xf32> -> tensor<2x0xf32>
  %5 = tile.slice %x [1, 0] : tensor<4x3xf32> -> tensor<2x0xf32>
  // CHECK: tile.pad %{{.*}} [1, 2] : tensor<4x3xf32> -> tensor<5x5xf32>
  %6 = tile.pad %x [1, 2] : tensor<4x3xf32> -> tensor<5x5xf32>
  // CHECK: tile.concat axis 0(%{{.*}}, %{{.*}}) : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<8x3xf32>
  %7 = tile.concat axis 0 (%x, %x) : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<8x3xf32>
  // CHECK: tile.eye : tensor<3x3xf64>
  %8 = tile.eye : tensor<3x3xf64>
  // CHECK: tile.element %{{.*}}[%{{.*}}] : tensor<4x3xf32> -> tensor<3xf32>
  %9 = tile.element %x[%i] : tensor<4x3xf32> -> tensor<3xf32>
  // CHECK: tile.place %{{.*}} at[%{{.*}}, %{{.*}}] : f32 -> tensor<4x3xf32>
  %10 = tile.place %s at [%i, %i] : f32 -> tensor<4x3xf32>
  return
}
