//===- Loops.cpp - Elementwise loops and reductions over views --------------===//
#include "compiler/Lowering/Loops.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;

namespace espalier::lowering {

void emitLoops(OpBuilder &builder, Location loc, ArrayRef<int64_t> sizes, ArrayRef<View> inputs, ArrayRef<View> targets,
               ArrayRef<int64_t> reduced, LoopBody body) {
  MLIRContext *context = builder.getContext();
  int64_t rank = sizes.size();
  SmallVector<int64_t> all = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  SmallVector<AffineExpr> kept;
  for (int64_t axis : all)
    if (!llvm::is_contained(reduced, axis))
      kept.push_back(getAffineDimExpr(axis, context));
  SmallVector<utils::IteratorType> iterators(rank, utils::IteratorType::parallel);
  for (int64_t axis : reduced)
    iterators[axis] = utils::IteratorType::reduction;

  SmallVector<Value> ins, outs;
  SmallVector<AffineMap> maps;
  for (const View &view : inputs) {
    Operand operand = operandFor(view, builder, loc);
    ins.push_back(operand.memref);
    maps.push_back(operand.map(rank, all, context));
  }
  for (const View &target : targets) {
    outs.push_back(target.memref(builder, loc));
    maps.push_back(AffineMap::get(rank, 0, kept, context));
  }
  linalg::GenericOp::create(
      builder, loc, ins, outs, maps, iterators, [&](OpBuilder &inside, Location here, ValueRange elements) {
        ImplicitLocOpBuilder b(here, inside);
        linalg::YieldOp::create(b, body(b, elements.drop_back(targets.size()), elements.take_back(targets.size())));
      });
}

} // namespace espalier::lowering
