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

// Numbers against one limit are one check, of the largest; the first that is outside is named. Another fault at the same
// place keeps its turn, one at another place does not matter.
// CHECK-LABEL: func.func @numbers(
// CHECK-SAME:    %[[CALL:.*]]: !llvm.ptr, %[[BAD:.*]]: i1, %[[LIMIT:.*]]: index)
// CHECK:         %[[NINE:c9_.*]] = arith.constant 9 : index
// CHECK:         %[[ANY:.*]] = arith.cmpi uge, %[[NINE]], %[[LIMIT]]
// CHECK:         scf.if %[[ANY]] {
// CHECK:           %[[SEVEN:.*]] = arith.constant 7 : index
// CHECK:           %[[LAST:.*]] = arith.select %{{[^,]*}}, %{{[^,]*}}, %[[SEVEN]]
// CHECK:           %[[FIVE:.*]] = arith.constant 5 : index
// CHECK:           %[[FIRST:.*]] = arith.select %{{[^,]*}}, %[[FIVE]], %[[LAST]]
// CHECK:           %[[NUMBER:.*]] = arith.index_cast %[[FIRST]]
// CHECK:           func.call @espalier_report(%[[CALL]], %{{[^,]*}}, %{{[^,]*}}, %{{[^,]*}}, %{{[^,]*}}, %[[NUMBER]],
// CHECK:         scf.if %[[BAD]] {
// CHECK-COUNT-1:   func.call @espalier_report
// CHECK:         scf.if %[[BAD]] {
// CHECK-COUNT-1:   func.call @espalier_report
// CHECK:         scf.if %{{.*}} {
// CHECK-COUNT-1:   func.call @espalier_report
// CHECK-NOT:     func.call @espalier_report
func.func @numbers(%call: !llvm.ptr, %bad: i1, %limit: index) {
  %five = arith.constant 5 : index
  %nine = arith.constant 9 : index
  %seven = arith.constant 7 : index
  %not5 = arith.cmpi uge, %five, %limit : index
  %not9 = arith.cmpi uge, %nine, %limit : index
  %not7 = arith.cmpi uge, %seven, %limit : index
  tile.fault if %not5 kind 3 location 4 at %five, %five value %five limit %limit
  tile.fault if %bad kind 3 location 8 at %five, %five value %five limit %limit
  tile.fault if %not9 kind 3 location 4 at %five, %five value %nine limit %limit
  tile.fault if %not7 kind 3 location 4 at %five, %five value %seven limit %limit
  tile.fault if %bad kind 3 location 4 at %five, %five value %five limit %limit
  tile.fault if %not7 kind 3 location 4 at %five, %nine value %seven limit %limit
  return
}
