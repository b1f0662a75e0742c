//===- ScanTest.cpp - Affine recurrences in vectors -------------------------===//
#include "CompiledKernel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fmt/ranges.h>
#include <limits>

using namespace espalier;
using namespace espalier::test;

namespace {

/// A scan of k states along `points` points of `elements` elements. Coefficient ij is operand pattern[i * k + j].
struct Scan {
  int64_t points, elements;
  std::vector<int64_t> pattern{0};
  std::vector<bool> isUniform{false}; // of each coefficient
  bool descending = false;

  int64_t numStates() const { return int64_t(std::sqrt(double(pattern.size())) + 0.5); }
  int64_t numCoefficients() const { return int64_t(isUniform.size()); }
  std::string name() const {
    return fmt::format("{} x {}, [{}]{}", points, elements, fmt::join(pattern, " "), descending ? " descending" : "");
  }
};

template <class T> struct Tensors {
  std::vector<std::vector<T>> coefficients, terms, carried, targets;
};

template <class T> Tensors<T> draw(const Scan &scan) {
  Tensors<T> tensors;
  uint64_t seed = 1;
  for (bool isUniform : scan.isUniform) {
    tensors.coefficients.push_back(numbers<T>(isUniform ? scan.elements : scan.points * scan.elements, seed++));
    for (T &value : tensors.coefficients.back())
      value *= T(0.6) / T(scan.numStates());
  }
  for (int64_t state = 0; state < scan.numStates(); ++state) {
    tensors.terms.push_back(numbers<T>(scan.points * scan.elements, seed++));
    tensors.carried.push_back(numbers<T>(scan.elements, seed++));
    tensors.targets.emplace_back(scan.points * scan.elements + 1, T(77));
  }
  return tensors;
}

/// From point to point, in double precision.
template <class T> Tensors<T> expected(const Scan &scan, Tensors<T> tensors) {
  int64_t k = scan.numStates();
  for (int64_t e = 0; e < scan.elements; ++e) {
    std::vector<double> states(k);
    for (int64_t i = 0; i < k; ++i)
      states[i] = tensors.carried[i][e];
    for (int64_t p = 0; p < scan.points; ++p) {
      int64_t at = (scan.descending ? scan.points - 1 - p : p) * scan.elements + e;
      std::vector<double> next(k);
      for (int64_t i = 0; i < k; ++i) {
        next[i] = tensors.terms[i][at];
        for (int64_t j = 0; j < k; ++j)
          if (int64_t number = scan.pattern[i * k + j]; number >= 0)
            next[i] += double(tensors.coefficients[number][scan.isUniform[number] ? e : at]) * states[j];
      }
      states = next;
      for (int64_t i = 0; i < k; ++i)
        tensors.targets[i][at] = T(states[i]);
    }
  }
  return tensors;
}

template <class T> std::string textOf(const Scan &scan) {
  std::string all = fmt::format("memref<{}x{}x{}>", scan.points, scan.elements, typeName<T>()),
              one = fmt::format("memref<{}x{}>", scan.elements, typeName<T>());
  std::vector<std::string> arguments, names[4], types[4];
  auto add = [&](int kind, int64_t number, const std::string &type) {
    std::string name = fmt::format("%{}{}", "abch"[kind], number);
    arguments.push_back(name + ": " + type);
    names[kind].push_back(name);
    types[kind].push_back(type);
  };
  for (int64_t c = 0; c < scan.numCoefficients(); ++c)
    add(0, c, scan.isUniform[c] ? one : all);
  for (int64_t i = 0; i < scan.numStates(); ++i) {
    add(1, i, all);
    add(2, i, one);
    add(3, i, all);
  }
  arguments.push_back("%flag: memref<1xi32>");
  auto ofKind = [](const std::vector<std::string> &words) { return fmt::format("{}", fmt::join(words, ", ")); };
  std::string coefficients = names[0].empty() ? "" : fmt::format("of ({} : {})", ofKind(names[0]), ofKind(types[0]));
  return oneTask(
      ofKind(arguments),
      fmt::format("%first = arith.constant 0 : index\n"
                  "      %finite = tile.scan_into {}[{}] {} plus ({}) from ({}) into ({}) : {} from {} into {}\n"
                  "      %bit = arith.extui %finite : i1 to i32\n"
                  "      memref.store %bit, %flag[%first] : memref<1xi32>",
                  scan.descending ? "descending " : "", fmt::join(scan.pattern, ", "), coefficients, ofKind(names[1]),
                  ofKind(names[2]), ofKind(names[3]), ofKind(types[1]), ofKind(types[2]), ofKind(types[3])));
}

/// Whether all targets are said to be finite.
template <class T> bool runScan(const Scan &scan, Tensors<T> &tensors) {
  std::vector<void *> buffers;
  int32_t flag = 77;
  for (std::vector<T> &coefficient : tensors.coefficients)
    buffers.push_back(coefficient.data());
  for (int64_t i = 0; i < scan.numStates(); ++i)
    for (std::vector<T> *tensor : {&tensors.terms[i], &tensors.carried[i], &tensors.targets[i]})
      buffers.push_back(tensor->data());
  buffers.push_back(&flag);
  EXPECT_FALSE(run(textOf<T>(scan), buffers));
  EXPECT_TRUE(flag == 0 || flag == 1) << flag;
  return flag == 1;
}

template <class T>
void expectNear(const std::vector<T> &computed, const std::vector<T> &wanted, const std::string &what) {
  double most = 1, error = 0;
  for (size_t k = 0; k < wanted.size(); ++k) {
    most = std::max(most, std::abs(double(wanted[k])));
    error = std::max(error, std::abs(double(computed[k]) - double(wanted[k])));
  }
  EXPECT_LE(error, 32 * std::numeric_limits<T>::epsilon() * most) << what;
}

template <class T> bool isFinite(const Tensors<T> &tensors) {
  bool is = true;
  for (const std::vector<T> &target : tensors.targets)
    is &= std::all_of(target.begin(), target.end(), [](T value) { return std::isfinite(value); });
  return is;
}

/// Targets are right where they are said to be finite; that they are not may be said only where they, or products of
/// coefficients, are not.
template <class T> void expectScan(const Scan &scan, const Tensors<T> &given, bool mayOverflow = false) {
  Tensors<T> computed = given, wanted = expected(scan, given);
  bool isSaid = runScan(scan, computed);
  if (!mayOverflow || !isFinite(wanted)) {
    EXPECT_EQ(isSaid, isFinite(wanted)) << scan.name();
  }
  for (int64_t i = 0; i < scan.numStates() && isSaid; ++i)
    expectNear(computed.targets[i], wanted.targets[i], scan.name());
  EXPECT_EQ(computed.carried, given.carried) << scan.name();
}

template <class T> void expectBothWays(Scan scan) {
  for (bool descending : {false, true}) {
    scan.descending = descending;
    expectScan<T>(scan, draw<T>(scan));
  }
}

} // namespace

TEST(Scan, EverySize) {
  for (int64_t elements : {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 37})
    for (int64_t points : {1, 2, 3, 15, 16, 17, 64}) {
      expectBothWays<float>({points, elements});
      if (points != 17)
        expectBothWays<double>({points, elements});
    }
}

TEST(Scan, severalStates) {
  for (int64_t elements : {1, 3, 4, 8, 9})
    for (int64_t points : {1, 7, 32}) {
      expectBothWays<float>({points, elements, {0, 1, 2, 3}, {false, true, false, true}}); // full
      expectBothWays<float>({points, elements, {0, -1, 1, 2}, {false, false, true}});      // a sum of sums
      expectBothWays<double>({points, elements, {-1, 0, 0, -1}, {false}});                 // exchanged, shared
      expectBothWays<float>({points, elements, {-1, 0, -1, -1, -1, 1, 2, -1, -1}, {true, false, false}});
    }
}

TEST(Scan, noCoefficients) { expectBothWays<float>({20, 3, {-1}, {}}); }

/// A state that is not finite is reported.
TEST(Scan, notFinite) {
  const float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
  for (bool descending : {false, true})
    for (int64_t elements : {1, 3, 8})
      for (int64_t at : {0, 1, 13, 31}) {
        Scan scan{32, elements, {0}, {false}, descending};
        for (float value : {nan, infinity, -infinity}) {
          Tensors<float> inTerm = draw<float>(scan), inCoefficient = draw<float>(scan), reset = draw<float>(scan);
          inTerm.terms[0][at * elements] = value;
          expectScan(scan, inTerm);
          inCoefficient.coefficients[0][at * elements] = value;
          expectScan(scan, inCoefficient);
          // Also where later ones would be.
          reset.terms[0][at * elements] = value;
          reset.coefficients[0][16 * elements] = 0;
          expectScan(scan, reset);
        }
      }
}

/// Products of coefficients overflow where the states do not.
TEST(Scan, largeCoefficients) {
  for (int64_t elements : {1, 4}) {
    Scan scan{64, elements};
    Tensors<float> tensors = draw<float>(scan);
    std::fill(tensors.coefficients[0].begin(), tensors.coefficients[0].end(), 1e20f);
    std::fill(tensors.terms[0].begin(), tensors.terms[0].end(), 0.0f);
    std::fill(tensors.carried[0].begin(), tensors.carried[0].end(), 0.0f);
    expectScan(scan, tensors, /*mayOverflow=*/true);
    for (int64_t p = 0; p < scan.points; ++p)
      for (int64_t e = 0; e < elements; ++e)
        tensors.coefficients[0][p * elements + e] = p / 4 % 2 ? 1e-15f : 1e15f;
    std::fill(tensors.carried[0].begin(), tensors.carried[0].end(), 1e-25f);
    expectScan(scan, tensors, /*mayOverflow=*/true);
  }
}
