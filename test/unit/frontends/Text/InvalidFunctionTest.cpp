//===- InvalidFunctionTest.cpp - Wrong files and functions ---------------===//

#include "test/unit/frontends/Text/Invalid.h"

using espalier::text::InvalidRow;

namespace {

const InvalidRow rows[] = {
    {"AStatementOutside",
     R"(x = 1
)",
     R"(t.esp:1:1: error: `x` stands outside a function
x = 1
^
hint: a file holds imports and functions
)"},
    {"ACallOutside",
     R"(print(1)
)",
     R"(t.esp:1:1: error: `print` stands outside a function
print(1)
^~~~~
hint: a file holds imports and functions
)"},
    {"ANumberOutside",
     R"(1 + 2
)",
     R"(t.esp:1:1: error: expected an import or a function, found `1`
1 + 2
^
)"},
    {"APlainImport",
     R"(import numpy as np
)",
     R"(t.esp:1:1: error: expected an import or a function, found `import`
import numpy as np
^~~~~~
hint: write `from file import name`
)"},
    {"AClass",
     R"(class Layer:
    def f(self):
        return 1
)",
     R"(t.esp:1:1: error: `class` is not part of the language
class Layer:
^~~~~
hint: a file holds functions; pass what belongs together as parameters
)"},
    {"AMainProgram",
     R"(if __name__ == "__main__":
    f(1)
)",
     R"(t.esp:1:1: error: expected an import or a function, found `if`
if __name__ == "__main__":
^~
hint: choose between two values with `where(condition, a, b)`
)"},
    {"AnAsynchronousFunction",
     R"(async def f(a: float) -> float:
    return a
)",
     R"(t.esp:1:1: error: `async` is not part of the language
async def f(a: float) -> float:
^~~~~
hint: the compiler finds what may run in parallel
)"},
    {"AnImportOfEverything",
     R"(from ssm import *
)",
     R"(t.esp:1:17: error: an import lists its names
from ssm import *
                ^
hint: write `from file import a, b`
)"},
    {"ARelativeImport",
     R"(from .ssm import gated_scan
)",
     R"(t.esp:1:6: error: an import names a file of the same folder
from .ssm import gated_scan
     ^
hint: write `from file import name`
)"},
    {"AnImportFromAFolder",
     R"(from layers.ssm import gated_scan
)",
     R"(t.esp:1:12: error: an import names a file of the same folder
from layers.ssm import gated_scan
           ^
hint: write `from file import name`
)"},
    {"ARenamedImport",
     R"(from ssm import gated_scan as scan
)",
     R"(t.esp:1:28: error: `as` is not part of the language
from ssm import gated_scan as scan
                           ^~
hint: a name is the same in every file
)"},
    {"AnImportOfNothing",
     R"(from ssm import
)",
     R"(t.esp:1:16: error: expected a name, found the end of the line
from ssm import
               ^
)"},
    {"AnEmptyListOfImports",
     R"(from ssm import ()
)",
     R"(t.esp:1:18: error: expected a name, found `)`
from ssm import ()
                 ^
)"},
    {"AnOpenListOfImports",
     R"(from ssm import (gated_scan,
def f(a: float) -> float:
    return a
)",
     R"(t.esp:1:17: error: `(` is never closed
from ssm import (gated_scan,
                ^
)"},
    {"AnIndentedFunction",
     R"(    def f(a: float) -> float:
        return a
)",
     R"(t.esp:1:1: error: unexpected indentation
    def f(a: float) -> float:
^~~~
hint: imports and functions start in the first column
)"},
    {"ADecoratorWithoutFunction",
     R"(@grad(f, wrt=a)
x = 1
)",
     R"(t.esp:2:1: error: expected a function below the decorator, found `x`
x = 1
^
)"},
    {"ADecoratorAtTheEnd",
     R"(@gradient(f)
)",
     R"(t.esp:2:1: error: expected a function below the decorator, found the end of the file

^
)"},
    {"ADecoratorWithoutName",
     R"(@(f)
def g(a: float) -> float:
    return a
)",
     R"(t.esp:1:2: error: expected a name, found `(`
@(f)
 ^
)"},
    {"AFunctionWithoutName",
     R"(def (a: float) -> float:
    return a
)",
     R"(t.esp:1:5: error: expected a name, found `(`
def (a: float) -> float:
    ^
)"},
    {"AKeywordAsName",
     R"(def lambda(a: float) -> float:
    return a
)",
     R"(t.esp:1:5: error: `lambda` is not part of the language
def lambda(a: float) -> float:
    ^~~~~~
hint: write a `def`: calls are inlined
)"},
    {"AFunctionWithoutParameters",
     R"(def f -> float:
    return a
)",
     R"(t.esp:1:7: error: expected `(`, found `->`
def f -> float:
      ^~
hint: a result type follows the parameters of a `def`
)"},
    {"AParameterWithoutType",
     R"(def f(a, b: float) -> float:
    return a
)",
     R"(t.esp:1:7: error: the parameter `a` has no type
def f(a, b: float) -> float:
      ^
hint: for example `a: float[..., n]`
)"},
    {"ADefaultValue",
     R"(def f(a: float = 1) -> float:
    return a
)",
     R"(t.esp:1:16: error: the parameter `a` has a default value
def f(a: float = 1) -> float:
               ^
hint: every call states every argument
)"},
    {"AListOfArguments",
     R"(def f(*args) -> float:
    return 1
)",
     R"(t.esp:1:7: error: parameters are listed one by one, found `*`
def f(*args) -> float:
      ^
hint: a `static` parameter may be a tuple of numbers
)"},
    {"ANamedListOfArguments",
     R"(def f(**options) -> float:
    return 1
)",
     R"(t.esp:1:7: error: parameters are listed one by one, found `**`
def f(**options) -> float:
      ^~
hint: a `static` parameter may be a tuple of numbers
)"},
    {"ParametersWithoutComma",
     R"(def f(a: float b: float) -> float:
    return a
)",
     R"(t.esp:1:16: error: expected `,` or `)`, found `b`
def f(a: float b: float) -> float:
               ^
)"},
    {"AFunctionWithoutColon",
     R"(def f(a: float) -> float
    return a
)",
     R"(t.esp:1:25: error: expected `:`, found the end of the line
def f(a: float) -> float
                        ^
)"},
    {"AFunctionWithoutBody",
     R"(def f(a: float) -> float:
def g(a: float) -> float:
    return a
)",
     R"(t.esp:2:1: error: expected an indented block
def g(a: float) -> float:
^~~
)"},
    {"AFunctionOnOneLine",
     R"(def f(a: float) -> float: return a
)",
     R"(t.esp:1:27: error: expected the end of the line after `:`
def f(a: float) -> float: return a
                          ^~~~~~
hint: a block stands on lines of its own, indented
)"},
    {"AnOpenParameterList",
     R"(def f(a: float,
      b: float -> float:
    return a
)",
     R"(t.esp:2:16: error: expected `,` or `)` before `->`
      b: float -> float:
               ^~
t.esp:1:6: note: to close this `(`
def f(a: float,
     ^
)"},
};

TEST(InvalidFunction, EveryRow) { expectErrors(rows); }

} // namespace
