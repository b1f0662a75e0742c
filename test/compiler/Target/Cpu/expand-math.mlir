// RUN: espalier-opt %s --cpu-expand-math | FileCheck %s

// CHECK-DAG:   func.func private @sin(f64) -> f64
// CHECK-DAG:   func.func private @expf(f32) -> f32

// A vector of f32 has a polynomial, a scalar is libm's.
// CHECK-LABEL: func.func @exponential
// CHECK:         vector.fma
// CHECK-NOT:     math.exp
// CHECK:         call @expf
func.func @exponential(%x: vector<4xf32>, %y: f32) -> (vector<4xf32>, f32) {
  %a = math.exp %x : vector<4xf32>
  %b = math.exp %y : f32
  return %a, %b : vector<4xf32>, f32
}

// The exponential of doubles is arithmetic, in vectors and alone.
// CHECK-LABEL: func.func @double_exponential
// CHECK-NOT:     math.exp
// CHECK-NOT:     call
// CHECK:         math.fma %{{.*}} : vector<8xf64>
// CHECK:         math.fma %{{.*}} : f64
// CHECK:         return
func.func @double_exponential(%x: vector<8xf64>, %y: f64) -> (vector<8xf64>, f64) {
  %a = math.exp %x : vector<8xf64>
  %b = math.exp %y : f64
  return %a, %b : vector<8xf64>, f64
}

// Other functions are called lane by lane.
// CHECK-LABEL: func.func @sine
// CHECK:         %[[LANES:.*]] = memref.alloca() : memref<8xf64>
// CHECK:         vector.store %{{.*}}, %[[LANES]]
// CHECK:         scf.for
// CHECK:           call @sin
// CHECK:         vector.load %[[LANES]]
func.func @sine(%x: vector<8xf64>) -> vector<8xf64> {
  %a = math.sin %x : vector<8xf64>
  return %a : vector<8xf64>
}

// 16-bit numbers are computed in f32.
// CHECK-LABEL: func.func @narrow
// CHECK:         arith.extf %{{.*}} : vector<4xbf16> to vector<4xf32>
// CHECK-NOT:     math.tanh
func.func @narrow(%x: vector<4xbf16>) -> vector<4xbf16> {
  %a = math.tanh %x : vector<4xbf16>
  return %a : vector<4xbf16>
}
