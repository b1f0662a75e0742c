//===- ProgramsTest.cpp - Every golden vector's kernel is accepted ------------===//
//
// Programs are checked by name, and specialised with the sizes of the arguments of
// every vector, as a call does: the interface says which axis has which name.
//===----------------------------------------------------------------------===//
#include "frontends/Sema/Sema.h"
#include "frontends/Text/Load.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

using namespace espalier;
namespace fs = std::filesystem;

namespace {

const fs::path testFolder = ESPALIER_TEST_DIR, programFolder = ESPALIER_SOURCE_DIR "/examples/layers";

std::string readFile(const fs::path &path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

/// Every match of a pattern, as groups.
std::vector<std::vector<std::string>> matches(const std::string &text, const char *pattern) {
  std::vector<std::vector<std::string>> result;
  std::regex regex(pattern);
  for (std::sregex_iterator at(text.begin(), text.end(), regex), end; at != end; ++at)
    result.emplace_back(at->begin(), at->end());
  return result;
}

/// The shape in the header of an .npy file.
std::vector<int64_t> shapeOf(const fs::path &path) {
  auto header = matches(readFile(path).substr(0, 512), "'shape': \\(([^)]*)\\)");
  std::vector<int64_t> shape;
  if (header.empty())
    ADD_FAILURE() << "no shape in " << path;
  else
    for (const auto &number : matches(header[0][1], "[0-9]+"))
      shape.push_back(std::stoll(number[0]));
  return shape;
}

struct Case {
  std::string program, kernel;
  std::map<std::string, std::string> args;
};

Case readCase(const fs::path &path) {
  std::string text = readFile(path);
  Case result;
  for (const auto &pair : matches(text, "\"(\\w+)\": \"([^\"]*)\"")) {
    const std::string &key = pair[1], &value = pair[2];
    if (key == "program")
      result.program = value;
    else if (key == "kernel")
      result.kernel = value;
    else
      result.args[key] = value;
  }
  return result;
}

/// What a call with these arguments binds.
sema::Bindings bind(const Case &example, const sema::Interface &interface, const fs::path &folder) {
  sema::Bindings bindings;
  for (const std::string &name : interface.statics) {
    sema::Static value;
    std::string list = example.args.at(name);
    value.isTuple = list.find(',') != std::string::npos;
    for (const auto &number : matches(list, "[0-9]+"))
      value.values.push_back(std::stoll(number[0]));
    bindings.statics[name] = value;
  }
  for (const TreeSpec &tree : interface.trees) {
    std::string value = example.args.at(tree.name);
    sema::Bindings::TreeType type;
    type.kind = tree.kind;
    if (value.rfind("perfect:", 0) == 0) {
      type.kind = TreeKind::perfect;
      type.arity = std::stoi(value.substr(8));
    } else if (value.rfind("chain:", 0) == 0) {
      type.kind = TreeKind::chain;
    } else {
      bindings.dims[tree.name] = shapeOf(folder / value).back();
    }
    bindings.trees[tree.name] = type;
  }
  for (const TensorSpec &tensor : interface.tensors) {
    std::vector<int64_t> shape = shapeOf(folder / example.args.at(tensor.name));
    EXPECT_GE(shape.size(), tensor.axes.size()) << tensor.name;
    for (size_t k = 0; k < tensor.axes.size(); ++k)
      bindings.dims[tensor.axes[k].name] = shape[shape.size() - tensor.axes.size() + k];
  }
  return bindings;
}

TEST(Programs, AreChecked) {
  int count = 0;
  for (const auto &entry : fs::directory_iterator(programFolder)) {
    if (entry.path().extension() != ".esp")
      continue;
    SourceManager sources;
    Diagnostics diagnostics(sources);
    auto module = text::load(entry.path().string(), sources, diagnostics);
    ASSERT_TRUE(module) << diagnostics.render();
    EXPECT_TRUE(sema::check(*module, diagnostics)) << diagnostics.render();
    ++count;
  }
  EXPECT_GE(count, 7);
}

TEST(Programs, AreSpecialisedForEveryVector) {
  int count = 0;
  for (const auto &entry : fs::directory_iterator(testFolder / "vectors")) {
    if (!fs::exists(entry.path() / "case.json"))
      continue;
    SCOPED_TRACE(entry.path().filename().string());
    Case example = readCase(entry.path() / "case.json");
    SourceManager sources;
    Diagnostics diagnostics(sources);
    auto module = text::load((programFolder / example.program).string(), sources, diagnostics);
    ASSERT_TRUE(module) << diagnostics.render();
    auto interface = sema::interfaceOf(*module, example.kernel, diagnostics);
    ASSERT_TRUE(interface) << diagnostics.render();
    EXPECT_EQ(interface->parameters.size(), example.args.size());
    sema::Bindings bindings = bind(example, *interface, entry.path());
    auto kernel = sema::specialise(*module, example.kernel, bindings, diagnostics);
    ASSERT_TRUE(kernel) << diagnostics.render();
    EXPECT_TRUE(sema::checkRequirements(*kernel, bindings.dims, diagnostics)) << diagnostics.render();
    // Tiles are constants; what the interface announced is what was bound.
    for (const sema::Tensor &tensor : kernel->tensors)
      for (size_t k = static_cast<size_t>(tensor.numLoopAxes); tensor.loop >= 0 && k < tensor.axes.size(); ++k)
        EXPECT_TRUE(tensor.axes[k].size.constant().has_value()) << tensor.name;
    EXPECT_EQ(kernel->tileDims, interface->tileDims);
    EXPECT_FALSE(kernel->results.empty());
    EXPECT_EQ(sema::dump(*kernel), sema::dump(*sema::specialise(*module, example.kernel, bindings, diagnostics)));
    ++count;
  }
  EXPECT_GE(count, 15);
}

} // namespace
