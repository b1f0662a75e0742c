// RUN: espalier-opt %s -split-input-file -structure-sweeps -verify-diagnostics

#paths = #tree.schedule<traversal = post_order, tasks = axes, group = 0, grain = 1, points = 1, lanes = 16, rows = 14, vectors = 2, parts = 4, paths = 2, inPlace = true, reason = "">
func.func @paths(%T: !tree.tree<rooted> {tree.vertices = 0 : i64}, %u: tensor<?xf32> {tile.shape = array<i64: -1>}, %V: index) -> tensor<?xf32> {
  // expected-error @+1 {{is scheduled for results over definitions, but its group is not, or does not visit vertex by vertex, a task for each point of axes, without paths}}
  %x = tree.sweep up over %T : !tree.tree<rooted> attributes {tree.schedule = #paths} {
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

// One sweep of the group is not scheduled so.
#over = #tree.schedule<traversal = post_order, tasks = axes, group = 0, grain = 1, points = 1, lanes = 16, rows = 14, vectors = 2, inPlace = true, reason = "">
#beside = #tree.schedule<traversal = reverse_post_order, tasks = axes, group = 0, grain = 1, points = 1, lanes = 16, rows = 14, vectors = 2, reason = "">
func.func @alike(%T: !tree.tree<rooted> {tree.vertices = 0 : i64}, %u: tensor<?xf32> {tile.shape = array<i64: -1>}, %V: index) -> tensor<?xf32> {
  // expected-error @+1 {{is scheduled for results over definitions, but its group is not}}
  %x = tree.sweep up over %T : !tree.tree<rooted> attributes {tree.schedule = #over} {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %u_v = tree.read %u[%v : !tree.vertex] : tensor<?xf32> -> f32
    tree.yield %u_v : f32
  } : tensor<?xf32>
  %y = tree.sweep down over %T : !tree.tree<rooted> attributes {tree.schedule = #beside} {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %x_v = tree.read %x[%v : !tree.vertex] : tensor<?xf32> -> f32
    tree.yield %x_v : f32
  } : tensor<?xf32>
  return %y : tensor<?xf32>
}
