// RUN: espalier-opt %s --block-check-finite | FileCheck %s

// CHECK: block.attend
// CHECK-SAME: attributes {block.check_finite}
func.func @f(%x: tensor<?xf32>, %N: index) -> tensor<?xf32> {
  %o = block.attend softmax axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    %zero = arith.constant 0 : index
    block.yield %zero, %N : index, index
  } score {
  ^bb0(%i: index, %j: index):
    %s = block.read %x[%j] : tensor<?xf32> -> f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index):
    %v = block.read %x[%j] : tensor<?xf32> -> f32
    block.yield %v : f32
  } : tensor<?xf32>
  return %o : tensor<?xf32>
}
