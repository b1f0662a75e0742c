//===- Prefetch.cpp - The rows of a vertex that comes later -----------------===//
#include "compiler/Lowering/Prefetch.h"

#include "compiler/Lowering/Visit.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace espalier::lowering {

constexpr int64_t kLineBytes = 64;

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

/// The first elements of the tile's lines, counted from its own first: of each row of its last axis, if they follow
/// one another there.
static SmallVector<int64_t> lineStarts(const View &tile, int64_t mostLines) {
  SmallVector<int64_t> starts{0};
  auto element = dyn_cast<FloatType>(tile.element());
  int64_t perLine = std::max<int64_t>(1, kLineBytes * 8 / (element ? element.getWidth() : 32));
  for (auto [axis, size, stride] : llvm::enumerate(tile.sizes, tile.strides)) {
    bool isLast = int64_t(axis) + 1 == tile.rank();
    int64_t step = isLast && stride == 1 ? perLine : 1;
    SmallVector<int64_t> all;
    for (int64_t start : starts)
      for (int64_t i = 0; i < size && int64_t(all.size()) < mostLines; i += step)
        if (all.empty() || (start + i * stride) / perLine != all.back() / perLine)
          all.push_back(start + i * stride);
    starts = std::move(all);
  }
  return starts;
}

void prefetch(OpBuilder &builder, Location loc, const View &tile, bool isWritten, bool isFar, int64_t mostLines) {
  for (int64_t start : lineStarts(tile, mostLines)) {
    View line{tile.base, tile.offset, tile.constantOffset + start, {}, {}};
    memref::PrefetchOp::create(builder, loc, line.memref(builder, loc), ValueRange(), isWritten,
                               /*localityHint=*/isFar ? 1 : 3,
                               /*isDataCache=*/true);
  }
}

} // namespace espalier::lowering
