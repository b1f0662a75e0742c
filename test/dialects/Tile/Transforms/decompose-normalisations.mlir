// RUN: espalier-opt %s --tile-decompose-normalisations | FileCheck %s

// CHECK-LABEL: @softmax
// CHECK-SAME: (%[[X:.*]]: tensor<4x3xf32>)
func.func @softmax(%x: tensor<4x3xf32>) -> tensor<4x3xf32> {
  // CHECK-DAG: %[[LEAST:.*]] = arith.constant dense<0xFF800000> : tensor<3xf32>
  // CHECK-DAG: %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : tensor<3xf32>
  // CHECK-DAG: %[[ONE:.*]] = arith.constant dense<1.000000e+00> : tensor<3xf32>
  // CHECK: %[[MAX:.*]] = tile.reduce max %[[X]] [0] : tensor<4x3xf32> -> tensor<3xf32>
  // CHECK-NEXT: %[[EMPTY:.*]] = arith.cmpf oeq, %[[MAX]], %[[LEAST]]
  // CHECK-NEXT: %[[SHIFT:.*]] = arith.select %[[EMPTY]], %[[ZERO]], %[[MAX]]
  // CHECK-NEXT: %[[COLUMN:.*]] = tile.reshape %[[SHIFT]] : tensor<3xf32> -> tensor<1x3xf32>
  // CHECK-NEXT: %[[SPREAD:.*]] = tile.broadcast %[[COLUMN]] : tensor<1x3xf32> -> tensor<4x3xf32>
  // CHECK-NEXT: %[[DIFFERENCE:.*]] = arith.subf %[[X]], %[[SPREAD]]
  // CHECK-NEXT: %[[EXP:.*]] = math.exp %[[DIFFERENCE]]
  // CHECK-NEXT: %[[SUM:.*]] = tile.reduce sum %[[EXP]] [0]
  // CHECK-NEXT: %[[SAFE:.*]] = arith.select %[[EMPTY]], %[[ONE]], %[[SUM]]
  // CHECK-NEXT: tile.reshape %[[SAFE]]
  // CHECK-NEXT: %[[SUMS:.*]] = tile.broadcast
  // CHECK-NEXT: arith.divf %[[EXP]], %[[SUMS]]
  %0 = tile.softmax %x axis 0 : tensor<4x3xf32>
  return %0 : tensor<4x3xf32>
}

// A single line: its maximum and its sum are scalars.
// CHECK-LABEL: @softmax_line
func.func @softmax_line(%x: tensor<5xf64>) -> tensor<5xf64> {
  // CHECK: tile.reduce max %{{.*}} [0] : tensor<5xf64> -> f64
  // CHECK: tile.broadcast %{{.*}} : f64 -> tensor<5xf64>
  // CHECK-NOT: tile.reshape
  // CHECK: return
  %0 = tile.softmax %x axis 0 : tensor<5xf64>
  return %0 : tensor<5xf64>
}

// CHECK-LABEL: @layer_norm
// CHECK-SAME: (%[[X:.*]]: tensor<4x3xf32>)
func.func @layer_norm(%x: tensor<4x3xf32>) -> tensor<4x3xf32> {
  // CHECK-DAG: %[[SIZE:.*]] = arith.constant dense<3.000000e+00> : tensor<4xf32>
  // CHECK-DAG: %[[EPS:.*]] = arith.constant dense<9.99999974E-6> : tensor<4xf32>
  // CHECK: %[[TOTAL:.*]] = tile.reduce sum %[[X]] [1] : tensor<4x3xf32> -> tensor<4xf32>
  // CHECK-NEXT: %[[MEAN:.*]] = arith.divf %[[TOTAL]], %[[SIZE]]
  // CHECK-NEXT: %[[COLUMN:.*]] = tile.reshape %[[MEAN]] : tensor<4xf32> -> tensor<4x1xf32>
  // CHECK-NEXT: %[[MEANS:.*]] = tile.broadcast %[[COLUMN]] : tensor<4x1xf32> -> tensor<4x3xf32>
  // CHECK-NEXT: %[[CENTRED:.*]] = arith.subf %[[X]], %[[MEANS]]
  // CHECK-NEXT: %[[SQUARE:.*]] = arith.mulf %[[CENTRED]], %[[CENTRED]]
  // CHECK-NEXT: %[[SQUARES:.*]] = tile.reduce sum %[[SQUARE]] [1]
  // CHECK-NEXT: %[[VARIANCE:.*]] = arith.divf %[[SQUARES]], %[[SIZE]]
  // CHECK-NEXT: %[[SHIFTED:.*]] = arith.addf %[[VARIANCE]], %[[EPS]]
  // CHECK-NEXT: math.sqrt %[[SHIFTED]]
  // CHECK: arith.divf %[[CENTRED]]
  %0 = tile.layer_norm %x axis 1 eps 1.0e-5 : tensor<4x3xf32>
  return %0 : tensor<4x3xf32>
}

// CHECK-LABEL: @logsumexp
// CHECK-SAME: (%[[X:.*]]: tensor<4x3x2xf32>)
func.func @logsumexp(%x: tensor<4x3x2xf32>) -> tensor<3xf32> {
  // CHECK-DAG: %[[INF:.*]] = arith.constant dense<0x7F800000> : tensor<3xf32>
  // CHECK-DAG: %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : tensor<3xf32>
  // CHECK: %[[MAX:.*]] = tile.reduce max %[[X]] [0, 2] : tensor<4x3x2xf32> -> tensor<3xf32>
  // CHECK-NEXT: %[[SIZE:.*]] = math.absf %[[MAX]]
  // CHECK-NEXT: %[[INFINITE:.*]] = arith.cmpf oeq, %[[SIZE]], %[[INF]]
  // CHECK-NEXT: %[[SHIFT:.*]] = arith.select %[[INFINITE]], %[[ZERO]], %[[MAX]]
  // CHECK-NEXT: tile.reshape %[[SHIFT]] : tensor<3xf32> -> tensor<1x3x1xf32>
  // CHECK: math.exp
  // CHECK-NEXT: %[[SUM:.*]] = tile.reduce sum %{{.*}} [0, 2]
  // CHECK-NEXT: %[[LOG:.*]] = math.log %[[SUM]]
  // CHECK-NEXT: arith.addf %[[LOG]], %[[SHIFT]]
  %0 = tile.reduce logsumexp %x [0, 2] : tensor<4x3x2xf32> -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// Other reductions stay.
// CHECK-LABEL: @others
func.func @others(%x: tensor<4xf32>) -> f32 {
  // CHECK-NEXT: tile.reduce max
  // CHECK-NEXT: return
  %0 = tile.reduce max %x [0] : tensor<4xf32> -> f32
  return %0 : f32
}
