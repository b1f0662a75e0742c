//===- Machine.cpp - Memory and errors of an interpretation -----------------===//
#include "compiler/Interpreter/Machine.h"

#include "mlir/IR/Location.h"
#include "llvm/ADT/TypeSwitch.h"

#include <new>

using namespace mlir;

namespace espalier::interpreter {

Result<void> Machine::allocate(const TensorPlace &place, const Shape &shape) {
  if (place.row < 0) {
    if (shape != place.staticShape)
      return Error::of("has shape {}, expected {}", toString(shape), toString(place.staticShape));
    std::fill_n(at(place.slot), place.slot.size, Element{.integer = 0});
    return {};
  }
  Result<int64_t> count = countElements(shape, sizeof(Element));
  if (!count)
    return count.error();
  try {
    tensors[place.row] = {shape, std::vector<Element>(*count, Element{.integer = 0})};
  } catch (const std::bad_alloc &) {
    return Error::of("no memory for a tensor of shape {}", toString(shape));
  } catch (const std::length_error &) {
    return Error::of("no memory for a tensor of shape {}", toString(shape));
  }
  return {};
}

const espalier_tree *Machine::treeAt(int64_t row, Operation *where) {
  std::span<const espalier_tree> batch = trees[row]->abi();
  int64_t count = static_cast<int64_t>(batch.size());
  if (count == 1)
    return &batch[0];
  if (inBatch && count != 0 && batchSize % count == 0)
    return &batch[batchElement / (batchSize / count)];
  if (inBatch)
    fail(where, "{} trees do not fit a batch of {}", count, batchSize);
  else
    fail(where, "reads one tree of a batch of {} outside a batch", count);
  return nullptr;
}

void Machine::failWith(Operation *where, const std::string &what) {
  std::vector<std::string> point;
  if (vertex >= 0)
    point.push_back(fmt::format("vertex {}", vertex));
  if (!axisPositions.empty())
    point.push_back(fmt::format("axes {}", toString(axisPositions)));
  if (inBatch)
    point.push_back(fmt::format("batch element {}", batchElement));
  std::string at = point.empty() ? "" : fmt::format(" at {}", fmt::join(point, ", "));
  error = Error{what + at}.within(describe(where->getLoc()));
}

std::string describe(Location location) {
  return llvm::TypeSwitch<Location, std::string>(location)
      .Case<FileLineColLoc>(
          [](auto at) { return fmt::format("{}:{}:{}", at.getFilename().str(), at.getLine(), at.getColumn()); })
      .Case<NameLoc>([](auto named) { return describe(named.getChildLoc()); })
      .Case<CallSiteLoc>([](auto call) { return describe(call.getCallee()); })
      .Case<FusedLoc>([](auto fused) {
        for (Location part : fused.getLocations())
          if (std::string text = describe(part); text != "?")
            return text;
        return std::string("?");
      })
      .Default([](Location) { return std::string("?"); });
}

} // namespace espalier::interpreter
