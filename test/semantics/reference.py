"""The kernels of examples/layers in NumPy, float64, from their mathematics: oracles that share nothing with the compiler or its interpreter.

A function takes the parents of one tree (roots -1) and arrays without batch axes; `apply` runs it over the batch.
Small trees are worked by definition (dense systems, products along paths, sums over all assignments), large ones by passes over levels.
"""
import itertools
import math

import numpy as np

# ---------------------------------------------------------------------------------------------------------------- trees


def perfect(arity, height):
    """Level by level, leaves first; children of vertex i of a level are arity*i .. arity*i + arity - 1 of the level below."""
    parents, offset = [], 0
    for level in range(height, 0, -1):
        width = arity**level
        parents.append(offset + width + np.arange(width) // arity)
        offset += width
    return np.concatenate(parents + [np.array([-1])])


def chain(length):
    parents = np.arange(1, length + 1)
    parents[-1:] = -1
    return parents


def star(leaves, center=0):
    parents = np.full(leaves + 1, center)
    parents[center] = -1
    return parents


def caterpillar(spine):
    """A path 0, 2, 4, ... towards its root 0, each of its vertices with one leaf more."""
    parents = np.empty(2 * spine, dtype=np.int64)
    parents[0::2] = np.arange(spine) * 2 - 2
    parents[0] = -1
    parents[1::2] = np.arange(spine) * 2
    return parents


def relabelled(parents, rng):
    """The same tree with its vertices in random order."""
    new = rng.permutation(len(parents))
    result = np.empty_like(parents)
    result[new] = np.where(parents < 0, -1, new[parents])
    return result


def random_forest(vertices, roots, rng):
    parents = np.array([-1 if v < roots else rng.integers(0, v) for v in range(vertices)], dtype=np.int64)
    return relabelled(parents, rng)


def random_tree(vertices, rng):
    return random_forest(vertices, 1, rng)


def levels(parents):
    """Arrays of vertices, one per depth, roots first."""
    depth = depths(parents)
    order = np.argsort(depth, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(depth[order])) + 1) if len(parents) else []


def depths(parents):
    """Distance to the root, by doubling: jump[v] is the ancestor `steps` above v, as far as there is one."""
    vertices = len(parents)
    jump = np.append(np.where(parents < 0, vertices, parents), vertices)
    depth = (jump != vertices).astype(np.int64)
    while (jump != vertices).any():
        depth, jump = depth + depth[jump], jump[jump]
    return depth[:vertices]


def heights(parents):
    height = np.zeros(len(parents), dtype=np.int64)
    for level in reversed(levels(parents)[1:]):
        np.maximum.at(height, parents[level], height[level] + 1)
    return height


def children_of(parents):
    lists = [[] for _ in parents]
    for v, p in enumerate(parents):
        if p >= 0:
            lists[p].append(v)
    return lists


def slots(parents):
    """Position among the siblings, in the order of their numbers."""
    slot = np.zeros(len(parents), dtype=np.int64)
    for siblings in children_of(parents):
        slot[siblings] = np.arange(len(siblings))
    return slot


def bottom_up(parents):
    """Vertices, children before parents."""
    return [int(v) for level in reversed(levels(parents)) for v in level]


def top_down(parents):
    return bottom_up(parents)[::-1]


# ----------------------------------------------------------------------------------------------------------- tree solves


def block_matrix(parents, A, B, C):
    """T of papers.md 1.2: row v is A[v] at v, B[v] at v's parent, C[c] at each child c."""
    vertices, n = A.shape[0], A.shape[-1]
    T = np.zeros((vertices, n, vertices, n))
    for v, p in enumerate(parents):
        T[v, :, v] = A[v]
        if p >= 0:
            T[v, :, p] = B[v]
            T[p, :, v] = C[v]
    return T.reshape(vertices * n, vertices * n)


def tree_product(parents, A, B, C, x):
    """T x, without T."""
    inner = np.flatnonzero(parents >= 0)
    result = A @ x
    result[inner] += B[inner] @ x[parents[inner]]
    np.add.at(result, parents[inner], C[inner] @ x[inner])
    return result


def eliminate(parents, A, B, C, u):
    """Block elimination without exchanges across vertices, level by level; each tile by LAPACK."""
    S, w, W, z, x = A.copy(), u.copy(), np.zeros_like(A), np.zeros_like(u), np.zeros_like(u)
    for level in reversed(levels(parents)):
        W[level] = np.linalg.solve(S[level], B[level])
        z[level] = np.linalg.solve(S[level], w[level])
        inner = level[parents[level] >= 0]
        np.add.at(S, parents[inner], -C[inner] @ W[inner])
        np.add.at(w, parents[inner], -C[inner] @ z[inner])
    for level in levels(parents):
        inner = level[parents[level] >= 0]
        x[level] = z[level]
        x[inner] -= W[inner] @ x[parents[inner]]
    return x


def myo(parents, A, B, C, u):
    vertices, n, m = u.shape
    if vertices * n > 700:
        return eliminate(parents, A, B, C, u)
    return np.linalg.solve(block_matrix(parents, A, B, C), u.reshape(vertices * n, m)).reshape(u.shape)


def lower_symmetric(A):
    """The symmetric matrix whose lower triangle is A's."""
    lower = np.tril(A)
    return lower + np.swapaxes(np.tril(A, -1), -1, -2)


def myo_symmetric(parents, A, B, u):
    return myo(parents, lower_symmetric(A), B, np.swapaxes(B, -1, -2), u)


# ------------------------------------------------------------------------------------------------------------ tree scans


def path_products(parents, a):
    """K[i, j]: the product of a over the path from i to j, the lowest common ancestor left out (papers.md 2.3)."""
    depth = depths(parents)
    K = np.empty((len(parents), len(parents)) + a.shape[1:])
    for i, j in itertools.product(range(len(parents)), repeat=2):
        product, left, right = np.ones(a.shape[1:]), i, j
        while left != right:
            deeper = left if depth[left] >= depth[right] else right
            product = product * a[deeper]
            left, right = (parents[left], right) if deeper == left else (left, parents[right])
        K[i, j] = product
    return K


def up_pass(parents, u, a):
    xi = u.copy()
    for level in reversed(levels(parents)[1:]):
        np.add.at(xi, parents[level], a[level] * xi[level])
    return xi


def tree_scan(T, u, a):
    if len(T) <= 40:
        return np.einsum("ijd,jd->id", path_products(T, a), u)
    h = up_pass(T, u, a)
    for level in levels(T)[1:]:
        h[level] = (1 - a[level] ** 2) * h[level] + a[level] * h[T[level]]
    return h


def tree_scan_to_root(T, u, a):
    if len(T) > 40:
        return up_pass(T, u, a)
    K = path_products(T, a)
    below = np.zeros((len(T), len(T)))
    for j in range(len(T)):
        i = j
        while i >= 0:
            below[i, j] = 1
            i = T[i]
    return np.einsum("ij,ijd,jd->id", below, K, u)


# ---------------------------------------------------------------------------------------------------------------- chains


def gated_scan(time, a, b):
    if len(time) <= 64:  # the sum over all earlier inputs, each times the gates between
        terms = [[b[s] * np.prod(a[s + 1 : t + 1], axis=0) for s in range(t + 1)] for t in range(len(time))]
        return np.array([np.sum(row, axis=0) for row in terms]).reshape(b.shape)
    h = np.empty_like(b)
    for column in range(b.shape[1]):
        state, out = 0.0, []
        for gate, value in zip(a[:, column].tolist(), b[:, column].tolist()):
            state = value + gate * state
            out.append(state)
        h[:, column] = out
    return h


def selective_scan(time, delta, A, B, C, x, skip):
    h, y = np.zeros(A.shape), np.empty_like(x)
    for t in range(len(time)):
        h = np.exp(delta[t][:, None] * A) * h + (delta[t] * x[t])[:, None] * B[t]
        y[t] = h @ C[t] + skip * x[t]
    return y


def headed_scan(time, a, k, x, q):
    y, last = np.empty_like(x), np.zeros((a.shape[0], k.shape[-1], x.shape[-1]))
    for t in range(len(time)):
        last = a[:, t, None, None] * last + np.einsum("hs,hp->hsp", k[:, t], x[:, t])
        y[:, t] = np.einsum("hs,hsp->hp", q[:, t], last)
    return y, last


def s5(time, re, im, bu_re, bu_im, c_re, c_im):
    pole, u, length = re + 1j * im, bu_re + 1j * bu_im, len(time)
    both = np.zeros_like(u)
    for t, s in itertools.product(range(length), repeat=2):
        both[t] += pole ** abs(t - s) * u[s] * (2 if s == t else 1)
    return 2 * np.real(both @ (c_re + 1j * c_im).T)


# -------------------------------------------------------------------------------------------------------------- networks


def sigmoid(x):
    return np.exp(-np.logaddexp(0, -x))


def tree_lstm(G, x, Wi, Wo, Wu, Wf, Ui, Uo, Uu, Uf):
    below = children_of(G)
    h, m = np.zeros((len(G), Wi.shape[0])), np.zeros((len(G), Wi.shape[0]))
    for v in bottom_up(G):
        total = sum((h[c] for c in below[v]), np.zeros(h.shape[1]))
        m[v] = sigmoid(Wi @ x[v] + Ui @ total) * np.tanh(Wu @ x[v] + Uu @ total)
        m[v] += sum((sigmoid(Wf @ x[v] + Uf @ h[c]) * m[c] for c in below[v]), np.zeros(h.shape[1]))
        h[v] = sigmoid(Wo @ x[v] + Uo @ total) * np.tanh(m[v])
    return h


def slotted(G, x, U):
    below, h = children_of(G), np.zeros_like(x)
    for v in bottom_up(G):
        h[v] = np.tanh(x[v] + sum((U[place] @ h[c] for place, c in enumerate(below[v])), np.zeros(x.shape[1])))
    return h


def marginals(G, unary, pair):
    """By the sum over all assignments; a pair's rows are the states of the parent."""
    weight = np.zeros_like(unary)
    for states in itertools.product(range(unary.shape[1]), repeat=len(G)):
        energy = sum(unary[v, s] + (pair[v, states[G[v]], s] if G[v] >= 0 else 0) for v, s in enumerate(states))
        weight[np.arange(len(G)), states] += math.exp(energy)
    return weight / weight.sum(axis=1, keepdims=True)


# ----------------------------------------------------------------------------------------------------------------- batch

# kernel: (program, function, name of its tree, {argument: rank without batch axes}, arguments that the batch shares, results)
KERNELS = {
    "myo": ("myo.esp", myo, "G", dict(A=3, B=3, C=3, u=3), (), None),
    "myo_symmetric": ("myo_symmetric.esp", myo_symmetric, "G", dict(A=3, B=3, u=3), (), None),
    "tree_scan": ("tree_scan.esp", tree_scan, "T", dict(u=2, a=2), (), None),
    "tree_scan_to_root": ("tree_scan.esp", tree_scan_to_root, "T", dict(u=2, a=2), (), None),
    "gated_scan": ("ssm.esp", gated_scan, "time", dict(a=2, b=2), (), None),
    "selective_scan": ("ssm.esp", selective_scan, "time", dict(delta=2, A=2, B=2, C=2, x=2, skip=1), ("A", "skip"), None),
    "headed_scan": ("ssm.esp", headed_scan, "time", dict(a=2, k=3, x=3, q=3), (), ("y", "last")),
    "s5": ("ssm.esp", s5, "time", dict(re=1, im=1, bu_re=2, bu_im=2, c_re=2, c_im=2), ("re", "im", "c_re", "c_im"), None),
    "tree_lstm": ("variants.esp", tree_lstm, "G",
                  dict(x=2, Wi=2, Wo=2, Wu=2, Wf=2, Ui=2, Uo=2, Uu=2, Uf=2), ("Wi", "Wo", "Wu", "Wf", "Ui", "Uo", "Uu", "Uf"), None),
    "slotted": ("variants.esp", slotted, "G", dict(x=2, U=3), ("U",), None),
    "marginals": ("variants.esp", marginals, "G", dict(unary=2, pair=3), (), None),
}


def over_batch(function, parents, arrays, ranks, shared=()):
    """`function` for every batch element, in float64. Parents may have batch axes too: a prefix of those of the arrays."""
    arrays = {name: value if value.dtype.kind == "i" else value.astype(np.float64) for name, value in arrays.items()}
    batch = next((v.shape[: v.ndim - ranks[k]] for k, v in arrays.items() if k not in shared), ())
    forests = np.broadcast_to(parents.reshape(parents.shape[:-1] + (1,) * (len(batch) - parents.ndim + 1) + parents.shape[-1:]),
                              batch + parents.shape[-1:])

    def one(place):
        return function(forests[place], **{k: v if k in shared else v[place] for k, v in arrays.items()})

    if 0 in batch:  # no element to learn the shapes from
        rng = np.random.default_rng(0)
        core = {k: v if k in shared else rng.standard_normal(v.shape[len(batch):]) for k, v in arrays.items()}
        tree = parents.reshape(-1, parents.shape[-1])[0] if parents.size else np.full(parents.shape[-1:], -1)
        sample = function(tree, **core)
        empty = [np.zeros(batch + r.shape) for r in (sample if isinstance(sample, tuple) else (sample,))]
        return tuple(empty) if isinstance(sample, tuple) else empty[0]
    results = [one(place) for place in np.ndindex(*batch)]
    if isinstance(results[0], tuple):
        return tuple(np.stack(column).reshape(batch + column[0].shape) for column in zip(*results))
    return np.stack(results).reshape(batch + results[0].shape)


def apply(kernel, parents, arrays):
    _, function, _, ranks, shared, _ = KERNELS[kernel]
    return over_batch(function, parents, arrays, ranks, shared)
