//===- PrinterTest.cpp - Canonical text -------------------------------------===//

#include "test/unit/frontends/Text/Programs.h"

using namespace espalier;
using namespace espalier::text;

namespace {

std::string printed(const std::string &expression) {
  Parsed parsed("def f():\n    x = " + expression + "\n");
  EXPECT_EQ(parsed.errors(), "") << expression;
  return parsed.diagnostics.hasErrors() ? "" : print(*parsed.program.functions[0]->body[0]->value);
}

TEST(Printer, BracketsOnlyWherePrecedenceAsks) {
  struct {
    const char *written, *canonical;
  } rows[] = {
      {"((a)+(b))", "a + b"},
      {"(a+b)*c", "(a + b) * c"},
      {"a+(b*c)", "a + b * c"},
      {"(a-b)-c", "a - b - c"},
      {"a-(b-c)", "a - (b - c)"},
      {"(a**b)**c", "(a ** b) ** c"},
      {"a**(b**c)", "a ** b ** c"},
      {"a**(-b)", "a ** -b"},
      {"(-a)**b", "(-a) ** b"},
      {"-(a**b)", "-a ** b"},
      {"-(a+b)", "-(a + b)"},
      {"+(+(-a))", "++-a"},
      {"not(a==b)", "not a == b"},
      {"(not a)==b", "(not a) == b"},
      {"(a<b)==c", "(a < b) == c"},
      {"a<(b==c)", "a < (b == c)"},
      {"(a or b)and c", "(a or b) and c"},
      {"(a+b).T", "(a + b).T"},
      {"(a.T)[i]", "a.T[i]"},
      {"(a+b)[i,:n]", "(a + b)[i, :n]"},
      {"x[a:b,:,c:]", "x[a:b, :, c:]"},
      {"(1).T", "(1).T"},
      {"(2.5).T", "(2.5).T"},
      {"2.", "2.0"},
      {"1E5", "100000.0"},
      {"'a'", "\"a\""},
      {"f( a,b , axis = 1 )", "f(a, b, axis=1)"},
      {"f(axis=1)", "f(axis=1)"},
      {"sum((a for i in G))", "sum(a for i in G)"},
      {"f((a for i in G), b)", "f((a for i in G), b)"},
      {"f((a for i in G), root=0)", "f((a for i in G), root=0)"},
      {"(a for i, j in grid(H,W) if i<j)", "(a for i, j in grid(H, W) if i < j)"},
      {"(D,)", "(D,)"},
      {"(a,b)", "(a, b)"},
      {"()", "()"},
      {"x[(a, b)]", "x[(a, b)]"},
  };
  for (auto row : rows) {
    EXPECT_EQ(printed(row.written), row.canonical);
    EXPECT_EQ(printed(row.canonical), row.canonical);
  }
}

TEST(Printer, Program) {
  Parsed parsed("from a import (b,c)\n"
                "@grad(f,wrt=(x,y))\n"
                "def f(G:tree,x:float [ ...,G , n])->(float[...],):\n"
                "  for h,v in up(heads,G): # a comment\n"
                "     y[h,v]:float[n]=x[v]\n"
                "  assert n>1,'n'\n"
                "  return ((a,b),)\n"
                "def g()->float[...]:\n"
                "  return (a,b)\n");
  EXPECT_EQ(parsed.errors(), "");
  EXPECT_EQ(print(parsed.program), "from a import b, c\n"
                                   "\n\n"
                                   "@grad(f, wrt=(x, y))\n"
                                   "def f(G: tree, x: float[..., G, n]) -> (float[...],):\n"
                                   "    for h, v in up(heads, G):\n"
                                   "        y[h, v]: float[n] = x[v]\n"
                                   "    assert n > 1, \"n\"\n"
                                   "    return ((a, b),)\n"
                                   "\n\n"
                                   "def g() -> float[...]:\n"
                                   "    return a, b\n");
}

TEST(Printer, SizesOfResultsAndDefinitions) {
  std::string text = "def f(x: float[N, n], k: static) -> (float[..., N, 4 * n], float[n // (2 * k)]):\n"
                     "    for i in each(N):\n"
                     "        y[i]: float[max(n - 1, 0), 2 ** k] = x[i]\n"
                     "    return y, z\n";
  Parsed parsed(text);
  EXPECT_EQ(parsed.errors(), "");
  EXPECT_EQ(print(parsed.program), text);
}

TEST(Printer, LongHeadersGoOnBelowTheFirstParameter) {
  std::string text = "def f(";
  for (int i = 0; i < 12; ++i)
    text += (i ? ", " : "") + std::string("parameter") + std::to_string(i) + ": float[..., n, m]";
  text += ") -> float:\n    return 1\n";
  std::string out = print(Parsed(text).program);
  std::stringstream lines(out);
  size_t numLines = 0;
  for (std::string line; std::getline(lines, line); ++numLines)
    EXPECT_LE(line.size(), 140u) << line;
  EXPECT_GT(numLines, 3u);
  EXPECT_EQ(dump(Parsed(out).program), dump(Parsed(text).program));
}

} // namespace
