// RUN: espalier-opt %s -split-input-file -structure-sweeps -verify-diagnostics

#four = #tree.schedule<traversal = post_order, tasks = axes, group = 0, grain = 1, points = 1, lanes = 16, rows = 14, vectors = 2, parts = 4, reason = "">
#none = #tree.schedule<traversal = reverse_post_order, tasks = axes, group = 0, grain = 1, points = 1, lanes = 16, rows = 14, vectors = 2, reason = "">
func.func @other_parts(%T: !tree.tree<rooted> {tree.vertices = 0 : i64}, %u: tensor<?xf32> {tile.shape = array<i64: -1>}, %V: index) -> tensor<?xf32> {
  // expected-error @+1 {{is scheduled for 4 parts of its tree, but its group does not go up and down one tree with the same parts}}
  %x = tree.sweep up over %T : !tree.tree<rooted> attributes {tree.schedule = #four} {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %u_v = tree.read %u[%v : !tree.vertex] : tensor<?xf32> -> f32
    tree.yield %u_v : f32
  } : tensor<?xf32>
  %y = tree.sweep down over %T : !tree.tree<rooted> attributes {tree.schedule = #none} {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %x_v = tree.read %x[%v : !tree.vertex] : tensor<?xf32> -> f32
    tree.yield %x_v : f32
  } : tensor<?xf32>
  return %y : tensor<?xf32>
}

// -----

#chain = #tree.schedule<traversal = ascending, tasks = axes, group = 0, grain = 1, points = 1, lanes = 16, rows = 14, vectors = 2, parts = 4, reason = "">
func.func @chain(%T: !tree.tree<chain> {tree.vertices = 0 : i64}, %u: tensor<?xf32> {tile.shape = array<i64: -1>}, %V: index) -> tensor<?xf32> {
  // expected-error @+1 {{is scheduled for 4 parts of its tree}}
  %x = tree.sweep up over %T : !tree.tree<chain> attributes {tree.schedule = #chain} {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %u_v = tree.read %u[%v : !tree.vertex] : tensor<?xf32> -> f32
    tree.yield %u_v : f32
  } : tensor<?xf32>
  return %x : tensor<?xf32>
}

// -----

#points = #tree.schedule<traversal = points, tasks = points, group = 0, grain = 1, points = 1, lanes = 16, rows = 14, vectors = 2, parts = 4, reason = "">
func.func @points(%T: !tree.tree<rooted> {tree.vertices = 0 : i64}, %u: tensor<?xf32> {tile.shape = array<i64: -1>}, %V: index) -> tensor<?xf32> {
  // expected-error @+1 {{is scheduled for 4 parts of its tree}}
  %x = tree.sweep each over %T : !tree.tree<rooted> attributes {tree.schedule = #points} {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %u_v = tree.read %u[%v : !tree.vertex] : tensor<?xf32> -> f32
    tree.yield %u_v : f32
  } : tensor<?xf32>
  return %x : tensor<?xf32>
}
