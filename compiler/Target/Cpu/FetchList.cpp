//===- FetchList.cpp - What is asked for bit by bit -------------------------===//
#include "compiler/Target/Cpu/FetchList.h"

#include "compiler/Target/Cpu/FlatBuffer.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace espalier::cpu {

/// Entries in front: where the next one lies, and where the list ends.
constexpr int64_t numInFront = 2, entryBytes = 8;

static Value numberOf(OpBuilder &builder, Location location, Value address) {
  return LLVM::PtrToIntOp::create(builder, location, builder.getI64Type(), address);
}

static Value addressFrom(OpBuilder &builder, Location location, Value number) {
  return LLVM::IntToPtrOp::create(builder, location, LLVM::LLVMPointerType::get(builder.getContext()), number);
}

static Value loadNumber(OpBuilder &builder, Location location, Value list, int64_t entry) {
  FlatBuffer numbers{list, builder.getI64Type(), {}, {}};
  Value address = numbers.address(builder, location, Amount::of(entry));
  return LLVM::LoadOp::create(builder, location, builder.getI64Type(), address);
}

//===-- Filling -------------------------------------------------------------===//

FetchList::FetchList(OpBuilder &builder, Location location, int64_t numEntries)
    : builder(builder), location(location),
      list(memref::AllocaOp::create(builder, location,
                                    MemRefType::get({numInFront + numEntries + 1}, builder.getI64Type()))) {
  FlatBuffer numbers = FlatBuffer::of(builder, location, list);
  auto entryAt = [&](int64_t entry) {
    return numberOf(builder, location, numbers.address(builder, location, Amount::of(entry)));
  };
  auto set = [&](int64_t entry, Value number) {
    LLVM::StoreOp::create(builder, location, number, numbers.address(builder, location, Amount::of(entry)));
  };
  Value end = entryAt(numInFront + numEntries);
  set(0, entryAt(numInFront));
  set(1, end);
  set(numInFront + numEntries, entryAt(0));
}

void FetchList::put(Value address, int64_t bytes, Value firstEntry) {
  FlatBuffer memory{address, builder.getI8Type(), {}, {}}, numbers = FlatBuffer::of(builder, location, list);
  for (int64_t chunk = 0; chunk < numChunks(bytes); ++chunk) {
    int64_t start = std::min(chunk * chunkBytes, bytes - chunkBytes);
    Value number = numberOf(builder, location, memory.address(builder, location, Amount::of(start)));
    LLVM::StoreOp::create(builder, location, number, numbers.address(builder, location, Amount{firstEntry, chunk}));
  }
}

void FetchList::add(Value address, int64_t bytes) {
  put(address, bytes, arith::ConstantIndexOp::create(builder, location, numInFront + numFilled));
  numFilled += numChunks(bytes);
}

void FetchList::addEach(int64_t count, int64_t bytes, llvm::function_ref<Value(Value)> addressOf) {
  auto index = [&](int64_t value) -> Value { return arith::ConstantIndexOp::create(builder, location, value); };
  auto loop = scf::ForOp::create(builder, location, index(0), index(count), index(1));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  Value number = loop.getInductionVar();
  Value entry = arith::MulIOp::create(builder, location, number, index(numChunks(bytes)));
  put(addressOf(number), bytes, arith::AddIOp::create(builder, location, entry, index(numInFront + numFilled)));
  numFilled += count * numChunks(bytes);
}

//===-- Asking --------------------------------------------------------------===//

static void setNext(OpBuilder &builder, Location location, Value list, Value next) {
  LLVM::StoreOp::create(builder, location, next, list);
}

/// Asks for the chunk of the entry at `place`, and returns where the next entry lies.
static Value askAt(OpBuilder &builder, Location location, Value place) {
  FlatBuffer chunk{
      addressFrom(builder, location, loadNumber(builder, location, addressFrom(builder, location, place), 0)),
      builder.getI8Type(),
      {},
      {}};
  for (int64_t offset = 0; offset < chunkBytes; offset += lineBytes)
    LLVM::Prefetch::create(builder, location, chunk.address(builder, location, Amount::of(offset)), /*rw=*/0,
                           /*hint=*/2, /*cache=*/1);
  Value step = arith::ConstantOp::create(builder, location, builder.getI64IntegerAttr(entryBytes));
  return arith::AddIOp::create(builder, location, place, step);
}

void askForNext(OpBuilder &builder, Location location, Value list) {
  Value next = askAt(builder, location, loadNumber(builder, location, list, 0));
  Value end = loadNumber(builder, location, list, 1);
  setNext(builder, location, list, arith::MinUIOp::create(builder, location, next, end));
}

void askForRest(OpBuilder &builder, Location location, Value list) {
  Value next = loadNumber(builder, location, list, 0), end = loadNumber(builder, location, list, 1);
  scf::WhileOp::create(
      builder, location, TypeRange{next.getType()}, ValueRange{next},
      [&](OpBuilder &, Location, ValueRange carried) {
        Value isLeft = arith::CmpIOp::create(builder, location, arith::CmpIPredicate::ult, carried[0], end);
        scf::ConditionOp::create(builder, location, isLeft, carried);
      },
      [&](OpBuilder &, Location, ValueRange carried) {
        scf::YieldOp::create(builder, location, askAt(builder, location, carried[0]));
      });
}

} // namespace espalier::cpu
