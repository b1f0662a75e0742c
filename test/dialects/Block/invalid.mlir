// RUN: espalier-opt %s -split-input-file -verify-diagnostics

// attend-C1
func.func @bounds(%N: index) {
  // expected-error @+1 {{expects 1 arguments of its bounds (axis indices), got 2}}
  %0 = block.attend softmax axes(%N) keys(%N) bounds {
  ^bb0(%i: index, %j: index):
    block.yield %i, %N : index, index
  } score {
  ^bb0(%i: index, %j: index):
    %s = arith.constant 1.0 : f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index):
    %v = arith.constant 1.0 : f32
    block.yield %v : f32
  } : tensor<?xf32>
  return
}

// -----
// attend-C1
func.func @no_key(%N: index) {
  // expected-error @+1 {{expects 2 arguments of its score (axis indices, key), got 1}}
  %0 = block.attend softmax axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    block.yield %i, %N : index, index
  } score {
  ^bb0(%i: index):
    %s = arith.constant 1.0 : f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index):
    %v = arith.constant 1.0 : f32
    block.yield %v : f32
  } : tensor<?xf32>
  return
}

// -----
// attend-C1
func.func @no_handle(%N: index, %a: tensor<?xf32>) {
  // expected-error @+1 {{expects 3 arguments of its values (axis indices, key, handles), got 2}}
  %0:2 = block.attend exp axes(%N) keys(%N) accumulate(%a : tensor<?xf32>) bounds {
  ^bb0(%i: index):
    block.yield %i, %N : index, index
  } score {
  ^bb0(%i: index, %j: index):
    %s = arith.constant 1.0 : f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index):
    %v = arith.constant 1.0 : f32
    block.yield %v : f32
  } : tensor<?xf32>, tensor<?xf32>
  return
}

// -----
// attend-C1
func.func @key_type(%N: index) {
  // expected-error @+1 {{expects argument 1 of its score to be of type 'index', got 'i32'}}
  %0 = block.attend softmax axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    block.yield %i, %N : index, index
  } score {
  ^bb0(%i: index, %j: i32):
    %s = arith.constant 1.0 : f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index):
    %v = arith.constant 1.0 : f32
    block.yield %v : f32
  } : tensor<?xf32>
  return
}

// -----
// attend-C1
func.func @two_blocks(%N: index) {
  // expected-error @+1 {{expects one block in its filter}}
  %0 = block.attend softmax axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    block.yield %i, %N : index, index
  } filter {
  ^bb0(%i: index, %j: index):
    %yes = arith.constant true
    block.yield %yes : i1
  ^bb1:
    %no = arith.constant false
    block.yield %no : i1
  } score {
  ^bb0(%i: index, %j: index):
    %s = arith.constant 1.0 : f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index):
    %v = arith.constant 1.0 : f32
    block.yield %v : f32
  } : tensor<?xf32>
  return
}

// -----
// attend-C2
func.func @one_bound(%N: index) {
  // expected-error @+1 {{expects its bounds to yield two indices, got 'index' (1)}}
  %0 = block.attend softmax axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    block.yield %i : index
  } score {
  ^bb0(%i: index, %j: index):
    %s = arith.constant 1.0 : f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index):
    %v = arith.constant 1.0 : f32
    block.yield %v : f32
  } : tensor<?xf32>
  return
}

// -----
// attend-C2
func.func @filter(%N: index) {
  // expected-error @+1 {{expects its filter to yield one i1, got 'index' (1)}}
  %0 = block.attend softmax axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    block.yield %i, %N : index, index
  } filter {
  ^bb0(%i: index, %j: index):
    block.yield %i : index
  } score {
  ^bb0(%i: index, %j: index):
    %s = arith.constant 1.0 : f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index):
    %v = arith.constant 1.0 : f32
    block.yield %v : f32
  } : tensor<?xf32>
  return
}

// -----
// attend-C2
func.func @half_score(%N: index) {
  // expected-error @+1 {{expects its score to yield one f32 or f64, got 'f16' (1)}}
  %0 = block.attend softmax axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    block.yield %i, %N : index, index
  } score {
  ^bb0(%i: index, %j: index):
    %s = arith.constant 1.0 : f16
    block.yield %s : f16
  } values {
  ^bb0(%i: index, %j: index):
    %v = arith.constant 1.0 : f32
    block.yield %v : f32
  } : tensor<?xf32>
  return
}

// -----
// attend-C2
func.func @no_yield(%N: index) {
  // expected-error @+1 {{expects its score to end in block.yield}}
  %0 = block.attend softmax axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    block.yield %i, %N : index, index
  } score {
  ^bb0(%i: index, %j: index):
    llvm.unreachable
  } values {
  ^bb0(%i: index, %j: index):
    %v = arith.constant 1.0 : f32
    block.yield %v : f32
  } : tensor<?xf32>
  return
}

// -----
// attend-C3
func.func @sums(%N: index) {
  // expected-error @+1 {{expects one yielded value per sum: 2 sums, got 1}}
  %0:2 = block.attend softmax axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    block.yield %i, %N : index, index
  } score {
  ^bb0(%i: index, %j: index):
    %s = arith.constant 1.0 : f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index):
    %v = arith.constant 1.0 : f32
    block.yield %v : f32
  } : tensor<?xf32>, tensor<?xf32>
  return
}

// -----
// attend-C3
func.func @rows(%N: index) {
  // expected-error @+1 {{yields 'f32' as value 0: expects the result 'tensor<?xf32>', got 'tensor<?x?xf32>'}}
  %0 = block.attend softmax axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    block.yield %i, %N : index, index
  } score {
  ^bb0(%i: index, %j: index):
    %s = arith.constant 1.0 : f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index):
    %v = arith.constant 1.0 : f32
    block.yield %v : f32
  } : tensor<?x?xf32>
  return
}

// -----
// attend-C3
func.func @half_sum(%N: index) {
  // expected-error @+1 {{yields 'f16' as value 0: expects the result 'tensor<?xf32>', got 'tensor<?xf16>'}}
  %0 = block.attend softmax axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    block.yield %i, %N : index, index
  } score {
  ^bb0(%i: index, %j: index):
    %s = arith.constant 1.0 : f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index):
    %v = arith.constant 1.0 : f16
    block.yield %v : f16
  } : tensor<?xf16>
  return
}

// -----
// attend-C3
func.func @value(%N: index) {
  // expected-error @+1 {{expects values of floats, got 'index' as value 0}}
  %0 = block.attend softmax axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    block.yield %i, %N : index, index
  } score {
  ^bb0(%i: index, %j: index):
    %s = arith.constant 1.0 : f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index):
    block.yield %j : index
  } : tensor<?xf32>
  return
}

// -----
// attend-C4
func.func @statistics(%N: index) {
  // expected-error @+1 {{expects 'softmax' for 'statistics', got 'exp'}}
  %0:2 = block.attend exp statistics axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    block.yield %i, %N : index, index
  } score {
  ^bb0(%i: index, %j: index):
    %s = arith.constant 1.0 : f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index):
    %v = arith.constant 1.0 : f32
    block.yield %v : f32
  } : tensor<?xf32>, tensor<?xf32>
  return
}

// -----
// attend-C4
func.func @statistic(%N: index) {
  // expected-error @+1 {{expects the result 'tensor<?xf32>' of 'statistics', got 'tensor<?xf64>'}}
  %0:2 = block.attend softmax statistics axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    block.yield %i, %N : index, index
  } score {
  ^bb0(%i: index, %j: index):
    %s = arith.constant 1.0 : f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index):
    %v = arith.constant 1.0 : f32
    block.yield %v : f32
  } : tensor<?xf32>, tensor<?xf64>
  return
}

// -----
// attend-C4
func.func @no_statistic(%N: index) {
  // expected-error @+1 {{expects a result per accumulator and one of 'statistics': 1, got 0 results}}
  block.attend softmax statistics axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    block.yield %i, %N : index, index
  } score {
  ^bb0(%i: index, %j: index):
    %s = arith.constant 1.0 : f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index):
    block.yield
  }
  return
}

// -----
// attend-C5
func.func @softmax(%N: index, %a: tensor<?xf32>) {
  // expected-error @+1 {{expects 'exp' for accumulators, got 'softmax'}}
  %0 = block.attend softmax axes(%N) keys(%N) accumulate(%a : tensor<?xf32>) bounds {
  ^bb0(%i: index):
    block.yield %i, %N : index, index
  } score {
  ^bb0(%i: index, %j: index):
    %s = arith.constant 1.0 : f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index, %acc: tensor<?xf32>):
    %v = arith.constant 1.0 : f32
    block.accumulate %v into %acc[%j] : f32 into tensor<?xf32>
    block.yield
  } : tensor<?xf32>
  return
}

// -----
// attend-C5
func.func @init(%N: index, %a: tensor<?xf32>) {
  // expected-error @+1 {{expects an accumulator's result of its initial value's type 'tensor<?xf32>', got 'tensor<?x?xf32>'}}
  %0 = block.attend exp axes(%N) keys(%N) accumulate(%a : tensor<?xf32>) bounds {
  ^bb0(%i: index):
    block.yield %i, %N : index, index
  } score {
  ^bb0(%i: index, %j: index):
    %s = arith.constant 1.0 : f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index, %acc: tensor<?xf32>):
    %v = arith.constant 1.0 : f32
    block.accumulate %v into %acc[%j] : f32 into tensor<?xf32>
    block.yield
  } : tensor<?x?xf32>
  return
}

// -----
// attend-C6
func.func @tree(%N: index, %T: !tree.tree<rooted>) {
  %0 = block.attend softmax axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    // expected-error @+1 {{cannot stand in the bounds of a block.attend: arith, math, tile and block without regions and effects can}}
    %n = tree.num_vertices %T : !tree.tree<rooted>
    block.yield %i, %n : index, index
  } score {
  ^bb0(%i: index, %j: index):
    %s = arith.constant 1.0 : f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index):
    %v = arith.constant 1.0 : f32
    block.yield %v : f32
  } : tensor<?xf32>
  return
}

// -----
// attend-C6
func.func @region(%N: index) {
  %0 = block.attend softmax axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    block.yield %i, %N : index, index
  } score {
  ^bb0(%i: index, %j: index):
    // expected-error @+1 {{cannot stand in the score of a block.attend}}
    %s = scf.execute_region -> f32 {
      %x = arith.constant 1.0 : f32
      scf.yield %x : f32
    }
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index):
    %v = arith.constant 1.0 : f32
    block.yield %v : f32
  } : tensor<?xf32>
  return
}

// -----
// attend-C7
func.func @nested(%c: i1, %N: index) {
  scf.if %c {
    // expected-error @+1 {{expects to stand in the body of a function}}
    %0 = block.attend softmax keys(%N) bounds {
      block.yield %N, %N : index, index
    } score {
    ^bb0(%j: index):
      %s = arith.constant 1.0 : f32
      block.yield %s : f32
    } values {
    ^bb0(%j: index):
      %v = arith.constant 1.0 : f32
      block.yield %v : f32
    } : tensor<f32>
  }
  return
}

// -----
// attend-C8, read-C3
func.func @read_handle(%N: index, %a: tensor<?xf32>) {
  %0 = block.attend exp axes(%N) keys(%N) accumulate(%a : tensor<?xf32>) bounds {
  ^bb0(%i: index):
    block.yield %i, %N : index, index
  } score {
  ^bb0(%i: index, %j: index):
    %s = arith.constant 1.0 : f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index, %acc: tensor<?xf32>):
    // expected-error @+1 {{expects a tensor from outside its block.attend}}
    %v = block.read %acc[%j] : tensor<?xf32> -> f32
    block.yield
  } : tensor<?xf32>
  return
}

// -----
// attend-C8
func.func @use_handle(%N: index, %a: tensor<4xf32>) {
  %0 = block.attend exp axes(%N) keys(%N) accumulate(%a : tensor<4xf32>) bounds {
  ^bb0(%i: index):
    block.yield %i, %N : index, index
  } score {
  ^bb0(%i: index, %j: index):
    %s = arith.constant 1.0 : f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index, %acc: tensor<4xf32>):
    // expected-error @+1 {{cannot use the handle of an accumulator; it is only for block.accumulate}}
    %v = arith.negf %acc : tensor<4xf32>
    block.yield
  } : tensor<4xf32>
  return
}

// -----
// read-C1
func.func @indices(%N: index, %x: tensor<?x?x4xf32>) {
  %0 = block.attend softmax axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    block.yield %i, %N : index, index
  } score {
  ^bb0(%i: index, %j: index):
    // expected-error @+1 {{expects 3 axes of 'tensor<?x?x4xf32>' to be bound by [batch], indices and tile, got 0 indices and a tile of rank 1}}
    %x_j = block.read %x[] : tensor<?x?x4xf32> -> tensor<4xf32>
    %s = arith.constant 1.0 : f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index):
    %v = arith.constant 1.0 : f32
    block.yield %v : f32
  } : tensor<?xf32>
  return
}

// -----
// read-C1
func.func @batch(%N: index, %x: tensor<?x?x4xf32>) {
  %0 = block.attend softmax axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    block.yield %i, %N : index, index
  } score {
  ^bb0(%i: index, %j: index):
    // expected-error @+1 {{leaves the first axis of 'tensor<?x?x4xf32>' unbound: the batch axis needs a block.attend with 'batch'}}
    %x_j = block.read %x[%j] : tensor<?x?x4xf32> -> tensor<4xf32>
    %s = arith.constant 1.0 : f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index):
    %v = arith.constant 1.0 : f32
    block.yield %v : f32
  } : tensor<?xf32>
  return
}

// -----
// read-C2
func.func @tile(%N: index, %x: tensor<?x?x4xf32>) {
  %0 = block.attend softmax axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    block.yield %i, %N : index, index
  } score {
  ^bb0(%i: index, %j: index):
    // expected-error @+1 {{expects the tile 'tensor<4xf32>' of 'tensor<?x?x4xf32>', got 'tensor<3xf32>'}}
    %x_j = block.read %x[%i, %j] : tensor<?x?x4xf32> -> tensor<3xf32>
    %s = arith.constant 1.0 : f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index):
    %v = arith.constant 1.0 : f32
    block.yield %v : f32
  } : tensor<?xf32>
  return
}

// -----
// read-C2
func.func @element(%N: index, %x: tensor<?x?x4xf32>) {
  %0 = block.attend softmax axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    block.yield %i, %N : index, index
  } score {
  ^bb0(%i: index, %j: index):
    // expected-error @+1 {{expects equal element types, got 'f32' and 'f64'}}
    %x_j = block.read %x[%i, %j] : tensor<?x?x4xf32> -> tensor<4xf64>
    %s = arith.constant 1.0 : f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index):
    %v = arith.constant 1.0 : f32
    block.yield %v : f32
  } : tensor<?xf32>
  return
}

// -----
// read-C3
func.func @outside(%x: tensor<?x4xf32>, %i: index) {
  // expected-error @+1 {{expects to stand in a block.attend}}
  %0 = block.read %x[%i] : tensor<?x4xf32> -> tensor<4xf32>
  return
}

// -----
// accumulate-C1
func.func @target(%N: index, %a: tensor<?xf32>) {
  %0 = block.attend exp axes(%N) keys(%N) accumulate(%a : tensor<?xf32>) bounds {
  ^bb0(%i: index):
    block.yield %i, %N : index, index
  } score {
  ^bb0(%i: index, %j: index):
    %s = arith.constant 1.0 : f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index, %acc: tensor<?xf32>):
    %v = arith.constant 1.0 : f32
    // expected-error @+1 {{expects an accumulator of the enclosing block.attend as its target}}
    block.accumulate %v into %a[%j] : f32 into tensor<?xf32>
    block.yield
  } : tensor<?xf32>
  return
}

// -----
// accumulate-C1, attend-C6
func.func @in_score(%N: index, %a: tensor<?xf32>) {
  %0 = block.attend softmax axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    block.yield %i, %N : index, index
  } score {
  ^bb0(%i: index, %j: index):
    %s = arith.constant 1.0 : f32
    // expected-error @+1 {{expects an accumulator of the enclosing block.attend as its target}}
    block.accumulate %s into %a[%j] : f32 into tensor<?xf32>
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index):
    %v = arith.constant 1.0 : f32
    block.yield %v : f32
  } : tensor<?xf32>
  return
}

// -----
// accumulate-C2
func.func @accumulated(%N: index, %a: tensor<?x4xf32>) {
  %0 = block.attend exp axes(%N) keys(%N) accumulate(%a : tensor<?x4xf32>) bounds {
  ^bb0(%i: index):
    block.yield %i, %N : index, index
  } score {
  ^bb0(%i: index, %j: index):
    %s = arith.constant 1.0 : f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index, %acc: tensor<?x4xf32>):
    %v = arith.constant dense<1.0> : tensor<3xf32>
    // expected-error @+1 {{expects the tile 'tensor<4xf32>' of 'tensor<?x4xf32>', got 'tensor<3xf32>'}}
    block.accumulate %v into %acc[%j] : tensor<3xf32> into tensor<?x4xf32>
    block.yield
  } : tensor<?x4xf32>
  return
}

// -----
// shared_levels-C1
func.func @no_levels(%i: index, %N: index, %x: tensor<4xf32>) {
  // expected-error @+1 {{expects 1 to 62 levels, got 0}}
  %n = block.shared_levels %i, %i levels 0 of %N
  return
}

// -----
// shared_levels-C1
func.func @many_levels(%i: index, %N: index, %x: tensor<4xf32>) {
  // expected-error @+1 {{expects 1 to 62 levels, got 63}}
  %n = block.shared_levels %i, %i levels 63 of %N
  return
}

// -----
// prefix-C1
func.func @axis(%i: index, %N: index, %x: tensor<4xf32>) {
  %n = block.shared_levels %i, %i levels 2 of %N
  // expected-error @+1 {{expects an axis of 0 to 0, got 1}}
  %p = block.prefix %x by %n axis 1 table [0, 2, 4] : tensor<4xf32>
  return
}

// -----
// prefix-C2
func.func @count(%i: index, %N: index, %x: tensor<4xf32>) {
  // expected-error @+1 {{expects a number of levels that is a block.shared_levels}}
  %p = block.prefix %x by %i axis 0 table [0, 2, 4] : tensor<4xf32>
  return
}

// -----
// prefix-C2
func.func @table(%i: index, %N: index, %x: tensor<4xf32>) {
  %n = block.shared_levels %i, %i levels 2 of %N
  // expected-error @+1 {{expects one length per number of levels, 0 to 2, got 2 lengths}}
  %p = block.prefix %x by %n axis 0 table [2, 4] : tensor<4xf32>
  return
}

// -----
// prefix-C3
func.func @length(%i: index, %N: index, %x: tensor<4xf32>) {
  %n = block.shared_levels %i, %i levels 2 of %N
  // expected-error @+1 {{expects lengths of 0 to 4, got 5}}
  %p = block.prefix %x by %n axis 0 table [0, 2, 5] : tensor<4xf32>
  return
}
