// RUN: espalier-opt %s --cpu-lower-trees | FileCheck %s

// CHECK-DAG:   func.func private @espalier_build_trees(!llvm.ptr, i64, i64, !llvm.ptr, !llvm.ptr, i64, i64) -> i32
// CHECK-DAG:   func.func private @espalier_list_edges(!llvm.ptr, i64, i64, !llvm.ptr, !llvm.ptr) -> i32
// CHECK-LABEL: func.func @f(%arg0: !llvm.ptr
// CHECK:         %[[NULL:.*]] = llvm.mlir.zero : !llvm.ptr
// CHECK:         memref.extract_aligned_pointer_as_index %arg1
// CHECK:         %[[LISTED:.*]] = call @espalier_list_edges(%arg0, %{{.*}}, %{{.*}}, %[[NULL]], %{{.*}})
// CHECK:         %[[OK:.*]] = arith.cmpi ne, %[[LISTED]]
// CHECK:         cf.cond_br %[[OK]], ^[[NEXT:.*]], ^[[EXIT:.*]]
// CHECK:       ^[[NEXT]]:
// CHECK:         %[[ROOT:.*]] = arith.index_cast %arg3 : index to i64
// CHECK:         %[[BUILT:.*]] = call @espalier_build_trees(%arg0, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %[[ROOT]], %{{.*}})
// CHECK:         %[[THERE:.*]] = arith.cmpi ne, %[[BUILT]]
// CHECK:         cf.cond_br %[[THERE]], ^[[REST:.*]], ^[[EXIT]]
// CHECK:       ^[[REST]]:
// CHECK-NEXT:    return
// CHECK:       ^[[EXIT]]:
// CHECK-NEXT:    return
func.func @f(%call: !llvm.ptr, %ends: memref<?x2xi32>, %costs: memref<?xf64>, %root: index) {
  tree.list_edges row(1) location(2) into %ends : memref<?x2xi32>
  tree.build row(1) location(2) from %costs : memref<?xf64> ends(%ends : memref<?x2xi32>) root(%root)
  return
}
