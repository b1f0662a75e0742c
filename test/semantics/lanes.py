"""Sweeps over perfect trees with a vertex in each lane (--schedule=lanes=vertices), against loops over vertices in NumPy: every construct that has a form for lanes, and
those that are evaluated vertex by vertex beside it; trees whose levels are one below, at and above the width of a block.

Usage: lanes.py ESPALIER [--only TEXT] [--jobs N]. The last line is 'N passed, M failed'.
"""
import sys

import numpy as np

import reference
from command import Case, Failure, arguments, difference, evaluate, run_cases

TREES = [(1, 0), (1, 5), (2, 0), (2, 1), (2, 3), (2, 4), (2, 5), (3, 2), (3, 3), (15, 1), (16, 1), (17, 1), (16, 2), (33, 1)]
KERNELS = []


class Tree:
    def __init__(self, arity, height):
        self.parents = reference.perfect(arity, height)
        self.size = len(self.parents)
        self.children = [[] for _ in range(self.size)]
        for v, p in enumerate(self.parents):
            if p >= 0:
                self.children[p].append(v)
        self.up = range(self.size)  # leaves first
        self.down = range(self.size - 1, -1, -1)
        self.depth = np.zeros(self.size, int)
        for v in self.down:
            if self.parents[v] >= 0:
                self.depth[v] = self.depth[self.parents[v]] + 1

    def slot(self, v):
        return self.children[self.parents[v]].index(v)


def kernel(text, **shapes):
    """Registers a reference under its program. Shapes of the arguments: names of sizes, or numbers."""

    def register(function):
        KERNELS.append((function.__name__, text, shapes, function))
        return function

    return register


@kernel("""
def f(G: tree, x: float[G], a: float[G]) -> float[G]:
    for v in up(G):
        y[v] = x[v] + 0.5 * sum(tanh(a[c] * y[c]) for c in children(v))
    return y
""", x="G", a="G")
def numbers(t, x, a):
    y = np.zeros(t.size)
    for v in t.up:
        y[v] = x[v] + 0.5 * sum(np.tanh(a[c] * y[c]) for c in t.children[v])
    return y


@kernel("""
def f(G: tree, x: float[G, n]) -> float[G, n]:
    for v in up(G):
        high = max(y[c] for c in children(v))
        low = min(y[c] for c in children(v))
        y[v] = where(is_leaf(v), x[v], x[v] + 0.3 * high - 0.2 * low)
    return y
""", x="G n")
def extremes(t, x):
    y = np.zeros_like(x)
    for v in t.up:
        below = [y[c] for c in t.children[v]]
        y[v] = x[v] + 0.3 * np.max(below, 0) - 0.2 * np.min(below, 0) if below else x[v]
    return y


@kernel("""
def f(G: tree, x: float[G, n], U: float[k, n, n]) -> float[G, n]:
    for v in up(G):
        y[v] = tanh(x[v] + sum(U[slot(c)] @ y[c] for c in children(v)) + 0.1 * depth(v))
    return y
""", x="G n", U="k n n")
def facts(t, x, U):
    y = np.zeros_like(x)
    for v in t.up:
        y[v] = np.tanh(x[v] + sum((U[t.slot(c)] @ y[c] for c in t.children[v]), np.zeros(x.shape[1])) + 0.1 * t.depth[v])
    return y


@kernel("""
def f(G: tree, x: float[G, n], W: float[n, n], s: float[n]) -> float[G, n]:
    for v in up(G):
        y[v] = softmax(W @ x[v] + sum(s * y[c] + x[c] for c in children(v)))
    for v in down(G):
        z[v] = y[v] + 0.5 * z[parent(v)] - x[parent(v)] * where(is_root(v), 2, 1)
    return z
""", x="G n", W="n n", s="n")
def both_ways(t, x, W, s):
    y, z = np.zeros_like(x), np.zeros_like(x)
    for v in t.up:
        e = W @ x[v] + sum((s * y[c] + x[c] for c in t.children[v]), np.zeros(x.shape[1]))
        e = np.exp(e - e.max())
        y[v] = e / e.sum()
    for v in t.down:
        p = t.parents[v]
        z[v] = y[v] + (0.5 * z[p] - x[p] if p >= 0 else 0)
    return z


@kernel("""
def f(G: tree, A: float[G, n, n], B: float[G, n, m], u: float[G, n]) -> float[G, n]:
    for v in up(G):
        S = 4 * eye(n) + A[v] @ A[v].T + sum(outer(r[c], r[c]) for c in children(v))
        X = cholesky_solve(S, B[v])
        r[v] = cholesky_solve(S, u[v]) + sum(X, axis=1)
    return r
""", A="G n n", B="G n m", u="G n")
def positive(t, A, B, u):
    r = np.zeros_like(u)
    for v in t.up:
        S = 4 * np.eye(u.shape[1]) + A[v] @ A[v].T + sum((np.outer(r[c], r[c]) for c in t.children[v]), 0 * A[v])
        r[v] = np.linalg.solve(S, u[v]) + np.linalg.solve(S, B[v]).sum(1)
    return r


@kernel("""
def f(G: tree, A: float[G, n, n], B: float[G, n, n], u: float[G, n, m]) -> float[G, n, m]:
    for v in up(G):
        S = A[v] - 0.1 * sum(B[c] @ W[c] for c in children(v))
        W[v] = solve(S, B[v])
        z[v] = solve(S.T, u[v] - 0.1 * sum(B[c].T @ z[c] for c in children(v)))
    for v in down(G):
        x[v] = z[v] - 0.1 * W[v] @ x[parent(v)]
    return x
""", A="G n n", B="G n n", u="G n m")
def pivoting(t, A, B, u):
    W, z, x = np.zeros_like(B), np.zeros_like(u), np.zeros_like(u)
    for v in t.up:
        S = A[v] - 0.1 * sum((B[c] @ W[c] for c in t.children[v]), 0 * A[v])
        W[v] = np.linalg.solve(S, B[v])
        z[v] = np.linalg.solve(S.T, u[v] - 0.1 * sum((B[c].T @ z[c] for c in t.children[v]), 0 * u[v]))
    for v in t.down:
        p = t.parents[v]
        x[v] = z[v] - (0.1 * W[v] @ x[p] if p >= 0 else 0)
    return x


@kernel("""
def f(G: tree, x: float[..., H, G, n], w: float[G, n], g: float[H]) -> float[..., H, G, n]:
    for h, v in up(H, G):
        both = concat(x[h, v] * g[h], w[v])
        y[h, v] = reshape(both, (2, n))[1] + layer_norm(both[:n]) + sum(y[h, c] * w[c] for c in children(v))
    return y
""", x="b H G n", w="G n", g="H")
def axes_and_shapes(t, x, w, g):
    y = np.zeros_like(x)
    for at in np.ndindex(x.shape[:2]):
        for v in t.up:
            a = x[at][v] * g[at[1]]
            y[at][v] = w[v] + (a - a.mean()) / np.sqrt(a.var() + 1e-5) + sum((y[at][c] * w[c] for c in t.children[v]), 0 * a)
    return y


@kernel("""
def f(G: tree, x: float[..., G, n], w: float[G, n, n]) -> float[..., G, n]:
    for v in up(G):
        s[v] = sum(x[v]) + 0.5 * sum(s[c] for c in children(v))
        W[v] = w[v] + 0.1 * sum(W[c].T for c in children(v))
    for v in down(G):
        a[v] = tanh(W[v] @ x[v] + 0.5 * a[parent(v)] + s[parent(v)] - s[root(G)])
    for v in down(G):
        z[v] = a[v] - 0.3 * a[parent(v)] + 0.2 * z[parent(v)] + sum(a[c] for c in children(v)) * s[v]
    return z
""", x="b G n", w="G n n")
def kept_in_lanes(t, x, w):
    """s, W and a are seen by no other task: they stay in lanes, and are found at the vertex, its parent, its children and the root."""
    z = np.zeros_like(x)
    for b in range(len(x)):
        s, W, a = np.zeros(t.size), np.zeros_like(w), np.zeros_like(x[b])
        for v in t.up:
            s[v] = x[b, v].sum() + 0.5 * sum(s[c] for c in t.children[v])
            W[v] = w[v] + 0.1 * sum((W[c].T for c in t.children[v]), 0 * w[v])
        for v in t.down:
            p = t.parents[v]
            a[v] = np.tanh(W[v] @ x[b, v] + (0.5 * a[p] + s[p] if p >= 0 else 0) - s[t.size - 1])
        for v in t.down:
            p = t.parents[v]
            z[b, v] = a[v] - (0.3 * a[p] - 0.2 * z[b, p] if p >= 0 else 0) + sum((a[c] for c in t.children[v]), 0 * a[v]) * s[v]
    return z


@kernel("""
def f(G: tree, x: float[G, n], s: float[n]) -> float[G]:
    for v in up(G):
        y[v]: float = cosine(1 + s, x[v]) + 0.5 * sum(y[c] for c in children(v))
    return y
""", x="G n", s="n")
def sums_of_all_and_of_each(t, x, s):
    """The norm of 1 + s is that of no vertex, though the product with x[v] reads the same numbers."""
    y, one = np.zeros(t.size), 1 + s
    for v in t.up:
        y[v] = one @ x[v] / ((np.sqrt(one @ one) + 1e-12) * (np.sqrt(x[v] @ x[v]) + 1e-12)) + 0.5 * sum(y[c] for c in t.children[v])
    return y


@kernel("""
def f(G: tree, x: float[G, n]) -> float[G, n]:
    for v in up(G):
        a[v] = tanh(x[v] + sum(a[c] * a[c][n - 1] for c in children(v)))
        b[v] = x[v] + 0.3 * sum(b[c] for c in children(v))
    for v in down(G):
        y[v]: float = a[v][0] + 0.5 * a[parent(v), n - 1] + 0.2 * y[parent(v)]
        z[v] = x[v] * b[v, 0] + y[v] + 0.4 * z[parent(v)]
    return z
""", x="G n")
def elements(t, x):
    """Of a, elements are read at parents and children, of b at the vertex itself."""
    y, z, a, b = np.zeros(t.size), np.zeros_like(x), np.zeros_like(x), np.zeros_like(x)
    for v in t.up:
        a[v] = np.tanh(x[v] + sum((a[c] * a[c, -1] for c in t.children[v]), 0 * x[v]))
        b[v] = x[v] + 0.3 * sum((b[c] for c in t.children[v]), 0 * x[v])
    for v in t.down:
        p = t.parents[v]
        y[v] = a[v, 0] + (0.5 * a[p, -1] + 0.2 * y[p] if p >= 0 else 0)
        z[v] = x[v] * b[v, 0] + y[v] + (0.4 * z[p] if p >= 0 else 0)
    return z


@kernel("""
def f(G: tree, x: float[G, n, 0]) -> float[G, n, 0]:
    for v in up(G):
        y[v] = x[v] + sum(y[c] for c in children(v))
    for v in down(G):
        z[v] = y[v] + z[parent(v)]
    return z
""", x="G n 0")
def nothing(t, x):
    return x


def check(tool, *, text, shapes, function, tree, sizes, kind, threads):
    rng = np.random.default_rng(len(text) + tree[0] * 64 + tree[1])
    t = Tree(*tree)
    sizes = {"G": t.size, "k": max(tree[0], 1), "b": 2, "H": 3, "0": 0, **sizes}
    given = {name: rng.standard_normal([sizes[axis] for axis in shape.split()]) for name, shape in shapes.items()}
    if function is pivoting:  # half of the systems need no exchanges, the others mostly do
        given["A"][::2] += 3 * np.eye(sizes["n"])
    if function is facts:
        given["U"] *= 0.5
    given = {name: value.astype(kind) for name, value in given.items()}
    want = function(t, **{name: value.astype(np.float64) for name, value in given.items()})
    got, _ = evaluate(tool, text, "f", {"G": f"perfect:{tree[0]},{tree[1]}", **given}, options=["--schedule=lanes=vertices"], threads=threads)
    tolerance = {np.float32: 2e-3 if function is pivoting else 2e-5, np.float64: 1e-8 if function is pivoting else 1e-12}[kind]
    if problem := difference(got, want, tolerance):
        raise Failure(problem)


def cases():
    for number, (name, text, shapes, function) in enumerate(KERNELS):
        for at, tree in enumerate(TREES):
            n = [1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17][(number + 5 * at) % 12]
            kind = [np.float32, np.float64][(number + at) % 2]
            yield Case(f"{name} perfect_{tree[0]}x{tree[1]} {n} {kind.__name__}", check,
                       dict(text=text, shapes=shapes, function=function, tree=tree, sizes={"n": n, "m": 1 + (number + at) % 3}, kind=kind, threads=1 + at % 3))


if __name__ == "__main__":
    chosen = arguments(__doc__)
    sys.exit(run_cases(list(cases()), chosen))
