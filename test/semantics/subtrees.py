"""Subtrees as tasks (--schedule=parts=P): the bits of one task for each tree, for trees of every shape, any number of parts and of threads; and the values of the
interpreter.

Usage: subtrees.py ESPALIER [--only TEXT] [--jobs N]. The last line is 'N passed, M failed'.
"""
import sys

import numpy as np

import reference
from command import Case, Failure, arguments, difference, evaluate, run_cases

# --- Programs: name, text, shapes of the arguments (names of sizes; "i": a vertex for each vertex) ----------------------------------------------------------------

SCAN = """
def f(G: forest, u: float[..., G, n], a: float[..., G, n]) -> float[..., G, n]:
    for v in up(G):
        xi[v] = u[v] + sum(a[c] * xi[c] for c in children(v))
    for v in down(G):
        h[v] = where(is_root(v), xi[v], (1 - a[v] * a[v]) * xi[v] + a[v] * h[parent(v)])
    return h
"""

PROGRAMS = [
    ("up", """
def f(G: forest, x: float[..., G], a: float[G]) -> float[..., G]:
    for v in up(G):
        y[v] = x[v] + sum(tanh(a[c] * y[c]) for c in children(v))
    return y
""", dict(x="b G", a="G")),
    ("down", """
def f(G: forest, x: float[..., G, n], a: float[G, n]) -> float[..., G, n]:
    for v in down(G):
        z[v] = x[v] + a[v] * z[parent(v)] * where(is_root(v), 2, 0.5)
    return z
""", dict(x="b G n", a="G n")),
    ("myo", """
def f(G: forest, A: float[..., G, n, n], B: float[G, n, n], u: float[..., G, n]) -> float[..., G, n]:
    for v in up(G):
        S = 6 * eye(n) + A[v] - 0.1 * sum(B[c] @ W[c] for c in children(v))
        W[v] = solve(S, B[v])
        z[v] = solve(S, u[v] - 0.1 * sum(B[c].T @ z[c] for c in children(v)))
    for v in down(G):
        x[v] = z[v] - 0.1 * W[v] @ x[parent(v)]
    return x
""", dict(A="b G n n", B="G n n", u="b G n")),
    ("scan", SCAN, dict(u="b G n", a="b G n")),
    ("down up down", """
def f(G: forest, x: float[..., G], a: float[G]) -> float[..., G]:
    for v in down(G):
        p[v] = x[v] + a[v] * p[parent(v)]
    for v in up(G):
        q[v] = p[v] + 0.5 * p[parent(v)] + sum(q[c] - p[c] for c in children(v))
    for v in down(G):
        r[v] = q[v] + 0.5 * r[parent(v)] + sum(0.1 * p[c] for c in children(v))
    return r
""", dict(x="b G", a="G")),
    ("elsewhere", """
def f(G: forest, x: float[..., G], j: i32[G]) -> float[..., G]:
    for v in up(G):
        p[v] = x[v] + 0.5 * sum(p[c] for c in children(v))
    for v in up(G):
        q[v] = p[j[v]] + 0.5 * sum(q[c] for c in children(v))
    for v in down(G):
        r[v] = q[j[v]] + 0.5 * r[parent(v)]
    for v in up(G):
        s[v] = r[j[v]] + p[v] + 0.5 * sum(s[c] for c in children(v))
    return s
""", dict(x="b G", j="i")),
    ("axes", """
def f(G: forest, x: float[..., H, G, n], g: float[H]) -> float[..., H, G, n]:
    for h, v in up(H, G):
        y[h, v] = softmax(x[h, v]) * g[h] + 0.5 * sum(y[h, c] for c in children(v))
    for h, v in down(H, G):
        z[h, v] = y[h, v] + g[h] * z[h, parent(v)]
    return z
""", dict(x="b H G n", g="H")),
]

GROWN = """
def f(x: float[..., H, W, n], u: float[..., H, W, n], a: float[..., H, W, n]) -> float[..., H, W, n]:
    T = minimum_spanning_tree(abs(x[i][0] - x[j][0]) for i, j in grid(H, W))
    for v in up(T):
        xi[v] = u[v] + sum(a[c] * xi[c] for c in children(v))
    for v in down(T):
        h[v] = where(is_root(v), xi[v], (1 - a[v] * a[v]) * xi[v] + a[v] * h[parent(v)])
    return h
"""

BUILT = """
def f(p: i32[..., V], x: float[..., V]) -> float[..., V]:
    T = from_parents(p)
    for v in up(T):
        y[v] = x[v] + 0.5 * sum(y[c] for c in children(v))
    for v in down(T):
        z[v] = y[v] + 0.5 * z[parent(v)]
    return z
"""

COMPUTED = BUILT.replace("T = from_parents(p)", "for i in each(V):\n        q[i] = p[i]\n    T = from_parents(q)")


# --- Trees ------------------------------------------------------------------------------------------------------------------------------------------------------------

def random_parents(size, reach, roots, seed):
    """Below one of the `reach` vertices before it, in a random numbering; a share of `roots` are roots."""
    rng = np.random.default_rng(seed)
    names = rng.permutation(size)
    parents = np.full(size, -1, np.int32)
    for i in range(1, size):
        if rng.random() >= roots:
            parents[names[i]] = names[rng.integers(max(0, i - reach), i)]
    return parents


def trees():
    for size in (0, 1, 2, 3):
        yield f"path {size}", np.arange(1, size + 1, dtype=np.int32) - (np.arange(size) == size - 1) * (size + 1)
    yield "path 300", random_parents(300, 1, 0, 1)
    for arity, height in ((1, 40), (2, 1), (2, 4), (2, 8), (3, 4), (4, 3), (5, 3)):
        yield f"perfect {arity}x{height}", np.array(reference.perfect(arity, height), np.int32)
    yield "star 200", np.where(np.arange(200) == 70, -1, 70).astype(np.int32)
    yield "roots 50", np.full(50, -1, np.int32)
    for size, reach, roots in ((17, 17, 0), (199, 199, 0), (500, 3, 0), (400, 400, 0.05), (90, 10, 0.3)):
        yield f"random {size} {reach} {roots}", random_parents(size, reach, roots, size)


# --- Checks -----------------------------------------------------------------------------------------------------------------------------------------------------------

def fill(shapes, sizes, kind, seed):
    rng = np.random.default_rng(seed)

    def one(shape):
        if shape == "i":
            return rng.integers(0, max(1, sizes["G"]), sizes["G"]).astype(np.int32)
        values = rng.standard_normal([sizes[axis] for axis in shape.split()])
        return (0.5 * values).astype(kind)

    return {name: one(shape) for name, shape in shapes.items()}


def check(tool, *, text, given, schedules, options=()):
    """`schedules`: (settings but for the parts, [(parts, threads)])."""
    want, _ = evaluate(tool, text, "f", given, target="interp", options=options)
    for others, cuts in schedules:
        run = lambda parts, threads: evaluate(tool, text, "f", given, threads=threads, options=[*options, "--schedule=" + ",".join([*others, f"parts={parts}"])])[0]
        whole = run(0, 1)
        tolerance = {"float16": 2e-2, "float32": 2e-5, "float64": 1e-12}[str(whole.dtype)]
        if problem := difference(whole, want, tolerance, "one task"):
            raise Failure(problem)
        for parts, threads in cuts:
            got = run(parts, threads)
            if got.shape != whole.shape or got.tobytes() != whole.tobytes():
                differing = int((got != whole).sum()) if got.shape == whole.shape else f"shape {got.shape}"
                raise Failure(f"{','.join(others)} parts={parts}, {threads} threads: other bits than one task ({differing} of {whole.size})")


PARTS = (1, 2, 3, 5, 8, 16, 64, 256)


def tiles_and_trees_of_kernels(check):
    """What every choice of how sweeps store has to meet: tiles of channels, the last one perhaps narrower, and trees that the kernel makes."""
    for n in (16, 17, 32, 40, 96):
        given = fill(dict(u="b G n", a="b G n"), dict(b=2, G=300, n=n), np.float32, n)
        yield Case(f"channels: {n}", check, dict(text=SCAN, given={"G": random_parents(300, 5, 0.02, n), **given}, others=["channels=16"]))
    for height, width in ((1, 1), (1, 9), (7, 5), (16, 17)):
        given = fill(dict(x="b H W n", u="b H W n", a="b H W n"), dict(b=2, H=height, W=width, n=16), np.float32, height)
        yield Case(f"grown: {height}x{width}", check, dict(text=GROWN, given=given))
    for size in (1, 2, 150):
        parents = np.stack([random_parents(size, size, 0, seed) for seed in range(2)])
        given = fill(dict(x="b G"), dict(b=2, G=size), np.float32, size)
        yield Case(f"built: {size}", check, dict(text=BUILT, given={"p": parents, **given}))


def cases():
    for number, (name, text, shapes) in enumerate(PROGRAMS):
        for at, (tree, parents) in enumerate(trees()):
            turn = number + at
            batch, n = 1 + turn % 3, (1, 3, 4, 8, 17)[(number + 2 * at) % 5]
            kind = (np.float32, np.float64, np.float32, np.float16)[turn % 4]
            if name == "myo" and kind is np.float16:
                kind = np.float64
            given = fill(shapes, dict(b=batch, G=len(parents), n=n, H=2), kind, turn)
            cuts = [(PARTS[(turn + step) % len(PARTS)], 1 + (turn + step) % 3) for step in (0, 3)]
            schedules = [(["grain=1"], cuts)]
            if name == "scan" and n > 4:
                schedules.append((["channels=4", "ahead=3"], cuts))
            yield Case(f"{name}: {tree}, batch {batch}, n {n}, {kind.__name__}", check, dict(text=text, given={"G": parents, **given}, schedules=schedules))
        # Where the kind of the tree says that it is perfect, a vertex in each lane too; trees of a batch.
        rooted = text.replace("forest", "tree")
        for arity, height in ((2, 8), (3, 5), (1, 20), (2, 0)):
            size = len(reference.perfect(arity, height))
            given = fill(shapes, dict(b=2, G=size, n=3, H=2), np.float32, number)
            schedules = [(["lanes=vertices"], [(2, 2), (7, 3), (64, 1)]), (["lanes=elements"], [(3, 2)])]
            yield Case(f"{name}: lanes {arity}x{height}", check, dict(text=rooted, given={"G": f"perfect:{arity},{height}", **given}, schedules=schedules))
        many = np.stack([random_parents(60, reach, 0, reach) for reach in (1, 4, 60)])
        given = fill(shapes, dict(b=3, G=60, n=3, H=2), np.float32, number)
        yield Case(f"{name}: a batch of trees", check, dict(text=rooted, given={"G": many, **given}, schedules=[(["grain=1"], [(1, 1), (3, 2), (8, 3)])]))
    for height, width in ((1, 1), (1, 2), (3, 5), (12, 11)):
        for batch in (1, 3):
            given = fill(dict(x="b H W n", u="b H W n", a="b H W n"), dict(b=batch, H=height, W=width, n=5), np.float32, height + batch)
            yield Case(f"grown: {height}x{width}, batch {batch}", check, dict(text=GROWN, given=given, schedules=[([], [(1, 2), (2, 2), (7, 3)])]))
    for name, text in (("built", BUILT), ("computed", COMPUTED)):
        for size in (1, 2, 150):
            for batch in (1, 3):
                parents = np.stack([random_parents(size, size, 0, seed) for seed in range(batch)])
                given = fill(dict(x="b G"), dict(b=batch, G=size), np.float32, size + batch)
                yield Case(f"{name}: {size}, batch {batch}", check, dict(text=text, given={"p": parents, **given}, schedules=[([], [(1, 2), (3, 2), (8, 3)])]))


if __name__ == "__main__":
    chosen = arguments(__doc__)
    sys.exit(run_cases(list(cases()), chosen))
