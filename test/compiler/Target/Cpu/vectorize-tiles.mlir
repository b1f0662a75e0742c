// RUN: espalier-opt %s --cpu-vectorize-tiles | FileCheck %s

#ij = affine_map<(i, j) -> (i, j)>
#j = affine_map<(i, j) -> (j)>
#i = affine_map<(i, j) -> (i)>

// Rows that lie one after the other are one line: 2 x 2 numbers are one vector of four.
// CHECK-LABEL: func.func @merged
// CHECK-NOT:     scf.for
// CHECK:         %[[X:.*]] = llvm.load %{{.*}} {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
// CHECK:         %[[Y:.*]] = arith.addf %[[X]], %[[X]] fastmath<contract> : vector<4xf32>
// CHECK:         llvm.store %[[Y]]
func.func @merged(%x: memref<2x2xf32>, %y: memref<2x2xf32>) {
  linalg.generic {indexing_maps = [#ij, #ij], iterator_types = ["parallel", "parallel"]} ins(%x : memref<2x2xf32>) outs(%y : memref<2x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.addf %a, %a : f32
    linalg.yield %s : f32
  }
  return
}

// A row for all rows is loaded as it lies, a number per row is spread.
// CHECK-LABEL: func.func @broadcasts
// CHECK-DAG:     llvm.load %{{.*}} : !llvm.ptr -> vector<4xf32>
// CHECK-DAG:     llvm.load %{{.*}} : !llvm.ptr -> f32
// CHECK-DAG:     vector.broadcast %{{.*}} : f32 to vector<4xf32>
func.func @broadcasts(%row: memref<4xf32>, %column: memref<3xf32>, %y: memref<3x4xf32>) {
  linalg.generic {indexing_maps = [#j, #i, #ij], iterator_types = ["parallel", "parallel"]} ins(%row, %column : memref<4xf32>, memref<3xf32>) outs(%y : memref<3x4xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.mulf %a, %b : f32
    linalg.yield %s : f32
  }
  return
}

// Sums along the lanes: one partial sum per lane, added up at the end.
// CHECK-LABEL: func.func @along
// CHECK:         arith.addf %{{.*}} : vector<4xf32>
// CHECK:         vector.shuffle %{{.*}} [0, 1]
// CHECK:         vector.shuffle %{{.*}} [2, 3]
// CHECK:         arith.addf %{{.*}} : vector<2xf32>
// CHECK:         vector.extract %{{.*}}[0] : f32 from vector<1xf32>
func.func @along(%x: memref<4xf32>, %y: memref<f32>) {
  linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>], iterator_types = ["reduction"]} ins(%x : memref<4xf32>) outs(%y : memref<f32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.addf %o, %a : f32
    linalg.yield %s : f32
  }
  return
}

// Sums down the rows: the accumulators are vectors of columns, in registers from first to last.
// CHECK-LABEL: func.func @across
// CHECK:         %[[START:.*]] = llvm.load %{{.*}} : !llvm.ptr -> vector<4xf32>
// CHECK:         %[[SUM:.*]] = scf.for {{.*}} iter_args(%{{.*}} = %[[START]]) -> (vector<4xf32>)
// CHECK:         llvm.store %[[SUM]]
// CHECK-NOT:     vector.shuffle
func.func @across(%x: memref<100x4xf32>, %y: memref<4xf32>) {
  linalg.generic {indexing_maps = [#ij, #j], iterator_types = ["reduction", "parallel"]} ins(%x : memref<100x4xf32>) outs(%y : memref<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.addf %o, %a : f32
    linalg.yield %s : f32
  }
  return
}

// Booleans are bytes.
// CHECK-LABEL: func.func @booleans
// CHECK:         %[[BYTES:.*]] = llvm.load %{{.*}} : !llvm.ptr -> vector<4xi8>
// CHECK:         arith.cmpi ne, %[[BYTES]], %{{.*}} : vector<4xi8>
func.func @booleans(%k: memref<4xi1>, %y: memref<4xi32>) {
  linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]} ins(%k : memref<4xi1>) outs(%y : memref<4xi32>) {
  ^bb0(%a: i1, %o: i32):
    %w = arith.extui %a : i1 to i32
    linalg.yield %w : i32
  }
  return
}

// A copy past the caches: aligned stores where the target is aligned, else a copy like any other; a fence for other threads.
// CHECK-LABEL: func.func @streamed
// CHECK:         %[[START:.*]] = llvm.ptrtoint
// CHECK:         %[[REST:.*]] = arith.andi %[[START]], %{{.*}} : i64
// CHECK:         %[[ALIGNED:.*]] = arith.cmpi eq, %[[REST]]
// CHECK:         scf.if %[[ALIGNED]]
// CHECK:           llvm.store {{.*}} {alignment = {{16|32|64}} : i64, nontemporal} : vector<{{4|8|16}}xf32>, !llvm.ptr
// CHECK:         } else {
// CHECK-NOT:       nontemporal
// CHECK:           llvm.store
// CHECK:         llvm.call_intrinsic "llvm.x86.sse.sfence"
// CHECK:         return
func.func @streamed(%x: memref<16xf32>, %y: memref<16xf32, strided<[1], offset: ?>>) {
  memref.copy %x, %y {tile.past_caches} : memref<16xf32> to memref<16xf32, strided<[1], offset: ?>>
  return
}

// Long runs are loops; what is no run of whole vectors is copied like anything else.
// CHECK-LABEL: func.func @streamed_far
// CHECK:         scf.for
// CHECK:           llvm.store {{.*}} nontemporal
// CHECK-NOT:     nontemporal
// CHECK:         return
func.func @streamed_far(%x: memref<512x4xf32>, %y: memref<512x4xf32>, %a: memref<5xf32>, %b: memref<5xf32>) {
  memref.copy %x, %y {tile.past_caches} : memref<512x4xf32> to memref<512x4xf32>
  memref.copy %a, %b {tile.past_caches} : memref<5xf32> to memref<5xf32>
  return
}
