//===- InvalidTypeTest.cpp - Wrong types -----------------------------===//

#include "test/unit/frontends/Text/Invalid.h"

using espalier::text::InvalidRow;

namespace {

const InvalidRow rows[] = {
    {"ATypeOfPython",
     R"(def f(a: int) -> float:
    return a
)",
     R"(t.esp:1:10: error: `int` is not a type
def f(a: int) -> float:
         ^~~
hint: write `index` for a position, `static` for a number known at compile time, `i32` for data
)"},
    {"ATypeOfNumPy",
     R"(def f(a: float64[n]) -> float:
    return a
)",
     R"(t.esp:1:10: error: `float64` is not a type
def f(a: float64[n]) -> float:
         ^~~~~~~
hint: write `f64`
)"},
    {"ATensorType",
     R"(def f(a: Tensor) -> float:
    return a
)",
     R"(t.esp:1:10: error: `Tensor` is not a type
def f(a: Tensor) -> float:
         ^~~~~~
hint: write `float[..., n, m]`
)"},
    {"AMisspeltType",
     R"(def f(a: flaot[..., n]) -> float:
    return a
)",
     R"(t.esp:1:10: error: `flaot` is not a type
def f(a: flaot[..., n]) -> float:
         ^~~~~
hint: did you mean `float`?
)"},
    {"AnUnknownType",
     R"(def f(a: colour) -> float:
    return a
)",
     R"(t.esp:1:10: error: `colour` is not a type
def f(a: colour) -> float:
         ^~~~~~
hint: the types are float, f64, f32, f16, bf16, i32, bool, index, static, tree, forest, chain
)"},
    {"NoTypeAtAll",
     R"(def f(a: 3) -> float:
    return a
)",
     R"(t.esp:1:10: error: expected a type, found `3`
def f(a: 3) -> float:
         ^
)"},
    {"NoResultType",
     R"(def f(a: float) ->:
    return a
)",
     R"(t.esp:1:19: error: expected a type, found `:`
def f(a: float) ->:
                  ^
)"},
    {"NoResultTypes",
     R"(def f(a: float) -> ():
    return a
)",
     R"(t.esp:1:21: error: expected a type, found `)`
def f(a: float) -> ():
                    ^
)"},
    {"ATupleWithinATuple",
     R"(def f(a: float) -> ((float, float), float):
    return a
)",
     R"(t.esp:1:21: error: expected a type, found `(`
def f(a: float) -> ((float, float), float):
                    ^
)"},
    {"AnEmptyList",
     R"(def f(a: float[]) -> float:
    return a
)",
     R"(t.esp:1:16: error: expected a dimension, found `]`
def f(a: float[]) -> float:
               ^
)"},
    {"AColonForADimension",
     R"(def f(a: float[:, n]) -> float:
    return a
)",
     R"(t.esp:1:16: error: expected a dimension, found `:`
def f(a: float[:, n]) -> float:
               ^
)"},
    {"AnEllipsisBehind",
     R"(def f(a: float[n, ...]) -> float:
    return a
)",
     R"(t.esp:1:19: error: `...` stands once, before the dimensions
def f(a: float[n, ...]) -> float:
                  ^~~
hint: it holds the batch axes, which lead
)"},
    {"TwoEllipses",
     R"(def f(a: float[..., ..., n]) -> float:
    return a
)",
     R"(t.esp:1:21: error: `...` stands once, before the dimensions
def f(a: float[..., ..., n]) -> float:
                    ^~~
hint: it holds the batch axes, which lead
)"},
    {"AComputedDimension",
     R"(def f(a: float[..., 2 * n]) -> float:
    return a
)",
     R"(t.esp:1:21: error: a dimension of a parameter is a name, an integer, or `leaves(G)` of a tree
def f(a: float[..., 2 * n]) -> float:
                    ^~~~~
hint: name it, and state what holds: `assert p * m == D, "..."`
)"},
    {"NoExpressionForADimension",
     R"(def f(a: float[n]) -> float[4 *]:
    return a
)",
     R"(t.esp:1:32: error: expected an expression, found `]`
def f(a: float[n]) -> float[4 *]:
                               ^
)"},
    {"ASliceForADimension",
     R"(def f(a: float[n]) -> float[1:n]:
    return a
)",
     R"(t.esp:1:30: error: expected `,` or `]`, found `:`
def f(a: float[n]) -> float[1:n]:
                             ^
)"},
    {"LeavesOfACall",
     R"(def f(a: float[leaves(tree(n))]) -> float:
    return a
)",
     R"(t.esp:1:16: error: a dimension of a parameter is a name, an integer, or `leaves(G)` of a tree
def f(a: float[leaves(tree(n))]) -> float:
               ^~~~~~~~~~~~~~~
hint: name it, and state what holds: `assert p * m == D, "..."`
)"},
    {"AnOpenType",
     R"(def f(a: float[..., n) -> float:
    return a
)",
     R"(t.esp:1:22: error: expected `]`, found `)`
def f(a: float[..., n) -> float:
                     ^
t.esp:1:15: note: to close this `[`
def f(a: float[..., n) -> float:
              ^
)"},
    {"ATypeOfADefinition",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x: real = a
)",
     R"(t.esp:2:8: error: `real` is not a type
    x: real = a
       ^~~~
hint: the types are float, f64, f32, f16, bf16, i32, bool, index, static, tree, forest, chain
)"},
};

TEST(InvalidType, EveryRow) { expectErrors(rows); }

} // namespace
