//===- Lanes.cpp - Moving vectors between lines and registers ---------------===//
#include "compiler/Target/Cpu/Lanes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
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
  return arith::ConstantOp::create(
      builder, location,
      DenseElementsAttr::get(VectorType::get({piece.width}, builder.getI1Type()), ArrayRef<bool>(bits)));
}

Value LaneBuilder::selectActive(Value value, Value other, const Piece &piece) {
  Value active = mask(piece);
  return active ? Value(arith::SelectOp::create(builder, location, active, value, other)) : value;
}

Value LaneBuilder::constant(Attribute scalar, Type element, const Piece &piece) {
  if (piece.isScalar())
    return arith::ConstantOp::create(builder, location, cast<TypedAttr>(scalar));
  return arith::ConstantOp::create(builder, location,
                                   DenseElementsAttr::get(VectorType::get({piece.width}, element), scalar));
}

Value LaneBuilder::broadcast(Value scalar, const Piece &piece) {
  return piece.isScalar() ? scalar
                          : Value(vector::BroadcastOp::create(builder, location,
                                                              cast<VectorType>(piece.type(scalar.getType())), scalar));
}

Value LaneBuilder::positions(Value first, const Piece &piece) {
  if (piece.isScalar())
    return first;
  SmallVector<Attribute> numbers;
  for (int64_t lane = 0; lane < piece.width; ++lane)
    numbers.push_back(builder.getIndexAttr(lane));
  Value lanes = arith::ConstantOp::create(
      builder, location, DenseElementsAttr::get(cast<VectorType>(piece.type(builder.getIndexType())), numbers));
  return arith::AddIOp::create(builder, location, broadcast(first, piece), lanes);
}

//===-- Memory --------------------------------------------------------------===//

Value LaneBuilder::fromStored(Value value, const FlatBuffer &buffer, const Piece &piece) {
  if (buffer.element.isIndex())
    return arith::IndexCastOp::create(builder, location, piece.type(builder.getIndexType()), value);
  if (!buffer.element.isInteger(1))
    return value;
  return arith::CmpIOp::create(builder, location, arith::CmpIPredicate::ne, value,
                               constant(builder.getI8IntegerAttr(0), builder.getI8Type(), piece));
}

Value LaneBuilder::toStored(Value value, const FlatBuffer &buffer, const Piece &piece) {
  if (buffer.element.isIndex())
    return arith::IndexCastOp::create(builder, location, piece.type(builder.getI64Type()), value);
  return buffer.element.isInteger(1)
             ? Value(arith::ExtUIOp::create(builder, location, piece.type(builder.getI8Type()), value))
             : value;
}

// Every access says how it is aligned: LLVM would take a vector for aligned to its own size.

Value LaneBuilder::loadElement(const FlatBuffer &buffer, Amount index) {
  Value loaded = LLVM::LoadOp::create(builder, location, buffer.stored(), buffer.address(builder, location, index),
                                      static_cast<unsigned>(buffer.bytes()));
  return fromStored(loaded, buffer, scalarPiece());
}

void LaneBuilder::storeElement(Value value, const FlatBuffer &buffer, Amount index) {
  LLVM::StoreOp::create(builder, location, toStored(value, buffer, scalarPiece()),
                        buffer.address(builder, location, index), static_cast<unsigned>(buffer.bytes()));
}

/// Masked loads of 16-bit floats do not exist everywhere, those of integers do.
static Type maskedType(Type stored) {
  return isa<FloatType>(stored) && stored.getIntOrFloatBitWidth() == 16
             ? Type(IntegerType::get(stored.getContext(), 16))
             : stored;
}

Value LaneBuilder::load(const FlatBuffer &buffer, Amount index, Amount stride, const Piece &piece) {
  if (piece.isScalar())
    return loadElement(buffer, index);
  if (stride.is(0))
    return broadcast(loadElement(buffer, index), piece);
  if (!stride.is(1))
    return gather(buffer, index, stride, piece);
  Value address = buffer.address(builder, location, index);
  unsigned alignment = static_cast<unsigned>(buffer.bytes());
  if (!piece.isMasked())
    return fromStored(LLVM::LoadOp::create(builder, location, piece.type(buffer.stored()), address, alignment), buffer,
                      piece);
  Type element = maskedType(buffer.stored());
  Value none = constant(builder.getZeroAttr(element), element, piece);
  Value loaded = LLVM::MaskedLoadOp::create(builder, location, piece.type(element), address, mask(piece), none,
                                            builder.getI32IntegerAttr(static_cast<int32_t>(alignment)), UnitAttr());
  if (element != buffer.stored())
    loaded = arith::BitcastOp::create(builder, location, piece.type(buffer.stored()), loaded);
  return fromStored(loaded, buffer, piece);
}

void LaneBuilder::store(Value value, const FlatBuffer &buffer, Amount index, Amount stride, const Piece &piece) {
  if (piece.isScalar())
    return storeElement(value, buffer, index);
  if (!stride.is(1))
    return scatter(value, buffer, index, stride, piece);
  value = toStored(value, buffer, piece);
  Value address = buffer.address(builder, location, index);
  unsigned alignment = static_cast<unsigned>(buffer.bytes());
  if (!piece.isMasked()) {
    LLVM::StoreOp::create(builder, location, value, address, alignment);
    return;
  }
  if (Type element = maskedType(buffer.stored()); element != buffer.stored())
    value = arith::BitcastOp::create(builder, location, piece.type(element), value);
  LLVM::MaskedStoreOp::create(builder, location, value, address, mask(piece), alignment);
}

/// 0, stride, 2 stride, ..
Value LaneBuilder::steps(Amount stride, const Piece &piece) {
  if (!stride.isKnown()) {
    Value lanes = positions(Amount::of(0).materialise(builder, location), piece);
    Value products =
        arith::MulIOp::create(builder, location, lanes, broadcast(stride.materialise(builder, location), piece));
    return arith::IndexCastOp::create(builder, location, piece.type(builder.getI64Type()), products);
  }
  // 32 bits where the numbers fit halve the index registers of a gather.
  if (std::abs(stride.known) < (int64_t(1) << 24)) {
    SmallVector<int32_t> numbers;
    for (int64_t lane = 0; lane < piece.width; ++lane)
      numbers.push_back(static_cast<int32_t>(lane * stride.known));
    return arith::ConstantOp::create(
        builder, location,
        DenseElementsAttr::get(VectorType::get({piece.width}, builder.getI32Type()), ArrayRef<int32_t>(numbers)));
  }
  SmallVector<int64_t> numbers;
  for (int64_t lane = 0; lane < piece.width; ++lane)
    numbers.push_back(lane * stride.known);
  return arith::ConstantOp::create(
      builder, location,
      DenseElementsAttr::get(VectorType::get({piece.width}, builder.getI64Type()), ArrayRef<int64_t>(numbers)));
}

Value LaneBuilder::gather(const FlatBuffer &buffer, Amount index, Amount stride, const Piece &piece) {
  Type element = buffer.stored();
  bool machine = piece.width >= 4 && buffer.bytes() >= 4;
  Value gathered = constant(builder.getZeroAttr(element), element, piece);
  if (machine || piece.mask) {
    Value active = mask(piece);
    if (!active)
      active = constant(builder.getBoolAttr(true), builder.getI1Type(), piece);
    Value first = buffer.address(builder, location, index);
    Type pointers = VectorType::get({piece.width}, buffer.line.getType());
    Value addresses =
        LLVM::GEPOp::create(builder, location, pointers, element, first, ArrayRef<LLVM::GEPArg>{steps(stride, piece)});
    gathered =
        LLVM::masked_gather::create(builder, location, piece.type(element), addresses, active, ValueRange{gathered},
                                    builder.getI32IntegerAttr(static_cast<int32_t>(buffer.bytes())));
  } else {
    for (int64_t lane = 0; lane < piece.active; ++lane) {
      Amount position = add(builder, location, index, multiply(builder, location, stride, Amount::of(lane)));
      Value loaded = LLVM::LoadOp::create(builder, location, element, buffer.address(builder, location, position),
                                          static_cast<unsigned>(buffer.bytes()));
      gathered = vector::InsertOp::create(builder, location, loaded, gathered, ArrayRef<int64_t>{lane});
    }
  }
  return fromStored(gathered, buffer, piece);
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

//===-- Sums ----------------------------------------------------------------===//

Value LaneBuilder::shuffle(Value a, Value b, llvm::function_ref<int64_t(int64_t)> lane, int64_t width) {
  SmallVector<int64_t> lanes;
  for (int64_t i = 0; i < width; ++i)
    lanes.push_back(lane(i));
  return vector::ShuffleOp::create(builder, location, a, b, lanes);
}

/// Two vectors become one: each is folded in half and keeps half of the lanes. After log2(width) rounds each lane is
/// one vector's sum.
Value LaneBuilder::sumLanes(ArrayRef<Value> vectors) {
  SmallVector<Value> rest(vectors);
  auto type = cast<VectorType>(vectors[0].getType());
  int64_t width = type.getDimSize(0);
  while (!llvm::isPowerOf2_64(rest.size()))
    rest.push_back(
        constant(builder.getZeroAttr(type.getElementType()), type.getElementType(), Piece{0, width, width, {}}));
  // Vectors hold runs of `run` lanes that belong together; a fold adds the second half of each run to the first.
  auto fold = [&](Value a, Value b, int64_t run, int64_t result) {
    auto half = [&](int64_t offset) {
      return shuffle(a, b, [&](int64_t i) { return i / (run / 2) * run + i % (run / 2) + offset; }, result);
    };
    Value first = half(0), second = half(run / 2);
    return Value(arith::AddFOp::create(builder, location, first, second));
  };
  int64_t run = width;
  for (; rest.size() > 1; run /= 2) {
    SmallVector<Value> next;
    for (size_t i = 0; i < rest.size(); i += 2)
      next.push_back(fold(rest[i], rest[i + 1], run, width));
    rest = std::move(next);
  }
  for (; run > 1; run /= 2, width /= 2)
    rest[0] = fold(rest[0], rest[0], run, width / 2);
  return vectors.size() == 1 ? Value(vector::ExtractOp::create(builder, location, rest[0], ArrayRef<int64_t>{0}))
                             : rest[0];
}

} // namespace espalier::cpu
