//===- FloatRules.cpp - arith and math on floats, elementwise ---------------===//
#include "compiler/Interpreter/Plan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <cmath>

using namespace mlir;

namespace espalier::interpreter {

using Unary = double (*)(double);
using Binary = double (*)(double, double);
using Comparison = bool (*)(double, double);

static Rule unary(Unary function) {
  return [function](Operation *op, Plan &plan) -> Step {
    return [function, x = plan.slot(op->getOperand(0)), y = plan.slot(op->getResult(0))](Machine &machine) {
      for (int64_t i = 0; i < y.size; ++i)
        machine.at(y)[i].real = function(machine.at(x)[i].real);
    };
  };
}

static Rule binary(Binary function) {
  return [function](Operation *op, Plan &plan) -> Step {
    return [function, a = plan.slot(op->getOperand(0)), b = plan.slot(op->getOperand(1)),
            y = plan.slot(op->getResult(0))](Machine &machine) {
      for (int64_t i = 0; i < y.size; ++i)
        machine.at(y)[i].real = function(machine.at(a)[i].real, machine.at(b)[i].real);
    };
  };
}

/// maximumf and minimumf: a NaN wins, and -0 < +0.
static double maximum(double a, double b) {
  if (std::isnan(a) || std::isnan(b))
    return NAN;
  return a == b ? (std::signbit(a) ? b : a) : std::max(a, b);
}
static double minimum(double a, double b) { return -maximum(-a, -b); }

/// Of a NaN the ordered predicates (O..) are false, the unordered ones (U..) true.
static Comparison comparison(arith::CmpFPredicate predicate) {
  using P = arith::CmpFPredicate;
  switch (predicate) {
  case P::AlwaysFalse:
    return [](double, double) { return false; };
  case P::OEQ:
    return [](double a, double b) { return a == b; };
  case P::OGT:
    return [](double a, double b) { return a > b; };
  case P::OGE:
    return [](double a, double b) { return a >= b; };
  case P::OLT:
    return [](double a, double b) { return a < b; };
  case P::OLE:
    return [](double a, double b) { return a <= b; };
  case P::ONE:
    return [](double a, double b) { return a < b || a > b; };
  case P::ORD:
    return [](double a, double b) { return !std::isnan(a) && !std::isnan(b); };
  case P::UEQ:
    return [](double a, double b) { return !(a < b || a > b); };
  case P::UGT:
    return [](double a, double b) { return !(a <= b); };
  case P::UGE:
    return [](double a, double b) { return !(a < b); };
  case P::ULT:
    return [](double a, double b) { return !(a >= b); };
  case P::ULE:
    return [](double a, double b) { return !(a > b); };
  case P::UNE:
    return [](double a, double b) { return a != b; };
  case P::UNO:
    return [](double a, double b) { return std::isnan(a) || std::isnan(b); };
  case P::AlwaysTrue:
    return [](double, double) { return true; };
  }
  return nullptr;
}

static Step compare(Operation *op, Plan &plan) {
  return [compare = comparison(cast<arith::CmpFOp>(op).getPredicate()), a = plan.slot(op->getOperand(0)),
          b = plan.slot(op->getOperand(1)), y = plan.slot(op->getResult(0))](Machine &machine) {
    for (int64_t i = 0; i < y.size; ++i)
      machine.at(y)[i].integer = compare(machine.at(a)[i].real, machine.at(b)[i].real);
  };
}

static Step integerPower(Operation *op, Plan &plan) {
  return [x = plan.slot(op->getOperand(0)), n = plan.slot(op->getOperand(1)),
          y = plan.slot(op->getResult(0))](Machine &machine) {
    for (int64_t i = 0; i < y.size; ++i)
      machine.at(y)[i].real = std::pow(machine.at(x)[i].real, double(machine.at(n)[i].integer));
  };
}

static Step multiplyAdd(Operation *op, Plan &plan) {
  return [a = plan.slot(op->getOperand(0)), b = plan.slot(op->getOperand(1)), c = plan.slot(op->getOperand(2)),
          y = plan.slot(op->getResult(0))](Machine &machine) {
    for (int64_t i = 0; i < y.size; ++i)
      machine.at(y)[i].real = std::fma(machine.at(a)[i].real, machine.at(b)[i].real, machine.at(c)[i].real);
  };
}

void addFloatRules(RuleTable &table) {
  const std::pair<const char *, Binary> binaries[] = {
      {"arith.addf", [](double a, double b) { return a + b; }},
      {"arith.subf", [](double a, double b) { return a - b; }},
      {"arith.mulf", [](double a, double b) { return a * b; }},
      {"arith.divf", [](double a, double b) { return a / b; }},
      {"arith.remf", [](double a, double b) { return std::fmod(a, b); }},
      {"arith.maximumf", maximum},
      {"arith.minimumf", minimum},
      {"arith.maxnumf", [](double a, double b) { return std::fmax(a, b); }},
      {"arith.minnumf", [](double a, double b) { return std::fmin(a, b); }},
      {"math.powf", [](double a, double b) { return std::pow(a, b); }},
      {"math.atan2", [](double a, double b) { return std::atan2(a, b); }},
      {"math.copysign", [](double a, double b) { return std::copysign(a, b); }},
  };
  const std::pair<const char *, Unary> unaries[] = {
      {"arith.negf", [](double x) { return -x; }},
      {"math.absf", [](double x) { return std::fabs(x); }},
      {"math.exp", [](double x) { return std::exp(x); }},
      {"math.exp2", [](double x) { return std::exp2(x); }},
      {"math.expm1", [](double x) { return std::expm1(x); }},
      {"math.log", [](double x) { return std::log(x); }},
      {"math.log1p", [](double x) { return std::log1p(x); }},
      {"math.log2", [](double x) { return std::log2(x); }},
      {"math.log10", [](double x) { return std::log10(x); }},
      {"math.sqrt", [](double x) { return std::sqrt(x); }},
      {"math.rsqrt", [](double x) { return 1 / std::sqrt(x); }},
      {"math.cbrt", [](double x) { return std::cbrt(x); }},
      {"math.sin", [](double x) { return std::sin(x); }},
      {"math.cos", [](double x) { return std::cos(x); }},
      {"math.tan", [](double x) { return std::tan(x); }},
      {"math.asin", [](double x) { return std::asin(x); }},
      {"math.acos", [](double x) { return std::acos(x); }},
      {"math.atan", [](double x) { return std::atan(x); }},
      {"math.sinh", [](double x) { return std::sinh(x); }},
      {"math.cosh", [](double x) { return std::cosh(x); }},
      {"math.tanh", [](double x) { return std::tanh(x); }},
      {"math.erf", [](double x) { return std::erf(x); }},
      {"math.erfc", [](double x) { return std::erfc(x); }},
      {"math.floor", [](double x) { return std::floor(x); }},
      {"math.ceil", [](double x) { return std::ceil(x); }},
      {"math.trunc", [](double x) { return std::trunc(x); }},
      {"math.round", [](double x) { return std::round(x); }},
      {"math.roundeven", [](double x) { return std::nearbyint(x); }},
  };
  for (auto [name, function] : binaries)
    table[name] = binary(function);
  for (auto [name, function] : unaries)
    table[name] = unary(function);
  table["arith.cmpf"] = compare;
  table["math.fpowi"] = integerPower;
  table["math.fma"] = multiplyAdd;
}

} // namespace espalier::interpreter
