//===- Token.cpp - Spellings of the words of a program ----------------------===//

#include "frontends/Text/Token.h"

namespace espalier::text {
namespace {

struct Spelling {
  std::string_view text;
  TokenKind kind;
  std::string_view quoted;
};

constexpr Spelling keywords[] = {
    {"def", TokenKind::Def, "`def`"},
    {"from", TokenKind::From, "`from`"},
    {"import", TokenKind::Import, "`import`"},
    {"for", TokenKind::For, "`for`"},
    {"in", TokenKind::In, "`in`"},
    {"return", TokenKind::Return, "`return`"},
    {"assert", TokenKind::Assert, "`assert`"},
    {"and", TokenKind::And, "`and`"},
    {"or", TokenKind::Or, "`or`"},
    {"not", TokenKind::Not, "`not`"},
    {"if", TokenKind::If, "`if`"},
    {"True", TokenKind::True, "`True`"},
    {"False", TokenKind::False, "`False`"},
};

constexpr std::string_view reserved[] = {"as",   "async",  "await",   "break",  "class", "continue", "del",  "elif",
                                         "else", "except", "finally", "global", "is",    "lambda",   "None", "nonlocal",
                                         "pass", "raise",  "try",     "while",  "with",  "yield"};

// Longer marks stand before their prefixes.
constexpr Spelling marks[] = {
    {"...", TokenKind::Ellipsis, "`...`"}, {"**=", TokenKind::Foreign, ""},
    {"//=", TokenKind::Foreign, ""},       {">>=", TokenKind::Foreign, ""},
    {"<<=", TokenKind::Foreign, ""},       {"+=", TokenKind::Foreign, ""},
    {"-=", TokenKind::Foreign, ""},        {"*=", TokenKind::Foreign, ""},
    {"/=", TokenKind::Foreign, ""},        {"%=", TokenKind::Foreign, ""},
    {"@=", TokenKind::Foreign, ""},        {"&=", TokenKind::Foreign, ""},
    {"|=", TokenKind::Foreign, ""},        {"^=", TokenKind::Foreign, ""},
    {":=", TokenKind::Foreign, ""},        {"&&", TokenKind::Foreign, ""},
    {"||", TokenKind::Foreign, ""},        {"<<", TokenKind::Foreign, ""},
    {">>", TokenKind::Foreign, ""},        {"->", TokenKind::Arrow, "`->`"},
    {"**", TokenKind::StarStar, "`**`"},   {"//", TokenKind::SlashSlash, "`//`"},
    {"<=", TokenKind::LessEqual, "`<=`"},  {">=", TokenKind::GreaterEqual, "`>=`"},
    {"==", TokenKind::Equal, "`==`"},      {"!=", TokenKind::NotEqual, "`!=`"},
    {"<>", TokenKind::Foreign, ""},        {"(", TokenKind::LParen, "`(`"},
    {")", TokenKind::RParen, "`)`"},       {"[", TokenKind::LBracket, "`[`"},
    {"]", TokenKind::RBracket, "`]`"},     {",", TokenKind::Comma, "`,`"},
    {":", TokenKind::Colon, "`:`"},        {".", TokenKind::Dot, "`.`"},
    {"=", TokenKind::Assign, "`=`"},       {"+", TokenKind::Plus, "`+`"},
    {"-", TokenKind::Minus, "`-`"},        {"*", TokenKind::Star, "`*`"},
    {"/", TokenKind::Slash, "`/`"},        {"%", TokenKind::Percent, "`%`"},
    {"@", TokenKind::At, "`@`"},           {"<", TokenKind::Less, "`<`"},
    {">", TokenKind::Greater, "`>`"},      {"{", TokenKind::Foreign, ""},
    {"}", TokenKind::Foreign, ""},         {"&", TokenKind::Foreign, ""},
    {"|", TokenKind::Foreign, ""},         {"^", TokenKind::Foreign, ""},
    {"~", TokenKind::Foreign, ""},         {"!", TokenKind::Foreign, ""},
    {";", TokenKind::Foreign, ""},         {"?", TokenKind::Foreign, ""},
};

} // namespace

TokenKind wordKind(std::string_view word) {
  for (const Spelling &keyword : keywords)
    if (keyword.text == word)
      return keyword.kind;
  for (std::string_view other : reserved)
    if (other == word)
      return TokenKind::Reserved;
  return TokenKind::Name;
}

Mark markAt(std::string_view text) {
  for (const Spelling &mark : marks)
    if (!text.empty() && text[0] == mark.text[0] && text.substr(0, mark.text.size()) == mark.text)
      return {mark.kind, mark.text.size()};
  return {TokenKind::Error, 0};
}

std::string_view kindText(TokenKind kind) {
  switch (kind) {
  case TokenKind::End:
    return "the end of the file";
  case TokenKind::Newline:
    return "the end of the line";
  case TokenKind::Indent:
    return "an indented line";
  case TokenKind::Dedent:
    return "the end of the block";
  case TokenKind::Name:
    return "a name";
  case TokenKind::Integer:
  case TokenKind::Real:
    return "a number";
  case TokenKind::String:
    return "a string";
  default:
    break;
  }
  for (const Spelling &keyword : keywords)
    if (keyword.kind == kind)
      return keyword.quoted;
  for (const Spelling &mark : marks)
    if (mark.kind == kind)
      return mark.quoted;
  return "this";
}

} // namespace espalier::text
