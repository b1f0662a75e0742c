//===- Copies.cpp - Copies of tiles and of whole tensors --------------------===//
#include "compiler/Lowering/Copies.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace espalier::lowering {

Rows Rows::of(const Buffer &buffer) {
  size_t leading = buffer.extents.size();
  while (leading > 0 && buffer.extents[leading - 1].row < 0)
    --leading;
  Rows rows{ArrayRef(buffer.extents).take_front(leading), {}, 1};
  for (Extent size : ArrayRef(buffer.extents).drop_front(leading)) {
    rows.sizes.push_back(size.constant);
    rows.numElements *= size.constant;
  }
  return rows;
}

View Rows::view(OpBuilder &builder, Location loc, Value memref, Value number) const {
  Value offset = arith::MulIOp::create(builder, loc, number, arith::ConstantIndexOp::create(builder, loc, numElements));
  return View::dense(memref, offset, sizes);
}

void streamTile(OpBuilder &builder, Location loc, const View &from, const View &to) {
  auto copy = memref::CopyOp::create(builder, loc, from.memref(builder, loc), to.memref(builder, loc));
  copy->setAttr(kPastCaches, builder.getUnitAttr());
}

void copyTile(OpBuilder &builder, Location loc, const View &from, const View &to) {
  MLIRContext *context = builder.getContext();
  SmallVector<int64_t> axes = llvm::to_vector(llvm::seq<int64_t>(0, to.rank()));
  Operand source = operandFor(from, builder, loc);
  SmallVector<AffineMap> maps{source.map(to.rank(), axes, context),
                              AffineMap::getMultiDimIdentityMap(to.rank(), context)};
  SmallVector<utils::IteratorType> iterators(to.rank(), utils::IteratorType::parallel);
  linalg::GenericOp::create(builder, loc, ValueRange{source.memref}, ValueRange{to.memref(builder, loc)}, maps,
                            iterators, [](OpBuilder &inside, Location here, ValueRange elements) {
                              linalg::YieldOp::create(inside, here, elements.front());
                            });
}

} // namespace espalier::lowering
