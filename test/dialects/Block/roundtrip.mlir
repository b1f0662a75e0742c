// RUN: espalier-opt %s | espalier-opt | FileCheck %s
// RUN: espalier-opt %s --mlir-print-op-generic | espalier-opt | FileCheck %s

// CHECK-LABEL: @causal
func.func @causal(%B: index, %N: index, %q: tensor<?x?x16xf32>, %k: tensor<?x?x16xf32>, %v: tensor<?x?x8xf32>)
    -> (tensor<?x?x8xf32>, tensor<?x?xf32>) {
  // CHECK: %{{.*}}:2 = block.attend softmax statistics batch(%{{.*}}) axes(%{{.*}}) keys(%{{.*}}) bounds {
  // CHECK-NEXT: ^bb0(%[[I:.*]]: index):
  // CHECK: block.yield %{{.*}}, %{{.*}} : index, index
  // CHECK: } score {
  // CHECK-NEXT: ^bb0(%[[I:.*]]: index, %[[J:.*]]: index):
  // CHECK: block.read %{{.*}}[%[[I]]] : tensor<?x?x16xf32> -> tensor<16xf32>
  // CHECK: block.read %{{.*}}[%[[J]]] : tensor<?x?x16xf32> -> tensor<16xf32>
  // CHECK: } values {
  // CHECK: } : tensor<?x?x8xf32>, tensor<?x?xf32>
  %o, %l = block.attend softmax statistics batch(%B) axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %end = arith.addi %i, %one : index
    block.yield %zero, %end : index, index
  } score {
  ^bb0(%i: index, %j: index):
    %q_i = block.read %q[%i] : tensor<?x?x16xf32> -> tensor<16xf32>
    %k_j = block.read %k[%j] : tensor<?x?x16xf32> -> tensor<16xf32>
    %s = tile.contract "a,a->" (%q_i, %k_j) : (tensor<16xf32>, tensor<16xf32>) -> f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index):
    %v_j = block.read %v[%j] : tensor<?x?x8xf32> -> tensor<8xf32>
    block.yield %v_j : tensor<8xf32>
  } : tensor<?x?x8xf32>, tensor<?x?xf32>
  return %o, %l : tensor<?x?x8xf32>, tensor<?x?xf32>
}

// One row, half-precision values, a filter, levels.
// CHECK-LABEL: @decode
func.func @decode(%t: index, %N: index, %q: tensor<4xf32>, %k: tensor<?x4xf32>, %v: tensor<?x3xf16>, %mask: tensor<?xi1>) -> tensor<3xf32> {
  // CHECK: block.attend softmax keys(%{{.*}}) bounds {
  // CHECK: } filter {
  // CHECK: block.yield %{{.*}} : i1
  // CHECK: } score {
  // CHECK: %[[N:.*]] = block.shared_levels %{{.*}}, %{{.*}} levels 2 of %{{.*}}
  // CHECK: block.prefix %{{.*}} by %[[N]] axis 0 table [0, 2, 4] : tensor<4xf32>
  %o = block.attend softmax keys(%N) bounds {
    %zero = arith.constant 0 : index
    block.yield %zero, %t : index, index
  } filter {
  ^bb0(%j: index):
    %keep = block.read %mask[%j] : tensor<?xi1> -> i1
    block.yield %keep : i1
  } score {
  ^bb0(%j: index):
    %q_t = block.read %q[] : tensor<4xf32> -> tensor<4xf32>
    %k_j = block.read %k[%j] : tensor<?x4xf32> -> tensor<4xf32>
    %n = block.shared_levels %t, %j levels 2 of %N
    %qn = block.prefix %q_t by %n axis 0 table [0, 2, 4] : tensor<4xf32>
    %kn = block.prefix %k_j by %n axis 0 table [0, 2, 4] : tensor<4xf32>
    %s = tile.contract "a,a->" (%qn, %kn) : (tensor<4xf32>, tensor<4xf32>) -> f32
    block.yield %s : f32
  } values {
  ^bb0(%j: index):
    %v_j = block.read %v[%j] : tensor<?x3xf16> -> tensor<3xf16>
    block.yield %v_j : tensor<3xf16>
  } : tensor<3xf32>
  return %o : tensor<3xf32>
}

// CHECK-LABEL: @columns
func.func @columns(%H: index, %N: index, %s: tensor<?x?x?xf32>, %zero: tensor<?xf32>) -> (tensor<?x?xf32>, tensor<?xf32>) {
  // CHECK: block.attend exp axes(%{{.*}}, %{{.*}}) keys(%{{.*}}) accumulate(%{{.*}} : tensor<?xf32>) bounds {
  // CHECK: ^bb0(%[[H:.*]]: index, %{{.*}}: index, %{{.*}}: index, %[[ACC:.*]]: tensor<?xf32>):
  // CHECK: block.accumulate %{{.*}} into %[[ACC]][%[[H]]] : f32 into tensor<?xf32>
  %sum, %acc = block.attend exp axes(%H, %N) keys(%N) accumulate(%zero : tensor<?xf32>) bounds {
  ^bb0(%h: index, %i: index):
    block.yield %i, %N : index, index
  } score {
  ^bb0(%h: index, %i: index, %j: index):
    %x = block.read %s[%h, %i, %j] : tensor<?x?x?xf32> -> f32
    block.yield %x : f32
  } values {
  ^bb0(%h: index, %i: index, %j: index, %g: tensor<?xf32>):
    %one = arith.constant 1.0 : f32
    block.accumulate %one into %g[%h] : f32 into tensor<?xf32>
    block.yield %one : f32
  } : tensor<?x?xf32>, tensor<?xf32>
  return %sum, %acc : tensor<?x?xf32>, tensor<?xf32>
}
