//===- InvalidLexerTest.cpp - Wrong characters, numbers, strings, layout ---===//

#include "test/unit/frontends/Text/Invalid.h"

using espalier::text::InvalidRow;

namespace {

const InvalidRow rows[] = {
    {"ATabInTheIndentation",
     "def f(a: float) -> float:\n"
     "\tx = a\n"
     "\treturn x\n",
     R"(t.esp:2:1: error: a tab indents this line
    x = a
^~~~
hint: indent with spaces: a tab has no fixed width
)"},
    {"IndentationBetweenTwoBlocks",
     R"(def f(a: float[..., n]) -> float[..., n]:
    for v in up(G):
        x = a
      y = a
    return a
)",
     R"(t.esp:4:1: error: the indentation of 6 fits no block around it
      y = a
^~~~~~
hint: the nearest block is indented by 4
)"},
    {"ALetterBeyondASCII",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = λ * a
)",
     R"(t.esp:2:9: error: unexpected character `λ`
    x = λ * a
        ^
hint: outside comments and strings a program is ASCII
)"},
    {"AMinusSignFromAPaper",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = a − 1
)",
     R"(t.esp:2:11: error: unexpected character `−`
    x = a − 1
          ^
hint: write `-`
)"},
    {"ATypographicQuote",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = “a”
)",
     R"(t.esp:2:9: error: unexpected character `“`
    x = “a”
        ^
hint: write `"`
t.esp:2:13: error: unexpected character `”`
    x = “a”
          ^
hint: write `"`
)"},
    {"ADollar",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = a $ b
)",
     R"(t.esp:2:11: error: unexpected character `$`
    x = a $ b
          ^
)"},
    {"ABackslashWithinALine",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = a \ b
)",
     R"(t.esp:2:11: error: unexpected character `\`
    x = a \ b
          ^
hint: a backslash joins lines only at the end of a line
)"},
    {"NulBytes",
     std::string("def f(a: float[..., n]) -> float[..., n]:\n"
                 "    x = \000\000\000 a\n",
                 56),
     R"(t.esp:2:9: error: the byte 0x00 is not part of any text
    x = ��� a
        ^~~
hint: is this an Espalier program?
)"},
    {"ALoneCarriageReturn",
     "def f(a: float[..., n]) -> float[..., n]:\n"
     "    x = a\r        y = b\n",
     R"(t.esp:2:10: error: the byte 0x0d is not part of any text
    x = a�        y = b
         ^
hint: lines end with LF or CR LF
)"},
    {"ACommentThatIsNotUtf8",
     "def f(a: float[..., n]) -> float[..., n]:\n"
     "    x = a # caf\351\n",
     R"(t.esp:2:16: error: this comment is not UTF-8 text
    x = a # caf�
               ^
)"},
    {"AStringThatIsNotUtf8",
     "def f(a: float[..., n]) -> float[..., n]:\n"
     "    x = \"caf\351\"\n",
     R"(t.esp:2:13: error: this string is not UTF-8 text
    x = "caf�"
            ^
)"},
    {"AnUnknownEscape",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = "a\q"
)",
     R"(t.esp:2:11: error: unknown escape in a string
    x = "a\q"
          ^~
hint: the escapes are \\ \" \' \n \t
)"},
    {"AnOpenString",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = einsum("ab,b->a, a)
)",
     R"(t.esp:2:16: error: the string is not closed on its line
    x = einsum("ab,b->a, a)
               ^~~~~~~~~~~~
hint: end it with "
)"},
    {"AStringWithAPrefix",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = f"{a}"
)",
     R"(t.esp:2:9: error: a string takes no prefix, found `f`
    x = f"{a}"
        ^
)"},
    {"ADocumentationString",
     R"(def f(a: float[..., n]) -> float[..., n]:
    """What f does."""
    return a
)",
     R"(t.esp:2:5: error: strings in three quotes are not part of the language
    """What f does."""
    ^~~
hint: describe a function in `#` comments above it
)"},
    {"AHexadecimalNumber",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = 0x1F
)",
     R"(t.esp:2:9: error: `0x1F` is not a number
    x = 0x1F
        ^~~~
hint: numbers are decimal, such as 12, 1_000, 0.5 or 1e-5
)"},
    {"AComplexNumber",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = 2 + 3.5j
)",
     R"(t.esp:2:13: error: `3.5j` is not a number
    x = 2 + 3.5j
            ^~~~
hint: there are no complex numbers: write a pair of reals
)"},
    {"ANameThatStartsWithADigit",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = 2nd
)",
     R"(t.esp:2:9: error: `2nd` is not a number
    x = 2nd
        ^~~
hint: numbers are decimal, such as 12, 1_000, 0.5 or 1e-5
)"},
    {"ADoubledUnderscore",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = 1__000
)",
     R"(t.esp:2:9: error: `1__000` is not a number
    x = 1__000
        ^~~~~~
hint: numbers are decimal, such as 12, 1_000, 0.5 or 1e-5
)"},
    {"ATrailingUnderscore",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = 1_
)",
     R"(t.esp:2:9: error: `1_` is not a number
    x = 1_
        ^~
hint: numbers are decimal, such as 12, 1_000, 0.5 or 1e-5
)"},
    {"ALeadingZero",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = 007
)",
     R"(t.esp:2:9: error: `007` is not a number
    x = 007
        ^~~
hint: numbers are decimal, such as 12, 1_000, 0.5 or 1e-5
)"},
    {"ATabBeforeTheCaret",
     "def f(a: float[..., n]) -> float[..., n]:\n"
     "    x =\ta\t+\t)\n",
     R"(t.esp:2:13: error: expected an expression, found `)`
    x =    a    +    )
                     ^
)"},
    {"LettersBeyondASCIIBeforeTheCaret",
     R"(def f(a: float[..., n]) -> float[..., n]:
    x = einsum("αβ", a b)
)",
     R"(t.esp:2:26: error: expected `,` or `)`, found `b`
    x = einsum("αβ", a b)
                       ^
)"},
};

TEST(InvalidLexer, EveryRow) { expectErrors(rows); }

} // namespace
