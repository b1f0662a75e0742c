// RUN: espalier-opt %s -split-input-file -structure-sweeps -verify-diagnostics

// A schedule by hand that composes steps of a state that is not affine.
func.func @curved(%T: !tree.tree<chain> {tree.vertices = 0 : i64}, %x: tensor<?x4xf32> {tile.shape = array<i64: -1, 4>}, %V: index) -> tensor<?x4xf32> {
  // expected-error @+1 {{is scheduled for 8 steps together, but these cannot be composed, or a task is no point of axes}}
  %h = tree.sweep down over %T : !tree.tree<chain> attributes {tree.schedule = #tree.schedule<traversal = descending, tasks = axes, group = 0, grain = 1, points = 1, lanes = 16, rows = 4, vectors = 2, together = 8, reason = "">} {
  ^bb0(%v: !tree.vertex, %self: tensor<?x4xf32>):
    %p = tree.parent %v of %T : !tree.tree<chain>
    %b = tree.read %self[%p : !tree.vertex] : tensor<?x4xf32> -> tensor<4xf32>
    %y = math.tanh %b : tensor<4xf32>
    tree.yield %y : tensor<4xf32>
  } : tensor<?x4xf32>
  return %h : tensor<?x4xf32>
}

// -----

// Parts that are no whole blocks.
func.func @parts(%T: !tree.tree<chain> {tree.vertices = 0 : i64}, %x: tensor<?x4xf32> {tile.shape = array<i64: -1, 4>}, %V: index) -> tensor<?x4xf32> {
  // expected-error @+1 {{is scheduled for parts of at least 12 steps, expected a multiple of 8 from 8 on}}
  %h = tree.sweep down over %T : !tree.tree<chain> attributes {tree.schedule = #tree.schedule<traversal = descending, tasks = axes, group = 0, grain = 1, points = 12, lanes = 16, rows = 4, vectors = 2, together = 8, parts = 2, reason = "">} {
  ^bb0(%v: !tree.vertex, %self: tensor<?x4xf32>):
    %p = tree.parent %v of %T : !tree.tree<chain>
    %b = tree.read %self[%p : !tree.vertex] : tensor<?x4xf32> -> tensor<4xf32>
    %a = tree.read %x[%v : !tree.vertex] : tensor<?x4xf32> -> tensor<4xf32>
    %y = arith.addf %a, %b : tensor<4xf32>
    tree.yield %y : tensor<4xf32>
  } : tensor<?x4xf32>
  return %h : tensor<?x4xf32>
}
