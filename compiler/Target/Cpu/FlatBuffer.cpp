//===- FlatBuffer.cpp - A memref as a line of elements ----------------------===//
//
// Lines are pointers, and elements are loaded by operations of the LLVM dialect: they
// need no descriptors, which would be most of what the last conversion has to do.
//===----------------------------------------------------------------------===//
#include "compiler/Target/Cpu/FlatBuffer.h"

#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace espalier::cpu {

//===-- Amounts -------------------------------------------------------------===//

Amount Amount::of(Value value) {
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)))
    return of(constant.getSExtValue());
  return {value, 0};
}

static Value constantIndex(OpBuilder &builder, Location location, int64_t value) {
  return arith::ConstantIndexOp::create(builder, location, value);
}

Value Amount::materialise(OpBuilder &builder, Location location) const {
  if (!value)
    return constantIndex(builder, location, known);
  return known == 0 ? value
                    : Value(arith::AddIOp::create(builder, location, value, constantIndex(builder, location, known)));
}

Amount add(OpBuilder &builder, Location location, Amount a, Amount b) {
  Value sum = !a.value   ? b.value
              : !b.value ? a.value
                         : Value(arith::AddIOp::create(builder, location, a.value, b.value));
  return {sum, a.known + b.known};
}

Amount multiply(OpBuilder &builder, Location location, Amount a, Amount b) {
  if (!a.isKnown() && !b.isKnown())
    return {
        arith::MulIOp::create(builder, location, a.materialise(builder, location), b.materialise(builder, location)),
        0};
  if (a.isKnown())
    std::swap(a, b); // b is known
  if (b.known == 0 || a.isKnown())
    return Amount::of(a.known * b.known);
  Value scaled =
      b.known == 1
          ? a.value
          : Value(arith::MulIOp::create(builder, location, a.value, constantIndex(builder, location, b.known)));
  return {scaled, a.known * b.known};
}

//===-- Lines ---------------------------------------------------------------===//

int64_t elementBytes(Type element) { return element.isIndex() ? 8 : (element.getIntOrFloatBitWidth() + 7) / 8; }

int64_t FlatBuffer::bytes() const { return elementBytes(element); }

Type FlatBuffer::stored() const {
  if (element.isIndex())
    return IntegerType::get(element.getContext(), 64);
  return element.isInteger(1) ? Type(IntegerType::get(element.getContext(), 8)) : element;
}

static Value asInteger(OpBuilder &builder, Location location, Value index) {
  return arith::IndexCastOp::create(builder, location, builder.getI64Type(), index);
}

Value FlatBuffer::address(OpBuilder &builder, Location location, Amount index) const {
  Value address = line;
  if (index.value)
    address = LLVM::GEPOp::create(builder, location, line.getType(), stored(), address,
                                  ArrayRef<LLVM::GEPArg>{asInteger(builder, location, index.value)});
  if (index.known == static_cast<int32_t>(index.known)) {
    if (index.known != 0)
      address = LLVM::GEPOp::create(builder, location, line.getType(), stored(), address,
                                    ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(index.known)});
    return address;
  }
  Value far = LLVM::ConstantOp::create(builder, location, builder.getI64Type(), index.known);
  return LLVM::GEPOp::create(builder, location, line.getType(), stored(), address, ArrayRef<LLVM::GEPArg>{far});
}

FlatBuffer FlatBuffer::of(OpBuilder &builder, Location location, Value buffer) {
  auto type = cast<MemRefType>(buffer.getType());
  FlatBuffer flat;
  flat.element = type.getElementType();
  auto [strides, offset] = type.getStridesAndOffset();

  LLVMTypeConverter converter(builder.getContext());
  Value descriptor =
      UnrealizedConversionCastOp::create(builder, location, converter.convertType(type), buffer).getResult(0);
  MemRefDescriptor fields(descriptor);
  auto asIndex = [&](Value number) -> Value {
    return arith::IndexCastOp::create(builder, location, builder.getIndexType(), number);
  };
  for (auto [axis, size, stride] : llvm::enumerate(type.getShape(), strides)) {
    flat.sizes.push_back(ShapedType::isDynamic(size) ? Amount{asIndex(fields.size(builder, location, axis)), 0}
                                                     : Amount::of(size));
    flat.strides.push_back(ShapedType::isDynamic(stride) ? Amount{asIndex(fields.stride(builder, location, axis)), 0}
                                                         : Amount::of(stride));
  }
  flat.line = fields.alignedPtr(builder, location);
  Amount start =
      ShapedType::isDynamic(offset) ? Amount{asIndex(fields.offset(builder, location)), 0} : Amount::of(offset);
  flat.line = flat.address(builder, location, start);
  return flat;
}

} // namespace espalier::cpu
