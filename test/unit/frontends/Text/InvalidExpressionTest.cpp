//===- InvalidExpressionTest.cpp - Wrong expressions -----------------------===//

#include "test/unit/frontends/Text/Invalid.h"

using espalier::text::InvalidRow;

namespace {

const InvalidRow rows[] = {
    {"AnIntegerTooLarge",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = 9223372036854775808
)",
     R"(t.esp:2:9: error: this integer does not fit in 64 signed bits
    x = 9223372036854775808
        ^~~~~~~~~~~~~~~~~~~
hint: the largest is 9223372036854775807
)"},
    {"ARealTooLarge",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = 1e400
)",
     R"(t.esp:2:9: error: this number is outside the range of float64
    x = 1e400
        ^~~~~
hint: the largest is about 1.8e308, the smallest above zero about 4.9e-324
)"},
    {"ARealTooSmall",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = 1e-400
)",
     R"(t.esp:2:9: error: this number is outside the range of float64
    x = 1e-400
        ^~~~~~
hint: the largest is about 1.8e308, the smallest above zero about 4.9e-324
)"},
    {"NothingAfterAnOperator",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = a +
)",
     R"(t.esp:2:12: error: expected an expression, found the end of the line
    x = a +
           ^
)"},
    {"AnOperatorTooMuch",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = a + * b
)",
     R"(t.esp:2:13: error: expected an expression, found `*`
    x = a + * b
            ^
)"},
    {"AnOpenBracket",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = (a + b
    return x
)",
     R"(t.esp:2:9: error: `(` is never closed
    x = (a + b
        ^
)"},
    {"AnOpenBracketAtTheEnd",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = f(a[1, b
)",
     R"(t.esp:2:12: error: `[` is never closed
    x = f(a[1, b
           ^
)"},
    {"AnOpenBracketSeenOnTheNextLine",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = f(a, b
    y = a
)",
     R"(t.esp:3:5: error: expected `,` or `)` before `y`
    y = a
    ^
t.esp:2:10: note: to close this `(`
    x = f(a, b
         ^
)"},
    {"TheWrongBracket",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = a[f(b]
)",
     R"(t.esp:2:14: error: expected `)`, found `]`
    x = a[f(b]
             ^
t.esp:2:12: note: to close this `(`
    x = a[f(b]
           ^
)"},
    {"ABracketTooMuch",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = (a))
)",
     R"(t.esp:2:12: error: expected the end of the line, found `)`
    x = (a))
           ^
)"},
    {"TwoValuesSideBySide",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = f(a b)
)",
     R"(t.esp:2:13: error: expected `,` or `)`, found `b`
    x = f(a b)
            ^
)"},
    {"ChainedComparisons",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = where(a < b <= c, a, b)
)",
     R"(t.esp:2:21: error: comparisons are not chained
    x = where(a < b <= c, a, b)
                    ^~
hint: write `a < b and b < c`
)"},
    {"AConditionalExpression",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = a if b > 0 else c
)",
     R"(t.esp:2:11: error: expected the end of the line, found `if`
    x = a if b > 0 else c
          ^~
hint: choose between two values with `where(condition, a, b)`
)"},
    {"AConditionalArgument",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = f(a if b else c)
)",
     R"(t.esp:2:13: error: expected `,` or `)`, found `if`
    x = f(a if b else c)
            ^~
hint: choose between two values with `where(condition, a, b)`
)"},
    {"ALambda",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = f(lambda v: v)
)",
     R"(t.esp:2:11: error: `lambda` is not part of the language
    x = f(lambda v: v)
          ^~~~~~
hint: write a `def`: calls are inlined
)"},
    {"AWalrus",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = (y := a)
)",
     R"(t.esp:2:12: error: `:=` is not part of the language
    x = (y := a)
           ^~
hint: define the name on a line of its own
)"},
    {"Identity",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = where(a is b, a, b)
)",
     R"(t.esp:2:17: error: `is` is not part of the language
    x = where(a is b, a, b)
                ^~
hint: compare with `==` or `!=`
)"},
    {"Membership",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = a in b
)",
     R"(t.esp:2:11: error: expected the end of the line, found `in`
    x = a in b
          ^~
hint: membership is not tested: compare with `==`
)"},
    {"NoMembership",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = a not in b
)",
     R"(t.esp:2:11: error: expected the end of the line, found `not`
    x = a not in b
          ^~~
hint: write `(not a)` in brackets; there is no `not in`
)"},
    {"NotBehindAnOperator",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = a + not b
)",
     R"(t.esp:2:13: error: expected an expression, found `not`
    x = a + not b
            ^~~
hint: write `(not a)` in brackets; there is no `not in`
)"},
    {"None",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = None
)",
     R"(t.esp:2:9: error: `None` is not part of the language
    x = None
        ^~~~
hint: every expression has a value: a tile, a number, a tree
)"},
    {"AList",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = [a, b]
)",
     R"(t.esp:2:9: error: expected an expression, found `[`
    x = [a, b]
        ^
hint: there are no lists, sets or dictionaries: write a tuple, `(a, b)`
)"},
    {"AListComprehension",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = sum([a[c] for c in children(v)])
)",
     R"(t.esp:2:13: error: expected an expression, found `[`
    x = sum([a[c] for c in children(v)])
            ^
hint: there are no lists, sets or dictionaries: write a tuple, `(a, b)`
)"},
    {"ADictionary",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = {1: a}
)",
     R"(t.esp:2:9: error: `{` is not part of the language
    x = {1: a}
        ^
hint: there are no lists, sets or dictionaries: write a tuple, `(a, b)`
)"},
    {"BitwiseAnd",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = a & b
)",
     R"(t.esp:2:11: error: `&` is not part of the language
    x = a & b
          ^
hint: there are no operations on bits: use `and`, `or`, `not`
)"},
    {"BitwiseNot",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = ~a
)",
     R"(t.esp:2:9: error: `~` is not part of the language
    x = ~a
        ^
hint: there are no operations on bits: use `and`, `or`, `not`
)"},
    {"AHat",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = a ^ 2
)",
     R"(t.esp:2:11: error: `^` is not part of the language
    x = a ^ 2
          ^
hint: a power is written `a ** b`
)"},
    {"AndOfC",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = a && b
)",
     R"(t.esp:2:11: error: `&&` is not part of the language
    x = a && b
          ^~
hint: write `and`
)"},
    {"NotOfC",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = !a
)",
     R"(t.esp:2:9: error: `!` is not part of the language
    x = !a
        ^
hint: write `not`
)"},
    {"AMethod",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = a.sum(axis=0)
)",
     R"(t.esp:2:9: error: only a named function can be called
    x = a.sum(axis=0)
        ^~~~~
hint: there are no methods: write `sum(...)`
)"},
    {"ACallOfACall",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = f(a)(b)
)",
     R"(t.esp:2:9: error: only a named function can be called
    x = f(a)(b)
        ^~~~
)"},
    {"SpreadArguments",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = f(*a)
)",
     R"(t.esp:2:11: error: arguments are listed one by one, found `*`
    x = f(*a)
          ^
)"},
    {"APositionBehindAName",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = sum(axis=0, a)
)",
     R"(t.esp:2:21: error: this argument has no name, but one before it has
    x = sum(axis=0, a)
                    ^
t.esp:2:13: note: the named argument
    x = sum(axis=0, a)
            ^~~~~~
)"},
    {"AnArgumentTwice",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = sum(a, axis=0, axis=1)
)",
     R"(t.esp:2:24: error: the argument `axis` is given twice
    x = sum(a, axis=0, axis=1)
                       ^~~~
t.esp:2:16: note: given here
    x = sum(a, axis=0, axis=1)
               ^~~~~~
)"},
    {"AnArgumentWithAnOddName",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = f(a.b=1)
)",
     R"(t.esp:2:14: error: expected `,` or `)`, found `=`
    x = f(a.b=1)
             ^
hint: compare with `==`; a statement defines one name
)"},
    {"AComprehensionBesideArguments",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = tree(a for i, j in grid(H, W), root=0)
)",
     R"(t.esp:2:14: error: a comprehension beside other arguments stands in brackets
    x = tree(a for i, j in grid(H, W), root=0)
             ^~~~~~~~~~~~~~~~~~~~~~~~
hint: write `f((x for v in D), option=...)`
)"},
    {"AComprehensionBehindArguments",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = f(a, b for i in G)
)",
     R"(t.esp:2:14: error: a comprehension beside other arguments stands in brackets
    x = f(a, b for i in G)
             ^~~~~~~~~~~~
hint: write `f((x for v in D), option=...)`
)"},
    {"TwoConditions",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = sum(a for i in G if b if c)
)",
     R"(t.esp:2:31: error: a comprehension has one `if`
    x = sum(a for i in G if b if c)
                              ^~
hint: join conditions with `and`
)"},
    {"TwoClauses",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = sum(a for i in G for j in G)
)",
     R"(t.esp:2:26: error: a comprehension has one `for`
    x = sum(a for i in G for j in G)
                         ^~~
hint: put one comprehension into the other: `sum(sum(... for b in B) for a in A)`
)"},
    {"AClauseWithoutVariable",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = sum(a for 1 in G)
)",
     R"(t.esp:2:19: error: expected a loop variable, found `1`
    x = sum(a for 1 in G)
                  ^
)"},
    {"AClauseWithoutDomain",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = sum(a for i)
)",
     R"(t.esp:2:20: error: expected `in`, found `)`
    x = sum(a for i)
                   ^
)"},
    {"NoIndex",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = a[]
)",
     R"(t.esp:2:11: error: expected an index, found `]`
    x = a[]
          ^
)"},
    {"ASliceWithAStep",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = a[::2]
)",
     R"(t.esp:2:12: error: a slice has no step
    x = a[::2]
           ^
hint: `reshape` splits an axis into blocks
)"},
    {"AnAttributeWithoutName",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = a.1
)",
     R"(t.esp:2:10: error: expected the end of the line, found `.1`
    x = a.1
         ^~
)"},
    {"AnAttributeThatIsANumber",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = a.T.(b)
)",
     R"(t.esp:2:13: error: expected a name, found `(`
    x = a.T.(b)
            ^
)"},
};

TEST(InvalidExpression, EveryRow) { expectErrors(rows); }

} // namespace
