// RUN: espalier-opt %s --cpu-lower-solves --split-input-file | FileCheck %s

// A system of no more equations than a vector has lanes is solved where it lies; what is distrusted goes to the runtime.
// CHECK-DAG:   func.func private @espalier_solve_f32
// CHECK-LABEL: func.func @placed
// CHECK:         %[[TRUSTED:.*]] = call @solve_general_f32_4_by_4_at_7_3_at_3_to_3(%{{.*}}) : (!llvm.ptr, !llvm.ptr, !llvm.ptr, !llvm.ptr, index) -> i1
// CHECK:         %[[APART:.*]] = arith.xori %[[TRUSTED]]
// CHECK:         scf.if %[[APART]] {
// CHECK:           memref.alloca() : memref<4x8xf32>
// CHECK:           func.call @espalier_solve_f32
// CHECK:           tile.fault if %{{.*}} kind 1 location 7
// CHECK-LABEL: func.func private @solve_general_f32_4_by_4_at_7_3_at_3_to_3
// CHECK:         arith.divf
// CHECK:         vector.shuffle
// CHECK:         arith.cmpf ogt
// CHECK:         scf.if %[[VERDICT:.*]] {
// CHECK:           llvm.intr.masked.store
// CHECK:         }
// CHECK:         return %[[VERDICT]]
func.func @placed(%s: memref<4x4xf32, strided<[7, 1]>>, %b: memref<4x3xf32>, %x: memref<4x3xf32>, %w: memref<4x7xf32>) {
  %c0 = arith.constant 0 : index
  tile.solve_into general %s (%b) into (%x) scratch %w location 7 at %c0, %c0 : memref<4x4xf32, strided<[7, 1]>> (memref<4x3xf32>) into (memref<4x3xf32>) scratch memref<4x7xf32>
  return
}

// -----

// Others are copied: S and the right-hand sides side by side, each padded to whole vectors; a second attempt goes to the runtime.
// CHECK-DAG:   func.func private @espalier_solve_f32
// CHECK-LABEL: func.func @copied
// CHECK:         %[[WORK:.*]] = memref.alloca() : memref<4x8xf32>
// CHECK:         scf.for
// CHECK:           func.call @solve_general_f32_4x4_by_4(%[[WORK]]) : (memref<4x8xf32>) -> i1
// CHECK:           func.call @espalier_solve_f32
// CHECK:           tile.fault if %{{.*}} kind 1 location 7
// CHECK-LABEL: func.func private @solve_general_f32_4x4_by_4(%arg0: memref<4x8xf32>) -> i1
// CHECK:         arith.divf
// CHECK:         vector.shuffle
// CHECK:         arith.cmpf ogt
// CHECK:         arith.cmpf ole
func.func @copied(%s: memref<4x4xf32>, %b: memref<4x4xf32>, %x: memref<4x4xf32>, %w: memref<4x8xf32>) {
  %c0 = arith.constant 0 : index
  tile.solve_into general transposed %s (%b) into (%x) scratch %w location 7 at %c0, %c0 : memref<4x4xf32> (memref<4x4xf32>) into (memref<4x4xf32>) scratch memref<4x8xf32>
  return
}
