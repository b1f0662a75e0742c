//===- SignatureCheck.cpp - Whether a signature is consistent in itself -----===//
#include "runtime/Kernel/SignatureCheck.h"

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

static bool isSound(const Signature &signature, const ExtentSpec &spec, size_t row) {
  switch (spec.source) {
  case ExtentSpec::Source::batch:
  case ExtentSpec::Source::constant: return true;
  case ExtentSpec::Source::axis:
    return isRow(spec.parameter, signature.tensors.size()) &&
           isRow(spec.axis, signature.tensors[static_cast<size_t>(spec.parameter)].axes.size());
  case ExtentSpec::Source::vertices:
  case ExtentSpec::Source::leaves: return isRow(spec.parameter, signature.trees.size());
  case ExtentSpec::Source::index: return isRow(spec.parameter, signature.indices.size());
  case ExtentSpec::Source::product:
  case ExtentSpec::Source::sum:
  case ExtentSpec::Source::quotient:
  case ExtentSpec::Source::remainder:
  case ExtentSpec::Source::least:
  case ExtentSpec::Source::greatest: break;
  default: return false;
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

static Result<void> checkTables(const Signature &signature) {
  if (Result<void> checked = checkParameters(signature); !checked)
    return checked;
  for (size_t row = 0; row < signature.extents.size(); ++row)
    if (!isSound(signature, signature.extents[row], row))
      return Error::of("extent {} ({}) refers to what is not there", row, signature.extents[row].name);
  for (auto *tensors : {&signature.tensors, &signature.results, &signature.workspaces})
    for (const TensorSpec &spec : *tensors)
      if (Result<void> checked = checkAxes(spec.axes, spec.name, signature.extents.size()); !checked)
        return checked;
  for (const LocationSpec &location : signature.locations)
    if (Result<void> checked = checkAxes(location.loop, location.position, signature.extents.size()); !checked)
      return checked;
  return {};
}

Result<void> checkSignature(const Signature &signature) {
  Result<void> checked = checkTables(signature);
  return checked ? checked : checked.error().within(fmt::format("signature of {}", signature.kernel));
}

} // namespace espalier
