//===- Colour.h - Colours of pixels and strokes -----------------------------===//
#ifndef ESPALIER_RUNTIME_PICTURE_COLOUR_H
#define ESPALIER_RUNTIME_PICTURE_COLOUR_H

#include <array>
#include <cstdint>
#include <string>

namespace espalier::picture {

/// Red, green, blue in [0, 1], as sRGB.
using Colour = std::array<float, 3>;

constexpr Colour black{0, 0, 0}, white{1, 1, 1};
/// Of text, and of lines that are not data.
constexpr Colour ink{0.13f, 0.13f, 0.15f}, faint{0.86f, 0.86f, 0.88f};

/// (1 - share) * a + share * b.
Colour mix(const Colour &a, const Colour &b, float share);

/// The share of light that the eye sees: 0.2126 R + 0.7152 G + 0.0722 B (Rec. 709), without undoing the sRGB curve.
float luma(const Colour &colour);

/// 0 .. 255, rounded; what is beyond [0, 1] is clamped, a NaN is 0.
uint8_t toByte(float channel);

/// "#1f77b4".
std::string hex(const Colour &colour);

/// A colour of Ottosson's OKLab space (2020) given by lightness in [0, 1], chroma and hue in degrees; what sRGB does
/// not hold is clamped channel by channel. Steps of equal length look about equally large.
Colour fromLightness(double lightness, double chroma, double hue);
/// The lightness of OKLab.
double lightnessOf(const Colour &colour);

/// Colours that are told apart: hues a golden angle from each other, at one lightness. A function of the number.
Colour distinct(int64_t number, double lightness = 0.62, double chroma = 0.14);

} // namespace espalier::picture

#endif
