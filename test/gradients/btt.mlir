// A block tensor train applied to every row of x, and its adjoint. The aliases fix the sizes of this text;
// ClosureTest.cpp states others.  y_t[a, b] = sum over c, d, s of L[b, a, c, s] R[c, d, b, s] x_t[c, d]
// is linear in each factor: with g = dL/dy, every gradient is the same product with g in the place of that factor.
!bacs = tensor<4x3x2x2xf32>  // b x a x c x s
!cdbs = tensor<2x6x4x2xf32>  // c x d x b x s
!cd = tensor<2x6xf32>        // c x d
!ab = tensor<3x4xf32>        // a x b
!ncd = tensor<?x?x2x6xf32>   // ? x ? x c x d
!nab = tensor<?x?x3x4xf32>   // ? x ? x a x b

func.func @forward(%L: !bacs, %R: !cdbs, %x: !ncd, %B: index, %N: index) -> !nab {
  %y = tree.sweep each batch(%B) axes(%N) {
  ^bb0(%t: index, %self: !nab):
    %L_ = tree.read %L[] : !bacs -> !bacs
    %R_ = tree.read %R[] : !cdbs -> !cdbs
    %x_t = tree.read %x[%t : index] : !ncd -> !cd
    %y_t = tile.contract "bacs,cdbs,cd->ab" (%L_, %R_, %x_t) : (!bacs, !cdbs, !cd) -> !ab
    tree.yield %y_t : !ab
  } : !nab
  return %y : !nab
}

func.func @adjoint(%L: !bacs, %R: !cdbs, %x: !ncd, %g: !nab, %B: index, %N: index) -> (!bacs, !cdbs, !ncd) {
  %zeroL = arith.constant dense<0.0> : !bacs
  %zeroR = arith.constant dense<0.0> : !cdbs
  %dx, %dL, %dR = tree.sweep each batch(%B) axes(%N) accumulate(%zeroL, %zeroR : !bacs, !cdbs) {
  ^bb0(%t: index, %self: !ncd, %sumL: !bacs, %sumR: !cdbs):
    %L_ = tree.read %L[] : !bacs -> !bacs
    %R_ = tree.read %R[] : !cdbs -> !cdbs
    %x_t = tree.read %x[%t : index] : !ncd -> !cd
    %g_t = tree.read %g[%t : index] : !nab -> !ab
    %dL_t = tile.contract "cdbs,cd,ab->bacs" (%R_, %x_t, %g_t) : (!cdbs, !cd, !ab) -> !bacs
    %dR_t = tile.contract "bacs,cd,ab->cdbs" (%L_, %x_t, %g_t) : (!bacs, !cd, !ab) -> !cdbs
    %dx_t = tile.contract "bacs,cdbs,ab->cd" (%L_, %R_, %g_t) : (!bacs, !cdbs, !ab) -> !cd
    tree.accumulate %dL_t into %sumL[] : !bacs into !bacs
    tree.accumulate %dR_t into %sumR[] : !cdbs into !cdbs
    tree.yield %dx_t : !cd
  } : !ncd, !bacs, !cdbs
  return %dL, %dR, %dx : !bacs, !cdbs, !ncd
}
