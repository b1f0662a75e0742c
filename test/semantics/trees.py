"""Trees that a kernel builds (L20, L21): Kruskal, rooting and scans written out here, against the parents and values that the tool gives on cpu and interp.

Usage: trees.py ESPALIER [--only TEXT] [--jobs N]. Parents are compared bit by bit. The last line is 'N passed, M failed'.
"""
import functools, re, sys

import numpy as np

from command import Case, Failure, arguments, difference, evaluate, run_cases

TARGETS = ("cpu", "interp")


# --- The reference ------------------------------------------------------------------------------------------------------------

def edges_of(graph, first, second):
    """The edges of a graph as (lower, higher)."""
    if graph == "band":
        return [(i, j) for j in range(first) for i in range(max(0, j - second), j)]
    steps = [(0, 1), (1, 0)] + ([(1, 1), (1, -1)] if graph == "grid8" else [])
    return [(y * second + x, (y + dy) * second + x + dx) for y in range(first) for x in range(second) for dy, dx in steps if y + dy < first and 0 <= x + dx < second]


def kruskal(vertices, edges, costs):
    """The edges of the tree of least cost, ranked by (cost, lower, higher)."""
    component, chosen = list(range(vertices)), []
    for cost, lower, higher in sorted((c, min(e), max(e)) for c, e in zip(costs, edges)):
        if component[lower] != component[higher]:
            chosen.append((lower, higher))
            old, new = component[higher], component[lower]
            component = [new if c == old else c for c in component]
    return chosen


def rooted(vertices, chosen, root):
    """Parents of the tree at a vertex, or at its centre (root None), by distances from every vertex."""
    beside = [[] for _ in range(vertices)]
    for a, b in chosen:
        beside[a].append(b)
        beside[b].append(a)

    def walk(start):
        parents, distance, front = [-1] * vertices, [0] * vertices, [start]
        for v in front:
            for w in beside[v]:
                if w != parents[v]:
                    parents[w], distance[w] = v, distance[v] + 1
                    front.append(w)
        return parents, max(distance)

    if root is None:
        root = min(range(vertices), key=lambda v: (walk(v)[1], v))
    return walk(root)[0]


def square_distance(x, edges):
    return [float(np.sum((x[i] - x[j]) ** 2)) for i, j in edges]


def trees(x, vertices, edges, root, cost=square_distance):
    """Parents [B.., V] from vertices [B.., V, d]; `edges` are one list, or one for each element of the batch."""
    flat = x.reshape(-1, vertices, x.shape[-1]).astype(np.float64)
    own = edges if edges and isinstance(edges[0], list) else [edges] * len(flat)
    parents = [rooted(vertices, kruskal(vertices, list_, cost(row, list_)), root) for row, list_ in zip(flat, own)]
    return np.array(parents, np.int32).reshape(x.shape[:-2] + (vertices,))


def subtree_sums(parents, x):
    """y[v] = x[v] + half of y over the children of v."""
    y = x.astype(np.float64).copy()
    depth = [0] * len(parents)
    for v in range(len(parents)):
        w = v
        while parents[w] >= 0:
            w, depth[v] = parents[w], depth[v] + 1
    for v in sorted(range(len(parents)), key=lambda v: -depth[v]):
        if parents[v] >= 0:
            y[parents[v]] += 0.5 * y[v]
    return y


# --- Checks -------------------------------------------------------------------------------------------------------------------

def gives(tool, *, program, given, wanted, options=()):
    """On every target, `wanted` by name of result: integers bit by bit, floats nearly."""
    for target in TARGETS:
        got, _ = evaluate(tool, program, "f", given, results=list(wanted), target=target, options=options)
        for name, want in wanted.items():
            if want.dtype == np.int32 and not np.array_equal(got[name], want):
                raise Failure(f"{target}: {name} is {got[name].tolist()}, expected {want.tolist()}")
            if want.dtype != np.int32 and (wrong := difference(got[name], want, 1e-5, f"{target}: {name}")):
                raise Failure(wrong)


def agree(tool, *, program, given, names, check):
    """Parents are bit by bit the same on every target, and `check` finds nothing wrong with either."""
    results = [evaluate(tool, program, "f", given, results=names, target=target)[0] for target in TARGETS]
    for name in names:
        if results[0][name].dtype == np.int32 and not np.array_equal(results[0][name], results[1][name]):
            raise Failure(f"{name} differs: {results[0][name].tolist()} on {TARGETS[0]}, {results[1][name].tolist()} on {TARGETS[1]}")
    for result in results:
        check(result)


def refused(tool, *, program, given, needle):
    """Every target refuses the call, with the place and the same reason."""
    for target in TARGETS:
        try:
            evaluate(tool, program, "f", given, target=target, limit=20)
        except Failure as failure:
            if not re.search(needle, str(failure)):
                raise Failure(f"{target}: the message lacks /{needle}/: {failure}") from None
        else:
            raise Failure(f"{target}: accepted, expected /{needle}/")


# --- Cases --------------------------------------------------------------------------------------------------------------------

def values(kind, shape, seed):
    rng = np.random.default_rng(seed)
    if kind == "constant":
        return np.ones(shape, np.float32)
    if kind == "ties":  # whole numbers: every cost is exact, and most occur often
        return rng.integers(-1, 2, shape).astype(np.float32)
    return rng.standard_normal(shape).astype(np.float32)


def spanning(graph, first, second, root, axes, options=""):
    sizes = f"{first}, {second}"
    return f"def f(x: float[..., {axes}, d], r: index) -> tree:\n    T = minimum_spanning_tree((dot(x[i] - x[j], x[i] - x[j]) for i, j in {graph}({sizes})), root={root}{options})\n    return T\n"


def grids():
    for graph in ("grid", "grid8"):
        for H, W in ((1, 1), (1, 6), (5, 1), (2, 2), (4, 5), (7, 9)):
            kinds = ("constant", "ties", "normal") if H * W > 10 else ("ties",)
            for kind in kinds:
                for batch in ((), (3,)) if H * W < 60 else ((2, 2),):
                    x = values(kind, batch + (H, W, 3), H * 10 + W)
                    for spelled, root in (("0", 0), ("H * W - 1", H * W - 1), ("center", None)):
                        want = trees(x.reshape(batch + (H * W, 3)), H * W, edges_of(graph, H, W), root)
                        yield Case(f"{graph} {H} x {W} {kind} {batch} root {spelled}", gives,
                                   dict(program=spanning(graph, "H", "W", spelled, "H, W"), given=dict(x=x, r=0), wanted={"T": want}))


def bands():
    for N, m in ((1, 3), (2, 1), (5, 7), (9, 2), (6, 5)):
        for batch in ((), (2,)):
            x = values("ties", batch + (N, 2), N)
            want = trees(x, N, edges_of("band", N, m), N - 1)
            yield Case(f"band {N} {m} {batch}", gives, dict(program=spanning("band", "N", str(m), "r", "N"), given=dict(x=x, r=N - 1), wanted={"T": want}))


def lists():
    rng = np.random.default_rng(5)
    program = "def f(x: float[..., N, d], e: i32[{}E, 2]) -> tree:\n    T = minimum_spanning_tree((dot(x[i] - x[j], x[i] - x[j]) for i, j in edges(e)), root=N // 2)\n    return T\n"
    for N, extra in ((1, 0), (2, 3), (9, 12)):
        def pairs():
            tree = [(v, int(rng.integers(0, v))) for v in range(1, N)]
            more = [tuple(int(v) for v in rng.choice(N, 2, replace=False)) for _ in range(extra)]
            return [(tree + more)[k] for k in rng.permutation(N - 1 + extra)]
        shared, own = pairs(), [pairs(), pairs()]
        x, several = values("ties", (N, 2), N), values("ties", (2, N, 2), N)
        as_array = lambda edges: np.array(edges, np.int32).reshape(-1, 2)
        yield Case(f"edges {N}", gives, dict(program=program.format(""), given=dict(x=x, e=as_array(shared)), wanted={"T": trees(x, N, shared, N // 2)}))
        yield Case(f"edges {N} of a batch", gives, dict(program=program.format(""), given=dict(x=several, e=as_array(shared)), wanted={"T": trees(several, N, shared, N // 2)}))
        yield Case(f"own edges {N}", gives, dict(program=program.format("..., "), given=dict(x=several, e=np.stack([as_array(e) for e in own])),
                                                 wanted={"T": trees(several, N, own if N > 1 else [], N // 2)}))


def spans(result, n, allowed):
    """Every result is a spanning tree of the graph; other seeds and places in the batch give others."""
    rows = {(name, k): row.tolist() for name, parents in result.items() for k, row in enumerate(parents.reshape(-1, n))}
    for row in rows.values():
        joined = {(min(v, p), max(v, p)) for v, p in enumerate(row) if p >= 0}
        if not joined <= allowed or len(joined) != n - 1 or row.count(-1) != 1:
            raise Failure(f"no spanning tree: {row}")
    if n > 10 and len({tuple(row) for row in rows.values()}) < len(rows):
        raise Failure("different seeds and places in the batch give the same tree")


def random_trees():
    program = "def f(x: float[..., H, W, d], s: index) -> (tree, tree, tree):\n    A = random_spanning_tree((exp(-norm(x[i] - x[j])) for i, j in grid8(H, W)), seed=s)\n" \
              "    B = random_spanning_tree((exp(-norm(x[i] - x[j])) for i, j in grid8(H, W)), seed=s + 1, root=center)\n" \
              "    C = random_spanning_tree(1.0 for i, j in grid8(H, W))\n    return A, B, C\n"
    for H, W, batch in ((1, 1, ()), (4, 5, ()), (6, 6, (3,))):
        check = functools.partial(spans, n=H * W, allowed=set(edges_of("grid8", H, W)))
        yield Case(f"random trees {H} x {W} {batch}", agree, dict(program=program, given=dict(x=values("normal", batch + (H, W, 2), 3), s=7), names=["A", "B", "C"], check=check))


def uses():
    scan = "def f(x: float[..., H, W, d]) -> (float[..., H, W, d], float[..., H, W], tree):\n    T = minimum_spanning_tree(dot(x[i] - x[j], x[i] - x[j]) for i, j in grid(H, W))\n" \
           "    for v in up(T):\n        y[v] = x[v] + sum(0.5 * y[c] for c in children(v))\n    for r, c in each(H, W):\n        z[r, c] = sum(y[r, c]) - y[0, 0][0]\n    return y, z, T\n"
    for H, W, batch in ((1, 1, ()), (4, 5, ()), (3, 7, (2,)), (4, 4, (0,))):
        x = values("ties", batch + (H, W, 3), 9)
        parents = trees(x.reshape(batch + (H * W, 3)), H * W, edges_of("grid", H, W), 0)
        y = np.array([subtree_sums(p, v) for p, v in zip(parents.reshape(-1, H * W), x.reshape(-1, H * W, 3))]).reshape(x.shape)
        yield Case(f"an image in, an image out {H} x {W} {batch}", gives, dict(program=scan, given=dict(x=x), wanted={"y": y, "z": y.sum(-1) - y[..., :1, :1, 0], "T": parents}))

    # A tree of what a scan over a tree has computed; and one that all elements of the batch share.
    again = "def f(x: float[..., H, W, d], w: float[H, W, d]) -> (tree, tree, float[..., H, W, d]):\n    S = minimum_spanning_tree(dot(w[i] - w[j], w[i] - w[j]) for i, j in grid(H, W))\n" \
            "    for v in up(S):\n        y[v] = x[v] + sum(0.5 * y[c] for c in children(v))\n    T = minimum_spanning_tree(dot(y[i] - y[j], y[i] - y[j]) for i, j in grid8(H, W))\n" \
            "    for v in up(T):\n        z[v] = y[v] + sum(0.5 * z[c] for c in children(v))\n    return S, T, z\n"
    x, w = values("ties", (2, 4, 5, 2), 1), values("ties", (4, 5, 2), 2)
    S = trees(w.reshape(20, 2), 20, edges_of("grid", 4, 5), 0)
    y = np.array([subtree_sums(S, v) for v in x.reshape(2, 20, 2)])
    T = trees(y, 20, edges_of("grid8", 4, 5), 0)
    z = np.array([subtree_sums(t, v) for t, v in zip(T, y)]).reshape(x.shape)
    yield Case("a tree of a scan over a tree", gives, dict(program=again, given=dict(x=x, w=w), wanted={"S": S, "T": T, "z": z}))

    infinite = "def f(x: float[N]) -> tree:\n    T = minimum_spanning_tree(1 / (x[i] * x[j]) for i, j in band(N, 2))\n    return T\n"
    yield Case("infinite costs", gives, dict(program=infinite, given=dict(x=np.array([1, 0, 0, 2], np.float32)), wanted={"T": np.array([-1, 0, 0, 1], np.int32)}, options=("--check=finite",)))

    scores = "def f(x: float[H, W, d], w: float[d]) -> tree:\n    return minimum_spanning_tree(where(sum(x[i]) == sum(x[j]), 0, max(abs(x[i] * w - x[j] * w))) for i, j in grid(H, W))\n"
    x, scale = values("ties", (5, 4, 3), 1), np.array([1, 2, 4], np.float32)
    want = trees((x * scale).reshape(20, 3), 20, edges_of("grid", 5, 4), 0,
                 lambda v, edges: [0.0 if (v[i] / scale).sum() == (v[j] / scale).sum() else float(abs(v[i] - v[j]).max()) for i, j in edges])
    yield Case("costs of tiles and conditions", gives, dict(program=scores, given=dict(x=x, w=scale), wanted={"result": want}))


def from_parents():
    program = "def f(p: i32[{0}V], x: float[..., V]) -> (float[..., V], forest):\n    for v in each(V):\n        q[v] = cast(where(p[V - 1 - v] < 0, -1, V - 1 - p[V - 1 - v]), i32)\n" \
              "    T = from_parents(q)\n    for v in up(T):\n        y[v] = x[v] + sum(0.5 * y[c] for c in children(v))\n    return y, T\n"
    rng = np.random.default_rng(3)
    for V in (1, 2, 9):
        one = lambda: np.array([-1 if v == V - 1 or rng.random() < 0.2 else rng.integers(v + 1, V) for v in range(V)], np.int32)
        reverse = lambda p: np.array([-1 if p[V - 1 - v] < 0 else V - 1 - p[V - 1 - v] for v in range(V)], np.int32)
        for batch, own in (((), False), ((2,), False), ((2,), True)):
            p, x = (np.stack([one(), one()]) if own else one()), values("normal", batch + (V,), V)
            q = np.stack([reverse(row) for row in p]) if own else reverse(p)
            y = np.array([subtree_sums(q[b] if own else q, row) for b, row in enumerate(x.reshape(-1, V))]).reshape(x.shape)
            yield Case(f"computed parents {V} {batch} {own}", gives, dict(program=program.format("..., " if own else ""), given=dict(p=p, x=x), wanted={"y": y, "T": q}))
            direct = program.replace("T = from_parents(q)", "T = from_parents(p)").format("..., " if own else "")
            y = np.array([subtree_sums(p[b] if own else p, row) for b, row in enumerate(x.reshape(-1, V))]).reshape(x.shape)
            yield Case(f"given parents {V} {batch} {own}", gives, dict(program=direct, given=dict(p=p, x=x), wanted={"y": y, "T": p}))
    yield Case("no parents", gives, dict(program=program.format(""), given=dict(p=np.zeros(0, np.int32), x=np.zeros((2, 0), np.float32)),
                                         wanted={"y": np.zeros((2, 0)), "T": np.zeros(0, np.int32)}))


def have_sizes(result, x, parents, total):
    for name, want in parents.items():
        if result[name].tolist() != want:
            raise Failure(f"{name} is {result[name].tolist()}, expected {want}")
    Q = result["Q"]  # 12 pixels, then inner vertices, the root last
    children = np.bincount(Q[Q >= 0], minlength=len(Q))
    if (children[:12] != 0).any() or (children[12:] == 0).any() or Q[-1] != -1 or (Q[:-1] < 12).any():
        raise Failure(f"Q is {Q.tolist()}")
    y = np.array([subtree_sums(np.array(parents["C"]), row) for row in x])
    if wrong := difference(result["y"], y, 1e-6, "y") or difference(result["total"], np.full(2, total), 1e-6, "total"):
        raise Failure(wrong)


def defined_by_sizes():
    program = "def f(G: tree, x: float[..., N], h: index) -> (tree, chain, tree, tree, float[..., N], float[...]):\n    C = chain(N)\n    P = perfect(3, h)\n    Q = quadtree(3, N, {})\n" \
              "    for v in up(C):\n        y[v] = x[v] + sum(0.5 * y[c] for c in children(v))\n    for v in each(P):\n        n[v] = depth(v) + sum(0 * x)\n    total = sum(n) + leaves(Q)\n    return G, C, P, Q, y, total\n"
    perfect = {0: [-1], 2: [9, 9, 9, 10, 10, 10, 11, 11, 11, 12, 12, 12, -1]}
    for order in ("morton", "hilbert", "snake", "raster"):
        for h in (0, 2):
            x = values("normal", (2, 4), 4)

            check = functools.partial(have_sizes, x=x, parents=dict(G=[4, 4, 5, 5, 6, 6, -1], C=[1, 2, 3, -1], P=perfect[h]), total=12.0 + (21 if h else 0))
            yield Case(f"trees of sizes {order} {h}", agree, dict(program=program.format(order), given=dict(G="perfect:2,2", x=x, h=h), names=["G", "C", "P", "Q", "y", "total"], check=check))
    square = "def f(x: float[H, W, d]) -> (float[d], float[H, W, d]):\n    Q = quadtree(H, W, morton)\n    for v in up(Q):\n        y[v] = x[v] + sum(y[c] for c in children(v))\n" \
             "    for v in each(leaves(Q)):\n        z[v] = x[v] + y[root(Q)] * 0\n    for r, c in each(H, W):\n        p[r, c] = z[r, c]\n    total = y[root(Q)]\n    return total, p\n"
    x = values("ties", (5, 3, 2), 2)
    yield Case("pixels are the leaves of a quadtree", gives, dict(program=square, given=dict(x=x), wanted={"total": x.sum((0, 1), dtype=np.float64), "p": x.astype(np.float64)}))


def bad():
    grid = spanning("grid", "H", "W", "r", "H, W")
    image = values("normal", (2, 3, 4, 2), 1)
    hole = image.copy()
    hole[1, 2, 1, 0] = np.nan
    yield Case("NaN", refused, dict(program=grid, given=dict(x=hole, r=0), needle=r"esp:2:\d+: error: T\b.*batch 1.*cost of edge \(5, 9\) is NaN"))
    for root in (12, -1, 2 ** 40):
        yield Case(f"root {root}", refused, dict(program=grid, given=dict(x=image, r=root), needle=rf"esp:2:\d+: error: T\b.*root {root} is out of range"))
    for H, W in ((65536, 32768), (1, 2 ** 31), (2 ** 31, 3)):
        yield Case(f"grid of {H} x {W}", refused, dict(program=grid, given=dict(x=np.zeros((H, W, 0), np.float32), r=0), needle=rf"esp:2:\d+: error: tree T: grid\({H}, {W}\) has more than 2147483646 vertices"))
    yield Case("no pixels", refused, dict(program=grid, given=dict(x=np.zeros((0, 3, 2), np.float32), r=0), needle=r"esp:2:\d+: error: tree T: grid\(0, 3\) has no vertices"))
    pairs = "def f(x: float[N, d], e: i32[E, 2]) -> tree:\n    T = minimum_spanning_tree(norm(x[i] - x[j]) for i, j in edges(e))\n    return T\n"
    x = values("normal", (4, 2), 1)
    for name, e, needle in (("disconnected", [[0, 1], [2, 3]], "vertices 0 and 2 are not connected"), ("no edges", np.zeros((0, 2)), "not connected"), ("a pair out of range", [[0, 1], [1, 4]], r"edge 1 is \(1, 4\), but the vertices are 0 to 3"),
                            ("a negative pair", [[0, 1], [-1, 2]], r"edge 1 is \(-1, 2\)"), ("a pair of one vertex", [[2, 2]], r"edge 0 is \(2, 2\), expected two different vertices")):
        yield Case(name, refused, dict(program=pairs, given=dict(x=x, e=np.array(e, np.int32)), needle=r"esp:2:\d+: error: T\b.*" + needle))
    weights = "def f(x: float[N, d]) -> tree:\n    T = random_spanning_tree(x[i, 0] for i, j in band(N, 1))\n    return T\n"
    for weight in (-1.0, np.inf, np.nan):
        yield Case(f"weight {weight}", refused, dict(program=weights, given=dict(x=np.array([[1], [weight], [1]], np.float32)), needle=rf"esp:2:\d+: error: T\b.*weight of edge \(1, 2\) is {'NaN' if np.isnan(weight) else f'{weight:g}'}, expected a finite number of at least 0"))
    computed = "def f(p: i32[V], x: float[V]) -> float[V]:\n    for v in each(V):\n        q[v] = p[v] + 0\n    T = from_parents(q)\n    for v in up(T):\n        y[v] = x[v] + sum(y[c] for c in children(v))\n    return y\n"
    for name, p, needle in (("a cycle", [1, 0, -1], "is on a cycle"), ("a parent out of range", [1, 3, -1], "vertex 1 has parent 3"), ("its own parent", [0, 0, -1], "cycle")):
        for where, text in (("computed", computed), ("given", computed.replace("from_parents(q)", "from_parents(p)"))):
            yield Case(f"{name} {where}", refused, dict(program=text, given=dict(p=np.array(p, np.int32), x=np.zeros(3, np.float32)), needle=r"esp:4:\d+: .*T\b.*" + needle))
    yield Case("a tree of no size", refused, dict(program="def f(x: float[N], n: index) -> chain:\n    T = chain(n)\n    return T\n", given=dict(x=np.zeros(2, np.float32), n=-1), needle=r"n = -1|-1 vertices"))


def main():
    options = arguments(__doc__)
    return run_cases([case for family in (grids, bands, lists, random_trees, uses, from_parents, defined_by_sizes, bad) for case in family()], options)


if __name__ == "__main__":
    sys.exit(main())
