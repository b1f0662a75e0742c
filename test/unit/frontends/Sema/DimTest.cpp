//===- DimTest.cpp - The laws of symbolic dimensions --------------------------===//
#include "frontends/Sema/Dim.h"

#include <gtest/gtest.h>

#include <random>

using espalier::sema::Dim;

namespace {

int64_t floorDivide(int64_t a, int64_t b) {
  int64_t q = a / b;
  return (a % b != 0 && ((a < 0) != (b < 0))) ? q - 1 : q;
}

/// A random expression, its Dim, and its value at one point, computed beside it in plain integers.
struct Sample {
  Dim dim;
  int64_t value;
};

class Random {
public:
  explicit Random(uint64_t seed) : generator(seed) {
    for (const char *name : {"a", "b", "c"})
      point[name] = uniform(0, 9);
  }
  int64_t uniform(int64_t low, int64_t high) { return std::uniform_int_distribution<int64_t>(low, high)(generator); }
  Sample sample(int depth) {
    if (depth == 0 || uniform(0, 5) == 0) {
      if (uniform(0, 2) == 0) {
        int64_t number = uniform(-5, 5);
        return {number, number};
      }
      std::string name(1, static_cast<char>('a' + uniform(0, 2)));
      return {Dim::symbol(name), point[name]};
    }
    Sample x = sample(depth - 1), y = sample(depth - 1);
    switch (uniform(0, 6)) {
    case 0:
      return {x.dim + y.dim, x.value + y.value};
    case 1:
      return {x.dim - y.dim, x.value - y.value};
    case 2:
      return {x.dim * y.dim, x.value * y.value};
    case 3:
      return {Dim::min(x.dim, y.dim), std::min(x.value, y.value)};
    case 4:
      return {Dim::max(x.dim, y.dim), std::max(x.value, y.value)};
    default: {
      int64_t divisor = uniform(1, 6) * (uniform(0, 3) == 0 ? -1 : 1);
      if (uniform(0, 1))
        return {Dim::floorDiv(x.dim, divisor), floorDivide(x.value, divisor)};
      return {Dim::mod(x.dim, divisor), x.value - divisor * floorDivide(x.value, divisor)};
    }
    }
  }
  std::map<std::string, Dim> values() const {
    std::map<std::string, Dim> result;
    for (const auto &[name, number] : point)
      result.emplace(name, number);
    return result;
  }
  std::map<std::string, int64_t> point;

private:
  std::mt19937_64 generator;
};

TEST(Dim, EvaluatesAsIntegersDo) {
  for (uint64_t seed = 0; seed < 3000; ++seed) {
    Random random(seed);
    Sample sample = random.sample(4);
    if (!sample.dim.isValid())
      continue;
    Dim evaluated = sample.dim.substitute(random.values());
    ASSERT_TRUE(evaluated.constant().has_value()) << sample.dim.str();
    EXPECT_EQ(*evaluated.constant(), sample.value) << sample.dim.str() << " seed " << seed;
  }
}

TEST(Dim, PowersOfIntegers) {
  Dim n = Dim::symbol("n"), l = Dim::symbol("l");
  EXPECT_EQ(Dim::pow(2, 10).constant(), 1024);
  EXPECT_EQ(Dim::pow(-1, 1'000'000'001).constant(), -1);
  EXPECT_EQ(Dim::pow(0, 0).constant(), 1);
  EXPECT_EQ(Dim::pow(n + 1, 2), n * n + 2 * n + 1);
  EXPECT_EQ(Dim::pow(2, 62).constant(), int64_t(1) << 62);
  EXPECT_FALSE(Dim::pow(2, 63).isValid());
  EXPECT_FALSE(Dim::pow(n, int64_t(1) << 62).isValid());
  EXPECT_FALSE(Dim::pow(2, -1).isValid());
  Dim open = Dim::pow(n, l - 1) * 3; // a symbol above: an atom until it has a value
  EXPECT_EQ(open.str(), "3*n ** (l - 1)");
  EXPECT_EQ(open.symbols(), (std::vector<std::string>{"l", "n"}));
  EXPECT_EQ(open.substitute({{"l", 4}}), 3 * n * n * n);
  EXPECT_EQ(open.substitute({{"l", 4}, {"n", 2}}).constant(), 24);
  EXPECT_FALSE(open.substitute({{"l", 0}}).isValid());
  auto minimum = [](const std::string &) { return std::optional<int64_t>(0); };
  EXPECT_EQ((Dim::pow(2, l) + 3).lowerBound(minimum), 4);
}

TEST(Dim, SubstituteIsAHomomorphism) {
  for (uint64_t seed = 0; seed < 1000; ++seed) {
    Random random(seed);
    Sample x = random.sample(3), y = random.sample(3);
    std::map<std::string, Dim> partial = {{"a", random.sample(2).dim}, {"b", Dim(3)}};
    if (!x.dim.isValid() || !y.dim.isValid() || !partial.at("a").isValid())
      continue;
    EXPECT_EQ((x.dim + y.dim).substitute(partial), x.dim.substitute(partial) + y.dim.substitute(partial));
    EXPECT_EQ((x.dim * y.dim).substitute(partial), x.dim.substitute(partial) * y.dim.substitute(partial));
  }
}

TEST(Dim, RingLaws) {
  for (uint64_t seed = 0; seed < 1000; ++seed) {
    Random random(seed);
    Dim x = random.sample(2).dim, y = random.sample(2).dim, z = random.sample(2).dim;
    if (!(x * y * z).isValid())
      continue;
    EXPECT_EQ(x + y, y + x);
    EXPECT_EQ(x * y, y * x);
    EXPECT_EQ((x + y) + z, x + (y + z));
    EXPECT_EQ((x * y) * z, x * (y * z));
    EXPECT_EQ(x * (y + z), x * y + x * z);
    EXPECT_EQ(x - x, Dim(0));
    EXPECT_EQ(Dim(1) * x, x);
  }
}

TEST(Dim, LowerBoundsAreNeverAboveTheValue) {
  int found = 0;
  for (uint64_t seed = 0; seed < 4000; ++seed) {
    Random random(seed);
    Sample sample = random.sample(3);
    if (!sample.dim.isValid())
      continue;
    auto bound = sample.dim.lowerBound(
        [&](const std::string &name) { return std::optional<int64_t>(name == "c" && random.point["c"] > 0 ? 1 : 0); });
    if (bound) {
      ++found;
      EXPECT_LE(*bound, sample.value) << sample.dim.str() << " seed " << seed;
    }
  }
  EXPECT_GT(found, 1000);
}

TEST(Dim, BoundsThatProofsNeed) {
  Dim n = Dim::symbol("n"), r = Dim::symbol("r");
  auto positive = [](const std::string &) { return std::optional<int64_t>(1); };
  EXPECT_EQ((n - 1).lowerBound(positive), 0);
  EXPECT_EQ((r - Dim::floorDiv(r, 2)).lowerBound(positive), 1);
  EXPECT_EQ(Dim::max(0, n - r).lowerBound(positive), 0);
  EXPECT_EQ((n - Dim::min(n, r)).lowerBound(positive), 0);
  EXPECT_EQ((Dim(3) - Dim::mod(n, 4)).lowerBound(positive), 0);
  EXPECT_FALSE((n - r).lowerBound(positive).has_value());
  EXPECT_FALSE((Dim(1) - n).lowerBound(positive).has_value());
  EXPECT_FALSE(n.lowerBound([](const std::string &) { return std::optional<int64_t>(); }).has_value());
}

TEST(Dim, CanonicalForm) {
  Dim n = Dim::symbol("n"), m = Dim::symbol("m");
  EXPECT_EQ((Dim(2) * n + 1).str(), "2*n + 1");
  EXPECT_EQ((n * m - n * n).str(), "m*n - n*n");
  EXPECT_EQ((Dim(0)).str(), "0");
  EXPECT_EQ((Dim(-1) * n).str(), "-n");
  EXPECT_EQ(Dim::floorDiv(Dim(4) * n + 6, 4).str(), "n + 1");
  EXPECT_EQ(Dim::floorDiv(n, 2).str(), "(n // 2)");
  EXPECT_EQ(Dim::mod(Dim(5) * n, 4).str(), "(n % 4)");
  EXPECT_EQ(Dim::min(n, m), Dim::min(m, n));
  EXPECT_EQ(Dim::max(n, n + 2), n + 2);
  EXPECT_EQ(n.symbolName(), "n");
  EXPECT_FALSE((n + 1).symbolName().has_value());
  EXPECT_EQ(Dim::floorDiv(n * m, Dim::symbol("k")).symbols(), (std::vector<std::string>{"k", "m", "n"}));
}

TEST(Dim, OverflowIsInvalidAndStays) {
  Dim large = INT64_MAX;
  EXPECT_FALSE((large + 1).isValid());
  EXPECT_FALSE((large * 2 - large * 2).isValid());
  EXPECT_FALSE((large * Dim::symbol("n") * 2).isValid());
  EXPECT_FALSE((Dim(INT64_MIN) * -1).isValid());
  EXPECT_FALSE(Dim::floorDiv(1, 0).isValid());
  EXPECT_FALSE(Dim::mod(Dim::symbol("n"), 0).isValid());
  EXPECT_FALSE(Dim::floorDiv(4, Dim::symbol("n")).substitute({{"n", Dim(0)}}).isValid());
  EXPECT_FALSE((large + 1).constant().has_value());
  EXPECT_FALSE((Dim::floorDiv(INT64_MIN, -1)).isValid());
  EXPECT_EQ((large + 1).str(), "?");
}

TEST(Dim, StaysSmall) {
  Dim x = Dim::symbol("n");
  for (int k = 0; k < 100; ++k) // doubles at every step
    x = Dim::floorDiv(x, 2) * Dim::floorDiv(x, 3) + Dim::min(x, Dim::symbol("m"));
  EXPECT_FALSE(x.isValid());
  Dim power = Dim::symbol("n") + Dim::symbol("m") + 1;
  for (int k = 0; k < 30; ++k)
    power = power * power;
  EXPECT_FALSE(power.isValid());
}

} // namespace
