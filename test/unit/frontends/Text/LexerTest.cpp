//===- LexerTest.cpp - Lines, blocks, words ---------------------------------===//

#include "test/unit/frontends/Text/Programs.h"

using namespace espalier;
using namespace espalier::text;

namespace {

/// The words of a text with blanks between them: layout as N, > and <, the rest as written.
std::string words(const std::string &text) {
  SourceManager sources;
  Diagnostics diagnostics(sources);
  int32_t file = sources.add("t.esp", text);
  Lexer lexer(sources, file, diagnostics);
  std::string out;
  for (Token token = lexer.next(); token.kind != TokenKind::End; token = lexer.next()) {
    EXPECT_LE(token.begin, token.end);
    EXPECT_LE(token.end, text.size());
    out += out.empty() ? "" : " ";
    switch (token.kind) {
    case TokenKind::Newline:
      out += "N";
      break;
    case TokenKind::Indent:
      out += ">";
      break;
    case TokenKind::Dedent:
      out += "<";
      break;
    default:
      out += text.substr(token.begin, token.end - token.begin);
    }
  }
  EXPECT_EQ(diagnostics.render(), "");
  EXPECT_EQ(lexer.next().kind, TokenKind::End);
  return out;
}

TEST(Lexer, Layout) {
  EXPECT_EQ(words(""), "");
  EXPECT_EQ(words("\n\n  \n# only a comment"), "");
  EXPECT_EQ(words("a"), "a N");
  EXPECT_EQ(words("a\n"), "a N");
  EXPECT_EQ(words("a\r\nb\r\n"), "a N b N");
  EXPECT_EQ(words("a\n  b\n    c\nd"), "a N > b N > c N < < d N");
  EXPECT_EQ(words("a\n  b"), "a N > b N <");
  EXPECT_EQ(words("a\n  b\n\n      # deeper comment\n# outer comment\n  c\n"), "a N > b N c N <");
}

TEST(Lexer, LinesGoOnWithinBrackets) {
  EXPECT_EQ(words("a = (b +\nc)\nd"), "a = ( b + c ) N d N");
  EXPECT_EQ(words("a[\n\n  # comment\n      b\n]\nd"), "a [ b ] N d N");
  EXPECT_EQ(words("a = b \\\n  + c\nd"), "a = b + c N d N");
  EXPECT_EQ(words("a = b \\\r\n  + c\nd"), "a = b + c N d N");
  EXPECT_EQ(words("(a\nfor b in c)"), "( a for b in c ) N");
  // A bracket too many closes nothing.
  EXPECT_EQ(words("a)\nb"), "a ) N b N");
}

TEST(Lexer, AStatementEndsAForgottenBracket) {
  EXPECT_EQ(words("a = (b\n  return c"), "a = ( b N > return c N <");
  EXPECT_EQ(words("a = (b\ndef f"), "a = ( b N def f N");
  EXPECT_EQ(words("a = (b\ndefine, returned, assertion)"), "a = ( b define , returned , assertion ) N");
}

TEST(Lexer, LongestMarksFirst) {
  EXPECT_EQ(words("a**b*c//d/e"), "a ** b * c // d / e N");
  EXPECT_EQ(words("a<=b<c>=d>e==f=g!=h->i-j"), "a <= b < c >= d > e == f = g != h -> i - j N");
  EXPECT_EQ(words("[...,a.T]"), "[ ... , a . T ] N");
  EXPECT_EQ(words("a+=1"), "a += 1 N");
}

TEST(Lexer, NumbersAndTheirNeighbours) {
  EXPECT_EQ(words("1.5+2.-.5"), "1.5 + 2. - .5 N");
  EXPECT_EQ(words("1e5-1e-5*1_0.0_1E+1_0"), "1e5 - 1e-5 * 1_0.0_1E+1_0 N");
  EXPECT_EQ(words("x[1:2]"), "x [ 1 : 2 ] N");
}

TEST(Lexer, StringsAndComments) {
  EXPECT_EQ(words(R"("a # b" 'c"d' "e\"f" "é" # "g)"), R"("a # b" 'c"d' "e\"f" "é" N)");
}

} // namespace
