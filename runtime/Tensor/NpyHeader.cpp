//===- NpyHeader.cpp - The description at the front of a .npy file ----------===//
#include "runtime/Tensor/NpyHeader.h"

#include <algorithm>
#include <charconv>

namespace espalier {

namespace {
/// Reads the header from left to right. The first problem is kept; after it nothing matches.
class HeaderParser {
public:
  explicit HeaderParser(std::string_view text) : rest(text) {}

  Result<NpyHeader> parse() {
    expect('{');
    while (!problem && !accept('}')) {
      parseEntry();
      if (!accept(',') && !at('}'))
        fail("`,` or `}`");
    }
    skipBlanks();
    if (!problem && !rest.empty())
      fail("the end of the header");
    if (!problem && (!haveDescr || !haveOrder || !haveShape))
      problem = Error::of("the header lacks `{}`", !haveDescr ? "descr" : !haveOrder ? "fortran_order" : "shape");
    return problem ? Result<NpyHeader>(*problem) : std::move(header);
  }

private:
  void parseEntry() {
    std::string key = parseString();
    expect(':');
    if (problem)
      return;
    bool *seen = key == "descr"           ? &haveDescr
                 : key == "fortran_order" ? &haveOrder
                 : key == "shape"         ? &haveShape
                                          : nullptr;
    if (!seen || std::exchange(*seen, true)) {
      problem = Error::of("{} key `{}` in the header, expected descr, fortran_order and shape once each",
                          seen ? "second" : "unknown", printable(key));
      return;
    }
    if (key == "descr")
      parseDescr();
    else if (key == "fortran_order")
      parseOrder();
    else
      parseShape();
  }

  void parseDescr() {
    if (at('['))
      problem = Error::of("a structured dtype `{}`, expected a number type such as `<f4`", excerpt());
    else
      header.descr = parseString();
  }

  void parseOrder() {
    if (acceptWord("True"))
      header.fortranOrder = true;
    else if (!acceptWord("False"))
      fail("True or False");
  }

  void parseShape() {
    expect('(');
    while (!problem && !accept(')')) {
      header.shape.push_back(parseSize());
      if (static_cast<int64_t>(header.shape.size()) > maxRank)
        problem = Error::of("more than {} axes in the header", maxRank);
      // In Python `(3)` is a number; a tuple of one is `(3,)`.
      if (!accept(',') && (!at(')') || header.shape.size() == 1))
        fail("`,`");
    }
  }

  int64_t parseSize() {
    skipBlanks();
    int64_t size = 0;
    auto [end, status] = std::from_chars(rest.data(), rest.data() + rest.size(), size);
    if (status == std::errc::result_out_of_range)
      problem = Error::of("a size beyond 2^63 - 1 in the header: `{}`", excerpt());
    else if (status != std::errc() || size < 0)
      fail("a size");
    else
      rest.remove_prefix(static_cast<size_t>(end - rest.data()));
    return size;
  }

  std::string parseString() {
    skipBlanks();
    char quote = rest.empty() ? 0 : rest.front();
    size_t end = quote == '\'' || quote == '"' ? rest.find(quote, 1) : std::string_view::npos;
    if (end == std::string_view::npos) {
      fail("a string in quotes");
      return {};
    }
    std::string text(rest.substr(1, end - 1));
    rest.remove_prefix(end + 1);
    return text;
  }

  void skipBlanks() { rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n"), rest.size())); }

  bool at(char symbol) {
    skipBlanks();
    return !problem && rest.starts_with(symbol);
  }

  bool accept(char symbol) {
    if (!at(symbol))
      return false;
    rest.remove_prefix(1);
    return true;
  }

  bool acceptWord(std::string_view word) {
    skipBlanks();
    if (problem || !rest.starts_with(word))
      return false;
    rest.remove_prefix(word.size());
    return true;
  }

  void expect(char symbol) {
    if (!accept(symbol))
      fail(fmt::format("`{}`", symbol));
  }

  void fail(std::string_view expected) {
    if (!problem)
      problem = Error::of("found `{}` in the header, expected {}", excerpt(), expected);
  }

  std::string excerpt() const { return rest.empty() ? "nothing more" : printable(rest.substr(0, 24)); }

  static std::string printable(std::string_view text) {
    std::string shown(text.substr(0, 40));
    std::replace_if(shown.begin(), shown.end(), [](unsigned char c) { return c < 32 || c > 126; }, '?');
    return shown;
  }

  std::string_view rest;
  NpyHeader header;
  bool haveDescr = false, haveOrder = false, haveShape = false;
  std::optional<Error> problem;
};
} // namespace

Result<NpyHeader> parseNpyHeader(std::string_view text) { return HeaderParser(text).parse(); }

std::string formatNpyHeader(const NpyHeader &header) {
  std::string dictionary = fmt::format("{{'descr': '{}', 'fortran_order': {}, 'shape': {}, }}", header.descr,
                                       header.fortranOrder ? "True" : "False", toString(header.shape));
  constexpr size_t prefix = 10, unit = 64; // magic, version, length; NumPy aligns the elements to 64 bytes
  size_t total = (prefix + dictionary.size() + 1 + unit - 1) / unit * unit;
  dictionary.resize(total - prefix - 1, ' ');
  dictionary += '\n';
  std::string text(npyMagic);
  text += {'\1', '\0', static_cast<char>(dictionary.size() & 0xff), static_cast<char>(dictionary.size() >> 8)};
  return text + dictionary;
}

} // namespace espalier
