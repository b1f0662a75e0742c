#!/usr/bin/env python3
"""Golden vectors, run through the command line.

A case is a folder of test/vectors: case.json names a program, a kernel and its arguments; expected.npy (or expected_NAME.npy
for each of several results) is what an independent float64 implementation found. A result passes if the norm of its
difference is at most `tolerance` of the norm of what was expected.

    check_vectors.py build/bin/espalier --target=interp --only=myo
"""
import argparse
import concurrent.futures
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

TESTS = pathlib.Path(__file__).resolve().parent
NEGLIGIBLE = 1e-6  # the norm of an error where the expected result is zero


class Case:
    def __init__(self, folder):
        self.folder = folder
        self.description = json.loads((folder / "case.json").read_text())
        self.results = self.description.get("results")

    def command(self, options, output):
        program = options.programs.resolve() / self.description["program"]
        values = [f"{name}={value}" for name, value in self.description["args"].items()]
        return [str(options.espalier.resolve()), "run", f"{program}:{self.description['kernel']}", *values,
                f"--target={options.target}", "-o", output]

    def pairs(self, scratch):
        """Written and expected file of each result."""
        if not self.results:
            return [(scratch / "result.npy", self.folder / "expected.npy")]
        return [(scratch / "results" / f"{name}.npy", self.folder / f"expected_{name}.npy") for name in self.results]

    def problem(self, options):
        """What is wrong, or None."""
        with tempfile.TemporaryDirectory() as name:
            scratch = pathlib.Path(name)
            output = str(scratch / "results") + "/" if self.results else str(scratch / "result.npy")
            try:
                run = subprocess.run(self.command(options, output), cwd=self.folder, capture_output=True, text=True,
                                     timeout=options.seconds)
            except subprocess.TimeoutExpired:
                return f"still running after {options.seconds} s"
            if run.returncode != 0:
                return f"exit status {run.returncode}: {run.stderr.strip()[:400]}"
            tolerance = self.description.get("tolerance", options.tolerance)
            problems = [compare(*pair, tolerance) for pair in self.pairs(scratch)]
            return next((text for text in problems if text), None)


def compare(written, expected, tolerance):
    if not written.exists():
        return f"{written.name} is missing"
    found, wanted = np.load(written), np.load(expected)
    if found.shape != wanted.shape:
        return f"{written.name} has shape {found.shape}, expected {wanted.shape}"
    error, size = np.linalg.norm(np.ravel(found.astype(np.float64) - wanted)), np.linalg.norm(np.ravel(wanted))
    # A NaN fails both comparisons.
    if error <= tolerance * size or (size < 1e-12 and error < NEGLIGIBLE):
        return None
    return f"{written.name} is off by {error / size if size else error:.2e}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("espalier", type=pathlib.Path, help="the command line tool")
    parser.add_argument("--target", default="cpu")
    parser.add_argument("--only", default="", help="cases whose names contain this")
    parser.add_argument("--without", default="", help="leave out the cases of this program")
    parser.add_argument("--vectors", type=pathlib.Path, default=TESTS / "vectors")
    parser.add_argument("--programs", type=pathlib.Path, default=TESTS.parent / "examples" / "layers")
    parser.add_argument("--tolerance", type=float, default=2e-5)
    parser.add_argument("--seconds", type=float, default=120, help="for one case")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()

    cases = [Case(path.parent) for path in sorted(options.vectors.glob("*/case.json")) if options.only in path.parent.name]
    cases = [case for case in cases if case.description["program"] != options.without]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        problems = list(pool.map(lambda case: case.problem(options), cases))
    for case, problem in zip(cases, problems):
        if problem:
            print(f"FAIL {case.folder.name}: {problem}")
    failed = sum(problem is not None for problem in problems)
    print(f"{len(cases) - failed} passed, {failed} failed")
    sys.exit(1 if failed or not cases else 0)


if __name__ == "__main__":
    main()
