//===- Extents.cpp - Between the signature and the arguments of a function --===//
#include "compiler/Pipeline/Extents.h"

#include "compiler/Lowering/Buffers.h"
#include "compiler/Lowering/Locations.h"
#include "dialects/Tree/IR/Abreast.h"
#include "dialects/Tree/IR/Chains.h"
#include "runtime/Kernel/BuiltTree.h"

using namespace mlir;

namespace espalier {

/// The row of this source; -1 if there is none.
static int32_t rowOf(const Signature &signature, ExtentSpec::Source source, int32_t parameter) {
  for (size_t row = 0; row < signature.extents.size(); ++row)
    if (signature.extents[row].source == source && signature.extents[row].parameter == parameter)
      return int32_t(row);
  return -1;
}

static int32_t batchRow(const Signature &signature) { return rowOf(signature, ExtentSpec::Source::batch, -1); }

static Result<void> describeTensor(func::FuncOp function, unsigned argument, const TensorSpec &tensor,
                                   const Signature &signature) {
  SmallVector<int64_t> shape;
  if (tensor.batched) {
    if (batchRow(signature) < 0)
      return Error::of("{} is batched, but no extent is the size of the batch", tensor.name);
    shape.push_back(-1 - batchRow(signature));
  }
  for (const AxisSize &axis : tensor.axes)
    shape.push_back(axis.extent >= 0 ? -1 - int64_t(axis.extent) : axis.constant);
  auto type = dyn_cast<RankedTensorType>(function.getArgument(argument).getType());
  if (!type || type.getRank() != int64_t(shape.size()))
    return Error::of("argument {} of {} is not the tensor {} of {} axes", argument, function.getName().str(),
                     tensor.name, shape.size());
  function.setArgAttr(argument, lowering::kShapeAttribute, DenseI64ArrayAttr::get(function.getContext(), shape));
  return {};
}

/// The row that holds a size of a tree; made if it is missing.
static int32_t treeRow(func::FuncOp function, Signature &signature, ExtentSpec::Source source, int32_t tree) {
  if (int32_t row = rowOf(signature, source, tree); row >= 0)
    return row;
  ExtentSpec spec;
  spec.name = source == ExtentSpec::Source::vertices ? signature.trees[tree].name
                                                     : "leaves(" + signature.trees[tree].name + ")";
  spec.source = source;
  spec.parameter = tree;
  signature.extents.push_back(spec);
  OpBuilder builder(function.getContext());
  (void)function.insertArgument(function.getNumArguments(), builder.getIndexType(), builder.getDictionaryAttr({}),
                                function.getLoc());
  return int32_t(signature.extents.size() - 1);
}

/// Trees that the kernel grows have places behind its other trees.
static void addPlaces(func::FuncOp function, const Signature &signature) {
  MLIRContext *context = function.getContext();
  for (unsigned row = 0; row < signature.trees.size(); ++row)
    if (const TreeSpec &tree = signature.trees[row]; isGrown(tree))
      (void)function.insertArgument(row, tree::TreeType::get(context, tree::Kind(tree.kind), tree.arity),
                                    DictionaryAttr::get(context), function.getLoc());
}

Result<void> describeArguments(func::FuncOp function, Signature &signature) {
  addPlaces(function, signature);
  size_t expected = signature.trees.size() + signature.tensors.size() + signature.extents.size();
  if (function.getNumArguments() != expected)
    return Error::of("{} has {} arguments, its signature {} trees, {} tensors and {} extents", function.getName().str(),
                     function.getNumArguments(), signature.trees.size(), signature.tensors.size(),
                     signature.extents.size());
  unsigned firstTensor = signature.trees.size();
  for (size_t row = 0; row < signature.tensors.size(); ++row)
    if (Result<void> described = describeTensor(function, firstTensor + row, signature.tensors[row], signature);
        !described)
      return described;
  OpBuilder builder(function.getContext());
  for (size_t tree = 0; tree < signature.trees.size(); ++tree) {
    bool leaves = false;
    for (Operation *user : function.getArgument(tree).getUsers()) {
      auto sweep = dyn_cast<tree::SweepOp>(user);
      leaves |= (sweep && sweep.getLeaves()) || isa<tree::NumLeavesOp>(user);
    }
    function.setArgAttr(tree, lowering::kVerticesAttribute,
                        builder.getI64IntegerAttr(treeRow(function, signature, ExtentSpec::Source::vertices, tree)));
    if (signature.trees[tree].batchable)
      function.setArgAttr(tree, tree::kBatchedAttribute, builder.getUnitAttr());
    if (leaves)
      function.setArgAttr(tree, lowering::kLeavesAttribute,
                          builder.getI64IntegerAttr(treeRow(function, signature, ExtentSpec::Source::leaves, tree)));
  }
  return {};
}

static DType dtypeOf(Type element) {
  if (element.isF64())
    return DType::f64;
  if (element.isF16())
    return DType::f16;
  if (element.isBF16())
    return DType::bf16;
  if (element.isInteger(32))
    return DType::i32;
  return element.isInteger(1) ? DType::boolean : DType::f32;
}

void describeWorkspaces(func::FuncOp function, Signature &signature) {
  unsigned first = signature.trees.size() + signature.tensors.size() + signature.extents.size();
  OpBuilder builder(function.getContext());
  for (const TensorSpec &result : signature.results) {
    if (result.tree >= 0)
      (void)function.insertArgument(first, MemRefType::get({0}, builder.getI32Type()), builder.getDictionaryAttr({}),
                                    function.getLoc());
    ++first;
  }
  for (unsigned argument = first; argument < function.getNumArguments(); ++argument) {
    auto type = cast<MemRefType>(function.getArgument(argument).getType());
    auto shape = function.getArgAttrOfType<DenseI64ArrayAttr>(argument, lowering::kShapeAttribute);
    TensorSpec workspace;
    workspace.name = "workspace " + std::to_string(argument - first);
    workspace.dtype = dtypeOf(type.getElementType());
    ArrayRef<int64_t> sizes = shape ? shape.asArrayRef() : type.getShape();
    if (!sizes.empty() && sizes.front() == -1 - int64_t(batchRow(signature)) && batchRow(signature) >= 0) {
      workspace.batched = true;
      sizes = sizes.drop_front();
    }
    for (int64_t size : sizes) {
      AxisSize axis;
      if (size >= 0) {
        axis.name = std::to_string(size);
        axis.constant = size;
      } else {
        axis.extent = int32_t(-1 - size);
        axis.name = signature.extents[axis.extent].name;
      }
      workspace.axes.push_back(axis);
    }
    signature.workspaces.push_back(workspace);
  }
  if (auto table = function->getAttrOfType<ArrayAttr>(lowering::kLocationsAttribute))
    for (auto place : table.getAsRange<ArrayAttr>()) {
      LocationSpec location{cast<StringAttr>(place[0]).str(), cast<StringAttr>(place[1]).str(), {}};
      for (Attribute entry : place.getValue().drop_front(2)) {
        auto axis = cast<ArrayAttr>(entry);
        lowering::Extent size = lowering::Extent::ofShapeEntry(cast<IntegerAttr>(axis[1]).getInt());
        location.loop.push_back({cast<StringAttr>(axis[0]).str(), size.constant, int32_t(size.row)});
      }
      signature.locations.push_back(location);
    }
}

/// The row of Signature::trees: a tree is an argument, or grows in the place of one. Null where it has no place.
static TreeSpec *specOf(Value tree, Signature &signature) {
  int64_t row = -1;
  if (auto argument = dyn_cast<BlockArgument>(tree))
    row = argument.getArgNumber();
  else if (auto place = tree.getDefiningOp()->getAttrOfType<IntegerAttr>("row"))
    row = place.getInt();
  bool isRow = row >= 0 && row < static_cast<int64_t>(signature.trees.size());
  return isRow ? &signature.trees[static_cast<size_t>(row)] : nullptr;
}

void describeTables(func::FuncOp function, Signature &signature) {
  for (tree::SweepOp sweep : function.getOps<tree::SweepOp>()) {
    tree::ScheduleAttr schedule = sweep.getSchedule();
    TreeSpec *spec = schedule && sweep.getTree() ? specOf(sweep.getTree(), signature) : nullptr;
    if (!spec)
      continue;
    spec->tables.blocks |= schedule.getTraversal() == tree::Traversal::blocks ||
                           schedule.getTraversal() == tree::Traversal::reverse_blocks;
    if (!tree::isChain(sweep.getTree())) // whose parts are runs of steps
      spec->tables.parts =
          std::max(spec->tables.parts, schedule.getParts()); // where there are fewer, tasks have several
  }
}

} // namespace espalier
