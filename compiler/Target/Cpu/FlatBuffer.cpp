//===- FlatBuffer.cpp - A memref as a line of elements ----------------------===//
#include "compiler/Target/Cpu/FlatBuffer.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace espalier::cpu {

Amount Amount::of(Value value) {
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)))
    return of(constant.getSExtValue());
  return {value, 0};
}

Value Amount::materialise(OpBuilder &builder, Location location) const {
  return value ? value : Value(arith::ConstantIndexOp::create(builder, location, known));
}

Amount add(OpBuilder &builder, Location location, Amount a, Amount b) {
  if (a.isKnown() && b.isKnown())
    return Amount::of(a.known + b.known);
  if (a.is(0) || b.is(0))
    return a.is(0) ? b : a;
  return {arith::AddIOp::create(builder, location, a.materialise(builder, location), b.materialise(builder, location)), 0};
}

Amount multiply(OpBuilder &builder, Location location, Amount a, Amount b) {
  if (a.isKnown() && b.isKnown())
    return Amount::of(a.known * b.known);
  if (a.is(0) || b.is(0))
    return Amount::of(0);
  if (a.is(1) || b.is(1))
    return a.is(1) ? b : a;
  return {arith::MulIOp::create(builder, location, a.materialise(builder, location), b.materialise(builder, location)), 0};
}

int64_t elementBytes(Type element) { return element.isIndex() ? 8 : (element.getIntOrFloatBitWidth() + 7) / 8; }

int64_t FlatBuffer::bytes() const { return elementBytes(element); }

/// The same memory under another element type of equal size. Descriptors do not know their element type, so that this is nothing in the end.
static Value reinterpret(OpBuilder &builder, Location location, Value line, Type element) {
  auto type = cast<MemRefType>(line.getType());
  return UnrealizedConversionCastOp::create(builder, location, MemRefType::get(type.getShape(), element, type.getLayout(), type.getMemorySpace()), line).getResult(0);
}

FlatBuffer FlatBuffer::of(OpBuilder &builder, Location location, Value buffer) {
  auto type = cast<MemRefType>(buffer.getType());
  FlatBuffer flat;
  flat.element = type.getElementType();
  SmallVector<int64_t> strides;
  int64_t offset = 0;
  if (failed(type.getStridesAndOffset(strides, offset)))
    strides.assign(type.getRank(), ShapedType::kDynamic), offset = ShapedType::kDynamic;

  bool known = offset == 0 && type.hasStaticShape() && llvm::none_of(strides, ShapedType::isDynamic);
  Value base = buffer;
  OpFoldResult start = builder.getIndexAttr(0);
  if (known) {
    for (auto [size, stride] : llvm::zip_equal(type.getShape(), strides)) {
      flat.sizes.push_back(Amount::of(size));
      flat.strides.push_back(Amount::of(stride));
    }
  } else {
    auto metadata = memref::ExtractStridedMetadataOp::create(builder, location, buffer);
    base = metadata.getBaseBuffer();
    start = ShapedType::isDynamic(offset) ? OpFoldResult(metadata.getOffset()) : builder.getIndexAttr(offset);
    for (auto [i, size, stride] : llvm::enumerate(type.getShape(), strides)) {
      flat.sizes.push_back(ShapedType::isDynamic(size) ? Amount{metadata.getSizes()[i], 0} : Amount::of(size));
      flat.strides.push_back(ShapedType::isDynamic(stride) ? Amount{metadata.getStrides()[i], 0} : Amount::of(stride));
    }
  }
  // The length of the line is never read: it only has to be there.
  auto lineType = MemRefType::get({ShapedType::kDynamic}, flat.element, StridedLayoutAttr::get(builder.getContext(), ShapedType::kDynamic, {1}), type.getMemorySpace());
  OpFoldResult one = builder.getIndexAttr(1);
  Value length = arith::ConstantIndexOp::create(builder, location, 1);
  Value offsetValue = isa<Value>(start) ? cast<Value>(start) : Value(arith::ConstantIndexOp::create(builder, location, *getConstantIntValue(start)));
  flat.line = memref::ReinterpretCastOp::create(builder, location, lineType, base, OpFoldResult(offsetValue), ArrayRef<OpFoldResult>{OpFoldResult(length)}, ArrayRef<OpFoldResult>{one});
  if (flat.element.isInteger(1))
    flat.line = reinterpret(builder, location, flat.line, builder.getI8Type());
  return flat;
}

} // namespace espalier::cpu
