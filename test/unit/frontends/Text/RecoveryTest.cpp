//===- RecoveryTest.cpp - Several errors in one run -------------------------===//

#include "test/unit/frontends/Text/Programs.h"

using namespace espalier;
using namespace espalier::text;

namespace {

/// "line:column" of every error.
std::vector<std::string> places(const std::string &text) {
  Parsed parsed(text);
  std::vector<std::string> out;
  for (const Diagnostic &diagnostic : parsed.diagnostics.all()) {
    auto position = parsed.sources.position(diagnostic.span.file, diagnostic.span.begin);
    out.push_back(std::to_string(position.line) + ":" + std::to_string(position.column));
  }
  return out;
}
using Places = std::vector<std::string>;

TEST(Recovery, EveryBrokenStatementIsReportedOnce) {
  EXPECT_EQ(places("from .a import b\n"
                   "def f(a: float) -> float:\n"
                   "    x = a +\n"
                   "    y = a\n"
                   "    z = [a, +, *, )\n"
                   "    for v in up(G)\n"
                   "        w[v] = a b c d\n"
                   "        u[v] = a\n"
                   "    t = !a\n"
                   "    return x\n"
                   "def g(a) -> float:\n"
                   "    return a a\n"),
            (Places{"1:6", "3:12", "5:9", "6:19", "7:18", "9:9", "11:7", "12:14"}));
}

TEST(Recovery, ABlockOfPythonIsOneError) {
  EXPECT_EQ(places("def f(a: float) -> float:\n"
                   "    while a:\n"
                   "        a += 1\n"
                   "        if a:\n"
                   "            break\n"
                   "    if a:\n"
                   "        x = 1\n"
                   "    elif b:\n"
                   "        x = 2\n"
                   "    else:\n"
                   "        x = 3\n"
                   "    return !x\n"),
            (Places{"2:5", "6:5", "12:12"}));
}

TEST(Recovery, ABrokenBracketDoesNotSwallowTheFile) {
  EXPECT_EQ(places("def f(a: float) -> float:\n"
                   "    x = (a b\n"
                   "    y = a +\n"
                   "    z = g(a,\n"
                   "          b c,\n"
                   "          d)\n"
                   "    w = a +\n"
                   "    v = (a\n"
                   "    return !a\n"
                   "def g(a: float) -> float:\n"
                   "    x = f(((\n"
                   "    return !a\n"),
            (Places{"2:12", "3:12", "5:13", "7:12", "8:9", "9:12", "11:12", "12:12"}));
}

TEST(Recovery, TheRestOfTheProgramIsKept) {
  Parsed parsed("from a import b c\n"
                "from d import e\n"
                "def broken(a) -> float:\n"
                "    return a\n"
                "def f(a: float) -> float:\n"
                "    x = +\n"
                "    return a\n");
  EXPECT_EQ(parsed.diagnostics.numErrors(), 3u);
  EXPECT_EQ(dump(parsed.program), "program\n"
                                  "  import d: e\n"
                                  "  function f\n"
                                  "    parameter a: float\n"
                                  "    result float\n"
                                  "    return\n"
                                  "      name a\n");
}

TEST(Recovery, ErrorsBeyondTheLimitAreCounted) {
  std::string text = "def f(a: float) -> float:\n";
  for (int i = 0; i < 100; ++i)
    text += "    x = a +\n";
  Parsed parsed(text);
  EXPECT_EQ(parsed.diagnostics.numErrors(), 100u);
  EXPECT_EQ(parsed.diagnostics.all().size(), 20u);
  std::string errors = parsed.errors();
  EXPECT_EQ(errors.substr(errors.size() - 15), "80 more errors\n");
}

} // namespace
