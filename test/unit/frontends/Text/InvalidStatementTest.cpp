//===- InvalidStatementTest.cpp - Wrong statements ------------------------===//

#include "test/unit/frontends/Text/Invalid.h"

using espalier::text::InvalidRow;

namespace {

const InvalidRow rows[] = {
    {"While",
     R"(def f(a: float[..., n]) -> float[..., n]:
    while a:
        b = a
    return a
)",
     R"(t.esp:2:5: error: `while` is not part of the language
    while a:
    ^~~~~
hint: loop over a domain: `for v in up(G):`, `down(G)` or `each(N)`
)"},
    {"If",
     R"(def f(a: float[..., n]) -> float[..., n]:
    if a > 0:
        b = a
    elif a < 0:
        b = -a
    else:
        b = 0
    return a
)",
     R"(t.esp:2:5: error: expected a statement, found `if`
    if a > 0:
    ^~
hint: choose between two values with `where(condition, a, b)`
)"},
    {"Try",
     R"(def f(a: float[..., n]) -> float[..., n]:
    try:
        b = a
    except Error:
        b = 0
    finally:
        c = 0
    return a
)",
     R"(t.esp:2:5: error: `try` is not part of the language
    try:
    ^~~
hint: state what must hold with `assert condition, "message"`
)"},
    {"With",
     R"(def f(a: float[..., n]) -> float[..., n]:
    with a as b:
        c = b
    return a
)",
     R"(t.esp:2:5: error: `with` is not part of the language
    with a as b:
    ^~~~
hint: write the statements of the block themselves
)"},
    {"ElseOfALoop",
     R"(def f(a: float[..., n]) -> float[..., n]:
    for v in up(G):
        b = a
    else:
        b = 0
    return a
)",
     R"(t.esp:4:5: error: `else` is not part of the language
    else:
    ^~~~
hint: choose between two values with `where(condition, a, b)`
)"},
    {"Pass",
     R"(def f(a: float[..., n]) -> float[..., n]:
    pass
)",
     R"(t.esp:2:5: error: `pass` is not part of the language
    pass
    ^~~~
hint: a function returns its result, a loop defines something
)"},
    {"Break",
     R"(def f(a: float[..., n]) -> float[..., n]:
    for v in up(G):
        break
    return a
)",
     R"(t.esp:3:9: error: `break` is not part of the language
        break
        ^~~~~
hint: a loop visits its whole domain; exclude terms with `if` in a comprehension, or with `where`
)"},
    {"Raise",
     R"(def f(a: float[..., n]) -> float[..., n]:
    raise Error
)",
     R"(t.esp:2:5: error: `raise` is not part of the language
    raise Error
    ^~~~~
hint: state what must hold with `assert condition, "message"`
)"},
    {"Yield",
     R"(def f(a: float[..., n]) -> float[..., n]:
    yield a
)",
     R"(t.esp:2:5: error: `yield` is not part of the language
    yield a
    ^~~~~
hint: a function returns its results: `return a, b`
)"},
    {"Global",
     R"(def f(a: float[..., n]) -> float[..., n]:
    global a
)",
     R"(t.esp:2:5: error: `global` is not part of the language
    global a
    ^~~~~~
hint: names are assigned once: give the new value a name of its own
)"},
    {"Del",
     R"(def f(a: float[..., n]) -> float[..., n]:
    del a
)",
     R"(t.esp:2:5: error: `del` is not part of the language
    del a
    ^~~
hint: storage is planned by the compiler
)"},
    {"AnImportInAFunction",
     R"(def f(a: float[..., n]) -> float[..., n]:
    from ssm import gated_scan
)",
     R"(t.esp:2:5: error: expected a statement, found `from`
    from ssm import gated_scan
    ^~~~
hint: imports stand at the top of a file
)"},
    {"APlainImportInAFunction",
     R"(def f(a: float[..., n]) -> float[..., n]:
    import numpy
)",
     R"(t.esp:2:5: error: expected a statement, found `import`
    import numpy
    ^~~~~~
hint: write `from file import name`
)"},
    {"ANestedFunction",
     R"(def f(a: float[..., n]) -> float[..., n]:
    def g(b: float) -> float:
        return b
    return a
)",
     R"(t.esp:2:5: error: expected a statement, found `def`
    def g(b: float) -> float:
    ^~~
hint: functions stand side by side at the top of a file: calls are inlined
)"},
    {"AClassInAFunction",
     R"(def f(a: float[..., n]) -> float[..., n]:
    class C:
        x = 1
    return a
)",
     R"(t.esp:2:5: error: `class` is not part of the language
    class C:
    ^~~~~
hint: a file holds functions; pass what belongs together as parameters
)"},
    {"AugmentedAssignment",
     R"(def f(a: float[..., n]) -> float[..., n]:
    a += 1
)",
     R"(t.esp:2:7: error: `+=` is not part of the language
    a += 1
      ^~
hint: names are assigned once: give the new value a name of its own
)"},
    {"TwoTargets",
     R"(def f(a: float[..., n]) -> float[..., n]:
    b, c = f(a)
)",
     R"(t.esp:2:6: error: a statement defines one name, found `,`
    b, c = f(a)
     ^
hint: write one definition on each line
)"},
    {"ATupleOfTargets",
     R"(def f(a: float[..., n]) -> float[..., n]:
    (b, c) = f(a)
)",
     R"(t.esp:2:5: error: a statement defines one name, found a tuple
    (b, c) = f(a)
    ^~~~~~
hint: write one definition on each line
)"},
    {"TwoValues",
     R"(def f(a: float[..., n]) -> float[..., n]:
    b = a, a
)",
     R"(t.esp:2:10: error: a definition has one value, found `,`
    b = a, a
         ^
hint: a tuple stands in brackets: `(a, b)`
)"},
    {"ChainedAssignment",
     R"(def f(a: float[..., n]) -> float[..., n]:
    b = c = a
)",
     R"(t.esp:2:11: error: expected the end of the line, found `=`
    b = c = a
          ^
hint: compare with `==`; a statement defines one name
)"},
    {"ACallAsTarget",
     R"(def f(a: float[..., n]) -> float[..., n]:
    f(a) = b
)",
     R"(t.esp:2:5: error: only a name can be defined
    f(a) = b
    ^~~~
hint: write `name = value` or `name[v] = value`; compare with `==`
)"},
    {"ATargetOfANumber",
     R"(def f(a: float[..., n]) -> float[..., n]:
    1 = a
)",
     R"(t.esp:2:5: error: only a name can be defined
    1 = a
    ^
hint: write `name = value` or `name[v] = value`; compare with `==`
)"},
    {"AnAttributeAsTarget",
     R"(def f(a: float[..., n]) -> float[..., n]:
    a.T = b
)",
     R"(t.esp:2:5: error: only a name can be defined
    a.T = b
    ^~~
hint: write `name = value` or `name[v] = value`; compare with `==`
)"},
    {"AnOpenedBlockWithoutKeyword",
     R"(def f(a: float[..., n]) -> float[..., n]:
    f(a):
        b = a
    return a
)",
     R"(t.esp:2:5: error: only a name can be defined
    f(a):
    ^~~~
hint: only a function and a loop open a block
)"},
    {"ATypeWithoutValue",
     R"(def f(a: float[..., n]) -> float[..., n]:
    b: float[n]
)",
     R"(t.esp:2:16: error: `b` has a type, but no value
    b: float[n]
               ^
hint: state the type where the name is defined: `name: type = value`
)"},
    {"AValueThatIsNotUsed",
     R"(def f(a: float[..., n]) -> float[..., n]:
    f(a)
)",
     R"(t.esp:2:5: error: nothing is done with this value
    f(a)
    ^~~~
hint: name it: `name = ...`, or `return` it
)"},
    {"AStringThatIsNotUsed",
     R"(def f(a: float[..., n]) -> float[..., n]:
    'What f does.'
)",
     R"(t.esp:2:5: error: nothing is done with this value
    'What f does.'
    ^~~~~~~~~~~~~~
hint: describe a function in `#` comments above it
)"},
    {"APrintStatement",
     R"(def f(a: float[..., n]) -> float[..., n]:
    print a
)",
     R"(t.esp:2:11: error: expected `=`, found `a`
    print a
          ^
)"},
    {"AnEmptyReturn",
     R"(def f(a: float[..., n]) -> float[..., n]:
    return
)",
     R"(t.esp:2:11: error: expected an expression, found the end of the line
    return
          ^
)"},
    {"AnAssertionWithoutMessage",
     R"(def f(a: float[..., n]) -> float[..., n]:
    assert n > 1
)",
     R"(t.esp:2:5: error: an assertion has a message
    assert n > 1
    ^~~~~~~~~~~~
hint: write `assert condition, "what must hold"`
)"},
    {"AnAssertionInBrackets",
     R"(def f(a: float[..., n]) -> float[..., n]:
    assert (n > 1, "n")
)",
     R"(t.esp:2:5: error: an assertion has a message
    assert (n > 1, "n")
    ^~~~~~~~~~~~~~~~~~~
hint: write `assert condition, "what must hold"`
)"},
    {"AnAssertionWithANumber",
     R"(def f(a: float[..., n]) -> float[..., n]:
    assert n > 1, 2
)",
     R"(t.esp:2:19: error: expected a string, found `2`
    assert n > 1, 2
                  ^
)"},
    {"TwoStatementsOnALine",
     R"(def f(a: float[..., n]) -> float[..., n]:
    b = a; c = a
)",
     R"(t.esp:2:10: error: `;` is not part of the language
    b = a; c = a
         ^
hint: write one statement on a line
)"},
    {"TwoStatementsWithoutSemicolon",
     R"(def f(a: float[..., n]) -> float[..., n]:
    b = a c = a
)",
     R"(t.esp:2:11: error: expected the end of the line, found `c`
    b = a c = a
          ^
)"},
    {"ALoopWithoutDomain",
     R"(def f(a: float[..., n]) -> float[..., n]:
    for v:
        b = a
    return a
)",
     R"(t.esp:2:10: error: expected `in`, found `:`
    for v:
         ^
)"},
    {"ALoopWithoutColon",
     R"(def f(a: float[..., n]) -> float[..., n]:
    for v in up(G)
        b = a
    return a
)",
     R"(t.esp:2:19: error: expected `:`, found the end of the line
    for v in up(G)
                  ^
)"},
    {"ALoopOverBracketedVariables",
     R"(def f(a: float[..., n]) -> float[..., n]:
    for (h, v) in up(heads, G):
        b = a
    return a
)",
     R"(t.esp:2:9: error: expected a loop variable, found `(`
    for (h, v) in up(heads, G):
        ^
)"},
    {"ALoopOnOneLine",
     R"(def f(a: float[..., n]) -> float[..., n]:
    for v in up(G): b = a
    return a
)",
     R"(t.esp:2:21: error: expected the end of the line after `:`
    for v in up(G): b = a
                    ^
hint: a block stands on lines of its own, indented
)"},
    {"ALoopWithoutBody",
     R"(def f(a: float[..., n]) -> float[..., n]:
    for v in up(G):
    return a
)",
     R"(t.esp:3:5: error: expected an indented block
    return a
    ^~~~~~
)"},
    {"AnIndentedStatement",
     R"(def f(a: float[..., n]) -> float[..., n]:
    b = a
        c = b
    return c
)",
     R"(t.esp:3:1: error: unexpected indentation
        c = b
^~~~~~~~
hint: only a function and a loop open a block
)"},
};

TEST(InvalidStatement, EveryRow) { expectErrors(rows); }

} // namespace
