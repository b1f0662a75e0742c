//===- ContractionTest.cpp - Products against plain loops in double ---------===//
#include "CompiledKernel.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>

using namespace espalier;
using namespace espalier::test;

namespace {

template <class T> class Contraction : public testing::Test {};
using FloatTypes = testing::Types<float, double>;
TYPED_TEST_SUITE(Contraction, FloatTypes);

using Sizes = std::map<char, int64_t>;

struct Words {
  std::string left, right, target;
  std::string subscripts() const { return left + "," + right + "->" + target; }
};

int64_t elements(const std::string &word, const Sizes &sizes) {
  int64_t count = 1;
  for (char letter : word)
    count *= sizes.at(letter);
  return count;
}

std::string memrefType(const std::string &word, const Sizes &sizes, std::string_view element) {
  std::string type = "memref<";
  for (char letter : word)
    type += fmt::format("{}x", sizes.at(letter));
  return fmt::format("{}{}>", type, element);
}

/// Walks all values of all letters.
void forEach(const Sizes &sizes, const std::function<void(const Sizes &)> &visit) {
  Sizes at;
  for (auto [letter, size] : sizes) {
    at[letter] = 0;
    if (size == 0)
      return;
  }
  while (true) {
    visit(at);
    auto it = sizes.begin();
    for (; it != sizes.end(); ++it) {
      if (++at[it->first] < it->second)
        break;
      at[it->first] = 0;
    }
    if (it == sizes.end())
      return;
  }
}

int64_t offset(const std::string &word, const Sizes &sizes, const Sizes &at) {
  int64_t position = 0;
  for (char letter : word)
    position = position * sizes.at(letter) + at.at(letter);
  return position;
}

template <class T>
void check(const Words &words, const Sizes &sizes, std::string_view update = "set", std::string_view block = "") {
  std::string f = typeName<T>();
  auto a = numbers<T>(elements(words.left, sizes), 1), b = numbers<T>(elements(words.right, sizes), 2);
  int64_t count = elements(words.target, sizes);
  auto c = numbers<T>(count + 1, 3);
  auto before = c;
  std::string A = memrefType(words.left, sizes, f), B = memrefType(words.right, sizes, f),
              C = memrefType(words.target, sizes, f);
  std::string text = oneTask(fmt::format("%a: {}, %b: {}, %c: {}", A, B, C),
                             fmt::format("tile.contract_into \"{}\" {} (%a, %b) into %c {}: ({}, {}) into {}",
                                         words.subscripts(), update, block, A, B, C));
  auto code = compile(text);
  ASSERT_TRUE(code) << code.error().message << text;
  call(*code, {a.data(), b.data(), c.data()});
  std::vector<double> expected(count, 0), magnitude(count, 0);
  forEach(sizes, [&](const Sizes &at) {
    double product = double(a[offset(words.left, sizes, at)]) * b[offset(words.right, sizes, at)];
    expected[offset(words.target, sizes, at)] += product;
    magnitude[offset(words.target, sizes, at)] += std::abs(product);
  });
  for (int64_t i = 0; i < count; ++i) {
    double wanted = update == "set" ? expected[i] : update == "add" ? before[i] + expected[i] : before[i] - expected[i];
    ASSERT_NEAR(c[i], wanted, (magnitude[i] + 4) * 4 * std::numeric_limits<T>::epsilon())
        << words.subscripts() << " " << update << " at " << i << "\n"
        << text;
  }
  ASSERT_EQ(c[count], before[count]) << "wrote beyond the target: " << text;
}

} // namespace

TYPED_TEST(Contraction, SquareOfEverySize) {
  for (int64_t n : sizesUpTo(131))
    check<TypeParam>({"ik", "kj", "ij"}, {{'i', n}, {'k', n}, {'j', n}},
                     n % 3 == 0   ? "set"
                     : n % 3 == 1 ? "add"
                                  : "subtract");
}

// Every order of the letters of a matrix product, at sizes below, at and above the lanes.
TYPED_TEST(Contraction, EveryOrderOfLetters) {
  std::vector<Sizes> sizes;
  for (int64_t i : {3, 17})
    for (int64_t j : {5, 16, 33})
      for (int64_t k : {4, 19})
        sizes.push_back({{'i', i}, {'j', j}, {'k', k}});
  int turn = 0;
  for (std::string left : {"ik", "ki"})
    for (std::string right : {"kj", "jk"})
      for (std::string result : {"ij", "ji"})
        for (const Sizes &size : sizes)
          check<TypeParam>({left, right, result}, size, std::array{"set", "add", "subtract"}[turn++ % 3]);
}

TYPED_TEST(Contraction, VectorsAndScalars) {
  for (int64_t n : {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 64, 67, 131, 1024}) {
    for (int64_t m : {1, 5, 16, 20}) {
      check<TypeParam>({"ik", "k", "i"}, {{'i', m}, {'k', n}}, "subtract");
      check<TypeParam>({"ki", "k", "i"}, {{'i', m}, {'k', n}}, "add");
      check<TypeParam>({"k", "kj", "j"}, {{'k', m}, {'j', n}});
      check<TypeParam>({"k", "jk", "j"}, {{'k', m}, {'j', n}});
      check<TypeParam>({"i", "j", "ij"}, {{'i', m}, {'j', n}}, n % 2 ? "set" : "add");
      check<TypeParam>({"i", "j", "ji"}, {{'i', m}, {'j', n}}, "subtract");
      check<TypeParam>({"ij", "ij", ""}, {{'i', m}, {'j', n}});
      check<TypeParam>({"ij", "ji", ""}, {{'i', m}, {'j', n}});
    }
    check<TypeParam>({"k", "k", ""}, {{'k', n}}, "add");
    check<TypeParam>({"k", "k", "k"}, {{'k', n}}, "subtract");
    check<TypeParam>({"k", "", "k"}, {{'k', n}});
    check<TypeParam>({"k", "", ""}, {{'k', n}}, "subtract");
    check<TypeParam>({"", "", ""}, {}, "add");
  }
}

TYPED_TEST(Contraction, BatchedLetters) {
  for (int64_t n : {1, 4, 9, 17}) {
    Sizes sizes{{'b', 3}, {'i', n}, {'j', 7}, {'k', 5}, {'l', 2}};
    auto only = [&](const Words &words) {
      Sizes used;
      for (char letter : words.left + words.right)
        used[letter] = sizes[letter];
      check<TypeParam>(words, used, "add");
    };
    only({"bik", "bkj", "bij"});
    only({"bik", "kj", "bij"});
    only({"ik", "bkj", "bij"});
    only({"ikb", "kjb", "bij"});
    only({"bi", "bj", "bij"});
    only({"bikl", "bklj", "bij"});
    only({"lbik", "bklj", "ij"});
    only({"ij", "j", "j"}); // i is in one factor only: it is summed
    only({"bij", "bk", "jk"});
    only({"ib", "bj", "jib"});
    only({"ijk", "i", "jk"});
  }
}

TYPED_TEST(Contraction, BlocksThatTheScheduleMayChoose) {
  for (auto [rows, vectors] : {std::pair{1, 1}, {1, 4}, {2, 3}, {6, 4}, {14, 2}, {8, 1}, {30, 30}})
    for (int64_t n : {5, 16, 37})
      check<TypeParam>({"ik", "kj", "ij"}, {{'i', n}, {'k', 11}, {'j', n + 13}}, "subtract",
                       fmt::format("{{block = array<i64: {}, {}>}}", rows, vectors));
}

// Long dots of all rows of one factor with all rows of the other, in every order and with axes beside.
TYPED_TEST(Contraction, LongDots) {
  int turn = 0;
  for (int64_t k : {127, 128, 129, 250, 1024})
    for (auto [i, j] : {std::pair<int64_t, int64_t>{1, 4}, {2, 2}, {5, 3}, {6, 4}, {7, 5}, {13, 9}}) {
      const char *update = std::array{"set", "add", "subtract"}[turn++ % 3];
      check<TypeParam>({"ik", "jk", "ij"}, {{'i', i}, {'j', j}, {'k', k}}, update);
      check<TypeParam>({"ik", "jk", "ji"}, {{'i', i}, {'j', j}, {'k', k}}, update);
      check<TypeParam>({"bik", "jk", "bij"}, {{'b', 2}, {'i', i}, {'j', j}, {'k', k}}, update);
      check<TypeParam>({"bik", "jbk", "ij"}, {{'b', 2}, {'i', i}, {'j', j}, {'k', k}}, update);
    }
}

TYPED_TEST(Contraction, EmptySums) {
  check<TypeParam>({"ik", "kj", "ij"}, {{'i', 3}, {'k', 0}, {'j', 5}}, "set");
  check<TypeParam>({"ik", "kj", "ij"}, {{'i', 3}, {'k', 0}, {'j', 5}}, "subtract");
  check<TypeParam>({"ik", "kj", "ij"}, {{'i', 0}, {'k', 2}, {'j', 5}}, "set");
  for (int64_t empty : {0, 1, 2}) { // all of a dot product's axes are reduced, and any of them may be empty
    auto size = [&](int64_t axis) { return axis == empty ? 0 : axis + 1; };
    check<TypeParam>({"abc", "abc", ""}, {{'a', size(0)}, {'b', size(1)}, {'c', size(2)}}, "set");
    check<TypeParam>({"abc", "cba", "b"}, {{'a', size(0)}, {'b', size(1)}, {'c', size(2)}}, "set");
  }
}

// Factors of 16 bits are extended; a strided part of a larger buffer serves as factor and target.
TEST(Contractions, SixteenBitsAndSubviews) {
  constexpr int64_t n = 13, k = 21, m = 35;
  std::vector<uint16_t> a(n * k), b(k * m);
  auto x = numbers<float>(n * k, 1), y = numbers<float>(k * m, 2);
  for (size_t i = 0; i < a.size(); ++i)
    a[i] = toBFloat(x[i]);
  for (size_t i = 0; i < b.size(); ++i)
    b[i] = toBFloat(y[i]);
  std::vector<float> c(4 * n * 50, 7);
  run(oneTask("%a: memref<13x21xbf16>, %b: memref<21x35xbf16>, %v: index, %c: memref<4x13x50xf32>", R"(
    %t = memref.subview %c[%v, 0, 3] [1, 13, 35] [1, 1, 1] : memref<4x13x50xf32> to memref<13x35xf32, strided<[50, 1], offset: ?>>
    tile.contract_into "ik,kj->ij" set (%a, %b) into %t : (memref<13x21xbf16>, memref<21x35xbf16>) into memref<13x35xf32, strided<[50, 1], offset: ?>>)"),
      {a.data(), b.data(), c.data()}, {2});
  for (int64_t v = 0; v < 4; ++v)
    for (int64_t i = 0; i < n; ++i)
      for (int64_t j = 0; j < 50; ++j) {
        double expected = 7;
        if (v == 2 && j >= 3 && j < 38) {
          expected = 0;
          for (int64_t l = 0; l < k; ++l)
            expected += double(fromBFloat(a[i * k + l])) * fromBFloat(b[l * m + j - 3]);
        }
        ASSERT_NEAR(c[(v * n + i) * 50 + j], expected, 1e-4);
      }
}

TEST(Contractions, SubscriptsThatDoNotFit) {
  auto code = compile(oneTask("%a: memref<4x3xf32>, %b: memref<2x5xf32>, %c: memref<4x5xf32>",
                              "tile.contract_into \"ik,kj->ij\" set (%a, %b) into %c : (memref<4x3xf32>, "
                              "memref<2x5xf32>) into memref<4x5xf32>"));
  ASSERT_FALSE(code);
  EXPECT_NE(code.error().message.find("letter k"), std::string::npos) << code.error().message;
  EXPECT_NE(code.error().message.find("3 and 2"), std::string::npos) << code.error().message;
}
