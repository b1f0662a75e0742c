//===- Effect.cpp - What steps in a row make of any state ---------------------===//
#include "compiler/Lowering/Effect.h"

#include "compiler/Lowering/Loops.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace espalier::lowering {

void applyEffect(OpBuilder &builder, Location loc, const View &term, ArrayRef<std::pair<View, View>> products,
                 const View &target) {
  SmallVector<View> read{term};
  for (const auto &[factor, state] : products) {
    read.push_back(factor);
    read.push_back(state);
  }
  emitLoops(builder, loc, target.sizes, read, {target}, {}, [](ImplicitLocOpBuilder &b, ValueRange read, ValueRange) {
    Value sum = read[0];
    for (size_t k = 1; k < read.size(); k += 2)
      sum = arith::AddFOp::create(b, sum, arith::MulFOp::create(b, read[k], read[k + 1]));
    return SmallVector<Value>{sum};
  });
}

void noteInfinite(OpBuilder &builder, Location loc, const View &state, const View &check) {
  SmallVector<int64_t> all = llvm::to_vector(llvm::seq<int64_t>(0, state.rank()));
  emitLoops(builder, loc, state.sizes, {state}, {check}, all,
            [](ImplicitLocOpBuilder &b, ValueRange read, ValueRange old) {
              Value zero = arith::ConstantOp::create(b, cast<TypedAttr>(b.getZeroAttr(read[0].getType())));
              Value nothing = arith::MulFOp::create(b, read[0], zero);
              if (nothing.getType() != old[0].getType())
                nothing = arith::ExtFOp::create(b, old[0].getType(), nothing);
              return SmallVector<Value>{arith::AddFOp::create(b, old[0], nothing)};
            });
}

Value isNoted(OpBuilder &builder, Location loc, const View &check) {
  Value sum = memref::LoadOp::create(builder, loc, check.memref(builder, loc), ValueRange());
  return arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::UNO, sum, sum);
}

} // namespace espalier::lowering
