#!/usr/bin/env python3
"""The direction of includes: each room may include itself and what stands below it, and headers for users no MLIR or LLVM.

    includes.py SOURCE_FOLDER
"""
import pathlib
import re
import sys
import tempfile
import unittest

# From the lowest to the highest. A file belongs to the longest entry that it starts with. Generated code knows of the
# runtime nothing but ABI.h; the functions that it names are part of the runtime.
ROOMS = ["runtime/ABI/ABI.h", "runtime", "dialects/Interfaces", "dialects/Tile", "dialects/Tree", "dialects/Block", "dialects",
         "frontends", "compiler", "examples", "test"]
# Rooms side by side, which know nothing of each other although one is listed before the other.
APART = {("dialects/Block", "dialects/Tree"), ("test", "examples")}
# What the phases of the compiler may use of each other: they meet in the intermediate form, and in Pipeline.
MEETING = {"Pipeline", "Driver", "Tools"}
# Headers that a program includes which compiles and calls kernels.
FOR_USERS = ["runtime", "frontends/AST", "frontends/Text", "frontends/Sema", "compiler/Driver/Program.h", "compiler/Driver/Options.h"]

INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)', re.M)


def room_of(path):
    return max((room for room in ROOMS if path == room or path.startswith(room + "/")), key=len, default=None)


def phase_of(path):
    parts = path.split("/")
    return parts[1] if parts[0] == "compiler" and len(parts) > 2 else None


def is_for_users(path):
    return path.endswith(".h") and any(path == entry or path.startswith(entry + "/") for entry in FOR_USERS)


def problem_of(path, included):
    """What is wrong with one include, or None."""
    if re.match(r"(mlir|llvm)(-c)?/", included):
        if path.startswith("runtime/"):
            return "the runtime builds without LLVM"
        return "a header for users includes no MLIR or LLVM" if is_for_users(path) else None
    here, there = room_of(path), room_of(included)
    if here is None or there is None:
        return None
    if ROOMS.index(there) > ROOMS.index(here):
        return f"{here} stands below {there}"
    if (here, there) in APART:
        return f"{here} and {there} do not know each other"
    mine, theirs = phase_of(path), phase_of(included)
    if theirs in MEETING and mine not in MEETING and mine is not None:
        return f"the phase {mine} stands below {theirs}"
    return None


def check(root):
    """All problems of a tree of sources, and the number of includes between its rooms."""
    problems, count = [], 0
    for top in sorted({room.split("/")[0] for room in ROOMS}):
        for file in sorted(p for suffix in ("h", "cpp", "c") for p in (root / top).rglob(f"*.{suffix}")):
            path = file.relative_to(root).as_posix()
            text = file.read_text()
            for match in INCLUDE.finditer(text):
                included = match.group(1) or match.group(2)
                count += room_of(included) is not None
                if problem := problem_of(path, included):
                    line = text.count("\n", 0, match.start()) + 1
                    problems.append(f'{path}:{line}: includes "{included}": {problem}')
    return problems, count


class ItFindsWhatIsWrong(unittest.TestCase):
    def problems(self, path, *includes):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / path
            file.parent.mkdir(parents=True)
            file.write_text("".join(f'#include "{name}"\n' for name in includes))
            return check(pathlib.Path(folder))[0]

    def test_allowed(self):
        self.assertEqual(self.problems("compiler/Lowering/A.cpp", "runtime/ABI/ABI.h", "dialects/Tile/IR/B.h", "mlir/IR/Builders.h",
                                       "compiler/Lowering/A.h"), [])
        self.assertEqual(self.problems("dialects/Tree/IR/A.cpp", "dialects/Tile/IR/B.h"), [])

    def test_refused(self):
        for path, included in [("runtime/ABI/ABI.h", "runtime/Tree/Tree.h"), ("runtime/Tree/A.cpp", "frontends/AST/AST.h"),
                               ("runtime/Tree/A.cpp", "llvm/ADT/StringRef.h"), ("dialects/Tile/IR/A.cpp", "dialects/Tree/IR/B.h"),
                               ("dialects/Block/IR/A.cpp", "dialects/Tree/IR/B.h"), ("dialects/Tree/IR/A.cpp", "dialects/Block/IR/B.h"),
                               ("frontends/Emit/A.cpp", "compiler/Driver/Program.h"), ("compiler/Lowering/A.cpp", "compiler/Pipeline/Pipeline.h"),
                               ("frontends/Sema/A.h", "mlir/IR/Builders.h"), ("examples/A.cpp", "test/unit/B.h")]:
            with self.subTest(path=path, included=included):
                self.assertEqual(len(self.problems(path, included)), 1)


def main():
    root = pathlib.Path(sys.argv.pop(1))
    result = unittest.main(argv=sys.argv[:1], exit=False).result
    problems, count = check(root)
    print(*problems, sep="\n")
    print(f"{count} includes between rooms, {len(problems)} against the direction")
    sys.exit(0 if result.wasSuccessful() and not problems and count > 500 else 1)


if __name__ == "__main__":
    main()
