//===- ScratchSize.cpp - Bytes of a task's scratch buffers ------------------===//
#include "compiler/Target/Cpu/ScratchSize.h"

#include "compiler/Target/Cpu/FlatBuffer.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace espalier::cpu {

int64_t scratchBytes(MemRefType type) {
  return llvm::alignTo(type.getNumElements() * elementBytes(type.getElementType()), scratchAlignment);
}

Value scratchBytes(OpBuilder &builder, Location location, MemRefType type, Value tiles) {
  int64_t perTile = elementBytes(type.getElementType());
  for (int64_t size : type.getShape().drop_front())
    perTile *= size;
  auto number = [&](int64_t value) -> Value {
    return arith::ConstantOp::create(builder, location, builder.getI64IntegerAttr(value));
  };
  Value count = arith::IndexCastOp::create(builder, location, builder.getI64Type(), tiles);
  Value bytes = arith::MulIOp::create(builder, location, count, number(perTile));
  if (perTile % scratchAlignment == 0)
    return bytes;
  bytes = arith::AddIOp::create(builder, location, bytes, number(scratchAlignment - 1));
  return arith::AndIOp::create(builder, location, bytes, number(-scratchAlignment));
}

} // namespace espalier::cpu
