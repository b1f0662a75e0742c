"""What the command line promises besides numbers: help, `check` of every program, every stage of `compile`, summaries, and refusals that name the construct.

Usage: command_line.py ESPALIER [--only TEXT] [--jobs N]. The last line is 'N passed, M failed'.
"""
import itertools, os, pathlib, re, sys, tempfile

import numpy as np

from command import PROGRAMS, Case, Failure, arguments, call, excerpt, no_core, run_cases

RUNS = {"myo": ("myo.esp", "G=perfect:2,3 A=random:15,4,4 B=random:15,4,4 C=random:15,4,4 u=random:15,4,2"), "tree_scan": ("tree_scan.esp", "T=chain:9 u=random:9,5 a=random:9,5"), "groot_scan": ("tree_scan.esp", "x=random:4,5,3 u=random:4,5,3 a=random:4,5,3"),
        "gated_scan": ("ssm.esp", "time=chain:9 a=random:2,9,5 b=random:2,9,5"), "headed_scan": ("ssm.esp", "time=chain:9 a=random:2,9 k=random:2,9,3 x=random:2,9,4 q=random:2,9,3"),
        "slotted": ("variants.esp", "G=perfect:2,3 x=random:15,4 U=random:2,4,4"), "marginals": ("variants.esp", "G=perfect:2,3 unary=random:15,3 pair=random:15,3,3")}
STAGES = {"ast": r"def|kernel|function|sweep|for", "mlir": r"tree\.sweep", "scheduled": r"schedule", "llvm": r"define ", "asm": r"\bret", "object": None}
LATER = {"attention.esp:attention": ("q=random:8,4 k=random:8,4 v=random:8,4", r"softmax|row|attention"),
         "attention.esp:mlr_decode": ("q=random:8 k=random:9,8 v=random:9,2 t=4 ranks=4,2,2", r"softmax|row|shared_levels|attention")}


def expect(tool, *, words, needles=(), absent=(), status=0, stream="out"):
    with tempfile.TemporaryDirectory(prefix="espalier-") as folder:
        done = call(tool, *words, folder=folder, limit=30, prepare=no_core)
        if done.status != status:
            raise Failure(f"exit {done.status}, expected {status}: {excerpt(done.err or done.out)}")
        said = done.out if stream == "out" else done.err
        for needle in needles:
            if not re.search(needle, said, re.I):
                raise Failure(f"lacks /{needle}/: {excerpt(said)}")
        for needle in absent:
            if re.search(needle, done.out + done.err, re.I):
                raise Failure(f"contains /{needle}/: {excerpt(done.out + done.err)}")
        return done.seconds


def stage(tool, *, kernel, name, to_file):
    """`compile --emit=` shows a stage, on stdout or in a file."""
    program, values = RUNS[kernel]
    with tempfile.TemporaryDirectory(prefix="espalier-") as folder:
        folder = pathlib.Path(folder)
        out = ["-o", "stage"] if to_file or name == "object" else []
        done = call(tool, "compile", f"{PROGRAMS / program}:{kernel}", *values.split(), f"--emit={name}", *out, folder=folder, limit=30, prepare=no_core)
        if done.status:
            raise Failure(f"exit {done.status}: {excerpt(done.err)}")
        text = (folder / "stage").read_bytes() if out else done.out.encode()
        if name == "object" and not text.startswith(b"\x7fELF"):
            raise Failure(f"no ELF object: {text[:20]}")
        if STAGES[name] and not re.search(STAGES[name], text.decode(errors="replace")):
            raise Failure(f"lacks /{STAGES[name]}/: {excerpt(text.decode(errors='replace'))}")
        return done.seconds


def outputs(tool, *, kernel, out, made, target="cpu"):
    """Where results go."""
    program, values = RUNS[kernel]
    with tempfile.TemporaryDirectory(prefix="espalier-") as folder:
        folder = pathlib.Path(folder)
        (folder / "old").mkdir()
        done = call(tool, "run", f"{PROGRAMS / program}:{kernel}", *values.split(), "-o", out, f"--target={target}", folder=folder, limit=30, prepare=no_core)
        files = sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())
        if done.status or files != made:
            raise Failure(f"exit {done.status}, files {files}, expected {made}: {excerpt(done.err)}")
        for name in files:
            np.load(folder / name)
            mode = (folder / name).stat().st_mode & 0o777
            mask = os.umask(0)
            os.umask(mask)
            if mode != 0o666 & ~mask:
                raise Failure(f"{name} has the mode {mode:o}")


def same_random(tool, *, target="cpu"):
    """`random:` gives the same numbers in every run, others for another seed and for another argument."""
    results = []
    with tempfile.TemporaryDirectory(prefix="espalier-") as folder:
        folder = pathlib.Path(folder)
        (folder / "p.esp").write_text("def f(x: float[N], y: float[N]) -> (float[N], float[N]):\n    for i in each(N):\n        a[i] = x[i] * 1\n        b[i] = y[i] * 1\n    return a, b\n")
        for run, seed in enumerate(("", "", ";seed=7", ";seed=7", ";seed=8")):
            done = call(tool, "run", "p.esp:f", f"x=random:1000{seed}", f"y=random:1000{seed}", f"--target={target}", "-o", f"{run}/", folder=folder, limit=30)
            if done.status:
                raise Failure(excerpt(done.err))
            results.append((np.load(folder / f"{run}/a.npy"), np.load(folder / f"{run}/b.npy")))
    (a, b), (a_again, _), (c, _), (c_again, _), (d, _) = results
    if not (np.array_equal(a, a_again) and np.array_equal(c, c_again)) or np.array_equal(c, d) or np.array_equal(a, c):
        raise Failure("seeds do not decide the numbers")
    if not (abs(a.mean()) < 0.2 and 0.3 < a.std() < 1.3 and len(np.unique(a)) > 900):
        raise Failure(f"mean {a.mean()}, deviation {a.std()}")


def cases():
    yield Case("help", expect, dict(words=["--help"], needles=["run", "check", "compile"]))
    yield Case("version", expect, dict(words=["--version"], needles=[r"\d"]))
    for command in ("run", "check", "compile"):
        yield Case(f"help of {command}", expect, dict(words=[command, "--help"], needles=[command, r"\.esp"]))
    for program in sorted(PROGRAMS.glob("*.esp")):
        yield Case(f"check {program.name}", expect, dict(words=["check", program], absent=["error:", "warning:"]))
    for kernel, name in itertools.product(RUNS, STAGES):
        yield Case(f"compile {kernel} to {name}", stage, dict(kernel=kernel, name=name, to_file=False))
        if kernel == "myo":
            yield Case(f"compile {kernel} to {name} in a file", stage, dict(kernel=kernel, name=name, to_file=True))
    for kernel, (program, values) in RUNS.items():
        for target in ("cpu", "interp"):
            shape = {"myo": r"15, 4, 2", "gated_scan": r"2, 9, 5"}.get(kernel, r"\d")
            yield Case(f"summary of {kernel} {target}", expect, dict(words=["run", f"{PROGRAMS / program}:{kernel}", *values.split(), f"--target={target}"], needles=[shape], absent=["error:"]))
    for what, (values, needle) in LATER.items():
        yield Case(f"refuses {what} or runs it", later, dict(what=what, values=values, needle=needle))
    yield Case("one result in a file", outputs, dict(kernel="myo", out="out.npy", made=["out.npy"]))
    yield Case("one result in a file without ending", outputs, dict(kernel="myo", out="out", made=["out"]))
    yield Case("one result in a new folder", outputs, dict(kernel="myo", out="new/", made=["new/x.npy"]))
    yield Case("one result in an old folder", outputs, dict(kernel="myo", out="old/", made=["old/x.npy"]))
    yield Case("one result in a file in a folder", outputs, dict(kernel="myo", out="old/out.npy", made=["old/out.npy"]))
    yield Case("two results in a new folder", outputs, dict(kernel="headed_scan", out="new/", made=["new/last.npy", "new/y.npy"]))
    yield Case("two results in an old folder", outputs, dict(kernel="headed_scan", out="old/", made=["old/last.npy", "old/y.npy"]))
    yield Case("random numbers", same_random)


def later(tool, *, what, values, needle):
    """What this version does not compile is refused with a place in the program and the construct's name."""
    done = call(tool, "run", f"{PROGRAMS}/{what}", *values.split(), folder=tempfile.gettempdir(), limit=30, prepare=no_core)
    if done.status == 0:
        return
    if done.status != 1 or not re.search(needle, done.err, re.I) or not re.search(r"\.esp:\d+:\d+: error", done.err):
        raise Failure(f"exit {done.status}: {excerpt(done.err)}")


if __name__ == "__main__":
    chosen = arguments(__doc__)
    sys.exit(run_cases(list(cases()), chosen))
