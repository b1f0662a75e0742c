//===- RoundTripTest.cpp - parse, print, parse ------------------------------===//

#include "test/unit/frontends/Text/Programs.h"

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
  ASSERT_EQ(programFiles().size(), 7u);
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

} // namespace
