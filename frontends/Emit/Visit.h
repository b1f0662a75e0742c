//===- Visit.h - The expressions of one visit, as IR ------------------------===//
//
// A Visit writes the body of one sweep, or a region of attention. Every expression becomes one value: a tile a tensor
// of static shape, a tile of rank 0 a scalar, an index an index, a vertex a !tree.vertex; f16 and bf16 are held as f32.
// An expression that is reached twice is one value, within the region where it was first written.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_FRONTENDS_EMIT_VISIT_H
#define ESPALIER_FRONTENDS_EMIT_VISIT_H

#include "frontends/AST/Diagnostics.h"
#include "frontends/Emit/ExtentTable.h"
#include "frontends/Emit/Number.h"
#include "frontends/Sema/Kernel.h"

#include "dialects/Tile/IR/TileDialect.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/ScopedHashTable.h"

#include <map>
#include <optional>
#include <vector>

namespace espalier::emission {

/// What every sweep of a kernel may name.
struct KernelValues {
  const sema::Kernel &kernel;
  const SourceManager &sources;
  ExtentTable extents;
  std::vector<mlir::Value> tensors;   // by row of Kernel::tensors; null until defined, of a view until it is asked for
  std::vector<mlir::Value> trees;     // by row of Kernel::trees; null until built
  std::vector<int32_t> treeRows = {}; // by row of Kernel::trees: the row of Signature::trees
  std::vector<TreeSpec> treeSpecs = {}; // by row of Kernel::trees

  /// The tensor of a row. A view stands between sweeps, before the builder's place.
  mlir::Value tensor(mlir::ImplicitLocOpBuilder &builder, int32_t row);
  /// The elements of a row, or a copy of them, under the axes of another one that views it.
  mlir::Value underAxesOf(mlir::ImplicitLocOpBuilder &builder, mlir::Value elements, int32_t row);
  /// The same where `shape` says which sizes are constants.
  mlir::Value view(mlir::ImplicitLocOpBuilder &builder, mlir::Value tensor, const sema::Tensor &row,
                   llvm::ArrayRef<int64_t> shape);
  mlir::Value size(mlir::ImplicitLocOpBuilder &builder, const sema::Dim &size) { return extents.value(builder, size); }
  mlir::Location locationOf(mlir::MLIRContext &context, ast::Span span) const;
  /// "tree_scan.esp:24:9".
  std::string positionOf(ast::Span span) const;
  /// The program's own words, on one line; a long text is cut.
  std::string textOf(ast::Span span) const;
};

/// The element type in which a dtype is stored, and the one in which it is computed.
mlir::Type storedElement(mlir::MLIRContext &context, DType dtype);
mlir::Type computedElement(mlir::MLIRContext &context, DType dtype);
/// Sizes of a tile; each is a constant once a kernel is specialised.
llvm::SmallVector<int64_t> shapeOf(const std::vector<sema::Dim> &sizes);
/// A tile of that shape; a scalar where it is empty.
mlir::Type tileType(llvm::ArrayRef<int64_t> shape, mlir::Type element);
/// The elements of a tile or scalar in another type: floats are rounded, indices and i32 wrap, floats become i32 by
/// truncation towards zero and stop at its bounds (NaN is 0), anything but zero is true.
mlir::Value convertElements(mlir::ImplicitLocOpBuilder &builder, mlir::Value value, mlir::Type element);

/// The number that an expression is known to be before anything runs.
std::optional<double> literalValue(const sema::Expr &expr);

class Visit {
public:
  /// Writes at the builder's place, within the body of `sweep`, which is that of `loop` (or within a region of a
  /// block.attend over its domain, where vertices are indices); between sweeps `sweep` is null and `loop` one of
  /// nothing.
  Visit(KernelValues &kernel, const sema::Loop &loop, mlir::Operation *sweep, mlir::ImplicitLocOpBuilder &builder);

  void bindVariable(int32_t variable, mlir::Value value) { variables[variable] = value; }
  /// A tensor that this sweep defines.
  void bindHandle(int32_t tensor, mlir::Value handle) { handles[tensor] = handle; }
  void bindLocal(int32_t local, mlir::Value value) { locals[local] = value; }
  /// The value of a tensor of this loop at the point of the visit.
  void bindDefinition(int32_t tensor, mlir::Value value) { definitions[tensor] = value; }

  mlir::Value emit(const sema::Expr &expr);
  /// An index, or what becomes one: an i32 of rank 0.
  mlir::Value emitIndex(const sema::Expr &expr);
  /// The value as that of `type`: computed in its dtype, stretched to its sizes.
  mlir::Value emitAs(const sema::Expr &expr, const sema::Type &type);
  /// What entering a product of the dtype of `product` makes of an operand.
  mlir::Value factor(const sema::Expr &operand, const sema::Expr &product);

private:
  using Memo = llvm::ScopedHashTable<const sema::Expr *, mlir::Value>;

  // Each writes the operations of its group, or gives null for those of another.
  mlir::Value emitLeaf(const sema::Expr &expr);
  mlir::Value emitVertexFact(const sema::Expr &expr);
  mlir::Value emitElementwise(const sema::Expr &expr);
  mlir::Value emitShape(const sema::Expr &expr);
  mlir::Value emitProduct(const sema::Expr &expr);
  mlir::Value emitReduction(const sema::Expr &expr);
  mlir::Value emitRow(const sema::Expr &expr);

  mlir::Value emitRead(const sema::Expr &expr);
  mlir::Value emitElement(const sema::Expr &expr);
  bool isOwnPoint(const sema::Expr &read) const;
  mlir::Value withStaticTile(mlir::Value tensor, const sema::Tensor &row, size_t numIndices);
  mlir::Value elementOf(mlir::Value tile, llvm::ArrayRef<sema::ExprPtr> positions);
  mlir::Value position(const sema::Expr &index, const sema::Tensor::Axis &axis);

  mlir::Value emitArithmetic(const sema::Expr &expr);
  mlir::Value emitPower(const sema::Expr &expr, mlir::Type element);
  mlir::Value emitComparison(const sema::Expr &expr);
  mlir::Value emitWhere(const sema::Expr &expr);
  mlir::Value emitConcat(const sema::Expr &expr);
  mlir::Value emitSlice(const sema::Expr &expr);
  mlir::Value emitContract(const sema::Expr &expr);
  mlir::Value emitOuter(const sema::Expr &expr);
  mlir::Value emitSolve(const sema::Expr &expr);
  mlir::Value emitTileReduction(const sema::Expr &expr);
  mlir::Value emitComprehension(const sema::Expr &expr);
  mlir::Value emitRowProduct(const sema::Expr &expr);
  mlir::Value overKeys(const sema::Expr &row, tile::ReductionKind kind, mlir::Type type,
                       llvm::function_ref<mlir::Value()> element);
  /// Fills a region of a tree.reduce, whose element is the value of a variable.
  void writeElement(mlir::Region &region, mlir::Type element, int32_t variable, llvm::function_ref<void()> write);

  mlir::Value contract(llvm::StringRef subscripts, llvm::ArrayRef<mlir::Value> factors, mlir::Type result);
  Number norm(mlir::Value tile, llvm::ArrayRef<int64_t> axes);
  mlir::Value extent(const sema::Dim &size) { return kernel.extents.value(b, size); }
  mlir::Value numElements(const sema::Domain &domain);

  mlir::Type typeOf(const sema::Type &type) const;
  mlir::Value convert(mlir::Value value, mlir::Type element) { return convertElements(b, value, element); }
  mlir::Value stretch(mlir::Value value, llvm::ArrayRef<int64_t> shape);
  Number number(mlir::Value value) { return {b, value}; }

  KernelValues &kernel;
  const sema::Loop &loop;
  mlir::Operation *sweep;
  mlir::ImplicitLocOpBuilder &b;
  std::map<int32_t, mlir::Value> variables, handles, locals, definitions;
  Memo memo;
  Memo::ScopeTy memoOfVisit;
};

} // namespace espalier::emission

#endif
