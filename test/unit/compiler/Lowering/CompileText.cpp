//===- CompileText.cpp - Textual IR as native code --------------------------===//
#include "test/unit/compiler/Lowering/CompileText.h"

#include "dialects/Block/IR/BlockDialect.h"
#include "dialects/Tree/IR/TreeDialect.h"
#include "runtime/Kernel/Kernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

using namespace mlir;

namespace espalier {

MLIRContext &compilerContext() {
  static MLIRContext *context = [] {
    DialectRegistry registry;
    registerCompilerDialects(registry);
    auto *made = new MLIRContext(registry, MLIRContext::Threading::DISABLED);
    made->loadAllAvailableDialects();
    return made;
  }();
  return *context;
}

OwningOpRef<ModuleOp> parse(const std::string &text) {
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, ParserConfig(&compilerContext()));
  EXPECT_TRUE(module) << text;
  return module;
}

static DType elementTypeOf(Type element) {
  if (element.isF64())
    return DType::f64;
  if (element.isF16())
    return DType::f16;
  if (element.isBF16())
    return DType::bf16;
  if (element.isInteger(1))
    return DType::boolean;
  return element.isF32() ? DType::f32 : DType::i32;
}

namespace {
/// Brings the arguments of a function into the order of an ABI call and describes them.
class Description {
public:
  Description(func::FuncOp function, int64_t size) : function(function), size(size) {}

  Signature make() {
    order([](Type type) { return isa<tree::TreeType>(type); });
    order([](Type type) { return isa<RankedTensorType>(type); });
    order([](Type type) { return isa<IndexType>(type); });
    Block &block = function.getBody().front();
    SmallVector<Type> types;
    unsigned count = block.getNumArguments();
    for (unsigned number : numbers) {
      Value old = block.getArgument(number);
      types.push_back(old.getType());
      old.replaceAllUsesWith(block.addArgument(old.getType(), old.getLoc()));
    }
    block.eraseArguments(0, count);
    // All open sizes are one number, and so are the indices: said so, loops over them need no checks.
    Value open = block.addArgument(IndexType::get(function.getContext()), function.getLoc());
    for (BlockArgument argument : block.getArguments())
      if (argument.getType().isIndex() && argument != open)
        argument.replaceAllUsesWith(open);
    for (unsigned number = 0; number < types.size(); ++number)
      describe(number, types[number]);
    // One row more: the size of all that is open.
    openRow = int32_t(signature.extents.size());
    signature.indices.push_back("size");
    signature.extents.push_back({"size", ExtentSpec::Source::index, int32_t(signature.indices.size() - 1), -1, 0, {}});
    signature.parameters.push_back({"size", ParameterSpec::Kind::index, int32_t(signature.indices.size() - 1)});
    types.push_back(IndexType::get(function.getContext()));
    for (unsigned number = 0; number < types.size(); ++number)
      if (auto tensor = dyn_cast<RankedTensorType>(types[number]))
        signature.tensors.push_back(specOf("x" + std::to_string(number), tensor));
    for (Value result : block.getTerminator()->getOperands())
      signature.results.push_back(resultSpec("y" + std::to_string(signature.results.size()), result));
    types.append(leafRows, IndexType::get(function.getContext()));
    function.setType(FunctionType::get(function.getContext(), types, function.getResultTypes()));
    signature.kernel = function.getName().str();
    return signature;
  }

  std::vector<unsigned> numbers; // of the arguments, in the new order

private:
  void order(llvm::function_ref<bool(Type)> isOfKind) {
    for (BlockArgument argument : function.getArguments())
      if (isOfKind(argument.getType()))
        numbers.push_back(argument.getArgNumber());
  }

  void describe(unsigned number, Type type) {
    std::string name = "p" + std::to_string(number);
    if (auto tree = dyn_cast<tree::TreeType>(type)) {
      signature.parameters.push_back({name, ParameterSpec::Kind::tree, int32_t(signature.trees.size())});
      signature.trees.push_back({name, TreeKind(tree.getKind()), int32_t(tree.getArity()), true});
    } else if (isa<IndexType>(type)) {
      signature.parameters.push_back({name, ParameterSpec::Kind::index, int32_t(signature.indices.size())});
      signature.extents.push_back({name, ExtentSpec::Source::index, int32_t(signature.indices.size()), -1, 0, {}});
      signature.indices.push_back(name);
    } else {
      signature.parameters.push_back({name, ParameterSpec::Kind::tensor, numTensors++});
    }
  }

  TensorSpec specOf(const std::string &name, RankedTensorType type) {
    TensorSpec spec{name, elementTypeOf(type.getElementType()), false, {}};
    for (int64_t extent : type.getShape())
      spec.axes.push_back(ShapedType::isDynamic(extent) ? AxisSize{"size", -1, openRow}
                                                        : AxisSize{std::to_string(extent), extent, -1});
    return spec;
  }

  /// Axes of constant size, and those of leaves, are known from the sweep.
  TensorSpec resultSpec(const std::string &name, Value result) {
    TensorSpec spec = specOf(name, cast<RankedTensorType>(result.getType()));
    auto setConstants = [&](Value batch, ValueRange axes) {
      for (auto [axis, extent] : llvm::enumerate(axes)) {
        APInt constant;
        if (matchPattern(extent, m_ConstantInt(&constant)))
          spec.axes[axis + bool(batch)] = {"constant", constant.getSExtValue(), -1};
      }
    };
    if (auto attend = result.getDefiningOp<block::AttendOp>();
        attend && !llvm::is_contained(attend.getAccumulated(), result))
      setConstants(attend.getBatch(), attend.getAxes());
    auto sweep = result.getDefiningOp<tree::SweepOp>();
    if (!sweep || !llvm::is_contained(sweep.getDefinitions(), result))
      return spec;
    setConstants(sweep.getBatch(), sweep.getAxes());
    if (sweep.getLeaves()) {
      spec.axes[sweep.getAxes().size() + bool(sweep.getBatch())] = {"leaves", -1, int32_t(signature.extents.size())};
      int32_t tree = int32_t(cast<BlockArgument>(sweep.getTree()).getArgNumber());
      signature.extents.push_back({"leaves", ExtentSpec::Source::leaves, tree, -1, 0, {}});
      function.getBody().front().addArgument(IndexType::get(function.getContext()), function.getLoc());
      leafRows++;
    }
    return spec;
  }

  func::FuncOp function;
  int64_t size;
  int leafRows = 0;
  int32_t openRow = -1, numTensors = 0;
  Signature signature;
};
} // namespace

Result<std::vector<Tensor>> compileAndRun(func::FuncOp function, const std::vector<interpreter::Value> &arguments,
                                          int64_t size, const CpuOptions &options) {
  OwningOpRef<ModuleOp> module = ModuleOp::create(function.getLoc());
  module->push_back(function.clone());
  auto copy = *module->getOps<func::FuncOp>().begin();
  Description description(copy, size);
  Signature signature = description.make();
  EXPECT_TRUE(succeeded(verify(*module)));
  std::vector<Argument> call;
  for (unsigned number : description.numbers) {
    Argument argument = arguments[number];
    if (auto *tensor = std::get_if<Tensor>(&argument)) {
      Result<Tensor> converted = tensor->to(elementTypeOf(getElementTypeOrSelf(function.getArgumentTypes()[number])));
      if (!converted)
        return converted.error();
      argument = *converted;
    }
    call.push_back(argument);
  }
  call.push_back(size);
  Result<CompiledKernel> code = compileForCpu(*module, signature, options);
  if (!code)
    return code.error();
  Result<Kernel> kernel = Kernel::create(signature, code->entry, std::const_pointer_cast<void>(code->code));
  if (!kernel)
    return kernel.error();
  return kernel->call(call);
}

static std::string asTensor(const std::string &tile) {
  return tile.starts_with("tensor") ? tile : "tensor<" + tile + ">";
}

std::string visitOf(const std::vector<Named> &parameters, const std::string &body, const std::vector<Named> &yielded) {
  std::string arguments, reads, handles, tensors, values, types, results;
  auto append = [](std::string &list, const std::string &item) { list += (list.empty() ? "" : ", ") + item; };
  for (const auto &[name, tile] : parameters) {
    if (tile == "index") {
      append(arguments, name + ": index");
      continue;
    }
    append(arguments, name + "_: " + asTensor(tile));
    reads += "    " + name + " = tree.read " + name + "_[] : " + asTensor(tile) + " -> " + tile + "\n";
  }
  for (size_t number = 0; number < yielded.size(); ++number) {
    const auto &[name, tile] = yielded[number];
    append(handles, "%handle" + std::to_string(number) + ": " + asTensor(tile));
    append(tensors, asTensor(tile));
    append(values, name);
    append(types, tile);
    append(results, "%all#" + std::to_string(number));
  }
  return "func.func @f(" + arguments + ") -> (" + tensors + ") {\n  %all:" + std::to_string(yielded.size()) +
         " = tree.sweep each {\n  ^bb0(" + handles + "):\n" + reads + body + "\n    tree.yield " + values + " : " +
         types + "\n  } : " + tensors + "\n  return " + results + " : " + tensors + "\n}\n";
}

} // namespace espalier
