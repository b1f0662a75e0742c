// RUN: espalier-opt %s --cpu-lower-faults | FileCheck %s

// CHECK-DAG:   func.func private @espalier_report(!llvm.ptr, i32, i64, i64, i64, i64, i64)
// CHECK-LABEL: func.func @f(%arg0: !llvm.ptr
// CHECK:         scf.if %arg1 {
// CHECK-DAG:       %[[KIND:.*]] = arith.constant 3 : i32
// CHECK-DAG:       %[[PLACE:.*]] = arith.constant 4 : i64
// CHECK:           func.call @espalier_report(%arg0, %[[KIND]], %[[PLACE]]
func.func @f(%call: !llvm.ptr, %bad: i1, %i: index) {
  tile.fault if %bad kind 3 location 4 at %i, %i value %i limit %i
  return
}

// One report of each fault is enough; another index is another fault.
// CHECK-LABEL: func.func @repeated(
// CHECK-COUNT-2: func.call @espalier_report
// CHECK-NOT:     func.call @espalier_report
func.func @repeated(%call: !llvm.ptr, %bad: i1, %i: index, %j: index) {
  tile.fault if %bad kind 3 location 4 at %i, %i value %i limit %i
  tile.fault if %bad kind 3 location 4 at %i, %i value %j limit %i
  tile.fault if %bad kind 3 location 4 at %i, %i value %i limit %i
  return
}
