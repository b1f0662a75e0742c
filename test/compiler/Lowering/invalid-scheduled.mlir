// RUN: espalier-opt %s -split-input-file -attach-schedules -structure-sweeps -verify-diagnostics

func.func @normalisation(%N: index, %x: tensor<?x4xf32> {tile.shape = array<i64: -1, 4>}) -> tensor<?x4xf32> {
  %y = tree.sweep each axes(%N) {
  ^bb0(%i: index, %self: tensor<?x4xf32>):
    %x_i = tree.read %x[%i : index] : tensor<?x4xf32> -> tensor<4xf32>
    // expected-error @+1 {{has no mid-level form}}
    %s = tile.softmax %x_i axis 0 : tensor<4xf32>
    tree.yield %s : tensor<4xf32>
  } : tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

func.func @many_factors(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = tree.sweep each {
  ^bb0(%self: tensor<4xf32>):
    %v = tree.read %x[] : tensor<4xf32> -> tensor<4xf32>
    // expected-error @+1 {{has more than two factors: contractions are ordered before sweeps are structured}}
    %p = tile.contract "i,i,i->i"(%v, %v, %v) : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    tree.yield %p : tensor<4xf32>
  } : tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// expected-error @+1 {{argument 0 has sizes that are not constant and no 'tile.shape'}}
func.func @no_shape(%x: tensor<?xf32>, %N: index) -> tensor<?xf32> {
  %y = tree.sweep each axes(%N) {
  ^bb0(%i: index, %self: tensor<?xf32>):
    %v = tree.read %x[%i : index] : tensor<?xf32> -> f32
    tree.yield %v : f32
  } : tensor<?xf32>
  return %y : tensor<?xf32>
}

// -----

func.func @no_vertices(%G: !tree.tree<rooted>) -> tensor<?xf32> {
  // expected-error @+1 {{runs over a tree whose size is no row of the extents}}
  %y = tree.sweep each over %G : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %x = arith.constant 1.0 : f32
    tree.yield %x : f32
  } : tensor<?xf32>
  return %y : tensor<?xf32>
}

// -----

func.func @computed_size(%N: index) -> tensor<?xf32> {
  %M = arith.addi %N, %N : index
  // expected-error @+1 {{has an axis whose size is neither a constant nor an argument of the function}}
  %y = tree.sweep each axes(%M) {
  ^bb0(%i: index, %self: tensor<?xf32>):
    %x = arith.constant 1.0 : f32
    tree.yield %x : f32
  } : tensor<?xf32>
  return %y : tensor<?xf32>
}
