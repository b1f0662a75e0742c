//===- ContractionPathTest.cpp - The law of contraction paths ---------------===//
#include "dialects/Tile/Math/ContractionPath.h"

#include <gtest/gtest.h>

#include <functional>
#include <random>

using namespace espalier::tile;

namespace {

using Sizes = std::map<char, int64_t>;
using Pairs = std::vector<std::pair<size_t, size_t>>;

/// A dense tensor whose axes bear letters, in exact integers.
struct Tensor {
  std::string letters;
  std::vector<int64_t> elements;
};

int64_t numElements(const std::string &letters, const Sizes &sizes) {
  int64_t count = 1;
  for (char letter : letters)
    count *= sizes.at(letter);
  return count;
}

int64_t at(const Tensor &tensor, const Sizes &sizes, const Sizes &position) {
  int64_t offset = 0;
  for (char letter : tensor.letters)
    offset = offset * sizes.at(letter) + position.at(letter);
  return tensor.elements[offset];
}

/// Calls `body` with every position of the letters, the last fastest.
void forEachPosition(const std::string &letters, const Sizes &sizes, const std::function<void(const Sizes &)> &body) {
  for (int64_t i = 0, count = numElements(letters, sizes); i < count; ++i) {
    Sizes position;
    int64_t rest = i;
    for (size_t k = letters.size(); k-- > 0;) {
      position[letters[k]] = rest % sizes.at(letters[k]);
      rest /= sizes.at(letters[k]);
    }
    body(position);
  }
}

/// The definition: for each position of the output, the sum over all other letters of the product of all factors.
Tensor contract(const std::vector<Tensor> &factors, const std::string &output, const Sizes &sizes) {
  std::string summed;
  for (const Tensor &factor : factors)
    for (char letter : factor.letters)
      if ((output + summed).find(letter) == std::string::npos)
        summed += letter;
  Tensor result{output, {}};
  forEachPosition(output, sizes, [&](const Sizes &outer) {
    int64_t sum = 0;
    forEachPosition(summed, sizes, [&](const Sizes &inner) {
      Sizes position = outer;
      position.insert(inner.begin(), inner.end());
      int64_t product = 1;
      for (const Tensor &factor : factors)
        product *= at(factor, sizes, position);
      sum += product;
    });
    result.elements.push_back(sum);
  });
  return result;
}

/// Evaluates a path step by step.
Tensor evaluate(const ContractionPath &path, std::vector<Tensor> operands, const std::string &output,
                const Sizes &sizes) {
  for (size_t i = 0; i < path.factors.size(); ++i)
    operands[i] = contract({operands[i]}, path.factors[i], sizes);
  for (const ContractionStep &step : path.steps)
    operands.push_back(contract({operands[step.left], operands[step.right]}, step.letters, sizes));
  return contract({operands.back()}, output, sizes);
}

/// Every order of multiplying n operands two at a time.
void forEachOrder(size_t numFactors, const std::function<void(const Pairs &)> &body) {
  Pairs pairs;
  std::function<void(std::vector<size_t>)> go = [&](std::vector<size_t> open) {
    if (open.size() < 2)
      return body(pairs);
    for (size_t i = 0; i < open.size(); ++i)
      for (size_t j = i + 1; j < open.size(); ++j) {
        std::vector<size_t> rest;
        for (size_t k = 0; k < open.size(); ++k)
          if (k != i && k != j)
            rest.push_back(open[k]);
        rest.push_back(numFactors + pairs.size());
        pairs.emplace_back(open[i], open[j]);
        go(rest);
        pairs.pop_back();
      }
  };
  std::vector<size_t> all(numFactors);
  for (size_t i = 0; i < numFactors; ++i)
    all[i] = i;
  go(all);
}

struct Problem {
  Subscripts subscripts;
  Sizes sizes;
  std::vector<Tensor> factors;
};

/// Random subscripts over few letters, so that they meet; sizes from 0 or 1 to 4.
Problem randomProblem(std::mt19937 &random, size_t numFactors, int64_t leastSize) {
  Problem problem;
  auto pick = [&](int64_t low, int64_t high) { return std::uniform_int_distribution<int64_t>(low, high)(random); };
  std::string alphabet = "abcdE", used;
  for (char letter : alphabet)
    problem.sizes[letter] = pick(leastSize, 4);
  for (size_t i = 0; i < numFactors; ++i) {
    std::string letters;
    std::shuffle(alphabet.begin(), alphabet.end(), random);
    letters = alphabet.substr(0, pick(0, 3));
    problem.subscripts.factors.push_back(letters);
    used += letters;
    Tensor factor{letters, {}};
    for (int64_t k = 0, n = numElements(letters, problem.sizes); k < n; ++k)
      factor.elements.push_back(pick(-3, 3));
    problem.factors.push_back(factor);
  }
  std::shuffle(alphabet.begin(), alphabet.end(), random);
  for (char letter : alphabet)
    if (used.find(letter) != std::string::npos && pick(0, 2) == 0)
      problem.subscripts.output += letter;
  return problem;
}

TEST(ContractionPath, EveryOrderGivesTheSameValue) {
  std::mt19937 random(1);
  for (int round = 0; round < 60; ++round)
    for (size_t numFactors = 1; numFactors <= 4; ++numFactors) {
      Problem problem = randomProblem(random, numFactors, round % 4 ? 1 : 0);
      Tensor expected = contract(problem.factors, problem.subscripts.output, problem.sizes);
      forEachOrder(numFactors, [&](const Pairs &pairs) {
        ContractionPath path = followContractionPath(problem.subscripts, problem.sizes, pairs);
        EXPECT_EQ(evaluate(path, problem.factors, problem.subscripts.output, problem.sizes).elements, expected.elements)
            << problem.subscripts.str();
      });
    }
}

TEST(ContractionPath, FoundCostIsTheLeastOfAllOrders) {
  std::mt19937 random(2);
  for (int round = 0; round < 40; ++round)
    for (size_t numFactors = 2; numFactors <= 5; ++numFactors) {
      Problem problem = randomProblem(random, numFactors, 1);
      ContractionPath found = findContractionPath(problem.subscripts, problem.sizes);
      ContractionCost least{std::numeric_limits<double>::infinity(), 0};
      forEachOrder(numFactors, [&](const Pairs &pairs) {
        least = std::min(least, followContractionPath(problem.subscripts, problem.sizes, pairs).cost);
      });
      EXPECT_EQ(found.cost.flops, least.flops) << problem.subscripts.str();
      EXPECT_EQ(found.cost.memory, least.memory) << problem.subscripts.str();
      Tensor expected = contract(problem.factors, problem.subscripts.output, problem.sizes);
      EXPECT_EQ(evaluate(found, problem.factors, problem.subscripts.output, problem.sizes).elements, expected.elements);
    }
}

TEST(ContractionPath, WorkedExample) {
  Sizes sizes{{'a', 1}, {'b', 10}, {'c', 10}, {'d', 10}};
  Subscripts subscripts = Subscripts::of("ab,bc,cd->ad");
  ContractionPath left = followContractionPath(subscripts, sizes, {{0, 1}, {3, 2}});
  EXPECT_EQ(left.cost.flops, 200);
  EXPECT_EQ(left.cost.memory, 10);
  ContractionPath right = followContractionPath(subscripts, sizes, {{1, 2}, {0, 3}});
  EXPECT_EQ(right.cost.flops, 1100);
  EXPECT_EQ(right.cost.memory, 100);
  EXPECT_EQ(findContractionPath(subscripts, sizes).cost, left.cost);
}

TEST(ContractionPath, ManyFactorsAreOrderedGreedily) {
  // A chain of 12 matrices that starts with a vector: the greedy order goes along it.
  Sizes sizes{{'a', 9}};
  Subscripts subscripts;
  subscripts.factors.push_back("a");
  for (char letter = 'a'; letter < 'l'; ++letter) {
    sizes[letter + 1] = 9;
    subscripts.factors.push_back({letter, char(letter + 1)});
  }
  subscripts.output = "l";
  ContractionPath path = findContractionPath(subscripts, sizes);
  ASSERT_EQ(path.steps.size(), 11u);
  EXPECT_EQ(path.cost.flops, 11 * 81);
  EXPECT_EQ(path.steps.back().letters, "l");
}

TEST(ContractionPath, SingleFactorHasNoStep) {
  ContractionPath path = findContractionPath(Subscripts::of("abc->ca"), {{'a', 2}, {'b', 3}, {'c', 4}});
  EXPECT_TRUE(path.steps.empty());
  EXPECT_EQ(path.factors, std::vector<std::string>{"ac"});
}

TEST(Subscripts, RoundTrip) {
  for (const char *text : {"ik,kj->ij", "->", ",i->i", "aB,Bc->", "i,j->ji"}) {
    std::string problem;
    auto subscripts = Subscripts::parse(text, problem);
    ASSERT_TRUE(subscripts) << problem;
    EXPECT_EQ(subscripts->str(), text);
    EXPECT_EQ(Subscripts::of(subscripts->str()), *subscripts);
  }
}

TEST(Subscripts, Problems) {
  for (auto [text, expected] : std::vector<std::pair<std::string, std::string>>{
           {"ik,kj", "has no '->'"},
           {"", "has no '->'"},
           {"ii->i", "names 'i' twice in 'ii'"},
           {"ij->ii", "names 'i' twice in 'ii'"},
           {"i->j", "has 'j' in the output and in no factor"},
           {"i k->i", "expects letters a-z and A-Z, got ' '"},
           {"i->i->i", "expects letters a-z and A-Z, got '-'"},
       }) {
    std::string problem;
    EXPECT_FALSE(Subscripts::parse(text, problem));
    EXPECT_EQ(problem, expected) << text;
  }
}

} // namespace
