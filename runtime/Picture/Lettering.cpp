//===- Lettering.cpp - Text as strokes --------------------------------------===//
#include "runtime/Picture/Lettering.h"

#include <algorithm>
#include <array>

namespace espalier::picture {

namespace {

/// The strokes of a character: pairs of digits are points (x, y), a space lifts the pen. Capitals stand between y = 0
/// and the base line y = 6, small letters start at y = 2, descenders end at y = 8. One point alone is a dot.
struct Glyph {
  char character;
  std::string_view strokes;
};

constexpr Glyph glyphs[] = {
    {'A', "062046 1434"},
    {'B', "0333424130000636454433"},
    {'C', "4130100105163645"},
    {'D', "00204244260600"},
    {'E', "40000646 0333"},
    {'F', "400006 0333"},
    {'G', "41301001051636454323"},
    {'H', "0006 4046 0343"},
    {'I', "0020 1016 0626"},
    {'J', "3035261605"},
    {'K', "0006 4004 1346"},
    {'L', "000646"},
    {'M', "0600234046"},
    {'N', "06004640"},
    {'O', "103041453616050110"},
    {'P', "06003041423303"},
    {'Q', "103041453616050110 2446"},
    {'R', "06003041423303 2346"},
    {'S', "413010010213334445361605"},
    {'T', "0040 2026"},
    {'U', "000516364540"},
    {'V', "002640"},
    {'W', "0016233640"},
    {'X', "0046 4006"},
    {'Y', "002340 2326"},
    {'Z', "00400646"},
    {'a', "3236 3322120305162635"},
    {'b', "0006 0312223335261605"},
    {'c', "3322120305162635"},
    {'d', "3036 3322120305162635"},
    {'e', "04343322120305162635"},
    {'f', "201116 0222"},
    {'g', "3237281807 3322120305162635"},
    {'h', "0006 0312223336"},
    {'i', "0206 00"},
    {'j', "121708 10"},
    {'k', "0006 3205 1436"},
    {'l', "000516"},
    {'m', "0206 03122326 23324346"},
    {'n', "0206 0312223336"},
    {'o', "122233352616050312"},
    {'p', "0208 0312223335261605"},
    {'q', "3238 3322120305162635"},
    {'r', "0206 031222"},
    {'s', "33221203142435261605"},
    {'t', "101526 0222"},
    {'u', "0205162635 3236"},
    {'v', "022642"},
    {'w', "0216243642"},
    {'x', "0236 3206"},
    {'y', "022642 2618"},
    {'z', "02320636"},
    {'0', "103041453616050110"},
    {'1', "112026 1636"},
    {'2', "01103041420646"},
    {'3', "0110304142334445361605 1333"},
    {'4', "36300444"},
    {'5', "400002324345361605"},
    {'6', "413010010516364544331304"},
    {'7', "004016"},
    {'8', "13334241301001021304051636454433"},
    {'9', "051636454130100102133342"},
    {'.', "06"},
    {',', "1607"},
    {':', "03 06"},
    {';', "13 1607"},
    {'-', "0333"},
    {'+', "2125 0343"},
    {'=', "0242 0444"},
    {'_', "0747"},
    {'/', "3007"},
    {'\\', "0037"},
    {'(', "10010516"},
    {')', "00111506"},
    {'[', "20000626"},
    {']', "00202606"},
    {'{', "20111203141526"},
    {'}', "00111223141506"},
    {'<', "310335"},
    {'>', "013305"},
    {'*', "2125 0442 0244"},
    {'%', "4006 0010110100 3545463635"},
    {'#', "1016 3036 0242 0444"},
    {'\'', "0001"},
    {'"', "0001 2021"},
    {'`', "0011"},
    {'!', "0004 06"},
    {'?', "01103041422324 26"},
    {'^', "022042"},
    {'~', "04133443"},
    {'|', "0007"},
    {'@', "32221314243432 344341301001051636"},
    {'$', "413010010213334445361605 2026"},
    {'&', "4602011021220405162644"},
};

constexpr std::string_view unknownCharacter = "0040460600";

/// What has no strokes and is no space is unknown.
std::string_view strokesOf(char32_t character) {
  static const std::array<std::string_view, 128> table = [] {
    std::array<std::string_view, 128> strokes;
    strokes.fill(unknownCharacter);
    strokes[' '] = "";
    for (const Glyph &glyph : glyphs)
      strokes[static_cast<size_t>(glyph.character)] = glyph.strokes;
    return strokes;
  }();
  return character < 128 ? table[character] : unknownCharacter;
}

/// In columns of the grid, the gap to the next character included.
int64_t advanceOf(char32_t character) {
  if (character == ' ')
    return 4;
  if (character >= '0' && character <= '9')
    return 6; // columns of numbers stand below each other
  std::string_view strokes = strokesOf(character);
  int64_t widest = 0;
  for (size_t i = 0; i + 1 < strokes.size(); i += strokes[i] == ' ' ? 1 : 2)
    if (strokes[i] != ' ')
      widest = std::max<int64_t>(widest, strokes[i] - '0');
  return widest + 2;
}

constexpr double unit(double size) { return size * 0.7 / 6; }

/// The length of the UTF-8 character that starts here, 0 if none does.
size_t characterLength(std::string_view text) {
  auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  size_t length = byte(0) < 0x80                      ? 1
                  : byte(0) >= 0xc2 && byte(0) < 0xe0 ? 2
                  : (byte(0) & 0xf0) == 0xe0          ? 3
                  : byte(0) >= 0xf0 && byte(0) < 0xf5 ? 4
                                                      : 0;
  if (length > text.size())
    return 0;
  for (size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xc0) != 0x80)
      return 0;
  return length;
}

bool isAllowed(char32_t character, size_t length) {
  constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000}; // shorter forms are the only ones
  bool isSurrogate = character >= 0xd800 && character < 0xe000;
  return character >= least[length] && character >= 0x20 && character != 0x7f && !isSurrogate && character != 0xfffe &&
         character != 0xffff && character <= 0x10ffff;
}

void append(std::string &text, char32_t character) {
  if (character < 0x80) {
    text += static_cast<char>(character);
    return;
  }
  int continuations = character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
  constexpr uint8_t lead[] = {0, 0xc0, 0xe0, 0xf0};
  text += static_cast<char>(lead[continuations] | character >> (6 * continuations));
  for (int i = continuations - 1; i >= 0; --i)
    text += static_cast<char>(0x80 | (character >> (6 * i) & 0x3f));
}

} // namespace

std::u32string charactersOf(std::string_view text) {
  std::u32string characters;
  while (!text.empty()) {
    size_t length = characterLength(text);
    char32_t character = length == 1   ? text[0]
                         : length == 0 ? U'\ufffd'
                                       : static_cast<uint8_t>(text[0]) & (0x7f >> length);
    for (size_t i = 1; i < length; ++i)
      character = character << 6 | (static_cast<uint8_t>(text[i]) & 0x3f);
    if (length > 0 && !isAllowed(character, length))
      character = U'\ufffd';
    characters += character;
    text.remove_prefix(std::max<size_t>(length, 1));
  }
  return characters;
}

std::string xmlText(std::string_view text) {
  std::string safe;
  for (char32_t character : charactersOf(text))
    switch (character) {
    case '<':
      safe += "&lt;";
      break;
    case '>':
      safe += "&gt;";
      break;
    case '&':
      safe += "&amp;";
      break;
    default:
      append(safe, character);
    }
  return safe;
}

std::vector<Segment> letteringOf(std::string_view text, double size) {
  std::vector<Segment> segments;
  double start = 0;
  for (char32_t character : charactersOf(text)) {
    std::string_view strokes = strokesOf(character);
    auto point = [&](size_t i) {
      return Point{(start + (strokes[i] - '0')) * unit(size), (strokes[i + 1] - '0' - 6) * unit(size)};
    };
    auto ends = [&](size_t i) { return i >= strokes.size() || strokes[i] == ' '; };
    for (size_t i = 0; i < strokes.size(); i += ends(i) ? 1 : 2)
      if (!ends(i) && !ends(i + 2))
        segments.push_back({point(i), point(i + 2)});
      else if (!ends(i) && (i == 0 || ends(i - 1)))
        segments.push_back({point(i), point(i)});
    start += static_cast<double>(advanceOf(character));
  }
  return segments;
}

double textWidth(std::string_view text, double size) {
  int64_t columns = 0;
  for (char32_t character : charactersOf(text))
    columns += advanceOf(character);
  return static_cast<double>(columns > 0 ? columns - 2 : 0) * unit(size);
}

std::string fitted(std::string_view text, double size, double width) {
  if (textWidth(text, size) <= width)
    return std::string(text);
  std::u32string characters = charactersOf(text);
  std::string shortened;
  do {
    characters.pop_back();
    shortened.clear();
    for (char32_t character : characters)
      append(shortened, character);
    shortened += "...";
  } while (!characters.empty() && textWidth(shortened, size) > width);
  return shortened;
}

} // namespace espalier::picture
