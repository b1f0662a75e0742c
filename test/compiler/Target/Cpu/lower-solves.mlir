// RUN: espalier-opt %s --cpu-lower-solves | FileCheck %s

// S and the right-hand sides side by side, each padded to whole vectors; a second attempt goes to the runtime.
// CHECK-DAG:   func.func private @espalier_solve_f32
// CHECK-LABEL: func.func @solve
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
func.func @solve(%s: memref<4x4xf32>, %b: memref<4x4xf32>, %x: memref<4x4xf32>, %w: memref<4x8xf32>) {
  %c0 = arith.constant 0 : index
  tile.solve_into general %s (%b) into (%x) scratch %w location 7 at %c0, %c0 : memref<4x4xf32> (memref<4x4xf32>) into (memref<4x4xf32>) scratch memref<4x8xf32>
  return
}
