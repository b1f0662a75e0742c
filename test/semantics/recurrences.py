"""Sweeps along a chain whose state is affine by elements, evaluated in blocks of steps (--schedule=together=N), against loops over steps in NumPy: what is recognised
and what only looks like it, every size of block around every length, numbers that are not finite against the run step by step, the same bits for any number of threads.

Usage: recurrences.py ESPALIER [--only TEXT] [--jobs N]. A random program that fails is printed. The last line is 'N passed, M failed'.
"""
import pathlib, random, re, sys, tempfile

import numpy as np

import meaning, reference
from command import Case, Failure, arguments, call, difference, evaluate, excerpt, no_core, run_cases

LENGTHS = [0, 1, 2, 3, 15, 16, 17, 31, 33, 63, 64, 65, 127, 128, 129, 200]
WIDTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17]
BLOCKS = [1, 2, 3, 7, 16, 64, 100, 256]
KINDS = {"f32": (np.float32, 2e-5), "f64": (np.float64, 1e-12), "f16": (np.float16, 4e-3), "bf16": (np.float32, 3e-2)}
AXES = {"b": 2, "H": 3, "K": 2, "p": 2, "q": 3}
KERNELS = []


def kernel(text, *, kinds=("f32", "f64"), **shapes):
    """Registers a reference under its program. Shapes of the arguments: names of sizes; `T` is the length of the chain `G`."""

    def register(function):
        KERNELS.append((function.__name__, text, shapes, function, kinds))
        return function

    return register


# --- Kernels --------------------------------------------------------------------------------------------------------------------

def up(T):
    """Steps (t, step before or None) in the order of `up`."""
    return [(t, t - 1 if t else None) for t in range(T)]


def down(T):
    """Steps (t, its parent or None) in the order of `down`."""
    return [(t, t + 1 if t + 1 < T else None) for t in reversed(range(T))]


@kernel("""
def f(G: chain, a: float[..., G, d], x: float[..., G, d]) -> float[..., G, d]:
    for t in up(G):
        h[t] = x[t] + sum(a[t] * h[c] for c in children(t))
    return h
""", kinds=("f32", "f64", "f16", "bf16"), a="b T d", x="b T d")
def scan(T, a, x):
    h = x.copy()
    for t, c in up(T):
        if c is not None:
            h[:, t] += a[:, t] * h[:, c]
    return h


@kernel("""
def f(G: chain, a: float[..., G, d], x: float[..., G, d]) -> float[..., G, d]:
    for t in down(G):
        h[t] = x[t] + a[t] * h[parent(t)]
    return h
""", kinds=("f32", "f64", "f16", "bf16"), a="b T d", x="b T d")
def scan_down(T, a, x):
    h = x.copy()
    for t, p in down(T):
        h[:, t] += a[:, t] * (h[:, p] if p is not None else np.zeros_like(a[:, t]))
    return h


@kernel("""
def f(G: chain, a: float[G], x: float[G]) -> (float[G], float[G]):
    for t in up(G):
        h[t] = x[t] - sum(a[t] * h[c] for c in children(t))
    for t in down(G):
        g[t] = a[t] * g[parent(t)] - h[t]
    return h, g
""", a="T", x="T")
def numbers(T, a, x):
    h, g = x.copy(), -x
    for t, c in up(T):
        h[t] = x[t] - (a[t] * h[c] if c is not None else 0)
    for t, p in down(T):
        g[t] = (a[t] * g[p] if p is not None else 0) - h[t]
    return h, g


@kernel("""
def f(G: chain, x: float[..., G, d], w: float[d]) -> (float[..., G, d], float[..., G, d], float[..., G, d]):
    for t in up(G):
        h[t] = x[t] + 0.9 * sum(h[c] for c in children(t))
        g[t] = sum(w * g[c] + x[c] for c in children(t)) + 0.5 * x[t]
        s[t] = sum(s[c] for c in children(t)) + x[t] / 16
    return h, g, s
""", x="b T d", w="d")
def decoupled(T, x, w):
    h, g, s = x.copy(), 0.5 * x, x / 16
    for t, c in up(T):
        if c is not None:
            h[:, t] += 0.9 * h[:, c]
            g[:, t] += w * g[:, c] + x[:, c]
            s[:, t] += s[:, c]
    return h, g, s


@kernel("""
def f(G: chain, a: float[G, d], x: float[..., G, d], w: float[d], s: float[G]) -> (float[..., G, d], float[..., G, d]):
    for t in up(G):
        h[t] = tanh(x[t]) + sum(0.5 * (a[c] * h[c] - x[c] * s[c]) - (h[c] + x[t]) * w / (3 + s[t]) for c in children(t))
    for t in down(G):
        g[t] = h[t] + a[parent(t)] * g[parent(t)] * s[t] - w * x[parent(t)]
    return h, g
""", a="T d", x="b T d", w="d", s="T")
def neighbours(T, a, x, w, s):
    h, g = np.tanh(x), np.zeros_like(x)
    for t, c in up(T):
        if c is not None:
            h[:, t] += 0.5 * (a[c] * h[:, c] - x[:, c] * s[c]) - (h[:, c] + x[:, t]) * w / (3 + s[t])
    for t, p in down(T):
        g[:, t] = h[:, t] + (a[p] * g[:, p] * s[t] - w * x[:, p] if p is not None else 0)
    return h, g


@kernel("""
def f(G: chain, re: float[d], im: float[d], u: float[..., G, d], v: float[..., G, d], C: float[q, d]) -> float[..., G, q]:
    for t in up(G):
        hr[t] = u[t] + 0.7 * sum(re * hr[c] - im * hi[c] for c in children(t))
        hi[t] = v[t] + 0.7 * sum(re * hi[c] + im * hr[c] for c in children(t))
    for t in down(G):
        gr[t] = u[t] + (re * gr[parent(t)] - im * gi[parent(t)]) / 1.5
        gi[t] = v[t] + (re * gi[parent(t)] + im * gr[parent(t)]) / 1.5
        y[t] = 2 * (C @ (hr[t] + gr[t]) - C @ (hi[t] * gi[t]))
    return y
""", re="d", im="d", u="b T d", v="b T d", C="q d")
def complex_pair(T, re, im, u, v, C):
    z, h = re + 1j * im, u + 1j * v
    g = h.copy()
    for t, c in up(T):
        if c is not None:
            h[:, t] += 0.7 * z * h[:, c]
    for t, p in down(T):
        if p is not None:
            g[:, t] += z / 1.5 * g[:, p]
    return 2 * (h.real + g.real - h.imag * g.imag) @ C.T


@kernel("""
def f(G: chain, a: float[G, d], b: float[G], x: float[G, d]) -> (float[G, d], float[G, d], float[G, d]):
    for t in up(G):
        h[t] = x[t] + 0.5 * sum(a[t] * h[c] - b[t] * g[c] + 0.5 * k[c] for c in children(t))
        g[t] = sum(0.4 * k[c] - 0.3 * h[c] for c in children(t)) - a[t]
        k[t] = 0.25 * (h[t] + x[t]) + sum(b[c] * k[c] for c in children(t)) / 3
    return h, g, k
""", a="T d", b="T", x="T d")
def three_coupled(T, a, b, x):
    h, g, k = np.zeros((3, *x.shape))
    zero = np.zeros(x.shape[1])
    for t, c in up(T):
        hc, gc, kc = (h[c], g[c], k[c]) if c is not None else (zero, zero, zero)
        h[t] = x[t] + 0.5 * (a[t] * hc - b[t] * gc + 0.5 * kc)
        g[t] = 0.4 * kc - 0.3 * hc - a[t]
        k[t] = 0.25 * (h[t] + x[t]) + (b[c] * kc / 3 if c is not None else 0)
    return h, g, k


@kernel("""
def f(G: chain, x: float[..., G, d]) -> (float[..., G, d], float[..., G, d], float[..., G, d]):
    for t in up(G):
        one[t] = x[t] + sum(one[c] for c in children(t))
        two[t] = one[t] + sum(two[c] for c in children(t))
    for t in down(G):
        sum1[t] = x[t] + sum1[parent(t)]
        sum2[t] = sum1[parent(t)] + sum2[parent(t)]
    return one, two, sum2
""", x="b T d")
def sums_of_sums(T, x):
    one = np.cumsum(x, 1)
    from_end = np.cumsum(x[:, ::-1], 1)[:, ::-1]
    return one, np.cumsum(one, 1), np.cumsum(from_end[:, ::-1], 1)[:, ::-1] - from_end


@kernel("""
def f(G: chain, a: float[..., H, G], k: float[..., H, G, p], x: float[..., H, G, d], q: float[..., H, G, p]) -> (float[..., H, G, d], float[..., H, p, d]):
    for i, t in up(H, G):
        S[i, t] = outer(k[i, t], x[i, t]) + sum(a[i, t] * S[i, c] for c in children(t))
        y[i, t] = q[i, t] @ S[i, t] + 0.1 * sum(sum(S[i, c], axis=0) for c in children(t))
    for i, t in down(H, G):
        R[i, t] = S[i, t] + where(is_root(t), 0, a[i, t]) * (R[i, parent(t)] - a[i, t] * S[i, t])
        z[i, t] = k[i, t] @ R[i, t]
    for i in each(H):
        all[i] = sum(outer(k[i, t], z[i, t]) for t in G)
    return y, all
""", a="b H T", k="b H T p", x="b H T d", q="b H T p")
def matrices(T, a, k, x, q):
    S, R = np.zeros((2, *k.shape, x.shape[-1]))
    y, z = np.zeros_like(x), np.zeros_like(x)
    for at in np.ndindex(a.shape[:2]):
        for t, c in up(T):
            S[at][t] = np.outer(k[at][t], x[at][t]) + (a[at][t] * S[at][c] if c is not None else 0)
            y[at][t] = q[at][t] @ S[at][t] + (0.1 * S[at][c].sum(0) if c is not None else 0)
        for t, p in down(T):
            R[at][t] = S[at][t] + (a[at][t] * (R[at][p] - a[at][t] * S[at][t]) if p is not None else 0)
            z[at][t] = k[at][t] @ R[at][t]
    return y, np.einsum("bhtp,bhtd->bhpd", k, z)


@kernel("""
def f(G: chain, m: float[G], a: float[G, d], x: float[..., G, d]) -> (float[..., G, d], float[..., G, d], float[..., G, d]):
    for t in up(G):
        h[t] = x[t] + sum(where(m[t] > 0, a[t] * h[c], where(a[t] > x[c], 0.5 - h[c] / 2, a[c])) for c in children(t))
        g[t] = where(m[t] < -0.5, x[t], x[t] * a[t] - sum(0.9 * g[c] for c in children(t)))
    for t in down(G):
        k[t] = where(is_root(t), h[t], where(m[parent(t)] > 0.5, 1, a[t] * k[parent(t)])) - 0.1 * g[parent(t)]
    return h, g, k
""", m="T", a="T d", x="b T d")
def selects(T, m, a, x):
    h, g, k = np.zeros((3, *x.shape))
    for t, c in up(T):
        if c is not None:
            h[:, t] = a[t] * h[:, c] if m[t] > 0 else np.where(a[t] > x[:, c], 0.5 - h[:, c] / 2, a[c])
        h[:, t] += x[:, t]
        g[:, t] = x[:, t] if m[t] < -0.5 else x[:, t] * a[t] - (0.9 * g[:, c] if c is not None else 0)
    for t, p in down(T):
        k[:, t] = h[:, t] if p is None else (1 if m[p] > 0.5 else a[t] * k[:, p]) - 0.1 * g[:, p]
    return h, g, k


@kernel("""
def f(G: chain, m: float[G], a: float[G, d], x: float[G, d]) -> (float[G, d], float[G, d]):
    for t in up(G):
        h[t] = x[t] + sum(a[t] * h[c] for c in children(t) if m[c] > -0.5)
        g[t] = x[t] + sum(0.8 * g[c] - h[c] for c in children(t) if not is_leaf(c)) - sum(g[c] * a[c] / 2 for c in children(t) if m[t] > 0)
    return h, g
""", m="T", a="T d", x="T d")
def filters(T, m, a, x):
    h, g = x.copy(), x.copy()
    for t, c in up(T):
        if c is not None and m[c] > -0.5:
            h[t] += a[t] * h[c]
        if c is not None and c > 0:
            g[t] += 0.8 * g[c] - h[c]
        if c is not None and m[t] > 0:
            g[t] -= g[c] * a[c] / 2
    return h, g


@kernel("""
def f(G: chain, a: float[G, d], x: float[..., G, d], s: float) -> (float[..., G, d], float[..., G, d], float[..., G]):
    for t in up(G):
        old = sum(h[c] for c in children(t))
        h[t] = -(-(a[t] * old) - x[t]) / (1.5 + abs(a[t])) - s * old / 4
        y[t] = tanh(h[t]) * old + square(h[t]) - max(old, h[t] - old)
        n[t] = dot(h[t], old) + max(h[t]) - norm(old - x[t])
    return h, y, n
""", a="T d", x="b T d", s="")
def outputs(T, a, x, s):
    h, y, n = np.zeros_like(x), np.zeros_like(x), np.zeros(x.shape[:2])
    for t, c in up(T):
        old = h[:, c] if c is not None else np.zeros_like(x[:, 0])
        h[:, t] = (a[t] * old + x[:, t]) / (1.5 + abs(a[t])) - s * old / 4
        y[:, t] = np.tanh(h[:, t]) * old + h[:, t] ** 2 - np.maximum(old, h[:, t] - old)
        n[:, t] = (h[:, t] * old).sum(-1) + h[:, t].max(-1) - np.sqrt(((old - x[:, t]) ** 2).sum(-1))
    return h, y, n


@kernel("""
def f(G: chain, a: float[G], x: float[G, d], w: float[d]) -> (float[G], float[G, d], float[G, d]):
    for t in up(G):
        s[t] = a[t] + 0.9 * sum(s[c] for c in children(t))
        h[t] = x[t] + sum(w * h[c] for c in children(t))
        y[t] = s[t] * h[t]
    return s, h, y
""", a="T", x="T d", w="d")
def number_and_tile(T, a, x, w):
    s, h = a.copy(), x.copy()
    for t, c in up(T):
        if c is not None:
            s[t] += 0.9 * s[c]
            h[t] += w * h[c]
    return s, h, s[:, None] * h


@kernel("""
def f(G: chain, A: float[K, G, p, q], X: float[..., H, K, G, p, q], g: float[H, K]) -> float[..., H, K, G, p, q]:
    for i, j, t in up(H, K, G):
        Y[i, j, t] = X[i, j, t] + sum(A[j, t] * Y[i, j, c] * g[i, j] - 0.1 * A[j, c] for c in children(t))
    return Y
""", A="K T p q", X="b H K T p q", g="H K")
def axes(T, A, X, g):
    Y = X.copy()
    for i, j in np.ndindex(g.shape):
        for t, c in up(T):
            if c is not None:
                Y[:, i, j, t] += A[j, t] * Y[:, i, j, c] * g[i, j] - 0.1 * A[j, c]
    return Y


@kernel("""
def f(G: chain, x: float[..., G, d]) -> (float[..., G, d], float[..., G, d]):
    for t in up(G):
        h[t] = x[t] + sum(h[c] * where(height(t) % 3 == 0, 0.5, 0.9) - height(c) / 50 for c in children(t)) + where(is_leaf(t), 2, 0)
    for t in down(G):
        g[t] = h[t] / 4 + g[parent(t)] * depth(t) / (2 + depth(t)) - where(is_root(t), 1, 0)
    return h, g
""", x="b T d")
def facts(T, x):
    h, g = x.copy(), np.zeros_like(x)
    for t, c in up(T):
        h[:, t] += 2 if c is None else h[:, c] * (0.5 if t % 3 == 0 else 0.9) - c / 50
    for t, p in down(T):
        depth = T - 1 - t
        g[:, t] = h[:, t] / 4 + (g[:, p] * depth / (2 + depth) if p is not None else -1)
    return h, g


@kernel("""
def f(G: chain, delta: float[..., G, d], A: float[d, q], B: float[..., G, q], C: float[..., G, q], x: float[..., G, d], skip: float[d]) -> float[..., G, d]:
    for t in up(G):
        decay = exp(-outer(square(delta[t]), square(ones(q))) * square(A))
        h[t] = outer(delta[t] * x[t], B[t]) + sum(decay * h[c] for c in children(t))
        y[t] = h[t] @ C[t] + skip * x[t]
    return y
""", delta="b T d", A="d q", B="b T q", C="b T q", x="b T d", skip="d")
def selective(T, delta, A, B, C, x, skip):
    y = np.zeros_like(x)
    h = np.zeros((x.shape[0], *A.shape))
    for t in range(T):
        h = np.exp(-(delta[:, t, :, None] ** 2) * A**2) * h + (delta[:, t] * x[:, t])[..., None] * B[:, t, None]
        y[:, t] = (h * C[:, t, None]).sum(-1) + skip * x[:, t]
    return y


@kernel("""
def f(x: float[N, d], a: float[N, d], E: float[K, d], which: i32[N]) -> (float[N, d], float[N, d]):
    G = chain(N)
    for t in up(G):
        h[t] = x[t] + E[which[t]] * sum(h[c] for c in children(t)) / 2
    for t in down(G):
        g[t] = mean(h[c] for c in children(t)) - g[parent(t)] * a[t] * E[which[t]]
    return h, g
""", x="T d", a="T d", E="K d", which="T")
def gathered(T, x, a, E, which):
    h, g = x.copy(), np.zeros_like(x)
    for t, c in up(T):
        if c is not None:
            h[t] += E[which[t]] * h[c] / 2
    for t, p in down(T):
        g[t] = (h[t - 1] if t else 0) - (g[p] * a[t] * E[which[t]] if p is not None else 0)
    return h, g


@kernel("""
def f(G: chain, a: float[G, d], b: float[G], D: float[G, d], x: float[G, d]) -> (float[G, d], float[G, d], float[G, d], float[G, d]):
    for t in up(G):
        h[t] = x[t] + sum(a[t] * h[c] - b[t] * (a[c] * h[c]) for c in children(t)) / 2
        g[t] = x[t] + a[t] * sum(g[c] - x[c] for c in children(t))
    for t in up(G):
        k[t] = x[t] + sum(b[t] * (a[t] * k[c]) / D[t] for c in children(t))
        l[t] = x[t] - sum(l[c] for c in children(t)) / D[t]
    return h, g, k, l
""", a="T d", b="T", D="T d", x="T d")
def terms(T, a, b, D, x):
    h, g, k, l = x.copy(), x.copy(), x.copy(), x.copy()
    for t, c in up(T):
        nothing = c is None
        h[t] += 0 if nothing else (a[t] * h[c] - b[t] * (a[c] * h[c])) / 2
        g[t] += a[t] * (0 if nothing else g[c] - x[c])
        k[t] += 0 if nothing else b[t] * (a[t] * k[c]) / D[t]
        l[t] -= (0 if nothing else l[c]) / D[t]
    return h, g, k, l


@kernel("""
def f(G: chain, a: float[G, d], x: float[G, d], u: f64[G, d], e: f32[d]) -> (f64[G, d], float[G, d]):
    for t in up(G):
        h[t] = u[t] + sum(a[t] * h[c] + e * h[c] / 8 for c in children(t))
        g[t] = x[t] + sum(a[c] * g[c] for c in children(t))
    return h, g
""", a="T d", x="T d", u="T d", e="d")
def two_types(T, a, x, u, e):
    h, g = u.copy(), x.copy()
    for t, c in up(T):
        if c is not None:
            h[t] += a[t] * h[c] + e * h[c] / 8
            g[t] += a[c] * g[c]
    return h, g


# --- Running them ---------------------------------------------------------------------------------------------------------------

def result_names(text):
    return re.findall(r"\w+", text[text.rindex("return") + len("return"):])


def reported(tool, text, given, kind):
    """What the schedule says of each group: [(steps together, why)]."""
    with tempfile.TemporaryDirectory(prefix="espalier-") as folder:
        folder = pathlib.Path(folder)
        (folder / "program.esp").write_text(text)
        for name, value in given.items():
            if isinstance(value, np.ndarray):
                np.save(folder / f"{name}.npy", value)
        words = [f"{name}={f'{name}.npy' if isinstance(value, np.ndarray) else value}" for name, value in given.items()]
        done = call(tool, "compile", "program.esp:f", *words, f"--float={kind}", "--emit=scheduled", folder=folder, prepare=no_core)
    if done.status:
        raise Failure(f"compile: exit {done.status}: {excerpt(done.err)}")
    return [(int(n), why) for n, why in re.findall(r"^//\s+together (\d+): (.*)$", done.out, re.M)]


def run(tool, text, given, kind, together, threads=1):
    options = ([f"--schedule=together={together}"] if together else []) + ([f"--float={kind}"] if kind in ("f16", "bf16") else [])
    return evaluate(tool, text, "f", given, results=result_names(text), options=options, threads=threads)[0]


def compare(got, want, tolerance, where):
    """In norm and for every number, against the largest one."""
    for (name, array), expected in zip(got.items(), want):
        problem = difference(array, expected, tolerance, f"{where}: {name}")
        finite = np.isfinite(expected)
        error = abs(np.where(finite, array, 0).astype(np.float64) - np.where(finite, expected, 0))
        if not problem and expected.size and error.max() > tolerance * max(1, abs(np.where(finite, expected, 0)).max()):
            place = tuple(map(int, np.unravel_index(error.argmax(), error.shape)))
            problem = f"{where}: {name}: at {place} {array[place]:.9g}, expected {expected[place]:.9g}"
        if problem:
            raise Failure(problem)


def same_bits(tool, text, given, kind, together, one):
    for threads in (2, 3):
        for name, array in run(tool, text, given, kind, together, threads).items():
            if array.tobytes() != one[name].tobytes():
                raise Failure(f"together {together or 'as chosen'}: {name} has other bits with {threads} threads")


def values(text, shapes, sizes, rng, kind):
    """Numbers below 1 in size (divisors, `D`: above), for coefficients of any length of chain, of the types that the program states; those of bf16 come as f32 and have 7 bits."""
    given = {}
    for name, shape in shapes.items():
        stated = re.search(rf"\b{name}: (\w+)", text)[1]
        extents = [sizes[axis] for axis in shape.split()]
        if stated == "i32":
            given[name] = rng.integers(0, sizes["K"], extents).astype(np.int32)
            continue
        array = rng.uniform(-1, 1, extents) if name != "D" else rng.uniform(1.1, 2, extents)
        given[name] = np.asarray(np.round(array * 128) / 128 if kind == "bf16" else array).astype(KINDS[kind if stated == "float" else stated][0])
    return given


def words_of(text, given, length):
    """The arguments of a call: with the chain, and numbers as such."""
    return ({"G": f"chain:{length}"} if "G: chain" in text else {}) | {name: value if value.ndim else float(value) for name, value in given.items()}


def agree(tool, *, text, shapes, function, length, sizes, kind, blocks, bits, seed):
    given = values(text, shapes, dict(sizes, T=length), np.random.default_rng(seed), kind)
    want = function(length, **{n: v.astype(np.float64) if v.dtype.kind == "f" else v for n, v in given.items()})
    words = words_of(text, given, length)
    for together in blocks:
        got = run(tool, text, words, kind, together)
        compare(got, want if isinstance(want, tuple) else (want,), KINDS[kind][1], f"together {together or 'as chosen'}")
    if bits:
        same_bits(tool, text, words, kind, together, got)


def in_blocks(tool, *, text, shapes):
    given = values(text, shapes, dict(AXES, T=9, d=1, p=1, q=1), np.random.default_rng(0), "f32")
    for together, why in reported(tool, text, words_of(text, given, 9), "f32"):
        if together == 1:
            raise Failure(f"the schedule says: together 1: {why}")


def agreements():
    for name, text, shapes, *_ in KERNELS:
        yield Case(f"{name} is taken in blocks", in_blocks, dict(text=text, shapes=shapes))
    for number, (name, text, shapes, function, kinds) in enumerate(KERNELS):
        for round in range(4):
            length, d = LENGTHS[(5 * round + 3 * number) % len(LENGTHS)], WIDTHS[(5 * round + 7 * number) % len(WIDTHS)]
            kind = kinds[(round + number) % len(kinds)]
            blocks = [BLOCKS[(number + 3 * round) % len(BLOCKS)], None if (round + number) % 4 == 2 else BLOCKS[(number + 3 * round + 4) % len(BLOCKS)]]
            yield Case(f"{name}: {length} steps of {d} {kind}, round {round}", agree,
                       dict(text=text, shapes=shapes, function=function, length=length, sizes=dict(AXES, d=d), kind=kind, blocks=blocks,
                            bits=(round + number) % 3 == 0, seed=8 * number + round))


def in_parts():
    """Parts of the chain as tasks (--schedule=parts=N): at least 16 blocks each, so blocks are small here. Groups with loops that are no sweeps along the chain take none."""
    for number, (name, text, shapes, function, kinds) in enumerate(KERNELS):
        if "in each(" in text:
            continue
        for round, length in enumerate([66, 130, 333]):
            blocks = [["2,parts=7", "3,parts=2"], ["2,parts=256", "7,parts=3"], ["4,parts=5", "2,parts=2"]][(round + number) % 3]
            yield Case(f"{name} in parts: {length} steps, {blocks}", agree,
                       dict(text=text, shapes=shapes, function=function, length=length, sizes=dict(AXES, d=WIDTHS[(5 * round + number) % len(WIDTHS)]),
                            kind=[kind for kind in kinds if kind in ("f32", "f64")][round % 2], blocks=blocks, bits=True, seed=8 * number + round))


# --- Numbers that are not finite ------------------------------------------------------------------------------------------------

BIG, HUGE, SMALL = {"f32": 1e20, "f64": 1e170}, {"f32": 1e30, "f64": 1e250}, {"f32": 1e-42, "f64": 1e-318}
CUBE = {"f32": 1e10, "f64": 1e83}  # six of them are beyond the range, two of them are not
COEFFICIENTS = {"a", "w", "re", "im", "b", "s", "g", "A"}


def steps(array, shape):
    """The array with its axis of steps first, or None where it has none."""
    return np.moveaxis(array, shape.split().index("T"), 0) if "T" in shape.split() else None


def everywhere(coefficient, value, divisor=lambda kind, t: 1, other=None):
    """Numbers (kind, step) -> value for all coefficients (`b`: other), inputs and divisors of the steps."""

    def plant(given, shapes, kind, rng):
        for name, array in given.items():
            rows = steps(array, shapes[name])
            of = divisor if name == "D" else other or coefficient if name == "b" else coefficient if name in COEFFICIENTS else value
            for t in range(len(rows)) if rows is not None and name != "m" else ():
                rows[t] = of(kind, t)

    return plant


def at(places, value, names):
    """One number planted at these steps (negative: from the end) of what is named, in one element of each tile."""

    def plant(given, shapes, kind, rng):
        for name, array in given.items():
            rows = steps(array, shapes[name])
            for t in places if name in names and rows is not None else ():
                if -len(rows) <= t < len(rows):
                    rows[t : t + 1 or None][(0, *(rng.integers(n) for n in rows.shape[1:]))] = value

    return plant


def anywhere(given, shapes, kind, rng):
    """Strange numbers at random places of everything."""
    strange = [np.nan, np.inf, -np.inf, 0.0, -0.0, HUGE[kind], -HUGE[kind], 1 / HUGE[kind], BIG[kind], SMALL[kind]]
    for array in given.values():
        flat = array.reshape(-1)
        for _ in range(rng.integers(0, 3) if flat.size > 1 else 0):
            flat[rng.integers(flat.size)] = strange[rng.integers(len(strange))]


INPUTS, EDGES = {"x", "u", "v", "X"}, (15, 16, 31, 63, 64, 127)
PLANTS = {
    "products overflow, states are zero": everywhere(lambda k, t: BIG[k], lambda k, t: 0),
    "products overflow, states come back": everywhere(lambda k, t: HUGE[k] if t % 2 else 1 / HUGE[k], lambda k, t: 1),
    "products overflow and are dropped by 0": everywhere(lambda k, t: 0 if t % 5 == 4 else HUGE[k], lambda k, t: 0),
    "products of one step overflow": everywhere(lambda k, t: HUGE[k], lambda k, t: 0),
    "products of one step undo each other": everywhere(lambda k, t: HUGE[k], lambda k, t: BIG[k], other=lambda k, t: 1 / HUGE[k]),
    "divisors are denormal": everywhere(lambda k, t: 1, lambda k, t: 1 / HUGE[k], divisor=lambda k, t: 100 * SMALL[k]),
    "0 in the first and last divisor": at((0, -1), 0, {"D"}),
    "products vanish": everywhere(lambda k, t: 1 / HUGE[k], lambda k, t: 1 + t % 3),
    "products vanish, states come back": everywhere(lambda k, t: CUBE[k] ** ((t % 16 >= 9) - (3 <= t % 16 <= 8)) if t % 16 in range(3, 15) else 1,
                                                    lambda k, t: 1e5 * HUGE[k] if t % 16 == 2 else 0),
    "sums from zero overflow, states cancel": everywhere(lambda k, t: BIG[k], lambda k, t: -BIG[k] if t % 2 else 1),
    "states overflow": everywhere(lambda k, t: HUGE[k] if t % 7 else -HUGE[k], lambda k, t: 1),
    "states overflow and meet 0": everywhere(lambda k, t: 0 if t % 11 == 10 else HUGE[k], lambda k, t: 1 / 3),
    "denormals": everywhere(lambda k, t: 1, lambda k, t: SMALL[k]),
    "denormals that decay": everywhere(lambda k, t: 0.5, lambda k, t: SMALL[k] * (t % 8 == 0)),
    "coefficients are infinite": everywhere(lambda k, t: np.inf, lambda k, t: 0),
    "NaN in the first coefficient": at((0,), np.nan, COEFFICIENTS),
    "NaN in the last coefficient": at((-1,), np.nan, COEFFICIENTS),
    "inf in the first and last coefficient": at((0, -1), np.inf, COEFFICIENTS),
    "NaN in coefficients": at(EDGES, np.nan, COEFFICIENTS),
    "NaN in inputs": at((40,), np.nan, INPUTS),
    "inf in inputs": at((3, 64), np.inf, INPUTS),
    "-inf in inputs, inf in coefficients": lambda *to: (at((1, 65), -np.inf, INPUTS)(*to), at((17, 80), np.inf, COEFFICIENTS)(*to)),
    "NaN in conditions": at((2, 16, 33), np.nan, {"m"}),
}


# What overflows between the products of one step need not (L15): what is finite in blocks is not looked at.
MAY_STAY_FINITE = {"products of one step undo each other"}


# A state that overflows in one part of the chain is not noticed in the next.
WITHIN_STATES = {"states overflow", "products vanish, states come back", "states overflow and meet 0", "products overflow, states come back", "products of one step undo each other",
                 "sums from zero overflow, states cancel"}


def like_step_by_step(tool, *, text, shapes, length, sizes, kind, plant, blocks, seed, function=None):
    rng = np.random.default_rng(seed)
    given = values(text, shapes, dict(sizes, T=length), rng, kind)
    PLANTS.get(plant, anywhere)(given, shapes, kind, rng)
    words = words_of(text, given, length)
    want = run(tool, text, words, kind, 1)
    if function:  # the run step by step itself, against NumPy in the same precision
        with np.errstate(all="ignore"):
            same_places(*want.values(), function(length, **given), True, "step by step, against NumPy")
    for together in blocks:
        for name, array in run(tool, text, words, kind, together).items():
            seen = np.isfinite(array) if plant in MAY_STAY_FINITE else np.zeros(array.shape, bool)
            same_places(np.where(seen, want[name], array), want[name], plant in PLANTS, f"together {together or 'as chosen'}: {name}")


def same_places(got, want, numbers, where):
    """NaN and the infinities at the same places; with `numbers`, what is finite agrees too (beside numbers at random, sums may cancel down to rounding)."""
    unlike = (np.isnan(got) != np.isnan(want)) | (np.isinf(got) | np.isinf(want)) & (got != want) & ~np.isnan(got)
    if numbers:
        finite = np.isfinite(got) & np.isfinite(want)
        one, other = np.where(finite, got, 0).astype(np.float64), np.where(finite, want, 0).astype(np.float64)
        unlike |= abs(one - other) > 1e-3 * abs(other) + 1e-4 * min(abs(other).max(initial=0), 1) + 8 * np.finfo(want.dtype).smallest_subnormal.astype(np.float64)
    if unlike.any():
        place = tuple(map(int, np.argwhere(unlike)[0]))
        raise Failure(f"{where}: at {place} {got[place]}, step by step {want[place]} ({int(unlike.sum())} of {unlike.size} like this)")


def not_finite():
    of = {name: rest for name, *rest in KERNELS}
    always, sometimes = ["scan", "scan_down", "terms", "filters"], ["complex_pair", "selects", "neighbours", "matrices", "three_coupled", "sums_of_sums"]
    for number, what in enumerate(PLANTS):
        some = ["terms"] if "divisor" in what or "of one step" in what else ["selects", "filters"] if "condition" in what else [*always, sometimes[number % 6]]
        for n, name in enumerate(some):
            text, shapes, function, _ = of[name]
            kind = ["f32", "f64"][(number + n) % 4 == 3]
            length, d = [130, 66, 17, 200, 129][(number + 2 * n) % 5], [3, 1, 2, 4, 8, 5, 7, 16][(3 * number + n) % 8]
            yield Case(f"{what}: {name}, {length} steps of {d} {kind}", like_step_by_step,
                       dict(text=text, shapes=shapes, length=length, sizes=dict(AXES, d=d), kind=kind, plant=what,
                            function=function if name in ("scan", "scan_down") else None, seed=64 * number + n,
                            blocks=[64, [2, 3, 7, 16, 100, 256][(number + n) % 6], *(["2,parts=5"] if what not in WITHIN_STATES and "in each(" not in text else [])]))


# --- What is recognised ---------------------------------------------------------------------------------------------------------

BY_ELEMENTS, BY_A_MATRIX, NOT_AFFINE, AS_IT_STANDS = "affine by elements", "affine by a matrix", "not affine", "together 1"
SWEEP = """
def f(G: chain, a: float[G, d], x: float[G, d], w: float[d], m: float[G], W: float[d, d]) -> float[G, d]:
    for t in {}(G):
{}    return h
"""
# Definitions of h in `up` and in `down`. ~h and ~x are read at the neighbour; {e} is e, summed over the children in `up`.
BODIES = {
    BY_ELEMENTS: [
        "h[t] = x[t] + {a[t] * ~h}", "h[t] = x[t] + 0.5 * {~h}", "h[t] = -(x[t] - {-(w * ~h)})", "h[t] = (x[t] + {a[t] * ~h}) / (2 + abs(a[t]))", "h[t] = {exp(-abs(a[t])) * ~h + tanh(~x)}",
        "h[t] = x[t] + {max(a[t], ~x) * ~h} / 2", "h[t] = W @ x[t] / 4 + {mean(a[t]) * ~h}", "h[t] = x[t] + {softmax(a[t]) * ~h}", "h[t] = x[t] + {where(m[t] > 0, a[t] * ~h, ~x)}",
        "h[t] = where(x[t] > 0.5, a[t], x[t] + {~h} / 2)", "h[t] = x[t] + {reshape(~h, (d,))} / 2", 'h[t] = x[t] + {einsum("i,i->i", w, ~h)}', "h[t] = x[t] + {~h * ~a - w * ~h} / 2",
        "h[t] = x[t] + {~h} * where(height(t) % 4 == 0, 0, 1)", "g[t] = x[t] + {a[t] * ~g - w * ~h} / 2\nh[t] = {w * ~g + a[t] * ~h} / 2 - g[t]", "h[t] = x[t] + {w * ~h} / 2\ny[t] = tanh(h[t]) * {~h}",
        "g[t]: float = m[t] + 0.5 * {~g}\nk[t] = x[t] + {w * ~k} / 2\nh[t] = g[t] * k[t]"],
    BY_A_MATRIX: [
        "h[t] = x[t] + {W @ ~h} / (2 * d)", "h[t] = x[t] + W @ {~h} / (2 * d)", "h[t] = x[t] + {~h @ W} / (2 * d)", "h[t] = x[t] + w * {dot(w, ~h)} / (2 * d)", "h[t] = x[t] + {sum(~h)} * w / (2 * d)",
        "h[t] = x[t] + 0.5 * {mean(~h) * w}", "h[t] = x[t] + 0.5 * {concat(~h[1:], ~h[:1])}", "h[t] = x[t] + {solve(4 * eye(d) + W, ~h)}", "S[t] = outer(x[t], w) + 0.5 * {~S.T}\nh[t] = S[t] @ w",
        'h[t] = x[t] + {einsum("ij,j->i", W, ~h)} / (2 * d)', "g[t]: float = m[t] + 0.5 * {~g}\nh[t] = x[t] + 0.3 * {w * ~g + ~h}", "g[t] = x[t] + 0.5 * {~g}\nS[t] = outer(x[t], w) + 0.3 * {~S + ~g}\nh[t] = S[t] @ w"],
    NOT_AFFINE: [
        "h[t] = x[t] + {max(a[t] * ~h, x[t])}", "h[t] = x[t] + {min(~h, 0.5)}", "h[t] = x[t] + 0.5 * {abs(~h)}", "h[t] = x[t] + 0.5 * {relu(~h)}", "h[t] = x[t] + 0.1 * {square(tanh(~h))}",
        "h[t] = tanh(x[t]) / 2 + 0.4 * {~h * ~h}", "h[t] = tanh(x[t]) / 2 + 0.4 * {~h ** 2}", "h[t] = x[t] + 0.1 * {tanh(~h)}", "h[t] = tanh(x[t] + {~h})", "h[t] = x[t] + {sigmoid(a[t] + ~h) * ~h} / 2",
        "h[t] = x[t] + {where(~h > 0, 0.5 * ~h, a[t])}", "h[t] = x[t] + {where(~h > ~x, 0.5, a[t])}", "h[t] = x[t] + {a[t] / (4 + exp(~h))}", "h[t] = x[t] + 0.3 * {softmax(~h)}", "h[t] = x[t] + 0.3 * {layer_norm(~h)}",
        "h[t] = x[t] + 0.5 * {max(~h)}", "h[t] = x[t] + {cast(cast(a[t] * ~h, f16), float)}", "z[t] = sigmoid(x[t] + {~h})\nh[t] = x[t] + z[t] * {~h} / 2", "g[t] = x[t] / 4 + 0.5 * {~g}\nh[t] = x[t] + {tanh(~g) * ~h} / 2",
        "g[t] = x[t] / 4 + 0.5 * {~g}\nh[t] = x[t] + {~g * ~h} / 2", "g[t] = x[t] / 4 + 0.5 * {~g}\nh[t] = x[t] + g[t] * {~h} / 2", "h[t] = x[t] + 0.3 * {norm(~h)} * w", "h[t] = x[t] + {where(sum(~h) > 0, 0.5, 0.1) * w}"],
}
ONLY_UP = {AS_IT_STANDS: ["h[t] = x[t] + {solve(4 * eye(d) + W, ~x) + ~h} / 4", "h[t] = x[t] + {(W @ ~x) * ~h} / (2 * d)"],  # a body of a sum that is no body of elements
           NOT_AFFINE: ["h[t] = where(is_leaf(t), x[t], x[t] + 0.5 * max(h[c] for c in children(t)))", "h[t] = x[t] + 0.5 * max(-1, logsumexp(h[c] for c in children(t)))"],
           BY_ELEMENTS: ["h[t] = x[t] + {a[t] * ~h for c in children(t) if m[c] > 0}", "h[t] = x[t] + mean(a[t] * h[c] for c in children(t))"]}


def swept(body, direction):
    """The program of a body."""
    body = re.sub(r"~(\w)", rf"\1[{'c' if direction == 'up' else 'parent(t)'}]", body)
    over = lambda e: e if direction == "down" or " for " in e else f"{e} for c in children(t)"
    body = re.sub(r"{(.*?)}", lambda e: ("sum" if direction == "up" else "") + f"({over(e[1])})", body)
    body = re.sub(r"^(\w)\[t\] =", lambda of: f"{of[1]}[t]: float[{'d, d' if of[1] == 'S' else 'd'}] =", body, flags=re.M)
    return SWEEP.format(direction, "".join(f"        {line}\n" for line in body.splitlines()))


def recognised(tool, *, text, says, length, d, kind):
    rng = np.random.default_rng(len(text))
    shapes = dict(a="T d", x="T d", w="d", m="T", W="d d")
    given = values(text, shapes, {"T": length, "d": d}, rng, kind)
    words = words_of(text, given, length)
    chosen = reported(tool, text, words, kind)
    if len(chosen) != 1 or says not in "together {}: {}".format(*chosen[0]) or (chosen[0][0] > 1) != (says == BY_ELEMENTS):
        raise Failure(f"expected `{says}`, the schedule says {chosen}\n{text}")
    tree = meaning.Tree(reference.chain(length))
    want = meaning.kernels(text)["f"](tree, *(v.astype(np.float64) for v in given.values())).array
    tolerance = 2e-3 if "f16" in text else 5 * KINDS[kind][1]
    for together in (None, 16):
        try:
            compare(run(tool, text, words, kind, together), (want,), tolerance, f"together {together or 'as chosen'}")
            refused = False
        except Failure as failure:
            refused = together and "takes together 1 only" in str(failure)
            if not refused:
                raise
        if together and refused != (says != BY_ELEMENTS):
            raise Failure(f"together 16 is {'refused' if refused else 'taken'}\n{text}")


def recognitions():
    for says, bodies in (BODIES | {AS_IT_STANDS: []}).items():
        for number, body in enumerate(bodies + ONLY_UP.get(says, [])):
            for direction in ("up",) if number >= len(bodies) else ("up", "down") if says == BY_ELEMENTS else (["up", "down"][number % 2],):
                odd = (number + (direction == "up")) % 2
                yield Case(f"{says}, {direction}: {ascii(body)}", recognised, dict(text=swept(body, direction), says=says, length=[35, 70][odd], d=[3, 2][odd], kind=["f32", "f64"][odd]))


# --- Programs at random ---------------------------------------------------------------------------------------------------------

class Writer:
    """One sweep with an affine body, from a seed. Expressions are (operation, *operands), which `text` writes and `value` computes."""

    def __init__(self, seed):
        self.dice = dice = random.Random(seed)
        self.direction, self.headed, self.place = dice.choice(["up", "down"]), dice.random() < 0.25, "t"
        self.tile = dice.choice([(), ("d",), ("d",), ("d",), ("p", "q")])
        rows = ("H", "T") if self.headed else ("T",)
        self.shapes = {"s": ("T",), "a": rows + self.tile, "x": rows + self.tile, "m": rows, "w": self.tile, "e": ("d",)}
        self.bodies, self.here = {}, {}
        self.states = [f"h{n}" for n in range(dice.choice([1, 1, 2, 2, 3]))]
        for name in self.states:
            body = ("+", self.read("x", "t"), self.neighbour(3)) if name == "h0" else ("+", self.neighbour(3), self.coefficient(2))
            if self.here and dice.random() < 0.5:
                body = (dice.choice("+-"), body, ("*", self.coefficient(1), ("here", dice.choice(list(self.here)))))
            constant, gain = self.bounds(body)
            if gain > 0.95:
                body = ("*", ("number", round(0.95 / gain, 3) - 0.001), body)
            self.bodies[name], self.here[name] = body, self.bounds(body)
        old = ("state", dice.choice(self.states))
        self.output = ("+", ("tanh", ("here", dice.choice(self.states))), ("over", old, None) if self.direction == "up" else old)

    def read(self, name, place):
        return ("read", name, place if "T" in self.shapes[name] else None)

    def coefficient(self, depth, inside=False):
        dice, places = self.dice, ["t", "n"] if inside or self.direction == "down" else ["t"]
        if depth <= 0 or dice.random() < 0.3:
            return dice.choice([("number", round(dice.uniform(0.1, 1.2), 2)), *(self.read(name, dice.choice(places)) for name in "samw")])
        one, other = self.coefficient(depth - 1, inside), self.coefficient(depth - 1, inside)
        return dice.choice([("+", one, other), ("-", one, other), ("*", one, other), ("/", one, other), ("-", one), ("tanh", one), ("where", self.condition(inside), one, other)])

    def condition(self, inside):
        place = self.dice.choice("tn" if inside or self.direction == "down" else "t")
        above = (">", self.read(self.dice.choice("sam"), place), ("number", round(self.dice.uniform(-0.5, 0.5), 2)))
        return self.dice.choice([above, ("fact", "is_root(t)"), ("fact", "is_leaf(t)"), ("fact", "height(t) % 3 == 1")])

    def affine(self, depth, inside):
        """Affine in the states at the neighbour."""
        dice = self.dice
        if depth <= 0 or dice.random() < 0.15:
            return ("state", dice.choice(self.states))
        one, factor = self.affine(depth - 1, inside), self.coefficient(dice.randint(0, 2), inside)
        other = self.affine(depth - 1, inside) if dice.random() < 0.6 else self.coefficient(2, inside)
        pair = dice.choice([(one, other), (other, one)])
        return dice.choice([("+", *pair), ("-", *pair), ("*", factor, one), ("*", one, factor), ("/", one, factor), ("-", one), ("where", self.condition(inside), *pair)])

    def neighbour(self, depth):
        if self.direction == "down":
            return self.affine(depth, False)
        over = ("over", self.affine(depth, True), self.dice.choice([None, None, (">", self.read("m", self.dice.choice("tn")), ("number", -0.5))]))
        return self.dice.choice([over, ("*", self.coefficient(1), over), ("where", self.condition(False), over, self.coefficient(1)), ("-", over, ("over", self.affine(1, True), None))])

    def bounds(self, of):
        """(c, g): the value is at most c + g times the largest number of a state, where all data are at most 1."""
        kind, *parts = of
        if kind == "number":
            return abs(parts[0]), 0
        if kind in ("state", "here"):
            return (0, 1) if kind == "state" else self.here[parts[0]]
        if kind in ("read", "tanh"):
            return 1, 0
        if kind == "over" or len(parts) == 1:
            return self.bounds(parts[0])
        (c, g), (d, h) = (self.bounds(part) for part in parts[-2:])
        return {"*": (c * d, c * h + d * g), "/": (c / 2, g / 2), "where": (max(c, d), max(g, h))}.get(kind, (c + d, g + h))

    # As the program says it.

    def text(self, of):
        kind, *parts = of
        row, neighbour = ("i, " if self.headed else ""), "c" if self.direction == "up" else "parent(t)"
        at = {"t": "t", "n": neighbour}
        if kind == "read":
            name, place = parts
            return name if place is None else f"{name}[{row if 'H' in self.shapes[name] else ''}{at[place]}]"
        if kind == "over":
            return f"sum({self.text(parts[0])} for c in children(t){f' if {self.text(parts[1])}' if parts[1] else ''})"
        forms = {"number": "{}", "fact": "{}", "state": f"{{}}[{row}{neighbour}]", "here": f"{{}}[{row}t]", "where": "where({}, {}, {})", "tanh": "tanh({})",
                 "/": "({} / (2 + abs({})))"}
        form = forms.get(kind, f"({{}} {kind} {{}})" if len(parts) == 2 else f"(-{{}})")
        return form.format(*(self.text(part) if isinstance(part, tuple) else part for part in parts))

    def program(self):
        row, axes = ("i, ", "H, ") if self.headed else ("", "")
        stated = lambda shape: "float" + (f"[{', '.join('G' if axis == 'T' else axis for axis in shape)}]" if shape else "")
        lines = [f"        {name}[{row}t]: {stated(self.tile)} = {self.text(body)}" for name, body in self.bodies.items()]
        lines += [f"        y[{row}t]: {stated(self.tile)} = {self.text(self.output)}"]
        head = ", ".join(f"{name}: {stated(shape)}" for name, shape in self.shapes.items())
        results = [stated(self.shapes["x"])] * (len(self.states) + 1)
        return f"\ndef f(G: chain, {head}) -> ({', '.join(results)}):\n    for {row}t in {self.direction}({axes}G):\n" + "\n".join(lines) + f"\n    return {', '.join(self.states)}, y\n"

    # As NumPy computes it.

    def value(self, of, at):
        kind, *parts = of
        if kind == "read":
            name, place = parts
            if place == "n" and at["n"] is None:
                return np.zeros_like(at[name][:1].sum(0))
            return at[name] if place is None else at[name][at[place]]
        if kind == "over":
            return 0.0 if at["n"] is None or (parts[1] and not self.value(parts[1], at)) else self.value(parts[0], at)
        if kind == "state":
            return np.zeros(at["x"].shape[1:]) if at["n"] is None else at[parts[0]][at["n"]]
        if kind == "fact":
            return {"is_root(t)": at["t"] == len(at["s"]) - 1, "is_leaf(t)": at["t"] == 0, "height(t) % 3 == 1": at["t"] % 3 == 1}[parts[0]]
        if kind in ("number", "here"):
            return parts[0] if kind == "number" else at[parts[0]][at["t"]]
        one, *more = (self.value(part, at) for part in parts)
        if not more:
            return -one if kind == "-" else np.tanh(one)
        return {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / (2 + abs(b)), ">": lambda a, b: a > b, "where": np.where}[kind](one, *more)

    def values(self, given, length):
        results = {name: np.zeros(given["x"].shape) for name in [*self.states, "y"]}
        for head in range(given["x"].shape[0]) if self.headed else [None]:
            of = lambda name, array: array[head] if head is not None and "H" in self.shapes.get(name, "H") else array
            at = {name: of(name, array) for name, array in [*given.items(), *results.items()]}
            for t, neighbour in (up if self.direction == "up" else down)(length):
                at.update(t=t, n=neighbour)
                for name, body in [*self.bodies.items(), ("y", self.output)]:
                    at[name][t] = self.value(body, at)
        return tuple(results.values())


def at_random(tool, *, seed, kind, length, sizes, blocks, strange):
    writer = Writer(seed)
    text, rng = writer.program(), np.random.default_rng(seed)
    shapes = {name: " ".join(shape) for name, shape in writer.shapes.items()}
    sizes = dict(sizes, T=length)
    try:
        if strange:
            return like_step_by_step(tool, text=text, shapes=shapes, length=length, sizes=sizes, kind=kind, plant="anywhere", blocks=blocks, seed=seed)
        given = values(text, shapes, sizes, rng, kind)
        words = words_of(text, given, length)
        for together, why in reported(tool, text, words, kind):
            if BY_ELEMENTS not in why and "constant" not in why or (together == 1 and len(writer.states) == 1 and np.prod([sizes[axis] for axis in writer.tile]) <= 2):
                raise Failure(f"the schedule says: together {together}: {why}")
        want = writer.values({n: v.astype(np.float64) for n, v in given.items()}, length)
        for together in blocks:
            got = run(tool, text, words, kind, together)
            compare(got, want, KINDS[kind][1], f"together {together or 'as chosen'}")
        if seed % 4 == 0:
            same_bits(tool, text, words, kind, together, got)
    except Failure as failure:
        raise Failure(f"{failure}\n    {length} steps, {sizes}\n{text}") from None


def programs(count):
    for seed in range(count):
        for strange in (False, True) if seed % 3 == 1 else (False,):
            yield Case(f"program {seed}{' not finite' if strange else ''}", at_random,
                       dict(seed=seed, kind=["f32", "f64"][seed % 2], length=LENGTHS[(5 * seed + 2) % 16], sizes=dict(AXES, d=WIDTHS[seed % 12]),
                            blocks=[None, BLOCKS[1 + (seed + strange) % 7]], strange=strange))


# --- Errors ---------------------------------------------------------------------------------------------------------------------

GATHER = """
def f(G: chain, x: float[G, d], E: float[K, d], which: i32[G]) -> float[G, d]:
    for t in {}(G):
        h[t] = x[t] + E[which[t]] * {}
    return h
"""


def same_error(tool, *, text, place):
    """An index out of range in a coefficient is found at its vertex."""
    given = values(text, dict(x="T d", E="K d", which="T"), dict(AXES, T=40, d=3), np.random.default_rng(0), "f32")
    given["which"][place] = AXES["K"]
    for together in (1, 16, 64):
        try:
            run(tool, text, words_of(text, given, 40), "f32", together)
        except Failure as failure:
            if f"is out of range (expected 0 to 1) at vertex {place}" not in str(failure):
                raise
        else:
            raise Failure(f"together {together}: no error")


def errors():
    for place in (0, 17, 39):
        yield Case(f"index out of range at {place}, up", same_error, dict(text=GATHER.format("up", "sum(h[c] for c in children(t))"), place=place))
        yield Case(f"index out of range at {place}, down", same_error, dict(text=GATHER.format("down", "h[parent(t)]"), place=place))


if __name__ == "__main__":
    chosen = arguments(__doc__)
    sys.exit(run_cases([*agreements(), *in_parts(), *not_finite(), *recognitions(), *programs(60), *errors()], chosen))
