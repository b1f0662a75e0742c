// RUN: espalier-opt %s -split-input-file -verify-diagnostics

// contract-C1
func.func @groups(%a: tensor<4x3xf32>) {
  // expected-error @+1 {{expects one group of letters per factor: "ik,kj->ij" has 2, got 1 factors}}
  %0 = tile.contract "ik,kj->ij" (%a) : (tensor<4x3xf32>) -> tensor<4x3xf32>
  return
}

// -----
// contract-C1
func.func @none() {
  // expected-error @+1 {{expects one group of letters per factor: "->" has 1, got 0 factors}}
  %0 = tile.contract "->" () : () -> f32
  return
}

// -----
// contract-C1
func.func @letters(%a: tensor<4x3xf32>) {
  // expected-error @+1 {{expects one letter per axis: 'i' has 1 letters, factor 0 of type 'tensor<4x3xf32>' has 2 axes}}
  %0 = tile.contract "i->i" (%a) : (tensor<4x3xf32>) -> tensor<4xf32>
  return
}

// -----
// contract-C1
func.func @result_letters(%a: tensor<4x3xf32>) {
  // expected-error @+1 {{'i' has 1 letters, the result of type 'f32' has 0 axes}}
  %0 = tile.contract "ij->i" (%a) : (tensor<4x3xf32>) -> f32
  return
}

// -----
// contract-C2
func.func @twice(%a: tensor<4x4xf32>) {
  // expected-error @+1 {{with subscripts "ii->i" names 'i' twice in 'ii'}}
  %0 = tile.contract "ii->i" (%a) : (tensor<4x4xf32>) -> tensor<4xf32>
  return
}

// -----
// contract-C2
func.func @no_letter(%a: tensor<4xf32>) {
  // expected-error @+1 {{expects letters a-z and A-Z, got '1'}}
  %0 = tile.contract "1->" (%a) : (tensor<4xf32>) -> f32
  return
}

// -----
// contract-C3
func.func @from_nowhere(%a: tensor<4xf32>) {
  // expected-error @+1 {{has 'j' in the output and in no factor}}
  %0 = tile.contract "i->ij" (%a) : (tensor<4xf32>) -> tensor<4x2xf32>
  return
}

// -----
// contract-C3
func.func @no_arrow(%a: tensor<4xf32>) {
  // expected-error @+1 {{with subscripts "i" has no '->'}}
  %0 = tile.contract "i" (%a) : (tensor<4xf32>) -> f32
  return
}

// -----
// contract-C3
func.func @sizes(%a: tensor<4x3xf32>, %b: tensor<4x2xf32>) {
  // expected-error @+1 {{expects one size for 'k', got 3 and 4 (factor 1)}}
  %0 = tile.contract "ik,kj->ij" (%a, %b) : (tensor<4x3xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>
  return
}

// -----
// contract-C3
func.func @result_size(%a: tensor<4x3xf32>) {
  // expected-error @+1 {{expects one size for 'i', got 4 and 5 (the result)}}
  %0 = tile.contract "ij->i" (%a) : (tensor<4x3xf32>) -> tensor<5xf32>
  return
}

// -----
// contract-C4
func.func @half_result(%a: tensor<4xf16>) {
  // expected-error @+1 {{expects a result of f32 or f64, got 'f16'}}
  %0 = tile.contract "i->" (%a) : (tensor<4xf16>) -> f16
  return
}

// -----
// contract-C4
func.func @narrow(%a: tensor<4xf64>) {
  // expected-error @+1 {{expects a result at least as wide as its factors, got 'f32' for a factor of 'f64'}}
  %0 = tile.contract "i->" (%a) : (tensor<4xf64>) -> f32
  return
}

// -----
// solve-C1
func.func @oblong(%S: tensor<4x3xf32>, %b: tensor<4xf32>) {
  // expected-error @+1 {{expects a square matrix, got 'tensor<4x3xf32>'}}
  %0 = tile.solve general %S (%b) : (tensor<4x3xf32>, tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----
// solve-C1
func.func @half_matrix(%S: tensor<4x4xf16>, %b: tensor<4xf16>) {
  // expected-error @+1 {{expects a matrix of f32 or f64, got 'f16'}}
  %0 = tile.solve general %S (%b) : (tensor<4x4xf16>, tensor<4xf16>) -> tensor<4xf16>
  return
}

// -----
// solve-C2
func.func @rows(%S: tensor<4x4xf32>, %b: tensor<5xf32>) {
  // expected-error @+1 {{expects right-hand sides with the rows of the matrix: 4 rows, got 5}}
  %0 = tile.solve general %S (%b) : (tensor<4x4xf32>, tensor<5xf32>) -> tensor<5xf32>
  return
}

// -----
// solve-C2
func.func @cube(%S: tensor<4x4xf32>, %b: tensor<4x1x1xf32>) {
  // expected-error @+1 {{expects right-hand sides of rank 1 or 2, got 'tensor<4x1x1xf32>'}}
  %0 = tile.solve general %S (%b) : (tensor<4x4xf32>, tensor<4x1x1xf32>) -> tensor<4x1x1xf32>
  return
}

// -----
// solve-C2
func.func @element(%S: tensor<4x4xf32>, %b: tensor<4xf64>) {
  // expected-error @+1 {{expects right-hand sides of the matrix's element type 'f32', got 'f64'}}
  %0 = tile.solve general %S (%b) : (tensor<4x4xf32>, tensor<4xf64>) -> tensor<4xf64>
  return
}

// -----
// solve-C3
func.func @solution(%S: tensor<4x4xf32>, %b: tensor<4xf32>) {
  // expected-error @+1 {{expects a solution of the right-hand side's type 'tensor<4xf32>', got 'tensor<4x1xf32>'}}
  %0 = tile.solve general %S (%b) : (tensor<4x4xf32>, tensor<4xf32>) -> tensor<4x1xf32>
  return
}

// -----
// solve-C3
func.func @solutions(%S: tensor<4x4xf32>, %b: tensor<4xf32>) {
  // expected-error @+1 {{expects one solution per right-hand side: 1 right-hand sides, got 2 solutions}}
  %0:2 = tile.solve general %S (%b) : (tensor<4x4xf32>, tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>)
  return
}

// -----
// solve-C4
func.func @symmetric(%S: tensor<4x4xf32>, %b: tensor<4xf32>) {
  // expected-error @+1 {{expects no 'transposed' with 'cholesky'}}
  %0 = tile.solve cholesky transposed %S (%b) : (tensor<4x4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----
// reduce-C1
func.func @order(%x: tensor<4x3xf32>) {
  // expected-error @+1 {{expects distinct ascending axes, got 1 before 0}}
  %0 = tile.reduce sum %x [1, 0] : tensor<4x3xf32> -> f32
  return
}

// -----
// reduce-C1
func.func @range(%x: tensor<4x3xf32>) {
  // expected-error @+1 {{expects axes in 0 .. 1 of 'tensor<4x3xf32>', got 2}}
  %0 = tile.reduce sum %x [2] : tensor<4x3xf32> -> tensor<4xf32>
  return
}

// -----
// reduce-C2
func.func @remaining(%x: tensor<4x3xf32>) {
  // expected-error @+1 {{expects the result 'tensor<4xf32>', got 'tensor<3xf32>'}}
  %0 = tile.reduce sum %x [1] : tensor<4x3xf32> -> tensor<3xf32>
  return
}

// -----
// reduce-C2
func.func @integer(%x: tensor<4xi32>) {
  // expected-error @+1 {{cannot combine elements of 'i32' by logsumexp}}
  %0 = tile.reduce logsumexp %x [0] : tensor<4xi32> -> i32
  return
}

// -----
// softmax-C1
func.func @softmax(%x: tensor<4x3xf32>) {
  // expected-error @+1 {{expects an axis in 0 .. 1 of 'tensor<4x3xf32>', got 2}}
  %0 = tile.softmax %x axis 2 : tensor<4x3xf32>
  return
}

// -----
// softmax-C1
func.func @half_softmax(%x: tensor<4xf16>) {
  // expected-error @+1 {{expects elements of f32 or f64, got 'f16'}}
  %0 = tile.softmax %x axis 0 : tensor<4xf16>
  return
}

// -----
// layer_norm-C1
func.func @eps(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects eps >= 0, got -1.0}}
  %0 = tile.layer_norm %x axis 0 eps -1.0 : tensor<4xf32>
  return
}

// -----
// layer_norm-C1
func.func @layer_norm_axis(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects an axis in 0 .. 0 of 'tensor<4xf32>', got -1}}
  %0 = tile.layer_norm %x axis -1 eps 0.0 : tensor<4xf32>
  return
}

// -----
// broadcast-C1
func.func @stretch(%x: tensor<3xf32>) {
  // expected-error @+1 {{cannot stretch axis 0 of size 3 to size 4}}
  %0 = tile.broadcast %x : tensor<3xf32> -> tensor<2x4xf32>
  return
}

// -----
// broadcast-C1
func.func @shrink(%x: tensor<1x3xf32>) {
  // expected-error @+1 {{expects at most as many axes as the result: 1, got 2}}
  %0 = tile.broadcast %x : tensor<1x3xf32> -> tensor<3xf32>
  return
}

// -----
// broadcast-C2
func.func @broadcast_element(%x: f32) {
  // expected-error @+1 {{expects equal element types, got 'f64' and 'f32'}}
  %0 = tile.broadcast %x : f32 -> tensor<3xf64>
  return
}

// -----
// transpose-C1
func.func @entries(%x: tensor<4x3xf32>) {
  // expected-error @+1 {{expects a permutation of 2 axes, got 1 entries}}
  %0 = tile.transpose %x [0] : tensor<4x3xf32> -> tensor<4x3xf32>
  return
}

// -----
// transpose-C1
func.func @repeated(%x: tensor<4x3xf32>) {
  // expected-error @+1 {{names axis 0 twice}}
  %0 = tile.transpose %x [0, 0] : tensor<4x3xf32> -> tensor<4x4xf32>
  return
}

// -----
// transpose-C1
func.func @out_of_range(%x: tensor<4x3xf32>) {
  // expected-error @+1 {{expects axes in 0 .. 1, got 2}}
  %0 = tile.transpose %x [0, 2] : tensor<4x3xf32> -> tensor<4x3xf32>
  return
}

// -----
// transpose-C2
func.func @permuted(%x: tensor<4x3xf32>) {
  // expected-error @+1 {{expects the result 'tensor<3x4xf32>', got 'tensor<4x3xf32>'}}
  %0 = tile.transpose %x [1, 0] : tensor<4x3xf32> -> tensor<4x3xf32>
  return
}

// -----
// reshape-C1
func.func @elements(%x: tensor<4x3xf32>) {
  // expected-error @+1 {{expects equally many elements, got 12 and 10}}
  %0 = tile.reshape %x : tensor<4x3xf32> -> tensor<10xf32>
  return
}

// -----
// slice-C1
func.func @slice(%x: tensor<4x3xf32>) {
  // expected-error @+1 {{reaches outside axis 1 of size 3: offset 2, size 2}}
  %0 = tile.slice %x [0, 2] : tensor<4x3xf32> -> tensor<4x2xf32>
  return
}

// -----
// slice-C1
func.func @negative(%x: tensor<4xf32>) {
  // expected-error @+1 {{reaches outside axis 0 of size 4: offset -1, size 2}}
  %0 = tile.slice %x [-1] : tensor<4xf32> -> tensor<2xf32>
  return
}

// -----
// slice-C1
func.func @offsets(%x: tensor<4x3xf32>) {
  // expected-error @+1 {{expects one offset per axis: 2 axes, got 1 offsets}}
  %0 = tile.slice %x [0] : tensor<4x3xf32> -> tensor<4x2xf32>
  return
}

// -----
// pad-C1
func.func @pad(%x: tensor<4xf32>) {
  // expected-error @+1 {{reaches outside axis 0 of size 5: offset 2, size 4}}
  %0 = tile.pad %x [2] : tensor<4xf32> -> tensor<5xf32>
  return
}

// -----
// pad-C1
func.func @pad_rank(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects equal ranks, got 1 and 2}}
  %0 = tile.pad %x [0, 0] : tensor<4xf32> -> tensor<4x1xf32>
  return
}

// -----
// concat-C1
func.func @concat_sum(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects the summed size 8 of axis 0, got 7}}
  %0 = tile.concat axis 0 (%x, %x) : (tensor<4xf32>, tensor<4xf32>) -> tensor<7xf32>
  return
}

// -----
// concat-C1
func.func @concat_side(%x: tensor<4x3xf32>, %y: tensor<4x2xf32>) {
  // expected-error @+1 {{expects size 3 of axis 1, got 2 for input 1}}
  %0 = tile.concat axis 0 (%x, %y) : (tensor<4x3xf32>, tensor<4x2xf32>) -> tensor<8x3xf32>
  return
}

// -----
// concat-C1
func.func @concat_none() {
  // expected-error @+1 {{expects at least one input}}
  %0 = tile.concat axis 0 () : () -> tensor<8x3xf32>
  return
}

// -----
// concat-C1
func.func @concat_axis(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects an axis in 0 .. 0, got 1}}
  %0 = tile.concat axis 1 (%x) : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----
// concat-C1
func.func @concat_rank(%x: tensor<4xf32>, %y: tensor<4x1xf32>) {
  // expected-error @+1 {{expects inputs of rank 1, got rank 2 for input 1}}
  %0 = tile.concat axis 0 (%x, %y) : (tensor<4xf32>, tensor<4x1xf32>) -> tensor<8xf32>
  return
}

// -----
// eye-C1
func.func @eye() {
  // expected-error @+1 {{expects a square matrix, got 'tensor<3x2xf32>'}}
  %0 = tile.eye : tensor<3x2xf32>
  return
}

// -----
// element-C1
func.func @positions(%x: tensor<4xf32>, %i: index) {
  // expected-error @+1 {{expects at most 1 positions for 'tensor<4xf32>', got 2}}
  %0 = tile.element %x[%i, %i] : tensor<4xf32> -> f32
  return
}

// -----
// element-C1
func.func @part(%x: tensor<4x3xf32>, %i: index) {
  // expected-error @+1 {{expects the part 'tensor<3xf32>' of 'tensor<4x3xf32>', got 'f32'}}
  %0 = tile.element %x[%i] : tensor<4x3xf32> -> f32
  return
}

// -----
// place-C1
func.func @place(%x: tensor<4xf32>, %i: index) {
  // expected-error @+1 {{expects the part 'tensor<3xf32>' of 'tensor<4x3xf32>', got 'tensor<4xf32>'}}
  %0 = tile.place %x at [%i] : tensor<4xf32> -> tensor<4x3xf32>
  return
}

// -----
// A scalar is no tensor of rank 0.
func.func @rank_zero(%x: tensor<f32>) {
  // expected-error @+1 {{operand #0 must be a tile (a tensor of static shape with at least one axis) or a scalar}}
  %0 = tile.broadcast %x : tensor<f32> -> tensor<4xf32>
  return
}
