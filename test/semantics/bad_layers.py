"""What can go wrong in a layer of attention, in a contraction, in an import: status 1, the place in the program with a caret, and what was found; never a crash.

Usage: bad_layers.py ESPALIER [--only TEXT] [--jobs N]. The last line is 'N passed, M failed'.
"""
import sys

import numpy as np

from bad_input import refused, rows
from command import PROGRAMS, Case, arguments, run_cases

CARET = r"\w+\.esp:\d+:\d+: error: .*\n(.|\n)*\^"
ARRAYS = {"q.npy": rows(5, 4), "k.npy": rows(5, 4), "v.npy": rows(5, 3), "w.npy": rows(6, 3), "t.npy": np.array([0, 4, 2, 1, 3], np.int32), "far.npy": np.array([0, 1, 9, 1, 3], np.int32)}
HEAD = "def f(q: float[N, r], k: float[N, r], v: float[N, m], ranks: static) -> float[N, m]:\n    for i in each(N):\n"


def refused_on(tool, *, target, **options):
    return refused(tool, **{**options, "words": [*options["words"], f"--target={target}"]})


def wrong(name, source, *needles, files=(), words=("q=q.npy", "k=k.npy", "v=v.npy", "ranks=2,1,1"), caret=True):
    """A program that is wrong, run on both targets."""
    for target in ("interp", "cpu"):
        yield Case(f"{name}, {target}", refused_on, dict(files={"p.esp": source, **ARRAYS, **dict(files)}, words=["run", "p.esp:f", *words, "-o", "out.npy"], needles=[*([CARET] if caret else []), *needles], target=target))


def row(name, expression, *needles, more="", **options):
    """One wrong row of attention."""
    yield from wrong(name, HEAD + more + f"        o[i] = {expression}\n    return o\n", *needles, **options)


def checked(name, source, *needles, files=()):
    yield Case(name, refused, dict(files={"p.esp": source, **dict(files)}, words=["check", "p.esp"], needles=[CARET, *needles]))


def attention():
    score = "softmax(dot(q[i], k[j]) for j in {}) @ v"
    yield from row("a range that depends on its own position", score.format("range(j)"), r"\bj\b")
    yield from row("a lower end that depends on its own position", score.format("range(j, N)"), r"\bj\b")
    yield from row("a range of floats", score.format("range(i / 2)"), r"float|integer|index|f32")
    yield from row("a range of a float literal", score.format("range(2.5)"), r"float|integer|index|f32")
    yield from row("a range of a value of the data", score.format("range(q[i, 0])"), r"float|integer|index|f32")
    yield from row("a range of three", score.format("range(0, i, 2)"), r"range")
    yield from row("a range of nothing", score.format("range()"), r"range")
    yield from row("a range over a tile", score.format("range(q[i])"), r"float|integer|index|f32")
    yield from row("a row over what is no axis", score.format("q"), r"\bq\b")
    yield from row("a row over an unknown name", score.format("M"), r"\bM\b")
    yield from row("a condition that is a number", "softmax(dot(q[i], k[j]) for j in N if j) @ v", r"condition|bool|if|comparison")
    yield from row("a condition that is a tile", "softmax(dot(q[i], k[j]) for j in N if k[j] > 0) @ v", r"condition|bool|if|number|tile|shape")
    yield from row("a score that is a tile", "softmax(q[i] + k[j] for j in N) @ v", r"score|number|tile|shape|\br\b")
    yield from row("a score that is a truth", "softmax(k[j, 0] > 0 for j in N) @ v", r"score|number|bool|float")
    yield from row("a row that names its position like a loop", "softmax(dot(q[i], k[i]) for i in N) @ v", r"\bi\b")
    yield from row("two positions", "softmax(dot(q[i], k[j]) for j, l in N) @ v", r"\bl\b|one|two|2|name|variable")
    yield from row("a row kept as it is", "softmax(dot(q[i], k[j]) for j in N)", r"row|\bo\b|softmax|result")
    yield from row("values of another length", score.format("N").replace("@ v", "@ w"), r"\bw\b|\bM\b|\bN\b|\b6\b", files={"p.esp": (HEAD.replace("ranks", "w: float[M, m], ranks") + f"        o[i] = {score.format('N').replace('@ v', '@ w')}\n    return o\n")},
                   words=("q=q.npy", "k=k.npy", "v=v.npy", "w=w.npy", "ranks=1"))
    yield from row("keys of another width", "softmax(dot(q[i], v[j]) for j in N) @ v", r"\b3\b|\b4\b|\bm\b|\br\b")
    yield from row("a key one past the end", "softmax(dot(q[i], k[j + 1]) for j in N) @ v", r"(?m)^\S*p\.esp:3:\d+: error: index 5 .*range", caret=False)
    yield from row("a key before the first", "softmax(dot(q[i], k[j - 1]) for j in N) @ v", r"(?m)^\S*p\.esp:3:\d+: error: index -1 .*range", caret=False)
    yield from row("a query past the end", "softmax(dot(q[i + 1], k[j]) for j in N) @ v", r"range", r"\b5\b|\bN\b")
    yield from row("the position outside its row", "softmax(dot(q[i], k[j]) for j in N) @ v + k[j, 0]", r"\bj\b")
    yield from row("softmax of a loop over children", "softmax(dot(q[i], k[c]) for c in children(i)) @ v", r"children|tree|vertex")
    yield from row("a row times a number", "softmax(dot(q[i], k[j]) for j in N) * 2 + v[i]", r"row|`\*`|softmax|@")


def levels():
    attend = "softmax({} for j in range(i + 1)) @ v"
    yield from row("a slice by levels in a product with a matrix", attend.format("sum(q[i, :shared_levels(i, j, 3, N)] * k[j, :shared_levels(i, j, 3, N)])"), r"shared_levels|slice")
    yield from row("a slice by a float", attend.format("dot(q[i, :1.5], k[j, :1.5])"), r"integer|static|float|slice")
    yield from row("a slice by the position", attend.format("dot(q[i, :j], k[j, :j])"), r"\bj\b|static|slice")
    yield from row("a slice that is too long", attend.format("dot(q[i, :7], k[j, :7])"), r"\b7\b", r"\b4\b")
    yield from row("slices of two lengths", attend.format("dot(q[i, :2], k[j, :3])"), r"\b2\b", r"\b3\b")
    yield from row("a number of levels that is no number", attend.format("shared_levels(i, j, q[i], N) * 1.0"), r"shared_levels|static|integer|level")
    yield from row("no levels", attend.format("shared_levels(i, j, 0, N) * 1.0"), r"level|\b0\b")
    yield from row("levels below none", attend.format("shared_levels(i, j, -3, N) * 1.0"), r"level|-3")
    yield from row("too few arguments for levels", attend.format("shared_levels(i, j) * 1.0"), r"shared_levels")
    yield from row("levels of floats", attend.format("shared_levels(q[i, 0], j, 3, N) * 1.0"), r"shared_levels|integer|index|float|f32")
    for name, ranks in (("too few ranks", "2,1"), ("too many ranks", "2,2,1"), ("no rank covers", "0,0"), ("a negative rank", "5,-1"), ("one rank too small", "3"), ("an empty tuple", "")):
        for kernel in ("mlr_attention", "mlr_alibi_attention"):
            heads = kernel == "mlr_alibi_attention"
            arrays = {f"{n}.npy": np.ones(((2,) if heads else ()) + (5, 4), np.float32) for n in "qkv"}
            for target in ("interp", "cpu"):
                words = ["run", f"{PROGRAMS}/attention.esp:{kernel}", "q=q.npy", "k=k.npy", "v=v.npy", *(["slope=slope.npy"] if heads else []), f"ranks={ranks}", "-o", "out.npy"]
                needles = [r"ranks"] if name in ("an empty tuple", "a negative rank") else [r"attention\.esp:\d+:\d+: error(.|\n)*\^", r"the ranks must cover the head dimension"]
                yield Case(f"{name}, {kernel}, {target}", refused_on, dict(files={**arrays, "slope.npy": np.ones(2, np.float32)}, words=words, needles=needles, target=target))


def positions_from_data():
    """Gathers out of range name the position, wherever they stand."""
    head = "def f(q: float[N, r], k: float[N, r], v: float[N, m], t: i32[N]) -> float[N, m]:\n    for i in each(N):\n"
    words = ("q=q.npy", "k=k.npy", "v=v.npy", "t=far.npy")
    for name, body in {"a query": "softmax(dot(q[t[i]], k[j]) for j in N) @ v", "a key": "softmax(dot(q[i], k[t[j]]) for j in N) @ v", "a number in a score": "softmax(q[t[j], 0] for j in N) @ v", "what a row is added to": "softmax(q[j, 0] for j in N) @ v + v[t[i]]",
                       "a condition": "softmax(q[i, 0] for j in N if k[t[j], 0] > 0) @ v", "a column": "v[i] * k[0, t[i]]"}.items():
        yield from wrong(f"a position from data, {name}", head + f"        o[i] = {body}\n    return o\n", r"range", r"\b9\b", words=words, caret=False)
    negative = {"far.npy": np.array([0, 1, -3, 1, 3], np.int32)}
    yield from wrong("a negative position from data", head + "        o[i] = softmax(dot(q[i], k[t[j]]) for j in N) @ v\n    return o\n", r"range", r"-3\b", words=words, files=negative, caret=False)
    chained = "def f(q: float[N, r], first: i32[D], t: i32[N]) -> float[N, r]:\n    for i in each(N):\n        o[i] = softmax(q[j, 0] for j in range(first[t[i]], i + 1)) @ q\n    return o\n"
    yield from wrong("a document that is not there", chained, r"range", r"\b9\b", words=("q=q.npy", "first=t.npy", "t=far.npy"), caret=False)
    at = "def f(q: float[r], k: float[N, r], v: float[N, m], t: index) -> float[m]:\n    return softmax(dot(q, k[t]) + dot(q, k[j]) for j in N) @ v\n"
    for t in (5, -1):
        yield from wrong(f"a key at {t} of 5", at, r"range", rf"(?<!\d){t}\b", files={"q.npy": np.ones(4, np.float32)}, words=("q=q.npy", "k=k.npy", "v=v.npy", f"t={t}"), caret=False)


def contractions():
    def program(expression, result="float[N]"):
        return f"def f(A: float[N, 2, 3], B: float[N, 3, 4], x: float[N, 3]) -> {result}:\n    for i in each(N):\n        y[i] = {expression}\n    return y\n"

    arrays = {"A.npy": np.ones((4, 2, 3), np.float32), "B.npy": np.ones((4, 3, 4), np.float32), "x.npy": np.ones((4, 3), np.float32)}
    for name, (expression, *needles) in {
            "a letter of two sizes": ('sum(einsum("ij,ij->i", A[i], B[i]))', r"\b2\b", r"\b3\b"), "a letter of two sizes across three operands": ('sum(einsum("ij,jk,k->i", A[i], B[i], x[i]))', r"\bk\b", r"\b4\b", r"\b3\b"),
            "more operands than the text says": ('sum(einsum("ij->i", A[i], x[i]))', r"operand|\b1\b|\b2\b"), "fewer operands than the text says": ('sum(einsum("ij,jk,k->i", A[i], B[i]))', r"operand|\b3\b|\b2\b"),
            "too few letters": ('sum(einsum("i,jk->k", A[i], B[i]))', r"letter|axes|rank|\b1\b"), "a digit": ('sum(einsum("i1->i", A[i]))', r"1"),
            "three dots": ('sum(einsum("...j->...", A[i]))', r"\.\.\.|letter|einsum|`\.`"), "two arrows": ('sum(einsum("ij->i->j", A[i]))', r"->|arrow"), "half an arrow": ('sum(einsum("ij-i", A[i]))', r"->|arrow|-"),
            "an empty operand": ('sum(einsum("ij,->i", A[i], x[i]))', r"letter|rank|axes|operand"), "a letter twice in the result": ('sum(einsum("ij->ii", A[i]))', r"twice|repeat|\bi\b"),
            "no text": ("sum(einsum(A[i], B[i]))", r"einsum"), "the text alone": ('einsum("->")', r"einsum|operand"), "a text of operands only": ('sum(einsum(",->", A[i], B[i]))', r"letter|rank|axes"),
            "a number as text": ("sum(einsum(7, A[i]))", r"einsum|text|string"), "a letter that is not ASCII": ('sum(einsum("ié->i", A[i]))', r"ASCII|letter|character")}.items():
        yield from wrong(f"a contraction with {name}", program(expression), *needles, files=arrays, words=("A=A.npy", "B=B.npy", "x=x.npy"))
    sized = 'def f(L: float[b, a, c, s], R: float[c, d, b, s], x: float[N, c, d]) -> float[N, a, b]:\n    for t in each(N):\n        y[t] = einsum("bacs,cdbs,cd->ab", L, R, x[t])\n    return y\n'
    tensors = {"L.npy": np.ones((2, 3, 4, 1), np.float32), "R.npy": np.ones((4, 5, 2, 2), np.float32), "x.npy": np.ones((7, 4, 5), np.float32)}
    yield from wrong("factors of different rank", sized, r"\bs\b", r"\b1\b", r"\b2\b", files=tensors, words=("L=L.npy", "R=R.npy", "x=x.npy"), caret=False)
    level = f"{PROGRAMS}/structured.esp:mlbtc"
    given = dict(alpha=(3,), L1=(6, 1), R1=(6, 1), L2=(2, 4, 1), R2=(2, 4, 1), L3=(2, 3, 2, 1), R3=(2, 3, 2, 1), x=(5, 6))
    for target in ("interp", "cpu"):
        yield Case(f"blocks that do not cover the width, {target}", refused_on, dict(files={f"{n}.npy": np.ones(s, np.float32) for n, s in given.items()}, target=target, needles=[r"structured\.esp:\d+:\d+", r"\b8\b|\b6\b"],
                   words=["run", level, *(f"{n}={n}.npy" for n in given), "-o", "out.npy"]))


LAYER = "def {}(x: float[N, d]) -> float[N, d]:\n    for i in each(N):\n        y[i] = 2 * x[i]\n    return y\n"


def imports():
    calls = "\n\ndef f(x: float[N, d]) -> float[N, d]:\n    return {}(x)\n"
    yield from checked("an import from no file", "from nowhere import g\n" + calls.format("g"), r"nowhere")
    yield from checked("an import of no function", "from other import h\n" + calls.format("h"), r"\bh\b", files={"other.esp": LAYER.format("g")})
    yield from checked("an import of what was only imported there", "from other import g\n" + calls.format("g"), r"\bg\b", files={"other.esp": "from third import g\n\n\n" + LAYER.format("h"), "third.esp": LAYER.format("g")})
    yield from checked("a circle of three files", "from a import ga\n" + calls.format("ga"), r"circ|cycle", files={"a.esp": "from b import gb\n\n\n" + LAYER.format("ga"), "b.esp": "from p import f\n\n\n" + LAYER.format("gb")})
    yield from checked("an import of a folder", "from other import g\n" + calls.format("g"), r"other", files={"other.esp": "a folder"})
    yield from checked("an import twice", "from other import g\nfrom other import g\n" + calls.format("g"), r"\bg\b", files={"other.esp": LAYER.format("g")})
    yield from checked("an import and a function of one name", "from other import g\n\n\n" + LAYER.format("g"), r"\bg\b", files={"other.esp": LAYER.format("g")})
    yield from checked("a call with too few arguments", "from other import g\n" + calls.format("g").replace("(x)\n", "()\n"), r"\bg\b|argument|\bx\b", files={"other.esp": LAYER.format("g")})
    yield from wrong("a call with other shapes", "from other import g\n\n\ndef f(x: float[N, d], w: float[d, e]) -> float[N, d]:\n    return g(w)\n", r"\bx\b|\bN\b|\bd\b", files={"other.esp": LAYER.format("g"), "w.npy": np.ones((4, 3), np.float32)}, words=("x=q.npy", "w=w.npy"))
    yield from checked("a call in place of a tile", "from other import g\n\n\ndef f(x: float[N, d]) -> float[N, d]:\n    for i in each(N):\n        y[i] = g(x[i])\n    return y\n", r"\bg\b|\bx\b", files={"other.esp": LAYER.format("g")})


def shapes():
    two = "def f(x: float[N, d], w: float[d, e]) -> float[N, e]:\n    for i in each(N):\n        y[i] = {}\n    return y\n"
    words = ("x=q.npy", "w=w.npy")
    files = {"w.npy": np.ones((4, 3), np.float32)}
    for name, (expression, *needles) in {"a product the wrong way round": ("w @ x[i]", r"\bd\b", r"\be\b"), "a result of another shape": ("x[i]", r"\bd\b", r"\be\b"), "a matrix for a row": ("w", r"\bd\b"), "a number for a row": ("1.0", r"\be\b"),
                                         "concat of rank 1 and 2": ("concat(x[i], w)", r"concat|rank|axes"), "concat into another length": ("concat(x[i] @ w, x[i])", r"\be\b"), "a reshape that does not fit": ("reshape(x[i], (e, 1))[:, 0]", r"\bd\b|\b4\b"),
                                         "a sum of rows of two lengths": ("x[i] @ w + x[i]", r"\bd\b", r"\be\b"), "dot of two shapes": ("dot(x[i], w) * w[0]", r"dot")}.items():
        yield from wrong(name, two.format(expression), *needles, words=words, files=files)
    sweep = "def f(G: tree, x: float[G, d], u: float[N, d]) -> float[G, d]:\n    for v in up(G):\n        y[v] = {}\n    return y\n"
    for name, (expression, *needles) in {"rows of points read at a vertex": ("u[v]", r"\bN\b|\bu\b"), "a vertex that is not reached yet": ("x[v] + sum(y[0])", r"\by\b|defined"), "a vertex as a number": ("x[v] * v", r"\bv\b|vertex"),
                                         "a child outside a reduction": ("x[children(v)]", r"children"), "the parent of a child": ("sum(x[parent(c)] for c in children(v))", r"parent"), "a root of another tree": ("x[root(H)]", r"\bH\b")}.items():
        yield from wrong(name, sweep.format(expression), *needles, words=("G=chain:5", "x=q.npy", "u=k.npy"))


def cases():
    for group in (attention, levels, positions_from_data, contractions, imports, shapes):
        yield from group()


if __name__ == "__main__":
    chosen = arguments(__doc__)
    sys.exit(run_cases(list(cases()), chosen))
