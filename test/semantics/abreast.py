"""Points of batch and axes visited together, one in each lane (--schedule=lanes=batch): the values of the interpreter for trees of every kind and shape, batches one below, at and
above the number of lanes, looped axes, every float type; the same bits for any number of threads; and faults that name the point they belong to.

Usage: abreast.py ESPALIER [--only TEXT] [--jobs N]. The last line is 'N passed, M failed'.
"""
import re
import sys

import numpy as np

import lanes
from childsums import PROGRAMS as SUMS
from command import Case, Failure, arguments, difference, evaluate, run_cases
from subtrees import BUILT, PROGRAMS as SUBTREES, random_parents, trees

# --- Programs: name, text, shapes of the arguments (names of sizes; "i": a vertex for each vertex; "e": a small whole number for each vertex), names of several results -----

PROGRAMS = [
    # What is the same at all points stays beside what is not: within reductions, filters, nested ones, and in products.
    ("shared", """
def f(G: forest, x: float[..., G, n], w: float[G, n], U: float[k, n, n], s: float[n]) -> (float[..., G, n], float[..., G]):
    for v in up(G):
        below = sum(U[slot(c) % k] @ y[c] * w[c] + tanh(w[c] + s) for c in children(v) if not is_leaf(c))
        most = max(dot(w[c], y[c]) + height(c) for c in children(v))
        y[v] = 0.3 * x[v] + 0.1 * below + sum(U[l] @ (s + w[v]) * x[v][l % n] for l in range(k))
        t[v]: float = sum(sum(U[l, 0, 0] * depth(c) for l in range(k)) * sum(y[c]) for c in children(v)) + where(is_leaf(v), 0, 0.1 * most)
    return y, t
""", dict(x="b G n", w="G n", U="k n n", s="n"), ["y", "t"]),
    # Numbers and indices of axes, axes that another loop has, views of several axes, what lies elsewhere.
    ("axes", """
def f(G: forest, x: float[..., H, K, G, n], g: float[H, K], e: float[K, G], r: float[..., K, n]) -> (float[..., H, K, G, n], float[..., H, K]):
    for h, k, v in up(H, K, G):
        y[h, k, v] = x[h, k, v] * g[h, k] + r[k] * (h + 2 * k) + sum(e[k, c] * y[h, k, c] + x[h, 0, c] for c in children(v))
    for h, k, v in down(H, K, G):
        z[h, k, v] = y[h, k, v] + g[h, k] * z[h, k, parent(v)] + r[(h + k) % K]
    for h, k in each(H, K):
        t[h, k] = g[h, k] + sum(r[k])
    return z, t
""", dict(x="b H K G n", g="H K", e="K G", r="b K n"), ["z", "t"]),
    ("elsewhere", """
def f(G: forest, x: float[..., G], i: i32[..., G], j: i32[G], E: float[..., m, n]) -> float[..., G, n]:
    for v in up(G):
        p[v] = x[j[v]] + E[i[v] % m] + 0.5 * sum(p[c] * E[i[c] % m][0] for c in children(v))
    for v in down(G):
        q[v] = p[j[v]] - E[i[v] % m] + 0.25 * q[parent(v)] + 0.25 * p[parent(v)]
    return q
""", dict(x="b G", i="b e", j="i", E="b m n"), None),
    ("systems", """
def f(G: forest, A: float[..., G, n, n], B: float[G, n, n], u: float[..., G, n, m]) -> (float[..., G, n, m], float[..., G, n, m]):
    for v in up(G):
        S = 6 * eye(n) + A[v] - 0.1 * sum(B[c] @ W[c] for c in children(v))
        W[v] = solve(S, B[v])
        z[v] = solve(S.T, u[v] - 0.1 * sum(B[c].T @ z[c] for c in children(v)))
    for v in down(G):
        x[v] = z[v] - 0.1 * W[v] @ x[parent(v)]
    return x, z
""", dict(A="b G n n", B="G n n", u="b G n m"), ["x", "z"]),
    ("flags", """
def f(G: forest, x: float[..., G, n]) -> (float[..., G, n], float[..., G], float[..., G]):
    for v in up(G):
        big[v] = sum(x[v]) > 0
        most[v] = max(where(big[v], depth(v), height(v)), max(most[c] for c in children(v)))
        y[v] = where(big[v], x[v], -x[v]) + 0.5 * sum(where(big[c], y[c], 0 * y[c]) for c in children(v))
    for v in down(G):
        z[v] = logsumexp(y[v]) + 0.5 * z[parent(v)]
    return y, most, z
""", dict(x="b G n"), ["y", "most", "z"]),
]
# Whole numbers, and how many elements there were, among what is summed.
PROGRAMS.append(("counts", """
def f(G: forest, x: float[..., G, n], j: i32[..., G]) -> (float[..., G, n], float[..., G]):
    for v in up(G):
        y[v] = x[v] + mean(cast(j[v] % 3, float) * x[c] + y[c] for c in children(v) if not is_leaf(c))
        k[v]: float = cast(j[v], float) + sum(j[c] * (j[v] + slot(c)) for c in children(v)) + 0.5 * mean(k[c] for c in children(v)) + mean(cast(j[v], float) for w in G if height(w) > 0)
    return y, k
""", dict(x="b G n", j="b e"), ["y", "k"]))
PROGRAMS += [(name, text, shapes, results) for name, text, shapes, results in SUMS if name != "axes"]
PROGRAMS += [(name, text, shapes, None) for name, text, shapes in SUBTREES if name in ("myo", "down up down", "elsewhere", "down")]
# Those that are tested in lanes of vertices, with a batch; U, W, s, w, g are the same for all of it.
PROGRAMS += [(name, re.sub(r"float\[(?=G)", "float[..., ", text).replace("G: tree", "G: forest"), {a: shape if not shape.startswith("G") else "b " + shape for a, shape in shapes.items()}, None)
             for name, text, shapes, _ in lanes.KERNELS if name not in ("axes_and_shapes", "kept_in_lanes", "facts")]
PROGRAMS.append(("nothing", """
def f(G: forest, x: float[..., G, n, 0], y: float[..., G, 0, n]) -> float[..., G, n, 0]:
    for v in up(G):
        z[v] = reshape(min(3, max(0, reshape(x[v], (0, n)) + y[v])), (n, 0)) + sum(z[c] + y[c].T for c in children(v))
    return z
""", dict(x="b G n 0", y="b G 0 n"), None))
BATCHES = (0, 1, 2, 15, 16, 17, 33)
LENGTHS = (1, 2, 3, 4, 5, 7, 8, 9, 16, 17)


def fill(shapes, sizes, kind, seed):
    rng = np.random.default_rng(seed)
    given = {}
    for name, shape in shapes.items():
        words = shape.split()
        if words[-1] in ("i", "e"):
            size = [sizes["G"] if word in ("i", "e") else sizes[word] for word in words]
            given[name] = rng.integers(0, max(1, sizes["G"] if words[-1] == "i" else 7), size).astype(np.int32)
        else:
            given[name] = (0.7 * rng.standard_normal([int(word) if word.isdigit() else sizes[word] for word in words])).astype(kind)
    return given


TOLERANCES = {"float16": 3e-2, "float32": 2e-4, "float64": 1e-11}


def check(tool, *, text, given, results, threads, options=(), slack=1):
    def run(count, target="cpu"):
        chosen = [] if target == "interp" else ["--schedule=" + ",".join(["lanes=batch", *options])]
        found, _ = evaluate(tool, text, "f", given, results=results, target=target, threads=count, options=chosen)
        return found if results else {"result": found}

    true, got = run(1, "interp"), run(threads)
    for name, values in got.items():
        if values.dtype.kind in "ib":
            if values.shape != true[name].shape or (values != true[name]).any():
                raise Failure(f"{name}: other whole numbers than the interpreter")
        elif problem := difference(values, true[name], slack * TOLERANCES[str(values.dtype)], name):
            raise Failure(problem)
    if threads > 1:
        for name, values in run(1).items():
            if values.tobytes() != got[name].tobytes():
                raise Failure(f"{name}: other bits with {threads} threads than with one")


# What is the same at all points, added to what is not, in definitions that read each other.
PARTS = """
def f(x: float[N, d], W: float[d, d], b: float[M, d]) -> (float[N, d], float[N, d]):
    for i in each(N):
        y[i] = W @ x[i] + sum(b[l] for l in M) + x[N - 1 - i]
        z[i] = y[i] * i
    return y, z
"""
PARTS_OF_TREES = """
def f(G: tree, x: float[..., G, d], b: float[M, d]) -> (float[..., G, d], float[..., G, d]):
    for v in up(G):
        y[v] = tanh(x[v]) + sum(b[l] for l in M) + sum(y[c] for c in children(v))
        z[v] = y[v] * 2
    return y, z
"""


def check_schedules(tool, *, text, given, results, schedules):
    true, _ = evaluate(tool, text, "f", given, results=results, target="interp")
    for schedule in schedules:
        got, _ = evaluate(tool, text, "f", given, results=results, options=["--schedule=" + schedule] if schedule else [])
        for name, values in got.items():
            if problem := difference(values, true[name], 2e-5, f"{schedule} {name}"):
                raise Failure(problem)


SINGULAR = """
def f(G: forest, A: float[..., H, G, n, n], u: float[..., H, G, n]) -> float[..., H, G, n]:
    for h, v in up(H, G):
        x[h, v] = solve(A[h, v], u[h, v] + sum(x[h, c] for c in children(v)))
    return x
"""
OUTSIDE = """
def f(G: forest, x: float[..., G, n], i: i32[G]) -> float[..., G, n]:
    for v in up(G):
        y[v] = x[i[v]] + sum(y[c] for c in children(v))
    return y
"""
OWN_OUTSIDE = OUTSIDE.replace("i: i32[G]", "i: i32[..., G]")


def check_message(tool, *, text, given, expected):
    """A fault says the same as without lanes."""
    said = []
    for schedule in ("lanes=batch", "lanes=elements"):
        try:
            evaluate(tool, text, "f", given, options=["--schedule=" + schedule])
            raise Failure(f"{schedule}: no fault")
        except Failure as failure:
            said.append(re.sub(r"/tmp/\S*/", "", str(failure)))
    if said[0] != said[1] or expected not in said[0]:
        raise Failure(f"{said[0]}; without lanes {said[1]}; expected {expected}")


def check_refused(tool, *, text, given, expected):
    try:
        evaluate(tool, text, "f", given, options=["--schedule=lanes=batch"])
    except Failure as failure:
        if expected not in str(failure):
            raise Failure(f"expected `{expected}`, got {failure}") from None
        return
    raise Failure("not refused")


def check_shared_or_not(tool, *, text, parents, x):
    """A batch of trees goes by its axes alone: each element has a tree of its own."""
    given = {"G": parents, "x": x}
    got, _ = evaluate(tool, text, "f", given, options=["--schedule=lanes=batch"], threads=2)
    want = np.stack([evaluate(tool, text, "f", {"G": parents[b], "x": x[b]}, target="interp")[0] for b in range(len(x))])
    if problem := difference(got, want, 1e-5):
        raise Failure(problem)


HEADS = """
def f(G: forest, x: float[..., H, G, n]) -> float[..., H, G, n]:
    for h, v in up(H, G):
        y[h, v] = tanh(x[h, v] + sum(y[h, c] for c in children(v)))
    for h, v in down(H, G):
        z[h, v] = y[h, v] - 0.5 * z[h, parent(v)]
    return z
"""


def cases():
    kinds = (np.float32, np.float64, np.float32, np.float16)
    for number, (name, text, shapes, results) in enumerate(PROGRAMS):
        for at, (tree, parents) in enumerate(trees()):
            turn = number + at
            n = LENGTHS[(3 * number + at) % len(LENGTHS)]
            kind = kinds[turn % 4]
            if kind is np.float16 and name not in ("axes", "numbers", "scan"):
                kind = np.float64
            batch = BATCHES[(at + 2 * number) % len(BATCHES)]
            sizes = dict(b=batch, G=len(parents), n=n, m=1 + turn % 3, H=1 + at % 3, K=1 + turn % 4, k=2)
            given = fill(shapes, sizes, kind, turn)
            if name == "pivoting":
                given["A"] += (4 * np.eye(n)).astype(kind)
            if not parents.size and any(shape.endswith(("i", "e")) for shape in shapes.values()):
                continue
            yield Case(f"{name}: {tree}, batch {batch}, n {n}, {kind.__name__}", check,
                       dict(text=text, given={"G": parents, **given}, results=results, threads=1 + turn % 3, options=[f"ahead={turn % 3}"], slack=100 if name == "pivoting" else 1))
        for kind_of_tree, vertices in (("perfect:2,3", 15), ("perfect:3,2", 13), ("chain:9", 9), ("chain:1", 1)):
            n = LENGTHS[(number + vertices) % len(LENGTHS)]
            sizes = dict(b=BATCHES[(number + vertices) % len(BATCHES)], G=vertices, n=n, m=2, H=2, K=3, k=3)
            given = fill(shapes, sizes, np.float32, number)
            if name == "pivoting":
                given["A"] += (4 * np.eye(n)).astype(np.float32)
            yield Case(f"{name}: {kind_of_tree}, batch {sizes['b']}, n {n}", check, dict(text=text, given={"G": kind_of_tree, **given}, results=results, threads=2, slack=100 if name == "pivoting" else 1))
    rng = np.random.default_rng(5)
    parents = random_parents(9, 4, 0.1, 3)
    for batch, head, vertex in ((0, 0, 0), (3, 1, 7), (16, 2, 8)):
        A = np.broadcast_to(np.eye(3, dtype=np.float32), (17, 3, 9, 3, 3)).copy()
        A[batch, head, vertex] = 1
        yield Case(f"singular at {batch}, {head}, {vertex}", check_message,
                   dict(text=SINGULAR, given={"G": parents, "A": A, "u": rng.standard_normal((17, 3, 9, 3)).astype(np.float32)},
                        expected=f"batch {batch}, h = {head}, vertex {vertex}"))
    x = rng.standard_normal((18, 9, 3)).astype(np.float32)
    index = np.arange(9, dtype=np.int32)
    index[5] = 9
    yield Case("outside, shared", check_message, dict(text=OUTSIDE, given={"G": parents, "x": x, "i": index}, expected="index 9"))
    own = np.tile(np.arange(9, dtype=np.int32), (18, 1))
    own[17, 4] = -1
    yield Case("outside, of one point", check_message, dict(text=OWN_OUTSIDE, given={"G": parents, "x": x, "i": own}, expected="index -1"))
    for d in (1, 8, 17):
        arrays = {name: rng.standard_normal(shape).astype(np.float32) for name, shape in (("x", (20, d)), ("W", (d, d)), ("b", (5, d)))}
        yield Case(f"parts, {d}", check_schedules, dict(text=PARTS, given=arrays, results=["y", "z"], schedules=["", *(["together=4"] if d > 1 else []), "tasks=axes,lanes=batch", "tasks=axes,lanes=elements"]))
        arrays = {"x": rng.standard_normal((17, 15, d)).astype(np.float32), "b": arrays["b"], "G": "perfect:2,3"}
        yield Case(f"parts of trees, {d}", check_schedules, dict(text=PARTS_OF_TREES, given=arrays, results=["y", "z"], schedules=["", "lanes=vertices", "lanes=batch", "lanes=elements"]))
    several = np.stack([random_parents(11, 3, 0, seed) for seed in range(3)])
    for heads in (1, 5, 16, 17):
        yield Case(f"a tree for each batch element, {heads} heads", check_shared_or_not,
                   dict(text=HEADS, parents=several, x=rng.standard_normal((3, heads, 11, 4)).astype(np.float32)))
    plain = HEADS.replace("h, v in", "v in").replace("(H, G)", "(G)").replace("[h, ", "[").replace("..., H, G", "..., G")
    yield Case("no axis, a tree for each", check_refused, dict(text=plain, given={"G": several, "x": x[:3, :1].repeat(11, 1)[:, :, :3]}, expected="share"))
    yield Case("built of the batch", check_refused, dict(text=BUILT, given={"p": several, "x": x[:3, :1, 0].repeat(11, 1)}, expected="share"))
    yield Case("built for all", check, dict(text=BUILT.replace("i32[..., V]", "i32[V]"), given={"p": several[0], "x": rng.standard_normal((17, 11)).astype(np.float32)},
                                            results=None, threads=2))


if __name__ == "__main__":
    chosen = arguments(__doc__)
    sys.exit(run_cases(list(cases()), chosen))
