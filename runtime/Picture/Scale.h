//===- Scale.h - Numbers along an axis or a colour bar ----------------------===//
#ifndef ESPALIER_RUNTIME_PICTURE_SCALE_H
#define ESPALIER_RUNTIME_PICTURE_SCALE_H

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace espalier::picture {

enum class ScaleKind : uint8_t {
  linear,
  log,         // of positive numbers
  logFromZero, // log(1 + x), of numbers that are not negative
};

class Scale {
public:
  /// From `low` to `high`; where the scale cannot hold them, or they are equal, a range around them that it can.
  Scale(ScaleKind kind, double low, double high);
  /// Over all values that the scale can hold.
  static Scale covering(ScaleKind kind, std::span<const double> values);

  ScaleKind kind() const { return scaleKind; }
  double low() const { return least; }
  double high() const { return greatest; }

  /// 0 at low(), 1 at high(); NaN for a number that the scale cannot hold.
  double position(double value) const;

  /// Round numbers between low() and high(), ascending: 1, 2, 5 times a power of ten, about as many as asked for;
  /// of a scale of counts, whole numbers only.
  std::vector<double> ticks(int about, bool areWhole = false) const;

private:
  double transformed(double value) const;

  ScaleKind scaleKind;
  double least, greatest;
};

/// "0.25", "1200", "1e6", "-3".
std::string tickText(double value);

} // namespace espalier::picture

#endif
