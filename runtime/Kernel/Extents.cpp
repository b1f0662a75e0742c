//===- Extents.cpp - The table of extents of a call -------------------------===//
#include "runtime/Kernel/Binding.h"

#include <algorithm>

namespace espalier {

namespace {
/// A row computed from two others; false where the value does not exist or overflows.
struct Operation {
  ExtentSpec::Source source;
  std::string_view symbol;
  bool (*apply)(int64_t left, int64_t right, int64_t &result);
};
} // namespace

/// Division rounds down, as in the language (L15).
static bool divide(int64_t left, int64_t right, int64_t &quotient, int64_t &remainder) {
  if (right == 0 || (left == INT64_MIN && right == -1))
    return false;
  quotient = left / right;
  remainder = left % right;
  if (remainder != 0 && (remainder < 0) != (right < 0)) {
    remainder += right;
    --quotient;
  }
  return true;
}

static constexpr Operation operations[] = {
    {ExtentSpec::Source::product, "*",
     [](int64_t a, int64_t b, int64_t &r) { return !__builtin_mul_overflow(a, b, &r); }},
    {ExtentSpec::Source::sum, "+", [](int64_t a, int64_t b, int64_t &r) { return !__builtin_add_overflow(a, b, &r); }},
    {ExtentSpec::Source::quotient, "//", [](int64_t a, int64_t b, int64_t &r) { return divide(a, b, r, a); }},
    {ExtentSpec::Source::remainder, "%", [](int64_t a, int64_t b, int64_t &r) { return divide(a, b, a, r); }},
    {ExtentSpec::Source::least, "min", [](int64_t a, int64_t b, int64_t &r) { return r = std::min(a, b), true; }},
    {ExtentSpec::Source::greatest, "max", [](int64_t a, int64_t b, int64_t &r) { return r = std::max(a, b), true; }},
};

/// The extent of the leaves is one number, so the trees of a batch have equally many.
Result<int64_t> Binding::leaves(size_t tree) const {
  const espalier_trees &bound = treeTable[tree];
  int64_t numLeaves = bound.trees[0].num_leaves;
  for (int64_t i = 1; i < bound.count; ++i)
    if (bound.trees[i].num_leaves != numLeaves)
      return Error::of("{} {}: tree {} of the batch has {} leaves, but tree 0 has {}",
                       built[tree].spec ? "tree" : "argument", signature->trees[tree].name, i,
                       bound.trees[i].num_leaves, numLeaves);
  return numLeaves;
}

double Binding::operations() const {
  double sum = 0;
  for (const WorkSpec &work : signature->work) {
    double operations = work.operationsPerPoint;
    for (const AxisSize &size : work.points)
      operations *= double(sizeOf(size));
    sum += operations;
  }
  return sum;
}

static Result<int64_t> combine(const ExtentSpec &spec, std::span<const int64_t> extents) {
  const Operation &operation =
      *std::find_if(std::begin(operations), std::end(operations), [&](auto &row) { return row.source == spec.source; });
  int64_t value = extents[spec.factors[0]];
  for (size_t i = 1; i < spec.factors.size(); ++i) {
    int64_t left = value, right = extents[spec.factors[i]];
    if (!operation.apply(left, right, value))
      return Error::of("{}: {} {} {} {}", spec.name, left, operation.symbol, right,
                       right == 0 ? "divides by zero" : "overflows 64 bits");
  }
  return value;
}

Result<int64_t> Binding::extent(const ExtentSpec &spec) const {
  switch (spec.source) {
  case ExtentSpec::Source::batch:
    return countElements(batch, 1);
  case ExtentSpec::Source::axis: {
    size_t leading = signature->tensors[spec.parameter].batched ? batch.size() : 0;
    return tensors[spec.parameter]->shape()[leading + static_cast<size_t>(spec.axis)];
  }
  case ExtentSpec::Source::vertices: {
    auto row = static_cast<size_t>(spec.parameter);
    if (built[row].spec)
      return built[row].numVertices;
    return treeBatch(row) ? treeBatch(row)->numVertices() : treeTable[row].trees->num_vertices;
  }
  case ExtentSpec::Source::leaves:
    return leaves(static_cast<size_t>(spec.parameter));
  case ExtentSpec::Source::edges:
    return built[static_cast<size_t>(spec.parameter)].numEdges;
  case ExtentSpec::Source::index:
    return indices[spec.parameter];
  case ExtentSpec::Source::constant:
    return spec.value;
  default:
    return combine(spec, extentTable);
  }
}

static bool isOfTree(const ExtentSpec &spec) {
  return spec.source == ExtentSpec::Source::vertices || spec.source == ExtentSpec::Source::leaves ||
         spec.source == ExtentSpec::Source::edges;
}

/// What of a built tree is known before the kernel runs. Nothing where the tree is passed, or is there already.
Result<void> Binding::buildTree(size_t row) {
  const TreeSpec &spec = signature->trees[row];
  if (spec.builder == TreeSpec::Builder::parameter || built[row].spec)
    return {};
  std::vector<int64_t> sizes;
  for (const AxisSize &size : spec.sizes)
    sizes.push_back(sizeOf(size));
  if (Result<int64_t> elements = countElements(batch, 1); !elements)
    return elements.error();
  const Tensor *parents = spec.parents < 0 ? nullptr : tensors[static_cast<size_t>(spec.parents)];
  Result<BuiltTree> tree = BuiltTree::prepare(spec, sizes, batch, parents);
  if (!tree)
    return tree.error();
  built[row] = std::move(*tree);
  if (!built[row].table.empty())
    treeTable[row] = {built[row].table.data(), built[row].count};
  return {};
}

Result<void> Binding::computeExtents() {
  for (const ExtentSpec &spec : signature->extents) {
    if (isOfTree(spec))
      if (Result<void> made = buildTree(static_cast<size_t>(spec.parameter)); !made)
        return made;
    Result<int64_t> value = extent(spec);
    if (!value)
      return value.error();
    extentTable.push_back(*value);
  }
  for (size_t row = 0; row < signature->trees.size(); ++row)
    if (Result<void> made = buildTree(row); !made)
      return made;
  return {};
}

} // namespace espalier
