// RUN: espalier-opt %s -split-input-file -structure-sweeps -verify-diagnostics

#down = #tree.schedule<traversal = reverse_post_order, tasks = axes, group = 0, grain = 1, points = 1, lanes = 16, rows = 14, vectors = 2, pushed = true, reason = "">
func.func @no_sums(%T: !tree.tree<rooted> {tree.vertices = 0 : i64}, %u: tensor<?xf32> {tile.shape = array<i64: -1>}, %V: index) -> tensor<?xf32> {
  // expected-error @+1 {{is scheduled for sums to which children add, but it has none}}
  %x = tree.sweep down over %T : !tree.tree<rooted> attributes {tree.schedule = #down} {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %u_v = tree.read %u[%v : !tree.vertex] : tensor<?xf32> -> f32
    tree.yield %u_v : f32
  } : tensor<?xf32>
  return %x : tensor<?xf32>
}

// -----

#parts = #tree.schedule<traversal = post_order, tasks = axes, group = 0, grain = 1, points = 1, lanes = 16, rows = 14, vectors = 2, parts = 4, pushed = true, reason = "">
func.func @parts(%T: !tree.tree<rooted> {tree.vertices = 0 : i64}, %u: tensor<?xf32> {tile.shape = array<i64: -1>}, %V: index) -> tensor<?xf32> {
  // expected-error @+1 {{is scheduled for sums to which children add}}
  %x = tree.sweep up over %T : !tree.tree<rooted> attributes {tree.schedule = #parts} {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %u_v = tree.read %u[%v : !tree.vertex] : tensor<?xf32> -> f32
    %below = tree.reduce [sum] over children(%v) of %T : !tree.tree<rooted> {
    ^bb0(%c: !tree.vertex):
      %x_c = tree.read %self[%c : !tree.vertex] : tensor<?xf32> -> f32
      tree.yield %x_c : f32
    } : f32
    %s = arith.addf %u_v, %below : f32
    tree.yield %s : f32
  } : tensor<?xf32>
  return %x : tensor<?xf32>
}

// -----

// What is read at an index that is computed could be a fault, which names the parent.
#gather = #tree.schedule<traversal = post_order, tasks = axes, group = 0, grain = 1, points = 1, lanes = 16, rows = 14, vectors = 2, pushed = true, reason = "">
func.func @gather(%T: !tree.tree<rooted> {tree.vertices = 0 : i64}, %u: tensor<?xf32> {tile.shape = array<i64: -1>}, %V: index) -> tensor<?xf32> {
  // expected-error @+1 {{is scheduled for sums to which children add}}
  %x = tree.sweep up over %T : !tree.tree<rooted> attributes {tree.schedule = #gather} {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %below = tree.reduce [sum] over children(%v) of %T : !tree.tree<rooted> {
    ^bb0(%c: !tree.vertex):
      %d = tree.depth %c of %T : !tree.tree<rooted>
      %u_d = tree.read %u[%d : index] : tensor<?xf32> -> f32
      tree.yield %u_d : f32
    } : f32
    tree.yield %below : f32
  } : tensor<?xf32>
  return %x : tensor<?xf32>
}
