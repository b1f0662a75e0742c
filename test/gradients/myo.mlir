// The Myo layer, T x = u by block elimination, and its adjoint. The aliases fix the sizes of this text; ClosureTest.cpp
// states others. Row v of T:  A_v x_v + B_v x_p + sum over children of C_c x_c = u_v.
//   up:    S_v = A_v - sum of C_c W_c;   W_v = S_v^-1 B_v;   z_v = S_v^-1 (u_v - sum of C_c z_c)
//   down:  x_v = z_v - W_v x_p
// With g = dL/dx, lam solves T^T lam = g on the same tree, with the saved S and W; nothing is differentiated through
// the elimination:
//   up:    w_v = g_v - sum of W_c^T w_c
//   down:  lam_v = S_v^-T (w_v - C_v^T lam_p)
//   each:  du_v = lam_v;  dA_v = -lam_v x_v^T;  dB_v = -lam_v x_p^T;  dC_v = -lam_p x_v^T
!G = !tree.tree<rooted>
!nn = tensor<4x4xf32>       // n x n
!nm = tensor<4x2xf32>       // n x m
!vnn = tensor<?x?x4x4xf32>  // ? x ? x n x n
!vnm = tensor<?x?x4x2xf32>  // ? x ? x n x m

func.func @forward(%G: !G, %A: !vnn, %Bm: !vnn, %C: !vnn, %u: !vnm, %B: index) -> !vnm {
  %W, %z = tree.sweep up batch(%B) over %G : !G {
  ^bb0(%v: !tree.vertex, %selfW: !vnn, %selfZ: !vnm):
    %A_v = tree.read %A[%v : !tree.vertex] : !vnn -> !nn
    %B_v = tree.read %Bm[%v : !tree.vertex] : !vnn -> !nn
    %u_v = tree.read %u[%v : !tree.vertex] : !vnm -> !nm
    %sumCW, %sumCz = tree.reduce [sum, sum] over children(%v) of %G : !G {
    ^bb0(%c: !tree.vertex):
      %C_c = tree.read %C[%c : !tree.vertex] : !vnn -> !nn
      %W_c = tree.read %selfW[%c : !tree.vertex] : !vnn -> !nn
      %z_c = tree.read %selfZ[%c : !tree.vertex] : !vnm -> !nm
      %CW = tile.contract "ik,kj->ij" (%C_c, %W_c) : (!nn, !nn) -> !nn
      %Cz = tile.contract "ik,kj->ij" (%C_c, %z_c) : (!nn, !nm) -> !nm
      tree.yield %CW, %Cz : !nn, !nm
    } : !nn, !nm
    %S_v = arith.subf %A_v, %sumCW : !nn
    %rest = arith.subf %u_v, %sumCz : !nm
    %W_v, %z_v = tile.solve general %S_v (%B_v, %rest) : (!nn, !nn, !nm) -> (!nn, !nm)
    tree.yield %W_v, %z_v : !nn, !nm
  } : !vnn, !vnm
  %x = tree.sweep down batch(%B) over %G : !G {
  ^bb0(%v: !tree.vertex, %self: !vnm):
    %p = tree.parent %v of %G : !G
    %z_v = tree.read %z[%v : !tree.vertex] : !vnm -> !nm
    %W_v = tree.read %W[%v : !tree.vertex] : !vnn -> !nn
    %x_p = tree.read %self[%p : !tree.vertex] : !vnm -> !nm
    %Wx = tile.contract "ik,kj->ij" (%W_v, %x_p) : (!nn, !nm) -> !nm
    %x_v = arith.subf %z_v, %Wx : !nm
    tree.yield %x_v : !nm
  } : !vnm
  return %x : !vnm
}

func.func @adjoint(%G: !G, %A: !vnn, %Bm: !vnn, %C: !vnn, %u: !vnm, %g: !vnm, %B: index) -> (!vnn, !vnn, !vnn, !vnm) {
  // The forward sweeps again, for S, W and x.
  %S, %W, %z = tree.sweep up batch(%B) over %G : !G {
  ^bb0(%v: !tree.vertex, %selfS: !vnn, %selfW: !vnn, %selfZ: !vnm):
    %A_v = tree.read %A[%v : !tree.vertex] : !vnn -> !nn
    %B_v = tree.read %Bm[%v : !tree.vertex] : !vnn -> !nn
    %u_v = tree.read %u[%v : !tree.vertex] : !vnm -> !nm
    %sumCW, %sumCz = tree.reduce [sum, sum] over children(%v) of %G : !G {
    ^bb0(%c: !tree.vertex):
      %C_c = tree.read %C[%c : !tree.vertex] : !vnn -> !nn
      %W_c = tree.read %selfW[%c : !tree.vertex] : !vnn -> !nn
      %z_c = tree.read %selfZ[%c : !tree.vertex] : !vnm -> !nm
      %CW = tile.contract "ik,kj->ij" (%C_c, %W_c) : (!nn, !nn) -> !nn
      %Cz = tile.contract "ik,kj->ij" (%C_c, %z_c) : (!nn, !nm) -> !nm
      tree.yield %CW, %Cz : !nn, !nm
    } : !nn, !nm
    %S_v = arith.subf %A_v, %sumCW : !nn
    %rest = arith.subf %u_v, %sumCz : !nm
    %W_v, %z_v = tile.solve general %S_v (%B_v, %rest) : (!nn, !nn, !nm) -> (!nn, !nm)
    tree.yield %S_v, %W_v, %z_v : !nn, !nn, !nm
  } : !vnn, !vnn, !vnm
  %x = tree.sweep down batch(%B) over %G : !G {
  ^bb0(%v: !tree.vertex, %self: !vnm):
    %p = tree.parent %v of %G : !G
    %z_v = tree.read %z[%v : !tree.vertex] : !vnm -> !nm
    %W_v = tree.read %W[%v : !tree.vertex] : !vnn -> !nn
    %x_p = tree.read %self[%p : !tree.vertex] : !vnm -> !nm
    %Wx = tile.contract "ik,kj->ij" (%W_v, %x_p) : (!nn, !nm) -> !nm
    %x_v = arith.subf %z_v, %Wx : !nm
    tree.yield %x_v : !nm
  } : !vnm

  %w = tree.sweep up batch(%B) over %G : !G {
  ^bb0(%v: !tree.vertex, %self: !vnm):
    %g_v = tree.read %g[%v : !tree.vertex] : !vnm -> !nm
    %below = tree.reduce [sum] over children(%v) of %G : !G {
    ^bb0(%c: !tree.vertex):
      %W_c = tree.read %W[%c : !tree.vertex] : !vnn -> !nn
      %w_c = tree.read %self[%c : !tree.vertex] : !vnm -> !nm
      %Ww = tile.contract "ki,kj->ij" (%W_c, %w_c) : (!nn, !nm) -> !nm
      tree.yield %Ww : !nm
    } : !nm
    %w_v = arith.subf %g_v, %below : !nm
    tree.yield %w_v : !nm
  } : !vnm
  %lam = tree.sweep down batch(%B) over %G : !G {
  ^bb0(%v: !tree.vertex, %self: !vnm):
    %p = tree.parent %v of %G : !G
    %S_v = tree.read %S[%v : !tree.vertex] : !vnn -> !nn
    %C_v = tree.read %C[%v : !tree.vertex] : !vnn -> !nn
    %w_v = tree.read %w[%v : !tree.vertex] : !vnm -> !nm
    %lam_p = tree.read %self[%p : !tree.vertex] : !vnm -> !nm
    %Cl = tile.contract "ki,kj->ij" (%C_v, %lam_p) : (!nn, !nm) -> !nm
    %rest = arith.subf %w_v, %Cl : !nm
    %lam_v = tile.solve general transposed %S_v (%rest) : (!nn, !nm) -> !nm
    tree.yield %lam_v : !nm
  } : !vnm
  %dA, %dB, %dC = tree.sweep each batch(%B) over %G : !G {
  ^bb0(%v: !tree.vertex, %selfA: !vnn, %selfB: !vnn, %selfC: !vnn):
    %p = tree.parent %v of %G : !G
    %lam_v = tree.read %lam[%v : !tree.vertex] : !vnm -> !nm
    %lam_p = tree.read %lam[%p : !tree.vertex] : !vnm -> !nm
    %x_v = tree.read %x[%v : !tree.vertex] : !vnm -> !nm
    %x_p = tree.read %x[%p : !tree.vertex] : !vnm -> !nm
    %minusLam_v = arith.negf %lam_v : !nm
    %minusLam_p = arith.negf %lam_p : !nm
    %dA_v = tile.contract "im,jm->ij" (%minusLam_v, %x_v) : (!nm, !nm) -> !nn
    %dB_v = tile.contract "im,jm->ij" (%minusLam_v, %x_p) : (!nm, !nm) -> !nn
    %dC_v = tile.contract "im,jm->ij" (%minusLam_p, %x_v) : (!nm, !nm) -> !nn
    tree.yield %dA_v, %dB_v, %dC_v : !nn, !nn, !nn
  } : !vnn, !vnn, !vnn
  return %dA, %dB, %dC, %lam : !vnn, !vnn, !vnn, !vnm
}
