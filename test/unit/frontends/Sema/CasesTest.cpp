//===- CasesTest.cpp - Every rule of the language, accepted and refused -------===//
#include "Case.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <regex>

using namespace espalier::test;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> caseFiles() {
  std::vector<std::string> files;
  for (const auto &entry : fs::directory_iterator(ESPALIER_TEST_DIR "/unit/frontends/Sema/cases"))
    if (entry.path().extension() == ".cases")
      files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  return files;
}

class Cases : public testing::TestWithParam<std::string> {};

TEST_P(Cases, HaveTheirOutcome) {
  std::vector<Case> cases = readCases(GetParam());
  ASSERT_FALSE(cases.empty());
  for (const Case &example : cases)
    EXPECT_EQ(outcome(example), example.expected) << example.title << "\n" << example.program;
}

/// A rule is tested from both sides: something that it accepts, something that it refuses.
TEST_P(Cases, AcceptAndRefuse) {
  int accepted = 0, refused = 0;
  for (const Case &example : readCases(GetParam()))
    (example.expected.find(": error: ") == std::string::npos && example.expected.rfind("error: ", 0) != 0 ? accepted
                                                                                                          : refused) +=
        1;
  EXPECT_GT(accepted, 0);
  EXPECT_GT(refused, 0);
}

INSTANTIATE_TEST_SUITE_P(Rules, Cases, testing::ValuesIn(caseFiles()), [](const auto &info) {
  return std::regex_replace(fs::path(info.param).stem().string(), std::regex("[^A-Za-z0-9]"), "_");
});

TEST(CaseFiles, CoverEveryRule) {
  std::vector<std::string> missing;
  std::vector<std::string> files = caseFiles();
  for (int rule = 1; rule <= 22; ++rule) {
    std::string name = "/L" + std::to_string(rule) + "-";
    if (std::none_of(files.begin(), files.end(),
                     [&](const std::string &file) { return file.find(name) != std::string::npos; }))
      missing.push_back(name);
  }
  EXPECT_TRUE(missing.empty()) << testing::PrintToString(missing);
}

} // namespace
