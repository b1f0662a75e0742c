//===- ViewsToLLVM.cpp - Views of buffers are arithmetic on descriptors -----===//
//
// subview, collapse_shape and expand_shape change the offset, sizes and strides of a
// descriptor and nothing else.
//===----------------------------------------------------------------------===//
#include "compiler/Target/Cpu/ConvertToLLVM.h"

#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace espalier::cpu {

namespace {

/// i64 arithmetic that folds constants.
struct Numbers {
  ConversionPatternRewriter &rewriter;
  Location location;

  Value constant(int64_t value) { return LLVM::ConstantOp::create(rewriter, location, rewriter.getI64Type(), value); }
  static std::optional<int64_t> known(Value value) {
    auto constant = value.getDefiningOp<LLVM::ConstantOp>();
    auto attribute = constant ? dyn_cast<IntegerAttr>(constant.getValue()) : nullptr;
    return attribute ? std::optional(attribute.getInt()) : std::nullopt;
  }
  Value multiply(Value a, Value b) {
    auto x = known(a), y = known(b);
    if (x && y)
      return constant(*x * *y);
    if (x == 1 || y == 0)
      return b;
    if (y == 1 || x == 0)
      return a;
    return LLVM::MulOp::create(rewriter, location, a, b);
  }
  Value add(Value a, Value b) {
    if (known(a) == 0 || known(b) == 0)
      return known(a) == 0 ? b : a;
    return LLVM::AddOp::create(rewriter, location, a, b);
  }
};

/// A descriptor of `type` over the memory of `source`, with the fields that the type does not fix from `sizes` and
/// `strides`.
Value describe(Numbers &numbers, const LLVMTypeConverter &types, MemRefType type, MemRefDescriptor source, Value offset,
               ArrayRef<Value> sizes, ArrayRef<Value> strides) {
  OpBuilder &builder = numbers.rewriter;
  Location location = numbers.location;
  auto descriptor = MemRefDescriptor::poison(builder, location, types.convertType(type));
  descriptor.setAllocatedPtr(builder, location, source.allocatedPtr(builder, location));
  descriptor.setAlignedPtr(builder, location, source.alignedPtr(builder, location));
  descriptor.setOffset(builder, location, offset);
  for (auto [axis, size, stride] : llvm::enumerate(sizes, strides)) {
    descriptor.setSize(builder, location, axis, size);
    descriptor.setStride(builder, location, axis, stride);
  }
  return descriptor;
}

/// Sizes and strides of a source: constants where its type fixes them.
struct Shape {
  SmallVector<Value> sizes, strides;

  static Shape of(Numbers &numbers, MemRefType type, MemRefDescriptor descriptor) {
    Shape shape;
    auto [strides, offset] = type.getStridesAndOffset();
    for (int64_t axis = 0; axis < type.getRank(); ++axis) {
      shape.sizes.push_back(type.isDynamicDim(axis) ? descriptor.size(numbers.rewriter, numbers.location, axis)
                                                    : numbers.constant(type.getDimSize(axis)));
      shape.strides.push_back(ShapedType::isDynamic(strides[axis])
                                  ? descriptor.stride(numbers.rewriter, numbers.location, axis)
                                  : numbers.constant(strides[axis]));
    }
    return shape;
  }
};

Value offsetOf(Numbers &numbers, MemRefType type, MemRefDescriptor descriptor) {
  int64_t offset = type.getStridesAndOffset().second;
  return ShapedType::isDynamic(offset) ? descriptor.offset(numbers.rewriter, numbers.location)
                                       : numbers.constant(offset);
}

struct ConvertSubView : ConvertOpToLLVMPattern<memref::SubViewOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult matchAndRewrite(memref::SubViewOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Numbers numbers{rewriter, op.getLoc()};
    MemRefDescriptor source(adaptor.getSource());
    Shape shape = Shape::of(numbers, op.getSourceType(), source);
    Value offset = offsetOf(numbers, op.getSourceType(), source);
    auto values = [&](ArrayRef<int64_t> fixed, ValueRange given) {
      SmallVector<Value> values;
      for (int64_t number : fixed)
        if (ShapedType::isDynamic(number))
          values.push_back(given.front()), given = given.drop_front();
        else
          values.push_back(numbers.constant(number));
      return values;
    };
    SmallVector<Value> offsets = values(op.getStaticOffsets(), adaptor.getOffsets()),
                       sizes = values(op.getStaticSizes(), adaptor.getSizes()),
                       steps = values(op.getStaticStrides(), adaptor.getStrides());
    llvm::SmallBitVector dropped = op.getDroppedDims();
    SmallVector<Value> keptSizes, keptStrides;
    for (auto [axis, stride] : llvm::enumerate(shape.strides)) {
      offset = numbers.add(offset, numbers.multiply(offsets[axis], stride));
      if (dropped.test(axis))
        continue;
      keptSizes.push_back(sizes[axis]);
      keptStrides.push_back(numbers.multiply(stride, steps[axis]));
    }
    rewriter.replaceOp(op,
                       describe(numbers, *getTypeConverter(), op.getType(), source, offset, keptSizes, keptStrides));
    return success();
  }
};

/// Several axes of the source as one.
struct ConvertCollapse : ConvertOpToLLVMPattern<memref::CollapseShapeOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult matchAndRewrite(memref::CollapseShapeOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Numbers numbers{rewriter, op.getLoc()};
    MemRefDescriptor source(adaptor.getSrc());
    Shape shape = Shape::of(numbers, op.getSrcType(), source);
    SmallVector<Value> sizes, strides;
    for (const ReassociationIndices &group : op.getReassociationIndices()) {
      Value size = numbers.constant(1), stride = numbers.constant(1);
      bool found = false;
      // The stride of the innermost axis that has more than one element.
      for (int64_t axis : llvm::reverse(group)) {
        size = numbers.multiply(size, shape.sizes[axis]);
        if (!found && op.getSrcType().getDimSize(axis) != 1)
          stride = shape.strides[axis], found = true;
      }
      sizes.push_back(size);
      strides.push_back(stride);
    }
    rewriter.replaceOp(op, describe(numbers, *getTypeConverter(), op.getType(), source,
                                    offsetOf(numbers, op.getSrcType(), source), sizes, strides));
    return success();
  }
};

/// One axis of the source as several.
struct ConvertExpand : ConvertOpToLLVMPattern<memref::ExpandShapeOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult matchAndRewrite(memref::ExpandShapeOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Numbers numbers{rewriter, op.getLoc()};
    MemRefDescriptor source(adaptor.getSrc());
    Shape shape = Shape::of(numbers, op.getSrcType(), source);
    SmallVector<Value> sizes;
    ValueRange given = adaptor.getOutputShape();
    for (int64_t size : op.getStaticOutputShape())
      if (ShapedType::isDynamic(size))
        sizes.push_back(given.front()), given = given.drop_front();
      else
        sizes.push_back(numbers.constant(size));
    SmallVector<Value> strides(sizes.size());
    for (auto [axis, group] : llvm::enumerate(op.getReassociationIndices())) {
      Value stride = shape.strides[axis];
      for (int64_t inner : llvm::reverse(group)) {
        strides[inner] = stride;
        stride = numbers.multiply(stride, sizes[inner]);
      }
    }
    for (Value &stride : strides)
      if (!stride) // an axis of one element that comes from no axis
        stride = numbers.constant(1);
    rewriter.replaceOp(op, describe(numbers, *getTypeConverter(), op.getType(), source,
                                    offsetOf(numbers, op.getSrcType(), source), sizes, strides));
    return success();
  }
};

} // namespace

void populateViewsToLLVMPatterns(const LLVMTypeConverter &types, RewritePatternSet &patterns) {
  patterns.add<ConvertSubView, ConvertCollapse, ConvertExpand>(types);
}

} // namespace espalier::cpu
