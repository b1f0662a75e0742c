"""Runs the espalier command line as a user would: arguments as .npy files in an empty folder, results read back, and many cases at once."""
import argparse, concurrent.futures, dataclasses, inspect, os, pathlib, resource, signal, subprocess, tempfile, traceback

import numpy as np

PROGRAMS = pathlib.Path(__file__).resolve().parent.parent.parent / "examples" / "layers"


class Failure(Exception):
    """What the tool did wrong."""


@dataclasses.dataclass
class Done:
    status: int
    out: str
    err: str
    seconds: float  # of processor time, so that a busy machine counts for nothing


def call(tool, *words, folder, limit=60.0, threads=1, prepare=None):
    """One run of the tool in `folder`; a Failure where it does not answer in time or dies by a signal."""
    environment = dict(os.environ, OMP_NUM_THREADS=str(threads))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen([str(tool), *map(str, words)], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=prepare)
    try:
        out, err = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise Failure(f"no answer in {limit:g} s") from None
    out, err = (text.decode("utf-8", "replace") for text in (out, err))
    if process.returncode < 0:
        raise Failure(f"killed by {signal.Signals(-process.returncode).name}: {excerpt(err)}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Done(process.returncode, out, err, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def no_core():
    """For children that may crash: leave no core files behind."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def excerpt(text, length=400):
    text = " | ".join(line for line in text.strip().splitlines() if line.strip())
    return ascii(text if len(text) <= length else text[: length // 2] + " ... " + text[-length // 2 :])[1:-1]


def evaluate(tool, program, kernel, arguments, *, results=None, target="cpu", options=(), limit=60.0, threads=1):
    """Runs one kernel. `program` is a file of examples/layers or a text; arrays among the arguments become NAME.npy.
    Returns (array, or arrays by name of result; seconds of processor time). A Failure where the tool refuses."""
    with tempfile.TemporaryDirectory(prefix="espalier-") as folder:
        folder = pathlib.Path(folder)
        path = PROGRAMS / program
        if "\n" in program:
            path = folder / "program.esp"
            path.write_text(program)
        words = []
        for name, value in arguments.items():
            if isinstance(value, np.ndarray):
                np.save(folder / f"{name}.npy", value)
                value = f"{name}.npy"
            words.append(f"{name}={value}")
        out = "results/" if results else "result.npy"
        done = call(tool, "run", f"{path}:{kernel}", *words, f"--target={target}", *options, "-o", out, folder=folder, limit=limit,
                    threads=threads, prepare=no_core)
        if done.status:
            raise Failure(f"exit {done.status}: {excerpt(done.err or done.out)}")
        files = {name: folder / "results" / f"{name}.npy" for name in results} if results else {None: folder / out}
        for file in files.values():
            if not file.exists():
                raise Failure(f"{file.name} was not written")
        arrays = {name: np.load(file) for name, file in files.items()}
        return (arrays if results else arrays[None]), done.seconds


def difference(got, want, tolerance, what="result"):
    """None where `got` is within `tolerance` of `want` in norm, else what is wrong."""
    if got.shape != want.shape:
        return f"{what}: shape {got.shape}, expected {want.shape}"
    got = got.astype(np.float64)
    if not want.size:
        return None
    unlike = (np.isfinite(got) != np.isfinite(want)) | (np.isinf(want) & (got != want)) | (np.isnan(got) != np.isnan(want))
    if unlike.any():
        place = tuple(int(i) for i in np.argwhere(unlike)[0])
        return f"{what}: at {place} {got[place]}, expected {want[place]} ({int(unlike.sum())} of {unlike.size} like this)"
    got, want = np.where(np.isfinite(want), got, 0), np.where(np.isfinite(want), want, 0)
    scale, error = np.linalg.norm(want.ravel()), np.linalg.norm((got - want).ravel())
    if error > tolerance * max(scale, 1e-30):
        place = tuple(int(i) for i in np.unravel_index(np.argmax(abs(got - want)), want.shape))
        return f"{what}: relative error {error / max(scale, 1e-300):.2e}, worst at {place}: {got[place]:.9g}, expected {want[place]:.9g}"
    return None


@dataclasses.dataclass
class Case:
    """A named check: `check(tool, **options)` returns None, or the seconds that the command took, and raises a Failure."""
    name: str
    check: object
    options: dict = dataclasses.field(default_factory=dict)

    def on(self, target):
        """The same case on another target, where it would run on the default one."""
        options = dict(self.options)
        if options.get("target", "cpu") == "cpu" and "target" in inspect.signature(self.check).parameters:
            options["target"] = target
        words = options.get("words", [])
        if "run" in words[:1] and "-o" in words and not any(str(word).startswith("--target") for word in words):
            options["words"] = [*words, f"--target={target}"]
        return Case(self.name, self.check, options)


def same_bits(tool, text, given, schedule, others, *, results=None, options=(), single=2e-5):
    """The kernel f of `text` on one thread under `schedule`, a list of settings, has the interpreter's values (to `single` in 32 bits), and the same bits under each
    (settings, threads) of `others`."""
    def run(settings, threads, target="cpu"):
        chosen = [] if target == "interp" else ["--schedule=" + ",".join(settings)]
        found, _ = evaluate(tool, text, "f", given, results=results, target=target, threads=threads, options=[*options, *chosen])
        return found if results else {"result": found}

    first, true = run(schedule, 1), run([], 1, "interp")
    for name, values in first.items():
        tolerance = {"float16": 2e-2, "float32": single, "float64": 1e-12}[str(values.dtype)]
        if problem := difference(values, true[name], tolerance, f"{name}, {','.join(schedule)}"):
            raise Failure(problem)
    for settings, threads in others:
        for name, got in run(settings, threads).items():
            values = first[name]
            if got.shape != values.shape or got.tobytes() != values.tobytes():
                differing = int((got != values).sum()) if got.shape == values.shape else f"shape {got.shape}"
                raise Failure(f"{name}, {','.join(settings)}, {threads} threads: other bits than {','.join(schedule)} ({differing} of {values.size})")


def attempt(tool, case):
    try:
        return None, case.check(tool, **case.options) or 0.0
    except Failure as failure:
        return str(failure), 0.0
    except Exception:
        return "the test itself failed: " + traceback.format_exc(limit=-3).replace("\n", " | "), 0.0


def arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("espalier", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("--only", default="", help="cases whose name contains this text")
    parser.add_argument("--more", action="store_true", help="larger grids")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--target", help="run what would run on cpu on this target")
    parser.add_argument("--slowest", type=int, default=0, help="report this many of the slowest commands")
    return parser.parse_args()


def run_cases(cases, options):
    """Runs what `--only` selects; the exit status."""
    names = [case.name for case in cases]
    assert len(set(names)) == len(names), "two cases of one name: " + ", ".join({n for n in names if names.count(n) > 1})
    cases = [case for case in cases if options.only in case.name]
    if options.target:
        cases = [case.on(options.target) for case in cases]
    problems, times = {}, {}
    with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        futures = {pool.submit(attempt, options.espalier, case): case for case in cases}
        for future in concurrent.futures.as_completed(futures):
            problem, times[futures[future].name] = future.result()
            if problem:
                problems[futures[future].name] = problem
                print(f"FAIL {futures[future].name}: {problem}", flush=True)
    for name in sorted(times, key=times.get, reverse=True)[: options.slowest]:
        print(f"{times[name]:8.2f} s  {name}")
    print(f"{len(cases) - len(problems)} passed, {len(problems)} failed")
    return 1 if problems or not cases else 0
