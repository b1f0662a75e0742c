// RUN: espalier-opt %s --split-input-file --verify-diagnostics --cpu-outline-grid --cpu-lower-solves --cpu-lower-contractions --cpu-vectorize-tiles --cpu-lower-faults --cpu-lower-trees --cpu-plan-scratch

// expected-error @below {{argument 0 of type 'memref<?xf32>' has no tile.shape}}
func.func @f(%x: memref<?xf32>) { return }

// -----

// expected-error @below {{tile.shape of argument 0 has 2 entries, its type 1 axes}}
func.func @f(%x: memref<?xf32> {tile.shape = array<i64: -1, 3>}) { return }

// -----

// expected-error @below {{argument 1 of type 'f32' is no row of a call}}
func.func @f(%n: index, %x: f32) { return }

// -----

func.func @f(%n: index, %x: memref<?xf32> {tile.shape = array<i64: -1>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-error @below {{a task of the grid captures this value and cannot recompute it}}
  %s = scf.for %i = %c0 to %n step %c1 iter_args(%a = %c0) -> index {
    %b = arith.addi %a, %i : index
    scf.yield %b : index
  }
  scf.forall (%i) in (%n) {
    %v = memref.load %x[%s] : memref<?xf32>
    memref.store %v, %x[%i] : memref<?xf32>
  } {mapping = [#tile.level<grid>]}
  return
}

// -----

func.func @f(%n: index) {
  scf.forall (%i) in (%n) {
    // expected-error @below {{a scratch buffer of a task has a static shape but for its first axis, and the identity layout, this one is 'memref<3x?xf32>'}}
    %s = memref.alloca(%n) : memref<3x?xf32>
    %v = memref.load %s[%i, %i] : memref<3x?xf32>
    memref.store %v, %s[%i, %i] : memref<3x?xf32>
  } {mapping = [#tile.level<grid>]}
  return
}

// -----

func.func @f(%n: index) {
  scf.forall (%i) in (%n) {
    // expected-error @below {{a scratch buffer of a task has a size from outside of the grid}}
    %s = memref.alloca(%i) : memref<?xf32>
    %v = memref.load %s[%i] : memref<?xf32>
    memref.store %v, %s[%i] : memref<?xf32>
  } {mapping = [#tile.level<grid>]}
  return
}

// -----

func.func @f(%a: memref<4x3xf32>, %b: memref<2x5xf32>, %c: memref<4x5xf32>) {
  // expected-error @below {{letter k of "ik,kj->ij" has sizes 3 and 2}}
  tile.contract_into "ik,kj->ij" set (%a, %b) into %c : (memref<4x3xf32>, memref<2x5xf32>) into memref<4x5xf32>
  return
}

// -----

func.func @f(%a: memref<4x3xf32>, %b: memref<3xf32>, %c: memref<4x5xf32>) {
  // expected-error @below {{"ik,kj->ij" does not fit an operand of type 'memref<3xf32>'}}
  tile.contract_into "ik,kj->ij" set (%a, %b) into %c : (memref<4x3xf32>, memref<3xf32>) into memref<4x5xf32>
  return
}

// -----

func.func @f(%s: memref<4x3xf32>, %b: memref<4xf32>, %w: memref<4x4xf32>) {
  %c0 = arith.constant 0 : index
  // expected-error @below {{expects a square matrix of f32 or f64, got 'memref<4x3xf32>'}}
  tile.solve_into general %s (%b) into (%b) scratch %w location 0 at %c0, %c0 : memref<4x3xf32> (memref<4xf32>) into (memref<4xf32>) scratch memref<4x4xf32>
  return
}

// -----

func.func @f(%s: memref<4x4xf32>, %b: memref<3xf32>, %w: memref<4x4xf32>) {
  %c0 = arith.constant 0 : index
  // expected-error @below {{right-hand side 'memref<3xf32>' and target 'memref<3xf32>' do not fit a matrix of type 'memref<4x4xf32>'}}
  tile.solve_into general %s (%b) into (%b) scratch %w location 0 at %c0, %c0 : memref<4x4xf32> (memref<3xf32>) into (memref<3xf32>) scratch memref<4x4xf32>
  return
}

// -----

#reversed = affine_map<(i) -> (3 - i)>
#line = affine_map<(i) -> (i)>
func.func @f(%x: memref<4xf32>, %y: memref<4xf32>) {
  // expected-error @below {{the CPU has no lowering for an operand of type 'memref<4xf32>' under the map affine_map<(d0) -> (-d0 + 3)>}}
  linalg.generic {indexing_maps = [#reversed, #line], iterator_types = ["parallel"]} ins(%x : memref<4xf32>) outs(%y : memref<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    linalg.yield %a : f32
  }
  return
}

// -----

func.func private @f(%parents: memref<?xi32>)  attributes {cpu.grid} {
  // expected-error @below {{stands in no function that has the call as its first argument}}
  tree.build row(0) location(0) from %parents : memref<?xi32>
  return
}

// -----

func.func private @f(%call: !llvm.ptr, %parents: memref<?xi32>, %yes: i1)  attributes {cpu.grid} {
  scf.if %yes {
    // expected-error @below {{trees grow at the top level of a kernel}}
    tree.build row(0) location(0) from %parents : memref<?xi32>
  }
  return
}
