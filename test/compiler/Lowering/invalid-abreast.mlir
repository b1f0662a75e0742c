// RUN: espalier-opt %s -split-input-file -structure-sweeps -verify-diagnostics

// Each batch element has a tree of its own, and there is no axis.
#all = #tree.schedule<traversal = post_order, tasks = axes, group = 0, grain = 1, points = 1, lanes = 16, rows = 14, vectors = 2, abreast = 16, reason = "">
func.func @trees(%T: !tree.tree<rooted> {tree.vertices = 0 : i64, tree.batched}, %u: tensor<?x?xf32> {tile.shape = array<i64: -2, -1>}, %V: index, %B: index) -> tensor<?x?xf32> {
  // expected-error @+1 {{is scheduled for 16 points abreast, but there is neither a looped axis nor a batch whose elements share their tree}}
  %x = tree.sweep up batch(%B) over %T : !tree.tree<rooted> attributes {tree.schedule = #all} {
  ^bb0(%v: !tree.vertex, %self: tensor<?x?xf32>):
    %u_v = tree.read %u[%v : !tree.vertex] : tensor<?x?xf32> -> f32
    tree.yield %u_v : f32
  } : tensor<?x?xf32>
  return %x : tensor<?x?xf32>
}

// -----

#seven = #tree.schedule<traversal = post_order, tasks = axes, group = 0, grain = 1, points = 1, lanes = 16, rows = 14, vectors = 2, abreast = 7, reason = "">
func.func @seven(%T: !tree.tree<rooted> {tree.vertices = 0 : i64}, %u: tensor<?x?xf32> {tile.shape = array<i64: -2, -1>}, %V: index, %B: index) -> tensor<?x?xf32> {
  // expected-error @+1 {{is scheduled for 7 points abreast, but its group is not, or they are no block that visits whole trees vertex by vertex}}
  %x = tree.sweep up batch(%B) over %T : !tree.tree<rooted> attributes {tree.schedule = #seven} {
  ^bb0(%v: !tree.vertex, %self: tensor<?x?xf32>):
    %u_v = tree.read %u[%v : !tree.vertex] : tensor<?x?xf32> -> f32
    tree.yield %u_v : f32
  } : tensor<?x?xf32>
  return %x : tensor<?x?xf32>
}

// -----

#parts = #tree.schedule<traversal = post_order, tasks = axes, group = 0, grain = 1, points = 1, lanes = 16, rows = 14, vectors = 2, parts = 4, abreast = 16, reason = "">
func.func @parts(%T: !tree.tree<rooted> {tree.vertices = 0 : i64}, %u: tensor<?x?xf32> {tile.shape = array<i64: -2, -1>}, %V: index, %B: index) -> tensor<?x?xf32> {
  // expected-error @+1 {{is scheduled for 16 points abreast}}
  %x = tree.sweep up batch(%B) over %T : !tree.tree<rooted> attributes {tree.schedule = #parts} {
  ^bb0(%v: !tree.vertex, %self: tensor<?x?xf32>):
    %u_v = tree.read %u[%v : !tree.vertex] : tensor<?x?xf32> -> f32
    tree.yield %u_v : f32
  } : tensor<?x?xf32>
  return %x : tensor<?x?xf32>
}

// -----

#one = #tree.schedule<traversal = post_order, tasks = axes, group = 0, grain = 1, points = 1, lanes = 16, rows = 14, vectors = 2, reason = "">
#block = #tree.schedule<traversal = reverse_post_order, tasks = axes, group = 0, grain = 1, points = 1, lanes = 16, rows = 14, vectors = 2, abreast = 16, reason = "">
func.func @some(%T: !tree.tree<rooted> {tree.vertices = 0 : i64}, %u: tensor<?x?xf32> {tile.shape = array<i64: -2, -1>}, %V: index, %B: index) -> tensor<?x?xf32> {
  // expected-error @+1 {{is scheduled for 1 points abreast, but its group is not}}
  %x = tree.sweep up batch(%B) over %T : !tree.tree<rooted> attributes {tree.schedule = #one} {
  ^bb0(%v: !tree.vertex, %self: tensor<?x?xf32>):
    %u_v = tree.read %u[%v : !tree.vertex] : tensor<?x?xf32> -> f32
    tree.yield %u_v : f32
  } : tensor<?x?xf32>
  %y = tree.sweep down batch(%B) over %T : !tree.tree<rooted> attributes {tree.schedule = #block} {
  ^bb0(%v: !tree.vertex, %self: tensor<?x?xf32>):
    %x_v = tree.read %x[%v : !tree.vertex] : tensor<?x?xf32> -> f32
    tree.yield %x_v : f32
  } : tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}
