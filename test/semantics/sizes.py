"""The kernels of examples/layers at every size that matters: tiles 1..64, channels 0..1024, batches, trees of all shapes, storage types, targets.

Usage: sizes.py ESPALIER [--only TEXT] [--more] [--jobs N] [--slowest N]. The oracle is reference.py. The last line is 'N passed, M failed'.
"""
import itertools, sys, zlib

import numpy as np

import reference
from command import Case, Failure, arguments, difference, evaluate, run_cases

TILES = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 47, 63, 64]
COLUMNS = [1, 2, 3, 5, 8, 16, 17, 64]
CHANNELS = [1, 2, 3, 5, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 255, 256, 257, 1000, 1024]
BATCHES = [(), (0,), (1,), (3,), (2, 3), (2, 0)]
EXPLOSION = 2.0  # seconds of processor time that no small kernel may take, far above the 0.5 s that a compilation should
TOLERANCE = {"f32": 2e-5, "f64": 1e-11, "f16": 4e-3, "bf16": 3e-2}


def parents_of(tree, rng):
    """Parents of what a case names, and the argument for the command line where it has a form of its own."""
    kind, _, numbers = tree.partition(":")
    numbers = [int(n) for n in numbers.split(",") if n]
    if kind in ("perfect", "chain"):
        return getattr(reference, kind)(*numbers), tree
    if kind == "batch":  # several trees of one size, each of its own shape
        return np.stack([reference.random_tree(numbers[-1], rng) for _ in range(numbers[0])]), None
    if kind == "explicit":  # a perfect tree or chain that the tool must not recognise
        return reference.relabelled(reference.perfect(*numbers), rng), None
    make = {"star": lambda n: reference.star(n, n // 2), "caterpillar": reference.caterpillar, "one": lambda: np.array([-1]),
            "tree": lambda n: reference.random_tree(n, rng), "forest": lambda n, roots: reference.random_forest(n, roots, rng),
            "path": lambda n: reference.relabelled(reference.chain(n), rng)}
    return make[kind](*numbers), None


def degrees(parents):
    """Edges at each vertex."""
    degree = (parents >= 0).astype(np.float64)
    inner = np.nonzero(parents >= 0)
    np.add.at(degree, inner[:-1] + (parents[inner],), 1)
    return degree


def tiles(parents, batch, rng, n, m):
    """Coefficients with dominant diagonal blocks, so that the system is well conditioned on every tree."""
    shape = batch + parents.shape[-1:]
    A, B, C = (rng.standard_normal(shape + (n, n)) * (0.5 / max(n, 1) ** 0.5) for _ in range(3))
    A += np.eye(n) * (2 + 1.1 * degrees(parents)).reshape(parents.shape[:-1] + (1,) * (len(batch) + 1 - parents.ndim) + parents.shape[-1:] + (1, 1))
    return dict(A=A, B=B, C=C, u=rng.standard_normal(shape + (n, m)))


def data(kernel, parents, batch, rng, sizes):
    """Arguments of a kernel; sizes are its own, in the order of its signature."""
    rows = batch + parents.shape[-1:]
    normal = lambda *shape: rng.standard_normal(shape)
    gates = lambda *shape: rng.uniform(0.2, 0.95, shape) * rng.choice([-1, 1], shape)
    if kernel == "myo":
        return tiles(parents, batch, rng, *sizes)
    if kernel == "myo_symmetric":  # the strict upper triangle of A is never read
        made = tiles(parents, batch, rng, *sizes)
        return dict(A=made["A"], B=made["B"], u=made["u"])
    if kernel in ("tree_scan", "tree_scan_to_root"):
        return dict(u=normal(*rows, *sizes), a=gates(*rows, *sizes))
    if kernel == "gated_scan":
        return dict(a=gates(*rows, *sizes), b=normal(*rows, *sizes))
    if kernel == "selective_scan":
        d, s = sizes
        return dict(delta=rng.uniform(0.01, 0.5, rows + (d,)), A=-rng.uniform(0.5, 4, (d, s)), B=normal(*rows, s), C=normal(*rows, s),
                    x=normal(*rows, d), skip=normal(d))
    if kernel == "headed_scan":
        h, s, p = sizes
        rows = batch + (h,) + parents.shape[-1:]
        return dict(a=gates(*rows), k=normal(*rows, s), x=normal(*rows, p), q=normal(*rows, s))
    if kernel == "s5":
        s, d = sizes
        pole = rng.uniform(0.5, 0.97, s) * np.exp(1j * rng.uniform(0, 3.1, s))
        return dict(re=pole.real, im=pole.imag, bu_re=normal(*rows, s), bu_im=normal(*rows, s), c_re=normal(d, s), c_im=normal(d, s))
    if kernel == "tree_lstm":
        d, e = sizes
        inner = {name: normal(d, d) / d**0.5 for name in ("Ui", "Uo", "Uu", "Uf")}
        return dict(x=normal(*rows, e), **{name: normal(d, e) / e**0.5 for name in ("Wi", "Wo", "Wu", "Wf")}, **inner)
    if kernel == "slotted":
        d, arity = sizes
        return dict(x=normal(*rows, d), U=normal(arity, d, d) / d**0.5)
    if kernel == "marginals":
        return dict(unary=normal(*rows, *sizes), pair=normal(*rows, *sizes, *sizes))
    raise KeyError(kernel)


def narrowed(array, kind):
    """Rounded to the storage type, in a type that .npy files know."""
    if kind == "f64":
        return array
    if kind == "f16":
        return array.astype(np.float16).astype(np.float32)
    bits = array.astype(np.float32)
    if kind == "bf16":
        whole = bits.view(np.uint32)
        bits = ((whole + 0x7FFF + ((whole >> 16) & 1)) & np.uint32(0xFFFF0000)).view(np.float32)
    return bits


def residual(kernel, parents, given, got):
    """The relative residual of a result in the equations of its kernel: for trees too deep for passes by level."""
    given = {name: value.astype(np.float64) for name, value in given.items()}
    got = got.astype(np.float64)
    inner = parents >= 0
    if kernel == "myo":
        right, left = given["u"], reference.tree_product(parents, given["A"], given["B"], given["C"], got)
    elif kernel == "tree_scan_to_root":
        right, left = given["u"], got.copy()
        np.add.at(left, parents[inner], -(given["a"] * got)[inner])
    else:  # tree_scan: the inverse of the path products, papers.md section 0
        a = np.where(inner[:, None], given["a"], 0)
        share, coupling = a**2 / (1 - a**2), -a / (1 - a**2)
        diagonal = 1 + share
        np.add.at(diagonal, parents[inner], share[inner])
        right, left = given["u"], diagonal * got
        left[inner] += (coupling[inner] * got[parents[inner]])
        np.add.at(left, parents[inner], (coupling * got)[inner])
    return np.linalg.norm(left - right) / np.linalg.norm(right)


def check(tool, *, kernel, tree, sizes, batch=(), kind="f32", target="cpu", tolerance=None, by_residual=False, seed=0, threads=1):
    rng = np.random.default_rng(seed)
    parents, spelled = parents_of(tree, rng)
    program, _, tree_name, _, _, results = reference.KERNELS[kernel]
    given = {name: narrowed(value, kind) for name, value in data(kernel, parents, batch, rng, sizes).items()}
    options = [f"--float={kind}"] if kind in ("f16", "bf16") else []
    got, seconds = evaluate(tool, program, kernel, {tree_name: spelled or parents.astype(np.int32), **given}, results=results, target=target,
                            options=options, threads=threads)
    if parents.size < 1000 and seconds > EXPLOSION:
        raise Failure(f"{seconds:.2f} s of processor time")
    tolerance = tolerance or TOLERANCE[kind]
    if by_residual:
        error = residual(kernel, parents, given, got)
        if not error <= tolerance:
            raise Failure(f"relative residual {error:.2e}")
        return seconds
    want = reference.apply(kernel, parents, given)
    for name, array in zip(results or ["result"], want if results else [want]):
        problem = difference(got[name] if results else got, array, tolerance, name)
        if problem:
            raise Failure(problem)
        stored = (got[name] if results else got).dtype
        if target == "cpu" and kind in ("f32", "f64") and stored != {"f32": np.float32, "f64": np.float64}[kind]:
            raise Failure(f"{name}: stored as {stored}, expected {kind}")
    return seconds


def case(kernel, tree, sizes, **options):
    words = [kernel, tree.replace(":", "_").replace(",", "x"), "x".join(map(str, sizes))]
    words += [f"batch{'x'.join(map(str, options['batch'])) or 'less'}"] if "batch" in options else []
    words += [str(options[key]) for key in ("kind", "target") if key in options]
    name = " ".join(words)
    return Case(name, check, dict(kernel=kernel, tree=tree, sizes=sizes, seed=zlib.crc32(name.encode()), **options))


# One small setting per kernel: a tree that fits it, and sizes.
SMALL = {"myo": ("tree:9", (3, 2)), "myo_symmetric": ("tree:9", (3, 2)), "tree_scan": ("tree:13", (5,)), "tree_scan_to_root": ("tree:13", (5,)),
         "gated_scan": ("chain:11", (5,)), "selective_scan": ("chain:11", (5, 3)), "headed_scan": ("chain:11", (2, 3, 5)), "s5": ("chain:11", (3, 5)),
         "tree_lstm": ("forest:13,3", (5, 3)), "slotted": ("perfect:2,3", (5, 2)), "marginals": ("tree:5", (3,))}


def tile_cases(more):
    trees = itertools.cycle(["perfect:2,2", "chain:5", "tree:9", "star:6", "one", "perfect:4,1", "caterpillar:4", "explicit:3,2"])
    columns = itertools.cycle(COLUMNS)
    for n, kernel, kind in itertools.product(TILES, ("myo", "myo_symmetric"), ("f32", "f64")):
        yield case(kernel, next(trees), (n, next(columns)), kind=kind)
    for n, m in [(1, 64), (1, 17), (4, 16), (7, 33), (8, 64), (16, 64), (5, 100), (64, 64), (4, 0), (16, 0), (33, 65), (3, 257)]:
        yield case("myo", "tree:7", (n, m))
    for n, m in [(1, 1), (2, 3), (5, 2), (8, 8), (17, 3)]:
        yield case("myo", "tree:7", (n, m), target="interp")
        yield case("myo_symmetric", "tree:7", (n, m), target="interp")
    for n, m, kernel in itertools.product(range(1, 65), COLUMNS, ("myo", "myo_symmetric")) if more else ():
        yield case(kernel, "caterpillar:3", (n, m))


def channel_cases(more):
    kinds = itertools.cycle(["f32", "f32", "f64"])
    states = itertools.cycle([1, 2, 4, 16, 3, 7, 8, 33])
    for d in [0] + CHANNELS:
        yield case("tree_scan", "tree:23", (d,), kind=next(kinds))
        yield case("tree_scan_to_root", "perfect:3,2", (d,), kind=next(kinds))
        yield case("gated_scan", "chain:19", (d,), kind=next(kinds))
        yield case("selective_scan", "chain:13", (d, next(states)), kind=next(kinds))
    for d, e in [(1, 1), (2, 3), (3, 1), (5, 8), (8, 5), (16, 16), (17, 4), (31, 33), (64, 65), (128, 17)]:
        yield case("tree_lstm", "forest:17,3", (d, e), kind=next(kinds))
    for h, s, p in [(1, 1, 1), (2, 3, 5), (3, 8, 8), (4, 16, 17), (1, 64, 64), (5, 1, 33), (2, 7, 1), (0, 2, 3)]:
        yield case("headed_scan", "chain:9", (h, s, p), kind=next(kinds))
    for s, d in [(1, 1), (3, 2), (8, 8), (17, 5), (64, 32), (33, 100)]:
        yield case("s5", "chain:15", (s, d), kind=next(kinds))
    for d, arity in [(1, 2), (2, 3), (3, 1), (7, 2), (16, 4), (33, 2), (64, 3)]:
        yield case("slotted", f"perfect:{arity},2", (d, arity), kind=next(kinds))
    for s in (1, 2, 3, 4):
        yield case("marginals", "tree:6", (s,), kind=next(kinds))
    for d, kernel in itertools.product(range(1, 130), ("tree_scan", "gated_scan")) if more else ():
        yield case(kernel, "chain:7", (d,))


def batch_cases(more):
    for (kernel, (tree, sizes)), batch in itertools.product(SMALL.items(), BATCHES):
        yield case(kernel, tree, sizes, batch=batch)
        if batch in ((), (0,), (2, 3)):
            yield case(kernel, tree, sizes, batch=batch, target="interp")
    for kernel in ("myo", "myo_symmetric", "tree_scan", "tree_lstm", "marginals"):  # trees of different shape
        tree, sizes = SMALL[kernel]
        vertices = 5 if kernel == "marginals" else 9
        for count, batch, target in [(1, (1,), "cpu"), (3, (3,), "cpu"), (2, (2, 3), "cpu"), (3, (3,), "interp"), (4, (4, 1), "cpu"), (2, (2, 0), "cpu")]:
            yield case(kernel, f"batch:{count},{vertices}", sizes, batch=batch, target=target)
    yield case("tree_scan", "tree:60", (3,), batch=(300,))
    yield case("myo", "perfect:2,3", (4, 1), batch=(257,))
    yield case("gated_scan", "chain:100", (3,), batch=(65,))


def tree_cases(more):
    shapes = ["one", "chain:1", "chain:2", "chain:3", "perfect:1,0", "perfect:1,6", "perfect:2,0", "perfect:2,1", "perfect:2,5", "perfect:3,0", "perfect:3,3",
              "perfect:4,0", "perfect:4,3", "perfect:17,1", "star:1", "star:33", "caterpillar:17", "path:33", "tree:2", "tree:64", "tree:65", "explicit:2,4"]
    for shape, kernel in itertools.product(shapes, ("myo", "tree_scan", "tree_lstm")):
        yield case(kernel, shape, {"myo": (2, 1), "tree_scan": (3,), "tree_lstm": (3, 2)}[kernel])
    for shape, target in itertools.product(["one", "perfect:1,3", "perfect:3,2", "star:9", "path:9"], ("interp",)):
        yield case("myo_symmetric", shape, (2, 2), target=target)
        yield case("tree_scan", shape, (3,), target=target)
    for kernel, target in itertools.product(("gated_scan", "selective_scan", "s5", "tree_lstm"), ("cpu", "interp")):  # nothing in, nothing out
        yield case(kernel, "forest:0,0" if kernel == "tree_lstm" else "chain:0", SMALL[kernel][1], target=target)
        yield case(kernel, "forest:0,0" if kernel == "tree_lstm" else "chain:0", SMALL[kernel][1], target=target, batch=(2,))
    for roots in (1, 2, 20):
        yield case("tree_lstm", f"forest:20,{roots}", (3, 2))
    for length in (1, 2, 7, 8, 9, 63, 64, 65, 1000):
        yield case("gated_scan", f"chain:{length}", (2,))
        yield case("s5", f"chain:{min(length, 200)}", (2, 1), kind="f64" if length == 1000 else "f32")


def large_cases(more):
    deep, wide = 2**20, 10**5
    for tree in (f"chain:{deep}", f"path:{deep}"):
        yield case("myo", tree, (1, 1), by_residual=True)
        yield case("myo", tree, (2, 1), by_residual=True)
        yield case("tree_scan", tree, (2,), by_residual=True, tolerance=1e-3)
        yield case("tree_scan_to_root", tree, (1,), by_residual=True, tolerance=1e-4)
    yield case("gated_scan", f"chain:{deep}", (2,))
    yield case("gated_scan", f"chain:{deep}", (1,), kind="f64")
    yield case("selective_scan", f"chain:{deep // 16}", (2, 2), tolerance=1e-4)
    yield case("tree_lstm", "path:16384", (2, 1), tolerance=1e-4)
    yield case("tree_scan", f"chain:{deep // 8}", (1,), target="interp", by_residual=True)
    yield case("myo", f"star:{wide}", (2, 1), tolerance=1e-4)
    yield case("myo_symmetric", f"star:{wide}", (1, 3), tolerance=1e-4)
    yield case("tree_scan", f"star:{wide}", (3,), tolerance=2e-4)
    yield case("tree_scan", f"star:{wide}", (1,), kind="f64")
    yield case("tree_lstm", "star:20000", (3, 2), tolerance=1e-4)
    yield case("tree_scan", "star:20000", (2,), target="interp", tolerance=2e-4)
    yield case("myo", "perfect:2,14", (4, 1))
    yield case("myo_symmetric", "perfect:4,6", (8, 1))
    yield case("tree_scan", "perfect:4,8", (3,))
    yield case("tree_scan", "tree:30000", (5,), batch=(2,))


def storage_cases(more):
    for kind, (kernel, (tree, sizes)) in itertools.product(("f16", "bf16"), SMALL.items()):
        yield case(kernel, tree, sizes, kind=kind)
    for kind, n in itertools.product(("f16", "bf16"), (1, 4, 8, 17)):
        yield case("myo", "perfect:2,3", (n, 3), kind=kind, batch=(2,))
        yield case("tree_scan", "perfect:2,3", (n * 2 + 1,), kind=kind, batch=(2,))
    for kind in ("f16", "bf16"):
        yield case("tree_scan", "tree:13", (5,), kind=kind, target="interp")
    for kernel, (tree, sizes) in SMALL.items():
        yield case(kernel, tree, sizes, kind="f64", target="cpu")
        yield case(kernel, tree, sizes, kind="f64", target="interp")


def stable(tool, *, n, kind, hollow, target="cpu"):
    """`solve` with pivots that are zero or tiny: A is orthogonal up to small entries, so that every pivot tile is well conditioned."""
    rng = np.random.default_rng(n)
    parents = reference.random_tree(11, rng)
    A = np.linalg.qr(rng.standard_normal((11, n, n)))[0]
    if hollow:  # permutations: zeros on the diagonal of the leading blocks
        A = np.eye(n)[np.stack([np.roll(np.arange(n), 1 + v % max(n - 1, 1)) for v in range(11)])]
        A[::2] += 1e-9 * rng.standard_normal((6, n, n))
    B, C = (0.2 * rng.standard_normal((11, n, n)) / n for _ in range(2))
    given = {k: narrowed(v, kind) for k, v in dict(A=A, B=B, C=C, u=rng.standard_normal((11, n, 2))).items()}
    got, seconds = evaluate(tool, "myo.esp", "myo", {"G": parents.astype(np.int32), **given}, target=target)
    problem = difference(got, reference.apply("myo", parents, given), 5 * TOLERANCE[kind])
    if problem:
        raise Failure(problem)
    return seconds


def same_bits(tool, *, kernel, tree, sizes, batch, target="cpu"):
    """The same bits for any number of threads and any run (L23)."""
    rng = np.random.default_rng(5)
    parents, spelled = parents_of(tree, rng)
    program, _, name, _, _, results = reference.KERNELS[kernel]
    given = {key: value.astype(np.float32) for key, value in data(kernel, parents, batch, rng, sizes).items()}
    runs = [evaluate(tool, program, kernel, {name: spelled or parents.astype(np.int32), **given}, results=results, target=target, threads=t)[0] for t in (1, 2, 5, 1)]
    for key in results or [None]:
        if len({(r[key] if results else r).tobytes() for r in runs}) != 1:
            raise Failure("different bits for 1, 2 and 5 threads")


def layouts(tool, *, form, target="cpu"):
    """The same numbers in files of another layout."""
    rng = np.random.default_rng(3)
    given = tiles(reference.perfect(2, 2), (), rng, 3, 2)
    want = reference.myo(reference.perfect(2, 2), **{k: v.astype(np.float32).astype(np.float64) for k, v in given.items()})
    change = {"fortran": lambda x: np.asfortranarray(x.astype(np.float32)), "big endian": lambda x: x.astype(">f4"), "f32": lambda x: x.astype(np.float32)}
    got, _ = evaluate(tool, "myo.esp", "myo", {"G": "perfect:2,2", **{k: change[form](v) for k, v in given.items()}}, target=target)
    problem = difference(got, want, TOLERANCE["f32"])
    if problem:
        raise Failure(problem)


def widened(tool, *, target="cpu"):
    """--float=f64 computes f32 files in f64."""
    rng = np.random.default_rng(4)
    parents = reference.perfect(2, 3)
    given = {k: v.astype(np.float32) for k, v in tiles(parents, (), rng, 4, 2).items()}
    got, _ = evaluate(tool, "myo.esp", "myo", {"G": "perfect:2,3", **given}, options=["--float=f64"], target=target)
    problem = difference(got, reference.apply("myo", parents, given), TOLERANCE["f64"])
    if problem:
        raise Failure(problem)


def special_cases(more):
    for n, kind, hollow in itertools.product((2, 3, 4, 8, 13, 17, 32, 33), ("f32", "f64"), (False, True)):
        yield Case(f"solve exchanges rows, {n} {kind} {'hollow' if hollow else 'orthogonal'}", stable, dict(n=n, kind=kind, hollow=hollow))
    yield Case("solve exchanges rows, interp", stable, dict(n=4, kind="f64", hollow=True, target="interp"))
    for kernel, tree, sizes, batch in [("myo", "tree:200", (4, 2), (5,)), ("tree_scan", "star:5000", (7,), (3,)), ("tree_lstm", "forest:300,7", (9, 3), ()),
                                       ("selective_scan", "chain:300", (33, 5), (3,)), ("headed_scan", "chain:100", (3, 4, 5), (2,)), ("tree_scan", "star:50000", (1,), ())]:
        yield Case(f"same bits {kernel} {tree}", same_bits, dict(kernel=kernel, tree=tree, sizes=sizes, batch=batch))
    for form in ("f32", "fortran", "big endian"):
        yield Case(f"files {form}", layouts, dict(form=form))
    yield Case("--float=f64 widens", widened)


if __name__ == "__main__":
    chosen = arguments(__doc__)
    groups = (tile_cases, channel_cases, batch_cases, tree_cases, large_cases, storage_cases, special_cases)
    unique = {c.name: c for group in groups for c in group(chosen.more)}
    sys.exit(run_cases(list(unique.values()), chosen))
