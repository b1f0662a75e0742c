// RUN: espalier-opt %s -split-input-file -verify-diagnostics

// gather_lanes-C1
func.func @elements(%from: memref<?xf64>, %places: memref<16xi32>, %lanes: memref<16x3xf32, strided<[1, 16]>>) {
  // expected-error @+1 {{expects a line of 'f32', got 'memref<?xf64>'}}
  tile.gather_lanes %from places %places into %lanes : memref<?xf64>, memref<16xi32> into memref<16x3xf32, strided<[1, 16]>>
  return
}

// -----
// gather_lanes-C1
func.func @line(%from: memref<?x16xf32>, %places: memref<16xi32>, %lanes: memref<16x3xf32, strided<[1, 16]>>) {
  // expected-error @+1 {{expects a line of 'f32', got 'memref<?x16xf32>'}}
  tile.gather_lanes %from places %places into %lanes : memref<?x16xf32>, memref<16xi32> into memref<16x3xf32, strided<[1, 16]>>
  return
}

// -----
// gather_lanes-C2
func.func @places(%from: memref<?xf32>, %places: memref<8xi32>, %lanes: memref<16x3xf32, strided<[1, 16]>>) {
  // expected-error @+1 {{expects 16 places, got 'memref<8xi32>'}}
  tile.gather_lanes %from places %places into %lanes : memref<?xf32>, memref<8xi32> into memref<16x3xf32, strided<[1, 16]>>
  return
}

// -----
// gather_lanes-C3
func.func @rows(%from: memref<?xf32>, %places: memref<16xi32>, %lanes: memref<16x3xf32>) {
  // expected-error @+1 {{expects a dense tile with its lanes innermost and the other axes in order, got 'memref<16x3xf32>'}}
  tile.gather_lanes %from places %places into %lanes : memref<?xf32>, memref<16xi32> into memref<16x3xf32>
  return
}

// -----
// gather_lanes-C3
func.func @crossed(%from: memref<?xf32>, %places: memref<16xi32>, %lanes: memref<16x3x5xf32, strided<[1, 16, 48]>>) {
  // expected-error @+1 {{expects a dense tile with its lanes innermost}}
  tile.gather_lanes %from places %places into %lanes : memref<?xf32>, memref<16xi32> into memref<16x3x5xf32, strided<[1, 16, 48]>>
  return
}

// -----
// An empty tile lies anyhow.
func.func @empty(%from: memref<?xf32>, %places: memref<16xi32>, %lanes: memref<16x3x0xf32, strided<[1, 7, 7]>>) {
  tile.gather_lanes %from places %places into %lanes : memref<?xf32>, memref<16xi32> into memref<16x3x0xf32, strided<[1, 7, 7]>>
  return
}
