//===- MutationTest.cpp - Damaged programs end with a message, not a crash -----===//
//
// Words of the programs and of all cases are exchanged for others of the same file;
// what still parses is checked and specialised. Whatever comes out, it comes out:
// a kernel whose every row exists, or a diagnostic.
//===----------------------------------------------------------------------===//
#include "Case.h"
#include "frontends/Sema/Sema.h"
#include "frontends/Text/Load.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <regex>
#include <set>
#include <sstream>

using namespace espalier;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> words(const std::string &text) {
  static const std::regex word("[A-Za-z_][A-Za-z_0-9]*|[0-9]+|\\*\\*|//|->|[-+*/%@<>=.,:()\\[\\]]|\\s+|.");
  std::vector<std::string> result;
  for (std::sregex_iterator at(text.begin(), text.end(), word), end; at != end; ++at)
    result.push_back(at->str());
  return result;
}

std::vector<std::string> allPrograms() {
  std::vector<std::string> programs;
  for (const auto &entry : fs::directory_iterator(ESPALIER_SOURCE_DIR "/examples/layers"))
    if (entry.path().extension() == ".esp") {
      std::ifstream in(entry.path());
      std::stringstream text;
      text << in.rdbuf();
      programs.push_back(text.str());
    }
  for (const auto &entry : fs::directory_iterator(ESPALIER_TEST_DIR "/unit/frontends/Sema/cases"))
    for (const test::Case &example : test::readCases(entry.path().string()))
      if (example.program.size() < 3000)
        programs.push_back(example.program);
  std::sort(programs.begin(), programs.end());
  return programs;
}

/// Every row that an expression names exists, and no argument is missing.
class Rows {
public:
  explicit Rows(const sema::Kernel &kernel) : kernel(kernel) {}
  void all() {
    for (const sema::Loop &loop : kernel.loops)
      for (const sema::Statement &statement : loop.body) {
        ASSERT_TRUE(statement.value);
        expr(*statement.value);
      }
    for (const sema::ResultRef &result : kernel.results)
      EXPECT_LT(static_cast<size_t>(result.id), result.isTree ? kernel.trees.size() : kernel.tensors.size());
    EXPECT_FALSE(kernel.results.empty());
    for (const sema::Tensor &tensor : kernel.tensors)
      EXPECT_EQ((tensor.parameter >= 0) + (tensor.loop >= 0) + (tensor.viewOf >= 0), 1) << tensor.name;
  }

private:
  void expr(const sema::Expr &e) {
    if (!seen.insert(&e).second)
      return;
    if (e.op == sema::Op::read) {
      ASSERT_LT(static_cast<size_t>(e.id), kernel.tensors.size());
      const sema::Tensor &tensor = kernel.tensors[static_cast<size_t>(e.id)];
      EXPECT_EQ(e.args.size() + e.type.sizes.size(), tensor.axes.size()) << tensor.name;
      for (size_t k = 0; k < e.args.size() && k < tensor.axes.size(); ++k)
        if (e.args[k]->type.kind == sema::Kind::vertex) {
          EXPECT_EQ(e.args[k]->type.tree, tensor.axes[k].tree) << tensor.name;
        }
    }
    if (e.op == sema::Op::loopIndex) {
      EXPECT_LT(static_cast<size_t>(e.id), kernel.variables.size());
    }
    for (const sema::ExprPtr &arg : e.args) {
      ASSERT_TRUE(arg);
      expr(*arg);
    }
  }
  const sema::Kernel &kernel;
  std::set<const sema::Expr *> seen;
};

void tryProgram(const std::string &text, std::mt19937_64 &random) {
  SourceManager sources;
  Diagnostics diagnostics(sources);
  auto module = text::parseText("case.esp", text, sources, diagnostics, ESPALIER_SOURCE_DIR "/examples/layers");
  if (!module)
    return;
  bool isGood = sema::check(*module, diagnostics);
  EXPECT_EQ(isGood, diagnostics.render().empty());
  for (const ast::FunctionPtr &function : module->programs[0].functions) {
    Diagnostics quiet(sources);
    auto interface = sema::interfaceOf(*module, function->name, quiet);
    if (!interface)
      continue;
    sema::Bindings bindings;
    for (const std::string &name : interface->statics)
      bindings.statics[name] =
          random() % 2 ? sema::Static{{2, 1, 1}, true} : sema::Static{{static_cast<int64_t>(random() % 5)}, false};
    for (const TensorSpec &tensor : interface->tensors)
      for (const AxisSize &axis : tensor.axes)
        bindings.dims.emplace(axis.name, random() % 5);
    for (const TreeSpec &tree : interface->trees)
      bindings.dims.emplace(tree.name, random() % 5);
    auto kernel = sema::specialise(*module, function->name, bindings, quiet);
    EXPECT_NE(kernel.has_value(), quiet.hasErrors()) << text;
    if (kernel) {
      Rows(*kernel).all();
      EXPECT_NE(sema::dump(*kernel), "");
    }
  }
}

TEST(Mutation, DamagedProgramsAreAnswered) {
  std::vector<std::string> programs = allPrograms();
  const char *rounds = ESPALIER_MUTATIONS;
  for (uint64_t seed = 0; seed < std::stoull(rounds); ++seed) {
    std::mt19937_64 random(seed);
    std::vector<std::string> text = words(programs[random() % programs.size()]);
    std::vector<std::string> names;
    for (const std::string &word : text)
      if (word.find_first_not_of(" \n") != std::string::npos)
        names.push_back(word);
    for (uint64_t k = 0; k <= random() % 3; ++k) {
      size_t at = random() % text.size();
      for (size_t tries = 0; tries < 50 && text[at].find_first_not_of(" \n") == std::string::npos; ++tries)
        at = random() % text.size();
      text[at] = names[random() % names.size()];
    }
    std::string damaged;
    for (const std::string &word : text)
      damaged += word;
    SCOPED_TRACE(testing::Message() << "seed " << seed << "\n" << damaged);
    tryProgram(damaged, random);
    if (testing::Test::HasFailure())
      break;
  }
}

} // namespace
