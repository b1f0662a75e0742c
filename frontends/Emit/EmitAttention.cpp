//===- EmitAttention.cpp - Rows as block.attend -----------------------------===//
#include "frontends/Emit/EmitAttention.h"

#include "dialects/Block/IR/BlockDialect.h"
#include "dialects/Tree/IR/TreeDialect.h"

using namespace mlir;

namespace espalier::emission {

using sema::Expr;
using sema::Op;

namespace {

class AttentionWriter {
public:
  AttentionWriter(KernelValues &kernel, const Attention &attention, ImplicitLocOpBuilder &b)
      : kernel(kernel), attention(attention), row(*attention.row), b(b) {}

  void write() {
    // Its name is that of what it defines.
    const sema::Tensor &first = kernel.kernel.tensors[attention.products.front().result];
    MLIRContext *context = b.getContext();
    b.setLoc(NameLoc::get(StringAttr::get(context, first.name), kernel.locationOf(*context, row.span)));
    block::AttendOp attend = makeAttend();
    addRegion(attend, attend.getBounds(), /*hasKey=*/false, [&](Visit &visit) {
      Value lower = visit.emitIndex(*row.args[0]);
      return SmallVector<Value>{lower, visit.emitIndex(*row.args[1])};
    });
    if (row.args.size() > 3)
      addRegion(attend, attend.getFilter(), /*hasKey=*/true, [&](Visit &visit) {
        return SmallVector<Value>{convertElements(b, visit.emit(*row.args[3]), b.getI1Type())};
      });
    addRegion(attend, attend.getScore(), /*hasKey=*/true,
              [&](Visit &visit) { return SmallVector<Value>{visit.emit(*row.args[2])}; });
    addRegion(attend, attend.getValues(), /*hasKey=*/true, [&](Visit &visit) {
      SmallVector<Value> values;
      for (const Attention::Product &product : attention.products)
        values.push_back(product.expr->op == Op::rowTimes ? visit.factor(*product.expr->args[1], *product.expr)
                                                          : makeConstant(b, elementOf(*product.expr), 1));
      return values;
    });
    for (auto [product, sum] : llvm::zip_equal(attention.products, attend.getSums()))
      kernel.tensors[product.result] = sum;
  }

private:
  Type elementOf(const Expr &product) const { return computedElement(*b.getContext(), product.type.dtype); }

  block::AttendOp makeAttend() {
    const sema::Loop &domain = attention.domain;
    bool isBatched = kernel.kernel.tensors[attention.products.front().result].batched;
    Value batch = isBatched ? kernel.extents.argument(kernel.extents.batchRow()) : Value();
    SmallVector<Value> axes;
    for (const sema::Dim &size : domain.axes)
      axes.push_back(kernel.size(b, size));
    if (domain.tree >= 0) {
      const sema::Tree &tree = kernel.kernel.trees[domain.tree];
      axes.push_back(kernel.size(b, domain.leaves ? tree.numLeaves : tree.numVertices));
    }
    SmallVector<Type> types;
    for (const Attention::Product &product : attention.products) {
      SmallVector<int64_t> shape(axes.size() + (isBatched ? 1 : 0), ShapedType::kDynamic);
      llvm::append_range(shape, shapeOf(product.expr->type.sizes));
      types.push_back(RankedTensorType::get(shape, elementOf(*product.expr)));
    }
    Value keys = kernel.size(b, row.type.rowLength);
    return block::AttendOp::create(b, types, block::Weights::softmax, /*statistics=*/false, batch, axes, keys,
                                   ValueRange());
  }

  void addRegion(block::AttendOp attend, Region &region, bool hasKey,
                 llvm::function_ref<SmallVector<Value>(Visit &)> write) {
    OpBuilder::InsertionGuard guard(b);
    Location location = b.getLoc();
    Block *block = b.createBlock(&region);
    Visit visit(kernel, attention.domain, attend, b);
    auto addVariable = [&](int32_t variable) {
      const sema::Variable &info = kernel.kernel.variables[variable];
      Location name = NameLoc::get(b.getStringAttr(info.name), kernel.locationOf(*b.getContext(), info.span));
      visit.bindVariable(variable, block->addArgument(b.getIndexType(), name));
    };
    llvm::for_each(attention.domain.axisVariables, addVariable);
    if (attention.domain.tree >= 0)
      addVariable(attention.domain.treeVariable);
    if (hasKey)
      addVariable(row.variable);
    SmallVector<Value> values = write(visit);
    b.setLoc(location);
    block::YieldOp::create(b, values);
  }

  KernelValues &kernel;
  const Attention &attention;
  const Expr &row;
  ImplicitLocOpBuilder &b;
};

} // namespace

void emitAttention(KernelValues &kernel, const Attention &attention, ImplicitLocOpBuilder &b) {
  AttentionWriter(kernel, attention, b).write();
}

} // namespace espalier::emission
