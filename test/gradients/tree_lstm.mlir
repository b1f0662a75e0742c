// The child-sum Tree-LSTM over a forest and its adjoint. The aliases fix the sizes of this text; ClosureTest.cpp states
// others. With s the logistic function, o the elementwise product and b_v the sum of the children's h:
//   up:    i_v = s(Wi x_v + Ui b_v);  o_v = s(Wo x_v + Uo b_v);  g_v = tanh(Wu x_v + Uu b_v);  f_c = s(Wf x_v + Uf h_c)
//          m_v = i_v o g_v + sum over children of f_c o m_c;   h_v = o_v o tanh(m_v)
// With q = dL/dh of the caller; I, O, U, F are the cotangents of what enters s and tanh, M that of m:
//   down:  F_v = M_p o m_v o f_v (1 - f_v);    H = q_v + Ui^T I_p + Uo^T O_p + Uu^T U_p + Uf^T F_v
//          M_v = M_p o f_v + H o o_v (1 - tanh(m_v)^2);    O_v = H o tanh(m_v) o o_v (1 - o_v)
//          I_v = M_v o g_v o i_v (1 - i_v);    U_v = M_v o i_v (1 - g_v^2)                  all zero above a root
//   each:  dx_v = Wi^T I_v + Wo^T O_v + Wu^T U_v + Wf^T (sum over children of F_c)
//          dWi += I_v x_v^T;  dUi += I_v b_v^T  (o, u alike);   dWf += F_v x_p^T;  dUf += F_v h_v^T
!G = !tree.tree<forest>
!d = tensor<5xf32>       // d
!e = tensor<4xf32>       // e
!de = tensor<5x4xf32>    // d x e
!dd = tensor<5x5xf32>    // d x d
!vd = tensor<?x?x5xf32>  // ? x ? x d
!ve = tensor<?x?x4xf32>  // ? x ? x e

func.func @forward(%G: !G, %x: !ve, %Wi: !de, %Wo: !de, %Wu: !de, %Wf: !de, %Ui: !dd, %Uo: !dd, %Uu: !dd, %Uf: !dd, %B: index) -> !vd {
  %m, %h = tree.sweep up batch(%B) over %G : !G {
  ^bb0(%v: !tree.vertex, %selfM: !vd, %selfH: !vd):
    %one = arith.constant dense<1.0> : !d
    %x_v = tree.read %x[%v : !tree.vertex] : !ve -> !e
    %Wi_ = tree.read %Wi[] : !de -> !de
    %Wo_ = tree.read %Wo[] : !de -> !de
    %Wu_ = tree.read %Wu[] : !de -> !de
    %Wf_ = tree.read %Wf[] : !de -> !de
    %Ui_ = tree.read %Ui[] : !dd -> !dd
    %Uo_ = tree.read %Uo[] : !dd -> !dd
    %Uu_ = tree.read %Uu[] : !dd -> !dd
    %Uf_ = tree.read %Uf[] : !dd -> !dd
    %Wfx = tile.contract "de,e->d" (%Wf_, %x_v) : (!de, !e) -> !d
    %b_v, %kept = tree.reduce [sum, sum] over children(%v) of %G : !G {
    ^bb0(%c: !tree.vertex):
      %h_c = tree.read %selfH[%c : !tree.vertex] : !vd -> !d
      %m_c = tree.read %selfM[%c : !tree.vertex] : !vd -> !d
      %Ufh = tile.contract "de,e->d" (%Uf_, %h_c) : (!dd, !d) -> !d
      %af = arith.addf %Wfx, %Ufh : !d
      %naf = arith.negf %af : !d
      %ef = math.exp %naf : !d
      %sf = arith.addf %one, %ef : !d
      %f_c = arith.divf %one, %sf : !d
      %fm = arith.mulf %f_c, %m_c : !d
      tree.yield %h_c, %fm : !d, !d
    } : !d, !d
    %Wix = tile.contract "de,e->d" (%Wi_, %x_v) : (!de, !e) -> !d
    %Uib = tile.contract "de,e->d" (%Ui_, %b_v) : (!dd, !d) -> !d
    %ai = arith.addf %Wix, %Uib : !d
    %nai = arith.negf %ai : !d
    %ei = math.exp %nai : !d
    %si = arith.addf %one, %ei : !d
    %i_v = arith.divf %one, %si : !d
    %Wox = tile.contract "de,e->d" (%Wo_, %x_v) : (!de, !e) -> !d
    %Uob = tile.contract "de,e->d" (%Uo_, %b_v) : (!dd, !d) -> !d
    %ao = arith.addf %Wox, %Uob : !d
    %nao = arith.negf %ao : !d
    %eo = math.exp %nao : !d
    %so = arith.addf %one, %eo : !d
    %o_v = arith.divf %one, %so : !d
    %Wux = tile.contract "de,e->d" (%Wu_, %x_v) : (!de, !e) -> !d
    %Uub = tile.contract "de,e->d" (%Uu_, %b_v) : (!dd, !d) -> !d
    %au = arith.addf %Wux, %Uub : !d
    %g_v = math.tanh %au : !d
    %ig = arith.mulf %i_v, %g_v : !d
    %m_v = arith.addf %ig, %kept : !d
    %tm = math.tanh %m_v : !d
    %h_v = arith.mulf %o_v, %tm : !d
    tree.yield %m_v, %h_v : !d, !d
  } : !vd, !vd
  return %h : !vd
}

func.func @adjoint(%G: !G, %x: !ve, %Wi: !de, %Wo: !de, %Wu: !de, %Wf: !de, %Ui: !dd, %Uo: !dd, %Uu: !dd, %Uf: !dd, %q: !vd, %B: index)
    -> (!ve, !de, !de, !de, !de, !dd, !dd, !dd, !dd) {
  // The forward sweep again, for its gates, m and h.
  %i, %o, %g, %m, %h = tree.sweep up batch(%B) over %G : !G {
  ^bb0(%v: !tree.vertex, %selfI: !vd, %selfO: !vd, %selfG: !vd, %selfM: !vd, %selfH: !vd):
    %one = arith.constant dense<1.0> : !d
    %x_v = tree.read %x[%v : !tree.vertex] : !ve -> !e
    %Wi_ = tree.read %Wi[] : !de -> !de
    %Wo_ = tree.read %Wo[] : !de -> !de
    %Wu_ = tree.read %Wu[] : !de -> !de
    %Wf_ = tree.read %Wf[] : !de -> !de
    %Ui_ = tree.read %Ui[] : !dd -> !dd
    %Uo_ = tree.read %Uo[] : !dd -> !dd
    %Uu_ = tree.read %Uu[] : !dd -> !dd
    %Uf_ = tree.read %Uf[] : !dd -> !dd
    %Wfx = tile.contract "de,e->d" (%Wf_, %x_v) : (!de, !e) -> !d
    %b_v, %kept = tree.reduce [sum, sum] over children(%v) of %G : !G {
    ^bb0(%c: !tree.vertex):
      %h_c = tree.read %selfH[%c : !tree.vertex] : !vd -> !d
      %m_c = tree.read %selfM[%c : !tree.vertex] : !vd -> !d
      %Ufh = tile.contract "de,e->d" (%Uf_, %h_c) : (!dd, !d) -> !d
      %af = arith.addf %Wfx, %Ufh : !d
      %naf = arith.negf %af : !d
      %ef = math.exp %naf : !d
      %sf = arith.addf %one, %ef : !d
      %f_c = arith.divf %one, %sf : !d
      %fm = arith.mulf %f_c, %m_c : !d
      tree.yield %h_c, %fm : !d, !d
    } : !d, !d
    %Wix = tile.contract "de,e->d" (%Wi_, %x_v) : (!de, !e) -> !d
    %Uib = tile.contract "de,e->d" (%Ui_, %b_v) : (!dd, !d) -> !d
    %ai = arith.addf %Wix, %Uib : !d
    %nai = arith.negf %ai : !d
    %ei = math.exp %nai : !d
    %si = arith.addf %one, %ei : !d
    %i_v = arith.divf %one, %si : !d
    %Wox = tile.contract "de,e->d" (%Wo_, %x_v) : (!de, !e) -> !d
    %Uob = tile.contract "de,e->d" (%Uo_, %b_v) : (!dd, !d) -> !d
    %ao = arith.addf %Wox, %Uob : !d
    %nao = arith.negf %ao : !d
    %eo = math.exp %nao : !d
    %so = arith.addf %one, %eo : !d
    %o_v = arith.divf %one, %so : !d
    %Wux = tile.contract "de,e->d" (%Wu_, %x_v) : (!de, !e) -> !d
    %Uub = tile.contract "de,e->d" (%Uu_, %b_v) : (!dd, !d) -> !d
    %au = arith.addf %Wux, %Uub : !d
    %g_v = math.tanh %au : !d
    %ig = arith.mulf %i_v, %g_v : !d
    %m_v = arith.addf %ig, %kept : !d
    %tm = math.tanh %m_v : !d
    %h_v = arith.mulf %o_v, %tm : !d
    tree.yield %i_v, %o_v, %g_v, %m_v, %h_v : !d, !d, !d, !d, !d
  } : !vd, !vd, !vd, !vd, !vd

  %I, %O, %U, %F, %M = tree.sweep down batch(%B) over %G : !G {
  ^bb0(%v: !tree.vertex, %selfI: !vd, %selfO: !vd, %selfU: !vd, %selfF: !vd, %selfM: !vd):
    %one = arith.constant dense<1.0> : !d
    %p = tree.parent %v of %G : !G
    %q_v = tree.read %q[%v : !tree.vertex] : !vd -> !d
    %i_v = tree.read %i[%v : !tree.vertex] : !vd -> !d
    %o_v = tree.read %o[%v : !tree.vertex] : !vd -> !d
    %g_v = tree.read %g[%v : !tree.vertex] : !vd -> !d
    %m_v = tree.read %m[%v : !tree.vertex] : !vd -> !d
    %h_v = tree.read %h[%v : !tree.vertex] : !vd -> !d
    %x_p = tree.read %x[%p : !tree.vertex] : !ve -> !e
    %I_p = tree.read %selfI[%p : !tree.vertex] : !vd -> !d
    %O_p = tree.read %selfO[%p : !tree.vertex] : !vd -> !d
    %U_p = tree.read %selfU[%p : !tree.vertex] : !vd -> !d
    %M_p = tree.read %selfM[%p : !tree.vertex] : !vd -> !d
    %Wf_ = tree.read %Wf[] : !de -> !de
    %Ui_ = tree.read %Ui[] : !dd -> !dd
    %Uo_ = tree.read %Uo[] : !dd -> !dd
    %Uu_ = tree.read %Uu[] : !dd -> !dd
    %Uf_ = tree.read %Uf[] : !dd -> !dd
    // The forget gate of v as a child of p.
    %Wfx = tile.contract "de,e->d" (%Wf_, %x_p) : (!de, !e) -> !d
    %Ufh = tile.contract "de,e->d" (%Uf_, %h_v) : (!dd, !d) -> !d
    %af = arith.addf %Wfx, %Ufh : !d
    %naf = arith.negf %af : !d
    %ef = math.exp %naf : !d
    %sf = arith.addf %one, %ef : !d
    %f_v = arith.divf %one, %sf : !d
    %notF = arith.subf %one, %f_v : !d
    %slopeF = arith.mulf %f_v, %notF : !d
    %Mm = arith.mulf %M_p, %m_v : !d
    %F_v = arith.mulf %Mm, %slopeF : !d
    %UiI = tile.contract "de,d->e" (%Ui_, %I_p) : (!dd, !d) -> !d
    %UoO = tile.contract "de,d->e" (%Uo_, %O_p) : (!dd, !d) -> !d
    %UuU = tile.contract "de,d->e" (%Uu_, %U_p) : (!dd, !d) -> !d
    %UfF = tile.contract "de,d->e" (%Uf_, %F_v) : (!dd, !d) -> !d
    %H0 = arith.addf %q_v, %UiI : !d
    %H1 = arith.addf %H0, %UoO : !d
    %H2 = arith.addf %H1, %UuU : !d
    %H = arith.addf %H2, %UfF : !d
    %tm = math.tanh %m_v : !d
    %tm2 = arith.mulf %tm, %tm : !d
    %slopeT = arith.subf %one, %tm2 : !d
    %Ho = arith.mulf %H, %o_v : !d
    %fromH = arith.mulf %Ho, %slopeT : !d
    %fromM = arith.mulf %M_p, %f_v : !d
    %M_v = arith.addf %fromM, %fromH : !d
    %notO = arith.subf %one, %o_v : !d
    %slopeO = arith.mulf %o_v, %notO : !d
    %Ht = arith.mulf %H, %tm : !d
    %O_v = arith.mulf %Ht, %slopeO : !d
    %notI = arith.subf %one, %i_v : !d
    %slopeI = arith.mulf %i_v, %notI : !d
    %Mg = arith.mulf %M_v, %g_v : !d
    %I_v = arith.mulf %Mg, %slopeI : !d
    %g2 = arith.mulf %g_v, %g_v : !d
    %slopeG = arith.subf %one, %g2 : !d
    %Mi = arith.mulf %M_v, %i_v : !d
    %U_v = arith.mulf %Mi, %slopeG : !d
    tree.yield %I_v, %O_v, %U_v, %F_v, %M_v : !d, !d, !d, !d, !d
  } : !vd, !vd, !vd, !vd, !vd

  %zeroW = arith.constant dense<0.0> : !de
  %zeroU = arith.constant dense<0.0> : !dd
  %dx, %dWi, %dWo, %dWu, %dWf, %dUi, %dUo, %dUu, %dUf = tree.sweep each batch(%B) over %G : !G
      accumulate(%zeroW, %zeroW, %zeroW, %zeroW, %zeroU, %zeroU, %zeroU, %zeroU : !de, !de, !de, !de, !dd, !dd, !dd, !dd) {
  ^bb0(%v: !tree.vertex, %self: !ve, %sumWi: !de, %sumWo: !de, %sumWu: !de, %sumWf: !de, %sumUi: !dd, %sumUo: !dd, %sumUu: !dd, %sumUf: !dd):
    %p = tree.parent %v of %G : !G
    %x_v = tree.read %x[%v : !tree.vertex] : !ve -> !e
    %x_p = tree.read %x[%p : !tree.vertex] : !ve -> !e
    %h_v = tree.read %h[%v : !tree.vertex] : !vd -> !d
    %I_v = tree.read %I[%v : !tree.vertex] : !vd -> !d
    %O_v = tree.read %O[%v : !tree.vertex] : !vd -> !d
    %U_v = tree.read %U[%v : !tree.vertex] : !vd -> !d
    %F_v = tree.read %F[%v : !tree.vertex] : !vd -> !d
    %Wi_ = tree.read %Wi[] : !de -> !de
    %Wo_ = tree.read %Wo[] : !de -> !de
    %Wu_ = tree.read %Wu[] : !de -> !de
    %Wf_ = tree.read %Wf[] : !de -> !de
    %b_v, %sumF = tree.reduce [sum, sum] over children(%v) of %G : !G {
    ^bb0(%c: !tree.vertex):
      %h_c = tree.read %h[%c : !tree.vertex] : !vd -> !d
      %F_c = tree.read %F[%c : !tree.vertex] : !vd -> !d
      tree.yield %h_c, %F_c : !d, !d
    } : !d, !d
    %WiI = tile.contract "de,d->e" (%Wi_, %I_v) : (!de, !d) -> !e
    %WoO = tile.contract "de,d->e" (%Wo_, %O_v) : (!de, !d) -> !e
    %WuU = tile.contract "de,d->e" (%Wu_, %U_v) : (!de, !d) -> !e
    %WfF = tile.contract "de,d->e" (%Wf_, %sumF) : (!de, !d) -> !e
    %dx0 = arith.addf %WiI, %WoO : !e
    %dx1 = arith.addf %dx0, %WuU : !e
    %dx_v = arith.addf %dx1, %WfF : !e
    %dWi_v = tile.contract "d,e->de" (%I_v, %x_v) : (!d, !e) -> !de
    tree.accumulate %dWi_v into %sumWi[] : !de into !de
    %dWo_v = tile.contract "d,e->de" (%O_v, %x_v) : (!d, !e) -> !de
    tree.accumulate %dWo_v into %sumWo[] : !de into !de
    %dWu_v = tile.contract "d,e->de" (%U_v, %x_v) : (!d, !e) -> !de
    tree.accumulate %dWu_v into %sumWu[] : !de into !de
    %dWf_v = tile.contract "d,e->de" (%F_v, %x_p) : (!d, !e) -> !de
    tree.accumulate %dWf_v into %sumWf[] : !de into !de
    %dUi_v = tile.contract "d,e->de" (%I_v, %b_v) : (!d, !d) -> !dd
    tree.accumulate %dUi_v into %sumUi[] : !dd into !dd
    %dUo_v = tile.contract "d,e->de" (%O_v, %b_v) : (!d, !d) -> !dd
    tree.accumulate %dUo_v into %sumUo[] : !dd into !dd
    %dUu_v = tile.contract "d,e->de" (%U_v, %b_v) : (!d, !d) -> !dd
    tree.accumulate %dUu_v into %sumUu[] : !dd into !dd
    %dUf_v = tile.contract "d,e->de" (%F_v, %h_v) : (!d, !d) -> !dd
    tree.accumulate %dUf_v into %sumUf[] : !dd into !dd
    tree.yield %dx_v : !e
  } : !ve, !de, !de, !de, !de, !dd, !dd, !dd, !dd
  return %dx, %dWi, %dWo, %dWu, %dWf, %dUi, %dUo, %dUu, %dUf : !ve, !de, !de, !de, !de, !dd, !dd, !dd, !dd
}
