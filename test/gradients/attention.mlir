// Causal softmax attention and its adjoint. The aliases fix the sizes of this text; ClosureTest.cpp states others.
//   s_ij = q_i . k_j / sqrt(r) for j <= i;   w_ij = softmax over j;   o_i = sum over j of w_ij v_j
// With g = dL/do, p_ij = g_i . v_j and D_i = g_i . o_i, the scores have the gradient w_ij (p_ij - D_i), so that
//   rows:     dq_i = sum over j of w_ij (p_ij - D_i) k_j / sqrt(r)
//   columns:  dk_j = sum over i >= j of w_ij (p_ij - D_i) q_i / sqrt(r);   dv_j = sum over i >= j of w_ij g_i
// where columns know w_ij = exp(s_ij - l_i) from the statistics l of the rows.
!r = tensor<16xf32>       // r
!m = tensor<8xf32>        // m
!nr = tensor<?x?x16xf32>  // ? x ? x r
!nm = tensor<?x?x8xf32>   // ? x ? x m
!n = tensor<?x?xf32>

func.func @forward(%q: !nr, %k: !nr, %v: !nm, %B: index, %N: index) -> !nm {
  %o = block.attend softmax batch(%B) axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %end = arith.addi %i, %one : index
    block.yield %zero, %end : index, index
  } score {
  ^bb0(%i: index, %j: index):
    %q_i = block.read %q[%i] : !nr -> !r
    %k_j = block.read %k[%j] : !nr -> !r
    %dot = tile.contract "a,a->" (%q_i, %k_j) : (!r, !r) -> f32
    %ones = arith.constant dense<1.0> : !r
    %size = tile.reduce sum %ones [0] : !r -> f32
    %root = math.sqrt %size : f32
    %s = arith.divf %dot, %root : f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index):
    %v_j = block.read %v[%j] : !nm -> !m
    block.yield %v_j : !m
  } : !nm
  return %o : !nm
}

func.func @adjoint(%q: !nr, %k: !nr, %v: !nm, %g: !nm, %B: index, %N: index) -> (!nr, !nr, !nm) {
  // Forward again, for o and the statistics.
  %o, %l = block.attend softmax statistics batch(%B) axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %end = arith.addi %i, %one : index
    block.yield %zero, %end : index, index
  } score {
  ^bb0(%i: index, %j: index):
    %q_i = block.read %q[%i] : !nr -> !r
    %k_j = block.read %k[%j] : !nr -> !r
    %dot = tile.contract "a,a->" (%q_i, %k_j) : (!r, !r) -> f32
    %ones = arith.constant dense<1.0> : !r
    %size = tile.reduce sum %ones [0] : !r -> f32
    %root = math.sqrt %size : f32
    %s = arith.divf %dot, %root : f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index):
    %v_j = block.read %v[%j] : !nm -> !m
    block.yield %v_j : !m
  } : !nm, !n
  %D = tree.sweep each batch(%B) axes(%N) {
  ^bb0(%i: index, %self: !n):
    %g_i = tree.read %g[%i : index] : !nm -> !m
    %o_i = tree.read %o[%i : index] : !nm -> !m
    %D_i = tile.contract "a,a->" (%g_i, %o_i) : (!m, !m) -> f32
    tree.yield %D_i : f32
  } : !n

  // The row pass.
  %dq = block.attend softmax batch(%B) axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %end = arith.addi %i, %one : index
    block.yield %zero, %end : index, index
  } score {
  ^bb0(%i: index, %j: index):
    %q_i = block.read %q[%i] : !nr -> !r
    %k_j = block.read %k[%j] : !nr -> !r
    %dot = tile.contract "a,a->" (%q_i, %k_j) : (!r, !r) -> f32
    %ones = arith.constant dense<1.0> : !r
    %size = tile.reduce sum %ones [0] : !r -> f32
    %root = math.sqrt %size : f32
    %s = arith.divf %dot, %root : f32
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index):
    %k_j = block.read %k[%j] : !nr -> !r
    %v_j = block.read %v[%j] : !nm -> !m
    %g_i = block.read %g[%i] : !nm -> !m
    %D_i = block.read %D[%i] : !n -> f32
    %p = tile.contract "a,a->" (%g_i, %v_j) : (!m, !m) -> f32
    %d = arith.subf %p, %D_i : f32
    %ones = arith.constant dense<1.0> : !r
    %size = tile.reduce sum %ones [0] : !r -> f32
    %root = math.sqrt %size : f32
    %scaled = arith.divf %d, %root : f32
    %wide = tile.broadcast %scaled : f32 -> !r
    %part = arith.mulf %wide, %k_j : !r
    block.yield %part : !r
  } : !nr

  // The column pass: rows are keys, and keys rows.
  %dk, %dv = block.attend exp batch(%B) axes(%N) keys(%N) bounds {
  ^bb0(%j: index):
    block.yield %j, %N : index, index
  } score {
  ^bb0(%j: index, %i: index):
    %q_i = block.read %q[%i] : !nr -> !r
    %k_j = block.read %k[%j] : !nr -> !r
    %dot = tile.contract "a,a->" (%q_i, %k_j) : (!r, !r) -> f32
    %ones = arith.constant dense<1.0> : !r
    %size = tile.reduce sum %ones [0] : !r -> f32
    %root = math.sqrt %size : f32
    %s = arith.divf %dot, %root : f32
    %l_i = block.read %l[%i] : !n -> f32
    %logWeight = arith.subf %s, %l_i : f32
    block.yield %logWeight : f32
  } values {
  ^bb0(%j: index, %i: index):
    %q_i = block.read %q[%i] : !nr -> !r
    %v_j = block.read %v[%j] : !nm -> !m
    %g_i = block.read %g[%i] : !nm -> !m
    %D_i = block.read %D[%i] : !n -> f32
    %p = tile.contract "a,a->" (%g_i, %v_j) : (!m, !m) -> f32
    %d = arith.subf %p, %D_i : f32
    %ones = arith.constant dense<1.0> : !r
    %size = tile.reduce sum %ones [0] : !r -> f32
    %root = math.sqrt %size : f32
    %scaled = arith.divf %d, %root : f32
    %wide = tile.broadcast %scaled : f32 -> !r
    %part = arith.mulf %wide, %q_i : !r
    block.yield %part, %g_i : !r, !m
  } : !nr, !nm
  return %dq, %dk, %dv : !nr, !nr, !nm
}
