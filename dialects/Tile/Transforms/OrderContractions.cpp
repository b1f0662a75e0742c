//===- OrderContractions.cpp - Products of many factors, two at a time ------===//
#include "dialects/Tile/IR/TileType.h"
#include "dialects/Tile/Math/ContractionPath.h"
#include "dialects/Tile/Transforms/Passes.h"

#include "mlir/IR/PatternMatch.h"

using namespace mlir;

namespace espalier::tile {
#define GEN_PASS_DEF_TILEORDERCONTRACTIONS
#include "dialects/Tile/Transforms/Passes.h.inc"

namespace {

/// A value whose axes bear letters.
struct Factor {
  Value value;
  std::string letters;
};

/// Writes the products of one contraction; all results have its element type.
class Products {
public:
  Products(OpBuilder &builder, ContractOp op, const std::map<char, int64_t> &sizes)
      : builder(builder), loc(op.getLoc()), element(elementOf(op.getType())), sizes(sizes) {}

  /// Sums the axes whose letters are not among `kept`, which stand in the order of the factor's.
  Factor sum(Factor factor, const std::string &kept) {
    SmallVector<int64_t> axes;
    for (auto [axis, letter] : llvm::enumerate(factor.letters))
      if (kept.find(letter) == std::string::npos)
        axes.push_back(axis);
    if (axes.empty())
      return factor;
    return {ReduceOp::create(builder, loc, typeOf(kept), ReductionKind::sum, widen(factor.value), axes), kept};
  }

  /// The same axes in another order.
  Factor arrange(Factor factor, const std::string &letters) {
    if (factor.letters == letters)
      return factor;
    SmallVector<int64_t> permutation;
    for (char letter : letters)
      permutation.push_back(factor.letters.find(letter));
    return {TransposeOp::create(builder, loc, typeOf(letters), widen(factor.value), permutation), letters};
  }

  Factor multiply(Factor left, Factor right, const std::string &letters) {
    if (!isElementwise(left, right, letters)) {
      std::string subscripts = left.letters + "," + right.letters + "->" + letters;
      return {ContractOp::create(builder, loc, typeOf(letters), subscripts, ValueRange{left.value, right.value}),
              letters};
    }
    const std::string &all = left.letters.empty() ? right.letters : left.letters;
    Value a = stretch(left, all), b = stretch(right, all);
    Value product = arith::MulFOp::create(builder, loc, a, b);
    return arrange({product, all}, letters);
  }

  /// Whether the product needs no sum and no stretched axis but that of a scalar.
  static bool isElementwise(const Factor &left, const Factor &right, const std::string &letters) {
    if (left.letters.empty() || right.letters.empty())
      return true;
    return left.letters == right.letters && left.letters.size() == letters.size();
  }

  Value widen(Value value) {
    Type type = tileType(shapeOf(value.getType()), element);
    return value.getType() == type ? value : Value(arith::ExtFOp::create(builder, loc, type, value));
  }

private:
  Type typeOf(const std::string &letters) const {
    SmallVector<int64_t> shape;
    for (char letter : letters)
      shape.push_back(sizes.at(letter));
    return tileType(shape, element);
  }
  Value stretch(const Factor &factor, const std::string &letters) {
    Value value = widen(factor.value);
    return factor.letters == letters ? value : Value(BroadcastOp::create(builder, loc, typeOf(letters), value));
  }

  OpBuilder &builder;
  Location loc;
  Type element;
  const std::map<char, int64_t> &sizes;
};

std::map<char, int64_t> sizesOf(const Subscripts &subscripts, ValueRange factors) {
  std::map<char, int64_t> sizes;
  for (auto [letters, factor] : llvm::zip_equal(subscripts.factors, factors))
    for (auto [letter, size] : llvm::zip_equal(letters, shapeOf(factor.getType())))
      sizes[letter] = size;
  return sizes;
}

/// Two factors that share their letters with each other or the output, and whose product is not elementwise.
bool isPlainProduct(const Subscripts &subscripts, const ContractionPath &path) {
  return subscripts.factors.size() == 2 && subscripts.factors == path.factors &&
         !Products::isElementwise({{}, path.factors[0]}, {{}, path.factors[1]}, subscripts.output);
}

void order(RewriterBase &rewriter, ContractOp op) {
  Subscripts subscripts = Subscripts::of(op.getSubscripts());
  std::map<char, int64_t> sizes = sizesOf(subscripts, op.getFactors());
  ContractionPath path = findContractionPath(subscripts, sizes);
  if (isPlainProduct(subscripts, path))
    return;
  rewriter.setInsertionPoint(op);
  Products products(rewriter, op, sizes);
  SmallVector<Factor> factors;
  for (auto [i, value] : llvm::enumerate(op.getFactors()))
    factors.push_back(products.sum({value, subscripts.factors[i]}, path.factors[i]));
  for (const ContractionStep &step : path.steps)
    factors.push_back(products.multiply(factors[step.left], factors[step.right], step.letters));
  rewriter.replaceOp(op, products.widen(products.arrange(factors.back(), subscripts.output).value));
}

struct OrderContractions : impl::TileOrderContractionsBase<OrderContractions> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    getOperation()->walk([&](ContractOp op) { order(rewriter, op); });
  }
};

} // namespace
} // namespace espalier::tile
