//===- RoundTripTest.cpp - parse, print, parse ------------------------------===//

#include "test/unit/frontends/Text/Programs.h"

#include <random>

using namespace espalier;
using namespace espalier::text;

namespace {

/// The laws of Printer.h on one text.
void expectRoundTrip(const std::string &text) {
  Parsed first(text);
  ASSERT_EQ(first.errors(), "") << text;
  std::string printed = print(first.program);
  Parsed second(printed);
  ASSERT_EQ(second.errors(), "") << printed;
  EXPECT_EQ(dump(first.program), dump(second.program)) << printed;
  EXPECT_EQ(print(second.program), printed);
}

TEST(RoundTrip, EveryProgram) {
  ASSERT_GE(programFiles().size(), 8u);
  for (const auto &path : programFiles()) {
    SCOPED_TRACE(path.string());
    expectRoundTrip(readFile(path));
  }
}

TEST(RoundTrip, EveryProgramLoads) {
  for (const auto &path : programFiles()) {
    SourceManager sources;
    Diagnostics diagnostics(sources);
    auto module = load(path.string(), sources, diagnostics);
    EXPECT_TRUE(module) << diagnostics.render();
  }
}

// The example of the language's description is the program myo.esp, comments aside.
TEST(RoundTrip, TheExampleOfTheContract) {
  std::stringstream lines(readFile(ESPALIER_SOURCE_DIR "/frontends/LANGUAGE.md"));
  std::string example;
  for (std::string line; std::getline(lines, line);) {
    bool starts = line.rfind("    def myo(", 0) == 0;
    if (starts || (!example.empty() && line.rfind("    ", 0) == 0))
      example += line.substr(4) + "\n";
    else if (!example.empty())
      break;
  }
  expectRoundTrip(example);
  Parsed program(readFile(ESPALIER_SOURCE_DIR "/examples/layers/myo.esp"));
  EXPECT_EQ(dump(Parsed(example).program), dump(program.program));
}

/// Random expressions over the whole grammar; only the shapes matter.
std::string randomExpression(std::mt19937 &random, int depth) {
  auto pick = [&](int n) { return static_cast<int>(random() % n); };
  auto part = [&] { return randomExpression(random, depth - 1); };
  static const char *const atoms[] = {"a", "x[i]", "1", "2.5", "True", "(a,)", "\"s\"", "...", "f()"};
  static const char *const infix[] = {" + ", " - ",  " * ",   " / ",  " // ", " % ",
                                      " @ ", " ** ", " and ", " or ", " < ",  " == "};
  if (depth == 0)
    return atoms[pick(std::size(atoms))];
  switch (pick(9)) {
  case 0:
    return "(-" + part() + ")";
  case 1:
    return "(not " + part() + ")";
  case 2:
    return "f(" + part() + ", k=" + part() + ")";
  case 3:
    return "(" + part() + ")[" + part() + ":, " + part() + "]";
  case 4:
    return "(" + part() + ").T";
  case 5:
    return "sum(" + part() + " for i, j in " + part() + " if " + part() + ")";
  case 6:
    return "(" + part() + ", " + part() + ")";
  case 7:
    return "(+" + part() + ")";
  default:
    return "((" + part() + ")" + infix[pick(std::size(infix))] + "(" + part() + "))";
  }
}

TEST(RoundTrip, RandomExpressions) {
  std::mt19937 random(7);
  for (int i = 0; i < 2000; ++i)
    expectRoundTrip("def f():\n    x = " + randomExpression(random, 1 + i % 5) + "\n");
}

} // namespace
