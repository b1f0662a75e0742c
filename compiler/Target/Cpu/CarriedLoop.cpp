//===- CarriedLoop.cpp - A loop that carries values -------------------------===//
#include "compiler/Target/Cpu/CarriedLoop.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace espalier::cpu {

SmallVector<Value> emitCarriedLoop(OpBuilder &builder, Location location, Amount from, Amount to, int64_t step,
                                   ValueRange carried, int64_t mostWrittenOut, const CarriedBody &body) {
  if (from.isKnown() && to.isKnown() && to.known - from.known <= mostWrittenOut * step) {
    SmallVector<Value> values(carried);
    for (int64_t at = from.known; at < to.known; at += step)
      values = body(Amount::of(at), values);
    return values;
  }
  auto loop =
      scf::ForOp::create(builder, location, from.materialise(builder, location), to.materialise(builder, location),
                         Amount::of(step).materialise(builder, location), carried);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  SmallVector<Value> values = body(Amount{loop.getInductionVar(), 0}, loop.getRegionIterArgs());
  if (!carried.empty()) {
    builder.setInsertionPointToEnd(loop.getBody());
    scf::YieldOp::create(builder, location, values);
  }
  return SmallVector<Value>(loop.getResults());
}

} // namespace espalier::cpu
