// RUN: espalier-opt %s --tile-order-contractions | FileCheck %s

// (b c) first would cost 10 * 10 * 10; (a b) first costs 1 * 10 * 10, twice.
// CHECK-LABEL: @left_first
// CHECK-SAME: (%[[A:.*]]: tensor<1x10xf32>, %[[B:.*]]: tensor<10x10xf32>, %[[C:.*]]: tensor<10x10xf32>)
func.func @left_first(%a: tensor<1x10xf32>, %b: tensor<10x10xf32>, %c: tensor<10x10xf32>) -> tensor<1x10xf32> {
  // CHECK-NEXT: %[[AB:.*]] = tile.contract "ab,bc->ac"(%[[A]], %[[B]]) : (tensor<1x10xf32>, tensor<10x10xf32>) -> tensor<1x10xf32>
  // CHECK-NEXT: %[[ABC:.*]] = tile.contract "ac,cd->ad"(%[[AB]], %[[C]])
  // CHECK-NEXT: return %[[ABC]]
  %0 = tile.contract "ab,bc,cd->ad" (%a, %b, %c) : (tensor<1x10xf32>, tensor<10x10xf32>, tensor<10x10xf32>) -> tensor<1x10xf32>
  return %0 : tensor<1x10xf32>
}

// CHECK-LABEL: @right_first
// CHECK-SAME: (%[[A:.*]]: tensor<10x10xf32>, %[[B:.*]]: tensor<10x10xf32>, %[[V:.*]]: tensor<10xf32>)
func.func @right_first(%a: tensor<10x10xf32>, %b: tensor<10x10xf32>, %v: tensor<10xf32>) -> tensor<10xf32> {
  // CHECK-NEXT: %[[BV:.*]] = tile.contract "bc,c->b"(%[[B]], %[[V]])
  // CHECK-NEXT: tile.contract "ab,b->a"(%[[A]], %[[BV]])
  %0 = tile.contract "ab,bc,c->a" (%a, %b, %v) : (tensor<10x10xf32>, tensor<10x10xf32>, tensor<10xf32>) -> tensor<10xf32>
  return %0 : tensor<10xf32>
}

// 16-bit factors enter products as they are; what is in between has the result's element type.
// CHECK-LABEL: @half
func.func @half(%a: tensor<1x10xbf16>, %b: tensor<10x10xbf16>, %c: tensor<10x10xf16>) -> tensor<1x10xf32> {
  // CHECK-NEXT: tile.contract "ab,bc->ac"(%{{.*}}) : (tensor<1x10xbf16>, tensor<10x10xbf16>) -> tensor<1x10xf32>
  // CHECK-NEXT: tile.contract "ac,cd->ad"(%{{.*}}) : (tensor<1x10xf32>, tensor<10x10xf16>) -> tensor<1x10xf32>
  %0 = tile.contract "ab,bc,cd->ad" (%a, %b, %c) : (tensor<1x10xbf16>, tensor<10x10xbf16>, tensor<10x10xf16>) -> tensor<1x10xf32>
  return %0 : tensor<1x10xf32>
}

// CHECK-LABEL: @single
// CHECK-SAME: (%[[X:.*]]: tensor<4x3x2xf32>, %[[H:.*]]: tensor<4xbf16>)
func.func @single(%x: tensor<4x3x2xf32>, %h: tensor<4xbf16>) -> (tensor<2x4xf32>, tensor<4xf32>, f32) {
  // CHECK-NEXT: %[[SUM:.*]] = tile.reduce sum %[[X]] [1] : tensor<4x3x2xf32> -> tensor<4x2xf32>
  // CHECK-NEXT: %[[T:.*]] = tile.transpose %[[SUM]] [1, 0] : tensor<4x2xf32> -> tensor<2x4xf32>
  %0 = tile.contract "abc->ca" (%x) : (tensor<4x3x2xf32>) -> tensor<2x4xf32>
  // CHECK-NEXT: %[[WIDE:.*]] = arith.extf %[[H]] : tensor<4xbf16> to tensor<4xf32>
  %1 = tile.contract "a->a" (%h) : (tensor<4xbf16>) -> tensor<4xf32>
  // CHECK-NEXT: %[[WIDER:.*]] = arith.extf %[[H]] : tensor<4xbf16> to tensor<4xf32>
  // CHECK-NEXT: %[[S:.*]] = tile.reduce sum %[[WIDER]] [0]
  // CHECK-NEXT: return %[[T]], %[[WIDE]], %[[S]]
  %2 = tile.contract "a->" (%h) : (tensor<4xbf16>) -> f32
  return %0, %1, %2 : tensor<2x4xf32>, tensor<4xf32>, f32
}

// A letter of one factor only is summed before the product.
// CHECK-LABEL: @sum_first
func.func @sum_first(%a: tensor<4x3xf32>, %b: tensor<4x2xf32>) -> tensor<2xf32> {
  // CHECK-NEXT: %[[SUM:.*]] = tile.reduce sum %{{.*}} [1] : tensor<4x3xf32> -> tensor<4xf32>
  // CHECK-NEXT: tile.contract "i,ik->k"(%[[SUM]]
  %0 = tile.contract "ij,ik->k" (%a, %b) : (tensor<4x3xf32>, tensor<4x2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// CHECK-LABEL: @scalar
// CHECK-SAME: (%[[S:.*]]: f32, %[[X:.*]]: tensor<4x3xf32>)
func.func @scalar(%s: f32, %x: tensor<4x3xf32>) -> (tensor<3x4xf32>, tensor<4x3xf32>, f32) {
  // CHECK-NEXT: %[[B:.*]] = tile.broadcast %[[S]] : f32 -> tensor<4x3xf32>
  // CHECK-NEXT: %[[P:.*]] = arith.mulf %[[B]], %[[X]]
  // CHECK-NEXT: %[[T:.*]] = tile.transpose %[[P]] [1, 0]
  %0 = tile.contract ",ij->ji" (%s, %x) : (f32, tensor<4x3xf32>) -> tensor<3x4xf32>
  // CHECK-NEXT: %[[Q:.*]] = arith.mulf %[[X]], %[[X]]
  %1 = tile.contract "ij,ij->ij" (%x, %x) : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x3xf32>
  // CHECK-NEXT: %[[R:.*]] = arith.mulf %[[S]], %[[S]] : f32
  // CHECK-NEXT: return %[[T]], %[[Q]], %[[R]]
  %2 = tile.contract ",->" (%s, %s) : (f32, f32) -> f32
  return %0, %1, %2 : tensor<3x4xf32>, tensor<4x3xf32>, f32
}

// Products of two stay, also those that look elementwise and are not.
// CHECK-LABEL: @pairs
func.func @pairs(%a: tensor<4x4xf32>, %v: tensor<4xf32>) -> (tensor<4x4xf32>, tensor<4xf32>, f32, tensor<4x4xf32>) {
  // CHECK-NEXT: tile.contract "ik,kj->ij"
  %0 = tile.contract "ik,kj->ij" (%a, %a) : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  // CHECK-NEXT: tile.contract "ij,ij->i"
  %1 = tile.contract "ij,ij->i" (%a, %a) : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4xf32>
  // CHECK-NEXT: tile.contract "i,i->"
  %2 = tile.contract "i,i->" (%v, %v) : (tensor<4xf32>, tensor<4xf32>) -> f32
  // CHECK-NEXT: tile.contract "i,j->ij"
  %3 = tile.contract "i,j->ij" (%v, %v) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4x4xf32>
  return %0, %1, %2, %3 : tensor<4x4xf32>, tensor<4xf32>, f32, tensor<4x4xf32>
}
