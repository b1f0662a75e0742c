#!/usr/bin/env python3
"""Every message of the front end is shown by some test.

A message is a string literal in a call of error(), require() or requireEqual(), or in what is assigned to `message`.
Its fixed parts, in order, must occur on one line of a test. Usage: diagnostics_are_tested.py SOURCE_DIR
"""
import pathlib
import re
import sys

CALL = re.compile(r"\b(?:error|require|requireEqual)\(|\bmessage = |\bmismatch = ")
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')


def arguments(text, start):
    """The text up to the end of the call, or of the statement."""
    depth, at = 0, start
    while at < len(text):
        if text[at] == '"':
            at = STRING.match(text, at).end()
            continue
        if text[at] == "(":
            depth += 1
        elif text[at] == ")":
            depth -= 1
            if depth == 0:
                break
        elif text[at] == ";" and depth <= 0:
            break
        at += 1
    return text[start:at]


def messages(path):
    text = path.read_text()
    text = re.sub(r"^\s*//.*$", "", text, flags=re.M)
    for call in CALL.finditer(text):
        start = call.end() - 1 if call.group().endswith("(") else call.end()
        for literal in STRING.finditer(arguments(text, start)):
            message = literal.group(1).replace('\\"', '"')
            if " " in message and len(re.findall(r"[A-Za-z]{2,}", re.sub(r"\{[^}]*\}", "", message))) >= 2:
                yield text[: call.start()].count("\n") + 1, message


def main():
    source = pathlib.Path(sys.argv[1])
    tested = "\n".join(
        path.read_text(errors="replace").replace('\\"', '"')
        for path in sorted((source / "test").rglob("*"))
        if path.suffix in {".cpp", ".h", ".cases", ".esp", ".mlir", ".py", ".txt"} and path.is_file()
    )
    missing = 0
    for path in sorted((source / "frontends").rglob("*.cpp")) + sorted((source / "frontends").rglob("*.h")):
        for line, message in messages(path):
            parts = [re.escape(part) for part in re.split(r"\{[^}]*\}", message)]
            if not re.search("[^\n]*?".join(parts), tested):
                print(f"{path.relative_to(source)}:{line}: no test shows this message: {message}")
                missing += 1
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
