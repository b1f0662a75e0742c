// RUN: espalier-opt %s -attach-schedules -structure-sweeps -cse | FileCheck %s

// A grid over the batch and tiles of rows. Rows are packed once, keys tile by tile; scores are one matrix product of a
// tile of pairs, and so is the sum of weighted values.
// CHECK-LABEL: func.func @causal(
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: memref<?x?x16xf32>
// CHECK:       %[[TILES:.*]] = arith.divui
// CHECK:       %[[TASKS:.*]] = arith.muli %{{.*}}, %[[TILES]]
// CHECK:       scf.forall (%{{.*}}) in (%[[TASKS]])
// CHECK-NOT:     memref.alloca() {{.*}} : memref<{{[0-9][0-9][0-9][0-9]}}
// CHECK:         scf.for
// CHECK:         scf.if
// CHECK:           scf.for
// CHECK:             memref.reinterpret_cast %[[Q]]
// CHECK:           scf.for
// CHECK:             tile.contract_into "Aa,Ba->AB" set(%{{.*}}, %{{.*}}) into {{.*}}: (memref<32x16xf32>, memref<32x16xf32>) into memref<32x32xf32>
// CHECK:             scf.if
// CHECK:             math.exp
// CHECK:             tile.contract_into "AB,Ba->Aa" add(%{{.*}}, %{{.*}}) into {{.*}}: (memref<32x32xf32>, memref<32x8xf32>) into memref<32x8xf32>
// CHECK:         arith.divf
// CHECK-NOT:   scf.forall
func.func @causal(%q: tensor<?x?x16xf32> {tile.shape = array<i64: -1, -2, 16>}, %k: tensor<?x?x16xf32> {tile.shape = array<i64: -1, -2, 16>},
                  %v: tensor<?x?x8xf32> {tile.shape = array<i64: -1, -2, 8>}, %B: index, %N: index) -> tensor<?x?x8xf32> {
  %o = block.attend softmax batch(%B) axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %end = arith.addi %i, %one : index
    block.yield %zero, %end : index, index
  } score {
  ^bb0(%i: index, %j: index):
    %q_i = block.read %q[%i] : tensor<?x?x16xf32> -> tensor<16xf32>
    %k_j = block.read %k[%j] : tensor<?x?x16xf32> -> tensor<16xf32>
    %s = tile.contract "a,a->"(%q_i, %k_j) : (tensor<16xf32>, tensor<16xf32>) -> f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index):
    %v_j = block.read %v[%j] : tensor<?x?x8xf32> -> tensor<8xf32>
    block.yield %v_j : tensor<8xf32>
  } : tensor<?x?x8xf32>
  return %o : tensor<?x?x8xf32>
}

// Levels: segments of the product, each in a branch by the levels that the tile shares.
// CHECK-LABEL: func.func @levels(
// CHECK:         scf.forall
// CHECK:           math.ctlz
// CHECK:           scf.if
// CHECK:             scf.if
// CHECK:               tile.contract_into "Aa,Ba->AB" add({{.*}}: (memref<64x8xf32, strided<[12, 1]>>, memref<64x8xf32, strided<[12, 1]>>)
// CHECK:           scf.if
// CHECK:             scf.if
// CHECK:               tile.contract_into "Aa,Ba->AB" add({{.*}}: (memref<64x4xf32, strided<[12, 1], offset: 8>>, memref<64x4xf32, strided<[12, 1], offset: 8>>)
func.func @levels(%q: tensor<?x12xf32> {tile.shape = array<i64: -1, 12>}, %k: tensor<?x12xf32> {tile.shape = array<i64: -1, 12>}, %N: index) -> tensor<?xf32> {
  %o = block.attend softmax axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    %zero = arith.constant 0 : index
    block.yield %zero, %N : index, index
  } score {
  ^bb0(%i: index, %j: index):
    %q_i = block.read %q[%i] : tensor<?x12xf32> -> tensor<12xf32>
    %k_j = block.read %k[%j] : tensor<?x12xf32> -> tensor<12xf32>
    %n = block.shared_levels %i, %j levels 2 of %N
    %a = block.prefix %q_i by %n axis 0 table [0, 8, 12] : tensor<12xf32>
    %b = block.prefix %k_j by %n axis 0 table [0, 8, 12] : tensor<12xf32>
    %s = tile.contract "a,a->"(%a, %b) : (tensor<12xf32>, tensor<12xf32>) -> f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index):
    %one = arith.constant 1.0 : f32
    block.yield %one : f32
  } : tensor<?xf32>
  return %o : tensor<?xf32>
}
