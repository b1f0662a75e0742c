// RUN: espalier-opt %s -attach-schedules | FileCheck %s

// Sweeps before and after attention are no neighbours, even where they read nothing of it.
// CHECK-LABEL: func.func @between
// CHECK: tree.sweep each {{.*}}group = 0
// CHECK: block.attend softmax {{.*}}#block.schedule<tasks = tiles, group = 1, rows = 64, keys = 64, grain = {{[0-9]+}}, lanes = 16, productRows = 14, productVectors = 2, reason = "tiles of rows are independent; rows 64: {{[^"]*}} stay in 96 KB; grain
// CHECK: tree.sweep each {{.*}}group = 2
func.func @between(%x: tensor<?x16xf32>, %N: index) -> (tensor<?x16xf32>, tensor<?x16xf32>) {
  %a = tree.sweep each axes(%N) {
  ^bb0(%i: index, %self: tensor<?x16xf32>):
    %t = tree.read %x[%i : index] : tensor<?x16xf32> -> tensor<16xf32>
    %e = math.exp %t : tensor<16xf32>
    tree.yield %e : tensor<16xf32>
  } : tensor<?x16xf32>
  %o = block.attend softmax axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    %zero = arith.constant 0 : index
    block.yield %zero, %N : index, index
  } score {
  ^bb0(%i: index, %j: index):
    %q = block.read %a[%i] : tensor<?x16xf32> -> tensor<16xf32>
    %k = block.read %x[%j] : tensor<?x16xf32> -> tensor<16xf32>
    %s = tile.contract "a,a->"(%q, %k) : (tensor<16xf32>, tensor<16xf32>) -> f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index):
    %v = block.read %x[%j] : tensor<?x16xf32> -> tensor<16xf32>
    block.yield %v : tensor<16xf32>
  } : tensor<?x16xf32>
  %b = tree.sweep each axes(%N) {
  ^bb0(%i: index, %self: tensor<?x16xf32>):
    %t = tree.read %a[%i : index] : tensor<?x16xf32> -> tensor<16xf32>
    tree.yield %t : tensor<16xf32>
  } : tensor<?x16xf32>
  return %o, %b : tensor<?x16xf32>, tensor<?x16xf32>
}

// One row; wide heads: fewer keys at a time; a tile for every pair: smaller tiles of pairs.
// CHECK-LABEL: func.func @sizes
// CHECK: block.attend {{.*}}rows = 1, keys = {{32|64}}
// CHECK: block.attend {{.*}}rows = 8, keys = 16
// CHECK: block.attend {{.*}}rows = 8, keys = 16
func.func @sizes(%x: tensor<?x16xf32>, %y: tensor<?x1024xf32>, %z: tensor<?x60xf32>, %N: index) -> (tensor<f32>, tensor<?xf32>, tensor<?xf32>) {
  %a = block.attend softmax keys(%N) bounds {
    %zero = arith.constant 0 : index
    block.yield %zero, %N : index, index
  } score {
  ^bb0(%j: index):
    %k = block.read %x[%j] : tensor<?x16xf32> -> tensor<16xf32>
    %s = tile.reduce sum %k [0] : tensor<16xf32> -> f32
    block.yield %s : f32
  } values {
  ^bb0(%j: index):
    %one = arith.constant 1.0 : f32
    block.yield %one : f32
  } : tensor<f32>
  %b = block.attend softmax axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    %zero = arith.constant 0 : index
    block.yield %zero, %N : index, index
  } score {
  ^bb0(%i: index, %j: index):
    %q = block.read %y[%i] : tensor<?x1024xf32> -> tensor<1024xf32>
    %k = block.read %y[%j] : tensor<?x1024xf32> -> tensor<1024xf32>
    %s = tile.contract "a,a->"(%q, %k) : (tensor<1024xf32>, tensor<1024xf32>) -> f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index):
    %one = arith.constant 1.0 : f32
    block.yield %one : f32
  } : tensor<?xf32>
  %c = block.attend softmax axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    %zero = arith.constant 0 : index
    block.yield %zero, %N : index, index
  } score {
  ^bb0(%i: index, %j: index):
    %q = block.read %z[%i] : tensor<?x60xf32> -> tensor<60xf32>
    %k = block.read %z[%j] : tensor<?x60xf32> -> tensor<60xf32>
    %d = arith.subf %q, %k : tensor<60xf32>
    %s = tile.contract "a,a->"(%d, %d) : (tensor<60xf32>, tensor<60xf32>) -> f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index):
    %one = arith.constant 1.0 : f32
    block.yield %one : f32
  } : tensor<?xf32>
  return %a, %b, %c : tensor<f32>, tensor<?xf32>, tensor<?xf32>
}

// Accumulators are summed in one order.
// CHECK-LABEL: func.func @accumulators
// CHECK: block.attend exp {{.*}}tasks = batch
// CHECK: block.attend exp {{.*}}tasks = whole
func.func @accumulators(%x: tensor<?x?xf32>, %p: tensor<?xf32>, %s: tensor<f32>, %B: index, %N: index) -> (tensor<?xf32>, tensor<f32>) {
  %a = block.attend exp batch(%B) axes(%N) keys(%N) accumulate(%p : tensor<?xf32>) bounds {
  ^bb0(%i: index):
    block.yield %i, %N : index, index
  } score {
  ^bb0(%i: index, %j: index):
    %t = block.read %x[%j] : tensor<?x?xf32> -> f32
    block.yield %t : f32
  } values {
  ^bb0(%i: index, %j: index, %acc: tensor<?xf32>):
    %t = block.read %x[%i] : tensor<?x?xf32> -> f32
    block.accumulate %t into %acc[] : f32 into tensor<?xf32>
    block.yield
  } : tensor<?xf32>
  %b = block.attend exp batch(%B) axes(%N) keys(%N) accumulate(%s : tensor<f32>) bounds {
  ^bb0(%i: index):
    block.yield %i, %N : index, index
  } score {
  ^bb0(%i: index, %j: index):
    %t = block.read %x[%j] : tensor<?x?xf32> -> f32
    block.yield %t : f32
  } values {
  ^bb0(%i: index, %j: index, %acc: tensor<f32>):
    %t = block.read %x[%i] : tensor<?x?xf32> -> f32
    block.accumulate %t into %acc[] : f32 into tensor<f32>
    block.yield
  } : tensor<f32>
  return %a, %b : tensor<?xf32>, tensor<f32>
}
