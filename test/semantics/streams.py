"""Results stored past the caches (--schedule=stores=streamed): the bits of ordinary stores, for trees of every shape, rows of every length and any number of
threads; and the values of the interpreter.

Usage: streams.py ESPALIER [--only TEXT] [--jobs N]. The last line is 'N passed, M failed'.
"""
import sys

import numpy as np

from command import Case, arguments, run_cases, same_bits
from subtrees import PROGRAMS, SCAN, fill, random_parents, tiles_and_trees_of_kernels, trees

TWO = """
def f(G: forest, u: float[..., G, n], a: float[..., G, n]) -> (float[..., G, n], float[..., G, n], float[..., G]):
    for v in up(G):
        xi[v] = u[v] + sum(a[c] * xi[c] for c in children(v))
    for v in down(G):
        g[v] = xi[v] - 0.5 * g[parent(v)]
        h[v] = g[v] * a[v] + 0.5 * g[parent(v)] + 0.25 * h[parent(v)]
        s[v] = sum(h[v]) + 0.5 * s[parent(v)]
    return g, h, s
"""
DOWN = [(name, text, shapes) for name, text, shapes in PROGRAMS if name in ("down", "myo", "scan", "down up down", "axes")]
LENGTHS = (1, 3, 8, 15, 16, 17, 24, 32, 48)


def check(tool, *, text, given, others=(), results=None):
    cached, streamed = ([*others, "parts=0", f"stores={stores}"] for stores in ("cached", "streamed"))
    same_bits(tool, text, given, cached, [(streamed, threads) for threads in (1, 2, 3)], results=results)


def cases():
    for number, (name, text, shapes) in enumerate([*DOWN, ("two", TWO, dict(u="b G n", a="b G n"))]):
        results = ["g", "h", "s"] if name == "two" else None
        for at, (tree, parents) in enumerate(trees()):
            turn = number + at
            n = (1, 3, 4, 8, 16)[turn % 5] if name == "myo" else LENGTHS[turn % len(LENGTHS)]
            kind = (np.float32, np.float64, np.float32, np.float16)[turn % 4]
            if kind is np.float16 and name in ("myo", "two", "down up down"):
                kind = np.float64
            given = fill(shapes, dict(b=1 + turn % 3, G=len(parents), n=n, H=2), kind, turn)
            others = ["grain=1", f"ahead={(0, 8, 16)[turn % 3]}"]
            yield Case(f"{name}: {tree}, n {n}, {kind.__name__}", check, dict(text=text, given={"G": parents, **given}, others=others, results=results))
        given = fill(shapes, dict(b=2, G=31, n=16, H=2), np.float32, number)
        yield Case(f"{name}: perfect", check, dict(text=text.replace("forest", "tree"), given={"G": "perfect:2,4", **given}, others=["lanes=elements"], results=results))
    yield from tiles_and_trees_of_kernels(check)
    many = np.stack([random_parents(60, reach, 0, reach) for reach in (1, 4, 60)])
    given = fill(dict(u="b G n", a="b G n"), dict(b=3, G=60, n=16), np.float32, 7)
    yield Case("a batch of trees", check, dict(text=SCAN.replace("forest", "tree"), given={"G": many, **given}))


if __name__ == "__main__":
    chosen = arguments(__doc__)
    sys.exit(run_cases(list(cases()), chosen))
