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

func.func @builder(%n: index) -> tensor<?xf32> {
  // expected-error @+1 {{has no mid-level form: between sweeps stands arithmetic on extents, and trees are arguments}}
  %G = tree.chain %n : !tree.tree<chain>
  %y = tree.sweep each over %G : !tree.tree<chain> {
  ^bb0(%v: !tree.vertex, %self: tensor<?xf32>):
    %x = arith.constant 1.0 : f32
    tree.yield %x : f32
  } : tensor<?xf32>
  return %y : tensor<?xf32>
}
