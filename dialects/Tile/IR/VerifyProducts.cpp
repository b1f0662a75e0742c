//===- VerifyProducts.cpp - Constraints of contract and solve ---------------===//
#include "dialects/Tile/IR/TileDialect.h"
#include "dialects/Tile/IR/TileType.h"
#include "dialects/Tile/Math/Subscripts.h"

#include <map>

using namespace mlir;

namespace espalier::tile {

namespace {
/// Which size each letter has, and the first disagreement.
struct LetterSizes {
  ContractOp op;
  std::map<char, int64_t> sizes;

  LogicalResult add(StringRef letters, Type tile, const Twine &what) {
    // contract-C1: as many letters as axes.
    if (int64_t(letters.size()) != rankOf(tile))
      return op.emitOpError("expects one letter per axis: '")
             << letters << "' has " << letters.size() << " letters, " << what << " of type " << tile << " has "
             << rankOf(tile) << " axes";
    for (auto [letter, size] : llvm::zip_equal(letters, shapeOf(tile))) {
      auto [known, isNew] = sizes.try_emplace(letter, size);
      // contract-C3: a letter has one size everywhere.
      if (known->second != size)
        return op.emitOpError("expects one size for '")
               << Twine(letter) << "', got " << known->second << " and " << size << " (" << what << ")";
    }
    return success();
  }
};
} // namespace

LogicalResult ContractOp::verify() {
  // contract-C2, contract-C3: no letter twice; the output's letters occur in factors.
  std::string problem;
  std::optional<Subscripts> subscripts = Subscripts::parse(getSubscripts(), problem);
  if (!subscripts)
    return emitOpError("with subscripts \"") << getSubscripts() << "\" " << problem;
  // contract-C1: one group of letters per operand.
  if (subscripts->factors.size() != getFactors().size())
    return emitOpError("expects one group of letters per factor: \"")
           << getSubscripts() << "\" has " << subscripts->factors.size() << ", got " << getFactors().size()
           << " factors";
  LetterSizes letters{*this, {}};
  for (auto [i, factor] : llvm::enumerate(getFactors()))
    if (failed(letters.add(subscripts->factors[i], factor.getType(), "factor " + Twine(i))))
      return failure();
  if (failed(letters.add(subscripts->output, getType(), "the result")))
    return failure();
  // contract-C4: f32 or f64, at least as wide as the operands.
  Type element = elementOf(getType());
  if (!isComputedFloat(element))
    return emitOpError("expects a result of f32 or f64, got ") << element;
  for (Value factor : getFactors())
    if (Type narrower = elementOf(factor.getType()); narrower.getIntOrFloatBitWidth() > element.getIntOrFloatBitWidth())
      return emitOpError("expects a result at least as wide as its factors, got ")
             << element << " for a factor of " << narrower;
  return success();
}

LogicalResult SolveOp::verify() {
  Type matrix = getMatrix().getType(), element = elementOf(matrix);
  ArrayRef<int64_t> shape = shapeOf(matrix);
  // solve-C1: square, f32 or f64.
  if (shape.size() != 2 || shape[0] != shape[1])
    return emitOpError("expects a square matrix, got ") << matrix;
  if (!isComputedFloat(element))
    return emitOpError("expects a matrix of f32 or f64, got ") << element;
  for (Value side : getRightSides()) {
    ArrayRef<int64_t> sizes = shapeOf(side.getType());
    // solve-C2: a vector or matrix with the rows and the element type of S.
    if (sizes.size() > 2)
      return emitOpError("expects right-hand sides of rank 1 or 2, got ") << side.getType();
    if (sizes[0] != shape[0])
      return emitOpError("expects right-hand sides with the rows of the matrix: ")
             << shape[0] << " rows, got " << sizes[0];
    if (elementOf(side.getType()) != element)
      return emitOpError("expects right-hand sides of the matrix's element type ")
             << element << ", got " << elementOf(side.getType());
  }
  // solve-C3: solutions have the types of the right-hand sides.
  if (getSolutions().size() != getRightSides().size())
    return emitOpError("expects one solution per right-hand side: ")
           << getRightSides().size() << " right-hand sides, got " << getSolutions().size() << " solutions";
  for (auto [side, solution] : llvm::zip_equal(getRightSides(), getSolutions()))
    if (side.getType() != solution.getType())
      return emitOpError("expects a solution of the right-hand side's type ")
             << side.getType() << ", got " << solution.getType();
  // solve-C4: a symmetric matrix is its own transpose.
  if (getMethod() == SolveMethod::cholesky && getTransposed())
    return emitOpError("expects no 'transposed' with 'cholesky', whose matrix is symmetric");
  return success();
}

} // namespace espalier::tile
