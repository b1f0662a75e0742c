//===- Locations.h - The table of places where a fault can arise ------------===//
#ifndef ESPALIER_COMPILER_LOWERING_LOCATIONS_H
#define ESPALIER_COMPILER_LOWERING_LOCATIONS_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Location.h"
#include "mlir/IR/Value.h"

#include <map>
#include <string>
#include <vector>

namespace espalier::lowering {

/// The attribute of the function that holds the table: one `[position, what, axis...]` per row, where an axis that a
/// fault's position counts on is `[name, size]`, the size as in `tile.shape`.
constexpr llvm::StringLiteral kLocationsAttribute = "tile.locations";

/// `what` is the name that a location bears (NameLoc), `position` its file, line and column; either may be empty.
struct Place {
  std::string position, what;
};
Place placeOf(mlir::Location location);

/// A loop that a flat position counts on.
struct LoopAxis {
  std::string name;
  int64_t size; // a constant, or -1 - row of the extents table
  auto operator<=>(const LoopAxis &) const = default;
};

class Locations {
public:
  /// `subject`: the value that the fault is about; it gives the name where the location bears none.
  int64_t rowOf(mlir::Location location, mlir::Value subject, llvm::ArrayRef<LoopAxis> axes = {});
  mlir::ArrayAttr table(mlir::MLIRContext *context) const;

private:
  struct Row {
    std::string position, what;
    std::vector<LoopAxis> axes;
    auto operator<=>(const Row &) const = default;
  };
  std::map<Row, int64_t> numberOf;
  std::vector<Row> rows;
};

} // namespace espalier::lowering

#endif
