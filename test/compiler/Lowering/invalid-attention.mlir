// RUN: espalier-opt %s -split-input-file -attach-schedules -structure-sweeps -verify-diagnostics

func.func @normalisation(%N: index, %x: tensor<?x4xf32> {tile.shape = array<i64: -1, 4>}) -> tensor<?xf32> {
  %y = block.attend softmax axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    block.yield %i, %N : index, index
  } score {
  ^bb0(%i: index, %j: index):
    %x_j = block.read %x[%j] : tensor<?x4xf32> -> tensor<4xf32>
    // expected-error @+1 {{has no mid-level form}}
    %n = tile.layer_norm %x_j axis 0 eps 1.0e-5 : tensor<4xf32>
    %s = tile.reduce sum %n [0] : tensor<4xf32> -> f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index):
    %one = arith.constant 1.0 : f32
    block.yield %one : f32
  } : tensor<?xf32>
  return %y : tensor<?xf32>
}

// -----

func.func @computed_keys(%N: index, %x: tensor<?xf32> {tile.shape = array<i64: -1>}) -> tensor<?xf32> {
  %M = arith.addi %N, %N : index
  // expected-error @+1 {{has an axis whose size is neither a constant nor an argument of the function}}
  %y = block.attend softmax axes(%N) keys(%M) bounds {
  ^bb0(%i: index):
    block.yield %i, %N : index, index
  } score {
  ^bb0(%i: index, %j: index):
    %s = block.read %x[%i] : tensor<?xf32> -> f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index):
    %one = arith.constant 1.0 : f32
    block.yield %one : f32
  } : tensor<?xf32>
  return %y : tensor<?xf32>
}
