"""Results stored over what only their sweeps read (--schedule=residence=results): the bits of definitions in scratch, for trees of every shape, rows of every length, any
number of channels in a task, of parts and of threads; and the values of the interpreter.

Usage: residence.py ESPALIER [--only TEXT] [--jobs N]. The last line is 'N passed, M failed'.
"""
import sys

import numpy as np

from command import Case, arguments, run_cases, same_bits
from subtrees import PROGRAMS, SCAN, fill, random_parents, trees

# What is read at a child, turned round, beside another result or after it, must not be stored over; the last one may.
CAREFUL = """
def f(G: forest, u: float[..., G, n], a: float[..., G, n]) -> (float[..., G, n], float[..., G, n], float[..., G, n], float[..., G, n], float[..., G, n]):
    for v in up(G):
        p[v] = u[v] + sum(a[c] * p[c] for c in children(v))
        q[v] = u[v] * a[v]
        r[v] = u[v] - a[v]
        s[v] = a[v] - u[v]
        t[v] = a[v] * p[v] + sum(0.5 * t[c] for c in children(v))
    for v in down(G):
        x[v] = q[v] + 0.5 * x[parent(v)] + sum(0.1 * q[c] for c in children(v))
        y[v] = r[v][n - 1:n] + 0.5 * r[v]
        z[v] = s[v] + 0.25 * x[v]
        w[v] = s[v] - z[v]
    for v in down(G):
        h[v] = t[v] * t[v] + tanh(t[v]) * a[v] + 0.5 * h[parent(v)] - p[v]
    return x, y, z, w, h
"""
TWICE = """
def f(G: forest, u: float[..., G, n], a: float[..., G, n]) -> (float[..., G, n], float[..., G, n]):
    for v in up(G):
        p[v] = u[v] + sum(a[c] * p[c] for c in children(v))
        q[v] = p[v] * a[v]
    for v in down(G):
        x[v] = p[v] + 0.5 * x[parent(v)]
    for v in each(G):
        y[v] = q[v] - x[v]
    return x, y
"""
# Where parts of the tree are tasks, one may not store over what another still reads.
BETWEEN = """
def f(G: forest, u: float[..., G, n], a: float[..., G, n], j: i32[G]) -> float[..., G, n]:
    for v in up(G):
        p[v] = u[v] + sum(a[c] * p[c] for c in children(v))
    for v in down(G):
        r[v] = p[j[v]] * a[v] + 0.5 * r[parent(v)]
    for v in up(G):
        s[v] = p[v] + 0.25 * r[v] + sum(0.5 * s[c] for c in children(v))
    return s
"""
LENGTHS = (1, 2, 3, 7, 8, 15, 16, 17, 24, 31, 33, 48)


def check(tool, *, text, given, others=(), results=None):
    uncut = [*others, "parts=0"]
    cut = [*(other for other in others if not other.startswith("sums")), "parts=3"]  # parts make sums at parents
    variants = [([*schedule, "residence=results"], threads) for schedule, threads in ((uncut, 1), (uncut, 2), (cut, 1), (cut, 3))]
    same_bits(tool, text, given, [*uncut, "residence=scratch"], variants, results=results)


def check_chain(tool, *, given):
    """Steps of a chain are no parts."""
    same_bits(tool, SCAN.replace("forest", "tree"), given, ["residence=scratch"], [(["residence=results"], 1), (["residence=results"], 2)])


def cases():
    both = [(name, text, shapes) for name, text, shapes in PROGRAMS if name in ("myo", "scan", "down up down", "axes")]
    two = dict(u="b G n", a="b G n")
    for number, (name, text, shapes) in enumerate([*both, ("careful", CAREFUL, two), ("twice", TWICE, two), ("between", BETWEEN, dict(two, j="i"))]):
        results = {"careful": list("xyzwh"), "twice": ["x", "y"]}.get(name)
        for at, (tree, parents) in enumerate(trees()):
            turn = number + at
            n = (1, 3, 5, 16, 17)[turn % 5] if name == "myo" else LENGTHS[turn % len(LENGTHS)]
            kind = (np.float32, np.float64)[turn % 2]  # sums of 16-bit numbers are wider than results
            given = fill(shapes, dict(b=1 + turn % 3, G=len(parents), n=n, H=2), kind, turn)
            others = ["lanes=elements", "grain=1", f"ahead={(0, 8, 2)[turn % 3]}"]
            if name == "scan":
                others += [("sums=parents", "sums=children")[at % 2] if at % 3 else "channels=0"]
            yield Case(f"{name}: {tree}, n {n}, {kind.__name__}", check, dict(text=text, given={"G": parents, **given}, others=others, results=results))
    for length in (1, 2, 3, 70):
        given = fill(two, dict(b=2, G=length, n=33), np.float32, length)
        yield Case(f"scan: a chain of {length}", check_chain, dict(given={"G": f"chain:{length}", **given}))
    for channels in (1, 8, 15, 16, 31):
        given = fill(two, dict(b=2, G=60, n=37), np.float32, channels)
        parents = random_parents(60, 4, 0, 3)
        yield Case(f"scan, {channels} of 37 channels", check, dict(text=SCAN, given={"G": parents, **given}, others=["lanes=elements", f"channels={channels}"]))
    many = np.stack([random_parents(60, reach, 0, reach) for reach in (1, 4, 60)])
    given = fill(two, dict(b=3, G=60, n=16), np.float32, 7)
    yield Case("a batch of trees", check, dict(text=SCAN.replace("forest", "tree"), given={"G": many, **given}))


if __name__ == "__main__":
    chosen = arguments(__doc__)
    sys.exit(run_cases(list(cases()), chosen))
