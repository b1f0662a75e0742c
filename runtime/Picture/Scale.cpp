//===- Scale.cpp - Numbers along an axis or a colour bar --------------------===//
#include "runtime/Picture/Scale.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace espalier::picture {

Scale::Scale(ScaleKind kind, double low, double high) : scaleKind(kind), least(low), greatest(high) {
  if (!std::isfinite(transformed(least)) || !std::isfinite(transformed(greatest))) {
    least = kind == ScaleKind::log ? 1 : 0;
    greatest = kind == ScaleKind::log ? 10 : 1;
  }
  if (least > greatest)
    std::swap(least, greatest);
  // Not so near to the ends of double that a difference or a quotient leaves it.
  constexpr double most = 1e300, tiniest = 1e-300;
  least = std::clamp(least, kind == ScaleKind::log ? tiniest : -most, most);
  greatest = std::clamp(greatest, least, most);
  double from = transformed(least), to = transformed(greatest);
  if (to - from > std::max(tiniest, 1e-12 * std::max(std::abs(from), std::abs(to))))
    return;
  double room = std::max(std::abs(least), 1e-3);
  if (kind == ScaleKind::linear) {
    greatest = least + room / 2;
    least -= room / 2;
  } else if (kind == ScaleKind::log) {
    greatest = least * std::sqrt(10.0);
    least /= std::sqrt(10.0);
  } else {
    greatest += 1 + greatest;
  }
}

Scale Scale::covering(ScaleKind kind, std::span<const double> values) {
  const Scale any(kind, 1, 1);
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (double value : values)
    if (std::isfinite(any.transformed(value))) {
      low = std::min(low, value);
      high = std::max(high, value);
    }
  return Scale(kind, low, high);
}

double Scale::transformed(double value) const {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  switch (scaleKind) {
  case ScaleKind::linear:
    return value;
  case ScaleKind::log:
    return value > 0 ? std::log(value) : none;
  case ScaleKind::logFromZero:
    return value >= 0 ? std::log1p(value) : none;
  }
  return none;
}

double Scale::position(double value) const {
  return (transformed(value) - transformed(least)) / (transformed(greatest) - transformed(least));
}

/// Multiples of 1, 2 or 5 times a power of ten.
static std::vector<double> evenTicks(double low, double high, int about, bool areWhole) {
  double rough = std::max((high - low) / about, areWhole ? 1.0 : 0.0),
         power = std::pow(10.0, std::floor(std::log10(rough)));
  double step = power * (rough <= power ? 1 : rough <= 2 * power ? 2 : rough <= 5 * power ? 5 : 10);
  std::vector<double> ticks;
  // Each is computed from its number, so that 0.3 is not 0.30000000000000004 and zero is zero.
  double slack = 1e-9 * (high - low);
  for (double i = std::ceil((low - slack) / step); i * step <= high + slack && ticks.size() < 1000; ++i)
    ticks.push_back(i == 0 ? 0 : i * step);
  return ticks;
}

/// Powers of ten, every so many where there are too many of them; 2 and 5 times them where there are few.
static std::vector<double> decadeTicks(double low, double high, int about) {
  int first = static_cast<int>(std::floor(std::log10(low))),
      last = static_cast<int>(std::floor(std::log10(high) + 1e-9));
  int stride = (last - first) / about + 1;
  bool areFew = 3 * (last - first + 1) <= about + 3;
  std::vector<double> ticks;
  for (int decade = first; decade <= last; ++decade) {
    if ((decade % stride + stride) % stride != 0)
      continue;
    for (double factor : {1.0, 2.0, 5.0}) {
      double tick =
          std::strtod(fmt::format("{}e{}", factor, decade).c_str(), nullptr); // the number nearest to the decimal one
      if ((factor == 1.0 || areFew) && tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9))
        ticks.push_back(tick);
    }
  }
  return ticks;
}

std::vector<double> Scale::ticks(int about, bool areWhole) const {
  about = std::max(about, 1);
  if (scaleKind == ScaleKind::linear)
    return evenTicks(least, greatest, about, areWhole);
  if (scaleKind == ScaleKind::log) {
    std::vector<double> ticks = decadeTicks(least, greatest, about);
    return ticks.size() >= 2 ? ticks : evenTicks(least, greatest, about, areWhole);
  }
  if (greatest <= 5)
    return evenTicks(least, greatest, about, areWhole);
  std::vector<double> ticks = decadeTicks(std::max(least, 1.0), greatest, about);
  if (least <= 0)
    ticks.insert(ticks.begin(), 0);
  return ticks;
}

std::string tickText(double value) {
  std::string text = fmt::format("{:.6g}", value == 0 ? 0.0 : value);
  size_t exponent = text.find('e');
  if (exponent == std::string::npos)
    return text;
  // 1e+06 and 1e-05 as people write them.
  std::string digits = text.substr(exponent + 2);
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  return text.substr(0, exponent + 1) + (text[exponent + 1] == '-' ? "-" : "") + digits;
}

} // namespace espalier::picture
