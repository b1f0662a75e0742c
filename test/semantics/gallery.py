"""Every layer of the gallery (examples/layers) that has no golden vectors, against its mathematics in NumPy: dense matrices, products along explicit
paths, sums over all assignments, loops. Nothing here goes the way the program goes, and nothing is shared with the compiler.

Usage: gallery.py ESPALIER [--only TEXT] [--jobs N]. The last line is 'N passed, M failed'.
"""
import ast, itertools, json, math, pathlib, sys

import numpy as np

import reference
from command import PROGRAMS, Case, Failure, arguments, difference, evaluate, run_cases
from reference import bottom_up, chain, children_of, depths, path_products, perfect, random_forest, random_tree, sigmoid, slots, star, top_down

LAYERS = {}


def layer(program, *sizes, results=None, **draws):
    """Registers a reference. `sizes`: what dimensions are, what trees are given (parents), what statics and scalars are; `draws`: how an argument is drawn."""

    def register(function):
        LAYERS[function.__name__] = (program, function, sizes, results, draws)
        return function

    return register


def parameters(program, kernel):
    """(name, type name, axes) of every parameter: a program is Python to the eye."""
    tree = ast.parse((PROGRAMS / program).read_text())
    definition = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == kernel)
    for parameter in definition.args.args:
        note = parameter.annotation
        if isinstance(note, ast.Subscript):
            axes = note.slice.elts if isinstance(note.slice, ast.Tuple) else [note.slice]
            yield parameter.arg, note.value.id, [ast.unparse(axis) for axis in axes]
        else:
            yield parameter.arg, note.id, None


def drawn(program, kernel, sizes, draws, batch, rng):
    """{name: (value, whether it has the batch axes)}."""
    sizes = dict(sizes)
    listed = list(parameters(program, kernel))
    for name, kind, _ in listed:
        if kind in ("tree", "forest", "chain"):
            parents = sizes[name]
            sizes[f"leaves({name})"] = len(set(range(len(parents))) - set(parents.tolist()))
            sizes[name] = len(parents)
            yield name, (parents, False)
    for name, kind, axes in listed:
        if axes is None and kind not in ("tree", "forest", "chain"):
            yield name, (sizes[name], False)
        elif axes is not None:
            has_batch = axes[0] == "..."
            shape = (batch if has_batch else ()) + tuple(int(axis) if axis.isdigit() else sizes[axis] for axis in axes[has_batch:])
            value = draws[name](rng, shape) if name in draws else rng.standard_normal(shape)
            yield name, (value(sizes) if callable(value) else value, has_batch)


def spelled(value):
    if isinstance(value, np.ndarray):
        return value.astype(np.int32) if value.dtype.kind == "i" else value
    return ",".join(map(str, value)) if isinstance(value, tuple) else value


def check(tool, *, kernel, sizes, batch, kind="f64", target="cpu"):
    program, function, _, results, draws = LAYERS[kernel]
    given = dict(drawn(program, kernel, sizes, draws, batch, np.random.default_rng(sum(map(ord, kernel)) + len(batch))))
    single = {name: value.astype(np.float32) if kind == "f32" and isinstance(value, np.ndarray) and value.dtype.kind == "f" else value for name, (value, _) in given.items()}
    got, seconds = evaluate(tool, program, kernel, {name: spelled(value) for name, value in single.items()}, results=results, target=target, options=["--float=f64"] if kind == "f64" else [])
    elements = []
    for place in np.ndindex(*batch):
        out = function(**{name: value[place] if has_batch else value for name, (value, has_batch) in given.items()})
        elements.append(out if results else (out,))
    for number, name in enumerate(results or [None]):
        want = np.stack([np.asarray(element[number]) for element in elements])
        problem = difference(got[name] if name else got, want.reshape(batch + want.shape[1:]), 1e-10 if kind == "f64" else 1e-4, name or "result")
        if problem:
            raise Failure(problem)
    return seconds


def same_bits(tool, *, kernel, sizes, target="cpu"):
    """L23: whatever the number of threads."""
    program, _, _, results, draws = LAYERS[kernel]
    given = {name: spelled(value) for name, (value, _) in drawn(program, kernel, sizes, draws, (24,), np.random.default_rng(1))}
    runs = [evaluate(tool, program, kernel, given, results=results, target=target, options=["--float=f64"], threads=threads)[0] for threads in (1, 5)]
    for name in results or [None]:
        one, many = ((run[name] if name else run).view(np.uint64) for run in runs)
        if not np.array_equal(one, many):
            raise Failure(f"{np.count_nonzero(one != many)} of {one.size} numbers differ between 1 and 5 threads")


# -------------------------------------------------------------------------------------------------------- shared mathematics


def decays(rng, shape):
    return rng.uniform(0.2, 0.95, shape)


def weights(scores, seen):
    """Rows of a softmax over what is seen; the whole matrix."""
    scores = np.where(seen, scores, -np.inf)
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def causal(n):
    return np.tri(n, dtype=bool)


def shared(n, levels):
    """The number of levels at which two positions share a block, as a matrix, from the blocks themselves."""
    count = np.zeros((n, n), dtype=int)
    for level in range(levels):
        block = np.arange(n) // (max(1, -(-n // 2 ** (levels - 1))) * 2**level)
        count += block[:, None] == block[None, :]
    return count


def multi_level(q, k, ranks):
    """Scores of mlr_score as a dense matrix: one masked product per level."""
    n = shared(len(q), len(ranks))
    cuts = np.cumsum((0,) + ranks)
    return sum((q[:, a:b] @ k[:, a:b].T) * (n > level) for level, (a, b) in enumerate(zip(cuts, cuts[1:]))) / n


def path(parents, i, j):
    """The vertices from i to j, both included, and how many steps of them go up."""
    up, down, depth = [i], [j], depths(parents)
    while up[-1] != down[-1]:
        side = up if depth[up[-1]] >= depth[down[-1]] else down
        side.append(parents[side[-1]])
    return up + down[-2::-1], len(up) - 1


def below(parents):
    """below[a, v]: v lies in the subtree of a."""
    inside = np.eye(len(parents), dtype=bool)
    for v in range(len(parents)):
        a = v
        while a >= 0:
            inside[a, v] = True
            a = parents[a]
    return inside


def two_way(parents, u, a):
    """Sum over all pairs of the product of decays on the path: u [V, ...], a [V, ...] broadcast to it."""
    K = path_products(parents, np.broadcast_to(a, u.shape))
    return np.einsum("ij...,j...->i...", K, u)


def grid(height, width):
    pixel = np.arange(height * width).reshape(height, width)
    return [*zip(pixel[:, :-1].ravel(), pixel[:, 1:].ravel()), *zip(pixel[:-1].ravel(), pixel[1:].ravel())]


def band(length, reach):
    return [(i, j) for j in range(length) for i in range(max(0, j - reach), j)]


def spanning_tree(cost, vertices, pairs, root=0):
    """Kruskal by (cost, lower, higher vertex); parents towards the root."""
    component, chosen = list(range(vertices)), [[] for _ in range(vertices)]

    def find(v):
        while component[v] != v:
            v = component[v]
        return v

    for _, i, j in sorted((cost(i, j), i, j) for i, j in pairs):
        if find(i) != find(j):
            component[find(i)] = find(j)
            chosen[i].append(j)
            chosen[j].append(i)
    parents, queue = np.full(vertices, -1), [root]
    for v in queue:
        for w in chosen[v]:
            if w != parents[v]:
                parents[w] = v
                queue.append(w)
    return parents


def cosine(a, b):
    return a @ b / ((np.linalg.norm(a) + 1e-12) * (np.linalg.norm(b) + 1e-12))


# ------------------------------------------------------------------------------------------------------------------- rotary


def turned(x, rate):
    """Positions along the first axis; pairs of columns as complex numbers."""
    z = (x[:, 0::2] + 1j * x[:, 1::2]) * np.exp(1j * np.arange(len(x))[:, None] * rate)
    return z


@layer("rotary.esp", dict(N=1, r=2, m=1, h=1), dict(N=17, r=8, m=3, h=4), dict(N=33, r=6, m=5, h=3))
def rotary_attention(q, k, v, rate):
    scores = np.real(turned(q, rate) @ np.conj(turned(k, rate)).T) / np.sqrt(q.shape[1])
    return weights(scores, causal(len(q))) @ v


@layer("rotary.esp", dict(N=1, r=8, m=2, h=4, ranks=(4, 2, 2)), dict(N=21, r=8, m=3, h=4, ranks=(4, 2, 2)), dict(N=32, r=8, m=3, h=4, ranks=(2, 2, 2, 2)))
def mlr_rotary_attention(q, k, v, rate, ranks):
    plain = lambda z: np.stack([z.real, z.imag], axis=2).reshape(len(z), -1)
    return weights(multi_level(plain(turned(q, rate)), plain(turned(k, rate)), ranks), causal(len(q))) @ v


# -------------------------------------------------------------------------------------------------------------------- heads


@layer("heads.esp", dict(heads=1, N=1, r=2, c=1, d=2, a=2, b=1, s=1), dict(heads=3, N=18, r=4, c=2, d=3, a=3, b=2, s=2))
def structured_value_attention(q, k, x, L, R):
    heads, n, r = q.shape
    y = 0
    for h in range(heads):
        M = np.array([[[[sum(L[h, b, a, c, s] * R[h, c, d, b, s] for s in range(L.shape[4])) for d in range(R.shape[2])] for c in range(L.shape[3])] for b in range(L.shape[1])]
                      for a in range(L.shape[2])]).reshape(L.shape[2] * L.shape[1], -1)
        y = y + weights(q[h] @ k[h].T / np.sqrt(r), causal(n)) @ x.reshape(n, -1) @ M.T
    return y.reshape(n, L.shape[2], L.shape[1])


@layer("heads.esp", dict(N=1, r=8, e=1, m=1, ranks=(4, 3, 1), width=2), dict(N=19, r=8, e=3, m=2, ranks=(4, 3, 1), width=5), dict(N=32, r=8, e=2, m=3, ranks=(5, 3), width=32))
def four_kinds_of_heads(q, k, Q, K, v, ranks, width):
    n, r = q.shape
    i, j = np.indices((n, n))
    maps = [weights(q @ k.T / np.sqrt(r), j <= i), weights(multi_level(q, k, ranks), j <= i), weights(q @ k.T / np.sqrt(r), (j <= i) & (j > i - width)),
            weights(q @ (Q @ K.T) @ k.T / np.sqrt(Q.shape[1]), j <= i)]
    return np.concatenate([p @ v[h] for h, p in enumerate(maps)], axis=1)


@layer("heads.esp", dict(heads=1, N=1, r=2, m=1), dict(heads=4, N=20, r=3, m=2), reach=lambda rng, shape: np.array([1, 3, 50, 20])[: shape[0]])
def heads_of_own_reach(q, k, v, reach):
    i, j = np.indices((q.shape[1],) * 2)
    return np.stack([weights(q[h] @ k[h].T / np.sqrt(q.shape[2]), (j <= i) & (i - j < reach[h])) @ v[h] for h in range(len(q))])


@layer("heads.esp", dict(heads=2, groups=1, size=2, N=1, r=2, m=1), dict(heads=6, groups=2, size=3, N=17, r=4, m=3))
def grouped_attention(q, k, v, size):
    k, v = np.repeat(k, size, axis=0), np.repeat(v, size, axis=0)
    return np.stack([weights(q[h] @ k[h].T / np.sqrt(q.shape[2]), causal(q.shape[1])) @ v[h] for h in range(len(q))])


@layer("heads.esp", dict(heads=1, N=1, r=2, m=1), dict(heads=4, N=18, r=3, m=2))
def talking_heads(q, k, v, M):
    scores = np.stack([q[h] @ k[h].T for h in range(len(q))]) / np.sqrt(q.shape[2])
    return np.stack([weights(np.tensordot(M[h], scores, 1), causal(q.shape[1])) @ v[h] for h in range(len(q))])


@layer("heads.esp", dict(N=1, r=2, m=1, share=0.3), dict(N=17, r=8, m=3, share=0.8))
def differential_attention(q, k, v, share):
    half = q.shape[1] // 2
    maps = [weights(q[:, part] @ k[:, part].T / np.sqrt(half), causal(len(q))) for part in (slice(0, half), slice(half, None))]
    return (maps[0] - share * maps[1]) @ v


# --------------------------------------------------------------------------------------------------------- attention on images


@layer("image_attention.esp", dict(H=1, W=1, r=2, m=1), dict(H=3, W=5, r=4, m=2))
def axial_attention(q, k, v, kt, vt):
    o = np.zeros(v.shape)
    for y, x in np.ndindex(*v.shape[:2]):
        o[y, x] = weights(k[y] @ q[y, x] / np.sqrt(q.shape[2]), True) @ v[y] + weights(kt[x] @ q[y, x] / np.sqrt(q.shape[2]), True) @ vt[x]
    return o


@layer("image_attention.esp", dict(N=1, r=2, m=1, s=3, W=1, reach=1), dict(N=30, r=4, m=2, s=5, W=6, reach=2), dict(N=21, r=3, m=2, s=1, W=7, reach=0))
def neighbourhood_attention(q, k, v, bias, W, reach):
    o = np.zeros(v.shape)
    pixels = [(p // W, p % W) for p in range(len(q))]
    for i, (y, x) in enumerate(pixels):
        near = [j for j, (b, a) in enumerate(pixels) if abs(b - y) <= reach and abs(a - x) <= reach]
        scores = [q[i] @ k[j] / np.sqrt(q.shape[1]) + bias[pixels[j][0] - y + reach, pixels[j][1] - x + reach] for j in near]
        o[i] = weights(np.array(scores), True) @ v[near]
    return o


@layer("image_attention.esp", dict(N=5, r=2, m=1, reach=1), dict(N=16, r=4, m=2, reach=3), dict(N=22, r=3, m=2, reach=0))
def foveal_attention(q, k, v, reach):
    n, r = q.shape
    block = [[min(b + s, n - 1) for s in range(4)] for b in range(0, n, 4)]  # the last position stands for those beyond the end
    coarse, blurred = np.array([k[b].mean(axis=0) for b in block]), np.array([v[b].mean(axis=0) for b in block])
    i, j = np.indices((n, n))
    far = weights(q @ coarse.T / np.sqrt(r), np.arange(len(block)) != np.arange(n)[:, None] // 4)
    return (weights(q @ k.T / np.sqrt(r), abs(i - j) <= reach) @ v + far @ blurred) / 2


# ---------------------------------------------------------------------------------------------------------- attention on trees


@layer("tree_attention.esp", dict(heads=1, N=1, r=2, m=1, L=3), dict(heads=2, N=16, r=4, m=3, L=5), dict(heads=2, N=27, r=4, m=3, L=4))
def ultrametric_attention(q, k, v, slope, L):
    heads, n, r = q.shape
    leaf, tree = np.arange(n) // max(1, -(-n // 2 ** (L - 1))), perfect(2, L - 1)  # the leaf that a position belongs to
    distance = np.array([[len(path(tree, leaf[i], leaf[j])[0]) - 1 for j in range(n)] for i in range(n)])
    return np.stack([weights(q[h] @ k[h].T / np.sqrt(r) - slope[h] * distance, np.ones((n, n), bool)) @ v[h] for h in range(heads)])


@layer("tree_attention.esp", dict(T=chain(1), d=1), dict(T=perfect(2, 3), d=3), dict(T=random_tree(23, np.random.default_rng(1)), d=2), cost=lambda rng, shape: rng.uniform(0, 2, shape))
def path_attention(T, s, cost, x):
    distance = np.array([[sum(cost[c] for c in edges(T, i, j)) for j in range(len(T))] for i in range(len(T))])
    return weights(s[None, :] - distance, np.ones_like(distance, dtype=bool)) @ x


def edges(parents, i, j):
    """The edges between i and j, by their children."""
    walk, steps = path(parents, i, j)
    return walk[:steps] + walk[steps + 1 :]


WALKED = random_tree(30, np.random.default_rng(2))


def intervals(parents):
    """When a depth-first walk meets a vertex, and when it has left its subtree."""
    first, last, clock = np.zeros(len(parents), int), np.zeros(len(parents), int), itertools.count()

    def walk(v):
        first[v] = next(clock)
        for c in children_of(parents)[v]:
            walk(c)
        last[v] = first[v] + below(parents)[v].sum()

    walk(int(np.flatnonzero(parents < 0)[0]))
    return first, last


@layer("tree_attention.esp", dict(N=30, r=4, m=3), first=lambda rng, shape: intervals(WALKED)[0], last=lambda rng, shape: intervals(WALKED)[1])
def ancestor_attention(q, k, v, first, last):
    return weights(q @ k.T / np.sqrt(q.shape[1]), below(WALKED).T) @ v


@layer("tree_attention.esp", dict(G=np.array([-1]), d=1), dict(G=star(5), d=3), dict(G=random_forest(21, 3, np.random.default_rng(3)), d=4), dict(G=chain(9), d=2))
def attentive_tree(G, x):
    h, lists = np.zeros_like(x), children_of(G)
    for v in bottom_up(G):
        h[v] = np.tanh(x[v] + (weights(x[v] @ h[lists[v]].T, True) @ h[lists[v]] if lists[v] else 0))
    return h


@layer("tree_attention.esp", dict(G=chain(1), N=1, r=2, m=1), dict(G=perfect(3, 2), N=17, r=4, m=3))
def tree_of_readers(G, query, W, k, v):
    read, lists = np.zeros((len(G), v.shape[1])), children_of(G)
    for u in bottom_up(G):
        asked = query[u] + W @ read[lists[u]].sum(axis=0)
        read[u] = weights(k @ asked / np.sqrt(len(asked)), True) @ v
    return read


def morton(side):
    """The pixel at every place of the curve."""
    spread = lambda n: sum((n >> bit & 1) << 2 * bit for bit in range(8))
    return np.array(sorted(range(side * side), key=lambda p: spread(p % side) + 2 * spread(p // side)))


@layer("tree_attention.esp", dict(N=16, r=6, m=2, ranks=(3, 0, 2, 0, 1)), dict(N=64, r=8, m=3, ranks=(4, 0, 2, 0, 1, 0, 1)), order=lambda rng, shape: morton(int(shape[0] ** 0.5)))
def quad_attention(q, k, v, order, ranks):
    side = int(len(q) ** 0.5)
    y, x = np.divmod(np.arange(side * side), side)
    scores, column, square = 0, 0, side
    for rank in ranks[::2]:  # squares of the image, each half as wide as before
        together = (y[:, None] // square == y // square) & (x[:, None] // square == x // square)
        scores = scores + q[:, column : column + rank] @ k[:, column : column + rank].T * together
        column, square = column + rank, square // 2
    return (weights(scores, True) @ v)[order]


# ------------------------------------------------------------------------------------------------------------- several trees


@layer("several_trees.esp", dict(H=1, W=1, e=2, f=1), dict(H=4, W=5, e=3, f=2), results=["seen", "heard"], a=decays, b=decays)
def tree_of_two_modalities(x, y, a, b):
    (H, W, e), f = x.shape, y.shape[2]
    x, y = x.reshape(-1, e), y.reshape(-1, f)
    T = spanning_tree(lambda i, j: np.exp(-cosine(x[i], x[j])) + np.exp(-cosine(y[i], y[j])), H * W, grid(H, W))
    return two_way(T, x, a.reshape(-1, e)).reshape(H, W, e), two_way(T, y, b.reshape(-1, f)).reshape(H, W, f)


@layer("several_trees.esp", dict(T=chain(1), e=1, f=2), dict(T=random_tree(19, np.random.default_rng(4)), e=3, f=2), results=["seen", "heard"], a=decays, b=decays)
def shared_tree(T, x, y, a, b):
    return two_way(T, x, a), two_way(T, y, b)


@layer("several_trees.esp", dict(H=2, W=3, d=2), dict(H=5, W=4, d=3), a=decays)
def averaged_trees(x, a):
    (H, W, d), flat, a = x.shape, x.reshape(-1, x.shape[2]), a.reshape(-1, a.shape[2])
    T = spanning_tree(lambda i, j: np.exp(-cosine(flat[i], flat[j])), H * W, grid(H, W))
    S = spanning_tree(lambda i, j: np.linalg.norm(flat[i] - flat[j]), H * W, grid(H, W))
    return ((two_way(T, flat, a) + two_way(S, flat, a)) / 2).reshape(H, W, d)


@layer("tree_scan.esp", dict(H=1, W=1, d=2), dict(H=4, W=6, d=3), a=decays)
def groot_scan(x, u, a):
    (H, W, d), flat = x.shape, x.reshape(-1, x.shape[2])
    T = spanning_tree(lambda i, j: np.exp(-cosine(flat[i], flat[j])), H * W, grid(H, W))
    return two_way(T, u.reshape(-1, d), a.reshape(-1, d)).reshape(H, W, d)


@layer("tree_scan.esp", dict(H=1, W=2, d=2), dict(H=5, W=3, d=4))
def groot_layer(x, delta, A, B, C, skip, gain, bias):
    step = np.logaddexp(0, delta)
    h = groot_scan(x, step * B[..., None] * x, np.exp(-step * np.exp(A)))
    h = (h - h.mean(axis=-1, keepdims=True)) / np.sqrt(h.var(axis=-1, keepdims=True) + 1e-5)
    return C[..., None] * (h * gain + bias) + skip * x


@layer("tree_scan.esp", dict(N=1, d=2), dict(N=2, d=2), dict(N=17, d=3), a=decays)
def groot_language(x, u, a):
    n = len(x)
    T = spanning_tree(lambda i, j: np.exp(-cosine(x[i], x[j])), n, band(n, 3), root=n - 1)
    return reference.gated_scan(chain(n), a, u) + 0.3 * reference.tree_scan_to_root(T, u, a)


@layer("several_trees.esp", dict(R=chain(1), S=chain(1), T=chain(1), d=2),
       dict(R=random_tree(15, np.random.default_rng(8)), S=chain(15), T=random_tree(15, np.random.default_rng(9)), d=3), a=decays)
def mixture_of_trees(R, S, T, x, a, gate):
    share = weights(x @ gate.T, True)
    return sum(share[:, t : t + 1] * two_way(tree, x, a) for t, tree in enumerate((R, S, T)))


# ---------------------------------------------------------------------------------------------------------------- gated trees


@layer("gated_tree.esp", dict(T=chain(1), e=2, d=1, heads=1), dict(T=random_tree(18, np.random.default_rng(5)), e=3, d=4, heads=2), dict(T=perfect(2, 3), e=4, d=2, heads=3))
def gated_heads_scan(T, x, w, b, V):
    return sum(two_way(T, x @ V[h].T, sigmoid(x @ w[h] + b[h])[:, None]) for h in range(len(w)))


@layer("gated_tree.esp", dict(T=chain(1), heads=1, s=1, p=1), dict(T=random_tree(17, np.random.default_rng(6)), heads=2, s=3, p=4), dict(T=star(6), heads=1, s=2, p=5), a=decays)
def tree_state_space(T, a, k, x, q):
    return np.stack([(path_products(T, a[h]) * (q[h] @ k[h].T)) @ x[h] for h in range(len(a))])


@layer("gated_tree.esp", dict(T=chain(1), n=1), dict(T=random_tree(14, np.random.default_rng(7)), n=3), dict(T=perfect(2, 2), n=2), U=lambda rng, shape: 0.5 * rng.standard_normal(shape),
       D=lambda rng, shape: 0.5 * rng.standard_normal(shape))
def matrix_tree_scan(T, U, D, u):
    h = np.zeros_like(u)
    for i, j in itertools.product(range(len(T)), repeat=2):
        walk, steps = path(T, j, i)
        value = u[j]
        for c in walk[:steps]:
            value = U[c] @ value
        for c in walk[steps + 1 :]:
            value = D[c] @ value
        h[i] += value
    return h


@layer("gated_tree.esp", dict(G=np.array([-1]), s=1, p=1), dict(G=chain(12), s=3, p=2), dict(G=random_forest(16, 2, np.random.default_rng(8)), s=2, p=4), a=decays, beta=decays)
def tree_delta_rule(G, a, beta, k, x, q):
    """Every write, carried along its path to the root: forgetting is a product of matrices."""
    n, s = k.shape
    y = np.zeros_like(x)
    for j in range(n):
        memory, v = beta[j] * np.outer(k[j], x[j]), j
        while True:
            y[v] += q[v] @ memory
            if G[v] < 0:
                break
            memory = a[v] * memory
            v = G[v]
            memory = (np.eye(s) - beta[v] * np.outer(k[v], k[v])) @ memory
    return y


# --------------------------------------------------------------------------------------------------------------- tree solves


def coupling(rng, shape):
    return 0.4 * rng.standard_normal(shape)


@layer("attentive_myo.esp", dict(G=chain(1), r=2, J=1, n=1, m=1), dict(G=perfect(2, 3), r=4, J=17, n=3, m=2), dict(G=random_tree(12, np.random.default_rng(9)), r=3, J=5, n=2, m=1), B=coupling, C=coupling)
def attentive_myo(G, q, k, values, B, C, u):
    keep = np.logaddexp(0, weights(q @ k.T / np.sqrt(q.shape[1]), True) @ values)
    A = np.zeros_like(B)
    for v in range(len(G)):
        A[v] = np.diag(keep[v] + 1 + np.linalg.norm(B[v]) + sum(np.linalg.norm(C[c]) for c in children_of(G)[v]))
    return dense_solve(reference.block_matrix(G, A, B, C), u)


def dense_solve(T, u):
    return np.linalg.solve(T, u.reshape(len(T), -1)).reshape(u.shape)


@layer("scan_as_solve.esp", dict(T=chain(1), d=1), dict(T=random_tree(12, np.random.default_rng(18)), d=3), a=decays)
def scan_as_solve(T, u, a):
    return two_way(T, u, a)


@layer("low_rank_plus_tree.esp", dict(G=chain(1), n=1, r=1, m=1), dict(G=perfect(2, 2), n=3, r=2, m=2), dict(G=random_tree(11, np.random.default_rng(10)), n=2, r=3, m=1), B=coupling, C=coupling,
       A=lambda rng, shape: rng.standard_normal(shape) + 5 * np.eye(shape[-1]))
def low_rank_plus_tree(G, A, B, C, P, Q, u):
    T = reference.block_matrix(G, A, B, C)
    return dense_solve(T + P.reshape(len(T), -1) @ Q.reshape(len(T), -1).T, u)


def positive(rng, shape):
    root = rng.standard_normal(shape)
    return root @ np.swapaxes(root, -1, -2) + np.eye(shape[-1])


@layer("gaussian_tree.esp", dict(G=np.array([-1]), n=1, m=1), dict(G=chain(8), n=2, m=1), dict(G=perfect(2, 2), n=3, m=2), dict(G=random_forest(13, 2, np.random.default_rng(11)), n=2, m=3),
       results=["estimate", "covariance"], Q=positive, R=positive)
def gaussian_tree(G, F, Q, H, R, y):
    """The joint covariance of all x along the tree, then the textbook conditional given all y."""
    vertices, n = F.shape[:2]
    noise_to_x = np.zeros((vertices, n, vertices, n))  # x is a linear map of all noises
    for v in top_down(G):
        noise_to_x[v] = np.einsum("ij,jvk->ivk", F[v], noise_to_x[G[v]]) if G[v] >= 0 else 0
        noise_to_x[v, :, v] += np.eye(n)
    L = noise_to_x.reshape(vertices * n, vertices * n)
    prior = L @ blocks(Q) @ L.T
    see = blocks(np.repeat(H[None], vertices, axis=0))
    gain = prior @ see.T @ np.linalg.inv(see @ prior @ see.T + blocks(np.repeat(R[None], vertices, axis=0)))
    after = (prior - gain @ see @ prior).reshape(vertices, n, vertices, n)
    return (gain @ y.ravel()).reshape(vertices, n), np.stack([after[v, :, v] for v in range(vertices)])


@layer("edge_filter.esp", dict(G=chain(1), n=1, contrast=0.5, strength=2.0), dict(G=perfect(2, 2), n=3, contrast=1.5, strength=4.0), results=["x", "A", "B", "u"])
def edge_filter(G, colour, contrast, strength):
    """The minimiser of the energy, assembled term by term."""
    vertices, n = colour.shape
    region, lists = colour.copy(), children_of(G)
    for v in bottom_up(G):
        region[v] = region[lists[v]].mean(axis=0) if lists[v] else colour[v]
    T, u, W = np.zeros((vertices, n, vertices, n)), np.zeros((vertices, n, 1)), np.zeros((vertices, n, n))
    for v, p in enumerate(G):
        fidelity = 0.02 if lists[v] else 1.0
        T[v, :, v] += fidelity * np.eye(n)
        u[v, :, 0] = fidelity * region[v]
        if p >= 0:
            edge = region[v] - region[p]
            across = edge / (np.linalg.norm(edge) + 1e-6)
            W[v] = strength * np.exp(-edge @ edge / (2 * contrast**2)) * (np.eye(n) - 0.5 * np.outer(across, across))
            for a, b, sign in ((v, v, 1), (p, p, 1), (v, p, -1), (p, v, -1)):
                T[a, :, b] += sign * W[v]
    return dense_solve(T.reshape(vertices * n, -1), u), np.stack([T[v, :, v] for v in range(vertices)]), -W, u


def blocks(tiles):
    count, rows, columns = tiles.shape
    whole = np.zeros((count, rows, count, columns))
    whole[np.arange(count), :, np.arange(count)] = tiles
    return whole.reshape(count * rows, count * columns)


# ------------------------------------------------------------------------------------------------------------ discrete trees


def assignments(G, unary, pair):
    for states in itertools.product(range(unary.shape[1]), repeat=len(G)):
        yield states, sum(unary[v, s] + (pair[v, states[G[v]], s] if G[v] >= 0 else 0) for v, s in enumerate(states))


@layer("discrete_trees.esp", dict(G=chain(1), s=2), dict(G=perfect(2, 2), s=3), dict(G=random_tree(6, np.random.default_rng(12)), s=3))
def max_marginals(G, unary, pair):
    best = np.full(unary.shape, -np.inf)
    for states, score in assignments(G, unary, pair):
        best[np.arange(len(G)), states] = np.maximum(best[np.arange(len(G)), states], score)
    return best


@layer("discrete_trees.esp", dict(G=np.array([-1]), s=2), dict(G=perfect(2, 2), s=3), dict(G=random_forest(7, 3, np.random.default_rng(13)), s=2))
def log_partition(G, unary, pair):
    return np.log(sum(np.exp(score) for _, score in assignments(G, unary, pair)))


BRACKETS = np.array([2, 2, 4, 4, 6, 6, -1])  # ((0 1) 3) 5: leaves 0, 1, 3, 5


@layer("discrete_trees.esp", dict(G=chain(1), s=2), dict(G=perfect(2, 2), s=2), dict(G=BRACKETS, s=2))
def inside(G, leaf, rule):
    """The sum over all ways to label the vertices."""
    lists, s = children_of(G), leaf.shape[1]
    total = np.full((len(G), s), -np.inf)
    for v in range(len(G)):
        family = [w for w in range(len(G)) if below(G)[v, w]]
        for labels in itertools.product(range(s), repeat=len(family)):
            label = dict(zip(family, labels))
            score = sum(leaf[w, label[w]] if not lists[w] else rule[label[w], label[lists[w][0]], label[lists[w][1]]] for w in family)
            total[v, label[v]] = np.logaddexp(total[v, label[v]], score)
    return total


@layer("discrete_trees.esp", dict(G=chain(1), e=2, N=3), dict(G=perfect(3, 2), e=3, N=5), dict(G=random_tree(15, np.random.default_rng(14)), e=4, N=6), results=["logp", "loss"],
       label=lambda rng, shape: lambda sizes: rng.integers(0, sizes["G"], shape).astype(np.int32))
def hierarchical_softmax(G, w, x, label):
    logp = np.zeros((len(x), len(G)))
    for t, v in itertools.product(range(len(x)), range(len(G))):
        probability, at = 1.0, v
        while G[at] >= 0:
            siblings = children_of(G)[G[at]]
            probability *= weights(w[siblings] @ x[t], True)[siblings.index(at)]
            at = G[at]
        logp[t, v] = np.log(probability)
    return logp, np.mean([-logp[t, label[t]] for t in range(len(x))])


@layer("discrete_trees.esp", dict(G=chain(1), e=2, m=1, N=2), dict(G=perfect(2, 3), e=3, m=2, N=5), dict(G=BRACKETS, e=2, m=3, N=4))
def soft_decisions(G, w, b, value, x):
    place, first = slots(G), sigmoid(x @ w.T + b)
    y = np.zeros((len(x), value.shape[1]))
    for rank, v in enumerate(sorted(set(range(len(G))) - set(G.tolist()))):
        reach = np.ones(len(x))
        while G[v] >= 0:
            reach, v = reach * (first[:, G[v]] if place[v] == 0 else 1 - first[:, G[v]]), G[v]
        y += reach[:, None] * value[rank]
    return y


@layer("discrete_trees.esp", dict(T=chain(1), d=1), dict(T=perfect(2, 3), d=3), dict(T=random_tree(20, np.random.default_rng(15)), d=2), length=lambda rng, shape: rng.uniform(0, 1, shape))
def nearest(T, cost, length):
    return np.array([[min(cost[j, c] + sum(length[e] for e in edges(T, i, j)) for j in range(len(T))) for c in range(cost.shape[1])] for i in range(len(T))])


# ------------------------------------------------------------------------------------------------------------ tree networks


def adjacency(G):
    """up[v, p] = 1 where p is v's parent."""
    up = np.zeros((len(G), len(G)))
    up[np.flatnonzero(G >= 0), G[G >= 0]] = 1
    return up


@layer("tree_networks.esp", dict(G=perfect(2, 1), e=2, d=1, k=2), dict(G=perfect(3, 2), e=3, d=4, k=3))
def tree_convolution(G, x, own, above, below, bias):
    up, place = adjacency(G), slots(G)
    y = x @ own.T + up @ x @ above.T + bias
    for slot, matrix in enumerate(below):
        y += (up * (place == slot)[:, None]).T @ x @ matrix.T
    return np.maximum(y, 0)


@layer("tree_networks.esp", dict(G=perfect(2, 1), e=2, d=1, k=2), dict(G=perfect(3, 2), e=3, d=2, k=3), dict(G=perfect(2, 3), e=2, d=3, k=2))
def nary_tree_lstm(G, x, W, U, F):
    h, m, lists = np.zeros((len(G), W.shape[1])), np.zeros((len(G), W.shape[1])), children_of(G)
    for v in bottom_up(G):
        gate = [W[n] @ x[v] + sum((U[n, s] @ h[c] for s, c in enumerate(lists[v])), np.zeros(W.shape[1])) for n in range(3)]
        m[v] = sigmoid(gate[0]) * np.tanh(gate[2])
        for s, c in enumerate(lists[v]):
            m[v] += sigmoid(W[3] @ x[v] + sum(F[s, t] @ h[other] for t, other in enumerate(lists[v]))) * m[c]
        h[v] = sigmoid(gate[1]) * np.tanh(m[v])
    return h


@layer("tree_networks.esp", dict(G=chain(1), d=2), dict(G=random_tree(14, np.random.default_rng(16)), d=3))
def two_way_tree_gru(G, x, Z, U):
    h, y, lists = np.zeros_like(x), np.zeros_like(x), children_of(G)
    for v in bottom_up(G):
        below = h[lists[v]].mean(axis=0) if lists[v] else 0 * x[v]
        gate = sigmoid(Z[0] @ x[v] + U[0] @ below)
        h[v] = gate * below + (1 - gate) * np.tanh(x[v])
    for v in top_down(G):
        above = y[G[v]] if G[v] >= 0 else 0 * x[v]
        gate = sigmoid(Z[1] @ h[v] + U[1] @ above)
        y[v] = gate * above + (1 - gate) * h[v]
    return y


@layer("tree_networks.esp", dict(G=chain(1), d=1, threshold=0.1), dict(G=perfect(2, 3), d=3, threshold=0.4), dict(G=random_tree(16, np.random.default_rng(17)), d=2, threshold=0.25))
def shrunken_wavelets(G, x, threshold):
    leaf = [v for v in range(len(G)) if v not in set(G.tolist())]
    means = np.stack([x[[rank for rank, l in enumerate(leaf) if below(G)[v, l]]].mean(axis=0) for v in range(len(G))])
    y = np.zeros_like(x)
    for rank, v in enumerate(leaf):
        while G[v] >= 0:
            detail = means[v] - means[G[v]]
            y[rank] += np.sign(detail) * np.maximum(abs(detail) - threshold, 0)
            v = G[v]
        y[rank] += means[v]
    return y


@layer("hybrid.esp", dict(N=1, r=2, d=1, width=3), dict(N=20, r=4, d=3, width=6), a=decays)
def window_and_state(q, k, x, a, g, width):
    n = len(q)
    i, j = np.indices((n, n))
    near = weights(q @ k.T / np.sqrt(q.shape[1]), (j <= i) & (j > i - width)) @ x
    state = np.array([sum(np.prod(a[s + 1 : t + 1], axis=0) * (1 - a[s]) * x[s] for s in range(t + 1)) for t in range(n)])
    gate = sigmoid(g * x)
    return gate * near + (1 - gate) * state


# ------------------------------------------------------------------------------------------------------------------ families


@layer("families.esp", dict(N=1, a=1, b=2, c=2, d=1), dict(N=5, a=3, b=2, c=4, d=2))
def monarch(L, R, x):
    """(permute, block diagonal, permute, block diagonal) as four dense matrices."""
    b, a, c = L.shape
    d, n = R.shape[1], len(x)
    right = blocks(np.transpose(R, (0, 2, 1)))  # (c d) -> (c b)
    swap = np.eye(c * b).reshape(c, b, c, b).transpose(1, 0, 2, 3).reshape(b * c, c * b)
    back = np.eye(b * a).reshape(b, a, b, a).transpose(1, 0, 2, 3).reshape(a * b, b * a)
    return (x.reshape(n, -1) @ (back @ blocks(L) @ swap @ right).T).reshape(n, a, b)


@layer("families.esp", dict(N=1, a=1, b=2, c=2, d=1), dict(N=5, a=3, b=2, c=4, d=2))
def kronecker(A, B, x):
    return (x.reshape(len(x), -1) @ np.kron(A, B).T).reshape(len(x), len(A), len(B))


@layer("families.esp", dict(N=1, D=1, E=2, r=1), dict(N=7, D=5, E=9, r=2))
def low_rank(L, R, x):
    return x @ (L @ R.T).T


@layer("families.esp", dict(N=1), dict(N=6))
def butterfly(B1, B2, B3, x):
    """A product of three sparse 8 x 8 matrices, each with two entries per row."""
    def level(bit, entry):
        M = np.zeros((8, 8))
        for row, column in itertools.product(range(8), repeat=2):
            if (row ^ column) & ~(4 >> bit) == 0:
                M[row, column] = entry([row >> 2 & 1, row >> 1 & 1, row & 1], [column >> 2 & 1, column >> 1 & 1, column & 1])
        return M

    first = level(0, lambda r, c: B1[r[0], c[0], c[1], c[2]])
    second = level(1, lambda r, c: B2[r[1], c[1], c[0], c[2]])
    third = level(2, lambda r, c: B3[r[2], c[2], c[0], c[1]])
    return x @ (third @ second @ first).T


@layer("families.esp", dict(N=1, D=4, r=1, a=2, b=2, c=2, d=2), dict(N=6, D=6, r=2, a=3, b=2, c=2, d=3))
def gated_families(L, R, M, K, g, bias, x):
    n = (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + 1e-5)
    b, a, c = M.shape
    near = monarch(M, K, n.reshape(len(x), c, K.shape[1])).reshape(len(x), -1)
    gate = sigmoid(n @ g)[:, None]
    z = gate * low_rank(L, R, n) + (1 - gate) * near + bias
    return x + z * 0.5 * (1 + np.vectorize(math.erf)(z / np.sqrt(2)))


# --------------------------------------------------------------------------------------------------------------------- cases

HELPERS = {"mlr_score", "turned"}  # take tiles of one visit; run inside the layers that call them


def every_layer_is_run(tool):
    """A layer without a reference here has golden vectors (test/vectors)."""
    golden = {json.loads(case.read_text())["kernel"] for case in (pathlib.Path(__file__).parent.parent / "vectors").glob("*/case.json")}
    written = {node.name for program in PROGRAMS.glob("*.esp") for node in ast.parse(program.read_text()).body if isinstance(node, ast.FunctionDef)}
    if missing := written - golden - HELPERS - set(LAYERS):
        raise Failure(f"nothing runs {', '.join(sorted(missing))}")
    listed = (PROGRAMS / "README.md").read_text()
    if missing := [program.name for program in PROGRAMS.glob("*.esp") if f"`{program.name}`" not in listed]:
        raise Failure(f"the table of layers lacks {', '.join(missing)}")


def cases():
    yield Case("every layer is run", every_layer_is_run)
    for kernel, (program, _, sizes, _, _) in LAYERS.items():
        batched = any(axes and axes[0] == "..." for _, _, axes in parameters(program, kernel))
        if batched:
            yield Case(f"{kernel} on any number of threads", same_bits, dict(kernel=kernel, sizes=sizes[-1]))
        for number, size in enumerate(sizes):
            for target in ("interp", "cpu"):
                yield Case(f"{kernel} {number} {target}", check, dict(kernel=kernel, sizes=size, batch=(), target=target))
                if number == len(sizes) - 1:
                    yield Case(f"{kernel} {number} f32 {target}", check, dict(kernel=kernel, sizes=size, batch=(), kind="f32", target=target))
                    if batched:
                        yield Case(f"{kernel} {number} batched {target}", check, dict(kernel=kernel, sizes=size, batch=(2,), target=target))


if __name__ == "__main__":
    chosen = arguments(__doc__)
    sys.exit(run_cases(list(cases()), chosen))
