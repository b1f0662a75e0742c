//===- EmitLoop.cpp - A loop as a sweep -------------------------------------===//
#include "frontends/Emit/EmitLoop.h"

#include "dialects/Tile/IR/TileDialect.h"
#include "dialects/Tree/IR/TreeDialect.h"

#include <functional>
#include <set>

using namespace mlir;

namespace espalier::emission {

using sema::Loop;
using sema::Statement;
using sema::Tensor;

namespace {

/// [batch] x axes x [vertices] x tile, leading sizes dynamic (sweep-C2).
Type resultType(const Tensor &tensor, bool isBatched, Type element) {
  SmallVector<int64_t> shape(tensor.numLoopAxes + (isBatched ? 1 : 0), ShapedType::kDynamic);
  for (size_t axis = tensor.numLoopAxes; axis < tensor.axes.size(); ++axis)
    shape.push_back(tensor.axes[axis].size.constant().value_or(ShapedType::kDynamic));
  return RankedTensorType::get(shape, element);
}

tree::Direction directionOf(Loop::Direction direction) {
  switch (direction) {
  case Loop::Direction::up:
    return tree::Direction::up;
  case Loop::Direction::down:
    return tree::Direction::down;
  case Loop::Direction::each:
    break;
  }
  return tree::Direction::each;
}

/// The locals that the definitions of a loop use, directly or through other locals.
std::set<int32_t> localsOf(const Loop &loop, const std::set<int32_t> &definitions) {
  std::set<int32_t> locals;
  std::set<const sema::Expr *> seen;
  std::function<void(const sema::ExprPtr &)> walk = [&](const sema::ExprPtr &expr) {
    if (!expr || !seen.insert(expr.get()).second)
      return;
    if (expr->op == sema::Op::local)
      locals.insert(expr->id);
    for (const sema::ExprPtr &argument : expr->args)
      walk(argument);
    for (const sema::ExprPtr *bound : {&expr->domain.lower, &expr->domain.upper, &expr->domain.vertex})
      walk(*bound);
  };
  // A local stands before its uses.
  for (auto statement = loop.body.rbegin(); statement != loop.body.rend(); ++statement)
    if (statement->kind == Statement::Kind::define ? definitions.count(statement->id) : locals.count(statement->id))
      walk(statement->value);
  return locals;
}

/// One sweep of a loop while it is written: that of its batched definitions, or of the others.
class LoopWriter {
public:
  LoopWriter(KernelValues &kernel, const Loop &loop, bool isBatched, RoundedCopies &copies, ImplicitLocOpBuilder &b)
      : kernel(kernel), loop(loop), isBatched(isBatched), copies(copies), b(b) {
    std::set<int32_t> defined;
    for (const Statement &statement : loop.body)
      if (statement.kind == Statement::Kind::define && tensor(statement.id).batched == isBatched) {
        definitions.push_back(statement.id);
        defined.insert(statement.id);
      }
    locals = localsOf(loop, defined);
    for (int32_t row : definitions)
      if (isStoredWide(tensor(row)) && copies.wanted.count(row))
        rounded.push_back(row);
  }

  void write() {
    if (definitions.empty())
      return;
    b.setLoc(kernel.locationOf(*b.getContext(), loop.span));
    tree::SweepOp sweep = makeSweep();
    OpBuilder::InsertionGuard guard(b);
    Visit visit(kernel, loop, sweep, b);
    makeBody(sweep, visit);
    SmallVector<Value> yielded = writeStatements(visit);
    b.setLoc(sweep.getLoc());
    tree::YieldOp::create(b, yielded);
    for (size_t i = 0; i < definitions.size(); ++i)
      kernel.tensors[definitions[i]] = sweep.getResult(i);
    for (size_t i = 0; i < rounded.size(); ++i)
      copies.made[rounded[i]] = sweep.getResult(definitions.size() + i);
  }

private:
  const Tensor &tensor(int32_t row) const { return kernel.kernel.tensors[row]; }
  Type element(const Tensor &tensor) const {
    return isStoredWide(tensor) ? computedElement(*b.getContext(), tensor.dtype)
                                : storedElement(*b.getContext(), tensor.dtype);
  }

  tree::SweepOp makeSweep() {
    SmallVector<Type> types;
    for (int32_t row : definitions)
      types.push_back(resultType(tensor(row), isBatched, element(tensor(row))));
    for (int32_t row : rounded)
      types.push_back(resultType(tensor(row), isBatched, storedElement(*b.getContext(), tensor(row).dtype)));
    Value batch = isBatched ? kernel.extents.argument(kernel.extents.batchRow()) : Value();
    SmallVector<Value> axes;
    for (const sema::Dim &size : loop.axes)
      axes.push_back(kernel.size(b, size));
    Value tree = loop.tree >= 0 ? kernel.trees[loop.tree] : Value();
    return tree::SweepOp::create(b, types, directionOf(loop.direction), loop.leaves, batch, axes, tree, ValueRange());
  }

  void makeBody(tree::SweepOp sweep, Visit &visit) {
    MLIRContext *context = b.getContext();
    Block *block = b.createBlock(&sweep.getBody());
    auto add = [&](Type type, StringRef name, ast::Span span) {
      return block->addArgument(type, NameLoc::get(StringAttr::get(context, name), kernel.locationOf(*context, span)));
    };
    auto addVariable = [&](int32_t row, Type type) {
      const sema::Variable &variable = kernel.kernel.variables[row];
      const std::string &name = variable.shownAs.empty() ? variable.name : variable.shownAs;
      visit.bindVariable(row, add(type, name, variable.span));
    };
    for (int32_t row : loop.axisVariables)
      addVariable(row, b.getIndexType());
    if (loop.tree >= 0)
      addVariable(loop.treeVariable, tree::VertexType::get(context));
    for (size_t i = 0; i < sweep.getNumResults(); ++i) {
      int32_t row = i < definitions.size() ? definitions[i] : rounded[i - definitions.size()];
      Value handle = add(sweep.getResult(i).getType(), tensor(row).name, tensor(row).span);
      if (i < definitions.size())
        visit.bindHandle(row, handle);
    }
  }

  SmallVector<Value> writeStatements(Visit &visit) {
    std::map<int32_t, Value> stored, roundedCopy;
    for (const Statement &statement : loop.body) {
      bool isLocal = statement.kind == Statement::Kind::let;
      if (isLocal ? !locals.count(statement.id) : !llvm::is_contained(definitions, statement.id))
        continue;
      if (isLocal) {
        visit.bindLocal(statement.id, visit.emit(*statement.value));
        continue;
      }
      const Tensor &row = tensor(statement.id);
      sema::Type type;
      type.dtype = row.dtype;
      for (size_t axis = row.numLoopAxes; axis < row.axes.size(); ++axis)
        type.sizes.push_back(row.axes[axis].size);
      Value value = visit.emitAs(*statement.value, type);
      b.setLoc(kernel.locationOf(*b.getContext(), statement.value->span));
      stored[statement.id] = convertElements(b, value, element(row));
      if (llvm::is_contained(rounded, statement.id))
        roundedCopy[statement.id] = convertElements(b, value, storedElement(*b.getContext(), row.dtype));
      // What this visit reads of it is what other visits read of it.
      visit.bindDefinition(statement.id,
                           convertElements(b, stored[statement.id], computedElement(*b.getContext(), row.dtype)));
    }
    SmallVector<Value> yielded;
    for (int32_t row : definitions)
      yielded.push_back(stored[row]);
    for (int32_t row : rounded)
      yielded.push_back(roundedCopy[row]);
    return yielded;
  }

  KernelValues &kernel;
  const Loop &loop;
  bool isBatched;
  RoundedCopies &copies;
  ImplicitLocOpBuilder &b;
  std::set<int32_t> locals;
  SmallVector<int32_t> definitions, rounded; // rows of Kernel::tensors, in the order of the results
};

} // namespace

bool isStoredWide(const Tensor &tensor) {
  return tensor.recursive && isFloat(tensor.dtype) && sizeInBytes(tensor.dtype) == 2;
}

void emitLoop(KernelValues &kernel, const Loop &loop, RoundedCopies &copies, ImplicitLocOpBuilder &builder) {
  // Nothing shared by the batch depends on what is not: its sweep comes first, and is one for all elements.
  LoopWriter(kernel, loop, /*isBatched=*/false, copies, builder).write();
  LoopWriter(kernel, loop, /*isBatched=*/true, copies, builder).write();
}

Value emitCopy(KernelValues &kernel, Value tensor, const Tensor &row, ImplicitLocOpBuilder &b) {
  auto type = mlir::cast<RankedTensorType>(tensor.getType());
  size_t numBatchAxes = type.getRank() - row.axes.size(), numAxes = 0;
  for (size_t axis = 0; axis < row.axes.size(); ++axis)
    if (type.isDynamicDim(numBatchAxes + axis))
      numAxes = axis + 1;
  SmallVector<Value> axes;
  for (size_t axis = 0; axis < numAxes; ++axis)
    axes.push_back(kernel.extents.value(b, row.axes[axis].size));
  SmallVector<int64_t> shape(numBatchAxes + numAxes, ShapedType::kDynamic);
  ArrayRef<int64_t> tileShape = type.getShape().drop_front(numBatchAxes + numAxes);
  shape.append(tileShape.begin(), tileShape.end());
  Type copied = type.clone(ArrayRef(shape));

  Value batch = numBatchAxes ? kernel.extents.argument(kernel.extents.batchRow()) : Value();
  auto sweep = tree::SweepOp::create(b, TypeRange{copied}, tree::Direction::each, /*leaves=*/false, batch, axes,
                                     Value(), ValueRange());
  OpBuilder::InsertionGuard guard(b);
  Block *block = b.createBlock(&sweep.getBody());
  SmallVector<Value> indices;
  for (size_t axis = 0; axis < numAxes; ++axis)
    indices.push_back(block->addArgument(b.getIndexType(), b.getLoc()));
  block->addArgument(copied, b.getLoc());
  Value tile = tree::ReadOp::create(b, tileType(tileShape, type.getElementType()), tensor, indices);
  tree::YieldOp::create(b, tile);
  return sweep.getResult(0);
}

} // namespace espalier::emission
