//===- ExtentTable.h - The rows of Signature::extents -----------------------===//
//
// Every size that is not a constant, and every index parameter, is a row. A row is made
// when it is first asked for, and is an argument of the function: a body computes no size.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_FRONTENDS_EMIT_EXTENTTABLE_H
#define ESPALIER_FRONTENDS_EMIT_EXTENTTABLE_H

#include "frontends/Sema/Kernel.h"
#include "runtime/Kernel/Signature.h"

#include "mlir/IR/Block.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

#include <map>
#include <optional>

namespace espalier::emission {

class ExtentTable {
public:
  /// Knows where the symbols of the kernel's sizes come from.
  explicit ExtentTable(const sema::Kernel &kernel);

  /// The row of a size; nothing where a symbol is no size that is known before the kernel runs. Constants have rows
  /// too.
  std::optional<int32_t> row(const sema::Dim &size);
  int32_t batchRow();
  int32_t indexRow(int32_t index);
  /// The number of edges that a spanning tree, a row of Signature::trees, may grow on.
  int32_t edgesRow(int32_t tree, const std::string &name);

  /// A size as the signature says it. `row(size)` is something.
  AxisSize axisSize(const sema::Dim &size);

  /// The function whose arguments are the rows made so far and hereafter; they are appended to `block`.
  void bind(mlir::Block &block);
  mlir::Value value(mlir::ImplicitLocOpBuilder &builder, const sema::Dim &size);
  mlir::Value argument(int32_t row) const { return arguments[row]; }

  const std::vector<ExtentSpec> &rows() const { return specs; }

private:
  int32_t add(ExtentSpec spec);
  std::optional<int32_t> computed(const sema::Dim &size);
  std::optional<int32_t> combined(ExtentSpec::Source source, const std::vector<sema::Dim> &parts,
                                  const std::string &name);

  const sema::Kernel &kernel;
  std::map<std::string, ExtentSpec> sources; // by symbol
  std::map<std::string, int32_t> rowOf;      // by the text of the size
  std::vector<ExtentSpec> specs;
  mlir::Block *block = nullptr;
  std::vector<mlir::Value> arguments;
};

} // namespace espalier::emission

#endif
