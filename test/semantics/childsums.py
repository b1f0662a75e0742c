"""Sums over children that these add to at their own visits (--schedule=sums=children): the bits of sums made at the parents, for trees of every shape, tiles of every
length, stores of both kinds and any number of threads; and the values of the interpreter.

Usage: childsums.py ESPALIER [--only TEXT] [--jobs N]. The last line is 'N passed, M failed'.
"""
import sys

import numpy as np

from command import Case, Failure, arguments, difference, evaluate, run_cases, same_bits
from subtrees import SCAN, fill, random_parents, tiles_and_trees_of_kernels, trees

# --- Programs: name, text, shapes of the arguments, names of several results ----------------------------------------------------------------------------------------

PROGRAMS = [
    ("scan", SCAN, dict(u="b G n", a="b G n"), None),
    ("to root", """
def f(G: forest, u: float[..., G, n], a: float[..., G, n]) -> float[..., G, n]:
    for v in up(G):
        xi[v] = u[v] + sum(a[c] * xi[c] for c in children(v))
    return xi
""", dict(u="b G n", a="b G n"), None),
    ("numbers", """
def f(G: forest, x: float[..., G], a: float[G]) -> float[..., G]:
    for v in up(G):
        y[v] = x[v] + sum(tanh(a[c] * y[c]) for c in children(v))
    for v in down(G):
        z[v] = y[v] + 0.5 * z[parent(v)]
    return z
""", dict(x="b G", a="G"), None),
    # Least and greatest, and what is nothing but the sum; children that do not count; what is the same at all vertices.
    ("kinds", """
def f(G: forest, x: float[..., G, n], w: float[n]) -> (float[..., G, n], float[..., G, n], float[..., G], float[..., G, n]):
    for v in up(G):
        p[v] = max(x[v], max(x[c] + 0.5 * p[c] for c in children(v)))
        q[v] = min(x[v] * w, min(w * q[c] for c in children(v)))
        r[v] = sum(x[c][0] + r[c] for c in children(v) if not is_leaf(c))
        s[v] = sum(w * x[c] * depth(c) for c in children(v))
    return p, q, r, s
""", dict(x="b G n", w="n"), ["p", "q", "r", "s"]),
    # A sum that looks at its parent stays there; one beside it does not.
    ("both", """
def f(G: forest, x: float[..., G, n], a: float[..., G, n]) -> (float[..., G, n], float[..., G, n]):
    for v in up(G):
        s[v] = x[v] + sum(a[v] * s[c] for c in children(v)) - sum(0.5 * s[c] + a[c] for c in children(v) if depth(c) > 1)
    for v in up(G):
        t[v] = s[v] + sum(s[c] - 0.25 * t[c] for c in children(v))
    return s, t
""", dict(x="b G n", a="b G n"), ["s", "t"]),
    ("axes", """
def f(G: forest, x: float[..., H, G, n], g: float[H]) -> float[..., H, G, n]:
    for h, v in up(H, G):
        y[h, v] = softmax(x[h, v]) * g[h] + sum(0.5 * g[h] * y[h, c] for c in children(v))
    for h, v in down(H, G):
        z[h, v] = y[h, v] + g[h] * z[h, parent(v)]
    return z
""", dict(x="b H G n", g="H"), None),
    ("matrices", """
def f(G: forest, x: float[..., G, n, n], y: float[..., G, n]) -> float[..., G, n]:
    for v in up(G):
        W[v] = x[v] + sum(0.25 * W[c].T for c in children(v))
        z[v] = W[v] @ y[v] + sum(0.5 * z[c] - W[c][0] for c in children(v))
    for v in down(G):
        r[v] = z[v] + 0.5 * W[v][0] * r[parent(v)]
    return r
""", dict(x="b G n n", y="b G n"), None),
]
LENGTHS = (1, 3, 15, 16, 17, 32, 96)


def check(tool, *, text, given, others=(), results=None, options=()):
    variants = [([*others, "parts=0", "sums=children", f"stores={('cached', 'streamed')[threads % 2]}"], threads) for threads in (1, 2, 3)]
    same_bits(tool, text, given, [*others, "parts=0", "sums=parents"], [*variants, ([*others, "parts=3"], 2)], results=results, options=options, single=5e-5)


def parents_of_scan(parents, u, a):
    """The scan in NumPy, vertex by vertex."""
    order, depth = [], np.zeros(len(parents), int)
    for v in range(len(parents)):
        p = parents[v]
        while p >= 0:
            depth[v], p = depth[v] + 1, parents[p]
    order = np.argsort(-depth, kind="stable")
    xi = u.astype(np.float64).copy()
    for v in order:
        if parents[v] >= 0:
            xi[..., parents[v], :] += a[..., v, :] * xi[..., v, :]
    h = xi.copy()
    for v in order[::-1]:
        if parents[v] >= 0:
            h[..., v, :] = (1 - a[..., v, :].astype(np.float64) ** 2) * xi[..., v, :] + a[..., v, :] * h[..., parents[v], :]
    return h


def check_numpy(tool, *, text, parents, u, a):
    want = parents_of_scan(parents, u, a)
    got, _ = evaluate(tool, text, "f", {"G": parents, "u": u, "a": a}, options=["--schedule=parts=0,sums=children"])
    if problem := difference(got, want.astype(u.dtype), 1e-4, "against NumPy"):
        raise Failure(problem)


def cases():
    for number, (name, text, shapes, results) in enumerate(PROGRAMS):
        for at, (tree, parents) in enumerate(trees()):
            turn = number + at
            n = (1, 3, 4, 5)[turn % 4] if name == "matrices" else LENGTHS[(turn + at) % len(LENGTHS)]
            kind = (np.float32, np.float64, np.float32, np.float16)[turn % 4]
            if kind is np.float16 and name not in ("scan", "numbers"):
                kind = np.float64
            given = fill(shapes, dict(b=1 + turn % 3, G=len(parents), n=n, H=2), kind, turn)
            others = ["grain=1", f"ahead={(0, 8, 16)[turn % 3]}"]
            yield Case(f"{name}: {tree}, n {n}, {kind.__name__}", check, dict(text=text, given={"G": parents, **given}, others=others, results=results))
        given = fill(shapes, dict(b=2, G=31, n=16 if name != "matrices" else 4, H=2), np.float32, number)
        rooted = text.replace("forest", "tree")
        yield Case(f"{name}: perfect", check, dict(text=rooted, given={"G": "perfect:2,4", **given}, others=["lanes=elements"], results=results))
        many = np.stack([random_parents(60, reach, 0, reach) for reach in (1, 4, 60)])
        given = fill(shapes, dict(b=3, G=60, n=4, H=2), np.float32, number)
        yield Case(f"{name}: a batch of trees", check, dict(text=rooted, given={"G": many, **given}, results=results))
        given = fill(shapes, dict(b=0, G=7, n=3, H=2), np.float32, number)
        yield Case(f"{name}: no batch elements", check, dict(text=text, given={"G": random_parents(7, 7, 0, 1), **given}, results=results))
    given = fill(dict(u="b G n", a="b G n"), dict(b=2, G=9, n=0), np.float32, 3)
    yield Case("scan: no channels", check, dict(text=SCAN, given={"G": random_parents(9, 9, 0, 1), **given}))
    yield from tiles_and_trees_of_kernels(check)
    for tree, parents in trees():
        given = fill(dict(u="b G n", a="b G n"), dict(b=2, G=len(parents), n=17), np.float32, len(parents))
        yield Case(f"NumPy: {tree}", check_numpy, dict(text=SCAN, parents=parents, **given))
        yield Case(f"finite: {tree}", check, dict(text=SCAN, given={"G": parents, **given}, options=["--check=finite"]))


if __name__ == "__main__":
    chosen = arguments(__doc__)
    sys.exit(run_cases(list(cases()), chosen))
