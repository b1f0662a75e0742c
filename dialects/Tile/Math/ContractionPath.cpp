//===- ContractionPath.cpp - In which order to multiply many factors --------===//
#include "dialects/Tile/Math/ContractionPath.h"

#include <limits>
#include <optional>

namespace espalier::tile {

namespace {

using Letters = uint64_t; // a bit per letter
using Pairs = std::vector<std::pair<size_t, size_t>>;

Letters bitOf(char letter) { return Letters(1) << (letter >= 'a' ? letter - 'a' : 26 + letter - 'A'); }
char letterOf(int bit) { return bit < 26 ? char('a' + bit) : char('A' + bit - 26); }

Letters lettersOf(std::string_view text) {
  Letters letters = 0;
  for (char letter : text)
    letters |= bitOf(letter);
  return letters;
}

std::string keep(std::string_view text, Letters kept) {
  std::string result;
  for (char letter : text)
    if (kept & bitOf(letter))
      result += letter;
  return result;
}

/// The factors as sets of letters.
class Network {
public:
  Network(const Subscripts &subscripts, const std::map<char, int64_t> &sizes)
      : sizes(sizes), output(lettersOf(subscripts.output)) {
    std::vector<Letters> all;
    for (const std::string &text : subscripts.factors)
      all.push_back(lettersOf(text));
    for (size_t i = 0; i < all.size(); ++i) {
      Letters needed = output;
      for (size_t j = 0; j < all.size(); ++j)
        needed |= j == i ? 0 : all[j];
      factors.push_back(all[i] & needed);
    }
  }

  /// letters(S) of the union of two operands, when `others` are all further operands.
  template <typename Range> Letters remaining(Letters both, const Range &others) const {
    Letters needed = output;
    for (Letters other : others)
      needed |= other;
    return both & needed;
  }

  double volume(Letters letters) const {
    double product = 1;
    for (int bit = 0; bit < 52; ++bit)
      if (letters >> bit & 1)
        product *= double(sizes.at(letterOf(bit)));
    return product;
  }

  ContractionCost costOf(Letters left, Letters right, Letters result, bool isLast) const {
    return {volume(left | right), isLast ? 0 : volume(result)};
  }

  const std::map<char, int64_t> &sizes;
  Letters output;
  std::vector<Letters> factors;
};

/// Best orders of all sets of factors, smaller sets first.
Pairs searchSets(const Network &network) {
  size_t n = network.factors.size(), all = (size_t(1) << n) - 1;
  struct Best {
    Letters letters = 0;
    ContractionCost cost{std::numeric_limits<double>::infinity(), 0};
    size_t left = 0; // the subset that is multiplied by the rest
  };
  std::vector<Best> best(all + 1);
  for (size_t set = 1; set <= all; ++set) {
    Letters inside = 0, needed = network.output;
    for (size_t i = 0; i < n; ++i)
      (set >> i & 1 ? inside : needed) |= network.factors[i];
    best[set].letters = inside & needed;
    if (!(set & (set - 1)))
      best[set].cost = {};
    // Each split once: the part that holds the lowest factor is the left one.
    size_t lowest = set & -set;
    for (size_t left = (set - 1) & set; left; left = (left - 1) & set) {
      if (!(left & lowest))
        continue;
      const Best &a = best[left], &b = best[set ^ left];
      ContractionCost cost = a.cost + b.cost + network.costOf(a.letters, b.letters, best[set].letters, set == all);
      if (cost < best[set].cost || !best[set].left) {
        best[set].cost = cost;
        best[set].left = left;
      }
    }
  }
  // From the whole down to the factors, then numbered from the factors up.
  std::vector<size_t> order{all};
  for (size_t i = 0; i < order.size(); ++i)
    for (size_t part : {best[order[i]].left, order[i] ^ best[order[i]].left})
      if (part & (part - 1))
        order.push_back(part);
  Pairs pairs;
  std::map<size_t, size_t> numberOf;
  for (size_t i = 0; i < n; ++i)
    numberOf[size_t(1) << i] = i;
  for (size_t i = order.size(); i-- > 0;) {
    size_t left = best[order[i]].left;
    numberOf[order[i]] = n + pairs.size();
    pairs.emplace_back(numberOf.at(left), numberOf.at(order[i] ^ left));
  }
  return pairs;
}

/// The cheapest next product, again and again.
Pairs searchGreedily(const Network &network) {
  std::map<size_t, Letters> open;
  for (size_t i = 0; i < network.factors.size(); ++i)
    open[i] = network.factors[i];
  Pairs pairs;
  while (open.size() > 1) {
    struct Choice {
      ContractionCost cost;
      size_t left, right;
      Letters letters;
    };
    std::optional<Choice> best;
    for (auto left = open.begin(); left != open.end(); ++left)
      for (auto right = std::next(left); right != open.end(); ++right) {
        std::vector<Letters> others;
        for (auto &[number, letters] : open)
          if (number != left->first && number != right->first)
            others.push_back(letters);
        Letters result = network.remaining(left->second | right->second, others);
        ContractionCost cost = network.costOf(left->second, right->second, result, others.empty());
        if (!best || cost < best->cost)
          best = Choice{cost, left->first, right->first, result};
      }
    size_t number = network.factors.size() + pairs.size();
    pairs.emplace_back(best->left, best->right);
    open.erase(best->left);
    open.erase(best->right);
    open[number] = best->letters;
  }
  return pairs;
}

} // namespace

ContractionPath followContractionPath(const Subscripts &subscripts, const std::map<char, int64_t> &sizes,
                                      const Pairs &pairs) {
  Network network(subscripts, sizes);
  ContractionPath path;
  std::map<size_t, std::string> open;
  for (size_t i = 0; i < network.factors.size(); ++i) {
    path.factors.push_back(keep(subscripts.factors[i], network.factors[i]));
    open[i] = path.factors.back();
  }
  for (auto [left, right] : pairs) {
    std::string leftLetters = open.at(left), rightLetters = open.at(right);
    open.erase(left);
    open.erase(right);
    Letters a = lettersOf(leftLetters), b = lettersOf(rightLetters);
    std::vector<Letters> others;
    for (auto &[number, letters] : open)
      others.push_back(lettersOf(letters));
    Letters result = network.remaining(a | b, others);
    path.cost = path.cost + network.costOf(a, b, result, open.empty());
    std::string letters = open.empty() ? subscripts.output : keep(leftLetters + keep(rightLetters, ~a), result);
    open[network.factors.size() + path.steps.size()] = letters;
    path.steps.push_back({left, right, letters});
  }
  return path;
}

ContractionPath findContractionPath(const Subscripts &subscripts, const std::map<char, int64_t> &sizes) {
  Network network(subscripts, sizes);
  size_t n = network.factors.size();
  if (n < 2)
    return followContractionPath(subscripts, sizes, {});
  return followContractionPath(subscripts, sizes, n <= maxExactFactors ? searchSets(network) : searchGreedily(network));
}

} // namespace espalier::tile
