// RUN: espalier-opt %s --cpu-lower-contractions | FileCheck %s

// Four rows of one vector each are accumulators of the loop over k; -= subtracts by a negated factor.
// CHECK-LABEL: func.func @product
// CHECK-COUNT-4: llvm.load {{.*}} : !llvm.ptr -> vector<4xf32>
// CHECK:         scf.for {{.*}} -> (vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>)
// CHECK:           arith.negf
// CHECK:           vector.fma
// CHECK-COUNT-4: llvm.store
func.func @product(%a: memref<4x100xf32>, %b: memref<100x4xf32>, %c: memref<4x4xf32>) {
  tile.contract_into "ik,kj->ij" subtract (%a, %b) into %c : (memref<4x100xf32>, memref<100x4xf32>) into memref<4x4xf32>
  return
}

// A factor that lies across the lanes of every vectorisation, and is used for many rows, is turned in scratch first.
// CHECK-LABEL: func.func @packed
// CHECK:         %[[PACKED:.*]] = memref.alloca() : memref<20x16xf32>
// CHECK:         linalg.generic {{.*}} outs(%[[PACKED]] : memref<20x16xf32>)
// CHECK:         vector.fma
func.func @packed(%a: memref<16x20xf32>, %b: memref<16x20xf32>, %c: memref<16x16xf32>) {
  tile.contract_into "ik,jk->ij" set (%a, %b) into %c : (memref<16x20xf32>, memref<16x20xf32>) into memref<16x16xf32>
  return
}

// A matrix times a vector has its lanes along the sum; the sums of 8 rows are folded into one vector.
// CHECK-LABEL: func.func @dots
// CHECK-NOT:     memref.alloca
// CHECK:         vector.shuffle
// CHECK:         llvm.store %{{.*}} : vector<8xf32>, !llvm.ptr
func.func @dots(%a: memref<16x16xf32>, %x: memref<16xf32>, %y: memref<16xf32>) {
  tile.contract_into "ik,k->i" set (%a, %x) into %y : (memref<16x16xf32>, memref<16xf32>) into memref<16xf32>
  return
}
