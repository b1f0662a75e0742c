//===- ParserTest.cpp - What programs mean as trees -------------------------===//

#include "test/unit/frontends/Text/Programs.h"

using namespace espalier;
using namespace espalier::text;

namespace {

/// Both expressions have the same tree.
void expectSame(const std::string &a, const std::string &b) {
  EXPECT_EQ(outlineOf(a), outlineOf(b)) << a << " and " << b;
}
void expectDifferent(const std::string &a, const std::string &b) {
  EXPECT_NE(outlineOf(a), outlineOf(b)) << a << " and " << b;
}

// Python's precedence, each level against its neighbours.
TEST(Parser, Precedence) {
  expectSame("a or b and c", "a or (b and c)");
  expectSame("a or b or c", "(a or b) or c");
  expectSame("not a and b", "(not a) and b");
  expectSame("not a == b", "not (a == b)");
  expectSame("not not a", "not (not a)");
  expectSame("a and not b or c", "(a and (not b)) or c");
  expectSame("a + 1 < b * 2", "(a + 1) < (b * 2)");
  expectSame("a - b + c", "(a - b) + c");
  expectSame("a + b * c - d", "(a + (b * c)) - d");
  expectSame("a * b @ c / d // e % f", "((((a * b) @ c) / d) // e) % f");
  expectSame("-a * b", "(-a) * b");
  expectSame("-a ** b", "-(a ** b)");
  expectSame("a ** -b", "a ** (-b)");
  expectSame("a ** b ** c", "a ** (b ** c)");
  expectSame("a ** -b ** c", "a ** (-(b ** c))");
  expectSame("- - + a", "-(-(+a))");
  expectSame("-x[i].T ** 2", "-(((x[i]).T) ** 2)");
  expectSame("sum(c for c in a or b if a or b)", "sum(c for c in (a or b) if (a or b))");
  expectDifferent("(a ** b) ** c", "a ** b ** c");
  expectDifferent("a - (b - c)", "a - b - c");
  expectDifferent("(-a) ** b", "-a ** b");
  expectDifferent("(a and b) == c", "a and b == c");
}

TEST(Parser, Atoms) {
  EXPECT_EQ(outlineOf("x"), "name x\n");
  EXPECT_EQ(outlineOf("1_000"), "integer 1000\n");
  EXPECT_EQ(outlineOf("1e-5"), "real 1e-05\n");
  EXPECT_EQ(outlineOf("True"), "boolean True\n");
  EXPECT_EQ(outlineOf("False"), "boolean False\n");
  EXPECT_EQ(outlineOf("'a\"b'"), "string \"a\\\"b\"\n");
  EXPECT_EQ(outlineOf("..."), "ellipsis\n");
  EXPECT_EQ(outlineOf("()"), "tuple\n");
  EXPECT_EQ(outlineOf("f((D,))"), "call\n  name f\n  tuple\n    name D\n");
  expectSame("(a)", "a");
  expectSame("f((a, b,))", "f((a, b))");
}

TEST(Parser, CallsAndSubscripts) {
  EXPECT_EQ(outlineOf("f(a, axis=1)"), "call\n  name f\n  name a\n  keyword axis\n    integer 1\n");
  EXPECT_EQ(outlineOf("f()"), "call\n  name f\n");
  expectSame("f(a, b,)", "f(a, b)");
  EXPECT_EQ(outlineOf("x[i, :n]"), "subscript\n  name x\n  name i\n  slice\n    absent\n    name n\n");
  EXPECT_EQ(outlineOf("x[a:]"), "subscript\n  name x\n  slice\n    name a\n    absent\n");
  EXPECT_EQ(outlineOf("x[:]"), "subscript\n  name x\n  slice\n    absent\n    absent\n");
  EXPECT_EQ(outlineOf("x.T[i]"), "subscript\n  attribute T\n    name x\n  name i\n");
}

TEST(Parser, Comprehensions) {
  EXPECT_EQ(outlineOf("sum(x[c] for c in children(v) if c > 0)"), "call\n"
                                                                  "  name sum\n"
                                                                  "  comprehension\n"
                                                                  "    subscript\n"
                                                                  "      name x\n"
                                                                  "      name c\n"
                                                                  "    for c\n"
                                                                  "      call\n"
                                                                  "        name children\n"
                                                                  "        name v\n"
                                                                  "    if\n"
                                                                  "      compare >\n"
                                                                  "        name c\n"
                                                                  "        integer 0\n");
  expectSame("sum((a for i in G))", "sum(a for i in G)");
  EXPECT_EQ(outlineOf("t((a for i, j in grid(H, W)), root=0)"), "call\n"
                                                                "  name t\n"
                                                                "  comprehension\n"
                                                                "    name a\n"
                                                                "    for i, j\n"
                                                                "      call\n"
                                                                "        name grid\n"
                                                                "        name H\n"
                                                                "        name W\n"
                                                                "  keyword root\n"
                                                                "    integer 0\n");
}

TEST(Parser, WholeFunction) {
  Parsed parsed("from ssm import (a, b,)\n"
                "@gradient(g)\n"
                "def f(G: tree, x: float[..., leaves(G), 3], k: static,) -> (float[...], float):\n"
                "    assert k > 1, \"k\"\n"
                "    for h, v in up(heads, G):\n"
                "        y[h, v]: float[n] = x[v]\n"
                "        z = 1\n"
                "    return (y, z)\n");
  EXPECT_EQ(parsed.errors(), "");
  EXPECT_EQ(dump(parsed.program), "program\n"
                                  "  import ssm: a, b\n"
                                  "  function f\n"
                                  "    decorator\n"
                                  "      call\n"
                                  "        name gradient\n"
                                  "        name g\n"
                                  "    parameter G: tree\n"
                                  "    parameter x: float[..., leaves(G), 3]\n"
                                  "    parameter k: static\n"
                                  "    result (float[...], float)\n"
                                  "    assert \"k\"\n"
                                  "      compare >\n"
                                  "        name k\n"
                                  "        integer 1\n"
                                  "    loop\n"
                                  "      for h, v\n"
                                  "        call\n"
                                  "          name up\n"
                                  "          name heads\n"
                                  "          name G\n"
                                  "      define y\n"
                                  "        indices\n"
                                  "          name h\n"
                                  "          name v\n"
                                  "        type float[n]\n"
                                  "        subscript\n"
                                  "          name x\n"
                                  "          name v\n"
                                  "      define z\n"
                                  "        integer 1\n"
                                  "    return\n"
                                  "      name y\n"
                                  "      name z\n");
}

TEST(Parser, Spans) {
  std::string text = "def f(a: float[n]) -> float:\n"
                     "    for v in up(G):\n"
                     "        x[v] = (a + b) * g(c)  # comment\n"
                     "\n"
                     "    return x\n";
  Parsed parsed(text);
  auto covered = [&](ast::Span span) { return text.substr(span.begin, span.end - span.begin); };
  const ast::Function &f = *parsed.program.functions[0];
  EXPECT_EQ(covered(f.span), text.substr(0, text.size() - 1));
  EXPECT_EQ(covered(f.nameSpan), "f");
  EXPECT_EQ(covered(f.parameters[0].span), "a: float[n]");
  EXPECT_EQ(covered(f.parameters[0].type.span), "float[n]");
  EXPECT_EQ(covered(f.result->span), "float");
  const ast::Stmt &loop = *f.body[0];
  EXPECT_EQ(covered(loop.span), text.substr(33, text.find("  #") - 33));
  EXPECT_EQ(covered(loop.clause.targetSpans[0]), "v");
  const ast::Stmt &define = *loop.body[0];
  EXPECT_EQ(covered(define.span), "x[v] = (a + b) * g(c)");
  EXPECT_EQ(covered(define.nameSpan), "x");
  EXPECT_EQ(covered(define.value->span), "(a + b) * g(c)");
  EXPECT_EQ(covered(define.value->operands[0]->span), "a + b");
  EXPECT_EQ(covered(define.value->operands[1]->span), "g(c)");
}

TEST(Parser, EmptyFileAndMissingLastLineEnd) {
  EXPECT_TRUE(Parsed("").program.functions.empty());
  EXPECT_EQ(errorsOf(""), "");
  Parsed parsed("def f() -> float:\n    return 1");
  EXPECT_EQ(parsed.errors(), "");
  EXPECT_EQ(parsed.program.functions[0]->body.size(), 1u);
}

TEST(Parser, LineEndsOfWindows) {
  std::string text = readFile(programFiles()[0]), windows;
  for (char c : text)
    windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
  Parsed plain(text), other(windows);
  EXPECT_EQ(other.errors(), "");
  EXPECT_EQ(dump(plain.program), dump(other.program));
}

} // namespace
