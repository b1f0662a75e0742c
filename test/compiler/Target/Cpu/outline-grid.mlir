// RUN: espalier-opt %s --cpu-outline-grid | FileCheck %s

// The task reads the tables of the call and recomputes the scalar that it captures; the kernel calls the runtime.

// CHECK-LABEL: func.func private @scale_grid0(%arg0: !llvm.ptr, %arg1: i64, %arg2: i64, %arg3: !llvm.ptr)
// CHECK-SAME:    cpu.grid, tile.forwards
// CHECK-DAG:     arith.muli %{{.*}}, %{{.*}} : index
// CHECK:         scf.for %[[I:.*]] = %{{.*}} to %{{.*}} step
// CHECK:           memref.load %{{.*}}[%[[I]]] : memref<?xf32>
// CHECK-LABEL: func.func @scale(%arg0: !llvm.ptr)
// CHECK-DAG:     %[[GRAIN:.*]] = arith.constant 8 : i64
// CHECK-DAG:     %[[TASK:.*]] = constant @scale_grid0
// CHECK-DAG:     %[[ADDRESS:.*]] = builtin.unrealized_conversion_cast %[[TASK]]
// CHECK:         call @espalier_parallel_for(%arg0, %{{.*}}, %[[GRAIN]], %{{.*}}, %[[ADDRESS]])
func.func @scale(%n: index, %x: memref<?xf32> {tile.shape = array<i64: -1>}) {
  %m = arith.muli %n, %n : index
  scf.forall (%i) in (%n) {
    %v = memref.load %x[%i] : memref<?xf32>
    %k = arith.index_cast %m : index to i32
    %f = arith.sitofp %k : i32 to f32
    %w = arith.mulf %v, %f : f32
    memref.store %w, %x[%i] : memref<?xf32>
  } {tile.forwards, tile.grain = 8 : i64, mapping = [#tile.level<grid>]}
  return
}
