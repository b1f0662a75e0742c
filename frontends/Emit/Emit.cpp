//===- Emit.cpp - A kernel as a function of sweeps --------------------------===//
#include "frontends/Emit/Emit.h"

#include "frontends/Emit/EmitAttention.h"
#include "frontends/Emit/EmitLoop.h"
#include "frontends/Emit/EmitTree.h"
#include "frontends/Emit/SplitRows.h"
#include "frontends/Emit/TreeRows.h"

#include "dialects/Block/IR/BlockDialect.h"
#include "dialects/Tile/IR/TileDialect.h"
#include "dialects/Tree/IR/TreeDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Verifier.h"

using namespace mlir;

namespace espalier {

using namespace emission;

namespace {

/// Rows of Signature::tensors and ::trees, as rows of the kernel.
template <class Row> std::vector<int32_t> byParameter(const std::vector<Row> &rows) {
  std::vector<int32_t> order;
  for (size_t i = 0; i < rows.size(); ++i)
    if (rows[i].parameter >= 0) {
      order.resize(std::max<size_t>(order.size(), rows[i].parameter + 1), -1);
      order[rows[i].parameter] = static_cast<int32_t>(i);
    }
  return order;
}

Type parameterType(MLIRContext &context, const sema::Tensor &tensor) {
  SmallVector<int64_t> shape(tensor.batched ? 1 : 0, ShapedType::kDynamic);
  for (const sema::Tensor::Axis &axis : tensor.axes)
    shape.push_back(axis.size.constant().value_or(ShapedType::kDynamic));
  return RankedTensorType::get(shape, storedElement(context, tensor.dtype));
}

class KernelEmitter {
public:
  KernelEmitter(const SplitKernel &split, const SourceManager &sources, MLIRContext &context, Signature &signature)
      : kernel(split.kernel), steps(split.steps), context(context), signature(signature),
        values{kernel, sources, ExtentTable(kernel), std::vector<Value>(kernel.tensors.size()),
               std::vector<Value>(kernel.trees.size())},
        location(values.locationOf(context, kernel.span)), b(location, &context) {}

  OwningOpRef<ModuleOp> run() {
    OwningOpRef<ModuleOp> module = ModuleOp::create(location);
    b.setInsertionPointToStart(module->getBody());
    auto function = func::FuncOp::create(b, kernel.name, FunctionType::get(&context, {}, {}));
    Block *block = b.createBlock(&function.getBody());
    addParameters(*block);
    addExtents(*block);
    for (const sema::ResultRef &result : kernel.results)
      if (!result.isTree && isStoredWide(kernel.tensors[baseOf(kernel, result.id)]))
        copies.wanted.insert(baseOf(kernel, result.id));
    emitBody();
    SmallVector<Value> results = emitResults();
    func::ReturnOp::create(b, results);
    function.setFunctionType(FunctionType::get(&context, block->getArgumentTypes(), ValueRange(results).getTypes()));
    signature.extents = values.extents.rows();
    return module;
  }

private:
  TensorSpec specOf(const sema::Tensor &tensor) {
    TensorSpec spec;
    spec.name = tensor.name;
    spec.dtype = tensor.dtype;
    spec.batched = tensor.batched;
    for (const sema::Tensor::Axis &axis : tensor.axes)
      spec.axes.push_back(values.extents.axisSize(axis.size));
    return spec;
  }

  /// A tree as a result: its parents.
  TensorSpec parentsSpec(int32_t tree) {
    TensorSpec spec;
    spec.dtype = DType::i32;
    spec.batched = kernel.trees[tree].batched;
    spec.axes = {values.extents.axisSize(kernel.trees[tree].numVertices)};
    spec.tree = values.treeRows[tree];
    return spec;
  }

  void addParameters(Block &block) {
    auto named = [&](StringRef name, ast::Span span) {
      return NameLoc::get(StringAttr::get(&context, name), values.locationOf(context, span));
    };
    std::vector<int32_t> treeOfRow(kernel.trees.size());
    values.treeRows = treeRows(kernel);
    for (size_t tree = 0; tree < kernel.trees.size(); ++tree)
      treeOfRow[values.treeRows[tree]] = static_cast<int32_t>(tree);
    for (int32_t row : treeOfRow) {
      const sema::Tree &tree = kernel.trees[row];
      auto type = tree::TreeType::get(&context, static_cast<tree::Kind>(tree.kind), tree.arity);
      if (!isGrown(kernel, tree))
        values.trees[row] = block.addArgument(type, named(tree.name, tree.span));
    }
    for (int32_t row : byParameter(kernel.tensors)) {
      const sema::Tensor &tensor = kernel.tensors[row];
      values.tensors[row] = block.addArgument(parameterType(context, tensor), named(tensor.name, tensor.span));
      signature.tensors.push_back(specOf(tensor));
    }
    // A tree's sizes are rows before one that measures it; they speak of earlier trees only.
    for (const sema::Tree &tree : kernel.trees)
      values.treeSpecs.push_back(treeSpec(kernel, tree, values.extents, values.positionOf(tree.span)));
    for (int32_t row : treeOfRow)
      signature.trees.push_back(values.treeSpecs[row]);
  }

  /// Rows in an order that a reader expects: batch, sizes of arguments and results, index parameters; others follow as
  /// they are asked for.
  void addExtents(Block &block) {
    signature.kernel = kernel.name;
    signature.indices = kernel.indices;
    bool isBatched = llvm::any_of(kernel.tensors, [](const sema::Tensor &tensor) { return tensor.batched; }) ||
                     llvm::any_of(kernel.trees, [](const sema::Tree &tree) { return tree.batched; });
    if (isBatched)
      values.extents.batchRow();
    for (const sema::ResultRef &result : kernel.results) {
      signature.results.push_back(result.isTree ? parentsSpec(result.id) : specOf(kernel.tensors[result.id]));
      signature.results.back().name = result.name;
    }
    for (size_t i = 0; i < kernel.indices.size(); ++i)
      values.extents.indexRow(static_cast<int32_t>(i));
    values.extents.bind(block);
  }

  void emitBody() {
    auto emitStep = [&](const Step &step) {
      if (auto *attention = std::get_if<Attention>(&step))
        emitAttention(values, *attention, b);
      else
        emitLoop(values, std::get<sema::Loop>(step), copies, b);
    };
    for (size_t position = 0; position <= steps.size(); ++position) {
      for (size_t row = 0; row < kernel.trees.size(); ++row)
        if (!values.trees[row] && kernel.trees[row].position == static_cast<int32_t>(position))
          values.trees[row] = emitGrownTree(values, static_cast<int32_t>(row), b);
      if (position < steps.size())
        llvm::for_each(steps[position], emitStep);
    }
  }

  /// Every tensor is a sweep's, and no two are the same.
  SmallVector<Value> emitResults() {
    SmallVector<Value> results;
    std::set<const void *> taken; // what is returned, beneath views
    for (const sema::ResultRef &result : kernel.results) {
      if (result.isTree) {
        results.push_back(values.trees[result.id]);
        continue;
      }
      auto rounded = copies.made.find(baseOf(kernel, result.id));
      Value value = rounded != copies.made.end() ? values.underAxesOf(b, rounded->second, result.id)
                                                 : values.tensor(b, result.id);
      Value base = tree::ViewOp::baseOf(value);
      if (mlir::isa<BlockArgument>(base) || !taken.insert(base.getAsOpaquePointer()).second)
        value = emitCopy(values, value, kernel.tensors[result.id], b);
      results.push_back(value);
    }
    return results;
  }

  const sema::Kernel &kernel;
  const std::vector<std::vector<Step>> &steps;
  MLIRContext &context;
  Signature &signature;
  KernelValues values;
  Location location;
  ImplicitLocOpBuilder b;
  RoundedCopies copies;
};

} // namespace

void registerEmittedDialects(DialectRegistry &registry) {
  registry.insert<block::BlockDialect, tile::TileDialect, tree::TreeDialect, arith::ArithDialect, func::FuncDialect,
                  math::MathDialect, tensor::TensorDialect>();
}

Result<OwningOpRef<ModuleOp>> emit(const sema::Kernel &kernel, const SourceManager &sources, MLIRContext &context,
                                   Signature &signature) {
  DialectRegistry registry;
  registerEmittedDialects(registry);
  context.appendDialectRegistry(registry);
  context.loadAllAvailableDialects();
  OwningOpRef<ModuleOp> module = KernelEmitter(splitRows(kernel), sources, context, signature).run();
  std::string problem;
  ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &diagnostic) {
    problem += (problem.empty() ? "" : "; ") + diagnostic.str();
    return success();
  });
  if (failed(verify(*module)))
    return Error::of("internal error: the intermediate form of {} does not verify: {}", kernel.name, problem);
  return module;
}

} // namespace espalier
