//===- SingleMath.h - Functions of vectors of f32 as polynomials ------------===//
//
// Each is within 4e-7 of the true value, relatively, wherever that is a normal number,
// and takes 0, infinities and NaN to what libm takes them to (the sign of a zero aside).
// Coefficients: weighted minimax fits in double, rounded once.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_TARGET_CPU_SINGLEMATH_H
#define ESPALIER_COMPILER_TARGET_CPU_SINGLEMATH_H

#include "compiler/Target/Cpu/CpuTarget.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

namespace espalier::cpu {

class SingleMath {
public:
  /// For vectors of `type`: vector<width x f32>.
  SingleMath(mlir::OpBuilder &builder, mlir::Location location, mlir::VectorType type, const CpuTarget &target)
      : builder(builder), location(location), type(type), target(target) {}

  mlir::Value exp(mlir::Value x);
  mlir::Value exp2(mlir::Value x);
  mlir::Value expm1(mlir::Value x);
  mlir::Value log(mlir::Value x);
  mlir::Value log2(mlir::Value x);
  mlir::Value log1p(mlir::Value x);
  mlir::Value tanh(mlir::Value x);
  mlir::Value erf(mlir::Value x);

private:
  using Value = mlir::Value;

  Value number(double value);
  Value bits(int64_t value);
  Value add(Value a, Value b);
  Value subtract(Value a, Value b);
  Value multiply(Value a, Value b);
  Value divide(Value a, Value b);
  Value multiplyAdd(Value a, Value b, Value c);
  Value absolute(Value x);
  Value withSignOf(Value magnitude, Value sign);
  /// a < b, ordered.
  Value isLess(Value a, Value b);
  Value select(Value condition, Value a, Value b);
  /// x within [least, most]; a NaN stays.
  Value clamp(Value x, double least, double most);
  Value roundEven(Value x);
  /// coefficients[0] + coefficients[1] x + ...
  Value polynomial(Value x, llvm::ArrayRef<double> coefficients);
  Value reduceByLn2(Value x, Value k);
  /// x * 2^k for a whole k in [-252, 252]: 0, infinities and denormals come out right.
  Value scale(Value x, Value k);
  Value powerOfTwo(Value exponentBits);
  Value toBits(Value x);
  Value fromBits(Value x);
  /// x = mantissa * 2^exponent, mantissa in [sqrt(1/2), sqrt(2)); for positive x.
  std::pair<Value, Value> split(Value x);
  /// log of a positive finite x as exponent and log of the mantissa.
  std::pair<Value, Value> splitLog(Value x);
  Value withLogLimits(Value x, Value result);

  mlir::OpBuilder &builder;
  mlir::Location location;
  mlir::VectorType type;
  const CpuTarget &target;
};

} // namespace espalier::cpu

#endif
