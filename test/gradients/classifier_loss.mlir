// Tokens in, a loss out: embedding at the leaves, the symmetric Myo layer, the mean over the leaves, cross-entropy; and
// the adjoint. The aliases fix the sizes of this text; ClosureTest.cpp states others. The layer is T x = u with
//   A = diag(a), a = softplus(Ab) + 2 + |Bb|, and B = 0.3 tanh(Bb) at every vertex;  u_v = E[token] at leaves, else 0:
//   up:    S_v = A - sum of B^T W_c;   W_v = S_v^-1 B;   z_v = S_v^-1 (u_v - sum of B^T z_c)
//   down:  x_v = z_v - W_v x_p
//   once:  m = mean of x over the leaves;   y = head m;   loss = logsumexp(y) - y[label]
// With g = dloss:
//   once:  dy = g (softmax(y) - e_label);   dhead += dy m^T;   dm = head^T dy;   f = dm / number of leaves
//   up:    w_v = S_v^-1 ((f at leaves, else 0) - sum of B^T w_c)                       T is symmetric
//   down:  lam_v = w_v - W_v lam_p
//   each:  da = -lam_v o x_v;   dB = -(lam_v x_p^T + x_v lam_p^T)
//          dAb += da o sigmoid(Ab);   dBb += 0.3 dB o (1 - tanh(Bb)^2) + (sum of da) Bb / |Bb|
//   leaves:  dE[token] += lam_v
!G = !tree.tree<perfect, 2>
!n = tensor<4xf32>       // n
!nn = tensor<4x4xf32>    // n x n
!c = tensor<3xf32>       // c
!cn = tensor<3x4xf32>    // c x n
!tn = tensor<9x4xf32>    // t x n
!bn = tensor<?x4xf32>    // ? x n
!vn = tensor<?x?x4xf32>  // ? x ? x n
!vnn = tensor<?x?x4x4xf32>  // ? x ? x n x n
!b = tensor<?xf32>


func.func @forward(%G: !G, %token: tensor<?x?xi32>, %label: tensor<?xi32>, %E: !tn, %Ab: !n, %Bb: !nn, %head: !cn, %Bs: index) -> !b {
  %A, %Bm = tree.sweep each {
  ^bb0(%selfA: !nn, %selfB: !nn):
    %Ab_ = tree.read %Ab[] : !n -> !n
    %Bb_ = tree.read %Bb[] : !nn -> !nn
    %three = arith.constant dense<3.0> : !nn
    %ten = arith.constant dense<10.0> : !nn
    %two = arith.constant dense<2.0> : !n
    %t = math.tanh %Bb_ : !nn
    %t3 = arith.mulf %three, %t : !nn
    %B_ = arith.divf %t3, %ten : !nn
    %ex = math.exp %Ab_ : !n
    %soft = math.log1p %ex : !n
    %squares = arith.mulf %Bb_, %Bb_ : !nn
    %sum = tile.reduce sum %squares [0, 1] : !nn -> f32
    %norm = math.sqrt %sum : f32
    %norms = tile.broadcast %norm : f32 -> !n
    %a0 = arith.addf %soft, %two : !n
    %a = arith.addf %a0, %norms : !n
    %eye = tile.eye : !nn
    %A_ = tile.contract "i,ij->ij" (%a, %eye) : (!n, !nn) -> !nn
    tree.yield %A_, %B_ : !nn, !nn
  } : !nn, !nn
  %e = tree.sweep each leaves batch(%Bs) over %G : !G {
  ^bb0(%v: !tree.vertex, %self: !vn):
    %l = tree.leaf %v of %G : !G
    %token_l = tree.read %token[%l : !tree.vertex] : tensor<?x?xi32> -> i32
    %at = arith.index_cast %token_l : i32 to index
    %e_l = tree.read %E[%at : index] : !tn -> !n
    tree.yield %e_l : !n
  } : !vn
  %W, %z = tree.sweep up batch(%Bs) over %G : !G {
  ^bb0(%v: !tree.vertex, %selfW: !vnn, %selfZ: !vn):
    %A_ = tree.read %A[] : !nn -> !nn
    %B_ = tree.read %Bm[] : !nn -> !nn
    %l = tree.leaf %v of %G : !G
    %u_v = tree.read %e[%l : !tree.vertex] : !vn -> !n
    %sumBW, %sumBz = tree.reduce [sum, sum] over children(%v) of %G : !G {
    ^bb0(%c: !tree.vertex):
      %W_c = tree.read %selfW[%c : !tree.vertex] : !vnn -> !nn
      %z_c = tree.read %selfZ[%c : !tree.vertex] : !vn -> !n
      %BW = tile.contract "ki,kj->ij" (%B_, %W_c) : (!nn, !nn) -> !nn
      %Bz = tile.contract "ki,k->i" (%B_, %z_c) : (!nn, !n) -> !n
      tree.yield %BW, %Bz : !nn, !n
    } : !nn, !n
    %S_v = arith.subf %A_, %sumBW : !nn
    %rest = arith.subf %u_v, %sumBz : !n
    %W_v, %z_v = tile.solve cholesky %S_v (%B_, %rest) : (!nn, !nn, !n) -> (!nn, !n)
    tree.yield %W_v, %z_v : !nn, !n
  } : !vnn, !vn
  %x = tree.sweep down batch(%Bs) over %G : !G {
  ^bb0(%v: !tree.vertex, %self: !vn):
    %p = tree.parent %v of %G : !G
    %z_v = tree.read %z[%v : !tree.vertex] : !vn -> !n
    %W_v = tree.read %W[%v : !tree.vertex] : !vnn -> !nn
    %x_p = tree.read %self[%p : !tree.vertex] : !vn -> !n
    %Wx = tile.contract "ik,k->i" (%W_v, %x_p) : (!nn, !n) -> !n
    %x_v = arith.subf %z_v, %Wx : !n
    tree.yield %x_v : !n
  } : !vn
  %loss = tree.sweep each batch(%Bs) {
  ^bb0(%self: !b):
    %sum = tree.reduce [sum] over leaves of %G : !G {
    ^bb0(%v: !tree.vertex):
      %x_v = tree.read %x[%v : !tree.vertex] : !vn -> !n
      tree.yield %x_v : !n
    } : !n
    %count = tree.num_leaves %G : !G
    %count64 = arith.index_cast %count : index to i64
    %number = arith.sitofp %count64 : i64 to f32
    %numbers = tile.broadcast %number : f32 -> !n
    %m = arith.divf %sum, %numbers : !n
    %head_ = tree.read %head[] : !cn -> !cn
    %y = tile.contract "cn,n->c" (%head_, %m) : (!cn, !n) -> !c
    %label_ = tree.read %label[] : tensor<?xi32> -> i32
    %at = arith.index_cast %label_ : i32 to index
    %y_label = tile.element %y[%at] : !c -> f32
    %lse = tile.reduce logsumexp %y [0] : !c -> f32
    %loss_ = arith.subf %lse, %y_label : f32
    tree.yield %loss_ : f32
  } : !b
  return %loss : !b
}

func.func @adjoint(%G: !G, %token: tensor<?x?xi32>, %label: tensor<?xi32>, %E: !tn, %Ab: !n, %Bb: !nn, %head: !cn, %g: !b, %Bs: index)
    -> (!tn, !n, !nn, !cn) {
  // The forward sweeps again, for S, W and x.
  %A, %Bm = tree.sweep each {
  ^bb0(%selfA: !nn, %selfB: !nn):
    %Ab_ = tree.read %Ab[] : !n -> !n
    %Bb_ = tree.read %Bb[] : !nn -> !nn
    %three = arith.constant dense<3.0> : !nn
    %ten = arith.constant dense<10.0> : !nn
    %two = arith.constant dense<2.0> : !n
    %t = math.tanh %Bb_ : !nn
    %t3 = arith.mulf %three, %t : !nn
    %B_ = arith.divf %t3, %ten : !nn
    %ex = math.exp %Ab_ : !n
    %soft = math.log1p %ex : !n
    %squares = arith.mulf %Bb_, %Bb_ : !nn
    %sum = tile.reduce sum %squares [0, 1] : !nn -> f32
    %norm = math.sqrt %sum : f32
    %norms = tile.broadcast %norm : f32 -> !n
    %a0 = arith.addf %soft, %two : !n
    %a = arith.addf %a0, %norms : !n
    %eye = tile.eye : !nn
    %A_ = tile.contract "i,ij->ij" (%a, %eye) : (!n, !nn) -> !nn
    tree.yield %A_, %B_ : !nn, !nn
  } : !nn, !nn
  %e = tree.sweep each leaves batch(%Bs) over %G : !G {
  ^bb0(%v: !tree.vertex, %self: !vn):
    %l = tree.leaf %v of %G : !G
    %token_l = tree.read %token[%l : !tree.vertex] : tensor<?x?xi32> -> i32
    %at = arith.index_cast %token_l : i32 to index
    %e_l = tree.read %E[%at : index] : !tn -> !n
    tree.yield %e_l : !n
  } : !vn
  %S, %W, %z = tree.sweep up batch(%Bs) over %G : !G {
  ^bb0(%v: !tree.vertex, %selfS: !vnn, %selfW: !vnn, %selfZ: !vn):
    %A_ = tree.read %A[] : !nn -> !nn
    %B_ = tree.read %Bm[] : !nn -> !nn
    %l = tree.leaf %v of %G : !G
    %u_v = tree.read %e[%l : !tree.vertex] : !vn -> !n
    %sumBW, %sumBz = tree.reduce [sum, sum] over children(%v) of %G : !G {
    ^bb0(%c: !tree.vertex):
      %W_c = tree.read %selfW[%c : !tree.vertex] : !vnn -> !nn
      %z_c = tree.read %selfZ[%c : !tree.vertex] : !vn -> !n
      %BW = tile.contract "ki,kj->ij" (%B_, %W_c) : (!nn, !nn) -> !nn
      %Bz = tile.contract "ki,k->i" (%B_, %z_c) : (!nn, !n) -> !n
      tree.yield %BW, %Bz : !nn, !n
    } : !nn, !n
    %S_v = arith.subf %A_, %sumBW : !nn
    %rest = arith.subf %u_v, %sumBz : !n
    %W_v, %z_v = tile.solve cholesky %S_v (%B_, %rest) : (!nn, !nn, !n) -> (!nn, !n)
    tree.yield %S_v, %W_v, %z_v : !nn, !nn, !n
  } : !vnn, !vnn, !vn
  %x = tree.sweep down batch(%Bs) over %G : !G {
  ^bb0(%v: !tree.vertex, %self: !vn):
    %p = tree.parent %v of %G : !G
    %z_v = tree.read %z[%v : !tree.vertex] : !vn -> !n
    %W_v = tree.read %W[%v : !tree.vertex] : !vnn -> !nn
    %x_p = tree.read %self[%p : !tree.vertex] : !vn -> !n
    %Wx = tile.contract "ik,k->i" (%W_v, %x_p) : (!nn, !n) -> !n
    %x_v = arith.subf %z_v, %Wx : !n
    tree.yield %x_v : !n
  } : !vn

  %zeroHead = arith.constant dense<0.0> : !cn
  %f, %dhead = tree.sweep each batch(%Bs) accumulate(%zeroHead : !cn) {
  ^bb0(%self: !bn, %sumHead: !cn):
    %sum = tree.reduce [sum] over leaves of %G : !G {
    ^bb0(%v: !tree.vertex):
      %x_v = tree.read %x[%v : !tree.vertex] : !vn -> !n
      tree.yield %x_v : !n
    } : !n
    %count = tree.num_leaves %G : !G
    %count64 = arith.index_cast %count : index to i64
    %number = arith.sitofp %count64 : i64 to f32
    %numbers = tile.broadcast %number : f32 -> !n
    %m = arith.divf %sum, %numbers : !n
    %head_ = tree.read %head[] : !cn -> !cn
    %y = tile.contract "cn,n->c" (%head_, %m) : (!cn, !n) -> !c
    %label_ = tree.read %label[] : tensor<?xi32> -> i32
    %at = arith.index_cast %label_ : i32 to index
    %one = arith.constant 1.0 : f32
    %e_label = tile.place %one at [%at] : f32 -> !c
    %probability = tile.softmax %y axis 0 : !c
    %difference = arith.subf %probability, %e_label : !c
    %g_ = tree.read %g[] : !b -> f32
    %dy = tile.contract ",c->c" (%g_, %difference) : (f32, !c) -> !c
    %dhead_ = tile.contract "c,n->cn" (%dy, %m) : (!c, !n) -> !cn
    tree.accumulate %dhead_ into %sumHead[] : !cn into !cn
    %dm = tile.contract "cn,c->n" (%head_, %dy) : (!cn, !c) -> !n
    %f_ = arith.divf %dm, %numbers : !n
    tree.yield %f_ : !n
  } : !bn, !cn
  %w = tree.sweep up batch(%Bs) over %G : !G {
  ^bb0(%v: !tree.vertex, %self: !vn):
    %B_ = tree.read %Bm[] : !nn -> !nn
    %S_v = tree.read %S[%v : !tree.vertex] : !vnn -> !nn
    %isLeaf = tree.is_leaf %v of %G : !G
    %f_ = tree.read %f[] : !bn -> !n
    %zero = arith.constant dense<0.0> : !n
    %dx_v = arith.select %isLeaf, %f_, %zero : !n
    %sumBw = tree.reduce [sum] over children(%v) of %G : !G {
    ^bb0(%c: !tree.vertex):
      %w_c = tree.read %self[%c : !tree.vertex] : !vn -> !n
      %Bw = tile.contract "ki,k->i" (%B_, %w_c) : (!nn, !n) -> !n
      tree.yield %Bw : !n
    } : !n
    %rest = arith.subf %dx_v, %sumBw : !n
    %w_v = tile.solve cholesky %S_v (%rest) : (!nn, !n) -> !n
    tree.yield %w_v : !n
  } : !vn
  %lam = tree.sweep down batch(%Bs) over %G : !G {
  ^bb0(%v: !tree.vertex, %self: !vn):
    %p = tree.parent %v of %G : !G
    %w_v = tree.read %w[%v : !tree.vertex] : !vn -> !n
    %W_v = tree.read %W[%v : !tree.vertex] : !vnn -> !nn
    %lam_p = tree.read %self[%p : !tree.vertex] : !vn -> !n
    %Wlam = tile.contract "ik,k->i" (%W_v, %lam_p) : (!nn, !n) -> !n
    %lam_v = arith.subf %w_v, %Wlam : !n
    tree.yield %lam_v : !n
  } : !vn
  %zeroAb = arith.constant dense<0.0> : !n
  %zeroBb = arith.constant dense<0.0> : !nn
  %dAb, %dBb = tree.sweep each batch(%Bs) over %G : !G accumulate(%zeroAb, %zeroBb : !n, !nn) {
  ^bb0(%v: !tree.vertex, %sumAb: !n, %sumBb: !nn):
    %p = tree.parent %v of %G : !G
    %Ab_ = tree.read %Ab[] : !n -> !n
    %Bb_ = tree.read %Bb[] : !nn -> !nn
    %x_v = tree.read %x[%v : !tree.vertex] : !vn -> !n
    %x_p = tree.read %x[%p : !tree.vertex] : !vn -> !n
    %lam_v = tree.read %lam[%v : !tree.vertex] : !vn -> !n
    %lam_p = tree.read %lam[%p : !tree.vertex] : !vn -> !n
    %product = arith.mulf %lam_v, %x_v : !n
    %da = arith.negf %product : !n
    %one = arith.constant dense<1.0> : !n
    %nAb = arith.negf %Ab_ : !n
    %enAb = math.exp %nAb : !n
    %below = arith.addf %one, %enAb : !n
    %dAb_v = arith.divf %da, %below : !n
    tree.accumulate %dAb_v into %sumAb[] : !n into !n
    %lx = tile.contract "i,j->ij" (%lam_v, %x_p) : (!n, !n) -> !nn
    %xl = tile.contract "i,j->ij" (%x_v, %lam_p) : (!n, !n) -> !nn
    %both = arith.addf %lx, %xl : !nn
    %dB = arith.negf %both : !nn
    %three = arith.constant dense<3.0> : !nn
    %ten = arith.constant dense<10.0> : !nn
    %ones = arith.constant dense<1.0> : !nn
    %t = math.tanh %Bb_ : !nn
    %tt = arith.mulf %t, %t : !nn
    %slope = arith.subf %ones, %tt : !nn
    %dt = arith.mulf %dB, %slope : !nn
    %dt3 = arith.mulf %three, %dt : !nn
    %fromB = arith.divf %dt3, %ten : !nn
    %sum = tile.reduce sum %da [0] : !n -> f32
    %squares = arith.mulf %Bb_, %Bb_ : !nn
    %square = tile.reduce sum %squares [0, 1] : !nn -> f32
    %norm = math.sqrt %square : f32
    %ratio = arith.divf %sum, %norm : f32
    %fromA = tile.contract ",ij->ij" (%ratio, %Bb_) : (f32, !nn) -> !nn
    %dBb_v = arith.addf %fromA, %fromB : !nn
    tree.accumulate %dBb_v into %sumBb[] : !nn into !nn
    tree.yield
  } : !n, !nn
  %zeroE = arith.constant dense<0.0> : !tn
  %dE = tree.sweep each leaves batch(%Bs) over %G : !G accumulate(%zeroE : !tn) {
  ^bb0(%v: !tree.vertex, %sumE: !tn):
    %l = tree.leaf %v of %G : !G
    %token_l = tree.read %token[%l : !tree.vertex] : tensor<?x?xi32> -> i32
    %at = arith.index_cast %token_l : i32 to index
    %lam_v = tree.read %lam[%v : !tree.vertex] : !vn -> !n
    tree.accumulate %lam_v into %sumE[%at : index] : !n into !tn
    tree.yield
  } : !tn
  return %dE, %dAb, %dBb, %dhead : !tn, !n, !nn, !cn
}
