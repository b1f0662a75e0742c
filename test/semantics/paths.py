"""Long paths of deep trees in runs (--schedule=parts=P,paths=T): sweeps that are affine by elements in their state against the interpreter, on trees of every shape and
around every bound of the runs; the same bits for any number of threads; numbers that are not finite as vertex by vertex; what only looks affine, and too many trees, the
bits of one task.

Usage: paths.py ESPALIER [--only TEXT] [--jobs N]. The last line is 'N passed, M failed'.
"""
import sys, tempfile, pathlib

import numpy as np

import recurrences, reference
from command import Case, Failure, arguments, call, difference, evaluate, excerpt, no_core, run_cases
from subtrees import BUILT, GROWN, SCAN, random_parents

# --- Programs: name, text, shapes of the arguments (names of sizes) ------------------------------------------------------------------------------------------------

PROGRAMS = [
    ("up", """
def f(G: forest, x: float[..., G, n], a: float[..., G, n]) -> float[..., G, n]:
    for v in up(G):
        h[v] = x[v] + sum(a[c] * h[c] for c in children(v))
    return h
""", dict(x="b G n", a="b G n")),
    ("down", """
def f(G: forest, x: float[..., G, n], a: float[G, n]) -> float[..., G, n]:
    for v in down(G):
        z[v] = x[v] + where(is_root(v), 2, a[v]) * z[parent(v)]
    return z
""", dict(x="b G n", a="G n")),
    ("scan", SCAN, dict(u="b G n", a="b G n")),
    ("numbers", """
def f(G: forest, x: float[..., G], a: float[G]) -> float[..., G]:
    for v in down(G):
        p[v] = x[v] - a[v] * p[parent(v)] / 1.1
    for v in up(G):
        q[v] = p[v] - sum((q[c] + x[c]) * a[v] for c in children(v)) + 0.5 * p[parent(v)]
    for v in down(G):
        r[v] = q[v] - 0.98 * r[parent(v)] + sum(0.1 * q[c] for c in children(v))
    return r
""", dict(x="b G", a="G")),
    # What looks at the state without being one; outputs of one reduction, of which only some look at it.
    ("others", """
def f(G: forest, x: float[..., G, n], a: float[..., G, n]) -> (float[..., G, n], float[..., G, n]):
    for v in up(G):
        below = sum(a[c] * h[c] for c in children(v))
        most = max(x[c] for c in children(v))
        h[v] = x[v] + below - where(is_leaf(v), 0, 0.1 * most)
        y[v] = tanh(h[v]) * sum(h[v]) + max(0.5 * h[c] for c in children(v) if x[c][0] > 0)
    for v in down(G):
        z[v] = h[v] + a[v] * z[parent(v)]
        w[v] = softmax(z[v]) + z[parent(v)]
    return y, w
""", dict(x="b G n", a="b G n")),
    # Three states; two of them depend on each other.
    ("coupled", """
def f(G: forest, x: float[..., G, n], a: float[..., G, n], b: float[G, n]) -> (float[..., G, n], float[..., G, n]):
    for v in up(G):
        h[v] = x[v] + sum(0.8 * a[c] * h[c] - 0.6 * b[c] * g[c] for c in children(v))
        g[v] = 0.2 * sum(3 * b[v] * h[c] + 4 * a[v] * g[c] for c in children(v))
        k[v] = sum(a[c] * k[c] for c in children(v)) + h[v]
    for v in down(G):
        y[v] = k[v] + a[v] * z[parent(v)]
        z[v] = g[v] - y[parent(v)] * b[v]
    return k, y
""", dict(x="b G n", a="b G n", b="G n")),
    ("filtered", """
def f(G: forest, x: float[..., G, n], a: float[..., G, n]) -> float[..., G, n]:
    for v in up(G):
        h[v] = x[v] + sum(a[c] * h[c] for c in children(v) if x[c][0] > -0.5)
    return h
""", dict(x="b G n", a="b G n")),
    # The state of the parent as it is; a state that forgets.
    ("passed on", """
def f(G: forest, x: float[..., G, n], a: float[..., G, n]) -> (float[..., G, n], float[..., G, n]):
    for v in down(G):
        p[v] = where(is_root(v), x[v], p[parent(v)])
        q[v] = where(x[v] > 1, x[v], 0.98 * q[parent(v)])
    return p, q
""", dict(x="b G n", a="b G n")),
    ("axes", """
def f(G: forest, x: float[..., H, G, n], g: float[H]) -> float[..., H, G, n]:
    for h, v in up(H, G):
        y[h, v] = x[h, v] + g[h] * sum(y[h, c] for c in children(v))
    for h, v in down(H, G):
        z[h, v] = y[h, v] + g[h] * z[h, parent(v)]
    return z
""", dict(x="b H G n", g="H")),
]

LOOKALIKES = [
    ("tanh", "sum(tanh(a[c] * h[c]) for c in children(v))"),
    ("square", "sum(a[c] * h[c] * h[c] for c in children(v))"),
    ("greatest", "max(a[c] * h[c] for c in children(v))"),
    ("matrix", "sum(sum(h[c]) * a[c] for c in children(v))"),
    ("twice", "sum(a[c] * sum(h[d] for d in children(v)) for c in children(v))"),
    ("captured", "sum(a[c] * s for c in children(v)) + 0 * s"),
    ("divided", "sum(a[c] / (2 + h[c] * h[c]) for c in children(v))"),
    ("chosen", "sum(where(h[c] > 0, a[c], h[c]) for c in children(v))"),
    ("left out", "sum(a[c] * h[c] for c in children(v) if sum(h[c]) > 0)"),
]
LOOKALIKE = """
def f(G: forest, x: float[..., G, n], a: float[..., G, n]) -> float[..., G, n]:
    for v in up(G):
        s = sum(h[c] for c in children(v))
        h[v] = x[v] + EXPRESSION
    return h
"""


# --- Trees ------------------------------------------------------------------------------------------------------------------------------------------------------------

def path(length):
    return reference.chain(length).astype(np.int32)


def caterpillar(spine, legs):
    """Legs of one vertex each, numbered behind the spine."""
    return np.concatenate([path(spine), np.repeat(np.arange(spine), legs)]).astype(np.int32)


def broom(handle, bristles):
    return np.concatenate([path(handle), np.zeros(bristles, np.int32)])


def spider(legs, length, above=0):
    """Paths that meet in a vertex below `above` others."""
    body = legs * length
    parents = np.arange(1, body + 1)
    parents[length - 1 :: length] = body
    return np.concatenate([parents, body + path(above + 1) + (path(above + 1) < 0) * -body]).astype(np.int32)


def beside(*all):
    """A forest of these."""
    starts = np.cumsum([0, *(len(one) for one in all)])
    return np.concatenate([np.where(one < 0, -1, one + start) for one, start in zip(all, starts)]).astype(np.int32)


def shuffled(parents, seed):
    return reference.relabelled(parents, np.random.default_rng(seed)).astype(np.int32)


def trees():
    # With two parts, three quarters of a path are top, of which all but the lowest vertex and the root may be in runs: of 32 vertices each, at least.
    for length in (0, 1, 2, 3, 43, 44, 45, 46, 47, 87, 88, 89, 90, 131, 400):
        yield f"path {length}", path(length)
    yield "path 1000 shuffled", shuffled(path(1000), 1)
    for spine, legs in ((33, 1), (34, 2), (67, 1), (68, 1), (101, 3), (400, 1)):
        yield f"caterpillar {spine} {legs}", caterpillar(spine, legs)
    yield "caterpillar shuffled", shuffled(caterpillar(300, 2), 2)
    yield "broom", broom(200, 150)
    yield "spider 2 150", spider(2, 150)
    yield "spider 2 100 above 100", spider(2, 100, 100)
    yield "spider 5 90 shuffled", shuffled(spider(5, 90, 3), 3)
    yield "forest of paths", beside(path(130), path(1), caterpillar(90, 1), path(200))
    yield "star", np.where(np.arange(100) == 70, -1, 70).astype(np.int32)
    yield "perfect 2x7", np.array(reference.perfect(2, 7), np.int32)
    for size, reach, roots in ((300, 2, 0), (700, 3, 0), (900, 4, 0.01), (500, 12, 0)):
        yield f"random {size} {reach} {roots}", random_parents(size, reach, roots, size)


# --- Checks -----------------------------------------------------------------------------------------------------------------------------------------------------------

TOLERANCES = {"float16": 2e-2, "float32": 3e-5, "float64": 1e-12}


def run(tool, text, given, results, *, parts, paths, threads=1, others=()):
    settings = ",".join([*others, f"parts={parts}", *([f"paths={paths}"] if parts else [])])
    return evaluate(tool, text, "f", given, results=results, threads=threads, options=[f"--schedule={settings}"])[0]


def each(results, values):
    return values.items() if results else [("result", values)]


def check(tool, *, text, given, cuts, results=None, others=()):
    """`cuts`: numbers of parts, each with numbers of threads."""
    want, _ = evaluate(tool, text, "f", given, results=results, target="interp")
    for parts, counts in cuts:
        got = [dict(each(results, run(tool, text, given, results, parts=parts, paths=100, threads=threads, others=others))) for threads in counts]
        for name, values in each(results, want):
            if problem := difference(got[0][name], values, TOLERANCES[str(values.dtype)], f"parts={parts}, {name}"):
                raise Failure(problem)
            if any(one[name].tobytes() != got[0][name].tobytes() for one in got):
                raise Failure(f"parts={parts}, {name}: other bits with other threads")


def at_random(tool, *, seed, tree, sizes, kind, parts):
    """The programs of recurrences.py, which all compose, on trees."""
    writer = recurrences.Writer(seed)
    text = writer.program().replace("G: chain", "G: forest")
    shapes = {name: " ".join(shape) for name, shape in writer.shapes.items()}
    given = {"G": tree, **recurrences.values(text, shapes, dict(sizes, T=len(tree)), np.random.default_rng(seed), kind)}
    given = {name: value if value.ndim else float(value) for name, value in given.items()}
    try:
        check(tool, text=text, given=given, results=[*writer.states, "y"], cuts=[(parts, (1, 2))])
    except Failure as failure:
        raise Failure(f"{failure}\n    {len(tree)} vertices, {sizes}\n{text}") from None


def check_same(tool, *, text, given, parts, paths, differs=False):
    """The bits of one task; with `differs` others, so that what is tested here happens at all."""
    whole, cut = (run(tool, text, given, None, parts=count, paths=paths, threads=2) for count in (0, parts))
    if (whole.tobytes() != cut.tobytes()) != differs:
        raise Failure(f"{'the' if differs else 'other'} bits than one task: {int((whole != cut).sum())} of {whole.size} differ")


def check_refused(tool, *, text, given, words):
    with tempfile.TemporaryDirectory(prefix="espalier-") as folder:
        folder = pathlib.Path(folder)
        (folder / "program.esp").write_text(text)
        for name, value in given.items():
            np.save(folder / f"{name}.npy", value)
        done = call(tool, "run", "program.esp:f", *[f"{name}={name}.npy" for name in given], "--schedule=parts=4,paths=1", "-o", "out.npy", folder=folder, prepare=no_core)
        if done.status != 1 or words not in done.err:
            raise Failure(f"exit {done.status}, expected 1 and {words!r}: {excerpt(done.err)}")


def fill(shapes, sizes, kind, seed):
    """What multiplies states (all but x and u) is near 1 or -1, so that a state is still seen many runs later."""
    rng = np.random.default_rng(seed)
    values = {name: rng.standard_normal([sizes[axis] for axis in shape.split()]) for name, shape in shapes.items()}
    return {name: (value if name in "xu" else np.sign(value) * rng.uniform(0.93, 1.01, value.shape)).astype(kind) for name, value in values.items()}


def infinite(tree, kind, what):
    """Products of coefficients beyond the numbers that there are; states that are not finite."""
    given = fill(dict(x="b G n", a="b G n"), dict(b=2, G=len(tree), n=3), kind, 7)
    x, a = given["x"], given["a"]
    if what == "products overflow":
        a[:], x[:] = np.finfo(kind).max / 4, 0
    elif what == "products overflow, states do not":  # where the runs of the spine begin
        a[:, 100:159], x[:, :200] = 2.0 ** (np.finfo(kind).maxexp // 32), 0
        x[:, 100] = np.finfo(kind).tiny
    elif what == "an infinity":
        x[0, len(tree) // 2, 1] = np.inf
    elif what == "a NaN at a vertex":
        x[1, len(tree) // 3, 0] = np.nan
    elif what == "a coefficient is infinite":
        a[0, len(tree) // 2, 2] = -np.inf
    return dict(G=tree, x=x, a=a)


def cases():
    for number, (name, text, shapes) in enumerate(PROGRAMS):
        results = {"others": ["y", "w"], "coupled": ["k", "y"], "passed on": ["p", "q"]}.get(name)
        for at, (tree, parents) in enumerate(trees()):
            turn = number + at
            batch, n = 1 + turn % 2, (1, 3, 16, 5, 33)[(number + 2 * at) % 5]
            kind = (np.float32, np.float64, np.float16)[turn % 3 if turn % 2 else 0]
            given = fill(shapes, dict(b=batch, G=len(parents), n=n, H=2), kind, turn)
            others = ["grain=1", "channels=4", "ahead=2"] if name in ("up", "scan", "coupled") and n == 33 else ["grain=1"]
            cuts = [(2, (1, 2, 3)), ((1, 3, 5, 8, 64)[turn % 5], (2,))]
            yield Case(f"{name}: {tree}, batch {batch}, n {n}, {kind.__name__}", check, dict(text=text, given={"G": parents, **given}, cuts=cuts, results=results, others=others))
        many = np.stack([shuffled(tree, seed) for seed, tree in enumerate((caterpillar(150, 1), spider(3, 99, 2), random_parents(300, 1, 0, 1), random_parents(300, 300, 0, 1)))])
        given = fill(shapes, dict(b=4, G=300, n=3, H=2), np.float32, number)
        yield Case(f"{name}: a batch of trees", check, dict(text=text.replace("forest", "tree"), given={"G": many, **given}, cuts=[(1, (2,)), (3, (1, 2, 3)), (8, (3,))], results=results))
    for size in (1, 2, 150, 600):
        parents = np.stack([random_parents(size, 2, 0, seed) for seed in range(2)])
        yield Case(f"built: {size}", check, dict(text=BUILT, given={"p": parents, **fill(dict(x="b G"), dict(b=2, G=size), np.float32, size)}, cuts=[(2, (1, 3)), (5, (2,))]))
    for height, width in ((1, 300), (2, 200), (17, 19)):
        given = fill(dict(x="b H W n", u="b H W n", a="b H W n"), dict(b=2, H=height, W=width, n=3), np.float32, height)
        yield Case(f"grown: {height}x{width}", check, dict(text=GROWN, given=given, cuts=[(2, (1, 3)), (5, (2,))]))
    yield Case("perfect 1x300", check, dict(text=PROGRAMS[0][1].replace("forest", "tree"), cuts=[(2, (1, 2)), (7, (2,))], others=["lanes=elements"],
                                          given={"G": "perfect:1,300", **fill(dict(x="b G n", a="b G n"), dict(b=1, G=301, n=4), np.float64, 1)}))

    for seed in range(60):
        shape = (path(250), caterpillar(200, 1), shuffled(caterpillar(120, 2), seed), spider(2, 120, 60), random_parents(300, 2, 0.01, seed))[seed % 5]
        yield Case(f"program {seed}", at_random, dict(seed=seed, tree=shape, kind=("f64", "f32")[seed % 3 == 0], parts=(2, 3, 5, 16)[seed % 4],
                                                     sizes=dict(recurrences.AXES, d=recurrences.WIDTHS[seed % 12])))

    tree = caterpillar(400, 1)
    given = {"G": tree, **fill(dict(x="b G n", a="b G n"), dict(b=2, G=800, n=4), np.float32, 5)}
    up = PROGRAMS[0][1]
    yield Case("runs: states are composed", check_same, dict(text=up, given=given, parts=4, paths=2, differs=True))
    yield Case("runs: too many trees", check_same, dict(text=up, given=given, parts=4, paths=1))
    yield Case("runs: never", check_same, dict(text=up, given=given, parts=4, paths=0))
    for name, expression in LOOKALIKES:
        text = LOOKALIKE.replace("EXPRESSION", expression)
        if name not in ("captured", "twice"):
            text = text.replace("        s = sum(h[c] for c in children(v))\n", "")
        yield Case(f"looks affine: {name}", check_refused, dict(text=text, given=given, words="takes paths 0 only"))
        yield Case(f"looks affine: {name}, values", check_same, dict(text=text, given=given, parts=4, paths=0))
    for program in ("up", "down"):
        text = dict((name, text) for name, text, _ in PROGRAMS)[program].replace("a: float[G, n]", "a: float[..., G, n]")
        for kind in (np.float32, np.float64):
            for what in ("products overflow", "products overflow, states do not", "an infinity", "a NaN at a vertex", "a coefficient is infinite"):
                yield Case(f"not finite: {program}, {what}, {kind.__name__}", check,
                           dict(text=text, given=infinite(tree, kind, what), cuts=[(2, (1, 2)), (5, (3,))]))


if __name__ == "__main__":
    chosen = arguments(__doc__)
    sys.exit(run_cases(list(cases()), chosen))
