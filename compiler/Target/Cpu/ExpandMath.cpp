//===- ExpandMath.cpp - Functions of math become arithmetic or libm ---------===//
//
// On vectors of f32 the common functions are polynomials, and of doubles the exponential
// is arithmetic too. All others are libm's, one lane after the other through a small
// buffer: a loop, because sixteen calls written out cost more to compile than they save.
// 16-bit numbers are computed in f32.
//===----------------------------------------------------------------------===//
#include "compiler/Target/Cpu/DoubleExp.h"
#include "compiler/Target/Cpu/Passes.h"
#include "compiler/Target/Cpu/SingleMath.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace espalier::cpu {

namespace {

/// How a function is computed: its polynomial for vectors of f32 and its arithmetic for doubles, alone and in vectors
/// (null: none), and libm's name for doubles (`f` is appended for floats).
struct Rule {
  StringLiteral op;
  StringLiteral libm;
  Value (SingleMath::*polynomial)(Value);
  Value (*doubles)(OpBuilder &, Location, Value, const CpuTarget &) = nullptr;
};

constexpr Rule rules[] = {
    {"math.exp", "exp", &SingleMath::exp, expOfDoubles},
    {"math.exp2", "exp2", &SingleMath::exp2},
    {"math.expm1", "expm1", &SingleMath::expm1},
    {"math.log", "log", &SingleMath::log},
    {"math.log2", "log2", &SingleMath::log2},
    {"math.log1p", "log1p", &SingleMath::log1p},
    {"math.tanh", "tanh", &SingleMath::tanh},
    {"math.erf", "erf", &SingleMath::erf},
    {"math.erfc", "erfc", nullptr},
    {"math.log10", "log10", nullptr},
    {"math.sin", "sin", nullptr},
    {"math.cos", "cos", nullptr},
    {"math.tan", "tan", nullptr},
    {"math.asin", "asin", nullptr},
    {"math.acos", "acos", nullptr},
    {"math.atan", "atan", nullptr},
    {"math.atan2", "atan2", nullptr},
    {"math.sinh", "sinh", nullptr},
    {"math.cosh", "cosh", nullptr},
    {"math.cbrt", "cbrt", nullptr},
    {"math.powf", "pow", nullptr},
};

struct ExpandMath : PassWrapper<ExpandMath, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ExpandMath)
  explicit ExpandMath(const CpuTarget &target) : target(target) {}
  StringRef getArgument() const override { return "cpu-expand-math"; }
  StringRef getDescription() const override {
    return "math becomes polynomials on vectors of f32, arithmetic or calls of libm elsewhere";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, func::FuncDialect, LLVM::LLVMDialect, math::MathDialect, memref::MemRefDialect,
                    scf::SCFDialect, vector::VectorDialect>();
  }
  void runOnOperation() override;

  CpuTarget target;
};

} // namespace

/// f32 where arithmetic is done in f32, else the type itself.
static Type computedType(Type type) {
  Type element = getElementTypeOrSelf(type);
  if (element.getIntOrFloatBitWidth() >= 32)
    return type;
  Type single = Float32Type::get(type.getContext());
  auto vector = dyn_cast<VectorType>(type);
  return vector ? Type(vector.clone(single)) : single;
}

static Value callLibrary(OpBuilder &builder, Operation *op, const Rule &rule, ValueRange operands) {
  Type type = operands[0].getType();
  std::string name = (rule.libm + (type.isF32() ? "f" : "")).str();
  auto module = op->getParentOfType<ModuleOp>();
  if (!module.lookupSymbol(name)) {
    OpBuilder declaring = OpBuilder::atBlockBegin(module.getBody());
    func::FuncOp::create(declaring, module.getLoc(), name,
                         builder.getFunctionType(SmallVector<Type>(operands.size(), type), type))
        .setPrivate();
  }
  return func::CallOp::create(builder, op->getLoc(), name, TypeRange(type), operands).getResult(0);
}

/// The lanes go through buffers of the function, one per operand; the first takes the results.
static Value callPerLane(OpBuilder &builder, Operation *op, const Rule &rule, ValueRange operands) {
  Location location = op->getLoc();
  auto type = cast<VectorType>(operands[0].getType());
  auto index = [&](int64_t value) -> Value { return arith::ConstantIndexOp::create(builder, location, value); };
  SmallVector<Value> buffers;
  for (Value operand : operands) {
    OpBuilder atEntry = OpBuilder::atBlockBegin(&op->getParentOfType<func::FuncOp>().getBody().front());
    buffers.push_back(
        memref::AllocaOp::create(atEntry, location, MemRefType::get(type.getShape(), type.getElementType())));
    vector::StoreOp::create(builder, location, operand, buffers.back(), index(0));
  }
  auto loop = scf::ForOp::create(builder, location, index(0), index(type.getNumElements()), index(1));
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(loop.getBody());
    SmallVector<Value> lane;
    for (Value buffer : buffers)
      lane.push_back(memref::LoadOp::create(builder, location, buffer, loop.getInductionVar()));
    memref::StoreOp::create(builder, location, callLibrary(builder, op, rule, lane), buffers[0],
                            loop.getInductionVar());
  }
  return vector::LoadOp::create(builder, location, type, buffers[0], index(0));
}

static void expand(Operation *op, const Rule &rule, const CpuTarget &target) {
  OpBuilder builder(op);
  Location location = op->getLoc();
  Type type = op->getResult(0).getType(), computed = computedType(type);
  SmallVector<Value> operands;
  for (Value operand : op->getOperands())
    operands.push_back(type == computed ? operand : Value(arith::ExtFOp::create(builder, location, computed, operand)));
  auto vector = dyn_cast<VectorType>(computed);
  Value result;
  if (rule.doubles && getElementTypeOrSelf(computed).isF64())
    result = rule.doubles(builder, location, operands[0], target);
  else if (!vector)
    result = callLibrary(builder, op, rule, operands);
  else if (rule.polynomial && vector.getElementType().isF32())
    result = (SingleMath(builder, location, vector, target).*rule.polynomial)(operands[0]);
  else
    result = callPerLane(builder, op, rule, operands);
  if (type != computed)
    result = arith::TruncFOp::create(builder, location, type, result);
  op->replaceAllUsesWith(ValueRange{result});
  op->erase();
}

/// The type with another element: of vectors as of numbers.
static Type withElement(Type type, Type element) {
  auto vector = dyn_cast<VectorType>(type);
  return vector ? Type(vector.clone(element)) : element;
}

static Value splat(OpBuilder &builder, Location location, Type type, int32_t value) {
  auto vector = dyn_cast<VectorType>(type);
  TypedAttr attribute = builder.getI32IntegerAttr(value);
  return arith::ConstantOp::create(builder, location,
                                   vector ? DenseElementsAttr::get(vector, Attribute(attribute)) : attribute);
}

/// f64 -> 16 bits by way of f32, rounded once: the f32 is rounded to odd (towards zero, and where that loses something
/// its last bit is set), so that it lies on the same side of every 16-bit number and of every middle between two as the
/// f64 does.
static void roundToOddFirst(arith::TruncFOp op) {
  OpBuilder builder(op);
  Location location = op.getLoc();
  Value x = op.getIn();
  Type single = withElement(x.getType(), builder.getF32Type()), i32 = withElement(x.getType(), builder.getI32Type());
  auto number = [&](int32_t value) { return splat(builder, location, i32, value); };
  Value nearest = arith::TruncFOp::create(builder, location, single, x);
  Value back = arith::ExtFOp::create(builder, location, x.getType(), nearest);
  Value lost = arith::CmpFOp::create(builder, location, arith::CmpFPredicate::ONE, back, x); // not of a NaN
  Value beyond =
      arith::CmpFOp::create(builder, location, arith::CmpFPredicate::OGT, math::AbsFOp::create(builder, location, back),
                            math::AbsFOp::create(builder, location, x));
  Value bits = arith::BitcastOp::create(builder, location, i32, nearest);
  Value towardsZero =
      arith::SubIOp::create(builder, location, bits, arith::ExtUIOp::create(builder, location, i32, beyond));
  Value odd = arith::OrIOp::create(builder, location, towardsZero, number(1));
  Value chosen = arith::SelectOp::create(builder, location, lost, odd, bits);
  op.getInMutable().assign(arith::BitcastOp::create(builder, location, single, chosen));
}

/// f32 -> bf16 to nearest, ties to even, in integers: (bits + 0x7fff + bit 16) >> 16; a NaN stays one.
static void expandRounding(arith::TruncFOp op) {
  OpBuilder builder(op);
  Location location = op.getLoc();
  Type type = op.getIn().getType(), i32 = withElement(type, builder.getI32Type());
  auto number = [&](int32_t value) { return splat(builder, location, i32, value); };
  Value bits = arith::BitcastOp::create(builder, location, i32, op.getIn());
  Value odd =
      arith::AndIOp::create(builder, location, arith::ShRUIOp::create(builder, location, bits, number(16)), number(1));
  Value rounded =
      arith::AddIOp::create(builder, location, bits, arith::AddIOp::create(builder, location, odd, number(0x7fff)));
  Value quiet = arith::OrIOp::create(builder, location, bits, number(0x400000));
  Value isNaN = arith::CmpFOp::create(builder, location, arith::CmpFPredicate::UNO, op.getIn(), op.getIn());
  Value chosen = arith::ShRUIOp::create(builder, location,
                                        arith::SelectOp::create(builder, location, isNaN, quiet, rounded), number(16));
  Value narrow = arith::TruncIOp::create(builder, location, withElement(type, builder.getI16Type()), chosen);
  op.replaceAllUsesWith(Value(arith::BitcastOp::create(builder, location, op.getType(), narrow)));
  op.erase();
}

void ExpandMath::runOnOperation() {
  SmallVector<std::pair<Operation *, const Rule *>> functions;
  getOperation().walk([&](Operation *op) {
    if (!isa<math::MathDialect>(op->getDialect()))
      return;
    for (const Rule &rule : rules)
      if (op->getName().getStringRef() == rule.op)
        functions.push_back({op, &rule});
  });
  for (auto [op, rule] : functions)
    expand(op, *rule, target);
  SmallVector<arith::TruncFOp> fromDoubles, toBFloats;
  getOperation().walk([&](arith::TruncFOp op) {
    Type from = getElementTypeOrSelf(op.getIn().getType()), to = getElementTypeOrSelf(op.getType());
    if (from.isF64() && to.getIntOrFloatBitWidth() == 16)
      fromDoubles.push_back(op);
    if (to.isBF16() && !target.bfloatRounding)
      toBFloats.push_back(op);
  });
  for (arith::TruncFOp op : fromDoubles)
    roundToOddFirst(op);
  for (arith::TruncFOp op : toBFloats)
    expandRounding(op);
}

std::unique_ptr<Pass> createExpandMath(const CpuTarget &target) { return std::make_unique<ExpandMath>(target); }

} // namespace espalier::cpu
