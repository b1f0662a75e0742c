//===- Dice.h - Random choices that a seed fixes ----------------------------===//
//
// The same choices on every machine and with every standard library: splitmix64.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_TEST_DIFFERENTIAL_DICE_H
#define ESPALIER_TEST_DIFFERENTIAL_DICE_H

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

namespace espalier::differential {

class Dice {
public:
  explicit Dice(uint64_t seed) : state(mixed(seed + 0x632BE59BD9B4E019)) {}
  /// Dice of their own for a named purpose, so that what is drawn for one name does not depend on the others.
  Dice(uint64_t seed, std::string_view purpose) : Dice(hash(seed, purpose)) {}

  uint64_t next() { return mixed(state += 0x9E3779B97F4A7C15); }

  /// 0 .. n - 1, for n >= 1.
  int64_t below(int64_t n) { return static_cast<int64_t>(next() % static_cast<uint64_t>(n)); }
  int64_t between(int64_t low, int64_t high) { return low + below(high - low + 1); }
  /// In [0, 1).
  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }
  bool chance(double probability) { return uniform() < probability; }

  template <class T> const T &pick(const std::vector<T> &from) {
    return from[static_cast<size_t>(below(static_cast<int64_t>(from.size())))];
  }
  template <class T> T pick(std::initializer_list<T> from) {
    return from.begin()[below(static_cast<int64_t>(from.size()))];
  }

private:
  static uint64_t mixed(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }
  static uint64_t hash(uint64_t seed, std::string_view text) {
    uint64_t value = seed ^ 0xCBF29CE484222325;
    for (char c : text)
      value = (value ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    return value;
  }

  uint64_t state;
};

} // namespace espalier::differential

#endif
