//===- VerifyReductions.cpp - Constraints of reductions over domains --------===//
#include "dialects/Tile/IR/TileType.h"
#include "dialects/Tree/IR/TreeDialect.h"

using namespace mlir;

namespace espalier::tree {

namespace {
/// reduce-C1: which operands a domain has.
struct DomainRow {
  DomainKind kind;
  bool vertex, bounds, tree;
};
} // namespace

static constexpr DomainRow domainRows[] = {
    {DomainKind::children, true, false, true},
    {DomainKind::range, false, true, false},
    {DomainKind::vertices, false, false, true},
    {DomainKind::leaves, false, false, true},
};

static LogicalResult verifyDomain(ReduceOp op) {
  for (const DomainRow &row : domainRows) {
    if (row.kind != op.getDomain())
      continue;
    auto expects = [&](bool expected, bool found, StringRef what) -> LogicalResult {
      if (expected == found)
        return success();
      return op.emitOpError("over ") << stringifyDomainKind(row.kind) << " expects " << (expected ? "" : "no ") << what;
    };
    if (failed(expects(row.vertex, bool(op.getVertex()), "vertex")) ||
        failed(expects(row.bounds, bool(op.getLower()), "lower bound")) ||
        failed(expects(row.bounds, bool(op.getUpper()), "upper bound")) ||
        failed(expects(row.tree, bool(op.getTree()), "tree")))
      return failure();
  }
  return success();
}

/// reduce-C2: the region's only argument is the element.
static LogicalResult verifyElement(ReduceOp op, Region &region, StringRef what) {
  Type expected = op.getDomain() == DomainKind::range ? Type(IndexType::get(op.getContext()))
                                                      : Type(VertexType::get(op.getContext()));
  if (!region.hasOneBlock())
    return op.emitOpError("expects one block in its ") << what;
  Block &block = region.front();
  if (block.getNumArguments() == 1 && block.getArgument(0).getType() == expected)
    return success();
  InFlightDiagnostic error = op.emitOpError("expects one argument of type ")
                             << expected << " in its " << what << ", got ";
  llvm::interleaveComma(block.getArgumentTypes(), error);
  return error << " (" << block.getNumArguments() << ")";
}

LogicalResult ReduceOp::verify() {
  if (failed(verifyDomain(*this)) || failed(verifyElement(*this, getBody(), "body")))
    return failure();
  return getFilter().empty() ? success() : verifyElement(*this, getFilter(), "filter");
}

/// Whether values of this element type can be combined by `kind`.
static bool isCombinable(tile::ReductionKind kind, Type element) {
  return tile::isComputedFloat(element) ||
         ((element.isInteger(32) || element.isIndex()) && kind != tile::ReductionKind::logsumexp);
}

static LogicalResult verifyFilter(ReduceOp op) {
  if (op.getFilter().empty())
    return success();
  // reduce-C2: the filter answers by one i1.
  auto yield = dyn_cast<YieldOp>(op.getFilter().front().back());
  if (yield && yield.getValues().size() == 1 && yield.getValues().front().getType().isInteger(1))
    return success();
  return op.emitOpError("expects its filter to end in a tree.yield of one i1");
}

LogicalResult ReduceOp::verifyRegions() {
  if (failed(verifyFilter(*this)))
    return failure();
  // reduce-C3: kinds, yielded values and results agree.
  auto yield = dyn_cast<YieldOp>(getBody().front().back());
  if (!yield)
    return emitOpError("expects its body to end in tree.yield");
  size_t numValues = yield.getValues().size();
  if (getKinds().size() != numValues || getNumResults() != numValues)
    return emitOpError("expects one kind and one result per yielded value: ")
           << numValues << " values, got " << getKinds().size() << " kinds and " << getNumResults() << " results";
  for (auto [i, value, result] : llvm::enumerate(yield.getValues(), getOutputs())) {
    if (value.getType() != result.getType())
      return emitOpError("yields ") << value.getType() << " as value " << i << ", got a result of type "
                                    << result.getType();
    if (Type element = tile::elementOf(value.getType()); !isCombinable(getKind(i), element))
      return emitOpError("cannot combine elements of ")
             << element << " by " << tile::stringifyReductionKind(getKind(i));
  }
  return success();
}

} // namespace espalier::tree
