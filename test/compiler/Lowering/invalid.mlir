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

// -----

func.func @channels_meet(%T: !tree.tree<rooted> {tree.vertices = 0 : i64}, %u: tensor<?x7xf32> {tile.shape = array<i64: -1, 7>}, %V: index) -> tensor<?x7xf32> {
  // expected-error @+1 {{is scheduled for 3 channels per task, but they meet, or a task is no point of axes}}
  %x = tree.sweep down over %T : !tree.tree<rooted> attributes {tree.schedule = #tree.schedule<traversal = reverse_post_order, tasks = axes, group = 0, grain = 1, points = 1, lanes = 16, rows = 14, vectors = 2, channels = 3, reason = "">} {
  ^bb0(%v: !tree.vertex, %self: tensor<?x7xf32>):
    %p = tree.parent %v of %T : !tree.tree<rooted>
    %above = tree.read %self[%p : !tree.vertex] : tensor<?x7xf32> -> tensor<7xf32>
    %s = tile.reduce sum %above [0] : tensor<7xf32> -> f32
    %t = tile.broadcast %s : f32 -> tensor<7xf32>
    tree.yield %t : tensor<7xf32>
  } : tensor<?x7xf32>
  return %x : tensor<?x7xf32>
}
