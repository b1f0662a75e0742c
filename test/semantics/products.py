"""Products with matrices that many points share: neighbouring points are multiplied together, with what stands before and after. The numbers are those of
NumPy at every number of points around the size of a block.

Usage: products.py ESPALIER [--only TEXT] [--jobs N]. The last line is 'N passed, M failed'.
"""
import math
import sys

import numpy as np

from command import Case, Failure, arguments, difference, evaluate, run_cases
from meaning import layer_norm, softmax
from reference import perfect, random_tree

POINTS = (0, 1, 2, 31, 32, 63, 64, 65, 127, 128, 129, 200)

gelu = np.vectorize(lambda x: 0.5 * x * math.erfc(-x / math.sqrt(2)), otypes=[float])

# name: (text, shapes of the arguments, results by NumPy)
LAYERS = {
    "linear": ("""
def layer(x: float[..., N, d], W: float[e, d], b: float[e]) -> float[..., N, e]:
    for i in each(N):
        y[i] = W @ x[i] + b
    return y
""", dict(x="...Nd", W="ed", b="e"), lambda x, W, b: x @ W.T + b),
    "mlp": ("""
def layer(x: float[..., N, d], W: float[e, d], b: float[e], V: float[d, e], gain: float[d]) -> float[..., N, d]:
    for i in each(N):
        h = gelu(W @ (layer_norm(x[i]) * gain) + b)
        y[i] = x[i] + V @ h
    return y
""", dict(x="...Nd", W="ed", b="e", V="de", gain="d"), lambda x, W, b, V, gain: x + gelu((layer_norm(x, -1) * gain) @ W.T + b) @ V.T),
    "heads": ("""
def layer(x: float[..., heads, N, d], W: float[heads, e, d], s: float[heads]) -> float[..., heads, N, e]:
    for h, i in each(heads, N):
        y[h, i] = s[h] * softmax(W[h] @ x[h, i])
    return y
""", dict(x="...3Nd", W="3ed", s="3"), lambda x, W, s: s[:, None, None] * softmax(np.einsum("hed,...hnd->...hne", W, x))),
    "numbers": ("""
def layer(x: float[..., N, d], W: float[d, d], c: float[N]) -> (float[..., N], float[..., N, d]):
    for i in each(N):
        z = x[i] @ W
        energy[i] = dot(z, x[i]) + c[i] + i
        y[i] = where(z > 0, z, c[i]) / (1 + energy[i] * energy[i])
    return energy, y
""", dict(x="...Nd", W="dd", c="N"), lambda x, W, c: numbers(x, W, c)),
    "gathered": ("""
def layer(E: float[V, d], token: i32[N], W: float[e, d]) -> float[N, e]:
    for i in each(N):
        y[i] = tanh(W @ (E[token[i]] + E[(token[i] + i) % V]))
    return y
""", dict(E="7d", token="N<7", W="ed"), lambda E, token, W: np.tanh((E[token] + E[(token + np.arange(len(token))) % 7]) @ W.T)),
    "solved": ("""
def layer(A: float[N, d, d], x: float[N, d], W: float[d, d]) -> (float[N, d], float[N, d, d]):
    for i in each(N):
        S = A[i] @ A[i].T + d * eye(d)
        y[i] = W @ solve(S, x[i])
        z[i] = W @ S @ W.T
    return y, z
""", dict(A="Ndd", x="Nd", W="dd"), lambda A, x, W: solved(A, x, W)),
    "blocks": ("""
def layer(x: float[..., N, d], A: float[p, q, m], B: float[m, n, p]) -> float[..., N, e]:
    for i in each(N):
        y[i] = reshape(einsum("pqm,mnp,n,q->pm", A, B, ones(n), reshape(x[i], (q, d // q)) @ ones(d // q)), (e))
    return y
""".replace("float[..., N, e]", "float[..., N, p, m]").replace(", (e))", ", (p, m))"), dict(x="...Nd", A="2dm", B="m32"),
              lambda x, A, B: np.einsum("pqm,mnp,...q->...pm", A, B, x)),
    "order": ("""
def layer(x: float[..., N, d], W: float[e, d]) -> float[..., N, e, 2]:
    for i in each(N):
        a = W @ concat(x[i, 1:], x[i, :1])
        b = (outer(x[i], x[i]) @ W.T).T @ ones(d)
        y[i] = reshape(concat(a, b), (2, e)).T
    return y
""", dict(x="...Nd", W="ed"), lambda x, W: np.stack([np.roll(x, -1, -1) @ W.T, (x @ W.T) * x.sum(-1, keepdims=True)], -1)),
}


def numbers(x, W, c):
    z = x @ W
    energy = (z * x).sum(-1) + c + np.arange(x.shape[-2])
    return {"energy": energy, "y": np.where(z > 0, z, c[:, None]) / (1 + energy * energy)[..., None]}


def solved(A, x, W):
    S = A @ np.swapaxes(A, 1, 2) + A.shape[-1] * np.eye(A.shape[-1])
    y = np.linalg.solve(S, x[..., None])[..., 0] if len(x) else x
    return {"y": y @ W.T, "z": W @ S @ W.T}


def draw(spec, sizes, batch, seed):
    rng = np.random.default_rng(seed)
    if "<" in spec:
        axis, bound = spec.split("<")
        return rng.integers(0, int(bound), sizes[axis]).astype(np.int32)
    shape = list(batch) if spec.startswith("...") else []
    shape += [int(letter) if letter.isdigit() else sizes[letter] for letter in spec.removeprefix("...")]
    return rng.standard_normal(shape)


def check(tool, layer, points, d, e, batch, kind, target="cpu", threads=1):
    text, shapes, meaning = LAYERS[layer]
    sizes = {"N": points, "d": d, "e": e, "m": 5}
    given = {name: draw(spec, sizes, batch, number) for number, (name, spec) in enumerate(shapes.items())}
    stored = {name: value.astype(np.float32) if kind == "f32" and value.dtype.kind == "f" else value for name, value in given.items()}
    want = meaning(**{name: value.astype(np.float64) if value.dtype.kind == "f" else value for name, value in stored.items()})
    results = sorted(want) if isinstance(want, dict) else None
    got, seconds = evaluate(tool, text, "layer", stored, results=results, target=target, threads=threads)
    for name in results or [None]:
        wanted = want[name] if results else want
        if problem := difference(got[name] if results else got, np.asarray(wanted), 2e-5 if kind == "f32" else 1e-11, name or "result"):
            raise Failure(problem)
    return seconds


def vertices(tool, kind, parents, target="cpu"):
    """Vertices of a tree side by side; what is read at the parent is gathered."""
    text = """
def layer(G: tree, x: float[..., G, d], W: float[d, d]) -> float[..., G, d]:
    for v in each(G):
        y[v] = W @ (x[v] + 2 * x[parent(v)]) + depth(v)
    return y
"""
    rng = np.random.default_rng(len(parents))
    x, W = rng.standard_normal((2, len(parents), 12)), rng.standard_normal((12, 12))
    depth = np.array([depth_of(parents, v) for v in range(len(parents))])
    above = np.where((parents >= 0)[:, None], x[:, parents], 0)
    want = (x + 2 * above) @ W.T + depth[:, None]
    element = np.float32 if kind == "f32" else np.float64
    got, seconds = evaluate(tool, text, "layer", {"G": parents.astype(np.int32), "x": x.astype(element), "W": W.astype(element)}, target=target)
    if problem := difference(got, want, 2e-5 if kind == "f32" else 1e-11):
        raise Failure(problem)
    return seconds


def depth_of(parents, v):
    return 0 if parents[v] < 0 else 1 + depth_of(parents, parents[v])


def narrow(tool, float_type, points, target="cpu"):
    """Operands of 16 bits are rounded once, products are summed in f32."""
    text, _, _ = LAYERS["linear"]
    rng = np.random.default_rng(points)
    given = {name: (rng.integers(-8, 9, shape) / 8).astype(np.float32) for name, shape in dict(x=(points, 16), W=(16, 16), b=(16,)).items()}
    got, seconds = evaluate(tool, text, "layer", given, target=target, options=[f"--float={float_type}"])
    want = given["x"].astype(np.float64) @ given["W"].T + given["b"]
    if problem := difference(got.astype(np.float64) if got.dtype.kind == "f" else got, want, 1e-2):
        raise Failure(problem)
    return seconds


def outside(tool, points, at, target="cpu"):
    """An index out of range names its position, also within a block."""
    text, _, _ = LAYERS["gathered"]
    token = np.zeros(points, np.int32)
    token[at] = 9
    try:
        evaluate(tool, text, "layer", {"E": np.ones((7, 16)), "token": token, "W": np.ones((16, 16))}, target=target)
    except Failure as failure:
        if "9" not in str(failure) or str(at) not in str(failure):
            raise Failure(f"does not name index 9 and position {at}: {failure}")
        return 0
    raise Failure("was accepted")


def cases():
    for target in ("cpu", "interp"):
        for layer in LAYERS:
            for points in POINTS if target == "cpu" else (1, 65):
                kind = "f32" if points % 2 else "f64"
                yield Case(f"{target} {layer} {points} points {kind}", check, dict(layer=layer, points=points, d=16, e=12, batch=(), kind=kind, target=target))
    for layer in ("linear", "mlp", "heads", "numbers"):
        for d, e in ((1, 64), (8, 8), (17, 33), (64, 3), (130, 257)):
            yield Case(f"cpu {layer} {d} to {e}", check, dict(layer=layer, points=70, d=d, e=e, batch=(), kind="f32"))
        for batch in ((0,), (3,), (2, 2)):
            yield Case(f"cpu {layer} batch {batch}", check, dict(layer=layer, points=67, d=16, e=12, batch=batch, kind="f64", threads=2))
    for kind in ("f32", "f64"):
        for name, parents in {"one": np.array([-1]), "perfect": perfect(2, 6), "random": random_tree(150, np.random.default_rng(1))}.items():
            yield Case(f"cpu vertices {name} {kind}", vertices, dict(kind=kind, parents=parents))
    for float_type in ("bf16", "f16"):
        for points in (1, 64, 100):
            yield Case(f"cpu {float_type} {points} points", narrow, dict(float_type=float_type, points=points))
    for target in ("cpu", "interp"):
        for at in (0, 40, 63, 64, 99):
            yield Case(f"{target} index out of range at {at}", outside, dict(points=100, at=at, target=target))


if __name__ == "__main__":
    sys.exit(run_cases(list(cases()), arguments(__doc__)))
