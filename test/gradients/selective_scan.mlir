// The selective state space model and its adjoint. The aliases fix the sizes of this text; ClosureTest.cpp states others.
// With D_t = exp(delta_t A) (delta along the rows), o the elementwise product and t-1 the child of t:
//   up:    h_t = (delta_t o x_t) B_t^T + D_t o h_{t-1};   y_t = h_t C_t + skip o x_t
// With g = dL/dy:
//   down:  lam_t = g_t C_t^T + D_{t+1} o lam_{t+1}                       the cotangent of h
//   each:  ddelta_t = x_t o (lam_t B_t) + row sums of E_t o A;   dx_t = delta_t o (lam_t B_t) + skip o g_t
//          dB_t = lam_t^T (delta_t o x_t);   dC_t = h_t^T g_t;   dA += delta_t E_t;   dskip += g_t o x_t
//          where E_t = lam_t o D_t o h_{t-1}.  A and skip are shared by the batch and by all times: accumulators.
!G = !tree.tree<chain>
!d = tensor<5xf32>         // d
!s = tensor<4xf32>         // s
!ds = tensor<5x4xf32>      // d x s
!d1 = tensor<5x1xf32>      // d x 1
!td = tensor<?x?x5xf32>    // ? x ? x d
!ts = tensor<?x?x4xf32>    // ? x ? x s
!tds = tensor<?x?x5x4xf32> // ? x ? x d x s

func.func @forward(%T: !G, %delta: !td, %A: !ds, %Bs: !ts, %C: !ts, %x: !td, %skip: !d, %B: index) -> !td {
  %h, %y = tree.sweep up batch(%B) over %T : !G {
  ^bb0(%t: !tree.vertex, %self: !tds, %selfY: !td):
    %delta_t = tree.read %delta[%t : !tree.vertex] : !td -> !d
    %A_ = tree.read %A[] : !ds -> !ds
    %B_t = tree.read %Bs[%t : !tree.vertex] : !ts -> !s
    %C_t = tree.read %C[%t : !tree.vertex] : !ts -> !s
    %x_t = tree.read %x[%t : !tree.vertex] : !td -> !d
    %skip_ = tree.read %skip[] : !d -> !d
    %column = tile.reshape %delta_t : !d -> !d1
    %rows = tile.broadcast %column : !d1 -> !ds
    %exponent = arith.mulf %rows, %A_ : !ds
    %D_t = math.exp %exponent : !ds
    %below = tree.reduce [sum] over children(%t) of %T : !G {
    ^bb0(%c: !tree.vertex):
      %h_c = tree.read %self[%c : !tree.vertex] : !tds -> !ds
      %decayed = arith.mulf %D_t, %h_c : !ds
      tree.yield %decayed : !ds
    } : !ds
    %dx = arith.mulf %delta_t, %x_t : !d
    %input = tile.contract "d,s->ds" (%dx, %B_t) : (!d, !s) -> !ds
    %h_t = arith.addf %input, %below : !ds
    %seen = tile.contract "ds,s->d" (%h_t, %C_t) : (!ds, !s) -> !d
    %skipped = arith.mulf %skip_, %x_t : !d
    %y_t = arith.addf %seen, %skipped : !d
    tree.yield %h_t, %y_t : !ds, !d
  } : !tds, !td
  return %y : !td
}

func.func @adjoint(%T: !G, %delta: !td, %A: !ds, %Bs: !ts, %C: !ts, %x: !td, %skip: !d, %g: !td, %B: index)
    -> (!td, !ds, !ts, !ts, !td, !d) {
  // The forward sweep again, for h.
  %h = tree.sweep up batch(%B) over %T : !G {
  ^bb0(%t: !tree.vertex, %self: !tds):
    %delta_t = tree.read %delta[%t : !tree.vertex] : !td -> !d
    %A_ = tree.read %A[] : !ds -> !ds
    %B_t = tree.read %Bs[%t : !tree.vertex] : !ts -> !s
    %x_t = tree.read %x[%t : !tree.vertex] : !td -> !d
    %column = tile.reshape %delta_t : !d -> !d1
    %rows = tile.broadcast %column : !d1 -> !ds
    %exponent = arith.mulf %rows, %A_ : !ds
    %D_t = math.exp %exponent : !ds
    %below = tree.reduce [sum] over children(%t) of %T : !G {
    ^bb0(%c: !tree.vertex):
      %h_c = tree.read %self[%c : !tree.vertex] : !tds -> !ds
      %decayed = arith.mulf %D_t, %h_c : !ds
      tree.yield %decayed : !ds
    } : !ds
    %dx = arith.mulf %delta_t, %x_t : !d
    %input = tile.contract "d,s->ds" (%dx, %B_t) : (!d, !s) -> !ds
    %h_t = arith.addf %input, %below : !ds
    tree.yield %h_t : !ds
  } : !tds

  %lam = tree.sweep down batch(%B) over %T : !G {
  ^bb0(%t: !tree.vertex, %self: !tds):
    %next = tree.parent %t of %T : !G
    %g_t = tree.read %g[%t : !tree.vertex] : !td -> !d
    %C_t = tree.read %C[%t : !tree.vertex] : !ts -> !s
    %A_ = tree.read %A[] : !ds -> !ds
    %delta_n = tree.read %delta[%next : !tree.vertex] : !td -> !d
    %lam_n = tree.read %self[%next : !tree.vertex] : !tds -> !ds
    %column = tile.reshape %delta_n : !d -> !d1
    %rows = tile.broadcast %column : !d1 -> !ds
    %exponent = arith.mulf %rows, %A_ : !ds
    %D_n = math.exp %exponent : !ds
    %above = arith.mulf %D_n, %lam_n : !ds
    %own = tile.contract "d,s->ds" (%g_t, %C_t) : (!d, !s) -> !ds
    %lam_t = arith.addf %own, %above : !ds
    tree.yield %lam_t : !ds
  } : !tds
  %zeroA = arith.constant dense<0.0> : !ds
  %zeroSkip = arith.constant dense<0.0> : !d
  %ddelta, %dB, %dC, %dx, %dA, %dskip = tree.sweep each batch(%B) over %T : !G accumulate(%zeroA, %zeroSkip : !ds, !d) {
  ^bb0(%t: !tree.vertex, %0: !td, %1: !ts, %2: !ts, %3: !td, %sumA: !ds, %sumSkip: !d):
    %delta_t = tree.read %delta[%t : !tree.vertex] : !td -> !d
    %A_ = tree.read %A[] : !ds -> !ds
    %B_t = tree.read %Bs[%t : !tree.vertex] : !ts -> !s
    %x_t = tree.read %x[%t : !tree.vertex] : !td -> !d
    %skip_ = tree.read %skip[] : !d -> !d
    %g_t = tree.read %g[%t : !tree.vertex] : !td -> !d
    %h_t = tree.read %h[%t : !tree.vertex] : !tds -> !ds
    %lam_t = tree.read %lam[%t : !tree.vertex] : !tds -> !ds
    %before = tree.reduce [sum] over children(%t) of %T : !G {
    ^bb0(%c: !tree.vertex):
      %h_c = tree.read %h[%c : !tree.vertex] : !tds -> !ds
      tree.yield %h_c : !ds
    } : !ds
    %column = tile.reshape %delta_t : !d -> !d1
    %rows = tile.broadcast %column : !d1 -> !ds
    %exponent = arith.mulf %rows, %A_ : !ds
    %D_t = math.exp %exponent : !ds
    %lamD = arith.mulf %lam_t, %D_t : !ds
    %E_t = arith.mulf %lamD, %before : !ds

    %lamB = tile.contract "ds,s->d" (%lam_t, %B_t) : (!ds, !s) -> !d
    %deltaByInput = arith.mulf %x_t, %lamB : !d
    %deltaByDecay = tile.contract "ds,ds->d" (%E_t, %A_) : (!ds, !ds) -> !d
    %ddelta_t = arith.addf %deltaByInput, %deltaByDecay : !d
    %xByInput = arith.mulf %delta_t, %lamB : !d
    %xBySkip = arith.mulf %skip_, %g_t : !d
    %dx_t = arith.addf %xByInput, %xBySkip : !d
    %deltaX = arith.mulf %delta_t, %x_t : !d
    %dB_t = tile.contract "ds,d->s" (%lam_t, %deltaX) : (!ds, !d) -> !s
    %dC_t = tile.contract "ds,d->s" (%h_t, %g_t) : (!ds, !d) -> !s
    %dA_t = arith.mulf %rows, %E_t : !ds
    tree.accumulate %dA_t into %sumA[] : !ds into !ds
    %dskip_t = arith.mulf %g_t, %x_t : !d
    tree.accumulate %dskip_t into %sumSkip[] : !d into !d
    tree.yield %ddelta_t, %dB_t, %dC_t, %dx_t : !d, !s, !s, !d
  } : !td, !ts, !ts, !td, !ds, !d
  return %ddelta, %dA, %dB, %dC, %dx, %dskip : !td, !ds, !ts, !ts, !td, !d
}
