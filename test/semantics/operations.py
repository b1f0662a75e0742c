"""Every operation and read of the language in a kernel of its own, against the same text run as Python (meaning.py), on cpu and interp, in f32 and f64.

Usage: operations.py ESPALIER [--only TEXT] [--more] [--jobs N]. The last line is 'N passed, M failed'.
"""
import ast, itertools, sys, zlib

import numpy as np

import meaning, reference
from command import Case, Failure, arguments, difference, evaluate, run_cases
from sizes import TOLERANCE, narrowed, parents_of

TREES = ("tree", "forest", "chain")


def values_of(kind, shape, rng):
    """Numbers of a named kind for a tensor."""
    normal = rng.standard_normal(shape)
    if kind == "positive":
        return rng.uniform(0.3, 3, shape)
    if kind == "wide":  # far into the saturated ends of every function
        return rng.choice([-300, -90, -30, -5, -1, -0.01, 0, 1e-3, 0.5, 2, 11, 40, 87, 120], shape) + 0.0
    if kind == "ties":
        return rng.integers(-2, 3, shape) + 0.0
    if kind == "dominant":
        return normal * (0.5 / max(shape[-1], 1) ** 0.5) + 2 * np.eye(shape[-1])
    if kind == "spd":
        return normal @ np.swapaxes(normal, -1, -2) / shape[-1] + np.eye(shape[-1])
    if kind == "garbage above":
        return np.tril(values_of("spd", shape, rng)) + np.triu(100 * normal, 1)
    if kind == "near zero":
        return 1e-4 * normal
    return normal


def arguments_of(definition, sizes, batch, given, kind, rng):
    """What the command line gets, and what the Python gets (as float64)."""
    for_tool, for_python, parents = {}, {}, {}
    sizes = dict(sizes)
    for parameter in definition.args.args:
        name, annotation = parameter.arg, parameter.annotation
        if isinstance(annotation, ast.Name) and annotation.id in TREES:
            parents[name], spelled = parents_of(given[name], rng)
            for_tool[name] = spelled or parents[name].astype(np.int32)
            sizes[name] = len(parents[name])
            sizes[f"leaves({name})"] = int(meaning.Tree(parents[name]).leaf.sum())
    for parameter in definition.args.args:
        name, annotation = parameter.arg, parameter.annotation
        if name in parents:
            for_python[name] = meaning.Tree(parents[name])
        elif not isinstance(annotation, ast.Subscript):
            for_tool[name] = for_python[name] = given[name]
            if isinstance(given[name], tuple):
                for_tool[name] = ",".join(map(str, given[name]))
            elif annotation.id == "float":
                for_python[name] = float(narrowed(np.array([given[name]], dtype=np.float64), kind)[0])
        else:
            shared = "..." not in ast.unparse(annotation)
            shape = tuple(sizes[ast.unparse(d)] if not isinstance(d, ast.Constant) else d.value for d in meaning.dimensions_of(annotation))
            shape = shape if shared else batch + shape
            choice = given.get(name, "normal")
            if annotation.value.id == "i32":
                array = rng.integers(0, choice, shape).astype(np.int32) if isinstance(choice, int) else np.asarray(choice, dtype=np.int32)
            else:
                stored = {"f64": "f64", "f32": "f32"}.get(annotation.value.id, kind)
                array = narrowed(values_of(choice, shape, rng) if isinstance(choice, str) else np.asarray(choice, dtype=np.float64), stored)
            for_tool[name] = for_python[name] = array
    return for_tool, for_python


def expected(kernel, values, batch):
    """The kernel's results by meaning.py, over the batch."""
    ranks, shared = {}, []
    arrays = {name: value for name, value in values.items() if isinstance(value, np.ndarray)}
    for parameter in kernel.definition.args.args:
        if parameter.arg in arrays:
            ranks[parameter.arg] = len(meaning.dimensions_of(parameter.annotation))
            if "..." not in ast.unparse(parameter.annotation):
                shared.append(parameter.arg)

    def once(_, **element):
        results = kernel(*({**values, **element}[p.arg] for p in kernel.definition.args.args))
        return tuple(map(np.asarray, results)) if isinstance(results, tuple) else np.asarray(results)

    results = reference.over_batch(once, np.zeros(0), arrays, ranks, tuple(shared))
    types = kernel.definition.returns.elts if isinstance(results, tuple) else [kernel.definition.returns]
    results = [r if "..." in ast.unparse(t) else r[(0,) * len(batch)] for r, t in zip(results if isinstance(results, tuple) else [results], types)]
    return tuple(results) if len(results) > 1 else results[0]


def check(tool, *, text, kernel, sizes, batch, given, kind, target, tolerance, seed):
    made = meaning.kernels(text)[kernel]
    for_tool, for_python = arguments_of(made.definition, sizes, batch, given, kind, np.random.default_rng(seed))
    returned = made.definition.body[-1].value
    results = [ast.unparse(e) for e in returned.elts] if isinstance(returned, ast.Tuple) else None
    got, seconds = evaluate(tool, text, kernel, for_tool, results=results, target=target, options=[f"--float={kind}"] if kind in ("f16", "bf16") else [])
    want = expected(made, for_python, batch)
    for name, array in zip(results or ["result"], want if results else [want]):
        problem = difference(got[name] if results else got, array, tolerance or 2 * TOLERANCE[kind], name)
        if problem:
            raise Failure(problem)
    return seconds


def cases(name, text, kernel="f", *, sizes=(), batch=(), given=(), kinds=("f32 cpu", "f64 interp"), tolerance=None):
    """One case per `kind target`."""
    for how in kinds:
        kind, target = how.split()
        yield Case(f"{name} {how}", check, dict(text=text, kernel=kernel, sizes=dict(sizes), batch=batch, given=dict(given), kind=kind, target=target,
                                                tolerance=tolerance, seed=zlib.crc32(name.encode())))


BOTH = ("f32 cpu", "f64 cpu", "f64 interp")


def tile(name, expression, parameters, kind="d", more="", batch="..., ", **options):
    """A kernel with one definition per point: `expression` from x[i], ..."""
    result = f"float[{batch}N, {kind}]" if kind else f"float[{batch}N]"
    text = f"def f({parameters}) -> {result}:\n    for i in each(N):\n{more}        y[i] = {expression}\n    return y\n"
    return cases(name, text, **options)


X = "x: float[..., N, d]"
XW = "x: float[..., N, d], w: float[..., N, d]"
M = "x: float[..., N, p, q]"


def elementwise():
    unary = "exp log sqrt rsqrt tanh sigmoid silu gelu softplus relu abs square sin cos".split()
    for function in unary:
        positive = {"x": "positive"} if function in ("log", "sqrt", "rsqrt") else {}
        yield from tile(function, f"{function}(x[i])", X, sizes=dict(N=5, d=7), given=positive, kinds=BOTH)
        yield from tile(f"{function} of lanes and more", f"{function}(x[i])", X, sizes=dict(N=3, d=67), given=positive, kinds=("f32 cpu",))
        yield from tile(f"{function} of matrices", f"{function}(x[i])", M, "p, q", sizes=dict(N=2, p=3, q=5), batch="..., ", given=positive, kinds=("f32 cpu",))
    for function in "tanh sigmoid softplus relu abs silu gelu square".split():
        yield from tile(f"{function} saturates", f"{function}(x[i])", X, sizes=dict(N=20, d=8), given={"x": "wide"}, kinds=BOTH)
        yield from tile(f"{function} near zero", f"{function}(x[i])", X, sizes=dict(N=3, d=8), given={"x": "near zero"}, kinds=BOTH)
    yield from tile("exp underflows and grows", "exp(min(x[i], 80))", X, sizes=dict(N=20, d=8), given={"x": "wide"}, kinds=BOTH)
    yield from tile("log of zero", "log(relu(x[i]))", X, sizes=dict(N=20, d=8), given={"x": "wide"}, kinds=BOTH)
    yield from tile("sin of large", "sin(x[i] * 1000)", X, sizes=dict(N=9, d=8), kinds=("f64 cpu", "f64 interp"))
    expressions = {
        "add": "x[i] + w[i]", "subtract": "x[i] - w[i]", "multiply": "x[i] * w[i]", "divide": "x[i] / w[i]", "negate": "-x[i]", "plus sign": "+x[i]",
        "scalar left": "2 * x[i] - 1", "scalar right": "x[i] / 3 + 0.5", "reciprocal": "1 / x[i]", "square by power": "x[i] ** 2", "cube": "x[i] ** 3",
        "minus binds after power": "-x[i] ** 2", "negative power": "x[i] ** -1", "where less": "where(x[i] < w[i], x[i], 2 * w[i])",
        "where greater": "where(x[i] > 0, 1, -1) * w[i]", "where at most": "where(x[i] <= 0, w[i], 0)", "where at least": "where(x[i] >= w[i], x[i], w[i])",
        "where scalar condition": "where(i < 2, x[i], w[i])", "two-argument max": "max(x[i], w[i])", "two-argument min": "min(x[i], 0.25)",
        "nested": "exp(-square(x[i])) * tanh(w[i] + 1) - sigmoid(x[i] * w[i]) / (1 + abs(w[i]))",
        "same operand twice": "x[i] * x[i] + x[i]", "integers and tiles": "x[i] * (i + 1) + d // 2 - N % 3", "negative floor": "x[i] * ((i - 3) // 2) + (i - 3) % 4",
        "float division of integers": "x[i] * (i / 2)", "functions of dimensions": "x[i] / sqrt(d) + log(N)",
        "min and max of integers": "x[i] * max(i - 2, 0) + min(i, 1)", "power of integers": "x[i] * 2 ** 3 + w[i]"}
    for name, expression in expressions.items():
        yield from tile(name, expression, XW, sizes=dict(N=5, d=7), kinds=BOTH, batch="..., ")
    for name, expression in {"power": "x[i] ** w[i]", "root by power": "x[i] ** 0.5", "number to a tile": "2 ** w[i]"}.items():
        yield from tile(name, expression, XW, sizes=dict(N=5, d=7), given={"x": "positive"}, kinds=BOTH)
    for name, expression in {"where equal": "where(x[i] == w[i], x[i], 7)", "where unequal": "where(x[i] != w[i], x[i], 7)"}.items():
        yield from tile(name, expression, XW, sizes=dict(N=5, d=7), given={"x": "ties", "w": "ties"}, kinds=BOTH)
    yield from tile("conditions joined", "where(i > 0 and i < 3 or i == 4, x[i], 0)", X, sizes=dict(N=6, d=3))
    yield from tile("condition negated", "where(not i < 3, x[i], 0)", X, sizes=dict(N=6, d=3))


def shapes():
    yield from tile("broadcast a row", "x[i] + b", M + ", b: float[q]", "p, q", sizes=dict(N=3, p=4, q=5), kinds=BOTH)
    yield from tile("broadcast a column", "x[i] * reshape(b, (p, 1))", M + ", b: float[p]", "p, q", sizes=dict(N=3, p=4, q=5), kinds=BOTH)
    yield from tile("broadcast both sides", "reshape(x[i], (d, 1)) - reshape(w[i], (1, d))", XW, "d, d", sizes=dict(N=3, d=5), kinds=BOTH)
    yield from tile("broadcast a number per point", "x[i] * g[i]", X + ", g: float[..., N]", sizes=dict(N=3, d=5), kinds=BOTH)
    yield from tile("where broadcasts", "where(x[i] > b, x[i], 0)", M + ", b: float[q]", "p, q", sizes=dict(N=3, p=4, q=5))
    yield from tile("size one on both sides", "x[i] + w[i]", "x: float[..., N, p, 1], w: float[..., N, 1, q]", "p, q", sizes=dict(N=3, p=4, q=5))
    yield from tile("transpose", "x[i].T", M, "q, p", sizes=dict(N=3, p=4, q=5), kinds=BOTH)
    yield from tile("transpose of a sum", "(x[i] + 1).T @ x[i]", M, "q, q", sizes=dict(N=3, p=4, q=5))
    yield from tile("slice from", "x[i, 2:]", "x: float[..., N, 7]", "5", sizes=dict(N=3))
    yield from tile("slice to", "x[i, :d // 2]", "x: float[..., N, d], w: float[e]", "e", sizes=dict(N=3, d=7, e=3))
    yield from tile("slice of a middle", "x[i, 1:4]", "x: float[..., N, 7]", "3", sizes=dict(N=3))
    yield from tile("slice of two axes", "x[i, 1:3, 2:]", "x: float[..., N, 4, 5]", "2, 3", sizes=dict(N=3), kinds=BOTH)
    yield from tile("slice of a local", "t[1:4] + t[:3]", "x: float[..., N, 7]", "3", more="        t = exp(x[i])\n", sizes=dict(N=3))
    yield from tile("slice that is empty", "sum(x[i, 3:3]) + x[i]", "x: float[..., N, 7]", "7", sizes=dict(N=3))
    yield from tile("row of a tile", "x[i, 1] + x[i, p - 1]", "x: float[..., N, p, q]", "q", sizes=dict(N=3, p=4, q=5))
    yield from tile("reshape", "reshape(x[i], (q, p))", M, "q, p", sizes=dict(N=3, p=4, q=6), kinds=BOTH)
    yield from tile("reshape flat", "reshape(x[i], (p * q,))", M + ", w: float[r]", "r", sizes=dict(N=3, p=4, q=6, r=24))
    yield from tile("reshape up", "reshape(x[i], (2, 3, 4))", "x: float[..., N, 24]", "2, 3, 4", sizes=dict(N=3))
    yield from tile("concat", "concat(x[i], w[i])", "x: float[..., N, 3], w: float[..., N, 5]", "8", sizes=dict(N=3), kinds=BOTH)
    yield from tile("concat along an axis", "concat(x[i], w[i], axis=1)", "x: float[..., N, 2, 3], w: float[..., N, 2, 1]", "2, 4", sizes=dict(N=3), kinds=BOTH)
    yield from tile("concat three", "concat(x[i], x[i], x[i])", "x: float[..., N, 3]", "9", sizes=dict(N=3))
    yield from tile("zeros and ones", "x[i] * ones(d) + zeros(d)", X, sizes=dict(N=3, d=5))
    yield from tile("eye", "x[i] + 2 * eye(d)", "x: float[..., N, d, d]", "d, d", sizes=dict(N=3, d=5), kinds=BOTH)
    yield from tile("ones of two sizes", "x[i] + ones((p, q))", M, "p, q", sizes=dict(N=3, p=2, q=5))
    yield from tile("a result without batch", "b[i] * i", X + ", b: float[N, d]", batch="", sizes=dict(N=3, d=5))


def reductions():
    for function in "sum mean max min norm logsumexp".split():
        yield from tile(f"{function} of all", f"{function}(x[i])", X, "", sizes=dict(N=4, d=7), kinds=BOTH)
        yield from tile(f"{function} of a matrix", f"{function}(x[i])", M, "", sizes=dict(N=4, p=3, q=5), kinds=BOTH)
        yield from tile(f"{function} down columns", f"{function}(x[i], axis=0)", M, "q", sizes=dict(N=4, p=3, q=5), kinds=BOTH)
        yield from tile(f"{function} along rows", f"{function}(x[i], axis=1)", M, "p", sizes=dict(N=4, p=3, q=9), kinds=BOTH)
        yield from tile(f"{function} of many", f"{function}(x[i])", X, "", sizes=dict(N=2, d=1031), kinds=("f32 cpu", "f64 cpu"))
        yield from tile(f"{function} of one", f"{function}(x[i])", X, "", sizes=dict(N=2, d=1))
    for function in ("softmax", "layer_norm"):
        yield from tile(function, f"{function}(x[i])", X, sizes=dict(N=4, d=9), kinds=BOTH)
        yield from tile(f"{function} of a matrix", f"{function}(x[i])", M, "p, q", sizes=dict(N=4, p=3, q=5), kinds=BOTH)
        yield from tile(f"{function} along an axis", f"{function}(x[i], axis=0)", M, "p, q", sizes=dict(N=4, p=3, q=5), kinds=BOTH)
        yield from tile(f"{function} of one", f"{function}(x[i])", X, sizes=dict(N=4, d=1))
    yield from tile("logsumexp of large", "logsumexp(x[i] * 300)", X, "", sizes=dict(N=4, d=9), kinds=BOTH)
    yield from tile("logsumexp of minus infinity", "logsumexp(log(relu(x[i])))", X, "", sizes=dict(N=6, d=2), kinds=BOTH)
    yield from tile("softmax of large", "softmax(x[i] * 300)", X, sizes=dict(N=4, d=9), kinds=BOTH)
    yield from tile("dot", "dot(x[i], w[i])", XW, "", sizes=dict(N=4, d=9), kinds=BOTH)
    yield from tile("dot of matrices", "dot(x[i], 2 * x[i])", M, "", sizes=dict(N=4, p=3, q=5))
    yield from tile("cosine", "cosine(x[i], w[i])", XW, "", sizes=dict(N=4, d=9), kinds=BOTH)
    yield from tile("cosine with zero", "cosine(x[i], 0 * x[i])", X, "", sizes=dict(N=4, d=9))
    yield from tile("reduction used again", "x[i] / (1 + norm(x[i])) - mean(x[i])", X, sizes=dict(N=4, d=9))


def products():
    for n, k, m in [(1, 1, 1), (2, 3, 5), (8, 8, 8), (17, 9, 33), (64, 64, 64), (1, 64, 3), (3, 1, 4), (5, 100, 2)]:
        yield from tile(f"matrix times matrix {n}x{k}x{m}", "x[i] @ w[i]", "x: float[..., N, n, k], w: float[..., N, k, m]", "n, m",
                        sizes=dict(N=2, n=n, k=k, m=m), kinds=("f32 cpu", "f64 cpu") if n * k * m > 9000 else BOTH)
    yield from tile("matrix times vector", "x[i] @ w[i]", "x: float[..., N, n, k], w: float[..., N, k]", "n", sizes=dict(N=3, n=5, k=7), kinds=BOTH)
    yield from tile("vector times matrix", "w[i] @ x[i]", "x: float[..., N, n, k], w: float[..., N, n]", "k", sizes=dict(N=3, n=5, k=7), kinds=BOTH)
    yield from tile("vector times vector", "x[i] @ w[i]", XW, "", sizes=dict(N=3, d=7), kinds=BOTH)
    yield from tile("product with a transpose", "x[i].T @ w[i]", "x: float[..., N, k, n], w: float[..., N, k, m]", "n, m", sizes=dict(N=3, n=5, k=7, m=3), kinds=BOTH)
    yield from tile("product with transposes", "x[i].T @ w[i].T", "x: float[..., N, k, n], w: float[..., N, m, k]", "n, m", sizes=dict(N=3, n=5, k=7, m=3))
    yield from tile("product with a shared matrix", "W @ x[i]", X + ", W: float[e, d]", "e", sizes=dict(N=3, d=5, e=4), kinds=BOTH)
    yield from tile("chain of products", "x[i] @ x[i] @ w[i]", "x: float[..., N, d, d], w: float[..., N, d]", "d", sizes=dict(N=3, d=5))
    yield from tile("outer", "outer(x[i], w[i])", "x: float[..., N, n], w: float[..., N, m]", "n, m", sizes=dict(N=3, n=4, m=9), kinds=BOTH)
    for spec, sizes_, kind in [("ij,jk->ik", "4,5;5,3", "4, 3"), ("ij->ji", "4,5", "5, 4"), ("ij->i", "4,5", "4"), ("ij,ij->", "4,5;4,5", ""), ("i,j->ij", "4;5", "4, 5"),
                               ("i,i->i", "6;6", "6"), ("ijk,kj->i", "2,3,4;4,3", "2"), ("ijk->kij", "2,3,4", "4, 2, 3"), ("bij,bjk->bik", "2,3,4;2,4,5", "2, 3, 5"),
                               ("ij,j,i->", "3,4;4;3", ""), ("ab,bc,cd->ad", "3,4;4,2;2,5", "3, 5"), ("bacs,cdbs,cd->ab", "2,3,4,2;4,5,2,2;4,5", "3, 2")]:
        names = "xwz"[: len(sizes_.split(";"))]
        parameters = ", ".join(f"{n}: float[..., N, {s}]" for n, s in zip(names, sizes_.split(";")))
        yield from tile(f"einsum {spec}", f'einsum("{spec}", {", ".join(f"{n}[i]" for n in names)})', parameters, kind, sizes=dict(N=3), kinds=BOTH)
    for n, m in [(1, 1), (2, 1), (3, 4), (8, 8), (17, 3), (64, 2)]:
        parameters = "x: float[..., N, n, n], w: float[..., N, n, m]"
        yield from tile(f"solve {n}x{m}", "solve(x[i], w[i])", parameters, "n, m", sizes=dict(N=3, n=n, m=m), given={"x": "dominant"}, kinds=BOTH)
        yield from tile(f"cholesky_solve {n}x{m}", "cholesky_solve(x[i], w[i])", parameters, "n, m", sizes=dict(N=3, n=n, m=m), given={"x": "garbage above"}, kinds=BOTH)
    vector = "x: float[..., N, n, n], w: float[..., N, n]"
    yield from tile("solve for a vector", "solve(x[i], w[i])", vector, "n", sizes=dict(N=3, n=5), given={"x": "dominant"}, kinds=BOTH)
    yield from tile("cholesky_solve for a vector", "cholesky_solve(x[i], w[i])", vector, "n", sizes=dict(N=3, n=5), given={"x": "spd"}, kinds=BOTH)
    yield from tile("solve with a transpose", "solve(x[i].T, w[i])", vector, "n", sizes=dict(N=3, n=5), given={"x": "dominant"})
    yield from tile("two solves of one matrix", "solve(x[i], w[i]) + solve(x[i], 2 * w[i] + 1)", vector, "n", sizes=dict(N=3, n=5), given={"x": "dominant"})
    yield from tile("inv", "inv(x[i])", "x: float[..., N, n, n]", "n, n", sizes=dict(N=3, n=5), given={"x": "dominant"}, kinds=BOTH)


def comprehensions():
    for function, (d, condition) in itertools.product("sum mean max min logsumexp".split(), [(1, ""), (5, ""), (3, " if is_leaf(c)"), (3, " if slot(c) > 0")]):
        text = f"def f(G: forest, x: float[..., G, d]) -> float[..., G, d]:\n    for v in each(G):\n" \
               f"        s = {function}(x[c] * 2 for c in children(v){condition})\n        y[v] = where(is_leaf(v), x[v], min(max(s, -100), 100))\n    return y\n"
        for tree in ("forest:12,3", "star:9", "one"):
            yield from cases(f"{function} over children{condition} d={d} {tree}", text, sizes=dict(d=d), given={"G": tree},
                             kinds=("f32 cpu", "f64 interp") if tree == "forest:12,3" else ("f32 cpu",))
    for function, neutral in [("sum", "0"), ("mean", "0"), ("max", "-inf"), ("min", "inf"), ("logsumexp", "-inf")]:
        text = f"def f(G: forest, x: float[..., G, d]) -> float[..., G, d]:\n    for v in up(G):\n        y[v] = {function}(x[c] for c in children(v))\n    return y\n"
        if function in ("sum", "max", "logsumexp"):  # what L10 states
            yield from cases(f"{function} over no children is {neutral}", text, sizes=dict(d=3), given={"G": "forest:7,2"}, kinds=BOTH)
    both = "def f(G: tree, x: float[..., G, d], w: float[..., G, d]) -> float[..., G, d]:\n    for v in up(G):\n" \
           "        y[v] = x[v] + sum(w[v] * y[c] * tanh(x[c] - x[v]) for c in children(v) if is_leaf(c) or slot(c) < 1)\n    return y\n"
    yield from cases("a reduction over children captures its parent", both, sizes=dict(d=4), given={"G": "tree:15"}, kinds=BOTH)
    yield from tile("sum over a static range", "sum(x[i] * (j + 1) for j in range(3))", X, sizes=dict(N=3, d=5))
    yield from tile("sum over columns", "sum(x[i, j] * j for j in range(1, d))", X, "", sizes=dict(N=3, d=5))
    yield from tile("sum over a range with a condition", "sum(x[i] * j for j in range(5) if j % 2 == 1)", X, sizes=dict(N=3, d=5))
    yield from tile("sum up to a point", "sum(x[j] for j in range(i + 1))", X, sizes=dict(N=6, d=3))
    yield from tile("max over an axis", "max(x[j] * w[i] for j in N)", XW, sizes=dict(N=6, d=3))
    yield from tile("logsumexp over an axis", "logsumexp(x[j] - w[i] for j in N if j != i)", XW, sizes=dict(N=6, d=3))
    yield from cases("sum over a tree", "def f(G: tree, x: float[..., G, d]) -> float[..., d]:\n    return sum(x[v] for v in G)\n", sizes=dict(d=3), given={"G": "tree:9"}, batch=(2,))
    yield from cases("mean over leaves", "def f(G: tree, x: float[..., G, d]) -> float[..., d]:\n    return mean(x[v] for v in leaves(G))\n", sizes=dict(d=3), given={"G": "tree:9"})


def neighbours():
    """Every direction reads inputs and earlier results at the vertex, its parent and its children, and its own where it may."""
    own = {"up": " + sum(0.5 * y[c] for c in children(v))", "down": " + 0.5 * y[parent(v)]", "each": ""}
    for direction, source in itertools.product(own, ("input", "up", "down", "each")):
        made = "" if source == "input" else f"    for v in {source}(G):\n        e[v] = x[v] * w[v]{own[source].replace('y[', 'e[')}\n"
        e = "x" if source == "input" else "e"
        text = f"def f(G: forest, x: float[..., G, d], w: float[..., G, d]) -> float[..., G, d]:\n{made}    for v in {direction}(G):\n" \
               f"        y[v] = 2 * {e}[v] + 3 * {e}[parent(v)] * w[parent(v)] + sum({e}[c] * w[c] + w[v] for c in children(v)){own[direction]}\n    return y\n"
        for tree in ("forest:14,3", "star:5", "one", "forest:0,0"):
            yield from cases(f"{direction} reads {source} around it, {tree}", text, sizes=dict(d=3), given={"G": tree},
                             kinds=("f32 cpu", "f64 interp") if tree == "forest:14,3" else ("f32 cpu",), batch=(2,))
    for tree in ("perfect:2,3", "perfect:3,2", "chain:6", "perfect:1,4"):
        kind = "chain" if tree.startswith("chain") else "tree"
        for direction in own:
            text = f"def f(G: {kind}, x: float[..., G, d], w: float[..., G, d]) -> float[..., G, d]:\n    for v in {direction}(G):\n" \
                   f"        y[v] = x[v] + x[parent(v)] * w[v] + sum(x[c] * w[c] for c in children(v)){own[direction]}\n    return y\n"
            yield from cases(f"{direction} on {tree}", text, sizes=dict(d=5), given={"G": tree}, kinds=("f32 cpu", "f64 interp"))
    for direction in own:
        facts = f"def f(G: forest, x: float[..., G, d]) -> float[..., G, d]:\n    for v in {direction}(G):\n" \
                "        y[v] = x[v] * depth(v) + 10 * height(v) + where(is_root(v), 0, 100 * slot(v)) + where(is_root(v), 1000, 0) + where(is_leaf(v), 0.5, x[parent(v)])\n    return y\n"
        for tree in ("forest:14,3", "one", "star:4"):
            yield from cases(f"what {direction} knows at a vertex, {tree}", facts, sizes=dict(d=2), given={"G": tree}, kinds=BOTH if tree != "one" else ("f32 cpu",))
        yield from cases(f"what {direction} knows at a vertex, perfect", facts.replace("forest", "tree"), sizes=dict(d=2), given={"G": "perfect:3,2"})
        yield from cases(f"what {direction} knows at a vertex, chain", facts.replace("forest", "chain"), sizes=dict(d=2), given={"G": "chain:5"})
    of_children = "def f(G: forest, x: float[..., G, d]) -> float[..., G, d]:\n    for v in each(G):\n" \
                  "        y[v] = x[v] + sum(x[c] * (slot(c) + 1) + depth(c) * height(c) + where(is_leaf(c), 1, 7) for c in children(v))\n    return y\n"
    yield from cases("what is known of children", of_children, sizes=dict(d=2), given={"G": "forest:14,3"}, kinds=BOTH)
    of_parent = "def f(G: forest, x: float[..., G, d]) -> float[..., G, d]:\n    for v in down(G):\n        y[v] = where(is_root(v), x[v], x[v] * x[parent(v)] + y[parent(v)])\n    return y\n"
    yield from cases("a root apart from the others", of_parent, sizes=dict(d=2), given={"G": "forest:14,3"}, kinds=BOTH)
    slots = "def f(G: forest, x: float[..., G, d], U: float[k, d, d]) -> float[..., G, d]:\n    for v in up(G):\n" \
            "        h[v] = tanh(x[v] + sum(U[min(slot(c), k - 1)] @ h[c] for c in children(v)))\n    return h\n"
    yield from cases("a matrix per child position", slots, sizes=dict(d=3, k=2), given={"G": "forest:14,3"}, kinds=BOTH)
    two = "def f(G: tree, T: chain, x: float[..., G, d], w: float[..., T, d]) -> (float[..., G, d], float[..., T, d]):\n    for v in up(G):\n" \
          "        y[v] = x[v] + sum(y[c] for c in children(v))\n    for t in up(T):\n        z[t] = w[t] + sum(0.5 * z[c] for c in children(t))\n    return y, z\n"
    yield from cases("two trees", two, sizes=dict(d=3), given={"G": "tree:9", "T": "chain:6"}, kinds=BOTH, batch=(2,))
    sweeps = "def f(G: tree, x: float[..., G, d]) -> float[..., G, d]:\n    for v in up(G):\n        a[v] = x[v] + sum(0.5 * a[c] for c in children(v))\n" \
             "        b[v] = a[v] * x[v] + sum(0.25 * b[c] + a[c] for c in children(v))\n    for v in down(G):\n        p[v] = b[v] - 0.5 * p[parent(v)]\n        q[v] = p[v] + a[parent(v)] + 0.1 * q[parent(v)]\n" \
             "    for v in up(G):\n        r[v] = q[v] * p[v] + sum(0.1 * r[c] * q[v] for c in children(v))\n    return r\n"
    for tree in ("tree:15", "perfect:2,3", "one"):
        yield from cases(f"five results in three sweeps, {tree}", sweeps, sizes=dict(d=3), given={"G": tree}, kinds=BOTH, batch=(2,))


def structure():
    yield from tile("locals", "b * c + a", X, more="        a = exp(x[i])\n        b = a + 1\n        c = b / (2 + a)\n", sizes=dict(N=3, d=5), kinds=BOTH)
    yield from tile("numbers as locals", "x[i] * g - k", X, more="        g = norm(x[i])\n        k = i // 2 + d\n", sizes=dict(N=3, d=5))
    helpers = "def half(a: float[n]) -> float[n]:\n    return 0.5 * a\n\n\ndef mix(a: float[n], b: float[n], g: float) -> float[n]:\n    s = half(a) + half(b)\n    return s * g + half(s)\n\n\n" \
              "def f(x: float[..., N, d], w: float[..., N, d], g: float) -> float[..., N, d]:\n    for i in each(N):\n        y[i] = mix(x[i], mix(w[i], x[i], 2 * g), g)\n    return y\n"
    yield from cases("helpers call helpers", helpers, sizes=dict(N=3, d=5), given={"g": 0.75}, kinds=BOTH, batch=(2,))
    sized = "def average(a: float[p, q]) -> float[q]:\n    return sum(a, axis=0) / p\n\n\ndef f(x: float[..., N, a, b]) -> float[..., N, b]:\n    for i in each(N):\n        y[i] = average(x[i])\n    return y\n"
    yield from cases("a helper's sizes are its own", sized, sizes=dict(N=3, a=4, b=5))
    kernels_ = "def scan(T: tree, u: float[..., T, d], a: float[..., T, d]) -> float[..., T, d]:\n    for v in up(T):\n        xi[v] = u[v] + sum(a[c] * xi[c] for c in children(v))\n    return xi\n\n\n" \
               "def f(G: tree, x: float[..., G, d], a: float[..., G, d]) -> float[..., G, d]:\n    s = scan(G, x, a)\n    t = scan(G, 2 * s, a)\n    for v in down(G):\n        y[v] = t[v] - s[v] + 0.5 * y[parent(v)]\n    return y\n"
    yield from cases("kernels call kernels", kernels_, sizes=dict(d=3), given={"G": "tree:9"}, kinds=BOTH, batch=(2,))
    yield from cases("kernels added", kernels_.split("def f")[0] + "def f(G: tree, x: float[..., G, d], a: float[..., G, d]) -> float[..., G, d]:\n    return scan(G, x, a) + 0.3 * scan(G, a, a)\n",
                     sizes=dict(d=3), given={"G": "tree:9"}, kinds=BOTH)
    looped = "def f(G: forest, x: float[..., heads, G, d], w: float[heads, d], a: float[..., heads, G]) -> (float[..., heads, G, d], float[..., heads, G]):\n" \
             "    for h, v in up(heads, G):\n        y[h, v] = x[h, v] * w[h] + sum(a[h, c] * y[h, c] for c in children(v))\n" \
             "    for h, v in down(heads, G):\n        z[h, v] = sum(y[h, v]) + 0.5 * z[h, parent(v)] + a[h, parent(v)]\n    return y, z\n"
    for heads, tree, batch in [(3, "forest:8,2", ()), (3, "forest:8,2", (2, 2)), (1, "one", (2,)), (0, "forest:5,1", (2,)), (2, "forest:0,0", ())]:
        yield from cases(f"looped axis {heads} {tree} {batch}", looped, sizes=dict(d=3, heads=heads), given={"G": tree}, kinds=BOTH if heads == 3 else ("f32 cpu",), batch=batch)
    double = "def f(G: tree, x: float[..., g, h, G, d], w: float[g, d], u: float[h, G, d]) -> float[..., g, h, G, d]:\n    for a, b, v in up(g, h, G):\n" \
             "        y[a, b, v] = x[a, b, v] * w[a] + u[b, v] + sum(0.5 * y[a, b, c] for c in children(v))\n    return y\n"
    yield from cases("two looped axes", double, sizes=dict(d=3, g=2, h=3), given={"G": "tree:7"}, kinds=BOTH, batch=(2,))
    grid = "def f(x: float[..., H, W, d], r: float[H, d], c: float[W, d]) -> float[..., H, W, d]:\n    for i, j in each(H, W):\n        y[i, j] = x[i, j] * r[i] + c[j] * (i - j)\n    return y\n"
    yield from cases("each over a grid", grid, sizes=dict(H=3, W=4, d=5), kinds=BOTH, batch=(2,))
    yield from cases("each over an empty grid", grid, sizes=dict(H=3, W=0, d=5))
    for shape in ((), (0,), (1,), (4,), (2, 3), (2, 0, 3)):
        yield from tile(f"batch {shape}", "x[i] * b + c[i]", X + ", b: float[d], c: float[N, d]", sizes=dict(N=3, d=5), batch="..., ", kinds=("f32 cpu", "f64 interp")) if shape == () else \
            cases(f"batch {shape}", "def f(x: float[..., N, d], b: float[d], c: float[N, d]) -> float[..., N, d]:\n    for i in each(N):\n        y[i] = x[i] * b + c[i]\n    return y\n",
                  sizes=dict(N=3, d=5), batch=shape)
    for N, d in itertools.product((0, 1, 2, 17), (0, 1, 3)):
        yield from tile(f"extents {N}x{d}", "x[i] * 2 + 1", X, sizes=dict(N=N, d=d), kinds=("f32 cpu", "f64 interp"))
    results = "def f(x: float[..., N, d], w: float[N]) -> (float[..., N, d], float[..., N], float[N], float[..., N, d, d]):\n    for i in each(N):\n        a[i] = exp(x[i])\n        b[i] = sum(a[i])\n        c[i] = w[i] * 2\n" \
              "        e[i] = outer(x[i], a[i])\n    return a, b, c, e\n"
    yield from cases("four results", results, sizes=dict(N=3, d=4), kinds=BOTH, batch=(2,))
    yield from cases("whole tensors", "def f(y: float[..., N, d], t: float[..., N, d]) -> float[...]:\n    loss = mean(square(y - t))\n    return loss\n", sizes=dict(N=4, d=3), kinds=BOTH, batch=(3,))
    yield from cases("a whole tensor elementwise", "def f(y: float[..., N, d], t: float[..., N, d]) -> float[..., N, d]:\n    return exp(y) * t + 1\n", sizes=dict(N=4, d=3), kinds=BOTH, batch=(3,))
    yield from cases("tiles outside loops", "def f(A: float[..., n, n], b: float[..., n]) -> float[..., n]:\n    return solve(A, b) + A @ b\n", sizes=dict(n=5), given={"A": "dominant"}, kinds=BOTH, batch=(3,))
    yield from cases("an argument is a result", "def f(x: float[..., N, d]) -> float[..., N, d]:\n    return x\n", sizes=dict(N=2, d=3), batch=(2,))


def indices():
    gather = "def f(E: float[vocabulary, d], token: i32[..., N]) -> float[..., N, d]:\n    for i in each(N):\n        y[i] = E[token[i]] * 2\n    return y\n"
    for batch in ((), (3,), (0,)):
        yield from cases(f"gather {batch}", gather, sizes=dict(vocabulary=9, d=5, N=7), given={"token": 9}, kinds=BOTH, batch=batch)
    yield from cases("gather of rows of data", "def f(x: float[..., N, d], next: i32[N]) -> float[..., N, d]:\n    for i in each(N):\n        y[i] = x[i] + x[next[i]]\n    return y\n",
                     sizes=dict(N=7, d=3), given={"next": 7}, kinds=BOTH, batch=(2,))
    yield from cases("gather on a tree", "def f(G: tree, E: float[k, d], kind: i32[..., G]) -> float[..., G, d]:\n    for v in up(G):\n        y[v] = E[kind[v]] + sum(E[kind[c]] * y[c] for c in children(v))\n    return y\n",
                     sizes=dict(k=4, d=3), given={"G": "tree:9", "kind": 4}, kinds=BOTH, batch=(2,))
    yield from cases("gather of a gather", "def f(E: float[k, d], a: i32[n], b: i32[..., N]) -> float[..., N, d]:\n    for i in each(N):\n        y[i] = E[a[b[i]]]\n    return y\n",
                     sizes=dict(k=4, d=3, n=6, N=5), given={"a": 4, "b": 6}, kinds=BOTH, batch=(2,))
    yield from cases("one number by an index from data", "def f(s: float[..., k], label: i32[...]) -> float[...]:\n    return logsumexp(s) - s[label]\n", sizes=dict(k=5), given={"label": 5}, kinds=BOTH, batch=(3,))
    yield from tile("reversed", "x[N - 1 - i]", X, sizes=dict(N=6, d=3), kinds=BOTH)
    yield from tile("the one before, clamped", "x[i] - x[max(i - 1, 0)]", X, sizes=dict(N=6, d=3), kinds=BOTH)
    yield from tile("the first and the last", "x[i] - x[0] + x[N - 1]", X, sizes=dict(N=6, d=3))
    yield from tile("an index argument", "x[t] * x[i] + t", X + ", t: index", sizes=dict(N=6, d=3), given={"t": 4}, kinds=BOTH)
    yield from tile("a static argument", "x[i, :k]", X + ", k: static, w: float[e]", "e", sizes=dict(N=3, d=7, e=4), given={"k": 4})
    yield from tile("a static in arithmetic", "x[i] * k + k // 2", X + ", k: static", sizes=dict(N=3, d=7), given={"k": 5})
    yield from tile("a tuple of statics", "x[i] * sum(ranks) + len(ranks) + ranks[1]", X + ", ranks: static", sizes=dict(N=3, d=7), given={"ranks": (4, 2, 1)})
    yield from tile("a static is a tuple of one", "x[i] * sum(ranks) + len(ranks)", X + ", ranks: static", sizes=dict(N=3, d=7), given={"ranks": 3})
    yield from tile("slices by statics", "x[i, sum(ranks[:1]):sum(ranks[:2])]", X + ", ranks: static", "2", sizes=dict(N=3, d=7), given={"ranks": (4, 2, 1)})
    yield from tile("a range over statics", "sum(x[i] * ranks[l] for l in range(len(ranks)))", X + ", ranks: static", sizes=dict(N=3, d=7), given={"ranks": (4, 2, 1)})
    for value in (0.5, -2, 1e-3):
        yield from tile(f"a scalar argument {value}", "x[i] * g + exp(g)", X + ", g: float", sizes=dict(N=3, d=5), given={"g": value}, kinds=BOTH)
    yield from cases("the root's value", "def f(G: tree, x: float[..., G, d]) -> float[..., d]:\n    for v in up(G):\n        s[v] = x[v] + sum(s[c] for c in children(v))\n    return s[root(G)]\n",
                     sizes=dict(d=3), given={"G": "tree:9"}, kinds=BOTH, batch=(2,))
    leaf_rows = "def f(G: tree, x: float[..., leaves(G), d]) -> float[..., G, d]:\n    for v in up(G):\n        y[v] = x[v] + sum(y[c] for c in children(v))\n    return y\n"
    for tree in ("perfect:2,3", "tree:9", "one"):
        yield from cases(f"rows of the leaves, {tree}", leaf_rows, sizes=dict(d=3), given={"G": tree}, batch=(2,))
    yield from cases("each leaf", "def f(G: tree, x: float[..., G, d]) -> float[..., leaves(G), d]:\n    for v in each(leaves(G)):\n        y[v] = 2 * x[v]\n    return y\n", sizes=dict(d=3), given={"G": "perfect:2,3"})
    yield from cases("a tree built inside", "def f(x: float[..., 7, d]) -> float[..., 7, d]:\n    G = perfect(2, 2)\n    for v in up(G):\n        y[v] = x[v] + sum(y[c] for c in children(v))\n    return y\n", sizes=dict(d=3))
    yield from cases("a chain built inside", "def f(x: float[..., N, d]) -> float[..., N, d]:\n    T = chain(N)\n    for v in up(T):\n        y[v] = x[v] + sum(0.5 * y[c] for c in children(v))\n    return y\n", sizes=dict(N=5, d=3))
    yield from cases("a tree from parents inside", "def f(x: float[..., V, d], p: i32[V]) -> float[..., V, d]:\n    G = from_parents(p)\n    for v in up(G):\n        y[v] = x[v] + sum(0.5 * y[c] for c in children(v))\n    return y\n",
                     sizes=dict(V=5, d=3), given={"p": [1, 4, 1, 1, -1]})


def precision():
    for kind in ("f16 cpu", "bf16 cpu", "f16 interp"):
        yield from tile("elementwise 16", "tanh(x[i]) * w[i] + exp(x[i])", XW, sizes=dict(N=5, d=33), kinds=(kind,))
        yield from tile("sum 16", "sum(x[i])", X, "", sizes=dict(N=5, d=300), given={"x": "positive"}, kinds=(kind,))
        yield from tile("product 16", "x[i] @ w[i]", "x: float[..., N, n, k], w: float[..., N, k, m]", "n, m", sizes=dict(N=2, n=5, k=64, m=9), kinds=(kind,))
    counter = "def f(T: chain, x: float[..., T, d]) -> float[..., T, d]:\n    for t in up(T):\n        h[t] = x[t] + sum(h[c] for c in children(t))\n    return h\n"
    for kind in ("f16 cpu", "bf16 cpu"):  # a state of 16 bits would stop growing
        yield from cases("a sum of 1000 small steps 16", counter, sizes=dict(d=3), given={"T": "chain:1000", "x": "positive"}, kinds=(kind,))
    yield from cases("fixed f64 with float", "def f(x: float[N, d], w: f64[N, d]) -> f64[N, d]:\n    for i in each(N):\n        y[i] = x[i] + w[i]\n    return y\n", sizes=dict(N=3, d=5), kinds=("f32 cpu", "f32 interp"), tolerance=1e-12)
    yield from cases("fixed f32", "def f(x: f32[..., N, d]) -> f32[..., N, d]:\n    for i in each(N):\n        y[i] = exp(x[i])\n    return y\n", sizes=dict(N=3, d=5), kinds=("f32 cpu", "f32 interp"))
    yield from tile("cast up and down", "cast(cast(x[i], f64) * 3, f32)", "x: f32[..., N, d]", sizes=dict(N=3, d=5), kinds=("f32 cpu",))


if __name__ == "__main__":
    chosen = arguments(__doc__)
    groups = (elementwise, shapes, reductions, products, comprehensions, neighbours, structure, indices, precision)
    sys.exit(run_cases([case for group in groups for case in group()], chosen))
