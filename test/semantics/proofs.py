"""Laws that tie the layers together: forms of the same layer that share no code agree with each other and with a dense matrix, at every length around the
edges of tiles, in parts and as a whole, and with scores that are huge, equal or minus infinity.

Usage: proofs.py ESPALIER [--only TEXT] [--jobs N]. The last line is 'N passed, M failed'.
"""
import functools, itertools, sys

import numpy as np

import reference
from command import Case, Failure, arguments, difference, evaluate, run_cases
from gallery import blocks, causal, multi_level, shared, two_way, weights
from reference import chain, perfect, random_tree, star

EDGES = sorted({edge + step for edge in (16, 32, 64, 128) for step in (-1, 0, 1)})


def law(function):
    """A check of what `run` gives, on one target."""

    @functools.wraps(function)
    def checked(tool, target="cpu", **options):
        function(functools.partial(run, tool, target), **options)

    return checked


def run(tool, target, program, kernel, *, results=None, kind="f64", **given):
    given = {name: value.astype(np.int32) if isinstance(value, np.ndarray) and value.dtype.kind == "i" else value for name, value in given.items()}
    if kind == "f32":
        given = {name: value.astype(np.float32) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value for name, value in given.items()}
    return evaluate(tool, program, kernel, given, results=results, target=target, options=["--float=f64"] if kind == "f64" else [])[0]


def agree(got, want, what="result", tolerance=1e-10):
    if problem := difference(got, np.asarray(want), tolerance, what):
        raise Failure(problem)


def normal(*shape, seed=0):
    return np.random.default_rng([seed, *shape]).standard_normal(shape)


# ------------------------------------------------------------------------------------------------- multi-level attention

FORMS = """
def forms(q: float[..., N, r], k: float[..., N, r], v: float[..., N, m], ranks: static, size: static, width: static) -> (
        float[..., N, m], float[..., N, m], float[..., N, m], float[..., N, m], float[..., N, m]):
    for i in each(N):
        a[i] = softmax(dot(q[i, :sum(ranks[:shared_levels(i, j, len(ranks), N)])], k[j, :sum(ranks[:shared_levels(i, j, len(ranks), N)])])
                       / shared_levels(i, j, len(ranks), N) for j in range(i + 1)) @ v
        b[i] = softmax(sum(dot(q[i, sum(ranks[:l]):sum(ranks[:l + 1])], k[j, sum(ranks[:l]):sum(ranks[:l + 1])])
                           for l in range(len(ranks)) if l < shared_levels(i, j, len(ranks), N)) / shared_levels(i, j, len(ranks), N) for j in range(i + 1)) @ v
        c[i] = softmax(sum(where(i // size[l] == j // size[l], dot(q[i, sum(ranks[:l]):sum(ranks[:l + 1])], k[j, sum(ranks[:l]):sum(ranks[:l + 1])]), 0) for l in range(len(ranks)))
                       / sum(where(i // size[l] == j // size[l], 1, 0) for l in range(len(ranks))) for j in range(i + 1)) @ v
        plain[i] = softmax(dot(q[i], k[j]) / sqrt(r) for j in range(i + 1)) @ v
        window[i] = softmax(dot(q[i], k[j]) / sqrt(r) for j in range(i + 1 - width, i + 1)) @ v
    return a, b, c, plain, window


def one_form(q: float[..., N, r], k: float[..., N, r], v: float[..., N, m], ranks: static, size: static, width: static) -> (float[..., N, m], float[..., N, m]):
    for i in each(N):
        a[i] = softmax(dot(q[i, :sum(ranks[:shared_levels(i, j, len(ranks), N)])], k[j, :sum(ranks[:shared_levels(i, j, len(ranks), N)])])
                       / shared_levels(i, j, len(ranks), N) for j in range(i + 1)) @ v
        window[i] = softmax(dot(q[i], k[j]) / sqrt(r) for j in range(i + 1 - width, i + 1)) @ v
    return a, window
"""


@law
def three_forms(run, length, ranks, m, batch=(2,), width=17, kind="f64", kernel="forms"):
    """A prefix of the columns, level by level, levels found by dividing positions: against the dense masked matrix. Plain and windowed attention with them.
    `one_form` is the prefix and the window alone, which compile in less time."""
    r = sum(ranks)
    q, k, v = normal(*batch, length, r), normal(*batch, length, r, seed=1), normal(*batch, length, m, seed=2)
    size = [max(1, -(-length // 2 ** (len(ranks) - 1))) * 2 ** (len(ranks) - 1 - l) for l in range(len(ranks))]
    spell = lambda numbers: ",".join(map(str, numbers))
    got = run(FORMS, kernel, results=["a", "b", "c", "plain", "window"] if kernel == "forms" else ["a", "window"], kind=kind, q=q, k=k, v=v, ranks=spell(ranks), size=spell(size), width=width)
    i, j = np.indices((length, length))
    want = {name: np.zeros(v.shape) for name in got}
    for place in np.ndindex(*batch) if length else ():
        levels = weights(multi_level(q[place], k[place], ranks), j <= i) @ v[place]
        scores = q[place] @ k[place].T / np.sqrt(r)
        for name, value in dict(a=levels, b=levels, c=levels, plain=weights(scores, j <= i) @ v[place], window=weights(scores, (j <= i) & (j > i - width)) @ v[place]).items():
            if name in want:
                want[name][place] = value
    for name in got:
        agree(got[name], want[name], name, 1e-11 if kind == "f64" else 1e-4)


SUMS = """
def f(q: float[..., N, r], k: float[..., N, r], v: float[..., N, m]) -> (float[..., N, m], float[..., N, m]):
    for i in each(N):
        total = logsumexp(dot(q[i], k[j]) / sqrt(r) for j in range(i + 1))
        sums[i] = sum(exp(dot(q[i], k[j]) / sqrt(r) - total) * v[j] for j in range(i + 1))
        row[i] = softmax(dot(q[i], k[j]) / sqrt(r) for j in range(i + 1)) @ v
    return sums, row
"""


@law
def a_row_is_two_sums(run, length, kind):
    """Attention written as sums over positions is attention written as a row."""
    q, k, v = normal(2, length, 6), normal(2, length, 6, seed=1), normal(2, length, 3, seed=2)
    got = run(SUMS, "f", results=["sums", "row"], kind=kind, q=q, k=k, v=v)
    want = np.stack([weights(q[b] @ k[b].T / np.sqrt(6), causal(length)) @ v[b] for b in range(2)])
    for name in got:
        agree(got[name], want, name, 1e-11 if kind == "f64" else 1e-5)


WIDTHS = """
def f(q: float[N, r], k: float[N, r], v: float[N, m], w: float[N]) -> (float[N, m], float[N], float[N]):
    for i in each(N):
        row = softmax(dot(q[i], k[j]) / sqrt(r) for j in range(i - 20, i + 3))
        o[i] = row @ v
        p[i] = row @ w
        s[i] = sum(row)
    return o, p, s
"""


@law
def widths(run, length, r, m, kind):
    """Heads of every width, values of another; several products of one row."""
    q, k, v, w = normal(length, r), normal(length, r, seed=1), normal(length, m, seed=2), normal(length, seed=3)
    got = run(WIDTHS, "f", results=["o", "p", "s"], kind=kind, q=q, k=k, v=v, w=w)
    i, j = np.indices((length, length))
    P = weights(q @ k.T / np.sqrt(r), (j >= i - 20) & (j < i + 3))
    for name, want in dict(o=P @ v, p=P @ w, s=np.ones(length)).items():
        agree(got[name], want, name, 1e-11 if kind == "f64" else 1e-4)


@law
def token_by_token(run, length, ranks, positions):
    """Decoding against a cache whose rows beyond the present are not even numbers equals the full pass."""
    r, spelled = sum(ranks), ",".join(map(str, ranks))
    q, k, v = normal(2, length, r), normal(2, length, r, seed=1), normal(2, length, 3, seed=2)
    full = run("attention.esp", "mlr_attention", q=q, k=k, v=v, ranks=spelled)
    for t in positions:
        cache_k, cache_v = k.copy(), v.copy()
        cache_k[:, t + 1 :], cache_v[:, t + 1 :] = np.nan, np.nan
        agree(run("attention.esp", "mlr_decode", q=np.ascontiguousarray(q[:, t]), k=cache_k, v=cache_v, t=t, ranks=spelled), full[:, t], f"token {t}")


@law
def the_future_is_not_read(run, length, kind):
    """Keys and values after a position change nothing before it, not even by being infinite."""
    q, k, v = normal(length, 6), normal(length, 6, seed=1), normal(length, 3, seed=2)
    before = run("attention.esp", "attention", kind=kind, q=q, k=k, v=v)
    for t in {0, length // 2, length - 2} - {-1}:
        k2, v2 = k.copy(), v.copy()
        k2[t + 1 :], v2[t + 1 :] = np.nan, np.inf
        after = run("attention.esp", "attention", kind=kind, q=q, k=k2, v=v2)
        # Not to the last bit: values that are not finite take a product of their own, which adds in another order.
        agree(after[: t + 1], before[: t + 1], f"before what comes after {t}", 1e-14 if kind == "f64" else 1e-6)


# --------------------------------------------------------------------------------------------------------- hard scores

BIASED = """
def f(q: float[..., N, r], k: float[..., N, r], v: float[..., N, m], bias: float[N, N]) -> float[..., N, m]:
    for i in each(N):
        o[i] = softmax(dot(q[i], k[j]) + bias[i, j] for j in N) @ v
    return o
"""


@law
def hard_scores(run, length, what, kind):
    rng = np.random.default_rng(length)
    q, k, v, bias = rng.standard_normal((2, length, 4)), rng.standard_normal((2, length, 4)), rng.standard_normal((2, length, 3)), np.zeros((length, length))
    if what == "of 1e4":
        q = q * 1e4
    elif what == "of 1e4 and -1e4 all over a row":
        bias = np.repeat(np.where(np.arange(length) % 2, 1e4, -1e4)[:, None], length, axis=1)
    elif what == "all equal":
        q = 0 * q
    elif what == "all equal and huge":
        q, bias = 0 * q, np.full((length, length), -3e4)
    elif what == "minus infinity in places":
        bias = np.where(rng.random((length, length)) < 0.6, -np.inf, 0)
    elif what == "minus infinity but for the last key":
        bias[:, : length - 1] = -np.inf
    elif what == "minus infinity but for the first key":
        bias[:, 1:] = -np.inf
    elif what == "rows of minus infinity":
        bias[::2] = -np.inf
    elif what == "the largest at the end":
        bias = np.repeat(np.linspace(-1e4, 1e4, length)[None], length, axis=0)
    q, k, v, bias = (x.astype(np.float32).astype(np.float64) if kind == "f32" else x for x in (q, k, v, bias))
    got = run(BIASED, "f", kind=kind, q=q, k=k, v=v, bias=bias)
    want = np.zeros(v.shape)
    for b, i in itertools.product(range(2), range(length)):
        scores = q[b, i] @ k[b].T + bias[i]
        if scores.max() > -np.inf:
            e = np.exp(scores - scores.max())
            want[b, i] = e / e.sum() @ v[b]
    if not np.isfinite(got).all():
        raise Failure(f"{np.count_nonzero(~np.isfinite(got))} of {got.size} results are not finite")
    # An f32 score of 1e4 is known to 1e-3, so are the weights.
    agree(got, want, tolerance=1e-9 if kind == "f64" else 2e-2 if "1e4" in what else 1e-4)


# --------------------------------------------------------------------------------------------- documents, windows, groups


@law
def documents_are_apart(run, lengths):
    """Packed documents equal separate runs."""
    first = np.repeat(np.cumsum([0] + lengths[:-1]), lengths)
    n = sum(lengths)
    q, k, v, w = normal(n, 8), normal(n, 8, seed=1), normal(n, 3, seed=2), normal(n, 2, seed=3)
    packed = run("attention.esp", "document_attention", results=["o", "c"], q=q, k=k, v=v, w=w, first=first)
    for start, length in zip(np.cumsum([0] + lengths), lengths):
        part = slice(start, start + length)
        both = run("attention.esp", "attention", q=q[part], k=k[part], v=np.concatenate([v[part], w[part]], axis=1))
        agree(packed["o"][part], both[:, :3], f"document at {start}")
        agree(packed["c"][part], both[:, 3:], f"second values of the document at {start}")


@law
def windows(run, length):
    """A window as wide as the sequence is no window; of width 1 it is the value itself; of width 0 nothing."""
    q, k, v = normal(2, length, 6), normal(2, length, 6, seed=1), normal(2, length, 3, seed=2)
    given = dict(q=q, k=k, v=v)
    whole = run("attention.esp", "attention", **given)
    agree(run("attention.esp", "sliding_window_attention", **given, width=length), whole, "a window as wide as the sequence")
    agree(run("attention.esp", "sliding_window_attention", **given, width=10 * length), whole, "a wider window")
    agree(run("attention.esp", "sliding_window_attention", **given, width=1), v, "a window of 1")
    agree(run("attention.esp", "sliding_window_attention", **given, width=0), 0 * v, "a window of 0")
    agree(run("heads.esp", "heads_of_own_reach", q=q, k=k, v=v, reach=np.array([length, 1])), np.stack([whole[0], v[1]]), "windows of two heads")


@law
def groups_share_keys(run, groups, size, length):
    q, k, v = normal(groups * size, length, 6), normal(groups, length, 6, seed=1), normal(groups, length, 3, seed=2)
    whole = run("attention.esp", "attention", q=q, k=np.repeat(k, size, axis=0), v=np.repeat(v, size, axis=0))
    agree(run("heads.esp", "grouped_attention", q=q, k=k, v=v, size=size), whole)


# -------------------------------------------------------------------------------------------------- cut in two, carried over

CARRIED = """
def gated(time: chain, a: float[..., time, d], b: float[..., time, d], start: float[..., d]) -> (float[..., time, d], float[..., d]):
    for t in up(time):
        h[t] = b[t] + a[t] * where(is_leaf(t), start, sum(h[c] for c in children(t)))
    last = h[root(time)]
    return h, last


def headed(time: chain, a: float[..., heads, time], k: float[..., heads, time, s], x: float[..., heads, time, p],
           q: float[..., heads, time, s], start: float[..., heads, s, p]) -> (float[..., heads, time, p], float[..., heads, s, p]):
    for h, t in up(heads, time):
        before = where(is_leaf(t), start[h], sum(state[h, c] for c in children(t)))
        state[h, t] = outer(k[h, t], x[h, t]) + a[h, t] * before
        y[h, t] = q[h, t] @ state[h, t]
    for h in each(heads):
        last[h] = state[h, root(time)]
    return y, last
"""


@law
def cut_in_two(run, kernel, length, cut):
    """A sequence cut in two, its state carried over, equals the whole, which equals the sum over all earlier inputs."""
    if kernel == "gated":
        given = dict(a=np.random.default_rng(1).uniform(0.1, 1, (2, length, 5)), b=normal(2, length, 5))
        axis, name, start = 1, "h", np.zeros((2, 5))
        whole = np.stack([reference.gated_scan(chain(length), given["a"][b], given["b"][b]) for b in range(2)])
    else:
        given = dict(a=np.random.default_rng(1).uniform(0.1, 1, (3, length)), k=normal(3, length, 4), x=normal(3, length, 2, seed=1), q=normal(3, length, 4, seed=2))
        axis, name, start = 1, "y", np.zeros((3, 4, 2))
        whole = reference.headed_scan(chain(length), **given)[0]
    parts = []
    for part in (slice(0, cut), slice(cut, length)):
        piece = {key: value[:, part] for key, value in given.items()}
        got = run(CARRIED, kernel, results=[name, "last"], time=f"chain:{piece['a'].shape[1]}", start=start, **piece)
        parts.append(got[name])
        start = got["last"]
    agree(np.concatenate(parts, axis=axis), whole)


# ------------------------------------------------------------------------------------------------------------ tree scans


@law
def scan_is_paths_is_solve(run, parents, kind):
    rng = np.random.default_rng(len(parents))
    u, a = rng.standard_normal((2, len(parents), 3)), rng.uniform(-0.9, 0.9, (2, len(parents), 3))
    want = np.stack([two_way(parents, u[b], a[b]) for b in range(2)])
    tolerance = 1e-11 if kind == "f64" else 1e-5
    agree(run("tree_scan.esp", "tree_scan", kind=kind, T=parents, u=u, a=a), want, "scan", tolerance)
    agree(run("scan_as_solve.esp", "scan_as_solve", kind=kind, T=parents, u=u, a=a), want, "solve", 10 * tolerance)
    tiles = lambda matrix: np.repeat(matrix[..., None, None], 3, axis=-1) * np.eye(3)
    scalar = a[:, :, 0]
    got = run("gated_tree.esp", "matrix_tree_scan", kind=kind, T=parents, U=tiles(scalar), D=tiles(scalar), u=u)
    agree(got, np.stack([two_way(parents, u[b], a[b, :, :1]) for b in range(2)]), "matrices", tolerance)


@law
def a_chain_is_a_tree(run, length):
    """The two-way scan over a chain is the forward recurrence plus the backward one, the middle counted once; the state space model of a chain is linear attention."""
    rng = np.random.default_rng(length)
    u, a = rng.standard_normal((length, 4)), rng.uniform(0.1, 0.9, (length, 4))
    # The edge from t to t + 1 is named by its child t, the gate of the recurrence by its later end.
    shifted = np.concatenate([np.ones((1, 4)), a[:-1]])
    forward = run("ssm.esp", "gated_scan", time=f"chain:{length}", a=shifted, b=u)
    backward = run("ssm.esp", "gated_scan", time=f"chain:{length}", a=np.concatenate([np.ones((1, 4)), a[:-1][::-1]]), b=u[::-1].copy())[::-1]
    agree(run("tree_scan.esp", "tree_scan", T=f"chain:{length}", u=u, a=a), forward + backward - u)
    q, k, x = normal(2, length, 3), normal(2, length, 3, seed=1), normal(2, length, 2, seed=2)
    y = run("ssm.esp", "headed_scan", results=["y", "last"], time=f"chain:{length}", a=np.ones((2, length)), k=k, x=x, q=q)["y"]
    agree(y, np.stack([(q[h] @ k[h].T * causal(length)) @ x[h] for h in range(2)]), "linear attention")


# ---------------------------------------------------------------------------------------------------- structured matrices

ORDERS = """
def right_first(L: float[b, a, c, s], R: float[c, d, b, s], x: float[..., N, c, d]) -> float[..., N, a, b]:
    for t in each(N):
        z = einsum("cdbs,cd->cbs", R, x[t])
        y[t] = einsum("bacs,cbs->ab", L, z)
    return y


def matrix_first(L: float[b, a, c, s], R: float[c, d, b, s], x: float[..., N, c, d]) -> float[..., N, a, b]:
    for t in each(N):
        y[t] = einsum("abcd,cd->ab", einsum("bacs,cdbs->abcd", L, R), x[t])
    return y


def outer_first(L: float[b, a, c, s], R: float[c, d, b, s], x: float[..., N, c, d]) -> float[..., N, a, b]:
    for t in each(N):
        y[t] = einsum("cdbs,bacds->ab", R, einsum("bacs,cd->bacds", L, x[t]))
    return y
"""


@law
def every_order(run, a, b, c, d, s, n, kind):
    """A block tensor train, contracted in the compiler's order, in three stated ones, and as a dense matrix."""
    given = dict(L=normal(b, a, c, s), R=normal(c, d, b, s, seed=1), x=normal(n, c, d, seed=2))
    M = np.einsum("bacs,cdbs->abcd", given["L"], given["R"]).reshape(a * b, c * d)
    want, tolerance = (given["x"].reshape(n, c * d) @ M.T).reshape(n, a, b), 1e-12 if kind == "f64" else 1e-5
    agree(run("structured.esp", "btt", kind=kind, **given), want, "btt", tolerance)
    for order in ("right_first", "matrix_first", "outer_first"):
        agree(run(ORDERS, order, kind=kind, **given), want, order, tolerance)


@law
def instances(run, a, b, c, d, n):
    """Kronecker and Monarch are block tensor trains; low rank is one level of one block; a contraction of several levels is their weighted sum."""
    x, A, B = normal(n, c, d), normal(a, c, seed=1), normal(b, d, seed=2)
    L, R = np.repeat(A[None], b, axis=0), np.repeat(np.ascontiguousarray(B.T)[None], c, axis=0)
    want = (x.reshape(n, c * d) @ np.kron(A, B).T).reshape(n, a, b)
    agree(run("families.esp", "kronecker", A=A, B=B, x=x), want, "kronecker")
    agree(run("structured.esp", "btt", L=L[..., None], R=R[..., None], x=x), want, "kronecker as a block tensor train")
    agree(run("families.esp", "monarch", L=L, R=R, x=x), want, "kronecker as a monarch")
    D, r = c * d, 3
    P, Q, flat = normal(D, r, seed=3), normal(D, r, seed=4), x.reshape(n, D)
    low = run("families.esp", "low_rank", L=P, R=Q, x=flat)
    agree(low, flat @ Q @ P.T, "low rank")
    agree(run("structured.esp", "mlr_level", L=P[None], R=Q[None], x=flat[:, None])[:, 0], low, "low rank as a level")
    square = dict(L3=normal(d, c, c, 2, seed=5), R3=normal(c, d, d, 2, seed=6))
    L2, R2, alpha = normal(c, d, 2, seed=7), normal(c, d, 2, seed=8), np.array([0.7, -1.3, 0.4])
    levels = flat @ blocks(np.einsum("pmr,pkr->pmk", L2, R2)).T
    train = run("structured.esp", "btt", L=square["L3"], R=square["R3"], x=x).reshape(n, D)
    agree(run("structured.esp", "mlbtc", alpha=alpha, L1=P, R1=Q, L2=L2, R2=R2, **square, x=flat), alpha[0] * low + alpha[1] * levels + alpha[2] * train, "several levels")


# ------------------------------------------------------------------------------------------------- gathers and reductions

GATHER = """
def f(E: float[vocab, d], token: i32[..., N], W: float[vocab, d, e]) -> (float[..., N, d], float[..., N, e], float[..., N]):
    for t in each(N):
        x[t] = E[token[t]]
        y[t] = x[t] @ W[token[t]]
        z[t] = E[token[min(t + 1, N - 1)], d - 1]
    return x, y, z
"""


@law
def gathers(run, vocab, n, d, e):
    """A gather is a product with rows of the identity."""
    rng = np.random.default_rng(vocab + n)
    token = rng.integers(0, vocab, (2, n))
    if n > 1:
        token[:, 0], token[:, -1] = 0, vocab - 1
    E, W, one_hot = normal(vocab, d), normal(vocab, d, e), np.eye(vocab)[token]
    got = run(GATHER, "f", results=["x", "y", "z"], E=E, token=token, W=W)
    agree(got["x"], one_hot @ E, "x", 0)
    agree(got["y"], np.einsum("btv,vd,vde->bte", one_hot, E, W), "y")
    agree(got["z"], E[token[:, np.minimum(np.arange(n) + 1, n - 1)], d - 1] if n else np.zeros((2, 0)), "z", 0)


WHOLE = """
def f(G: forest, x: float[..., G, d], y: float[..., N, d], w: float[G, d]) -> (float[...], float[...], float[...], float[...], float[...], float[...], float[...], float):
    total = sum(x)
    average = mean(square(y - 1))
    top = max(x * w) + min(y)
    length = norm(x)
    peak = logsumexp(y)
    alike = dot(x, x + w)
    both = sum(x[v, 0] * depth(v) for v in G) + max(sum(y[i]) for i in N)
    alone = sum(w) / 2
    return total, average, top, length, peak, alike, both, alone
"""


@law
def whole_tensors(run, parents, n, d):
    V = len(parents)
    x, y, w = normal(2, V, d), normal(2, n, d, seed=1), normal(V, d, seed=2)
    names = "total average top length peak alike both alone".split()
    got = run(WHOLE, "f", results=names, G=parents, x=x, y=y, w=w)
    flat = lambda z: z.reshape(2, -1)
    want = dict(total=flat(x).sum(axis=1), average=flat((y - 1) ** 2).mean(axis=1), top=flat(x * w).max(axis=1) + flat(y).min(axis=1), length=np.sqrt(flat(x**2).sum(axis=1)),
                peak=np.log(np.exp(flat(y)).sum(axis=1)), alike=flat(x * (x + w)).sum(axis=1), both=x[:, :, 0] @ reference.depths(parents) + y.sum(axis=2).max(axis=1), alone=w.sum() / 2)
    for name in names:
        agree(got[name], want[name], name)


@law
def the_classifier(run, parents, batch):
    """Embedding, a dense solve per element, mean over leaves, cross-entropy."""
    leaf = np.array(sorted(set(range(len(parents))) - set(parents.tolist())))
    vocab, n, classes, rng = 7, 3, 4, np.random.default_rng(len(parents))
    token, label = rng.integers(0, vocab, batch + (len(leaf),)), rng.integers(0, classes, batch)
    E, Ab, Bb, head = normal(vocab, n), normal(n), normal(n, n), normal(classes, n)
    V = len(parents)
    B = np.repeat(0.3 * np.tanh(Bb)[None], V, axis=0)
    A = np.repeat(np.diag(np.logaddexp(0, Ab) + 2 + np.linalg.norm(Bb))[None], V, axis=0)
    T = reference.block_matrix(parents, A, B, np.swapaxes(B, 1, 2))
    want = np.zeros(batch)
    for place in np.ndindex(*batch):
        u = np.zeros((V, n))
        u[leaf] = E[token[place]]
        scores = head @ np.linalg.solve(T, u.ravel()).reshape(V, n)[leaf].mean(axis=0)
        want[place] = np.log(np.exp(scores).sum()) - scores[label[place]]
    agree(run("variants.esp", "classifier_loss", G=parents, token=token, label=label, E=E, Ab=Ab, Bb=Bb, head=head), want)


# ------------------------------------------------------------------------------------------------------------------ cases


def both(name, check, **options):
    for target in ("interp", "cpu"):
        yield Case(f"{name} {target}", check, dict(options, target=target))


def levels():
    for length in range(131):
        edge = length in EDGES or length in (0, 1, 2, 3, 97, 130)
        for target in ("interp", "cpu"):
            yield Case(f"three forms, {length} {target}", three_forms, dict(length=length, ranks=(4, 3, 2, 1), m=3, kernel="forms" if edge else "one_form", target=target))
    for ranks in [(1,), (2, 1), (8, 4, 4), (16, 1), (17, 16), (32, 32), (1,) * 7, (32, 8, 6, 4, 4, 4, 4, 2), (0, 5, 0, 3)]:
        for length, m in ((31, 1), (64, 17)):
            yield from both(f"three forms of ranks {ranks}, values of {m}, {length}", three_forms, length=length, ranks=ranks, m=m)
    for length in (1, 33, 130):
        yield from both(f"three forms in f32, {length}", three_forms, length=length, ranks=(16, 8, 4, 4), m=16, kind="f32")


def attention():
    for length in (1, 33, 130):
        yield from both(f"the future is not read, {length} f32", the_future_is_not_read, length=length, kind="f32")
        yield from both(f"the future is not read, {length} f64", the_future_is_not_read, length=length, kind="f64")
    for length in (1, 17, 64):
        for kind in ("f32", "f64"):
            yield from both(f"a row is two sums, {length} {kind}", a_row_is_two_sums, length=length, kind=kind)
    for r, m in ((1, 1), (1, 1024), (2, 15), (3, 16), (8, 17), (15, 31), (16, 33), (17, 1), (31, 64), (33, 65), (64, 128), (65, 129), (128, 3), (256, 256), (1024, 2)):
        for kind in ("f32", "f64") if r < 20 else ("f32",):
            yield from both(f"heads of {r}, values of {m}, {kind}", widths, length=35, r=r, m=m, kind=kind)
    yield from both("token by token, 12", token_by_token, length=12, ranks=(4, 2, 2), positions=range(12))
    yield from both("token by token, 35", token_by_token, length=35, ranks=(3, 2, 2, 1), positions=(0, 1, 15, 16, 17, 31, 32, 34))
    yield from both("token by token, 130", token_by_token, length=130, ranks=(16, 8, 8), positions=(0, 63, 64, 127, 128, 129))
    for what, length in itertools.product(("of 1e4", "of 1e4 and -1e4 all over a row", "all equal", "all equal and huge", "minus infinity in places", "minus infinity but for the last key",
                                           "minus infinity but for the first key", "rows of minus infinity", "the largest at the end"), (1, 16, 33, 129)):
        for kind in ("f32", "f64") if length == 33 else ("f32",):
            yield from both(f"scores {what}, {length} {kind}", hard_scores, length=length, what=what, kind=kind)
    for lengths in ([1], [1, 1, 1], [5, 1, 16, 9], [15, 17, 32, 1, 33], [64, 2]):
        yield from both(f"documents of {lengths}", documents_are_apart, lengths=lengths)
    for length in (1, 2, 17, 65):
        yield from both(f"windows of {length}", windows, length=length)
    for groups, size, length in ((1, 4, 17), (3, 2, 33), (2, 1, 5)):
        yield from both(f"{groups} groups of {size} heads, {length}", groups_share_keys, groups=groups, size=size, length=length)


def trees():
    for kernel, (length, cut) in itertools.product(("gated", "headed"), ((1, 0), (2, 1), (17, 0), (17, 1), (17, 16), (17, 17), (33, 16), (64, 31))):
        yield from both(f"{kernel} {length} cut at {cut}", cut_in_two, kernel=kernel, length=length, cut=cut)
    shapes = {"one": chain(1), "two": chain(2), "chain": chain(17), "star": star(16), "binary": perfect(2, 4), "ternary": perfect(3, 2), "random": random_tree(33, np.random.default_rng(1)),
             "caterpillar": reference.caterpillar(9)}
    for name, parents in shapes.items():
        for kind in ("f32", "f64"):
            yield from both(f"a scan is paths is a solve, {name} {kind}", scan_is_paths_is_solve, parents=parents, kind=kind)
        yield from both(f"whole tensors, {name}", whole_tensors, parents=parents, n=len(parents) % 5 + 1, d=3)
    for length in (1, 2, 17, 40):
        yield from both(f"a chain is a tree, {length}", a_chain_is_a_tree, length=length)
    for a, b, c, d, s, n in ((1, 1, 1, 1, 1, 1), (2, 3, 4, 5, 1, 3), (4, 4, 4, 4, 2, 17), (1, 17, 3, 2, 3, 5), (16, 2, 15, 3, 1, 8), (3, 2, 2, 3, 17, 0)):
        for kind in ("f32", "f64"):
            yield from both(f"every order {a} {b} {c} {d} {s} {n} {kind}", every_order, a=a, b=b, c=c, d=d, s=s, n=n, kind=kind)
    for a, b, c, d, n in ((1, 1, 1, 1, 1), (2, 3, 4, 5, 3), (4, 2, 2, 8, 17)):
        yield from both(f"instances {a} {b} {c} {d} {n}", instances, a=a, b=b, c=c, d=d, n=n)
    for vocab, n, d, e in ((1, 1, 1, 1), (5, 17, 3, 2), (33, 2, 16, 4), (4, 0, 2, 2)):
        yield from both(f"gathers {vocab} {n} {d} {e}", gathers, vocab=vocab, n=n, d=d, e=e)
    for parents, batch in ((chain(1), ()), (perfect(2, 3), (3,)), (random_tree(15, np.random.default_rng(2)), (2, 2)), (perfect(2, 2), (0,))):
        yield from both(f"the classifier, {len(parents)} {batch}", the_classifier, parents=parents, batch=batch)


def cases():
    for group in (levels, attention, trees):
        for case in group():
            yield Case(f"{group.__name__}: {case.name}", case.check, case.options)


if __name__ == "__main__":
    chosen = arguments(__doc__)
    sys.exit(run_cases(list(cases()), chosen))
