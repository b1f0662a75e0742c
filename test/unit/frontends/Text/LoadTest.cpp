//===- LoadTest.cpp - Files and imports -------------------------------------===//

#include "test/unit/frontends/Text/Programs.h"

#include <unistd.h>

using namespace espalier;
using namespace espalier::text;
namespace fs = std::filesystem;

namespace {

/// A folder of files that lives as long as the test.
class Load : public testing::Test {
protected:
  void SetUp() override {
    folder = fs::path(testing::TempDir()) / ("espalier-load-" + std::to_string(getpid()));
    fs::create_directories(folder);
  }
  void TearDown() override { fs::remove_all(folder); }

  void write(const std::string &name, const std::string &text) {
    std::ofstream(folder / name, std::ios::binary) << text;
  }

  /// The messages of loading `name`, the folder's path taken out.
  std::string errors(const std::string &name) {
    module = load((folder / name).string(), sources, diagnostics);
    EXPECT_EQ(module.has_value(), !diagnostics.hasErrors());
    std::string out = diagnostics.render();
    std::string prefix = folder.string() + "/";
    for (size_t at; (at = out.find(prefix)) != out.npos;)
      out.erase(at, prefix.size());
    return out;
  }

  fs::path folder;
  SourceManager sources;
  Diagnostics diagnostics{sources};
  std::optional<ast::Module> module;
};

const std::string def(const std::string &name) { return "def " + name + "(a: float) -> float:\n    return a\n"; }

TEST_F(Load, EachFileOnce) {
  // a -> b, c; b -> d; c -> d
  write("a.esp", "from b import f\nfrom c import g\n" + def("top"));
  write("b.esp", "from d import h\n" + def("f"));
  write("c.esp", "from d import h\n" + def("g"));
  write("d.esp", def("h"));
  EXPECT_EQ(errors("a.esp"), "");
  ASSERT_EQ(module->programs.size(), 4u);
  EXPECT_EQ(module->importTargets, (std::vector<std::vector<int>>{{1, 2}, {3}, {3}, {}}));
  EXPECT_EQ(module->programs[0].functions[0]->name, "top");
  EXPECT_EQ(module->programs[3].functions[0]->name, "h");
}

TEST_F(Load, AByteOrderMarkIsSkipped) {
  write("a.esp", "\xEF\xBB\xBF" + def("f"));
  EXPECT_EQ(errors("a.esp"), "");
}

TEST_F(Load, ImportsAreSoughtBesideTheImportingFile) {
  fs::create_directories(folder / "sub");
  write("sub/a.esp", "from b import f\n" + def("g"));
  write("sub/b.esp", def("f"));
  EXPECT_EQ(errors("sub/a.esp"), "");
}

TEST_F(Load, ALongChainOfFiles) {
  constexpr int length = 2000;
  for (int i = 0; i < length; ++i) {
    std::string next = "f" + std::to_string(i + 1);
    write("f" + std::to_string(i) + ".esp",
          (i + 1 < length ? "from " + next + " import " + next + "\n" : "") + def("f" + std::to_string(i)));
  }
  EXPECT_EQ(errors("f0.esp"), "");
  EXPECT_EQ(module->programs.size(), size_t(length));
}

TEST_F(Load, AMissingFile) { EXPECT_EQ(errors("a.esp"), "error: cannot read `a.esp`: No such file or directory\n"); }

TEST_F(Load, AMissingImport) {
  write("a.esp", "from nowhere import f, g\n" + def("h"));
  EXPECT_EQ(errors("a.esp"), "a.esp:1:6: error: cannot read `nowhere.esp`: No such file or directory\n"
                             "from nowhere import f, g\n"
                             "     ^~~~~~~\n");
}

TEST_F(Load, AFolder) {
  fs::create_directories(folder / "b.esp");
  write("a.esp", "from b import f\n");
  EXPECT_EQ(errors("a.esp"), "a.esp:1:6: error: `b.esp` is a folder, not a program\n"
                             "from b import f\n"
                             "     ^\n");
}

TEST_F(Load, AFileWithoutPermission) {
  write("a.esp", def("f"));
  fs::permissions(folder / "a.esp", fs::perms::none);
  if (geteuid() == 0)
    GTEST_SKIP() << "root reads every file";
  EXPECT_EQ(errors("a.esp"), "error: cannot read `a.esp`: Permission denied\n");
}

TEST_F(Load, AFileThatCannotBeReadToItsEnd) {
  // Opens, but reading fails: no address of this process is mapped at 0.
  module = load("/proc/self/mem", sources, diagnostics);
  EXPECT_FALSE(module);
  EXPECT_EQ(diagnostics.render(), "error: cannot read `/proc/self/mem`: Input/output error\n");
}

TEST_F(Load, AFileWithoutEnd) {
  EXPECT_FALSE(load("/dev/zero", sources, diagnostics));
  EXPECT_EQ(diagnostics.render(), "error: `/dev/zero` is longer than 64 MiB\n");
}

TEST_F(Load, AFileThatImportsItself) {
  write("a.esp", "from a import f\n" + def("g"));
  EXPECT_EQ(errors("a.esp"), "a.esp:1:6: error: `a` imports itself in a circle\n"
                             "from a import f\n"
                             "     ^\n"
                             "hint: move what both files need into a third one\n");
}

TEST_F(Load, ACircleOfFiles) {
  write("a.esp", "from b import f\n" + def("e"));
  write("b.esp", "from c import g\n" + def("f"));
  write("c.esp", "from b import f\n" + def("g"));
  EXPECT_EQ(errors("a.esp"), "c.esp:1:6: error: `b` imports itself in a circle\n"
                             "from b import f\n"
                             "     ^\n"
                             "b.esp:1:6: note: `c` is imported here\n"
                             "from c import g\n"
                             "     ^\n"
                             "hint: move what both files need into a third one\n");
}

TEST_F(Load, ANameThatIsNotThere) {
  write("a.esp", "from b import gated_scam, other, zzz\n" + def("e"));
  write("b.esp", "from c import other\n" + def("gated_scan"));
  write("c.esp", def("other"));
  EXPECT_EQ(errors("a.esp"), "a.esp:1:15: error: `b.esp` defines no function `gated_scam`\n"
                             "from b import gated_scam, other, zzz\n"
                             "              ^~~~~~~~~~\n"
                             "hint: did you mean `gated_scan`?\n"
                             "a.esp:1:27: error: `b.esp` defines no function `other`\n"
                             "from b import gated_scam, other, zzz\n"
                             "                          ^~~~~\n"
                             "hint: it is defined in another file: write `from c import other`\n"
                             "a.esp:1:34: error: `b.esp` defines no function `zzz`\n"
                             "from b import gated_scam, other, zzz\n"
                             "                                 ^~~\n");
}

TEST_F(Load, ANameTwice) {
  write("a.esp", "from b import f, f\nfrom c import f\n" + def("g") + def("g"));
  write("b.esp", def("f"));
  write("c.esp", def("f"));
  EXPECT_EQ(errors("a.esp"), "a.esp:1:18: error: `f` is imported twice\n"
                             "from b import f, f\n"
                             "                 ^\n"
                             "a.esp:1:15: note: first imported here\n"
                             "from b import f, f\n"
                             "              ^\n"
                             "a.esp:2:15: error: `f` is imported twice\n"
                             "from c import f\n"
                             "              ^\n"
                             "a.esp:1:15: note: first imported here\n"
                             "from b import f, f\n"
                             "              ^\n"
                             "a.esp:5:5: error: `g` is defined twice\n"
                             "def g(a: float) -> float:\n"
                             "    ^\n"
                             "a.esp:3:5: note: first defined here\n"
                             "def g(a: float) -> float:\n"
                             "    ^\n");
}

TEST_F(Load, ErrorsOfImportedFiles) {
  write("a.esp", "from b import f\n" + def("g") + "x = 1\n");
  write("b.esp", "def f(a) -> float:\n    return a\n");
  EXPECT_EQ(errors("a.esp"), "a.esp:4:1: error: `x` stands outside a function\n"
                             "x = 1\n"
                             "^\n"
                             "hint: a file holds imports and functions\n"
                             "b.esp:1:7: error: the parameter `a` has no type\n"
                             "def f(a) -> float:\n"
                             "      ^\n"
                             "hint: for example `a: float[..., n]`\n");
}

TEST_F(Load, TextInMemory) {
  write("b.esp", def("f"));
  module = parseText("<demo>", "from b import f\n" + def("g"), sources, diagnostics, folder.string());
  ASSERT_TRUE(module) << diagnostics.render();
  EXPECT_EQ(module->programs.size(), 2u);
  EXPECT_EQ(sources.name(module->programs[0].file), "<demo>");
  EXPECT_TRUE(parseText("<other>", "", sources, diagnostics));
  EXPECT_FALSE(parseText("<wrong>", "x", sources, diagnostics));
  // Errors of one compilation do not spoil the next.
  EXPECT_TRUE(parseText("<demo>", "from b import f\n", sources, diagnostics, folder.string()));
}

} // namespace
