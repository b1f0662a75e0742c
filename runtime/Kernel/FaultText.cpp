//===- FaultText.cpp - What a kernel reported, in words ---------------------===//
#include "runtime/Kernel/FaultText.h"
#include "runtime/Tensor/Shape.h"

#include <algorithm>

namespace espalier {

std::string batchText(int64_t batch, std::span<const int64_t> batchShape) {
  if (batch < 0 || batchShape.empty())
    return {};
  Shape place = coordinates(batch, batchShape);
  return place.size() > 1 ? fmt::format("batch {}", toString(place)) : fmt::format("batch {}", batch);
}

/// "vertex 3", "h = 1, vertex 3"; nothing outside loops.
static std::string positionText(const Signature &signature, const LocationSpec &location, int64_t position,
                                std::span<const int64_t> extents) {
  if (position < 0)
    return {};
  Shape sizes;
  for (const AxisSize &axis : location.loop)
    sizes.push_back(axis.extent < 0 ? axis.constant : extents[axis.extent]);
  Shape place = coordinates(position, sizes);
  if (place.empty())
    return fmt::format("{} {}", signature.trees.empty() ? "index" : "vertex", position);
  std::vector<std::string> texts;
  for (size_t axis = 0; axis < place.size(); ++axis)
    texts.push_back(fmt::format("{}{}{}", location.loop[axis].name, location.loop[axis].name == "vertex" ? " " : " = ",
                                place[axis]));
  return fmt::format("{}", fmt::join(texts, ", "));
}

/// What a fault says before it says where.
static std::string problemText(const Fault &fault, std::string_view what) {
  switch (fault.kind) {
  case ESPALIER_FAULT_SINGULAR:
    return fmt::format("{} is numerically singular", what);
  case ESPALIER_FAULT_NOT_POSITIVE:
    return fmt::format("{} is not positive definite", what);
  case ESPALIER_FAULT_NOT_FINITE:
    return fmt::format("{} is not finite", what);
  case ESPALIER_FAULT_NO_TREE:
    return std::string(what);
  case ESPALIER_FAULT_OUT_OF_RANGE: {
    std::string limit = fault.limit > 0 ? fmt::format("expected 0 to {}", fault.limit - 1) : "the axis is empty";
    return fmt::format("index {} of {} is out of range ({})", fault.value, what, limit);
  }
  }
  return fmt::format("{}: fault {}", what, fault.kind);
}

Error faultError(const Signature &signature, const Fault &fault, std::span<const int64_t> extents,
                 std::span<const int64_t> batchShape) {
  bool known = fault.location >= 0 && fault.location < static_cast<int64_t>(signature.locations.size());
  LocationSpec location = known ? signature.locations[static_cast<size_t>(fault.location)]
                                : LocationSpec{signature.kernel, fmt::format("location {}", fault.location), {}};
  std::string batch = batchText(fault.batch, batchShape);
  std::string position = positionText(signature, location, fault.position, extents);
  return Error::of("{}: {}{}{}{}{}{}{}", location.position, problemText(fault, location.what),
                   batch.empty() && position.empty() ? "" : " at ", batch,
                   batch.empty() || position.empty() ? "" : ", ", position, fault.reason.empty() ? "" : ": ",
                   fault.reason);
}

} // namespace espalier
