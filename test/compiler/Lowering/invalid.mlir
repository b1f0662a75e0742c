// RUN: espalier-opt %s -split-input-file -structure-sweeps -verify-diagnostics

func.func @no_schedule(%G: !tree.tree<rooted> {tree.vertices = 0}, %V: index) -> tensor<?xf32> {
  // expected-error @+1 {{has no schedule: attach-schedules runs before}}
  %y = tree.sweep each over %G : !tree.tree<rooted> {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %x = arith.constant 1.0 : f32
    tree.yield %x : f32
  } : tensor<?xf32>
  return %y : tensor<?xf32>
}

// -----

func.func @between(%x: tensor<?xf32> {tile.shape = array<i64: -1>}, %N: index) -> tensor<?xf32> {
  // expected-error @+1 {{has no mid-level form: between sweeps stand arithmetic on extents, views and growing trees}}
  %y = math.exp %x : tensor<?xf32>
  return %y : tensor<?xf32>
}

// -----

func.func @no_row(%G: !tree.tree<rooted> {tree.vertices = 0}, %p: tensor<?xi32> {tile.shape = array<i64: -1>}, %N: index) -> tensor<?xi32> {
  // expected-error @+1 {{has no place among the trees of the kernel: 'row' names an argument of the tree's type}}
  %T = tree.from_parents %p : tensor<?xi32> -> !tree.tree<rooted>
  return %p : tensor<?xi32>
}

// -----

func.func @another_kind(%G: !tree.tree<rooted> {tree.vertices = 0}, %p: tensor<?xi32> {tile.shape = array<i64: -1>}, %N: index) -> tensor<?xi32> {
  // expected-error @+1 {{has no place among the trees of the kernel: 'row' names an argument of the tree's type}}
  %T = tree.from_parents %p {row = 0} : tensor<?xi32> -> !tree.tree<forest>
  return %p : tensor<?xi32>
}

// -----

func.func @size_of_a_view(%x: tensor<?xf32> {tile.shape = array<i64: -1>}, %N: index) -> tensor<?x?xf32> {
  %c2 = arith.constant 2 : index
  %half = arith.divui %N, %c2 : index
  // expected-error @+1 {{has a size that is neither a constant nor an argument of the function}}
  %y = tree.view %x sizes(%half, %c2) : tensor<?xf32> -> tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}

// -----

func.func @attention(%x: tensor<?xf32> {tile.shape = array<i64: -1>}, %N: index) -> tensor<?xf32> {
  // expected-error @+1 {{has no schedule: attach-schedules runs before}}
  %y = block.attend softmax axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    block.yield %i, %N : index, index
  } score {
  ^bb0(%i: index, %j: index):
    %s = block.read %x[%j] : tensor<?xf32> -> f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index):
    %v = block.read %x[%j] : tensor<?xf32> -> f32
    block.yield %v : f32
  } : tensor<?xf32>
  return %y : tensor<?xf32>
}
