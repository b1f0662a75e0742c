//===- Buffers.cpp - The tensors of a kernel as memory ----------------------===//
#include "compiler/Lowering/Buffers.h"

#include "compiler/Lowering/OwnTensors.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using espalier::tree::SweepOp;

namespace espalier::lowering {

static MemRefType bufferType(RankedTensorType tensor) {
  return MemRefType::get(tensor.getShape(), tensor.getElementType());
}

Extent Buffers::extentOf(Value size) const {
  APInt constant;
  if (matchPattern(size, m_ConstantInt(&constant)))
    return {constant.getSExtValue(), -1};
  if (auto vertices = size.getDefiningOp<tree::NumVerticesOp>())
    return verticesOf(vertices.getTree());
  if (auto leaves = size.getDefiningOp<tree::NumLeavesOp>())
    return leavesOf(leaves.getTree());
  auto row = rowOf.find(size);
  return row == rowOf.end() ? Extent{-1, -1} : Extent{-1, row->second};
}

Extent Buffers::verticesOf(Value tree) const { return {-1, treeRows.lookup(tree).first}; }
Extent Buffers::leavesOf(Value tree) const { return {-1, treeRows.lookup(tree).second}; }

LogicalResult Buffers::collectArguments(func::FuncOp source) {
  OpBuilder builder(source.getContext());
  int64_t rows = 0;
  for (auto [number, argument] : llvm::enumerate(source.getArguments())) {
    Type type = argument.getType();
    if (auto tensor = dyn_cast<RankedTensorType>(type)) {
      Buffer buffer;
      auto shape = source.getArgAttrOfType<DenseI64ArrayAttr>(number, kShapeAttribute);
      if (!shape && !tensor.hasStaticShape())
        return source.emitError("argument ")
               << number << " has sizes that are not constant and no '" << kShapeAttribute << "'";
      if (shape && int64_t(shape.size()) != tensor.getRank())
        return source.emitError("argument ")
               << number << " has " << tensor.getRank() << " axes, its '" << kShapeAttribute << "' " << shape.size();
      for (int64_t axis = 0; axis < tensor.getRank(); ++axis)
        buffer.extents.push_back(
            Extent::ofShapeEntry(tensor.isDynamicDim(axis) ? shape[axis] : tensor.getDimSize(axis)));
      type = bufferType(tensor);
      (void)target.insertArgument(target.getNumArguments(), type, builder.getDictionaryAttr({}), argument.getLoc());
      buffer.memref = target.getArguments().back();
      if (shape)
        target.setArgAttr(number, kShapeAttribute, shape);
      extentsOfArgument[buffer.memref] = buffer.extents;
      buffers[argument] = buffer;
      continue;
    }
    if (!isa<tree::TreeType, IndexType>(type))
      return source.emitError("argument ") << number << " is a " << type << ", not a tree, a tensor or an index";
    (void)target.insertArgument(target.getNumArguments(), type, builder.getDictionaryAttr({}), argument.getLoc());
    Value here = target.getArguments().back();
    arguments[argument] = here;
    if (isa<IndexType>(type)) {
      rowOf[argument] = rows++;
      extents.push_back(here);
      continue;
    }
    auto row = [&](StringRef name) {
      auto attribute = source.getArgAttrOfType<IntegerAttr>(number, name);
      return attribute ? attribute.getInt() : -1;
    };
    treeRows[argument] = {row(kVerticesAttribute), row(kLeavesAttribute)};
  }
  for (auto &[tensor, buffer] : buffers)
    for (Extent extent : buffer.extents)
      if (extent.row >= rows)
        return source.emitError("an argument has the size of row ") << extent.row << " of " << rows << " extents";
  for (auto &[argument, row] : treeRows)
    if (row.first >= rows || row.second >= rows)
      return source.emitError("a tree has a size beyond the ") << rows << " extents";
  return success();
}

LogicalResult Buffers::checkSizes(Operation *op, Value batch, ValueRange axes) const {
  auto isKnown = [&](Value size) { return extentOf(size).row >= 0 || extentOf(size).constant >= 0; };
  if (!llvm::all_of(axes, isKnown))
    return op->emitOpError("has an axis whose size is neither a constant nor an argument of the function");
  if (batch && !isKnown(batch))
    return op->emitOpError("has a batch whose size is neither a constant nor an argument of the function");
  return success();
}

LogicalResult Buffers::checkDomain(SweepOp sweep) const {
  if (failed(checkSizes(sweep, sweep.getBatch(), sweep.getAxes())))
    return failure();
  if (!sweep.getTree())
    return success();
  if (!arguments.contains(sweep.getTree()))
    return sweep.emitOpError("runs over a tree that has no place among the trees of the kernel");
  if (verticesOf(sweep.getTree()).row < 0 || (sweep.getLeaves() && leavesOf(sweep.getTree()).row < 0))
    return sweep.emitOpError("runs over a tree whose size is no row of the extents ('")
           << kVerticesAttribute << "', '" << kLeavesAttribute << "')";
  return success();
}

SmallVector<Extent> Buffers::extentsOfResult(OpResult result) const {
  SmallVector<Extent> sizes;
  auto appendTile = [&] {
    for (int64_t size : cast<RankedTensorType>(result.getType()).getShape().drop_front(sizes.size()))
      sizes.push_back({size, -1});
    return sizes;
  };
  auto append = [&](Value batch, ValueRange axes) {
    if (batch)
      sizes.push_back(extentOf(batch));
    for (Value size : axes)
      sizes.push_back(extentOf(size));
  };
  if (auto attend = dyn_cast<block::AttendOp>(result.getOwner())) {
    unsigned firstAccumulator = attend.getNumResults() - attend.getInits().size();
    if (result.getResultNumber() >= firstAccumulator)
      return buffers.find(attend.getInits()[result.getResultNumber() - firstAccumulator])->second.extents;
    append(attend.getBatch(), attend.getAxes());
    return appendTile();
  }
  auto sweep = cast<SweepOp>(result.getOwner());
  if (result.getResultNumber() >= sweep.getNumDefinitions())
    return buffers.find(sweep.getInits()[result.getResultNumber() - sweep.getNumDefinitions()])->second.extents;
  append(sweep.getBatch(), sweep.getAxes());
  if (sweep.getTree())
    sizes.push_back(sweep.getLeaves() ? leavesOf(sweep.getTree()) : verticesOf(sweep.getTree()));
  return appendTile();
}

Buffer Buffers::add(Location loc, RankedTensorType type, ArrayRef<Extent> sizes) {
  unsigned number = target.getNumArguments();
  (void)target.insertArgument(number, bufferType(type), DictionaryAttr::get(type.getContext()), loc);
  if (!type.hasStaticShape()) {
    SmallVector<int64_t> shape;
    for (Extent size : sizes)
      shape.push_back(size.shapeEntry());
    target.setArgAttr(number, kShapeAttribute, DenseI64ArrayAttr::get(type.getContext(), shape));
  }
  extentsOfArgument[target.getArgument(number)] = SmallVector<Extent>(sizes);
  return {target.getArgument(number), SmallVector<Extent>(sizes), {}};
}

/// The place of a tree that the kernel grows is the argument of its row.
LogicalResult Buffers::placeGrownTree(Operation *op) {
  auto row = op->getAttrOfType<IntegerAttr>("row");
  auto source = op->getParentOfType<func::FuncOp>();
  Value place =
      row && row.getInt() >= 0 && row.getInt() < source.getNumArguments() ? source.getArgument(row.getInt()) : Value();
  Type type = isa<tree::EdgesOp>(op) ? place ? place.getType() : Type() : op->getResult(0).getType();
  if (!place || !isa<tree::TreeType>(place.getType()) || place.getType() != type)
    return op->emitOpError("has no place among the trees of the kernel: 'row' names an argument of the tree's type");
  if (isa<tree::EdgesOp>(op))
    return success();
  arguments[op->getResult(0)] = arguments.lookup(place);
  treeRows[op->getResult(0)] = treeRows.lookup(place);
  return success();
}

void Buffers::measureResults(Operation *op) {
  for (OpResult result : op->getResults()) {
    SmallVector<Extent> sizes = extentsOfResult(result);
    buffers[result].extents = sizes;
  }
}

/// Enters the sizes of what an operation makes.
LogicalResult Buffers::measure(Operation &op) {
  if (tree::growsTree(&op) && failed(placeGrownTree(&op)))
    return failure();
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    if (auto value = dyn_cast<DenseElementsAttr>(constant.getValue())) {
      Buffer &buffer = buffers[constant.getResult()];
      buffer.constant = value;
      for (int64_t size : value.getType().getShape())
        buffer.extents.push_back({size, -1});
    }
  } else if (auto sweep = dyn_cast<SweepOp>(op)) {
    if (failed(checkDomain(sweep)))
      return failure();
    measureResults(sweep);
  } else if (auto attend = dyn_cast<block::AttendOp>(op)) {
    SmallVector<Value> axes(attend.getAxes());
    axes.push_back(attend.getKeys());
    if (failed(checkSizes(attend, attend.getBatch(), axes)))
      return failure();
    measureResults(attend);
  } else if (auto edges = dyn_cast<tree::EdgesOp>(op)) {
    SmallVector<Extent> sizes{extentOf(edges.getCount()), {2, -1}};
    if (edges.getPairs() && edges.getPairs().getType().getRank() == 3)
      sizes.insert(sizes.begin(), buffers.find(edges.getPairs())->second.extents.front());
    buffers[edges.getEnds()].extents = sizes;
  } else if (auto view = dyn_cast<tree::ViewOp>(op)) {
    SmallVector<Extent> sizes;
    auto named = view.getSizes().begin();
    for (int64_t size : cast<RankedTensorType>(view.getType()).getShape())
      sizes.push_back(ShapedType::isDynamic(size) ? extentOf(*named++) : Extent{size, -1});
    for (Extent size : sizes)
      if (size.row < 0 && size.constant < 0)
        return view.emitOpError("has a size that is neither a constant nor an argument of the function");
    Buffer base = buffers.find(tree::ViewOp::baseOf(view))->second;
    buffers[view.getResult()] = {base.memref, sizes, base.constant};
  }
  return success();
}

/// What is returned is computed where the caller wants it, if that is still free to choose.
void Buffers::addResult(Value value) {
  Value base = tree::ViewOp::baseOf(value);
  Buffer result =
      add(value.getLoc(), cast<RankedTensorType>(value.getType()), SmallVector<Extent>(buffers[value].extents));
  if (buffers[base].memref)
    toCopy.push_back({{buffers[base].memref, result.extents, {}}, result});
  else
    buffers[base].memref = result.memref;
}

FailureOr<Buffers> Buffers::create(func::FuncOp source) {
  Buffers self;
  OpBuilder builder(source);
  self.target = func::FuncOp::create(builder, source.getLoc(), source.getName(), builder.getFunctionType({}, {}));
  self.target.addEntryBlock();
  auto fail = [&] {
    self.target.erase();
    return failure();
  };
  if (failed(self.collectArguments(source)))
    return fail();
  for (Operation &op : source.getBody().front())
    if (failed(self.measure(op)))
      return fail();

  auto exit = cast<func::ReturnOp>(source.getBody().front().getTerminator());
  for (Value value : exit.getOperands()) {
    if (isa<tree::TreeType>(value.getType())) // the runtime writes it
      continue;
    auto known = self.buffers.find(value);
    if (known == self.buffers.end() || known->second.constant) {
      exit.emitOpError("returns what is no argument and no tensor of a sweep or of attention");
      return fail();
    }
    self.addResult(value);
  }
  for (Operation &op : source.getBody().front())
    if (isa<SweepOp, block::AttendOp, tree::EdgesOp>(op))
      for (OpResult result : op.getResults())
        if (!self.buffers[result].memref && !isOwnTensor(result) && !storedOver(result))
          self.buffers[result] = self.add(result.getLoc(), cast<RankedTensorType>(result.getType()),
                                          SmallVector<Extent>(self.buffers[result].extents));
  for (auto sweep : source.getBody().front().getOps<SweepOp>())
    for (OpResult definition : sweep.getDefinitions())
      if (OpResult result = storedOver(definition)) {
        Value memref = self.buffers[result].memref;
        self.buffers[definition].memref = memref;
      }
  for (Operation &op : source.getBody().front()) {
    auto stand = [&](ValueRange handles, ValueRange results) {
      for (auto [handle, result] : llvm::zip_equal(handles, results)) {
        Buffer buffer = self.buffers[result];
        self.buffers[handle] = buffer;
      }
    };
    if (auto sweep = dyn_cast<SweepOp>(op))
      stand(sweep.getHandles(), sweep->getResults());
    if (auto attend = dyn_cast<block::AttendOp>(op))
      stand(attend.getAccumulatorHandles(), attend.getAccumulated());
    if (auto view = dyn_cast<tree::ViewOp>(op)) {
      Value memref = self.buffers[tree::ViewOp::baseOf(view)].memref;
      self.buffers[view.getResult()].memref = memref;
    }
  }
  return self;
}

} // namespace espalier::lowering
