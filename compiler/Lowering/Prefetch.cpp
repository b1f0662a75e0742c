//===- Prefetch.cpp - The rows of a vertex that comes later -----------------===//
#include "compiler/Lowering/Prefetch.h"

#include "compiler/Lowering/Visit.h"

#include "dialects/Tile/IR/TileDialect.h"

using namespace mlir;

namespace espalier::lowering {

/// The element of a reduction over the children of the vertex.
static bool isChild(Value index, Value vertexArgument) {
  auto argument = dyn_cast<BlockArgument>(index);
  auto reduce = argument ? dyn_cast<tree::ReduceOp>(argument.getOwner()->getParentOp()) : tree::ReduceOp();
  return reduce && reduce.getDomain() == tree::DomainKind::children && reduce.getVertex() == vertexArgument;
}

SmallVector<View> rowsOf(Visit &later, Region &body, Value vertexArgument, Value vertex, ValueRange handles) {
  SmallVector<View> rows;
  DenseSet<std::pair<Value, Type>> seen;
  body.walk([&](tree::ReadOp read) {
    Value index = read.getIndices().empty() ? Value() : read.getIndices().back();
    bool comes = index && (index == vertexArgument || isChild(index, vertexArgument));
    if (!comes || llvm::is_contained(handles, read.getTensor()) ||
        !seen.insert({read.getTensor(), read.getType()}).second)
      return;
    later.bindVertex(index, vertex);
    if (std::optional<View> row = later.readInPlace(read))
      rows.push_back(*row);
  });
  return rows;
}

void prefetch(OpBuilder &builder, Location loc, const View &tile, bool isWritten, bool isFar, int64_t firstBytes) {
  tile::FetchOp::create(builder, loc, isWritten, isFar, tile.memref(builder, loc), firstBytes);
}

} // namespace espalier::lowering
