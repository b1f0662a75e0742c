"""Rows of attention (L18, L19) in kernels of every form, against loops over NumPy scalars: placed in each, up and down, over trees and leaves, outside loops, within
comprehensions and recursions; named, summed, multiplied several times; with data, conditions, helpers, gathers, levels. All lengths around 0 and 1.

Usage: rows.py ESPALIER [--only TEXT] [--jobs N] [--target T]. The last line is 'N passed, M failed'.
"""
import sys

import numpy as np

import reference
from command import Case, Failure, arguments, difference, evaluate, run_cases


def row(score, lo, hi, length, keep=lambda j: True):
    """The weights of a row, as a dictionary of its keys."""
    keys = [j for j in range(max(lo, 0), min(hi, length)) if keep(j)]
    scores = [float(score(j)) for j in keys]
    top = max((s for s in scores if s > -np.inf), default=0.0)
    e = [np.exp(s - top) for s in scores]
    return {j: x / sum(e) for j, x in zip(keys, e)} if sum(e) > 0 else {}


def times(weights, v, shape=None):
    return sum((w * v[j] for j, w in weights.items()), np.zeros(v.shape[1:] if shape is None else shape))


def layer_norm(x):
    return (x - x.mean()) / np.sqrt(x.var() + 1e-5)


def shared_levels(i, j, levels, n):
    """By the definition: blocks of the finest level, each coarser one twice as long."""
    finest = max(1, -(-n // 2 ** (levels - 1)))
    return sum(i // (finest * 2**k) == j // (finest * 2**k) for k in range(levels))


def softmax(s):
    return row(lambda j: s[j], 0, len(s), len(s))


KERNELS = {}


def kernel(text, results=None):
    """Registers a reference under its program; it takes arrays and gives the results."""

    def register(function):
        KERNELS[function.__name__] = (text, function, results)
        return function

    return register


@kernel("""
def f(q: float[..., N, r], k: float[..., J, r], v: float[..., J, m]) -> float[..., N, m]:
    for i in each(N):
        o[i] = softmax(dot(q[i], k[j]) for j in J) @ v
    return o
""")
def whole_axis(q, k, v):
    return np.stack([times(row(lambda j: q[i] @ k[j], 0, len(k), len(k)), v) for i in range(len(q))]) if len(q) else np.zeros((0, v.shape[1]))


@kernel("""
def f(q: float[..., N, r], k: float[..., N, r], v: float[..., N, m], w: float[N]) -> (float[..., N, m], float[..., N]):
    for i in each(N):
        s = q[i] * 2
        t = layer_norm(s)
        row = softmax(dot(t, layer_norm(k[j])) - 0.1 * (i - j) for j in range(i - 2, i + 3) if j != 1)
        o[i] = row @ v + t[0] + sum(row)
        c[i] = row @ w + dot(row @ v, row @ v)
    return o, c
""", results=["o", "c"])
def named_local(q, k, v, w):
    n = len(q)
    o, c = np.zeros((n, v.shape[1])), np.zeros(n)
    for i in range(n):
        t = layer_norm(2 * q[i])
        weights = row(lambda j: t @ layer_norm(k[j]) - 0.1 * (i - j), i - 2, i + 3, n, lambda j: j != 1)
        o[i] = times(weights, v) + t[0] + sum(weights.values())
        c[i] = times(weights, w, ()) + times(weights, v) @ times(weights, v)
    return {"o": o, "c": c}


@kernel("""
def f(q: float[..., N, r], k: float[..., N, r], v: float[..., N, r]) -> float[..., N, r]:
    for i in each(N):
        a[i] = softmax(dot(q[i], k[j]) for j in range(i + 1)) @ v
        b[i] = softmax(dot(a[i], k[j]) + dot(q[i], v[j]) for j in range(i, N)) @ k
        c[i] = a[i] + b[i] * 2
    return c
""")
def row_after_row(q, k, v):
    n = len(q)
    a = [times(row(lambda j: q[i] @ k[j], 0, i + 1, n), v) for i in range(n)]
    b = [times(row(lambda j: a[i] @ k[j] + q[i] @ v[j], i, n, n), k) for i in range(n)]
    return np.array([a[i] + 2 * b[i] for i in range(n)]).reshape(n, -1)


@kernel("""
def f(q: float[..., heads, N, r], k: float[..., N, r], v: float[..., N, m], slope: float[heads]) -> float[..., heads, N, m]:
    for h, i in each(heads, N):
        scale = slope[h] + 1
        o[h, i] = scale * (softmax(scale * dot(q[h, i], k[j]) for j in range(i + 1)) @ v)
    return o
""")
def shared_keys(q, k, v, slope):
    heads, n = q.shape[:2]
    o = np.zeros((heads, n, v.shape[1]))
    for h in range(heads):
        for i in range(n):
            o[h, i] = (slope[h] + 1) * times(row(lambda j: (slope[h] + 1) * (q[h, i] @ k[j]), 0, i + 1, n), v)
    return o


@kernel("""
def f(q: float[..., heads, N, r], k: float[..., groups, N, r], v: float[..., groups, N, m], group: i32[heads]) -> float[..., heads, N, m]:
    for h, i in each(heads, N):
        o[h, i] = softmax(dot(q[h, i], k[group[h], j]) for j in range(i + 1)) @ v[group[h]]
    return o
""")
def gathered_groups(q, k, v, group):
    heads, n = q.shape[:2]
    return np.array([[times(row(lambda j: q[h, i] @ k[group[h], j], 0, i + 1, n), v[group[h]]) for i in range(n)] for h in range(heads)]).reshape(heads, n, -1)


@kernel("""
def f(x: float[..., N, d], token: i32[N], E: float[vocab, d], bias: float[M], first: i32[D], doc: i32[N], M1: float[N, N]) -> float[..., N, d]:
    for i in each(N):
        row = softmax(dot(x[i], E[token[j]]) + bias[min(i - j, M - 1)] + M1[i, j] for j in range(first[doc[i]], i + 1) if M1[i, j] > -1)
        o[i] = row @ x
    return o
""")
def data_everywhere(x, token, E, bias, first, doc, M1):
    n = len(x)
    score = lambda i: lambda j: x[i] @ E[token[j]] + bias[min(i - j, len(bias) - 1)] + M1[i, j]
    return np.array([times(row(score(i), first[doc[i]], i + 1, n, lambda j: M1[i, j] > -1), x) for i in range(n)]).reshape(n, -1)


@kernel("""
def f(q: float[r], k: float[..., N, r], v: float[..., N, m], W: float[r, r]) -> float[..., m]:
    p = W @ q
    row = softmax(dot(p, layer_norm(k[j])) for j in N)
    return row @ v + sum(row)
""")
def outside_loops(q, k, v, W):
    weights = row(lambda j: (W @ q) @ layer_norm(k[j]), 0, len(k), len(k))
    return times(weights, v) + sum(weights.values())


@kernel("""
def f(q: float[N, r], k: float[N, r], v: float[..., N, m]) -> (float[..., N, m], float[N]):
    for i in each(N):
        row = softmax(dot(q[i], k[j]) for j in range(i + 1))
        o[i] = row @ v
        c[i] = row @ first
    return o, c
""".replace("    for i in each(N):\n", "    for j in each(N):\n        first[j] = k[j, 0]\n    for i in each(N):\n", 1), results=["o", "c"])
def partly_batched(q, k, v):
    n = len(q)
    weights = [row(lambda j: q[i] @ k[j], 0, i + 1, n) for i in range(n)]
    return {"o": np.array([times(w, v) for w in weights]).reshape(n, -1), "c": np.array([times(w, k[:, 0], ()) for w in weights])}


@kernel("""
def score(q: float[r], k: float[r], i: index, j: index, N: index, ranks: static) -> float:
    n = shared_levels(i, j, len(ranks), N)
    return dot(q[:sum(ranks[:n])], k[:sum(ranks[:n])]) / n + norm(k[:sum(ranks[:n])]) - sum(q[:sum(ranks[:n])])


def f(q: float[..., N, r], k: float[..., N, r], v: float[..., N, m], ranks: static) -> float[..., N, m]:
    for i in each(N):
        o[i] = softmax(score(q[i], k[j], i, j, N, ranks) for j in range(i + 1)) @ v
    return o
""")
def levels(q, k, v, ranks):
    n = len(q)

    def score(i, j):
        l = shared_levels(i, j, len(ranks), n)
        r = sum(ranks[:l])
        return q[i, :r] @ k[j, :r] / l + np.linalg.norm(k[j, :r]) - q[i, :r].sum()

    return np.array([times(row(lambda j: score(i, j), 0, i + 1, n), v) for i in range(n)]).reshape(n, -1)


# ---------------------------------------------------------------------------------------------------------------- trees


@kernel("""
def f(k: float[..., N, r], v: float[..., N, m], ranks: static) -> float[..., N, m]:
    for i in each(N):
        o[i] = softmax(dot(ones(r)[:sum(ranks[:shared_levels(i, j, len(ranks), N)])], k[j, :sum(ranks[:shared_levels(i, j, len(ranks), N)])])
                       for j in range(i + 1)) @ v
    return o
""")
def levels_of_the_key_alone(k, v, ranks):
    """A product whose factors do not depend on the row: only how far it goes does."""
    n = len(k)
    length = [sum(ranks[:count]) for count in range(len(ranks) + 1)]
    return np.stack([times(row(lambda j: k[j, :length[shared_levels(i, j, len(ranks), n)]].sum(), 0, i + 1, n), v) for i in range(n)])


@kernel("""
def f(G: forest, q: float[..., G, r], k: float[..., N, r], v: float[..., N, m]) -> float[..., G, m]:
    for u in each(G):
        o[u] = softmax(dot(q[u], k[j]) + depth(u) * k[j, 0] for j in range(slot(u), N)) @ v + softmax(dot(q[parent(u)], k[j]) for j in N) @ v
    return o
""")
def over_vertices(G, q, k, v):
    depth, slot = reference.depths(G), reference.slots(G)
    slot[G < 0] = np.arange((G < 0).sum())  # of a root, among the roots
    up = lambda u: q[G[u]] if G[u] >= 0 else np.zeros(q.shape[1])
    first = [times(row(lambda j: q[u] @ k[j] + depth[u] * k[j, 0], slot[u], len(k), len(k)), v) for u in range(len(G))]
    second = [times(row(lambda j: up(u) @ k[j], 0, len(k), len(k)), v) for u in range(len(G))]
    return np.array([a + b for a, b in zip(first, second)]).reshape(len(G), -1)


@kernel("""
def f(G: forest, x: float[..., G, r], y: float[..., leaves(G), r], k: float[..., N, r]) -> float[..., leaves(G), r]:
    for u in each(leaves(G)):
        o[u] = softmax(dot(x[u], k[j]) + dot(y[u], k[j]) for j in N) @ k
    return o
""")
def over_leaves(G, x, y, k):
    leaves = [u for u in range(len(G)) if u not in set(G)]
    return np.array([times(row(lambda j: (x[u] + y[l]) @ k[j], 0, len(k), len(k)), k) for l, u in enumerate(leaves)]).reshape(len(leaves), -1)


@kernel("""
def f(G: forest, u: float[..., G, r], k: float[..., N, r]) -> (float[..., G, r], float[..., G, r]):
    for v in up(G):
        a[v] = softmax(dot(u[v], k[j]) for j in N) @ k + sum(a[c] for c in children(v))
        x[v] = u[v] + 0.5 * sum(x[c] for c in children(v))
        o[v] = softmax(dot(x[v], k[j]) for j in range(N - 1)) @ k + 0 * sum(x[c] for c in children(v))
    return a, o
""", results=["a", "o"])
def beside_a_recursion(G, u, k):
    n, below = len(G), reference.children_of(G)
    order = sorted(range(n), key=lambda v: -reference.depths(G)[v])
    a, x = np.zeros_like(u), np.zeros_like(u)
    for v in order:
        a[v] = times(row(lambda j: u[v] @ k[j], 0, len(k), len(k)), k) + sum((a[c] for c in below[v]), np.zeros(u.shape[1]))
        x[v] = u[v] + 0.5 * sum((x[c] for c in below[v]), np.zeros(u.shape[1]))
    o = [times(row(lambda j: x[v] @ k[j], 0, len(k) - 1, len(k)), k) for v in range(n)]
    return {"a": a, "o": np.array(o).reshape(n, -1)}


@kernel("""
def f(G: forest, u: float[..., G, r], k: float[..., N, r]) -> float[..., G, r]:
    for v in up(G):
        below: float[r] = sum(x[c] for c in children(v))
        row = softmax(dot(u[v] + below, k[j]) for j in N if j % 2 == 0)
        x[v] = row @ k + 0.1 * sum(row)
    return x
""")
def in_a_recursion(G, u, k):
    below = reference.children_of(G)
    x = np.zeros_like(u)
    for v in sorted(range(len(G)), key=lambda v: -reference.depths(G)[v]):
        q = u[v] + sum((x[c] for c in below[v]), np.zeros(u.shape[1]))
        weights = row(lambda j: q @ k[j], 0, len(k), len(k), lambda j: j % 2 == 0)
        x[v] = times(weights, k) + 0.1 * sum(weights.values())
    return x


@kernel("""
def f(G: forest, u: float[..., G, r], k: float[..., N, r]) -> float[..., G, r]:
    for v in down(G):
        x[v] = softmax(dot(u[v] + x[parent(v)], k[j]) for j in N) @ k
    return x
""")
def in_a_recursion_down(G, u, k):
    x = np.zeros_like(u)
    for v in sorted(range(len(G)), key=lambda v: reference.depths(G)[v]):
        q = u[v] + (x[G[v]] if G[v] >= 0 else 0)
        x[v] = times(row(lambda j: q @ k[j], 0, len(k), len(k)), k)
    return x


@kernel("""
def f(G: forest, u: float[..., G, r], k: float[..., N, r]) -> float[..., G, r]:
    for v in each(G):
        x[v] = sum(softmax(dot(u[c], k[j]) for j in range(slot(c) + 1)) @ k for c in children(v)) + u[v]
    return x
""")
def in_a_comprehension(G, u, k):
    below, slot = reference.children_of(G), reference.slots(G)
    return u + np.array([sum((times(row(lambda j: u[c] @ k[j], 0, slot[c] + 1, len(k)), k) for c in below[v]), np.zeros(u.shape[1])) for v in range(len(G))]).reshape(u.shape)


@kernel("""
def f(q: float[..., N, r], k: float[..., N, r], v: float[..., N, r], A: float[r, r]) -> float[..., N, r]:
    for i in each(N):
        o[i] = softmax(sum(abs(q[i, 0] - k[l, 0]) * k[j, 0] for l in N) + dot(A @ q[i], A @ k[j]) for j in range(i + 1)) @ v
    return o
""")
def score_with_a_comprehension(q, k, v, A):
    n = len(q)
    score = lambda i, j: sum(abs(q[i, 0] - k[l, 0]) * k[j, 0] for l in range(n)) + (A @ q[i]) @ (A @ k[j])
    return np.array([times(row(lambda j: score(i, j), 0, i + 1, n), v) for i in range(n)]).reshape(n, -1)


@kernel("""
def f(q: float[..., N, r], k: float[..., N, r], v: float[..., N, r]) -> float[..., N, r]:
    for i in each(N):
        o[i] = softmax(dot(q[i], softmax(dot(k[j], k[l]) for l in range(j + 1)) @ v) for j in range(i + 1)) @ v
    return o
""")
def row_in_a_score(q, k, v):
    n = len(q)
    inner = [times(row(lambda l: k[j] @ k[l], 0, j + 1, n), v) for j in range(n)]
    return np.array([times(row(lambda j: q[i] @ inner[j], 0, i + 1, n), v) for i in range(n)]).reshape(n, -1)


@kernel("""
def f(q: float[..., N, r], k: float[..., N, r], v: float[..., N, c, d]) -> float[..., N, c, d]:
    for i in each(N):
        o[i] = softmax(where(k[j, 0] > 0, dot(q[i], k[j]), log(0 * abs(q[i, 0]))) for j in range(i + 1)) @ v
    return o
""")
def rows_of_minus_infinity(q, k, v):
    n = len(q)
    with np.errstate(divide="ignore"):
        return np.array([times(row(lambda j: q[i] @ k[j] if k[j, 0] > 0 else -np.inf, 0, i + 1, n), v) for i in range(n)]).reshape((n,) + v.shape[1:])


# ---------------------------------------------------------------------------------------------------------------- cases

TREES = {"one": np.array([-1]), "two roots": np.array([-1, -1, 0]), "perfect": reference.perfect(2, 2), "chain": reference.chain(5), "star": reference.star(4)}


def numbers_of(name, text, lengths, batch, rng):
    """Arguments by the names of their axes; the first occurrence of `[..., G, r]` says what an argument is."""
    header = text[text.index("def f(") + 6 : text.index(") ->", text.index("def f("))]
    sizes = {"r": 6, "m": 3, "c": 2, "d": 3, "heads": 3, "groups": 2, "vocab": 5, "M": 4, "D": 3, **lengths}
    for parameter in filter(None, header.replace("]", "]|").replace("static", "static|").replace("forest", "forest|").split("|")):
        title, kind = parameter.lstrip(", ").split(": ")
        if kind == "forest":
            yield title, lengths["tree"].astype(np.int32), False
        elif kind == "static":
            yield title, (3, 2, 1), False
        else:
            axes = kind[kind.index("[") + 1 : -1].split(", ")
            has_batch = axes[0] == "..."
            shape = tuple(sizes[axis] for axis in axes[has_batch:])
            if kind.startswith("i32"):
                high = {"group": 2, "token": 5, "first": max(sizes.get("N", 1), 1), "doc": 3}[title]
                yield title, rng.integers(0, high, shape).astype(np.int32), False
            else:
                yield title, rng.standard_normal((batch if has_batch else ()) + shape), has_batch


def check(tool, *, name, lengths, batch, target="interp"):
    text, function, results = KERNELS[name]
    rng = np.random.default_rng(len(name) + 7 * len(batch))
    if "tree" in lengths:
        lengths = {**lengths, "G": len(lengths["tree"]), "leaves(G)": len(set(range(len(lengths["tree"]))) - set(lengths["tree"]))}
    given = list(numbers_of(name, text, lengths, batch, rng))
    arguments = {title: ",".join(map(str, value)) if isinstance(value, tuple) else value for title, value, _ in given}
    got, _ = evaluate(tool, text, "f", arguments, results=results, target=target, options=["--float=f64"])
    elements = []
    for b in np.ndindex(*batch):
        elements.append(function(**{title: value[b] if has_batch else value for title, value, has_batch in given}))
    for result in results or [None]:
        parts = [element[result] if result else element for element in elements]
        found = got[result] if result else got
        shared = found.ndim == parts[0].ndim
        want = parts[0] if shared else np.stack(parts).reshape(batch + parts[0].shape)
        problem = difference(found, want, 1e-11, result or "result")
        if problem:
            raise Failure(problem)


FAULTS = {
    "a key": ("""
def f(x: float[..., heads, N, d], t: i32[N], E: float[vocab, d]) -> float[..., heads, N, d]:
    for h, i in each(heads, N):
        o[h, i] = softmax(dot(x[h, i], E[t[j]]) for j in range(i + 1) if t[j] >= 0) @ x[h]
    return o
""", {"x": (2, 2, 100, 3), "E": (5, 3)}, {"t": {70: 9, 80: 9, 30: -1}}, "index 9 of E[t[j]] is out of range (expected 0 to 4) at batch 0, h = 0, i = 70, j = 70"),
    "a pair": ("""
def f(x: float[N, d], bias: float[M], t: i32[N]) -> float[N, d]:
    for i in each(N):
        o[i] = softmax(dot(x[i], x[j]) + bias[t[i] - t[j]] for j in range(i + 1)) @ x
    return o
""", {"x": (100, 3), "bias": (1,)}, {"t": {30: -1}}, "is out of range (expected 0 to 0) at i = 30, j = 0"),
    "a row": ("""
def f(x: float[N, d], first: i32[D], t: i32[N]) -> float[N, d]:
    for i in each(N):
        o[i] = softmax(dot(x[i], x[j]) for j in range(first[t[i]], i + 1)) @ x
    return o
""", {"x": (100, 3)}, {"t": {30: -1, 99: 5}, "first": {}}, "index -1 of first[t[i]] is out of range (expected 0 to 99) at i = 30"),
}


def names_the_place(tool, *, name, target="interp"):
    """An index out of range is an error that says which row and which key."""
    text, shapes, integers, expected = FAULTS[name]
    rng = np.random.default_rng(1)
    given = {title: rng.standard_normal(shape) for title, shape in shapes.items()}
    for title, entries in integers.items():
        given[title] = np.zeros(100, np.int32)
        for place, value in entries.items():
            given[title][place] = value
    try:
        evaluate(tool, text, "f", given, target=target, options=["--float=f64"])
    except Failure as failure:
        if expected not in str(failure):
            raise
        return
    raise Failure(f"no error, expected: {expected}")


def cases():
    for name in FAULTS:
        yield Case(f"out of range at {name}", names_the_place, dict(name=name))
    for name, (text, _, _) in KERNELS.items():
        lengths = [dict(tree=tree) for tree in TREES.values()] if "G: forest" in text else [{}]
        for k, tree in enumerate(lengths):
            for n in (1, 2, 5, 17) if not tree else (1, 4):
                for batch in ((), (2,)) if "..." in text else ((),):
                    title = f"{name}, {n} keys, batch {batch}" + (f", {list(TREES)[k]}" if tree else "")
                    yield Case(title, check, dict(name=name, lengths={"N": n, "J": 3, **tree}, batch=batch))
    yield Case("no points", check, dict(name="whole_axis", lengths={"N": 0, "J": 3}, batch=(2,)))
    yield Case("no keys", check, dict(name="whole_axis", lengths={"N": 3, "J": 0}, batch=(2,)))


if __name__ == "__main__":
    chosen = arguments(__doc__)
    sys.exit(run_cases(list(cases()), chosen))
