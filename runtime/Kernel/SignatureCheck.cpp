//===- SignatureCheck.cpp - Whether a signature is consistent in itself -----===//
#include "runtime/Kernel/SignatureCheck.h"
#include "runtime/Kernel/BuiltTree.h"

#include <algorithm>

namespace espalier {

static bool isRow(int64_t row, size_t count) { return row >= 0 && row < static_cast<int64_t>(count); }

static Result<void> checkAxes(const std::vector<AxisSize> &axes, const std::string &owner, size_t numExtents) {
  for (const AxisSize &axis : axes)
    if (axis.extent == -1 ? axis.constant < 0 : !isRow(axis.extent, numExtents))
      return Error::of("{}: axis {} has constant {} and extent {} of {}", owner, axis.name, axis.constant, axis.extent,
                       numExtents);
  return {};
}

/// The extents that the sizes of a built tree refer to come before one that measures the tree.
static bool isTreeBefore(const Signature &signature, const ExtentSpec &spec, size_t row) {
  if (!isRow(spec.parameter, signature.trees.size()))
    return false;
  const TreeSpec &tree = signature.trees[static_cast<size_t>(spec.parameter)];
  auto isEarlier = [&](const AxisSize &size) { return size.extent < static_cast<int64_t>(row); };
  if (!std::all_of(tree.sizes.begin(), tree.sizes.end(), isEarlier))
    return false;
  if (spec.source == ExtentSpec::Source::edges)
    return isSpanning(tree);
  return spec.source == ExtentSpec::Source::vertices || !isGrown(tree);
}

static bool isSound(const Signature &signature, const ExtentSpec &spec, size_t row) {
  switch (spec.source) {
  case ExtentSpec::Source::batch:
  case ExtentSpec::Source::constant:
    return true;
  case ExtentSpec::Source::axis:
    return isRow(spec.parameter, signature.tensors.size()) &&
           isRow(spec.axis, signature.tensors[static_cast<size_t>(spec.parameter)].axes.size());
  case ExtentSpec::Source::vertices:
  case ExtentSpec::Source::leaves:
  case ExtentSpec::Source::edges:
    return isTreeBefore(signature, spec, row);
  case ExtentSpec::Source::index:
    return isRow(spec.parameter, signature.indices.size());
  case ExtentSpec::Source::product:
  case ExtentSpec::Source::sum:
  case ExtentSpec::Source::quotient:
  case ExtentSpec::Source::remainder:
  case ExtentSpec::Source::least:
  case ExtentSpec::Source::greatest:
    break;
  default:
    return false;
  }
  for (int32_t factor : spec.factors)
    if (!isRow(factor, row))
      return false;
  return !spec.factors.empty();
}

static Result<void> checkParameters(const Signature &signature) {
  using Kind = ParameterSpec::Kind;
  struct Rows {
    Kind kind;
    std::vector<bool> seen;
  };
  Rows tables[] = {{Kind::tensor, std::vector<bool>(signature.tensors.size())},
                   {Kind::tree, std::vector<bool>(signature.trees.size())},
                   {Kind::index, std::vector<bool>(signature.indices.size())}};
  for (size_t row = 0; row < signature.trees.size(); ++row) // the others are no parameters
    tables[1].seen[row] = signature.trees[row].builder != TreeSpec::Builder::parameter;
  for (const ParameterSpec &parameter : signature.parameters)
    for (Rows &rows : tables) {
      if (rows.kind != parameter.kind)
        continue;
      if (!isRow(parameter.row, rows.seen.size()) || rows.seen[static_cast<size_t>(parameter.row)])
        return Error::of("parameter {} has row {} of {}, expected one of its own", parameter.name, parameter.row,
                         rows.seen.size());
      rows.seen[static_cast<size_t>(parameter.row)] = true;
    }
  for (const Rows &rows : tables)
    if (auto missing = std::find(rows.seen.begin(), rows.seen.end(), false); missing != rows.seen.end())
      return Error::of("row {} of its kind belongs to no parameter", missing - rows.seen.begin());
  return {};
}

/// How many sizes a builder takes.
static size_t numSizes(TreeSpec::Builder builder) {
  switch (builder) {
  case TreeSpec::Builder::parameter:
    return 0;
  case TreeSpec::Builder::chain:
  case TreeSpec::Builder::fromParents:
    return 1;
  default:
    return 2;
  }
}

static Result<void> checkTrees(const Signature &signature) {
  for (const TreeSpec &tree : signature.trees) {
    if (tree.builder > TreeSpec::Builder::randomSpanning || tree.graph > GraphKind::edges ||
        tree.order > PixelOrder::raster)
      return Error::of("tree {} has a builder, graph or order that is not known", tree.name);
    if (tree.sizes.size() != numSizes(tree.builder))
      return Error::of("tree {} has {} sizes, expected {}", tree.name, tree.sizes.size(), numSizes(tree.builder));
    Result<void> checked = checkAxes(tree.sizes, fmt::format("tree {}", tree.name), signature.extents.size());
    if (!checked)
      return checked;
    if (tree.parents == -1)
      continue;
    bool isThere = isRow(tree.parents, signature.tensors.size());
    const TensorSpec *parents = isThere ? &signature.tensors[static_cast<size_t>(tree.parents)] : nullptr;
    if (!parents || parents->dtype != DType::i32 || parents->axes.size() != 1 || parents->batched != tree.batchable)
      return Error::of("tree {}: parents are row {} of the tensors, expected one that is i32[V] and batched as the "
                       "tree",
                       tree.name, tree.parents);
  }
  return {};
}

static Result<void> checkResults(const Signature &signature) {
  for (const TensorSpec &result : signature.results) {
    if (result.tree == -1)
      continue;
    if (!isRow(result.tree, signature.trees.size()))
      return Error::of("result {} is tree {} of {}", result.name, result.tree, signature.trees.size());
    const TreeSpec &tree = signature.trees[static_cast<size_t>(result.tree)];
    if (result.dtype != DType::i32 || result.axes.size() != 1 || (tree.batchable && !result.batched))
      return Error::of("result {} holds the parents of tree {}, expected i32[V], batched if the tree is", result.name,
                       tree.name);
  }
  return {};
}

static Result<void> checkTables(const Signature &signature) {
  if (Result<void> checked = checkParameters(signature); !checked)
    return checked;
  if (Result<void> checked = checkTrees(signature); !checked)
    return checked;
  for (size_t row = 0; row < signature.extents.size(); ++row)
    if (!isSound(signature, signature.extents[row], row))
      return Error::of("extent {} ({}) refers to what is not there", row, signature.extents[row].name);
  for (auto *tensors : {&signature.tensors, &signature.results, &signature.workspaces})
    for (const TensorSpec &spec : *tensors)
      if (Result<void> checked = checkAxes(spec.axes, spec.name, signature.extents.size()); !checked)
        return checked;
  if (Result<void> checked = checkResults(signature); !checked)
    return checked;
  for (const LocationSpec &location : signature.locations)
    if (Result<void> checked = checkAxes(location.loop, location.position, signature.extents.size()); !checked)
      return checked;
  for (const WorkSpec &work : signature.work)
    if (Result<void> checked = checkAxes(work.points, work.what, signature.extents.size()); !checked)
      return checked;
  return {};
}

Result<void> checkSignature(const Signature &signature) {
  Result<void> checked = checkTables(signature);
  return checked ? checked : checked.error().within(fmt::format("signature of {}", signature.kernel));
}

} // namespace espalier
