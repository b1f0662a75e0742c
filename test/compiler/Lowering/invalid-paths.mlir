// RUN: espalier-opt %s -split-input-file -structure-sweeps -verify-diagnostics

// Schedules by hand: runs of paths of a state that is not affine,
#down = #tree.schedule<traversal = reverse_post_order, tasks = axes, group = 0, grain = 1, points = 1, lanes = 16, rows = 4, vectors = 2, parts = 4, paths = 1, reason = "">
func.func @curved(%T: !tree.tree<rooted> {tree.vertices = 0 : i64}, %x: tensor<?x4xf32> {tile.shape = array<i64: -1, 4>}, %V: index) -> tensor<?x4xf32> {
  // expected-error @+1 {{is scheduled for runs of paths, but these cannot be composed, or its tree has no parts}}
  %h = tree.sweep down over %T : !tree.tree<rooted> attributes {tree.schedule = #down} {
  ^bb0(%v: !tree.vertex, %self: tensor<?x4xf32>):
    %p = tree.parent %v of %T : !tree.tree<rooted>
    %b = tree.read %self[%p : !tree.vertex] : tensor<?x4xf32> -> tensor<4xf32>
    %y = math.tanh %b : tensor<4xf32>
    tree.yield %y : tensor<4xf32>
  } : tensor<?x4xf32>
  return %h : tensor<?x4xf32>
}

// -----

// of a tree that is one task,
#whole = #tree.schedule<traversal = reverse_post_order, tasks = axes, group = 0, grain = 1, points = 1, lanes = 16, rows = 4, vectors = 2, paths = 1, reason = "">
func.func @whole(%T: !tree.tree<rooted> {tree.vertices = 0 : i64}, %x: tensor<?x4xf32> {tile.shape = array<i64: -1, 4>}, %V: index) -> tensor<?x4xf32> {
  // expected-error @+1 {{is scheduled for runs of paths, but these cannot be composed, or its tree has no parts}}
  %h = tree.sweep down over %T : !tree.tree<rooted> attributes {tree.schedule = #whole} {
  ^bb0(%v: !tree.vertex, %self: tensor<?x4xf32>):
    %p = tree.parent %v of %T : !tree.tree<rooted>
    %b = tree.read %self[%p : !tree.vertex] : tensor<?x4xf32> -> tensor<4xf32>
    %a = tree.read %x[%v : !tree.vertex] : tensor<?x4xf32> -> tensor<4xf32>
    %y = arith.addf %a, %b : tensor<4xf32>
    tree.yield %y : tensor<4xf32>
  } : tensor<?x4xf32>
  return %h : tensor<?x4xf32>
}

// -----

// of blocks of vertices.
#blocks = #tree.schedule<traversal = blocks, tasks = axes, group = 0, grain = 1, points = 1, lanes = 16, rows = 4, vectors = 2, together = 16, parts = 4, paths = 1, reason = "">
func.func @blocks(%T: !tree.tree<perfect, 2> {tree.vertices = 0 : i64}, %x: tensor<?x4xf32> {tile.shape = array<i64: -1, 4>}, %V: index) -> tensor<?x4xf32> {
  // expected-error @+1 {{is scheduled for runs of paths, but these cannot be composed, or its tree has no parts, or is not visited vertex by vertex}}
  %h = tree.sweep up over %T : !tree.tree<perfect, 2> attributes {tree.schedule = #blocks} {
  ^bb0(%v: !tree.vertex, %self: tensor<?x4xf32>):
    %a = tree.read %x[%v : !tree.vertex] : tensor<?x4xf32> -> tensor<4xf32>
    %s = tree.reduce [sum] over children(%v) of %T : !tree.tree<perfect, 2> {
    ^bb0(%c: !tree.vertex):
      %b = tree.read %self[%c : !tree.vertex] : tensor<?x4xf32> -> tensor<4xf32>
      tree.yield %b : tensor<4xf32>
    } : tensor<4xf32>
    %y = arith.addf %a, %s : tensor<4xf32>
    tree.yield %y : tensor<4xf32>
  } : tensor<?x4xf32>
  return %h : tensor<?x4xf32>
}
