"""Attention over 65,536 keys in less than 1 GB, where a matrix of scores would take 17 GB: some rows against NumPy.

Usage: long_sequences.py ESPALIER. The last line is 'N passed, M failed'.
"""
import pathlib, resource, subprocess, sys, tempfile

import numpy as np

KEYS, WIDTH, HEAD = 65536, 1000, 16
LIMIT = 1 << 30  # bytes

PROGRAM = """
def window(q: float[N, r], k: float[N, r], v: float[N, m], width: static) -> float[N, m]:
    for i in each(N):
        o[i] = softmax(dot(q[i], k[j]) for j in range(i + 1 - width, i + 1)) @ v
    return o


def whole(q: float[R, r], k: float[N, r], v: float[N, m]) -> float[R, m]:
    for i in each(R):
        o[i] = softmax(dot(q[i], k[j]) for j in N) @ v
    return o


def levels(q: float[N, r], k: float[N, r], v: float[N, m], ranks: static) -> float[N, m]:
    for i in each(N):
        o[i] = softmax(dot(q[i, :sum(ranks[:shared_levels(i, j, len(ranks), N)])], k[j, :sum(ranks[:shared_levels(i, j, len(ranks), N)])])
                       for j in range(i - 300, i + 300)) @ v
    return o
"""


def weights(scores):
    scores = np.exp(scores - scores.max())
    return scores / scores.sum()


def shared_levels(i, j, levels):
    finest = -(-KEYS // 2 ** (levels - 1))
    return sum(i // (finest << l) == j // (finest << l) for l in range(levels))


def window(i, q, k, v):
    keys = slice(max(0, i + 1 - WIDTH), i + 1)
    return weights(k[keys] @ q[i]) @ v[keys]


def whole(i, q, k, v):
    return weights(k @ q[i]) @ v


def levels(i, q, k, v):
    keys = range(max(0, i - 300), min(KEYS, i + 300))
    ends = [(0, 8, 12, 14, 16)[shared_levels(i, j, 4)] for j in keys]
    return weights(np.array([q[i, :end] @ k[j, :end] for j, end in zip(keys, ends)])) @ v[keys.start : keys.stop]


CASES = [("window", window, KEYS, [f"width={WIDTH}"]), ("whole", whole, 2048, []), ("levels", levels, KEYS, ["ranks=8,4,2,2"])]


def check(tool, folder, kernel, reference, rows, more):
    rng = np.random.default_rng(7)
    given = {"q": rng.standard_normal((rows, HEAD)), "k": rng.standard_normal((KEYS, HEAD)), "v": rng.standard_normal((KEYS, 8))}
    given = {name: value.astype(np.float32) for name, value in given.items()}
    for name, value in given.items():
        np.save(folder / f"{name}.npy", value)
    done = subprocess.run([tool, "run", f"program.esp:{kernel}", *(f"{name}={name}.npy" for name in given), *more, "-o", "out.npy"], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        return f"exit {done.returncode}: {done.stderr.strip()[:300]}"
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024  # of the largest run so far
    if peak >= LIMIT:
        return f"{peak / 2**20:.0f} MB at the peak"
    out = np.load(folder / "out.npy")
    for i in (0, 1, 63, 64, 1023, rows // 2 - 1, rows // 2, rows - 1):
        want = reference(i, **{name: value.astype(np.float64) for name, value in given.items()})
        if not np.allclose(out[i], want, rtol=1e-4, atol=1e-5):
            return f"row {i}: {out[i]} instead of {want}"
    print(f"{kernel}: {peak / 2**20:.0f} MB at the peak")
    return None


def main():
    tool = str(pathlib.Path(sys.argv[1]).resolve())
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "program.esp").write_text(PROGRAM)
        for case in CASES:
            problem = check(tool, folder, *case)
            failed += problem is not None
            if problem:
                print(f"FAIL {case[0]}: {problem}")
    print(f"{len(CASES) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
