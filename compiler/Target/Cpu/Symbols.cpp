//===- Symbols.cpp - Library functions that generated code may call ---------===//
#include "compiler/Target/Cpu/Symbols.h"

#include <cmath>
#include <cstring>

#ifdef __x86_64__
// The compiler's own conversions of f16, for machines without F16C. Their types are not C++'s: only their addresses are
// used.
extern "C" void __truncsfhf2();
extern "C" void __extendhfsf2();
#endif

namespace espalier::cpu {

namespace {
template <class Function> Symbol row(const char *name, Function *function) {
  return {name, reinterpret_cast<void *>(function)};
}
using F64 = double(double);
using F32 = float(float);
using F64x2 = double(double, double);
using F32x2 = float(float, float);
} // namespace

#define UNARY(name) row<F64>(#name, ::name), row<F32>(#name "f", ::name##f)
#define BINARY(name) row<F64x2>(#name, ::name), row<F32x2>(#name "f", ::name##f)

std::span<const Symbol> librarySymbols() {
  static const Symbol symbols[] = {
      row("memcpy", ::memcpy),
      row("memmove", ::memmove),
      row("memset", ::memset),
      UNARY(exp),
      UNARY(exp2),
      UNARY(expm1),
      UNARY(log),
      UNARY(log2),
      UNARY(log10),
      UNARY(log1p),
      UNARY(tanh),
      UNARY(erf),
      UNARY(erfc),
      UNARY(sin),
      UNARY(cos),
      UNARY(tan),
      UNARY(asin),
      UNARY(acos),
      UNARY(atan),
      UNARY(sinh),
      UNARY(cosh),
      UNARY(cbrt),
      UNARY(sqrt),
      UNARY(floor),
      UNARY(ceil),
      UNARY(round),
      UNARY(roundeven),
      UNARY(trunc),
      UNARY(rint),
      UNARY(nearbyint),
      UNARY(fabs),
      BINARY(pow),
      BINARY(atan2),
      BINARY(fmod),
      BINARY(fmax),
      BINARY(fmin),
      row<double(double, int)>("ldexp", ::ldexp),
      row<float(float, int)>("ldexpf", ::ldexpf),
#ifdef __x86_64__
      row("__truncsfhf2", ::__truncsfhf2),
      row("__extendhfsf2", ::__extendhfsf2),
#endif
      row<double(double, double, double)>("fma", ::fma),
      row<float(float, float, float)>("fmaf", ::fmaf),
  };
  return symbols;
}

} // namespace espalier::cpu
