//===- View.cpp - Where a tile lies in memory -------------------------------===//
#include "compiler/Lowering/View.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace espalier::lowering {

static SmallVector<int64_t> denseStrides(ArrayRef<int64_t> sizes) {
  SmallVector<int64_t> strides(sizes.size(), 1);
  for (int64_t axis = int64_t(sizes.size()) - 2; axis >= 0; --axis)
    strides[axis] = strides[axis + 1] * std::max<int64_t>(1, sizes[axis + 1]);
  return strides;
}

View View::of(Value buffer) {
  ArrayRef<int64_t> sizes = cast<MemRefType>(buffer.getType()).getShape();
  return {buffer, Value(), 0, SmallVector<int64_t>(sizes), denseStrides(sizes)};
}

View View::dense(Value base, Value offset, ArrayRef<int64_t> sizes) {
  return {base, offset, 0, SmallVector<int64_t>(sizes), denseStrides(sizes)};
}

bool View::isDense() const {
  SmallVector<int64_t> dense = denseStrides(sizes);
  for (int64_t axis = 0; axis < rank(); ++axis)
    if (sizes[axis] > 1 && strides[axis] != dense[axis])
      return false;
  return true;
}

bool View::operator==(const View &other) const {
  return base == other.base && offset == other.offset && constantOffset == other.constantOffset &&
         sizes == other.sizes && strides == other.strides;
}

View View::transposed(ArrayRef<int64_t> permutation) const {
  View view = *this;
  for (auto [axis, from] : llvm::enumerate(permutation)) {
    view.sizes[axis] = sizes[from];
    view.strides[axis] = strides[from];
  }
  return view;
}

View View::sliced(ArrayRef<int64_t> offsets, ArrayRef<int64_t> newSizes) const {
  View view = *this;
  for (int64_t axis = 0; axis < rank(); ++axis)
    view.constantOffset += offsets[axis] * strides[axis];
  view.sizes.assign(newSizes.begin(), newSizes.end());
  return view;
}

View View::broadcast(ArrayRef<int64_t> newSizes) const {
  View view{base, offset, constantOffset, SmallVector<int64_t>(newSizes), SmallVector<int64_t>(newSizes.size(), 0)};
  int64_t added = int64_t(newSizes.size()) - rank();
  for (int64_t axis = 0; axis < rank(); ++axis)
    view.strides[added + axis] = sizes[axis] == newSizes[added + axis] ? strides[axis] : 0;
  return view;
}

/// The step from one element to the next, in row-major order; nothing if it differs.
static std::optional<int64_t> lineOf(ArrayRef<int64_t> sizes, ArrayRef<int64_t> strides) {
  std::optional<int64_t> step;
  int64_t expected = 0;
  for (size_t axis = sizes.size(); axis-- > 0;) {
    if (sizes[axis] == 1)
      continue;
    if (strides[axis] == 0 || (step && strides[axis] != expected))
      return std::nullopt;
    if (!step)
      step = strides[axis];
    expected = strides[axis] * sizes[axis];
  }
  return step.value_or(1);
}

std::optional<View> View::reshaped(ArrayRef<int64_t> newSizes) const {
  if (isDense())
    return View{base, offset, constantOffset, SmallVector<int64_t>(newSizes), denseStrides(newSizes)};
  View view{base, offset, constantOffset, SmallVector<int64_t>(newSizes), SmallVector<int64_t>(newSizes.size(), 1)};
  if (llvm::is_contained(newSizes, 0)) // no element lies anywhere
    return view;
  // Runs of old axes become runs of new axes of the same product, if they lie as one line.
  size_t from = 0, to = 0;
  while (from < sizes.size() && to < newSizes.size()) {
    size_t fromEnd = from + 1, toEnd = to + 1;
    int64_t product = sizes[from], newProduct = newSizes[to];
    while (product != newProduct)
      product < newProduct ? product *= sizes[fromEnd++] : newProduct *= newSizes[toEnd++];
    while (fromEnd < sizes.size() && sizes[fromEnd] == 1)
      ++fromEnd;
    std::optional<int64_t> step =
        lineOf(ArrayRef(sizes).slice(from, fromEnd - from), ArrayRef(strides).slice(from, fromEnd - from));
    if (!step)
      return std::nullopt;
    for (size_t axis = toEnd; axis-- > to; *step *= newSizes[axis])
      view.strides[axis] = *step;
    from = fromEnd;
    to = toEnd;
  }
  return view;
}

Value View::memref(OpBuilder &builder, Location loc) const {
  auto type = cast<MemRefType>(base.getType());
  if (!offset && constantOffset == 0 && type.hasStaticShape() && type.getShape() == ArrayRef(sizes) && isDense())
    return base;
  OpFoldResult start = builder.getIndexAttr(constantOffset);
  if (offset && constantOffset == 0)
    start = offset;
  else if (offset)
    start = arith::AddIOp::create(builder, loc, offset, arith::ConstantIndexOp::create(builder, loc, constantOffset))
                .getResult();
  auto layout = StridedLayoutAttr::get(builder.getContext(), offset ? ShapedType::kDynamic : constantOffset, strides);
  auto view = MemRefType::get(sizes, type.getElementType(), layout, type.getMemorySpace());
  return memref::ReinterpretCastOp::create(builder, loc, view, base, start,
                                           getAsIndexOpFoldResult(builder.getContext(), sizes),
                                           getAsIndexOpFoldResult(builder.getContext(), strides));
}

AffineMap Operand::map(int64_t numDims, ArrayRef<int64_t> dims, MLIRContext *context) const {
  SmallVector<AffineExpr> results;
  for (int64_t axis : axes)
    results.push_back(getAffineDimExpr(dims[axis], context));
  return AffineMap::get(numDims, 0, results, context);
}

Operand operandFor(const View &view, OpBuilder &builder, Location loc) {
  Operand operand;
  for (int64_t axis = 0; axis < view.rank(); ++axis)
    if (view.strides[axis] != 0)
      operand.axes.push_back(axis);
  llvm::stable_sort(operand.axes, [&](int64_t a, int64_t b) { return view.strides[a] > view.strides[b]; });
  View kept{view.base, view.offset, view.constantOffset, {}, {}};
  for (int64_t axis : operand.axes) {
    kept.sizes.push_back(view.sizes[axis]);
    kept.strides.push_back(view.strides[axis]);
  }
  operand.memref = kept.memref(builder, loc);
  return operand;
}

} // namespace espalier::lowering
