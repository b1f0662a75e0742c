// RUN: espalier-opt %s -canonicalize | FileCheck %s

// CHECK-LABEL: @prefix
// CHECK-SAME: %[[X:[^:]*]]: tensor<4xf32>)
func.func @prefix(%i: index, %j: index, %N: index, %x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %n = block.shared_levels %i, %j levels 2 of %N
  %whole = block.prefix %x by %n axis 0 table [4, 4, 4] : tensor<4xf32>
  // CHECK: %[[P:[^ ]*]] = block.prefix %[[X]] by
  %once = block.prefix %x by %n axis 0 table [0, 2, 4] : tensor<4xf32>
  %twice = block.prefix %once by %n axis 0 table [0, 2, 4] : tensor<4xf32>
  // CHECK: return %[[X]], %[[P]]
  return %whole, %twice : tensor<4xf32>, tensor<4xf32>
}

// What nobody uses is not computed, and what is equal is computed once.
// CHECK-LABEL: @unused
func.func @unused(%N: index, %s: tensor<?x?xf32>, %v: tensor<?x2xf32>) -> (tensor<?x2xf32>, tensor<?x2xf32>) {
  // CHECK: %[[O:[^ ]*]] = block.attend softmax axes
  // CHECK: } values {
  // CHECK-NEXT: ^bb0
  // CHECK-NEXT: %[[V:[^ ]*]] = block.read
  // CHECK-NEXT: block.yield %[[V]] : tensor<2xf32>
  // CHECK-NEXT: } : tensor<?x2xf32>
  // CHECK-NEXT: return %[[O]], %[[O]]
  %o:4 = block.attend softmax statistics axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    block.yield %i, %N : index, index
  } score {
  ^bb0(%i: index, %j: index):
    %x = block.read %s[%i, %j] : tensor<?x?xf32> -> f32
    block.yield %x : f32
  } values {
  ^bb0(%i: index, %j: index):
    %one = arith.constant 1.0 : f32
    %v_j = block.read %v[%j] : tensor<?x2xf32> -> tensor<2xf32>
    block.yield %v_j, %one, %v_j : tensor<2xf32>, f32, tensor<2xf32>
  } : tensor<?x2xf32>, tensor<?xf32>, tensor<?x2xf32>, tensor<?xf32>
  return %o#0, %o#2 : tensor<?x2xf32>, tensor<?x2xf32>
}

// CHECK-LABEL: @nothing
func.func @nothing(%N: index) {
  // CHECK-NEXT: return
  %o = block.attend softmax axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    block.yield %i, %N : index, index
  } score {
  ^bb0(%i: index, %j: index):
    %x = arith.constant 1.0 : f32
    block.yield %x : f32
  } values {
  ^bb0(%i: index, %j: index):
    %x = arith.constant 1.0 : f32
    block.yield %x : f32
  } : tensor<?xf32>
  return
}
