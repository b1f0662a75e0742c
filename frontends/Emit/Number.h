//===- Number.h - Formulas that write IR ------------------------------------===//
//
//   Number x(builder, value);
//   return (x * 0.5 * (1.0 + erf(x * std::sqrt(0.5)))).value();     // gelu
//
// A Number is a scalar or a tile of floats, i32 or index, and the place where operations on it are made. Operands
// have one type; a number of C++ becomes a constant of the type of the other operand.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_FRONTENDS_EMIT_NUMBER_H
#define ESPALIER_FRONTENDS_EMIT_NUMBER_H

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace espalier::emission {

class Number {
public:
  Number(mlir::ImplicitLocOpBuilder &builder, mlir::Value value) : b(&builder), held(value) {}

  mlir::Value value() const { return held; }
  mlir::Type type() const { return held.getType(); }
  /// Of floats; else of integers or indices.
  bool isFloat() const;
  mlir::ImplicitLocOpBuilder &builder() const { return *b; }

  /// `number` in the type of this one.
  Number constant(double number) const;

private:
  mlir::ImplicitLocOpBuilder *b;
  mlir::Value held;
};

/// `number` as a scalar or tile of `type`: floats, i1, i32 or index (a number of an integer type is a whole one).
mlir::Value makeConstant(mlir::ImplicitLocOpBuilder &builder, mlir::Type type, double number);

Number operator+(Number a, Number b);
Number operator-(Number a, Number b);
Number operator*(Number a, Number b);
/// Of floats.
Number operator/(Number a, Number b);
inline Number operator+(double a, Number b) { return b.constant(a) + b; }
inline Number operator-(double a, Number b) { return b.constant(a) - b; }
inline Number operator*(double a, Number b) { return b.constant(a) * b; }
inline Number operator/(double a, Number b) { return b.constant(a) / b; }
inline Number operator+(Number a, double b) { return a + a.constant(b); }
inline Number operator-(Number a, double b) { return a - a.constant(b); }
inline Number operator*(Number a, double b) { return a * a.constant(b); }
inline Number operator/(Number a, double b) { return a / a.constant(b); }
Number operator-(Number x);

Number abs(Number x);
/// NaN where either is NaN.
Number max(Number a, Number b);
Number min(Number a, Number b);
/// Python's // and %: floor(a / b), and a - floor(a / b) * b. Of integers a // 0 is 0 and a % 0 is a, so that a wrong
/// number never stops a program.
Number floorDiv(Number a, Number b);
Number mod(Number a, Number b);
/// a ** b of floats, and of anything with a whole exponent >= 0.
Number pow(Number a, Number b);
Number pow(Number a, int64_t exponent);

// Of floats.
Number exp(Number x);
Number log(Number x);
Number sqrt(Number x);
Number rsqrt(Number x);
Number tanh(Number x);
Number sin(Number x);
Number cos(Number x);
Number sigmoid(Number x);
Number silu(Number x);
Number gelu(Number x);
Number softplus(Number x);
Number relu(Number x);
Number square(Number x);

} // namespace espalier::emission

#endif
