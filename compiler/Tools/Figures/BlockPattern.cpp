//===- BlockPattern.cpp - The blocks and ranks of a multi-level score -------===//
#include "compiler/Tools/Figures/BlockPattern.h"

#include "dialects/Block/Math/LevelMap.h"
#include "runtime/Picture/ColourBar.h"
#include "runtime/Picture/Lettering.h"

#include <algorithm>
#include <cmath>

namespace espalier::figures {

using namespace picture;

namespace {

constexpr Colour masked{0.93f, 0.93f, 0.94f};

/// The score's picture, `scale` figure pixels for each position.
struct Pattern {
  MultiLevelScore score;
  block::LevelMap map;
  std::vector<int64_t> lengths;
  int64_t side; // figure pixels
  double scale;

  explicit Pattern(const MultiLevelScore &score)
      : score(score), map(static_cast<int64_t>(score.ranks.size()), score.positions), lengths(score.lengths()) {
    side = score.positions >= 640 ? 640 : 640 / score.positions * score.positions;
    scale = static_cast<double>(side) / static_cast<double>(score.positions);
  }

  Colour colourOfLength(int64_t length) const {
    double share = lengths.back() > 0 ? static_cast<double>(length) / static_cast<double>(lengths.back()) : 0;
    return colourOf(ColourMap::tide, 0.08 + 0.92 * share);
  }

  /// One pixel per position, or, of more positions than pixels, those in the middle of the pixels.
  Image image() const {
    int64_t numCells = std::min(score.positions, side);
    auto position = [&](int64_t cell) {
      return static_cast<int64_t>((static_cast<double>(cell) + 0.5) * static_cast<double>(score.positions) /
                                  static_cast<double>(numCells));
    };
    Image picture(numCells, numCells);
    for (int64_t y = 0; y < numCells; ++y)
      for (int64_t x = 0; x < numCells; ++x) {
        int64_t i = position(y), j = position(x);
        picture.at(x, y) =
            score.isCausal && j > i ? masked : colourOfLength(lengths[static_cast<size_t>(map.shared(i, j))]);
      }
    return picture;
  }

  /// Where position p begins.
  double place(double start, int64_t position) const {
    return start + scale * static_cast<double>(std::min(position, score.positions));
  }

  /// The blocks of each level, as far as they can be told apart; finer ones thinner.
  void drawBlocks(Canvas &canvas, Point origin) const {
    for (int64_t level = map.levels(); level >= 1; --level) {
      int64_t length = map.blockLength(level);
      if (static_cast<double>(length) * scale < 4)
        continue;
      double width = std::max(0.6, 2.2 - 0.4 * static_cast<double>(level - 1));
      for (int64_t begin = 0; begin < score.positions; begin += length) {
        double from = static_cast<double>(begin) * scale,
               extent = place(0, begin + std::min(length, score.positions)) - from;
        canvas.frame({origin.x + from, origin.y + from, extent, extent}, {white, width});
        if (length > score.positions)
          break;
      }
    }
  }

  /// The contraction length in each of the two off-diagonal squares that make up a block of one level, and on the
  /// diagonal of the finest.
  void drawLengths(Canvas &canvas, Point origin) const {
    for (int64_t level = 1; level <= map.levels(); ++level) {
      bool isFinest = level == map.levels();
      int64_t length = map.blockLength(level), part = isFinest ? length : length / 2;
      double textSize = std::clamp(0.3 * static_cast<double>(part) * scale, 0.0, 22.0);
      const std::string text = std::to_string(lengths[static_cast<size_t>(level)]);
      if (textSize < 9 || textWidth(text, textSize) > 0.8 * static_cast<double>(part) * scale)
        continue;
      double share = lengths.back() > 0 ? static_cast<double>(lengths[static_cast<size_t>(level)]) /
                                              static_cast<double>(lengths.back())
                                        : 0;
      TextStyle style{textSize, Anchor::middle, share > 0.55 ? ink : white};
      auto write = [&](int64_t row, int64_t column) {
        if (row >= score.positions || column >= score.positions || (score.isCausal && column > row))
          return;
        auto middle = [&](double start, int64_t begin) {
          return (place(start, begin) + place(start, begin + part)) / 2;
        };
        canvas.text({middle(origin.x, column), middle(origin.y, row) + 0.35 * textSize}, text, style);
      };
      for (int64_t begin = 0; begin < score.positions; begin += length) {
        write(isFinest ? begin : begin + part, begin);
        if (!isFinest)
          write(begin, begin + part);
        if (length > score.positions)
          break;
      }
    }
  }
};

/// A table: right-aligned columns under their names.
void drawTable(Canvas &canvas, Point at, const Pattern &pattern) {
  constexpr double rowHeight = 24, textSize = 14, columns[] = {62, 152, 212, 282, 364};
  constexpr const char *names[] = {"level", "block", "rank", "length", "pairs"};
  for (size_t c = 0; c < 5; ++c)
    canvas.text({at.x + columns[c], at.y + 14}, names[c], {textSize, Anchor::end});
  canvas.line({at.x, at.y + 22}, {at.x + columns[4], at.y + 22}, {ink, 1});
  double y = at.y + rowHeight;
  for (const LevelRow &row : levelRows(pattern.score)) {
    canvas.rectangle({at.x, y + 6, 16, 16}, pattern.colourOfLength(row.length));
    const std::string cells[] = {std::to_string(row.level), std::to_string(row.block), std::to_string(row.rank),
                                 std::to_string(row.length), fmt::format("{:.3g} %", 100 * row.share)};
    for (size_t c = 0; c < 5; ++c)
      canvas.text({at.x + columns[c], y + 19}, cells[c], {textSize, Anchor::end});
    y += rowHeight;
  }
  double mean = 0;
  for (const LevelRow &row : levelRows(pattern.score))
    mean += row.share * static_cast<double>(row.length);
  std::string dense = pattern.lengths.back() > 0
                          ? fmt::format(", {:.3g} % of {}", 100 * mean / static_cast<double>(pattern.lengths.back()),
                                        pattern.lengths.back())
                          : "";
  canvas.text({at.x, y + 26}, fmt::format("mean length {:.4g}{}", mean, dense), {textSize});
}

} // namespace

Result<void> MultiLevelScore::check() const {
  constexpr int64_t mostPositions = int64_t{1} << 40;
  if (positions < 1 || positions > mostPositions)
    return Error::of("{} positions: expected 1 to {}", positions, mostPositions);
  if (ranks.empty() || static_cast<int64_t>(ranks.size()) > block::LevelMap::maxLevels)
    return Error::of("{} levels: expected 1 to {}", ranks.size(), block::LevelMap::maxLevels);
  int64_t sum = 0;
  for (int64_t rank : ranks) {
    if (rank < 0 || rank > INT32_MAX)
      return Error::of("a rank of {}: expected 0 to {}", rank, INT32_MAX);
    sum += rank;
  }
  if (sum > INT32_MAX)
    return Error::of("ranks that sum to {}: expected at most {}", sum, INT32_MAX);
  return {};
}

std::vector<int64_t> MultiLevelScore::lengths() const {
  std::vector<int64_t> lengths{0};
  for (int64_t rank : ranks)
    lengths.push_back(lengths.back() + rank);
  return lengths;
}

std::vector<LevelRow> levelRows(const MultiLevelScore &score) {
  block::LevelMap map(static_cast<int64_t>(score.ranks.size()), score.positions);
  std::vector<int64_t> lengths = score.lengths();
  // Pairs within blocks of a level: q whole blocks of f positions and one of the rest.
  auto pairsWithin = [&](int64_t level) {
    int64_t length = std::min(map.blockLength(level), score.positions), rest = score.positions % length;
    double whole = static_cast<double>(score.positions / length), f = static_cast<double>(length),
           r = static_cast<double>(rest);
    return score.isCausal ? whole * f * (f + 1) / 2 + r * (r + 1) / 2 : whole * f * f + r * r;
  };
  std::vector<LevelRow> rows;
  double all = pairsWithin(1);
  for (int64_t level = 1; level <= map.levels(); ++level) {
    double deeper = level < map.levels() ? pairsWithin(level + 1) : 0;
    rows.push_back({level, map.blockLength(level), score.ranks[static_cast<size_t>(level - 1)],
                    lengths[static_cast<size_t>(level)], (pairsWithin(level) - deeper) / all});
  }
  return rows;
}

Result<Drawing> blockPattern(const MultiLevelScore &score, bool isPlain) {
  if (Result<void> checked = score.check(); !checked)
    return checked.error();
  Pattern pattern(score);
  if (isPlain)
    return Drawing{{pattern.side, pattern.side}, [pattern](Canvas &canvas) {
                     double side = static_cast<double>(pattern.side);
                     canvas.image({0, 0, side, side}, pattern.image());
                   }};
  constexpr int64_t left = 24, top = 56, tableWidth = 420;
  int64_t tableHeight = 24 * (static_cast<int64_t>(score.ranks.size()) + 4);
  Size size{left + pattern.side + tableWidth, top + std::max(pattern.side, tableHeight) + left};
  return Drawing{size, [pattern](Canvas &canvas) {
                   double side = static_cast<double>(pattern.side);
                   const Box matrix{left, top, side, side};
                   canvas.image(matrix, pattern.image());
                   pattern.drawBlocks(canvas, {left, top});
                   pattern.drawLengths(canvas, {left, top});
                   canvas.frame(matrix, {ink, 1});
                   canvas.text({left, 28},
                               fmt::format("{} score of {} positions in {} levels",
                                           pattern.score.isCausal ? "causal multi-level" : "multi-level",
                                           pattern.score.positions, pattern.score.ranks.size()),
                               {16});
                   canvas.text({left, 48}, "contraction length of the pair (i down, j right)", {13});
                   drawTable(canvas, {left + side + 32, top}, pattern);
                 }};
}

} // namespace espalier::figures
