// The tree scan and its adjoint. The aliases fix the sizes of this text; ClosureTest.cpp states others.
//   up:    xi_v = u_v + sum over children of a_c xi_c
//   down:  h_v = (1 - a_v^2) xi_v + a_v h_p;  xi_v at a root
// With g = dL/dh, each sweep has its opposite one, and all vertices are visited once more:
//   up:    eta_v = g_v + sum over children of a_c eta_c                 the cotangent of h
//   down:  lam_v = (1 - a_v^2) eta_v + a_v lam_p;  eta_v at a root      the cotangent of xi and of u
//   each:  da_v  = eta_v (h_p - 2 a_v xi_v) + lam_p xi_v;  0 at a root
!G = !tree.tree<rooted>
!d = tensor<3xf32>       // d
!vd = tensor<?x?x3xf32>  // ? x ? x d

func.func @forward(%T: !G, %u: !vd, %a: !vd, %B: index) -> !vd {
  %xi = tree.sweep up batch(%B) over %T : !G {
  ^bb0(%v: !tree.vertex, %self: !vd):
    %u_v = tree.read %u[%v : !tree.vertex] : !vd -> !d
    %below = tree.reduce [sum] over children(%v) of %T : !G {
    ^bb0(%c: !tree.vertex):
      %a_c = tree.read %a[%c : !tree.vertex] : !vd -> !d
      %xi_c = tree.read %self[%c : !tree.vertex] : !vd -> !d
      %message = arith.mulf %a_c, %xi_c : !d
      tree.yield %message : !d
    } : !d
    %xi_v = arith.addf %u_v, %below : !d
    tree.yield %xi_v : !d
  } : !vd
  %h = tree.sweep down batch(%B) over %T : !G {
  ^bb0(%v: !tree.vertex, %self: !vd):
    %one = arith.constant dense<1.0> : !d
    %p = tree.parent %v of %T : !G
    %isRoot = tree.is_root %v of %T : !G
    %xi_v = tree.read %xi[%v : !tree.vertex] : !vd -> !d
    %a_v = tree.read %a[%v : !tree.vertex] : !vd -> !d
    %h_p = tree.read %self[%p : !tree.vertex] : !vd -> !d
    %squared = arith.mulf %a_v, %a_v : !d
    %kept = arith.subf %one, %squared : !d
    %own = arith.mulf %kept, %xi_v : !d
    %above = arith.mulf %a_v, %h_p : !d
    %sum = arith.addf %own, %above : !d
    %h_v = arith.select %isRoot, %xi_v, %sum : !d
    tree.yield %h_v : !d
  } : !vd
  return %h : !vd
}

func.func @adjoint(%T: !G, %u: !vd, %a: !vd, %g: !vd, %B: index) -> (!vd, !vd) {
  // The forward sweeps again, for xi and h.
  %xi = tree.sweep up batch(%B) over %T : !G {
  ^bb0(%v: !tree.vertex, %self: !vd):
    %u_v = tree.read %u[%v : !tree.vertex] : !vd -> !d
    %below = tree.reduce [sum] over children(%v) of %T : !G {
    ^bb0(%c: !tree.vertex):
      %a_c = tree.read %a[%c : !tree.vertex] : !vd -> !d
      %xi_c = tree.read %self[%c : !tree.vertex] : !vd -> !d
      %message = arith.mulf %a_c, %xi_c : !d
      tree.yield %message : !d
    } : !d
    %xi_v = arith.addf %u_v, %below : !d
    tree.yield %xi_v : !d
  } : !vd
  %h = tree.sweep down batch(%B) over %T : !G {
  ^bb0(%v: !tree.vertex, %self: !vd):
    %one = arith.constant dense<1.0> : !d
    %p = tree.parent %v of %T : !G
    %isRoot = tree.is_root %v of %T : !G
    %xi_v = tree.read %xi[%v : !tree.vertex] : !vd -> !d
    %a_v = tree.read %a[%v : !tree.vertex] : !vd -> !d
    %h_p = tree.read %self[%p : !tree.vertex] : !vd -> !d
    %squared = arith.mulf %a_v, %a_v : !d
    %kept = arith.subf %one, %squared : !d
    %own = arith.mulf %kept, %xi_v : !d
    %above = arith.mulf %a_v, %h_p : !d
    %sum = arith.addf %own, %above : !d
    %h_v = arith.select %isRoot, %xi_v, %sum : !d
    tree.yield %h_v : !d
  } : !vd

  %eta = tree.sweep up batch(%B) over %T : !G {
  ^bb0(%v: !tree.vertex, %self: !vd):
    %g_v = tree.read %g[%v : !tree.vertex] : !vd -> !d
    %below = tree.reduce [sum] over children(%v) of %T : !G {
    ^bb0(%c: !tree.vertex):
      %a_c = tree.read %a[%c : !tree.vertex] : !vd -> !d
      %eta_c = tree.read %self[%c : !tree.vertex] : !vd -> !d
      %message = arith.mulf %a_c, %eta_c : !d
      tree.yield %message : !d
    } : !d
    %eta_v = arith.addf %g_v, %below : !d
    tree.yield %eta_v : !d
  } : !vd
  %lam = tree.sweep down batch(%B) over %T : !G {
  ^bb0(%v: !tree.vertex, %self: !vd):
    %one = arith.constant dense<1.0> : !d
    %p = tree.parent %v of %T : !G
    %isRoot = tree.is_root %v of %T : !G
    %eta_v = tree.read %eta[%v : !tree.vertex] : !vd -> !d
    %a_v = tree.read %a[%v : !tree.vertex] : !vd -> !d
    %lam_p = tree.read %self[%p : !tree.vertex] : !vd -> !d
    %squared = arith.mulf %a_v, %a_v : !d
    %kept = arith.subf %one, %squared : !d
    %own = arith.mulf %kept, %eta_v : !d
    %above = arith.mulf %a_v, %lam_p : !d
    %sum = arith.addf %own, %above : !d
    %lam_v = arith.select %isRoot, %eta_v, %sum : !d
    tree.yield %lam_v : !d
  } : !vd
  %da = tree.sweep each batch(%B) over %T : !G {
  ^bb0(%v: !tree.vertex, %self: !vd):
    %zero = arith.constant dense<0.0> : !d
    %two = arith.constant dense<2.0> : !d
    %p = tree.parent %v of %T : !G
    %isRoot = tree.is_root %v of %T : !G
    %eta_v = tree.read %eta[%v : !tree.vertex] : !vd -> !d
    %xi_v = tree.read %xi[%v : !tree.vertex] : !vd -> !d
    %a_v = tree.read %a[%v : !tree.vertex] : !vd -> !d
    %h_p = tree.read %h[%p : !tree.vertex] : !vd -> !d
    %lam_p = tree.read %lam[%p : !tree.vertex] : !vd -> !d
    %scaled = arith.mulf %a_v, %xi_v : !d
    %twice = arith.mulf %two, %scaled : !d
    %slope = arith.subf %h_p, %twice : !d
    %fromDown = arith.mulf %eta_v, %slope : !d
    %fromUp = arith.mulf %lam_p, %xi_v : !d
    %sum = arith.addf %fromDown, %fromUp : !d
    %da_v = arith.select %isRoot, %zero, %sum : !d
    tree.yield %da_v : !d
  } : !vd
  return %lam, %da : !vd, !vd
}
