// RUN: espalier-opt %s -split-input-file -verify-diagnostics

// scan_into-C1
func.func @terms(%a: memref<8x3xf32>, %c: memref<3xf32>, %h: memref<8x3xf32>) {
  // expected-error @+1 {{expects as many terms and carried tiles as targets, at least one; got 2, 1 and 1}}
  %0 = tile.scan_into [0] of (%a : memref<8x3xf32>) plus (%a, %a) from (%c) into (%h) : memref<8x3xf32>, memref<8x3xf32> from memref<3xf32> into memref<8x3xf32>
  return
}

// -----
// scan_into-C2
func.func @pattern(%a: memref<8x3xf32>, %c: memref<3xf32>, %h: memref<8x3xf32>) {
  // expected-error @+1 {{expects a pattern of 1 entries, got 2}}
  %0 = tile.scan_into [0, 0] of (%a : memref<8x3xf32>) plus (%a) from (%c) into (%h) : memref<8x3xf32> from memref<3xf32> into memref<8x3xf32>
  return
}

// -----
// scan_into-C2
func.func @coefficient(%a: memref<8x3xf32>, %c: memref<3xf32>, %h: memref<8x3xf32>) {
  // expected-error @+1 {{names coefficient 1 of 1}}
  %0 = tile.scan_into [1] of (%a : memref<8x3xf32>) plus (%a) from (%c) into (%h) : memref<8x3xf32> from memref<3xf32> into memref<8x3xf32>
  return
}

// -----
// scan_into-C3
func.func @number(%a: memref<f32>, %h: memref<f32>) {
  // expected-error @+1 {{expects targets of f32 or f64 with an axis for the points, got 'memref<f32>'}}
  %0 = tile.scan_into [-1] plus (%a) from (%a) into (%h) : memref<f32> from memref<f32> into memref<f32>
  return
}

// -----
// scan_into-C3
func.func @half(%a: memref<8xf16>, %c: memref<f16>, %h: memref<8xf16>) {
  // expected-error @+1 {{expects targets of f32 or f64 with an axis for the points, got 'memref<8xf16>'}}
  %0 = tile.scan_into [-1] plus (%a) from (%c) into (%h) : memref<8xf16> from memref<f16> into memref<8xf16>
  return
}

// -----
// scan_into-C3
func.func @shape(%a: memref<8x4xf32>, %c: memref<3xf32>, %h: memref<8x3xf32>) {
  // expected-error @+1 {{expects operands with the points and tiles, or the tiles, of 'memref<8x3xf32>'}}
  %0 = tile.scan_into [-1] plus (%a) from (%c) into (%h) : memref<8x4xf32> from memref<3xf32> into memref<8x3xf32>
  return
}

// -----
// scan_into-C3
func.func @element(%a: memref<8x3xf32>, %c: memref<3xf64>, %h: memref<8x3xf32>) {
  // expected-error @+1 {{expects operands with the points and tiles, or the tiles, of 'memref<8x3xf32>'}}
  %0 = tile.scan_into [-1] plus (%a) from (%c) into (%h) : memref<8x3xf32> from memref<3xf64> into memref<8x3xf32>
  return
}
