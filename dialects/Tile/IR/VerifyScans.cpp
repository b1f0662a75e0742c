//===- VerifyScans.cpp - Constraints of recurrences in memory ----------------===//
#include "dialects/Tile/IR/TileDialect.h"

using namespace mlir;

namespace espalier::tile {

LogicalResult ScanIntoOp::verify() {
  // scan_into-C1: as many terms and carried tiles as targets.
  size_t k = getTargets().size();
  if (k == 0 || getTerms().size() != k || getCarried().size() != k)
    return emitOpError("expects as many terms and carried tiles as targets, at least one; got ")
           << getTerms().size() << ", " << getCarried().size() << " and " << k;
  // scan_into-C2: k x k entries, each -1 or an operand.
  if (getPattern().size() != k * k)
    return emitOpError("expects a pattern of ") << k * k << " entries, got " << getPattern().size();
  for (int64_t number : getPattern())
    if (number < -1 || number >= int64_t(getCoefficients().size()))
      return emitOpError("names coefficient ") << number << " of " << getCoefficients().size();
  // scan_into-C3: shapes and element types.
  auto first = cast<MemRefType>(getTargets().front().getType());
  if (first.getRank() == 0 || !(first.getElementType().isF32() || first.getElementType().isF64()))
    return emitOpError("expects targets of f32 or f64 with an axis for the points, got ") << first;
  ArrayRef<int64_t> all = first.getShape(), tile = all.drop_front();
  auto fits = [&](ValueRange buffers, bool mayBeAll, bool mayBeTile) {
    return llvm::all_of(buffers, [&](Value buffer) {
      auto type = cast<MemRefType>(buffer.getType());
      return type.getElementType() == first.getElementType() &&
             ((mayBeAll && type.getShape() == all) || (mayBeTile && type.getShape() == tile));
    });
  };
  if (!fits(getTargets(), true, false) || !fits(getTerms(), true, false) || !fits(getCarried(), false, true) ||
      !fits(getCoefficients(), true, true))
    return emitOpError("expects operands with the points and tiles, or the tiles, of ") << first;
  return success();
}

} // namespace espalier::tile
