//===- TreeToLLVM.cpp - Tables and numbers of a tree are loads --------------===//
#include "compiler/Target/Cpu/ConvertToLLVM.h"

#include "dialects/Tree/IR/TreeDialect.h"
#include "runtime/ABI/ABI.h"

#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

#include <cstddef>

using namespace mlir;

namespace espalier::cpu {

namespace {

/// Offsets of the fields of espalier_tree, by the enumerators of the dialect.
constexpr size_t tableOffsets[] = {
    offsetof(espalier_tree, parent),       offsetof(espalier_tree, child_offsets), offsetof(espalier_tree, children),
    offsetof(espalier_tree, post_order),   offsetof(espalier_tree, depth),         offsetof(espalier_tree, height),
    offsetof(espalier_tree, slot),         offsetof(espalier_tree, leaves),        offsetof(espalier_tree, leaf_rank),
    offsetof(espalier_tree, roots),        offsetof(espalier_tree, blocks),        offsetof(espalier_tree, part_order),
    offsetof(espalier_tree, part_offsets), offsetof(espalier_tree, part_blocks),   offsetof(espalier_tree, runs),
};
constexpr size_t extentOffsets[] = {offsetof(espalier_tree, num_vertices), offsetof(espalier_tree, num_leaves),
                                    offsetof(espalier_tree, num_roots),    offsetof(espalier_tree, num_blocks),
                                    offsetof(espalier_tree, num_parts),    offsetof(espalier_tree, num_runs)};
static_assert(std::size(tableOffsets) == tree::getMaxEnumValForTable() + 1);
static_assert(std::size(extentOffsets) == tree::getMaxEnumValForExtent() + 1);

struct Loader {
  ConversionPatternRewriter &rewriter;
  Location location;
  Type pointer = LLVM::LLVMPointerType::get(rewriter.getContext());

  Value load(Type type, Value base, size_t offset) {
    Value address = LLVM::GEPOp::create(rewriter, location, pointer, rewriter.getI8Type(), base,
                                        ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(offset)});
    auto load = LLVM::LoadOp::create(rewriter, location, type, address);
    load.setInvariant(true);
    return load;
  }
  Value number(int64_t value) { return LLVM::ConstantOp::create(rewriter, location, rewriter.getI64Type(), value); }

  /// The espalier_tree of batch element `batch`: trees[batch / (numBatch / count)]. A single tree serves all, without a
  /// division.
  Value treeOf(Value trees, Value batch, Value numBatch) {
    Type i64 = rewriter.getI64Type();
    Value array = load(pointer, trees, offsetof(espalier_trees, trees)),
          count = load(i64, trees, offsetof(espalier_trees, count));
    Value isShared = LLVM::ICmpOp::create(rewriter, location, LLVM::ICmpPredicate::sle, count, number(1));
    Value one = number(1);
    // An empty batch has no elements, yet these numbers may be computed: no divisor is 0.
    Value divisor = LLVM::SMaxOp::create(
        rewriter, location,
        LLVM::SDivOp::create(rewriter, location, numBatch, LLVM::SMaxOp::create(rewriter, location, count, one)), one);
    Value row = LLVM::SelectOp::create(rewriter, location, isShared, number(0),
                                       LLVM::SDivOp::create(rewriter, location, batch, divisor));
    Value offset = LLVM::MulOp::create(rewriter, location, row, number(sizeof(espalier_tree)));
    return LLVM::GEPOp::create(rewriter, location, pointer, rewriter.getI8Type(), array,
                               ArrayRef<LLVM::GEPArg>{offset});
  }
};

struct ConvertExtent : ConvertOpToLLVMPattern<tree::ExtentOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult matchAndRewrite(tree::ExtentOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Loader loader{rewriter, op.getLoc()};
    Value tree = loader.treeOf(adaptor.getTree(), adaptor.getBatch(), adaptor.getNumBatch());
    rewriter.replaceOp(op,
                       loader.load(rewriter.getI64Type(), tree, extentOffsets[static_cast<size_t>(op.getExtent())]));
    return success();
  }
};

struct ConvertTable : ConvertOpToLLVMPattern<tree::TableOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  /// Entries of a table (runtime/ABI/ABI.h).
  static Value length(Loader &loader, tree::Table table, Value tree) {
    auto extent = [&](size_t offset) { return loader.load(loader.rewriter.getI64Type(), tree, offset); };
    Value vertices = extent(offsetof(espalier_tree, num_vertices));
    switch (table) {
    case tree::Table::child_offsets:
      return LLVM::AddOp::create(loader.rewriter, loader.location, vertices, loader.number(1));
    case tree::Table::children:
      return LLVM::SubOp::create(loader.rewriter, loader.location, vertices,
                                 extent(offsetof(espalier_tree, num_roots)));
    case tree::Table::leaves:
      return extent(offsetof(espalier_tree, num_leaves));
    case tree::Table::roots:
      return extent(offsetof(espalier_tree, num_roots));
    case tree::Table::blocks:
      return LLVM::MulOp::create(loader.rewriter, loader.location, extent(offsetof(espalier_tree, num_blocks)),
                                 loader.number(ESPALIER_BLOCK_WIDTH));
    case tree::Table::part_offsets:
    case tree::Table::part_blocks:
      return LLVM::AddOp::create(loader.rewriter, loader.location, extent(offsetof(espalier_tree, num_parts)),
                                 loader.number(1));
    case tree::Table::runs:
      return LLVM::MulOp::create(loader.rewriter, loader.location, extent(offsetof(espalier_tree, num_runs)),
                                 loader.number(2));
    default:
      return vertices;
    }
  }

  LogicalResult matchAndRewrite(tree::TableOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Loader loader{rewriter, op.getLoc()};
    Value tree = loader.treeOf(adaptor.getTree(), adaptor.getBatch(), adaptor.getNumBatch());
    Value data = loader.load(loader.pointer, tree, tableOffsets[static_cast<size_t>(op.getTable())]);
    auto descriptor = MemRefDescriptor::poison(rewriter, op.getLoc(), getTypeConverter()->convertType(op.getType()));
    descriptor.setAllocatedPtr(rewriter, op.getLoc(), data);
    descriptor.setAlignedPtr(rewriter, op.getLoc(), data);
    descriptor.setConstantOffset(rewriter, op.getLoc(), 0);
    descriptor.setSize(rewriter, op.getLoc(), 0, length(loader, op.getTable(), tree));
    descriptor.setConstantStride(rewriter, op.getLoc(), 0, 1);
    rewriter.replaceOp(op, Value(descriptor));
    return success();
  }
};

} // namespace

void populateTreeToLLVMPatterns(const LLVMTypeConverter &types, RewritePatternSet &patterns) {
  patterns.add<ConvertExtent, ConvertTable>(types);
}

} // namespace espalier::cpu
