//===- Grid.cpp - Grids of tasks ---------------------------------------------===//
#include "compiler/Lowering/Grid.h"

#include "compiler/Lowering/Copies.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace espalier::lowering {

Value materialise(OpBuilder &builder, Location loc, const Buffers &buffers, Extent extent) {
  return extent.row < 0 ? arith::ConstantIndexOp::create(builder, loc, extent.constant).getResult()
                        : buffers.extentArgument(extent.row);
}

Value productOf(OpBuilder &builder, Location loc, const Buffers &buffers, ArrayRef<Extent> extents) {
  Value product;
  for (Extent extent : extents) {
    if (extent.isOne())
      continue;
    Value size = materialise(builder, loc, buffers, extent);
    product = product ? arith::MulIOp::create(builder, loc, product, size).getResult() : size;
  }
  return product ? product : arith::ConstantIndexOp::create(builder, loc, 1).getResult();
}

Value numBlocks(OpBuilder &builder, Location loc, Value numPoints, int64_t points) {
  if (points == 1)
    return numPoints;
  Value rounded =
      arith::AddIOp::create(builder, loc, numPoints, arith::ConstantIndexOp::create(builder, loc, points - 1));
  return arith::DivUIOp::create(builder, loc, rounded, arith::ConstantIndexOp::create(builder, loc, points));
}

scf::ForallOp makeGrid(OpBuilder &builder, Location loc, Value tasks, int64_t grain, int64_t lanes) {
  auto level = tile::LevelAttr::get(builder.getContext(), tile::LevelKind::grid, 0);
  auto grid =
      scf::ForallOp::create(builder, loc, ArrayRef<OpFoldResult>{tasks}, ValueRange(), builder.getArrayAttr({level}));
  grid->setAttr("tile.grain", builder.getI64IntegerAttr(grain));
  grid->setAttr("tile.lanes", builder.getI64IntegerAttr(lanes));
  return grid;
}

void copyInitialValue(Task &task, Location loc, const Buffer &from, const Buffer &to, bool perBatch) {
  OpBuilder &builder = task.builder;
  Rows rows = Rows::of(from);
  Value numRows = task.product(perBatch ? rows.leading.drop_front() : rows.leading);
  OpBuilder::InsertionGuard guard(builder);
  auto loop = scf::ForOp::create(builder, loc, task.index(0), numRows, task.index(1));
  builder.setInsertionPoint(loop.getBody()->getTerminator());
  Value row = loop.getInductionVar();
  if (perBatch)
    row = arith::AddIOp::create(builder, loc, arith::MulIOp::create(builder, loc, task.batch, numRows), row);
  copyTile(builder, loc, rows.view(builder, loc, task.memrefOf(from), row), rows.view(builder, loc, to.memref, row));
}

void emitCopy(OpBuilder &builder, const Buffers &buffers, Location loc, const Buffer &from, const Buffer &to) {
  Rows rows = Rows::of(from);
  scf::ForallOp grid = makeGrid(builder, loc, productOf(builder, loc, buffers, rows.leading), 1, 1);
  OpBuilder inside(grid.getBody()->getTerminator());
  Value row = grid.getInductionVar(0);
  copyTile(inside, loc, rows.view(inside, loc, from.memref, row), rows.view(inside, loc, to.memref, row));
}

} // namespace espalier::lowering
