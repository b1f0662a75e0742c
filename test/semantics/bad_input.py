"""What a user can get wrong: every case must end with status 1 and a diagnostic on stderr that says what is wrong, within seconds, with no file touched.

Usage: bad_input.py ESPALIER [--only TEXT] [--jobs N]. The last line is 'N passed, M failed'.
"""
import io, itertools, os, pathlib, re, resource, signal, stat, subprocess, sys, tempfile, time

import numpy as np

import reference
from command import PROGRAMS, Case, Failure, arguments, call, excerpt, run_cases

MEMORY = 8 << 30  # bytes of address space for each run: what asks for more must be told so, and must not take the machine along
CRASH = re.compile(r"stack dump|llvm error|assertion .*failed|terminate called|submit a bug|core dumped|std::|bad_alloc|runtime error:|sanitizer", re.I)

SCAN = """def f(G: tree, x: float[..., G, d], a: float[..., G, d]) -> float[..., G, d]:
    for v in up(G):
        y[v] = x[v] + sum(a[c] * y[c] for c in children(v))
    return y
"""
POINTS = """def f(x: float[..., N, d]) -> float[..., N, d]:
    for i in each(N):
        y[i] = {}
    return y
"""


def limits():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def small_files():
    """Files end at 64 KiB, as on a full disk."""
    limits()
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, 1 << 16))


def place(folder, files):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, np.ndarray):
            np.save(path, content)
        elif content == "a folder":
            path.mkdir()
        elif content == "a pipe":
            os.mkfifo(path)
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())


def contents(folder):
    """Every regular file below, with what is in it."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def refused(tool, *, files, words, needles, limit=20.0, prepare=limits):
    with tempfile.TemporaryDirectory(prefix="espalier-") as folder:
        folder = pathlib.Path(folder)
        place(folder, files)
        before = contents(folder)
        done = call(tool, *words, folder=folder, limit=limit, prepare=prepare)
        said = excerpt(done.err, 600)
        if done.status != 1:
            raise Failure(f"exit {done.status}, expected 1: {said}")
        if CRASH.search(done.err):
            raise Failure(f"a crash, not a diagnostic: {said}")
        for needle in needles:
            if not re.search(needle, done.err, re.I):
                raise Failure(f"the message lacks /{needle}/: {said}")
        if len(done.err) > 200000:
            raise Failure(f"a message of {len(done.err)} characters: {said}")
        if done.out.strip():
            raise Failure(f"on stdout: {excerpt(done.out)}")
        after = contents(folder)
        if after != before:
            raise Failure("files changed: " + ", ".join(sorted(n for n in before.keys() | after.keys() if before.get(n) != after.get(n))))
        return done.seconds


def survives(tool, *, files, words, statuses=(0, 1), limit=20.0):
    """No crash and no hang, whatever the answer."""
    with tempfile.TemporaryDirectory(prefix="espalier-") as folder:
        place(pathlib.Path(folder), files)
        done = call(tool, *words, folder=folder, limit=limit, prepare=limits)
        if done.status not in statuses or CRASH.search(done.err):
            raise Failure(f"exit {done.status}: {excerpt(done.err, 600)}")
        if done.status and not done.err.strip():
            raise Failure(f"exit {done.status} without a word")
        return done.seconds


def rows(vertices, d=3, batch=(), dtype=np.float32):
    return np.random.default_rng(vertices).standard_normal(batch + (vertices, d)).astype(dtype)


def npy(header, data=b"", version=(1, 0), length=None):
    text = header.encode() if isinstance(header, str) else header
    width = 2 if version[0] == 1 else 4
    return b"\x93NUMPY" + bytes(version) + (length if length is not None else len(text)).to_bytes(width, "little") + text + data


def header(descr="'<f4'", shape="(5, 3)", order="False"):
    return f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}\n"


def saved(array):
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def scan(name, *needles, program=SCAN, G="chain:5", x=None, a=None, more=(), files=(), **options):
    """A run of SCAN in which one thing is wrong."""
    content = {"p.esp": program, "x.npy": rows(5) if x is None else x, "a.npy": rows(5) if a is None else a, **dict(files)}
    if isinstance(G, np.ndarray) or isinstance(G, bytes):
        content["parents.npy"], G = G, "parents.npy"
    return Case(name, refused, dict(files=content, words=["run", "p.esp:f", f"G={G}", "x=x.npy", "a=a.npy", *more, "-o", "out.npy"], needles=needles, **options))


def text(name, source, *needles, words=None, files=(), check=True, **options):
    """A wrong program, for `check`, or for `run` with given words."""
    words = ["check", "p.esp"] if words is None else ["run", "p.esp:f", *words, "-o", "out.npy"]
    return Case(name, refused, dict(files={"p.esp": source, **dict(files)}, words=words, needles=needles, **options))


def point(name, expression, *needles, x=None, **options):
    """A wrong expression, found at the latest when the kernel is specialised for x of 5 rows of 3."""
    return text(name, POINTS.format(expression), *needles, words=["x=x.npy"], files={"x.npy": rows(5) if x is None else x}, **options)


def files_of_numbers():
    data = rows(5).tobytes()
    whole = saved(rows(5))
    yield Case("no such .npy", refused, dict(files={"p.esp": SCAN, "a.npy": rows(5)}, words=["run", "p.esp:f", "G=chain:5", "x=x.npy", "a=a.npy", "-o", "out.npy"],
                                             needles=[r"x\.npy", r"no such file|not found|does not exist|cannot (open|read)"]))
    wrong = {
        "a folder as .npy": "a folder", "an empty .npy": b"", "text as .npy": b"1 2 3\n4 5 6\n", "magic only": b"\x93NUMPY", "half a magic": whole[:4], "header cut": whole[:40],
        "zip as .npy": b"PK\x03\x04" + bytes(200), "version 9": npy(header(), data, (9, 9)), "header longer than the file": npy(header(), data, length=60000),
        "header of 4 GB": npy(header(), data, (2, 0), length=0xFFFFFFF0), "header is no dictionary": npy("[1, 2, 3]\n", data), "header is binary": npy(bytes(range(128, 256)), data),
        "no shape": npy("{'descr': '<f4', 'fortran_order': False, }\n", data), "no descr": npy("{'fortran_order': False, 'shape': (5, 3), }\n", data),
        "shape is text": npy(header(shape="'5, 3'"), data), "shape of floats": npy(header(shape="(5.0, 3)"), data), "negative shape": npy(header(shape="(-5, 3)"), data),
        "code in the header": npy("{'descr': '<f4', 'fortran_order': False, 'shape': (__import__('os').getpid(), 3), }\n", data),
        "shape overflows": npy(header(shape="(4611686018427387904, 3)"), data), "shape beyond integers": npy(header(shape="(99999999999999999999999, 3)"), data),
        "product of shape overflows": npy(header(shape="(4294967296, 4294967296)"), data), "more rows than data": npy(header(shape="(1000000000, 3)"), data),
        "a thousand dimensions": npy(header(shape="(" + "1, " * 1000 + ")"), data), "ten thousand brackets": npy(header(shape="(" * 10000 + ")" * 10000), data)}
    for name, content in wrong.items():
        yield scan(name, r"x\.npy", x=content)
    yield scan("data cut", r"x\.npy", r"\b(59|60|bytes|truncated|short|ends)\b", x=whole[:-1])
    yield scan("no data at all", r"x\.npy", x=npy(header()))
    yield Case("a pipe as .npy", survives, dict(files={"p.esp": SCAN, "x.npy": "a pipe", "a.npy": rows(5)}, words=["run", "p.esp:f", "G=chain:5", "x=x.npy", "a=a.npy", "-o", "out.npy"],
                                                statuses=(1,)))
    yield Case("a device without end as .npy", survives, dict(files={"p.esp": SCAN, "a.npy": rows(5)}, statuses=(1,),
                                                              words=["run", "p.esp:f", "G=chain:5", "x=/dev/zero", "a=a.npy", "-o", "out.npy"]))
    for descr in ("'<U4'", "'|S4'", "'|O'", "'<c8'", "'|V4'", "'<M8[ns]'", "'<f16'", "[('a', '<f4')]", "'<q9'", "''", "'f'", "'<f3'", "17"):
        yield scan(f"numbers of type {descr}", r"x(\.npy)?\b", x=npy(header(descr), bytes(5 * 3 * 32)))
    for dtype in (np.int32, np.int64, np.bool_, np.uint8):
        yield scan(f"{np.dtype(dtype)} for float", r"\bx\b", r"float|f32|f64|f4", x=rows(5).astype(dtype))


def shapes():
    yield scan("rank too low", r"\bx\b", r"rank|dimension|axes|shape", x=np.zeros(5, np.float32))
    yield scan("rank zero", r"\bx\b", x=np.array(1, np.float32))
    yield scan("rows for other vertices", r"\b4\b", r"\b5\b", x=rows(4), a=rows(4))
    yield scan("rows for more vertices", r"\b6\b", r"\b5\b", x=rows(6), a=rows(6))
    yield scan("channels differ", r"\b3\b", r"\b4\b", r"\bd\b", a=rows(5, 4))
    yield scan("vertices differ", r"\b5\b", r"\b7\b", a=rows(7))
    yield scan("batches differ", r"\b2\b", r"\b3\b", r"batch|\.\.\.", x=rows(5, 3, (2,)), a=rows(5, 3, (3,)))
    yield scan("batches of different rank", r"batch|\.\.\.", x=rows(5, 3, (2,)))
    yield scan("nothing is stretched", r"\b1\b", r"\b2\b", x=rows(5, 3, (2,)), a=rows(5, 3, (1,)))
    yield scan("float bound twice", r"f32", r"f64", a=rows(5, dtype=np.float64))
    tiles = {k: np.zeros((5, 3, 4 if k == "A" else 3), np.float32) for k in "ABC"}
    yield Case("tiles not square", refused, dict(files={**{f"{k}.npy": v for k, v in tiles.items()}, "u.npy": np.zeros((5, 3, 1), np.float32)}, needles=[r"\bA\b", r"\b3\b", r"\b4\b"],
               words=["run", f"{PROGRAMS}/myo.esp:myo", "G=chain:5", *(f"{k}={k}.npy" for k in "ABCu"), "-o", "out.npy"]))
    fixed = "def f(x: float[..., N, 3]) -> float[..., N, 3]:\n    for i in each(N):\n        y[i] = x[i]\n    return y\n"
    yield text("a fixed size", fixed, r"\b3\b", r"\b4\b", words=["x=x.npy"], files={"x.npy": rows(5, 4)})
    token = "def f(E: float[k, d], t: i32[N]) -> float[N, d]:\n    for i in each(N):\n        y[i] = E[t[i]]\n    return y\n"
    for dtype in (np.float32, np.uint32, np.bool_):
        yield text(f"{np.dtype(dtype)} for i32", token, r"\bt\b", r"i32|i4", words=["E=E.npy", "t=t.npy"], files={"E.npy": rows(4), "t.npy": np.zeros(5, dtype)})
    yield text("an integer beyond i32", token, r"\bt\b|range", words=["E=E.npy", "t=t.npy"], files={"E.npy": rows(4), "t.npy": np.array([0, 2**32 + 1, 0, 0, 0])})
    sized = "def f(x: float[N, a], w: float[b]) -> float[N, a]:\n    assert a == 2 * b, \"the halves must fit\"\n    for i in each(N):\n        y[i] = x[i]\n    return y\n"
    yield text("an assertion", sized, r"the halves must fit", words=["x=x.npy", "w=w.npy"], files={"x.npy": rows(5, 6), "w.npy": np.zeros(2, np.float32)})


def trees():
    def parents(*p, dtype=np.int32):
        return np.array(p, dtype=dtype)

    yield scan("parent out of range", r"\b7\b", r"vertex 1\b", G=parents(1, 7, 4, 4, -1))
    yield scan("parent equal to the number", r"\b5\b", G=parents(1, 5, 4, 4, -1))
    yield scan("parent -2", r"-2", G=parents(1, 4, -2, 4, -1))
    yield scan("parent of the smallest integer", r"-2147483648", G=parents(1, 4, -(2**31), 4, -1))
    yield scan("a cycle beside a root", r"cycle|circle", r"vert(ex|ices)", G=parents(1, 2, 0, 4, -1))
    yield scan("its own parent", r"cycle|circle|own parent|itself", r"\b2\b", G=parents(4, 4, 2, 4, -1))
    yield scan("all in a cycle", r"root|cycle|circle", G=parents(1, 2, 3, 4, 0))
    yield scan("a long cycle", r"cycle|circle", G=np.append(np.roll(np.arange(99999), -1), -1).astype(np.int32), x=rows(100000), a=rows(100000))
    yield scan("two roots", r"root", r"\b2\b|two", G=parents(-1, -1, 0, 0, 1))
    yield scan("all roots", r"root", r"\b5\b|more than one|one root", G=parents(-1, -1, -1, -1, -1))
    yield scan("an empty tree", r"vert|empty|root", G=np.zeros(0, np.int32), x=np.zeros((0, 3), np.float32), a=np.zeros((0, 3), np.float32))
    yield scan("an empty chain for a tree", r"vert|empty|root", G="chain:0", x=np.zeros((0, 3), np.float32), a=np.zeros((0, 3), np.float32))
    yield scan("parents as floats", r"\bG\b|parents", r"int|i32", G=parents(1, 2, 3, 4, -1, dtype=np.float32))
    yield scan("parents without an axis", r"\bG\b|parents", G=np.array(-1, np.int32))
    yield scan("parents cut", r"parents", G=saved(parents(1, 2, 3, 4, -1))[:-3])
    yield scan("no such parents", r"missing\.npy", G="missing.npy")
    yield scan("a tree too many in the batch", r"\b3\b", r"\b2\b", G=np.tile(parents(1, 2, 3, 4, -1), (3, 1)), x=rows(5, 3, (2,)), a=rows(5, 3, (2,)))
    yield scan("a batch of trees for one element", r"batch|axes|rank|\.\.\.", G=np.tile(parents(1, 2, 3, 4, -1), (3, 1)))
    yield scan("a cycle in one tree of a batch", r"cycle|circle", G=np.stack([parents(1, 2, 3, 4, -1), parents(1, 0, 3, 4, -1)]), x=rows(5, 3, (2,)), a=rows(5, 3, (2,)))
    chained = SCAN.replace("G: tree", "G: chain")
    yield scan("a tree for a chain", r"chain", program=chained, G="perfect:2,2", x=rows(7), a=rows(7))
    yield scan("parents that are no chain", r"chain", program=chained, G=parents(4, 4, 4, 4, -1))
    for word in ("perfect:2", "perfect:2,3,4", "perfect:", "perfect:0,3", "perfect:-1,2", "perfect:2,-1", "perfect:two,3", "perfect:2.5,1", "chain:", "chain:-1", "chain:x", "chain:1.5", "chain:5,5", "ring:5",
                 "perfect2,3", "5", "random:5,3", ""):
        yield scan(f"a tree spelled {word!r}", r"\bG\b|" + (re.escape(word) or "G"), G=word)


def sizes_that_overflow():
    said = r"overflow|too (large|many|big|high)|exceed|at most|limit|memory|vert|range"
    for word in ("perfect:2,62", "perfect:2,63", "perfect:2,64", "perfect:2,40", "perfect:2,31", "perfect:2,1000000000", "perfect:2,99999999999999999999", "perfect:4294967296,2", "perfect:1,99999999999",
                 "perfect:9223372036854775807,1", "chain:99999999999", "chain:2147483648", "chain:9223372036854775807", "chain:99999999999999999999"):
        yield scan(f"a tree of {word}", said + "|" + word, G=word)
    points = POINTS.format("x[i] + 1")
    for word in ("1000000,1000000,1000000", "4294967296,4294967296", "9223372036854775807,2", "99999999999999999999,1", "100000,100000", "0,9223372036854775807,9223372036854775807"):
        if not word.startswith("0"):
            yield text(f"random numbers {word}", points, r"overflow|too (large|many|big)|exceed|at most|limit|memory|range|" + word, words=[f"x=random:{word}"])
    yield Case("random numbers, none but wide", survives, dict(files={"p.esp": points}, words=["run", "p.esp:f", "x=random:0,9223372036854775807,9223372036854775807", "-o", "out.npy"]))
    for word in ("", "-1,2", "2x3", "2,", "2,3;", "2,3;sed=7", "2,3;seed=", "2,3;seed=x", "a,b", "2.5,3", "2,,3"):
        yield text(f"random numbers spelled {word!r}", points, r"random|\bx\b", words=[f"x=random:{word}"])
    built = "def f(x: float[..., N, d]) -> float[..., N, d]:\n    G = {}\n    for v in up(G):\n        y[v] = x[v]\n    return y\n"
    for builder in ("perfect(2, 62)", "perfect(2, 40)", "chain(N * 4611686018427387904)", "chain(99999999999)", "perfect(0, 3)", "chain(N - 9)"):
        yield text(f"a kernel builds {builder}", built.format(builder), words=["x=x.npy"], files={"x.npy": rows(5)})
    for expression in ("sum(eye(1000000)) + x[i]", "sum(zeros((1000000, 1000000, 1000000))) + x[i]", "sum(ones(99999999999)) + x[i]"):
        yield Case(f"a tile of {expression}", survives, dict(files={"p.esp": POINTS.format(expression), "x.npy": rows(5)}, words=["run", "p.esp:f", "x=x.npy", "-o", "out.npy"]))
    for expression in ("sum(x[i] for j in range(1000000000))", "sum(x[i] for j in range(9223372036854775807))", "x[i] * (9223372036854775807 + i)", "x[i] * (i - 9223372036854775807 - 9)"):
        yield Case(f"an expression {expression}", survives, dict(files={"p.esp": POINTS.format(expression), "x.npy": rows(5)}, words=["run", "p.esp:f", "x=x.npy", "-o", "out.npy"]))


def numbers_at_fault():
    """Singular tiles and numbers that are not finite name their vertex."""
    for n, kind, target in [(1, "f32", "cpu"), (2, "f32", "cpu"), (4, "f64", "cpu"), (5, "f32", "interp"), (17, "f32", "cpu"), (33, "f64", "cpu"), (64, "f32", "cpu")]:
        rng = np.random.default_rng(n)
        tiles = {k: (rng.standard_normal((9, n, n)) * 0.1 + (k == "A") * 2 * np.eye(n)).astype(np.float32 if kind == "f32" else np.float64) for k in "ABC"}
        for name, vertex, tile in [("zero", 0, np.zeros((n, n))), ("of rank one", 2, np.ones((n, n)))][: 1 if n == 1 else 2]:
            A = tiles["A"].copy()
            A[vertex] = tile
            for batch in ((), (2,)) if n == 4 else ((),):
                arrays = {**tiles, "A": A, "u": np.ones((9, n, 2), A.dtype)}
                if batch:  # the first element is in order
                    arrays = {k: np.stack([tiles[k] if k in tiles else v, v]) for k, v in arrays.items()}
                words = ["run", f"{PROGRAMS}/myo.esp:myo", "G=G.npy", *(f"{k}={k}.npy" for k in "ABCu"), f"--target={target}", "-o", "out.npy"]
                parents = np.array([3, 3, 3, 8, 8, 8, 8, 8, -1], np.int32)
                yield Case(f"a singular tile, {name} {n} {kind} {target} {len(batch)}", refused,
                           dict(files={**{f"{k}.npy": v for k, v in arrays.items()}, "G.npy": parents}, words=words, needles=["singular", rf"(vertex|v =) *{vertex}\b"]))
    indefinite = np.tile(np.eye(3, dtype=np.float32) * 2, (5, 1, 1))
    indefinite[1] = -np.eye(3)
    for target in ("cpu", "interp"):
        yield Case(f"an indefinite tile, {target}", refused, dict(
            files={"A.npy": indefinite, "B.npy": np.zeros((5, 3, 3), np.float32), "u.npy": np.ones((5, 3, 1), np.float32)}, needles=["positive definite|singular|cholesky", r"(vertex|v =) *1\b"],
            words=["run", f"{PROGRAMS}/myo_symmetric.esp:myo_symmetric", "G=chain:5", "A=A.npy", "B=B.npy", "u=u.npy", f"--target={target}", "-o", "out.npy"]))
        for number in (np.nan, np.inf, -np.inf):
            x = rows(5)
            x[2, 1] = number
            yield scan(f"{number} under --check=finite, {target}", r"finite|nan|inf", r"(vertex|v =) *2\b", x=x, more=["--check=finite", f"--target={target}"])
        batched = rows(5, 3, (3,))
        batched[2, 3, 0] = np.nan
        yield scan(f"nan in a batch under --check=finite, {target}", r"finite|nan", r"(vertex|v =) *3\b", x=batched, a=rows(5, 3, (3,)), more=["--check=finite", f"--target={target}"])
        negative = np.abs(rows(5)) + 1
        negative[4, 2] = -1
        yield text(f"log of a negative number under --check=finite, {target}", POINTS.format("log(x[i])"), r"finite|nan", r"\b4\b", words=["x=x.npy", "--check=finite", f"--target={target}"], files={"x.npy": negative})
    yield scan("an unknown check", r"everything|check", more=["--check=everything"])
    gather = "def f(E: float[k, d], t: i32[..., N]) -> float[..., N, d]:\n    for i in each(N):\n        y[i] = E[t[i]]\n    return y\n"
    for target, (wrong, batch) in itertools.product(("cpu", "interp"), [(99, ()), (4, ()), (-1, ()), (-(2**31), ()), (2**31 - 1, (3,))]):
        tokens = np.ones(batch + (7,), np.int32)
        tokens[(len(batch), 5) if batch else 5] = wrong
        yield text(f"a gather of {wrong} from 4, {target}", gather, rf"(?m)^\S*\.esp:3:\d+: error: index {wrong} of \S+ is out of range", r"\b5\b", words=["E=E.npy", "t=t.npy", f"--target={target}"], files={"E.npy": rows(4), "t.npy": tokens})
    trees = 'def f(R: tree, S: tree, x: float[R, d]) -> float[S, d]:\n    assert R == S, "one set of vertices"\n    for v in up(S):\n        y[v] = x[v]\n    return y\n'
    for target in ("cpu", "interp"):
        yield text(f"two trees of 5 and 6 vertices that are to be one set, {target}", trees, r"p\.esp:2:\d+: error: .*one set of vertices", r"R = 5\b", r"S = 6\b", words=["R=chain:5", "S=perfect:5,1", "x=x.npy", f"--target={target}"], files={"x.npy": rows(5)})
    at = "def f(x: float[N, d], t: index) -> float[d]:\n    return x[t]\n"
    for target, t in itertools.product(("cpu", "interp"), (5, -1, 9223372036854775807)):
        yield text(f"an index argument {t} of 5, {target}", at, r"range", rf"{t}\b", words=["x=x.npy", f"t={t}", f"--target={target}"], files={"x.npy": rows(5)})
    yield point("an index expression past the end", "x[i + 1]", r"range", r"\b5\b|\bN\b")
    yield point("an index expression before the start", "x[i - 1]", r"range", r"-1\b")
    yield point("an index past the end", "x[N]", r"range", r"\b5\b|\bN\b")
    yield point("an index into a tile past the end", "x[i] * x[i, 3]", r"range", r"\b3\b")
    yield point("a slice past the end", "x[i] + sum(x[i, 1:9])", r"\b9\b", r"\b3\b")
    yield point("an index divided by zero", "x[i // 0]", r"zero")
    yield point("a number divided by zero", "x[i] * (N // (d - 3))", r"zero")


def usage():
    base = {"p.esp": SCAN, "x.npy": rows(5), "a.npy": rows(5), "two.esp": SCAN + "\n\n" + SCAN.replace("def f", "def g")}
    good = ["run", "p.esp:f", "G=chain:5", "x=x.npy", "a=a.npy"]
    wrong = {
        "no subcommand": ([], r"run|usage|subcommand"), "unknown subcommand": (["walk", "p.esp:f"], r"walk"), "unknown option": ([*good, "--fast", "-o", "out.npy"], r"--fast"),
        "no program": (["run"], r"FILE|program|required|kernel"), "no kernel of two": (["run", "two.esp", *good[2:], "-o", "out.npy"], r"kernel|function"), "an empty kernel of two": (["run", "two.esp:", *good[2:], "-o", "out.npy"], r"kernel|function"),
        "unknown kernel": (["run", "p.esp:g", *good[2:], "-o", "out.npy"], r"\bg\b.*\n?(.|\n)*\bf\b"), "no such program": (["run", "q.esp:f", *good[2:], "-o", "out.npy"], r"q\.esp"),
        "unknown target": ([*good, "--target=tpu", "-o", "out.npy"], r"tpu(.|\n)*cpu"), "an empty target": ([*good, "--target=", "-o", "out.npy"], r"target"),
        "unknown argument": ([*good, "z=x.npy", "-o", "out.npy"], r"\bz\b"), "missing argument": ([*good[:-1], "-o", "out.npy"], r"\ba\b"), "no arguments": ([*good[:2], "-o", "out.npy"], r"\bG\b|\bx\b"),
        "argument twice": ([*good, "x=x.npy", "-o", "out.npy"], r"\bx\b.*(twice|duplicate|already|more than once|again)|two .*\bx\b"), "argument without =": ([*good, "a.npy", "-o", "out.npy"], r"a\.npy"),
        "argument without name": ([*good, "=a.npy", "-o", "out.npy"], r"=a\.npy|name"), "argument without value": ([*good[:-1], "a=", "-o", "out.npy"], r"\ba\b"), "unknown float": ([*good, "--float=f8", "-o", "out.npy"], r"f8"),
        "output twice": ([*good, "-o", "out.npy", "-o", "other.npy"], r"-o"), "output without a name": ([*good, "-o"], r"-o"), "an empty output": ([*good, "-o", ""], r"-o|output"), "a number for a tensor": ([*good[:-1], "a=3", "-o", "out.npy"], r"\ba\b"),
        "a tree for a tensor": ([*good[:-1], "a=chain:5", "-o", "out.npy"], r"\ba\b"), "text for a tensor": ([*good[:-1], "a=hello", "-o", "out.npy"], r"\ba\b"), "unknown stage": (["compile", *good[1:], "--emit=poem", "-o", "out.npy"], r"poem"),
        "check without a file": (["check"], r"FILE|file|required"), "check of a missing file": (["check", "q.esp"], r"q\.esp"), "check of a folder": (["check", "."], r"\.|director|folder"), "run of a folder": (["run", ".:f"], r"director|folder|\."),
        "a NUL in a word": ([*good[:-1], "a=a\x01.npy", "-o", "out.npy"], r"\ba\b"), "a name of 100,000 letters": ([*good, "z" * 100000 + "=x.npy", "-o", "out.npy"], r"z"), "a kernel of 100,000 letters": (["run", "p.esp:" + "k" * 100000], r"k")}
    for name, (words, needle) in wrong.items():
        yield Case(name, refused, dict(files=base, words=words, needles=[needle]))
    numbers = "def f(x: float[N, d], k: static, g: float, t: index) -> float[N, d]:\n    for i in each(N):\n        y[i] = x[i] * g + sum(k) + t\n    return y\n"
    for name, k, g, t in [("text for a static", "abc", "1", "0"), ("a fraction for a static", "1.5", "1", "0"), ("a static beyond integers", "99999999999999999999", "1", "0"), ("an empty static", "", "1", "0"), ("a static with a hole", "4,,2", "1", "0"),
                          ("a file for a static", "x.npy", "1", "0"), ("text for a scalar", "2", "abc", "0"), ("an empty scalar", "2", "", "0"), ("a tuple for a scalar", "2", "1,2", "0"), ("a fraction for an index", "2", "1", "1.5"),
                          ("text for an index", "2", "1", "abc"), ("an index beyond integers", "2", "1", "99999999999999999999"), ("hexadecimal for a static", "0x10", "1", "0"), ("trailing text after a number", "2", "1.5abc", "0")]:
        argument = "k" if "static" in name else "g" if "scalar" in name or "trailing" in name else "t"
        yield text(name, numbers, rf"\b{argument}\b", words=["x=x.npy", f"k={k}", f"g={g}", f"t={t}"], files={"x.npy": rows(5)})


def outputs():
    base = {"p.esp": SCAN, "x.npy": rows(5), "a.npy": rows(5), "file.txt": b"precious", "sub/keep.txt": b"kept", "out.npy": b"the old one"}
    run = ["run", "p.esp:f", "G=chain:5", "x=x.npy", "a=a.npy", "-o"]
    for name, out in [("under a file", "file.txt/out.npy"), ("in /proc", "/proc/out.npy"), ("in /sys", "/sys/out.npy"), ("with a name too long", "n" * 300 + ".npy"), ("folder is a file", "file.txt/"), ("below nothing", "none/such/out.npy")]:
        yield Case(f"an output {name}", refused, dict(files=base, words=[*run, out], needles=[re.escape(out[:20].rstrip("/"))]))
    two = "def f(x: float[N, d]) -> (float[N, d], float[N]):\n    for i in each(N):\n        a[i] = 2 * x[i]\n        b[i] = sum(x[i])\n    return a, b\n"
    files = {"p.esp": two, "x.npy": rows(5), "file.txt": b"precious"}
    yield Case("two results for one file", refused, dict(files=files, words=["run", "p.esp:f", "x=x.npy", "-o", "out.npy"], needles=[r"folder|director|results|/"]))
    yield Case("two results and the folder is a file", refused, dict(files=files, words=["run", "p.esp:f", "x=x.npy", "-o", "file.txt/"], needles=[r"file\.txt"]))
    yield Case("two results and one name is a folder", survives, dict(files={**files, "out/a.npy": "a folder"}, words=["run", "p.esp:f", "x=x.npy", "-o", "out/"], statuses=(1,)))
    large = {"p.esp": POINTS.format("x[i] + 1"), "out.npy": b"the old one"}
    yield Case("a full disk", refused, dict(files=large, words=["run", "p.esp:f", "x=random:1000,1000", "-o", "out.npy"], needles=[r"out\.npy|write|large"], prepare=small_files))
    yield Case("a full disk, several results", refused, dict(files={"p.esp": two}, words=["run", "p.esp:f", "x=random:1000,1000", "-o", "out/"], needles=[r"out|write|large"], prepare=small_files))
    yield scan("an old output stays where the run fails", r"\b7\b", G=np.array([1, 7, 4, 4, -1], np.int32), files={"out.npy": b"the old one"})
    yield Case("two writers", two_writers)
    yield Case("killed while writing", killed)
    yield Case("a device as output", device)
    yield Case("an output replaces the old one", replaced)


def two_writers(tool, target="cpu"):
    """Whoever comes last wins, with a whole file; nothing else is left behind."""
    with tempfile.TemporaryDirectory(prefix="espalier-") as folder:
        folder = pathlib.Path(folder)
        place(folder, {"p.esp": POINTS.format("x[i] + 1"), "one.npy": np.zeros((1000, 1000), np.float32), "two.npy": np.ones((700, 1000), np.float32)})
        for _ in range(5):
            writers = [subprocess.Popen([tool, "run", "p.esp:f", f"x={x}.npy", "-o", "out.npy", f"--target={target}"], cwd=folder, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) for x in ("one", "two", "one")]
            for writer in writers:
                err = writer.communicate(timeout=60)[1]
                if writer.returncode:
                    raise Failure(f"exit {writer.returncode}: {excerpt(err.decode())}")
            got = np.load(folder / "out.npy")
            if not (got.shape == (1000, 1000) and (got == 1).all() or got.shape == (700, 1000) and (got == 2).all()):
                raise Failure(f"a mixed file of shape {got.shape}")
        left = {p.name for p in folder.iterdir()} - {"p.esp", "one.npy", "two.npy", "out.npy"}
        if left:
            raise Failure(f"left behind: {left}")


def killed(tool, target="cpu"):
    """The output is the old one or the new one, whole, whenever the process is killed."""
    with tempfile.TemporaryDirectory(prefix="espalier-") as folder:
        folder = pathlib.Path(folder)
        place(folder, {"p.esp": POINTS.format("x[i] + 1"), "x.npy": np.zeros((4000, 4000), np.float32), "out.npy": np.full((3,), 5, np.float32)})
        words = [tool, "run", "p.esp:f", "x=x.npy", f"--target={target}", "-o", "out.npy"]
        started = time.monotonic()
        subprocess.run(words[:-1] + ["first.npy"], cwd=folder, capture_output=True, timeout=60)
        whole = time.monotonic() - started
        for part in (0.3, 0.6, 0.75, 0.85, 0.9, 0.95, 1.0):
            process = subprocess.Popen(words, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(part * whole)
            process.kill()
            process.wait()
            got = np.load(folder / "out.npy")
            if not (got.shape == (3,) or got.shape == (4000, 4000) and (got == 1).all()):
                raise Failure(f"killed after {part} of its time it left {got.shape}")


def device(tool, target="cpu"):
    """A device node is written to or refused, never replaced by a file."""
    with tempfile.TemporaryDirectory(prefix="espalier-") as folder:
        folder = pathlib.Path(folder)
        place(folder, {"p.esp": POINTS.format("x[i] + 1"), "x.npy": rows(5)})
        try:
            os.mknod(folder / "null", stat.S_IFCHR | 0o666, os.makedev(1, 3))
        except OSError:
            return
        call(tool, "run", "p.esp:f", "x=x.npy", "-o", "null", f"--target={target}", folder=folder, limit=20)
        if not stat.S_ISCHR((folder / "null").lstat().st_mode):
            raise Failure("-o to a character device replaced the device by a file")


def replaced(tool, target="cpu"):
    with tempfile.TemporaryDirectory(prefix="espalier-") as folder:
        folder = pathlib.Path(folder)
        place(folder, {"p.esp": POINTS.format("x[i] + 1"), "x.npy": rows(5), "out.npy": b"the old one", "deep/out.npy": b"the old one"})
        for out in ("out.npy", "deep/out.npy"):
            done = call(tool, "run", "p.esp:f", "x=x.npy", "-o", out, f"--target={target}", folder=folder, limit=20)
            if done.status or not np.allclose(np.load(folder / out), rows(5) + 1):
                raise Failure(f"{out}: exit {done.status}: {excerpt(done.err)}")
        if len(list(folder.rglob("*"))) != 5:
            raise Failure(f"left behind: {[p.name for p in folder.rglob('*')]}")


def sources():
    wide, deep = 10 << 20, 10000
    place_ = r"p\.esp:\d+:\d+"
    yield text("a source line of 10 MB: a sum", POINTS.format("x[i]" + " + x[i]" * (wide // 7)), place_)
    yield text("a source line of 10 MB: a name", POINTS.format("x" * wide), place_)
    yield text("a source line of 10 MB: a text", POINTS.format('einsum("' + "i" * wide + '", x[i])'), r"p\.esp")
    yield text("a source line of 10 MB: digits", POINTS.format("9" * wide), place_)
    yield text("a source line of 10 MB: brackets", POINTS.format("(" * wide), place_)
    yield text("a source line of 10 MB: arguments", POINTS.format("max(" + "x[i], " * (wide // 6) + "1)"), r"p\.esp")
    yield text("a source line of 10 MB: signs", POINTS.format("-" * wide + "x[i]"), place_)
    yield text("a source line of 10 MB: parameters", "def f(" + "x: float, " * (wide // 10) + "y: float) -> float:\n    return y\n", r"p\.esp")
    yield Case("a comment of 10 MB is fine", survives, dict(files={"p.esp": "# " + "x" * wide + "\n" + SCAN}, words=["check", "p.esp"], statuses=(0,)))
    yield text("10,000 nested parentheses", POINTS.format("(" * deep + "x[i]" + ")" * deep), place_)
    yield text("10,000 nested brackets", POINTS.format("x[" * deep + "i" + "]" * deep), place_)
    yield text("10,000 nested calls", POINTS.format("exp(" * deep + "x[i]" + ")" * deep), place_)
    yield text("10,000 signs", POINTS.format("-" * deep + "x[i]"), place_)
    yield text("10,000 powers", POINTS.format("x[i]" + " ** 2" * deep), place_)
    yield text("10,000 nots", POINTS.format("where(" + "not " * deep + "i < 2, x[i], 0)"), place_)
    yield text("10,000 transposes", POINTS.format("x[i]" + ".T" * deep), place_)
    yield text("10,000 loops within each other", "def f(x: float[N]) -> float[N]:\n" + "".join("    " * (n + 1) + f"for i{n} in each(N):\n" for n in range(1000)), place_)
    yield Case("10,000 statements", survives, dict(files={"p.esp": "def f(x: float[N]) -> float[N]:\n    for i in each(N):\n" + "".join(f"        t{n} = {f't{n - 1}' if n else 'x[i]'} + 1\n" for n in range(10000)) +
                                                          "        y[i] = t9999\n    return y\n"}, words=["check", "p.esp"]))
    yield Case("2,000 statements run", survives, dict(files={"p.esp": "def f(x: float[N, d]) -> float[N, d]:\n    for i in each(N):\n" + "".join(f"        t{n} = {f't{n - 1}' if n else 'x[i]'} * 0.999 + 1\n" for n in range(2000)) +
                                                             "        y[i] = t1999\n    return y\n", "x.npy": rows(5)}, words=["run", "p.esp:f", "x=x.npy", "-o", "out.npy"], statuses=(0, 1)))
    doubled = "".join(f"def f{n}(a: float[n]) -> float[n]:\n    return f{n - 1}(a) + f{n - 1}(a)\n\n\n" if n else "def f0(a: float[n]) -> float[n]:\n    return a\n\n\n" for n in range(60))
    yield Case("helpers that double 60 times", survives, dict(files={"p.esp": doubled + "def f(x: float[N, d]) -> float[N, d]:\n    for i in each(N):\n        y[i] = f59(x[i])\n    return y\n", "x.npy": rows(5)},
                                                             words=["run", "p.esp:f", "x=x.npy", "-o", "out.npy"]))
    yield text("an empty program", b"", r"\bf\b|kernel|empty", words=["x=x.npy"], files={"x.npy": rows(5)})
    yield text("a program of spaces", b"   \n\n  \n", r"\bf\b|kernel|empty", words=["x=x.npy"], files={"x.npy": rows(5)})
    yield text("65 MiB", b"#" * (65 << 20), r"64|large|size|limit")
    yield text("a folder as program", "a folder", r"p\.esp")
    yield Case("a device without end as program", survives, dict(files={}, words=["check", "/dev/zero"], statuses=(1,)))
    yield text("a missing import", "from nowhere import g\n\n\n" + SCAN, r"nowhere")
    yield text("an import of a missing name", "from other import h\n\n\n" + SCAN, r"\bh\b", files={"other.esp": SCAN.replace("def f", "def g")})
    yield text("a circular import", "from other import g\n\n\n" + SCAN, r"circ|cycle", files={"other.esp": "from p import f\n\n\n" + SCAN.replace("def f", "def g")})
    yield text("an import of itself", "from p import f\n\n\n" + SCAN.replace("def f", "def g"), r"circ|cycle|itself")
    yield text("an import of a wrong file", "from other import g\n\n\n" + SCAN, r"other\.esp:\d+:\d+", files={"other.esp": SCAN.replace("def f", "def g").replace("+ sum", "+ + )")})
    yield text("an import up the folders", "from ...etc import passwd\n\n\n" + SCAN, place_)
    yield text("NUL bytes", POINTS.format("x[i]\0 + 1"), place_)
    yield text("NUL bytes only", bytes(1000), place_)
    yield text("not UTF-8", POINTS.format("x[i]").encode() + b"# \xff\xfe\x80\n", place_)
    yield text("UTF-16", POINTS.format("x[i]").encode("utf-16"), r"p\.esp")
    yield text("a letter that is not ASCII", POINTS.format("x[i] * é"), place_)
    yield text("cut in a bracket", POINTS.format("exp(x[i]").split("    return")[0], place_)
    yield text("cut in a text", 'def f(x: float[N]) -> float[N]:\n    y = einsum("i', place_)
    yield text("cut after def", "def", place_)
    yield text("only brackets", ")]}([{", place_)
    yield text("a tab", "def f(x: float[N]) -> float[N]:\n\tfor i in each(N):\n\t\ty[i] = x[i]\n\treturn y\n", place_, r"tab")
    yield text("recursion", "def f(x: float) -> float:\n    return f(x)\n", place_, r"recurs|circ|itself")
    yield text("recursion through another", "def g(x: float) -> float:\n    return f(x)\n\n\ndef f(x: float) -> float:\n    return g(x)\n", place_, r"recurs|circ|itself")
    yield text("an unknown name", POINTS.format("x[i] + q"), place_, r"\bq\b")
    yield text("an unknown function", POINTS.format("frobnicate(x[i])"), place_, r"frobnicate")
    yield text("a name twice", POINTS.format("x[i]\n        y[i] = x[i]"), place_, r"\by\b")
    yield text("no return", POINTS.format("x[i]").replace("    return y\n", ""), place_, r"return")
    yield text("two functions of a name", SCAN + "\n\n" + SCAN, place_, r"\bf\b")
    yield text("loops within loops", "def f(x: float[N, M]) -> float[N, M]:\n    for i in each(N):\n        for j in each(M):\n            y[i, j] = x[i, j]\n    return y\n", place_, r"nest")
    yield text("a sweep reads its own parent on the way up", SCAN.replace("sum(a[c] * y[c] for c in children(v))", "y[parent(v)]"), place_, r"\by\b|parent")
    yield text("a number beyond 64 bits", POINTS.format("x[i] * 99999999999999999999"), place_)
    products = {"inner sizes differ": ("A[i] @ A[i]", r"\b2\b|\b3\b|inner"), "solve of a tile that is not square": ("sum(solve(A[i], A[i]))", r"square|\b2\b|\b3\b"), "sizes that do not broadcast": ("sum(A[i] + A[i].T)", r"broadcast|sizes|shape|\b2\b"),
                "a reshape that does not fit": ("sum(reshape(A[i], (5,)))", r"\b5\b|\b6\b"), "an axis that is not there": ("sum(A[i], axis=2)", r"axis"), "einsum without an arrow": ('einsum("ij", A[i])', r"->|arrow"),
                "einsum with a repeated letter": ('einsum("ii->", A[i])', r"repeat|twice|\bi\b"), "einsum with too few operands": ('einsum("ij,jk->ik", A[i])', r"operand"), "einsum with a letter from nowhere": ('einsum("ij->k", A[i])', r"\bk\b"),
                "einsum with a wrong rank": ('einsum("ijk->", A[i])', r"rank|\b2\b|\b3\b|letters|axes"), "an empty einsum": ('einsum("", A[i])', r"einsum|->"), "concat that does not fit": ("sum(concat(A[i], A[i].T, axis=0))", r"concat|\b2\b|\b3\b"),
                "too many arguments": ("exp(A[i], 2)", r"exp"), "where with two arguments": ("where(i < 2, A[i])", r"where"), "an option from nowhere": ("sum(A[i], along=1)", r"along"), "a tile as condition": ("where(A[i], 1, 0)", r"where|condition|bool"),
                "a method": ("A[i].sum()", r"sum|method"), "text as a number": ('A[i] + "a"', r"text|string|\"a\""), "a comparison of three": ("where(0 < i < 2, 1, 0)", r"compar|chain")}
    for name, (expression, needle) in products.items():
        source = f"def f(A: float[N, 2, 3]) -> float[N]:\n    for i in each(N):\n        y[i] = {expression}\n    return y\n"
        yield text(name, source, place_, needle, words=["A=A.npy"], files={"A.npy": np.ones((4, 2, 3), np.float32)})


if __name__ == "__main__":
    chosen = arguments(__doc__)
    groups = (files_of_numbers, shapes, trees, sizes_that_overflow, numbers_at_fault, usage, outputs, sources)
    sys.exit(run_cases([case for group in groups for case in group()], chosen))
