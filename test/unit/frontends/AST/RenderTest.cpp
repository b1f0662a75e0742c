//===- RenderTest.cpp - Diagnostics as text ---------------------------------===//

#include "frontends/AST/Diagnostics.h"

#include <gtest/gtest.h>

#include <sstream>

using namespace espalier;

namespace {

struct Sources {
  SourceManager sources;
  Diagnostics diagnostics{sources};
  int32_t file = -1;

  explicit Sources(std::string text) { file = sources.add("t.esp", std::move(text)); }
  ast::Span span(uint32_t begin, uint32_t end) const { return {file, begin, end}; }
};

TEST(SourceManager, PositionsAndLines) {
  Sources s("ab\nc\r\n\nd");
  struct {
    uint32_t offset, line, column;
  } rows[] = {{0, 1, 1}, {1, 1, 2}, {2, 1, 3}, {3, 2, 1}, {4, 2, 2}, {6, 3, 1}, {7, 4, 1}, {8, 4, 2}};
  for (auto row : rows) {
    auto position = s.sources.position(s.file, row.offset);
    EXPECT_EQ(position.line, row.line) << row.offset;
    EXPECT_EQ(position.column, row.column) << row.offset;
  }
  EXPECT_EQ(s.sources.line(s.file, 1), "ab");
  EXPECT_EQ(s.sources.line(s.file, 2), "c");
  EXPECT_EQ(s.sources.line(s.file, 3), "");
  EXPECT_EQ(s.sources.line(s.file, 4), "d");
  EXPECT_EQ(Sources("").sources.position(0, 0).line, 1u);
  EXPECT_EQ(Sources("").sources.line(0, 1), "");
}

TEST(SourceManager, TextsDoNotMove) {
  SourceManager sources;
  int32_t first = sources.add("a", "text");
  std::string_view text = sources.text(first);
  for (int i = 0; i < 100; ++i)
    sources.add("b", "other");
  EXPECT_EQ(sources.text(first).data(), text.data());
  EXPECT_EQ(sources.name(first), "a");
}

TEST(Render, ErrorNotesAndHint) {
  Sources s("x = y\nz = x + w\n");
  s.diagnostics.error(s.span(10, 15), "no such sum")
      .note(s.span(0, 1), "x is defined here")
      .note({}, "about nothing")
      .withHint("do not");
  EXPECT_EQ(s.diagnostics.render(), "t.esp:2:5: error: no such sum\n"
                                    "z = x + w\n"
                                    "    ^~~~~\n"
                                    "t.esp:1:1: note: x is defined here\n"
                                    "x = y\n"
                                    "^\n"
                                    "note: about nothing\n"
                                    "hint: do not\n");
}

TEST(Render, WithoutAFile) {
  Sources s("x");
  s.diagnostics.error({}, "cannot read `a`");
  EXPECT_EQ(s.diagnostics.render(), "error: cannot read `a`\n");
}

TEST(Render, SpansAtTheEnds) {
  Sources s("ab\ncd");
  s.diagnostics.error(s.span(2, 2), "at the end of a line");
  s.diagnostics.error(s.span(1, 5), "over two lines");
  s.diagnostics.error(s.span(5, 5), "at the end of the text");
  EXPECT_EQ(s.diagnostics.render(), "t.esp:1:3: error: at the end of a line\nab\n  ^\n"
                                    "t.esp:1:2: error: over two lines\nab\n ^\n"
                                    "t.esp:2:3: error: at the end of the text\ncd\n  ^\n");
}

TEST(Render, TabsAndCharactersBeyondASCII) {
  Sources s("\té\tx\ty");
  s.diagnostics.error(s.span(4, 7), "here");
  EXPECT_EQ(s.diagnostics.render(), "t.esp:1:5: error: here\n"
                                    "    é    x    y\n"
                                    "         ^~~~~~\n");
}

TEST(Render, ControlCharactersAreNotPassedOn) {
  Sources s(std::string("a\x1b[31m\0\x80 b", 10));
  s.diagnostics.error(s.span(0, 1), "found \x1b");
  EXPECT_EQ(s.diagnostics.render(), "t.esp:1:1: error: found \uFFFD\n"
                                    "a\uFFFD[31m\uFFFD\uFFFD b\n"
                                    "^\n");
}

TEST(Render, LongLinesAreCutAroundTheCaret) {
  std::string text(10'000'000, 'a');
  text[5'000'000] = 'X';
  Sources s(text);
  s.diagnostics.error(s.span(5'000'000, 5'000'001), "here");
  std::stringstream lines(s.diagnostics.render());
  std::string head, source, marks;
  std::getline(lines, head);
  std::getline(lines, source);
  std::getline(lines, marks);
  EXPECT_EQ(head, "t.esp:1:5000001: error: here");
  EXPECT_LT(source.size(), 200u);
  EXPECT_EQ(source.find('X'), marks.find('^'));
  EXPECT_EQ(marks.find_first_not_of(' '), marks.find('^'));
  EXPECT_EQ(source.substr(0, 4), "...a");
  EXPECT_EQ(source.substr(source.size() - 4), "a...");
}

TEST(Render, LongLinesAreCutBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 1000; ++i)
    text += "é";
  for (uint32_t begin = 1000; begin < 1004; begin += 2) {
    Sources s(text);
    s.diagnostics.error(s.span(begin, begin + 2), "here");
    EXPECT_EQ(s.diagnostics.render().find("\uFFFD"), std::string::npos);
  }
}

TEST(Render, LongMessagesAreCut) {
  Sources s("x");
  s.diagnostics.error(s.span(0, 1), std::string(1'000'000, 'm')).withHint(std::string(1'000'000, 'h'));
  EXPECT_LT(s.diagnostics.render().size(), 5000u);
}

TEST(Render, Colours) {
  Sources s("x");
  s.diagnostics.error(s.span(0, 1), "wrong").withHint("right");
  EXPECT_EQ(s.diagnostics.render(true), "\033[1mt.esp:1:1:\033[0m \033[1;31merror:\033[0m wrong\n"
                                        "x\n"
                                        "\033[1;32m^\033[0m\n"
                                        "\033[1;34mhint:\033[0m right\n");
}

TEST(Diagnostics, BeyondTheLimitErrorsAreCounted) {
  SourceManager sources;
  Diagnostics diagnostics(sources, 2);
  EXPECT_FALSE(diagnostics.hasErrors());
  for (int i = 0; i < 3; ++i)
    diagnostics.error({}, "e" + std::to_string(i)).withHint("h");
  EXPECT_EQ(diagnostics.numErrors(), 3u);
  EXPECT_EQ(diagnostics.render(), "error: e0\nhint: h\nerror: e1\nhint: h\n1 more error\n");
}

} // namespace
