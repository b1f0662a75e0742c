//===- IntegerRules.cpp - arith on i1, i32 and index, elementwise -----------===//
//
// Sums and products wrap around at the width of the type, as arith defines them.
//===----------------------------------------------------------------------===//
#include "compiler/Interpreter/Plan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

#include <algorithm>

using namespace mlir;

namespace espalier::interpreter {

using Binary = int64_t (*)(int64_t, int64_t);
using Comparison = bool (*)(int64_t, int64_t);

/// Brings a result back to its type: i1 is 0 or 1, i32 is signed, index has 64 bits.
static int64_t wrap(Type element, int64_t value) {
  if (element.isInteger(1))
    return value & 1;
  return element.isInteger(32) ? static_cast<int32_t>(value) : value;
}

static Rule binary(Binary function) {
  return [function](Operation *op, Plan &plan) -> Step {
    return [function, element = getElementTypeOrSelf(op->getResult(0)), a = plan.slot(op->getOperand(0)),
            b = plan.slot(op->getOperand(1)), y = plan.slot(op->getResult(0))](Machine &machine) {
      for (int64_t i = 0; i < y.size; ++i)
        machine.at(y)[i].integer = wrap(element, function(machine.at(a)[i].integer, machine.at(b)[i].integer));
    };
  };
}

/// As `binary`, with an error for a divisor of zero. Division by -1 is negation, which wraps.
static Rule division(Binary function) {
  return [function](Operation *op, Plan &plan) -> Step {
    return [function, op, element = getElementTypeOrSelf(op->getResult(0)), a = plan.slot(op->getOperand(0)),
            b = plan.slot(op->getOperand(1)), y = plan.slot(op->getResult(0))](Machine &machine) {
      for (int64_t i = 0; i < y.size; ++i) {
        int64_t divisor = machine.at(b)[i].integer;
        if (divisor == 0)
          return machine.fail(op, "integer division of {} by zero", machine.at(a)[i].integer);
        machine.at(y)[i].integer = wrap(element, function(machine.at(a)[i].integer, divisor));
      }
    };
  };
}

// Unsigned arithmetic wraps; signed overflow would be undefined.
static int64_t add(int64_t a, int64_t b) { return static_cast<int64_t>(uint64_t(a) + uint64_t(b)); }
static int64_t subtract(int64_t a, int64_t b) { return static_cast<int64_t>(uint64_t(a) - uint64_t(b)); }
static int64_t multiply(int64_t a, int64_t b) { return static_cast<int64_t>(uint64_t(a) * uint64_t(b)); }
static int64_t quotient(int64_t a, int64_t b) { return b == -1 ? subtract(0, a) : a / b; }
static int64_t remainder(int64_t a, int64_t b) { return b == -1 ? 0 : a % b; }
static int64_t floorQuotient(int64_t a, int64_t b) {
  return quotient(a, b) - (remainder(a, b) != 0 && (a < 0) != (b < 0));
}
static int64_t ceilQuotient(int64_t a, int64_t b) {
  return quotient(a, b) + (remainder(a, b) != 0 && (a < 0) == (b < 0));
}

/// Sign extension keeps the order of unsigned numbers of one width, so comparisons need not know the width.
static Comparison comparison(arith::CmpIPredicate predicate) {
  using P = arith::CmpIPredicate;
  switch (predicate) {
  case P::eq:
    return [](int64_t a, int64_t b) { return a == b; };
  case P::ne:
    return [](int64_t a, int64_t b) { return a != b; };
  case P::slt:
    return [](int64_t a, int64_t b) { return a < b; };
  case P::sle:
    return [](int64_t a, int64_t b) { return a <= b; };
  case P::sgt:
    return [](int64_t a, int64_t b) { return a > b; };
  case P::sge:
    return [](int64_t a, int64_t b) { return a >= b; };
  case P::ult:
    return [](int64_t a, int64_t b) { return uint64_t(a) < uint64_t(b); };
  case P::ule:
    return [](int64_t a, int64_t b) { return uint64_t(a) <= uint64_t(b); };
  case P::ugt:
    return [](int64_t a, int64_t b) { return uint64_t(a) > uint64_t(b); };
  case P::uge:
    return [](int64_t a, int64_t b) { return uint64_t(a) >= uint64_t(b); };
  }
  return nullptr;
}

static Step compare(Operation *op, Plan &plan) {
  return [compare = comparison(cast<arith::CmpIOp>(op).getPredicate()), a = plan.slot(op->getOperand(0)),
          b = plan.slot(op->getOperand(1)), y = plan.slot(op->getResult(0))](Machine &machine) {
    for (int64_t i = 0; i < y.size; ++i)
      machine.at(y)[i].integer = compare(machine.at(a)[i].integer, machine.at(b)[i].integer);
  };
}

static Step absolute(Operation *op, Plan &plan) {
  return [element = getElementTypeOrSelf(op->getResult(0)), x = plan.slot(op->getOperand(0)),
          y = plan.slot(op->getResult(0))](Machine &machine) {
    for (int64_t i = 0; i < y.size; ++i) {
      int64_t value = machine.at(x)[i].integer;
      machine.at(y)[i].integer = wrap(element, value < 0 ? subtract(0, value) : value);
    }
  };
}

void addIntegerRules(RuleTable &table) {
  const std::pair<const char *, Binary> binaries[] = {
      {"arith.addi", add},
      {"arith.subi", subtract},
      {"arith.muli", multiply},
      {"arith.andi", [](int64_t a, int64_t b) { return a & b; }},
      {"arith.ori", [](int64_t a, int64_t b) { return a | b; }},
      {"arith.xori", [](int64_t a, int64_t b) { return a ^ b; }},
      {"arith.maxsi", [](int64_t a, int64_t b) { return std::max(a, b); }},
      {"arith.minsi", [](int64_t a, int64_t b) { return std::min(a, b); }},
  };
  const std::pair<const char *, Binary> divisions[] = {
      {"arith.divsi", quotient},
      {"arith.remsi", remainder},
      {"arith.floordivsi", floorQuotient},
      {"arith.ceildivsi", ceilQuotient},
  };
  for (auto [name, function] : binaries)
    table[name] = binary(function);
  for (auto [name, function] : divisions)
    table[name] = division(function);
  table["arith.cmpi"] = compare;
  table["math.absi"] = absolute;
}

} // namespace espalier::interpreter
