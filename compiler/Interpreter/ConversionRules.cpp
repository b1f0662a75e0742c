//===- ConversionRules.cpp - Constants, conversions and selection -----------===//
#include "compiler/Interpreter/Plan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <cmath>

using namespace mlir;

namespace espalier::interpreter {

using Conversion = Element (*)(Element);

static Rule convert(Conversion function) {
  return [function](Operation *op, Plan &plan) -> Step {
    return [function, x = plan.slot(op->getOperand(0)), y = plan.slot(op->getResult(0))](Machine &machine) {
      for (int64_t i = 0; i < y.size; ++i)
        machine.at(y)[i] = function(machine.at(x)[i]);
    };
  };
}

static Element keep(Element x) { return x; }

/// Storage in 16 bits is seen; f32 is not rounded.
static Step truncateFloat(Operation *op, Plan &plan) {
  Type element = getElementTypeOrSelf(op->getResult(0));
  if (element.isF16())
    return convert([](Element x) { return Element{.real = double(Float16(x.real))}; })(op, plan);
  if (element.isBF16())
    return convert([](Element x) { return Element{.real = double(BFloat16(x.real))}; })(op, plan);
  return convert(keep)(op, plan);
}

/// Towards zero; a value that the type does not hold becomes its nearest, a NaN zero (arith leaves these undefined).
static int64_t roundTowardsZero(double x, double least, double greatest) {
  if (std::isnan(x))
    return 0;
  if (x <= least)
    return static_cast<int64_t>(least);
  return x >= greatest ? static_cast<int64_t>(greatest) : static_cast<int64_t>(x);
}

static Step floatToInteger(Operation *op, Plan &plan) {
  if (getElementTypeOrSelf(op->getResult(0)).isInteger(32))
    return convert([](Element x) { return Element{.integer = roundTowardsZero(x.real, INT32_MIN, INT32_MAX)}; })(op,
                                                                                                                 plan);
  if (getElementTypeOrSelf(op->getResult(0)).isInteger(1))
    return convert([](Element x) { return Element{.integer = roundTowardsZero(x.real, -1, 0) & 1}; })(op, plan);
  // The greatest double below 2^63.
  return convert([](Element x) { return Element{.integer = roundTowardsZero(x.real, -0x1p63, 0x1.fffffffffffffp62)}; })(
      op, plan);
}

/// i1 holds 0 or 1 here, but as a signed number it is 0 or -1.
static Rule fromSigned(Conversion ofBoolean, Conversion ofInteger) {
  return [=](Operation *op, Plan &plan) {
    return convert(getElementTypeOrSelf(op->getOperand(0)).isInteger(1) ? ofBoolean : ofInteger)(op, plan);
  };
}

/// An unsigned i32 has its upper half where the signed one is negative; index and i1 are not negative.
static Rule fromUnsigned(Conversion ofI32, Conversion ofOther) {
  return [=](Operation *op, Plan &plan) {
    return convert(getElementTypeOrSelf(op->getOperand(0)).isInteger(32) ? ofI32 : ofOther)(op, plan);
  };
}

/// To the width of the result; index and i64 hold every number.
static Step truncateInteger(Operation *op, Plan &plan) {
  Type element = getElementTypeOrSelf(op->getResult(0));
  if (element.isInteger(1))
    return convert([](Element x) { return Element{.integer = x.integer & 1}; })(op, plan);
  if (element.isInteger(32))
    return convert([](Element x) { return Element{.integer = int64_t(int32_t(x.integer))}; })(op, plan);
  return convert(keep)(op, plan);
}

/// From an unsigned i32, which has its upper half where the signed one is negative.
static Step castUnsignedIndex(Operation *op, Plan &plan) {
  if (getElementTypeOrSelf(op->getOperand(0)).isInteger(32))
    return convert([](Element x) { return Element{.integer = int64_t(uint32_t(x.integer))}; })(op, plan);
  return truncateInteger(op, plan);
}

static Step constant(Operation *op, Plan &plan) {
  Slot place = plan.slot(op->getResult(0));
  Attribute value = cast<arith::ConstantOp>(op).getValue();
  std::vector<Element> elements;
  if (auto number = dyn_cast<FloatAttr>(value)) {
    elements.push_back({.real = number.getValueAsDouble()});
  } else if (auto number = dyn_cast<IntegerAttr>(value)) {
    bool isBoolean = number.getType().isInteger(1);
    elements.push_back({.integer = isBoolean ? number.getValue().getBoolValue() : number.getValue().getSExtValue()});
  } else if (auto dense = dyn_cast<DenseElementsAttr>(value)) {
    if (isa<FloatType>(dense.getElementType())) {
      for (APFloat number : dense.getValues<APFloat>()) {
        bool losesInformation;
        number.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &losesInformation);
        elements.push_back({.real = number.convertToDouble()});
      }
    } else {
      bool isBoolean = dense.getElementType().isInteger(1);
      for (APInt number : dense.getValues<APInt>())
        elements.push_back({.integer = isBoolean ? number.getBoolValue() : number.getSExtValue()});
    }
  } else {
    plan.refuse(op, "the interpreter knows no constant of this kind");
  }
  return [place, elements = std::move(elements)](Machine &machine) {
    std::copy(elements.begin(), elements.end(), machine.at(place));
  };
}

/// The condition is one boolean, or one for each element.
static Step select(Operation *op, Plan &plan) {
  return [condition = plan.slot(op->getOperand(0)), a = plan.slot(op->getOperand(1)), b = plan.slot(op->getOperand(2)),
          y = plan.slot(op->getResult(0)), isScalar = !isa<ShapedType>(op->getOperand(0).getType())](Machine &machine) {
    for (int64_t i = 0; i < y.size; ++i)
      machine.at(y)[i] = machine.at(condition)[isScalar ? 0 : i].integer ? machine.at(a)[i] : machine.at(b)[i];
  };
}

/// tensor.dim: how kernels ask for sizes that are only known at run time.
static Step dimension(Operation *op, Plan &plan) {
  auto dim = cast<tensor::DimOp>(op);
  return [op, place = plan.tensor(dim.getSource()), axis = plan.slot(dim.getIndex()),
          y = plan.slot(dim.getResult())](Machine &machine) {
    TensorView tensor = machine.view(place);
    int64_t position = machine.integer(axis);
    if (position < 0 || position >= static_cast<int64_t>(tensor.shape.size()))
      return machine.fail(op, "asks for axis {} of a tensor of {} axes", position, tensor.shape.size());
    machine.integer(y) = tensor.shape[position];
  };
}

void addConversionRules(RuleTable &table) {
  table["arith.constant"] = constant;
  table["arith.select"] = select;
  table["arith.extf"] = convert(keep);
  table["arith.truncf"] = truncateFloat;
  table["arith.sitofp"] = fromSigned([](Element x) { return Element{.real = -double(x.integer)}; },
                                     [](Element x) { return Element{.real = double(x.integer)}; });
  table["arith.uitofp"] = fromUnsigned([](Element x) { return Element{.real = double(uint32_t(x.integer))}; },
                                       [](Element x) { return Element{.real = double(uint64_t(x.integer))}; });
  table["arith.fptosi"] = floatToInteger;
  table["arith.extsi"] = fromSigned([](Element x) { return Element{.integer = -x.integer}; }, keep);
  table["arith.extui"] = fromUnsigned([](Element x) { return Element{.integer = int64_t(uint32_t(x.integer))}; }, keep);
  table["arith.trunci"] = truncateInteger;
  table["arith.index_cast"] = truncateInteger;
  table["arith.index_castui"] = castUnsignedIndex;
  table["tensor.dim"] = dimension;
}

} // namespace espalier::interpreter
