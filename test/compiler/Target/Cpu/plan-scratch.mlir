// RUN: espalier-opt %s --cpu-outline-grid --cpu-plan-scratch | FileCheck %s

// Each buffer starts at a multiple of 64 bytes; the runtime is told the sum, 64 + 128.
// CHECK-LABEL: func.func private @f_grid0
// CHECK-DAG:     llvm.getelementptr %arg3[0]
// CHECK-DAG:     llvm.getelementptr %arg3[64]
// CHECK-NOT:     memref.alloca
// CHECK-LABEL: func.func @f
// CHECK:         %[[BYTES:.*]] = arith.constant 192 : i64
// CHECK:         call @espalier_parallel_for(%arg0, %{{.*}}, %{{.*}}, %[[BYTES]], %{{.*}})
func.func @f(%n: index) {
  scf.forall (%i) in (%n) {
    %c0 = arith.constant 0 : index
    %zero = arith.constant 0.0 : f32
    %a = memref.alloca() : memref<3xf32>
    %b = memref.alloca() : memref<17xf32>
    memref.store %zero, %a[%c0] : memref<3xf32>
    memref.store %zero, %b[%c0] : memref<17xf32>
  } {mapping = [#tile.level<grid>]}
  return
}
