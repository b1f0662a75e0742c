//===- MutationTest.cpp - Programs with random damage -----------------------===//
//
// Whatever the text: parsing ends, every span lies within the file, every message
// can be shown in bounded space, and what parses without error obeys the printer's laws.
//===----------------------------------------------------------------------===//

#include "test/unit/frontends/Text/Programs.h"

#include <random>

using namespace espalier;
using namespace espalier::text;

namespace {

using Random = std::mt19937;

size_t below(Random &random, size_t n) { return n == 0 ? 0 : random() % n; }

/// Bytes replaced, inserted and removed anywhere.
std::string damageBytes(std::string text, Random &random) {
  static const std::string interesting = "()[]{}:=,.\"'#\\\n\r\t +-*/@<>!0_eaf\x00\x80\xC3\xFF";
  for (size_t k = 1 + below(random, 4); k > 0; --k) {
    size_t at = below(random, text.size());
    char byte = random() % 4 ? interesting[below(random, interesting.size())] : static_cast<char>(random());
    switch (below(random, 3)) {
    case 0:
      text[at] = byte;
      break;
    case 1:
      text.insert(at, 1, byte);
      break;
    default:
      text.erase(at, 1 + below(random, 5));
    }
  }
  return text;
}

std::vector<std::string> tokensOf(const std::string &text) {
  std::vector<std::string> tokens;
  for (size_t i = 0; i < text.size();) {
    size_t end = i + 1;
    if (isalnum(static_cast<unsigned char>(text[i])))
      while (end < text.size() && isalnum(static_cast<unsigned char>(text[end])))
        ++end;
    tokens.push_back(text.substr(i, end - i));
    i = end;
  }
  return tokens;
}

/// Words swapped, doubled, removed, replaced by others of the program or of Python.
std::string damageTokens(const std::string &text, Random &random) {
  static const char *const words[] = {"def",    "for",  "in",    "if", "else", "while",  "return", "lambda", "not",
                                      "import", "from", "class", "(",  ")",    "[",      "]",      ":",      "=",
                                      "...",    "**",   "->",    "@",  "\n",   "\n    ", "\n ",    "\"\"\"", "1e5",
                                      "0x",     "None", ":=",    "+=", "\\\n", "True",   ";"};
  std::vector<std::string> tokens = tokensOf(text);
  for (size_t k = 1 + below(random, 4); k > 0; --k) {
    size_t at = below(random, tokens.size()), other = below(random, tokens.size());
    switch (below(random, 5)) {
    case 0:
      std::swap(tokens[at], tokens[other]);
      break;
    case 1:
      tokens[at] = tokens[other];
      break;
    case 2:
      tokens[at].clear();
      break;
    case 3:
      tokens[at] += words[below(random, std::size(words))];
      break;
    default:
      tokens[at] = words[below(random, std::size(words))];
    }
  }
  std::string out;
  for (const std::string &token : tokens)
    out += token;
  return out;
}

/// Lines removed, doubled, swapped, indented; the end cut off.
std::string damageLines(const std::string &text, Random &random) {
  std::vector<std::string> lines;
  std::stringstream stream(text);
  for (std::string line; std::getline(stream, line);)
    lines.push_back(line + "\n");
  for (size_t k = 1 + below(random, 3); k > 0 && !lines.empty(); --k) {
    size_t at = below(random, lines.size()), other = below(random, lines.size());
    switch (below(random, 5)) {
    case 0:
      std::swap(lines[at], lines[other]);
      break;
    case 1:
      lines.erase(lines.begin() + static_cast<long>(at));
      break;
    case 2:
      lines[at].insert(0, 1 + below(random, 9), ' ');
      break;
    case 3:
      lines[at].erase(0, below(random, 9));
      break;
    default:
      lines[at] = lines[other];
    }
  }
  std::string out;
  for (const std::string &line : lines)
    out += line;
  return random() % 4 ? out : out.substr(0, below(random, out.size()));
}

void expectWithin(ast::Span span, size_t size) {
  EXPECT_EQ(span.file, 0);
  EXPECT_LE(span.begin, span.end);
  EXPECT_LE(span.end, size);
}

void expectWithin(const ast::Expr &expr, size_t size) {
  expectWithin(expr.span, size);
  EXPECT_LE(expr.height, ast::Expr::maxHeight);
  for (const ast::ExprPtr &operand : expr.operands) {
    if (!operand) {
      EXPECT_EQ(expr.kind, ast::ExprKind::Slice);
      continue;
    }
    expectWithin(*operand, size);
    // A part lies within the whole.
    EXPECT_LE(expr.span.begin, operand->span.begin);
    EXPECT_GE(expr.span.end, operand->span.end);
    EXPECT_GT(expr.height, operand->height);
  }
  for (const ast::Keyword &keyword : expr.keywords)
    expectWithin(*keyword.value, size);
}

void expectWithin(const ast::Stmt &statement, size_t size) {
  expectWithin(statement.span, size);
  for (const auto &list : {statement.indices, statement.values})
    for (const ast::ExprPtr &expr : list)
      expectWithin(*expr, size);
  if (statement.value)
    expectWithin(*statement.value, size);
  for (const ast::StmtPtr &inner : statement.body)
    expectWithin(*inner, size);
}

void expectSound(const std::string &text) {
  Parsed parsed(text);
  for (const Diagnostic &diagnostic : parsed.diagnostics.all()) {
    expectWithin(diagnostic.span, text.size());
    EXPECT_FALSE(diagnostic.message.empty());
    for (const Note &note : diagnostic.notes)
      expectWithin(note.span, text.size());
  }
  EXPECT_LT(parsed.errors().size(), 40000u);
  for (const ast::FunctionPtr &function : parsed.program.functions) {
    expectWithin(function->span, text.size());
    for (const ast::StmtPtr &statement : function->body)
      expectWithin(*statement, text.size());
  }
  // What stays after errors can be printed too, and is then a program, if its blocks are not empty.
  std::string printed = print(parsed.program);
  if (parsed.diagnostics.hasErrors())
    return;
  Parsed again(printed);
  EXPECT_EQ(again.errors(), "");
  EXPECT_EQ(dump(again.program), dump(parsed.program));
}

void damagePrograms(std::string (*damage)(const std::string &, Random &), unsigned seed, int rounds) {
  Random random(seed);
  std::vector<std::string> programs;
  for (const auto &path : programFiles())
    programs.push_back(readFile(path));
  for (int i = 0; i < rounds; ++i) {
    std::string text = damage(programs[i % programs.size()], random);
    SCOPED_TRACE("round " + std::to_string(i));
    expectSound(text);
    if (testing::Test::HasFailure()) {
      FAIL() << text;
    }
  }
}

TEST(Mutation, Bytes) {
  damagePrograms([](const std::string &text, Random &random) { return damageBytes(text, random); }, 11, 2000);
}
TEST(Mutation, Tokens) { damagePrograms(damageTokens, 12, 2000); }
TEST(Mutation, Lines) { damagePrograms(damageLines, 13, 2000); }

TEST(Mutation, Noise) {
  Random random(14);
  for (int i = 0; i < 1000; ++i) {
    std::string text;
    for (size_t k = below(random, 300); k > 0; --k)
      text += static_cast<char>(i % 2 ? random() : random() % 96 + 32 - (random() % 20 == 0) * 22);
    expectSound(text);
  }
}

} // namespace
