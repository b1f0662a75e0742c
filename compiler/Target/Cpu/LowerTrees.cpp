//===- LowerTrees.cpp - Growing trees calls the runtime ---------------------===//
//
//   tree.build row(1) location(0) from %costs ends(%ends) root(%r)
//
// becomes a call of espalier_build_trees(call, 1, 0, costs, ends, r, 0) and a branch to
// the end of the kernel where it answers 0: the fault is recorded by then.
//===----------------------------------------------------------------------===//
#include "compiler/Target/Cpu/Passes.h"

#include "dialects/Tree/IR/TreeDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace espalier::cpu {

namespace {
struct LowerTrees : PassWrapper<LowerTrees, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LowerTrees)
  StringRef getArgument() const override { return "cpu-lower-trees"; }
  StringRef getDescription() const override {
    return "Growing trees calls the runtime, and ends the kernel where there is none";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, cf::ControlFlowDialect, func::FuncDialect, LLVM::LLVMDialect,
                    memref::MemRefDialect>();
  }
  void runOnOperation() override;
};

/// Writes the call for one operation.
class RuntimeCall {
public:
  RuntimeCall(Operation *op, Value call) : op(op), builder(op), location(op->getLoc()) { add(call); }

  void add(Value value) {
    operands.push_back(value);
    types.push_back(value.getType());
  }
  void addNumber(int64_t number) {
    add(arith::ConstantOp::create(builder, location, builder.getI64IntegerAttr(number)));
  }
  /// 0 without a value.
  void addIndex(Value index) {
    if (index)
      add(arith::IndexCastOp::create(builder, location, builder.getI64Type(), index));
    else
      addNumber(0);
  }
  /// The address of a buffer's first element; null without a buffer.
  void addBuffer(Value buffer) {
    Type pointer = LLVM::LLVMPointerType::get(builder.getContext());
    if (!buffer)
      return add(LLVM::ZeroOp::create(builder, location, pointer));
    Value address = memref::ExtractAlignedPointerAsIndexOp::create(builder, location, buffer);
    address = arith::IndexCastOp::create(builder, location, builder.getI64Type(), address);
    add(LLVM::IntToPtrOp::create(builder, location, pointer, address));
  }

  /// Calls the function; where it answers 0, control goes to `exit`.
  void emit(StringRef name, Block *exit) {
    auto module = op->getParentOfType<ModuleOp>();
    if (!module.lookupSymbol(name)) {
      OpBuilder top = OpBuilder::atBlockBegin(module.getBody());
      func::FuncOp::create(top, location, name, builder.getFunctionType(types, builder.getI32Type())).setPrivate();
    }
    Value answer = func::CallOp::create(builder, location, name, builder.getI32Type(), operands).getResult(0);
    Value zero = arith::ConstantOp::create(builder, location, builder.getI32IntegerAttr(0));
    Value stands = arith::CmpIOp::create(builder, location, arith::CmpIPredicate::ne, answer, zero);
    Block *before = op->getBlock(), *rest = before->splitBlock(op->getNextNode());
    builder.setInsertionPointToEnd(before);
    cf::CondBranchOp::create(builder, location, stands, rest, exit);
    op->erase();
  }

private:
  Operation *op;
  OpBuilder builder;
  Location location;
  SmallVector<Value> operands;
  SmallVector<Type> types;
};
} // namespace

static void lower(Operation *op, Value call, Block *exit) {
  RuntimeCall runtime(op, call);
  if (auto list = dyn_cast<tree::ListEdgesOp>(op)) {
    runtime.addNumber(list.getRow());
    runtime.addNumber(list.getLocation());
    runtime.addBuffer(list.getPairs());
    runtime.addBuffer(list.getEnds());
    return runtime.emit("espalier_list_edges", exit);
  }
  auto build = cast<tree::BuildOp>(op);
  runtime.addNumber(build.getRow());
  runtime.addNumber(build.getLocation());
  runtime.addBuffer(build.getData());
  runtime.addBuffer(build.getEnds());
  runtime.addIndex(build.getRoot());
  runtime.addIndex(build.getSeed());
  runtime.emit("espalier_build_trees", exit);
}

void LowerTrees::runOnOperation() {
  for (auto function : getOperation().getOps<func::FuncOp>()) {
    SmallVector<Operation *> growths;
    function.walk([&](Operation *op) {
      if (isa<tree::ListEdgesOp, tree::BuildOp>(op))
        growths.push_back(op);
    });
    if (growths.empty())
      continue;
    if (function.getNumArguments() == 0 || !isa<LLVM::LLVMPointerType>(function.getArgument(0).getType())) {
      growths.front()->emitError("stands in no function that has the call as its first argument");
      return signalPassFailure();
    }
    if (llvm::any_of(growths, [&](Operation *op) { return op->getParentOp() != function; })) {
      growths.front()->emitError("trees grow at the top level of a kernel");
      return signalPassFailure();
    }
    Block *exit = new Block;
    function.getBody().push_back(exit);
    OpBuilder builder = OpBuilder::atBlockEnd(exit);
    func::ReturnOp::create(builder, function.getLoc());
    for (Operation *op : growths)
      lower(op, function.getArgument(0), exit);
  }
}

std::unique_ptr<Pass> createLowerTrees() { return std::make_unique<LowerTrees>(); }

} // namespace espalier::cpu
