//===- Machine.cpp - Memory and errors of an interpretation -----------------===//
#include "compiler/Interpreter/Machine.h"

#include "dialects/Block/IR/BlockDialect.h"
#include "runtime/Kernel/FaultText.h"

#include "mlir/IR/Location.h"
#include "llvm/ADT/SetVector.h"

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

std::string Machine::placeInBatch(int64_t element, int64_t size) const {
  if (!options.batchShape.empty())
    return batchText(element, options.batchShape);
  return size > 1 ? batchText(element, Shape{size}) : std::string();
}

/// "batch 3, h = 1, vertex 5", as far as a sweep is under way.
std::string Machine::point(size_t numAxes) const {
  std::vector<std::string> parts;
  if (std::string batch = inBatch ? placeInBatch(batchElement, batchSize) : ""; !batch.empty())
    parts.push_back(std::move(batch));
  for (size_t axis = 0; axis < numAxes; ++axis)
    parts.push_back(fmt::format("{} = {}", (*axisNames)[axis], axisPositions[axis]));
  if (vertex != none)
    parts.push_back(fmt::format("vertex {}", vertex));
  return fmt::format("{}", fmt::join(parts, ", "));
}

/// Whether what an operation computes depends on an argument of a region around it.
static bool dependsOn(Operation *op, mlir::Value argument) {
  llvm::SetVector<Operation *> needed;
  needed.insert(op);
  bool found = false;
  auto need = [&](mlir::Value value) {
    found |= value == argument;
    Operation *from = value.getDefiningOp() ? value.getDefiningOp() : value.getParentRegion()->getParentOp();
    if (argument.getParentRegion()->isAncestor(from->getParentRegion()))
      needed.insert(from);
  };
  for (size_t k = 0; k < needed.size() && !found; ++k)
    needed[k]->walk([&](Operation *part) { llvm::for_each(part->getOperands(), need); });
  return found;
}

void Machine::failWith(Operation *where, const std::string &what) {
  size_t numAxes = axisPositions.size();
  // What does not depend on the key that an attention visits is a fault of the row.
  if (auto attend = where->getParentOfType<block::AttendOp>()) {
    Region *part = where->getParentRegion();
    while (part->getParentOp() != attend)
      part = part->getParentOp()->getParentRegion();
    size_t numRowAxes = attend.getAxes().size();
    if (part->getNumArguments() > numRowAxes && numAxes > numRowAxes && !dependsOn(where, attend.getKey(*part)))
      numAxes = numRowAxes;
  }
  failAt(where->getLoc(), what, numAxes);
}

void Machine::failAt(Location where, const std::string &what) { failAt(where, what, axisPositions.size()); }

void Machine::failAt(Location where, const std::string &what, size_t numAxes) {
  std::string at = point(numAxes);
  error = Error{at.empty() ? what : what + " at " + at}.within(placeOf(where));
}

std::string placeOf(Location location) {
  std::string place;
  location->walk([&](Location part) {
    if (auto file = dyn_cast<FileLineColLoc>(part); file && place.empty())
      place = fmt::format("{}:{}:{}", file.getFilename().str(), file.getLine(), file.getColumn());
    return WalkResult::advance();
  });
  return place.empty() ? "unknown place" : place;
}

std::string nameOf(Location location, std::string_view otherwise) {
  std::string name;
  location->walk([&](Location part) {
    if (auto named = dyn_cast<NameLoc>(part); named && name.empty())
      name = named.getName().str();
    return WalkResult::advance();
  });
  return name.empty() ? std::string(otherwise) : name;
}

} // namespace espalier::interpreter
