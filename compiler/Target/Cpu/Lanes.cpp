//===- Lanes.cpp - Moving vectors between lines and registers ---------------===//
#include "compiler/Target/Cpu/Lanes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace espalier::cpu {

Type Piece::type(Type element) const { return isScalar() ? element : VectorType::get({width}, element); }

SmallVector<Piece> cut(int64_t size, int64_t lanes, int64_t bytes, const CpuTarget &target) {
  SmallVector<Piece> pieces;
  int64_t offset = 0;
  for (; offset + lanes <= size; offset += lanes)
    pieces.push_back({offset, lanes, lanes, {}});
  bool masks = target.maskedVectors && (bytes >= 4 || target.vectorBytes == 64);
  while (offset < size) {
    int64_t rest = size - offset;
    int64_t width = masks ? llvm::PowerOf2Ceil(rest) : llvm::bit_floor(static_cast<uint64_t>(rest));
    int64_t active = std::min(rest, width);
    pieces.push_back({offset, width == 1 ? 0 : width, width == 1 ? 0 : active, {}});
    offset += active;
  }
  return pieces;
}

Value LaneBuilder::mask(const Piece &piece) {
  if (piece.mask || !piece.isMasked())
    return piece.mask;
  SmallVector<bool> bits(piece.width, false);
  std::fill_n(bits.begin(), piece.active, true);
  return arith::ConstantOp::create(builder, location, DenseElementsAttr::get(VectorType::get({piece.width}, builder.getI1Type()), ArrayRef<bool>(bits)));
}

Value LaneBuilder::selectActive(Value value, Value other, const Piece &piece) {
  Value active = mask(piece);
  return active ? Value(arith::SelectOp::create(builder, location, active, value, other)) : value;
}

Value LaneBuilder::constant(Attribute scalar, Type element, const Piece &piece) {
  if (piece.isScalar())
    return arith::ConstantOp::create(builder, location, cast<TypedAttr>(scalar));
  return arith::ConstantOp::create(builder, location, DenseElementsAttr::get(VectorType::get({piece.width}, element), scalar));
}

Value LaneBuilder::broadcast(Value scalar, const Piece &piece) {
  return piece.isScalar() ? scalar : Value(vector::BroadcastOp::create(builder, location, cast<VectorType>(piece.type(scalar.getType())), scalar));
}

Value LaneBuilder::positions(Value first, const Piece &piece) {
  if (piece.isScalar())
    return first;
  SmallVector<Attribute> numbers;
  for (int64_t lane = 0; lane < piece.width; ++lane)
    numbers.push_back(builder.getIndexAttr(lane));
  Value lanes = arith::ConstantOp::create(builder, location, DenseElementsAttr::get(cast<VectorType>(piece.type(builder.getIndexType())), numbers));
  return arith::AddIOp::create(builder, location, broadcast(first, piece), lanes);
}

/// The line as the integers that masked loads exist for: a 16-bit float has none on many machines.
Value LaneBuilder::guarded(Value line, Type element) {
  auto type = cast<MemRefType>(line.getType());
  return UnrealizedConversionCastOp::create(builder, location, MemRefType::get(type.getShape(), element, type.getLayout(), type.getMemorySpace()), line).getResult(0);
}

static bool needsIntegers(Type element) { return isa<FloatType>(element) && element.getIntOrFloatBitWidth() == 16; }

/// Bytes as booleans.
Value LaneBuilder::nonzero(Value bytes, const Piece &piece) {
  return arith::CmpIOp::create(builder, location, arith::CmpIPredicate::ne, bytes, constant(builder.getI8IntegerAttr(0), builder.getI8Type(), piece));
}

Value LaneBuilder::loadElement(const FlatBuffer &buffer, Amount index) {
  Value loaded = memref::LoadOp::create(builder, location, buffer.line, index.materialise(builder, location));
  return buffer.element.isInteger(1) ? nonzero(loaded, scalarPiece()) : loaded;
}

void LaneBuilder::storeElement(Value value, const FlatBuffer &buffer, Amount index) {
  if (buffer.element.isInteger(1))
    value = arith::ExtUIOp::create(builder, location, builder.getI8Type(), value);
  memref::StoreOp::create(builder, location, value, buffer.line, index.materialise(builder, location));
}

Value LaneBuilder::load(const FlatBuffer &buffer, Amount index, Amount stride, const Piece &piece) {
  if (piece.isScalar())
    return loadElement(buffer, index);
  if (stride.is(0))
    return broadcast(loadElement(buffer, index), piece);
  if (!stride.is(1))
    return gather(buffer, index, stride, piece);
  Value line = buffer.line;
  Type element = cast<MemRefType>(line.getType()).getElementType();
  bool integers = piece.isMasked() && needsIntegers(element);
  if (integers)
    line = guarded(line, element = builder.getI16Type());
  auto type = VectorType::get({piece.width}, element);
  Value position = index.materialise(builder, location), loaded;
  if (piece.isMasked())
    loaded = vector::MaskedLoadOp::create(builder, location, type, line, position, mask(piece), constant(builder.getZeroAttr(element), element, piece));
  else
    loaded = vector::LoadOp::create(builder, location, type, line, position);
  if (integers)
    loaded = arith::BitcastOp::create(builder, location, VectorType::get({piece.width}, buffer.element), loaded);
  return buffer.element.isInteger(1) ? nonzero(loaded, piece) : loaded;
}

void LaneBuilder::store(Value value, const FlatBuffer &buffer, Amount index, Amount stride, const Piece &piece) {
  if (piece.isScalar())
    return storeElement(value, buffer, index);
  if (!stride.is(1))
    return scatter(value, buffer, index, stride, piece);
  Value line = buffer.line;
  Type element = cast<MemRefType>(line.getType()).getElementType();
  if (buffer.element.isInteger(1))
    value = arith::ExtUIOp::create(builder, location, VectorType::get({piece.width}, element), value);
  Value position = index.materialise(builder, location);
  if (!piece.isMasked()) {
    vector::StoreOp::create(builder, location, value, line, position);
    return;
  }
  if (needsIntegers(element)) {
    line = guarded(line, builder.getI16Type());
    value = arith::BitcastOp::create(builder, location, VectorType::get({piece.width}, builder.getI16Type()), value);
  }
  vector::MaskedStoreOp::create(builder, location, line, position, mask(piece), value);
}

/// 0, stride, 2 stride, ..: 32-bit where the numbers are known to fit, which halves the index registers of a gather.
Value LaneBuilder::steps(Amount stride, const Piece &piece) {
  if (stride.isKnown() && std::abs(stride.known) < (int64_t(1) << 24)) {
    SmallVector<int32_t> numbers;
    for (int64_t lane = 0; lane < piece.width; ++lane)
      numbers.push_back(static_cast<int32_t>(lane * stride.known));
    return arith::ConstantOp::create(builder, location, DenseElementsAttr::get(VectorType::get({piece.width}, builder.getI32Type()), ArrayRef<int32_t>(numbers)));
  }
  Value lanes = positions(Amount::of(0).materialise(builder, location), piece);
  return arith::MulIOp::create(builder, location, lanes, broadcast(stride.materialise(builder, location), piece));
}

Value LaneBuilder::gather(const FlatBuffer &buffer, Amount index, Amount stride, const Piece &piece) {
  Type element = cast<MemRefType>(buffer.line.getType()).getElementType();
  bool machine = piece.width >= 4 && buffer.bytes() >= 4;
  Value gathered = constant(builder.getZeroAttr(element), element, piece);
  if (machine || piece.mask) {
    Value active = mask(piece);
    if (!active)
      active = constant(builder.getBoolAttr(true), builder.getI1Type(), piece);
    gathered = vector::GatherOp::create(builder, location, cast<VectorType>(piece.type(element)), buffer.line,
                                        ValueRange{index.materialise(builder, location)}, steps(stride, piece), active, gathered);
  } else {
    for (int64_t lane = 0; lane < piece.active; ++lane) {
      Amount position = add(builder, location, index, multiply(builder, location, stride, Amount::of(lane)));
      Value loaded = memref::LoadOp::create(builder, location, buffer.line, position.materialise(builder, location));
      gathered = vector::InsertOp::create(builder, location, loaded, gathered, ArrayRef<int64_t>{lane});
    }
  }
  return buffer.element.isInteger(1) ? nonzero(gathered, piece) : gathered;
}

void LaneBuilder::scatter(Value value, const FlatBuffer &buffer, Amount index, Amount stride, const Piece &piece) {
  for (int64_t lane = 0; lane < (piece.mask ? piece.width : piece.active); ++lane) {
    OpBuilder::InsertionGuard guard(builder);
    if (piece.mask) {
      Value active = vector::ExtractOp::create(builder, location, piece.mask, ArrayRef<int64_t>{lane});
      auto branch = scf::IfOp::create(builder, location, active, /*withElseRegion=*/false);
      builder.setInsertionPointToStart(branch.thenBlock());
    }
    Value element = vector::ExtractOp::create(builder, location, value, ArrayRef<int64_t>{lane});
    storeElement(element, buffer, add(builder, location, index, multiply(builder, location, stride, Amount::of(lane))));
  }
}

} // namespace espalier::cpu
