// RUN: espalier-opt %s --cpu-outline-grid --cpu-plan-scratch --cpu-convert-to-llvm | FileCheck %s

// A tree's table is a pointer of its espalier_tree; a view is arithmetic on an offset; nothing of the higher dialects is left.
// CHECK-LABEL: llvm.func @f_grid0(%arg0: !llvm.ptr, %arg1: i64, %arg2: i64, %arg3: !llvm.ptr)
// CHECK:         llvm.load %{{.*}} invariant : !llvm.ptr -> !llvm.ptr
// CHECK-NOT:     tree.
// CHECK-NOT:     memref.
// CHECK-NOT:     unrealized_conversion_cast
// CHECK-LABEL: llvm.func @f(%arg0: !llvm.ptr)
// CHECK:         llvm.mlir.addressof @f_grid0
// CHECK:         llvm.call @espalier_parallel_for
func.func @f(%G: !tree.tree<rooted>, %n: index, %x: memref<?x4xf32> {tile.shape = array<i64: -1, 4>}) {
  scf.forall (%b) in (%n) {
    %c0 = arith.constant 0 : index
    %parent = tree.table parent of %G at %b among %n : !tree.tree<rooted> -> memref<?xi32>
    %p = memref.load %parent[%c0] : memref<?xi32>
    %q = arith.index_cast %p : i32 to index
    %row = memref.subview %x[%q, 0] [1, 4] [1, 1] : memref<?x4xf32> to memref<4xf32, strided<[1], offset: ?>>
    %v = vector.load %row[%c0] : memref<4xf32, strided<[1], offset: ?>>, vector<4xf32>
    vector.store %v, %x[%b, %c0] : memref<?x4xf32>, vector<4xf32>
  } {mapping = [#tile.level<grid>]}
  return
}
