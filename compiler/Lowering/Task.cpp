//===- Task.cpp - What the visits of one grid task share --------------------===//
#include "compiler/Lowering/Task.h"

#include "compiler/Lowering/BatchLanes.h"

#include "dialects/Tile/IR/TileDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;

namespace espalier::lowering {

/// Scratch and constant tiles begin at a cache line.
constexpr int64_t kScratchAlignment = 64;

Task::Task(const Buffers &buffers, Locations &locations, std::array<int64_t, 2> productBlock, Block *body, Location loc)
    : builder(body->getTerminator()), buffers(buffers), locations(locations),
      productBlock(builder.getDenseI64ArrayAttr(productBlock)), loc(loc), top(builder), front(builder) {
  marks.push_back(arith::ConstantIndexOp::create(builder, loc, 0));
  top.setInsertionPoint(marks.back());
}

Task::~Task() {
  for (Operation *mark : marks)
    mark->erase();
}

void Task::beginVisits() {
  marks.push_back(arith::ConstantIndexOp::create(builder, loc, 0));
  front.setInsertionPoint(marks.back());
  batchOfTrees = batch;
}

Value Task::constant(TypedAttr value) {
  Value &known = constants[value];
  if (!known)
    known = arith::ConstantOp::create(top, loc, value);
  return known;
}

Value Task::index(int64_t value) { return constant(builder.getIndexAttr(value)); }

Value Task::extent(Extent extent) {
  return extent.row < 0 ? index(extent.constant) : buffers.extentArgument(extent.row);
}

Value Task::outer(Value value) {
  if (isa<BlockArgument>(value))
    return buffers.argument(value);
  if (Value known = outers.lookup(value))
    return known;
  Operation *op = value.getDefiningOp();
  if (auto fact = dyn_cast<tree::NumVerticesOp>(op))
    return extent(buffers.verticesOf(fact.getTree()));
  if (auto fact = dyn_cast<tree::NumLeavesOp>(op))
    return extent(buffers.leavesOf(fact.getTree()));
  IRMapping mapping;
  for (Value operand : op->getOperands())
    mapping.map(operand, outer(operand));
  Operation *copy = top.clone(*op, mapping);
  for (auto [from, to] : llvm::zip_equal(op->getResults(), copy->getResults()))
    outers[from] = to;
  return outers[value];
}

View Task::scratch(ArrayRef<int64_t> sizes, Type element) {
  return View::of(
      memref::AllocaOp::create(top, loc, MemRefType::get(sizes, element), top.getI64IntegerAttr(kScratchAlignment)));
}

Value Task::scratchOf(Extent tiles, ArrayRef<int64_t> sizes, Type element, int64_t more) {
  SmallVector<int64_t> shape{tiles.row < 0 ? tiles.constant + more : ShapedType::kDynamic};
  llvm::append_range(shape, sizes);
  SmallVector<Value, 1> dynamic;
  if (tiles.row >= 0)
    dynamic.push_back(extent(tiles));
  if (tiles.row >= 0 && more > 0) { // the size of scratch is known in front of the grid
    OpBuilder outside(top.getInsertionBlock()->getParentOp());
    Value margin = arith::ConstantIndexOp::create(outside, loc, more);
    dynamic.front() = arith::AddIOp::create(outside, loc, dynamic.front(), margin);
  }
  return memref::AllocaOp::create(top, loc, MemRefType::get(shape, element), dynamic,
                                  top.getI64IntegerAttr(kScratchAlignment));
}

Value Task::product(ArrayRef<Extent> extents) {
  Value product;
  for (Extent size : extents)
    if (!size.isOne())
      product = product ? arith::MulIOp::create(top, loc, product, extent(size)).getResult() : extent(size);
  return product ? product : index(1);
}

Value Task::numElementsOf(Value buffer) {
  auto own = buffer.getDefiningOp<memref::AllocaOp>();
  if (!own)
    return product(buffers.extentsOf(buffer));
  int64_t perTile = llvm::product_of(own.getType().getShape().drop_front());
  return arith::MulIOp::create(top, loc, own.getDynamicSizes().front(), index(perTile));
}

Value Task::flat(Value buffer) {
  auto type = cast<MemRefType>(buffer.getType());
  auto line = MemRefType::get({ShapedType::kDynamic}, type.getElementType());
  if (type == line)
    return buffer;
  if (Value known = flats.lookup(buffer))
    return known;
  Value numElements = type.hasStaticShape() ? index(type.getNumElements()) : numElementsOf(buffer);
  return flats[buffer] = memref::ReinterpretCastOp::create(top, loc, line, buffer, top.getIndexAttr(0),
                                                           SmallVector<OpFoldResult>{numElements},
                                                           SmallVector<OpFoldResult>{top.getIndexAttr(1)});
}

Value Task::global(StringRef name, MemRefType type, DenseElementsAttr value) {
  ModuleOp module = buffers.function()->getParentOfType<ModuleOp>();
  SymbolTable symbols(module);
  auto same = llvm::find_if(module.getOps<memref::GlobalOp>(),
                            [&](memref::GlobalOp global) { return global.getInitialValueAttr() == value; });
  memref::GlobalOp global;
  if (same != module.getOps<memref::GlobalOp>().end()) {
    global = *same;
  } else {
    OpBuilder outside(buffers.function());
    global = memref::GlobalOp::create(outside, loc, name, outside.getStringAttr("private"), type, value,
                                      /*constant=*/true, outside.getI64IntegerAttr(kScratchAlignment));
    symbols.insert(global);
  }
  return memref::GetGlobalOp::create(top, loc, type, global.getSymName());
}

Value Task::zeros(Type element, int64_t numElements) {
  auto &[buffer, length] = zeroBuffers[element];
  if (buffer && length >= numElements)
    return buffer;
  length = std::max<int64_t>(1, numElements);
  auto value =
      DenseElementsAttr::get(RankedTensorType::get({length}, element), cast<Attribute>(top.getZeroAttr(element)));
  buffer = flat(global("zeros", MemRefType::get({length}, element), value));
  return buffer;
}

Value Task::constantTile(DenseElementsAttr value) {
  Value &known = tiles[value];
  if (!known)
    known = global("constant", MemRefType::get(value.getType().getShape(), value.getElementType()), value);
  return known;
}

Value Task::table(tree::Table table, Value sourceTree) {
  Value &known = tables[{sourceTree, int(table)}];
  if (!known)
    known = tree::TableOp::create(front, loc, MemRefType::get({ShapedType::kDynamic}, front.getI32Type()), table,
                                  buffers.argument(sourceTree), batchOfTrees, numBatch);
  return known;
}

Value Task::treeExtent(tree::Extent extent, Value sourceTree) {
  Value &known = treeExtents[{sourceTree, int(extent)}];
  if (!known)
    known = tree::ExtentOp::create(front, loc, front.getIndexType(), extent, buffers.argument(sourceTree), batchOfTrees,
                                   numBatch);
  return known;
}

} // namespace espalier::lowering
