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

/// The attribute of the function that holds the table: one `[position, what]` per row.
constexpr llvm::StringLiteral kLocationsAttribute = "tile.locations";

/// `what` is the name that a location bears (NameLoc), `position` its file, line and column; either may be empty.
struct Place {
  std::string position, what;
};
Place placeOf(mlir::Location location);

class Locations {
public:
  /// `subject`: the value that the fault is about; it gives the name where the location bears none.
  int64_t rowOf(mlir::Location location, mlir::Value subject);
  mlir::ArrayAttr table(mlir::MLIRContext *context) const;

private:
  std::map<std::pair<std::string, std::string>, int64_t> rowOfPlace;
  std::vector<Place> rows;
};

} // namespace espalier::lowering

#endif
