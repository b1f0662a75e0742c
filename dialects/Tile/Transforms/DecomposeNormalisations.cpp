//===- DecomposeNormalisations.cpp - softmax, layer_norm, logsumexp in parts ===//
#include "dialects/Tile/IR/TileType.h"
#include "dialects/Tile/Transforms/Passes.h"

#include "mlir/IR/PatternMatch.h"

using namespace mlir;

namespace espalier::tile {
#define GEN_PASS_DEF_TILEDECOMPOSENORMALISATIONS
#include "dialects/Tile/Transforms/Passes.h.inc"

namespace {

/// Writes equations over lines: the elements of `input` along `axes` are lines, one for each position of the other
/// axes.
class Lines {
public:
  Lines(OpBuilder &builder, Location loc, Value input, ArrayRef<int64_t> axes)
      : builder(builder), loc(loc), shape(shapeOf(input.getType())), element(elementOf(input.getType())), axes(axes) {
    for (auto [axis, size] : llvm::enumerate(shape))
      (llvm::is_contained(axes, int64_t(axis)) ? lineSize : numLines).push_back(size);
  }

  template <typename Op> Value apply(Value x) { return Op::create(builder, loc, x); }
  template <typename Op> Value apply(Value x, Value y) { return Op::create(builder, loc, x, y); }
  Value select(Value condition, Value x, Value y) { return arith::SelectOp::create(builder, loc, condition, x, y); }
  Value equal(Value x, Value y) { return arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OEQ, x, y); }

  /// One number per line.
  Value combine(ReductionKind kind, Value x) { return ReduceOp::create(builder, loc, perLine(), kind, x, axes); }
  /// The same number for every line.
  Value number(double value) { return splat(builder, loc, perLine(), value); }
  /// The number of each line, at all elements of the line.
  Value spread(Value line) {
    SmallVector<int64_t> kept(shape);
    for (int64_t axis : axes)
      kept[axis] = 1;
    if (!numLines.empty())
      line = builder.createOrFold<ReshapeOp>(loc, tileType(kept, element), line);
    return builder.createOrFold<BroadcastOp>(loc, tileType(shape, element), line);
  }
  double size() const {
    double product = 1;
    for (int64_t size : lineSize)
      product *= size;
    return product;
  }

private:
  Type perLine() const { return tileType(numLines, element); }

  OpBuilder &builder;
  Location loc;
  SmallVector<int64_t> shape;
  Type element;
  SmallVector<int64_t> axes, lineSize, numLines;
};

constexpr double infinity = std::numeric_limits<double>::infinity();

// One operation per statement where a call has several operations as arguments: C++ leaves their order open, and the IR
// is the same whatever compiler built this.

/// m = max(x), or 0 where m is -inf; e = exp(x - m); e / sum(e), or 0 where the whole line is -inf.
Value softmax(OpBuilder &builder, SoftmaxOp op) {
  Lines lines(builder, op.getLoc(), op.getInput(), op.getAxis());
  Value least = lines.number(-infinity), zero = lines.number(0), one = lines.number(1);
  Value maximum = lines.combine(ReductionKind::max, op.getInput());
  Value isEmpty = lines.equal(maximum, least);
  Value shift = lines.spread(lines.select(isEmpty, zero, maximum));
  Value exponentials = lines.apply<math::ExpOp>(lines.apply<arith::SubFOp>(op.getInput(), shift));
  Value sum = lines.combine(ReductionKind::sum, exponentials);
  Value divisor = lines.spread(lines.select(isEmpty, one, sum));
  return lines.apply<arith::DivFOp>(exponentials, divisor);
}

/// c = x - mean(x); c / sqrt(mean(c^2) + eps).
Value layerNorm(OpBuilder &builder, LayerNormOp op) {
  Lines lines(builder, op.getLoc(), op.getInput(), op.getAxis());
  Value size = lines.number(lines.size()), eps = lines.number(op.getEps().convertToDouble());
  auto mean = [&](Value x) { return lines.apply<arith::DivFOp>(lines.combine(ReductionKind::sum, x), size); };
  Value centred = lines.apply<arith::SubFOp>(op.getInput(), lines.spread(mean(op.getInput())));
  Value variance = mean(lines.apply<arith::MulFOp>(centred, centred));
  Value deviation = lines.apply<math::SqrtOp>(lines.apply<arith::AddFOp>(variance, eps));
  return lines.apply<arith::DivFOp>(centred, lines.spread(deviation));
}

/// m = max(x), or 0 where m is infinite; log(sum(exp(x - m))) + m: -inf of a line of only -inf, +inf where +inf occurs.
Value logSumExp(OpBuilder &builder, ReduceOp op) {
  Lines lines(builder, op.getLoc(), op.getInput(), op.getAxes());
  Value infinite = lines.number(infinity), zero = lines.number(0);
  Value maximum = lines.combine(ReductionKind::max, op.getInput());
  Value isInfinite = lines.equal(lines.apply<math::AbsFOp>(maximum), infinite);
  Value shift = lines.select(isInfinite, zero, maximum);
  Value exponentials = lines.apply<math::ExpOp>(lines.apply<arith::SubFOp>(op.getInput(), lines.spread(shift)));
  Value sum = lines.combine(ReductionKind::sum, exponentials);
  return lines.apply<arith::AddFOp>(lines.apply<math::LogOp>(sum), shift);
}

struct DecomposeNormalisations : impl::TileDecomposeNormalisationsBase<DecomposeNormalisations> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    auto replace = [&](auto op, auto decompose) {
      rewriter.setInsertionPoint(op);
      rewriter.replaceOp(op, decompose(rewriter, op));
    };
    getOperation()->walk([&](Operation *op) {
      if (auto found = dyn_cast<SoftmaxOp>(op))
        replace(found, softmax);
      else if (auto found = dyn_cast<LayerNormOp>(op))
        replace(found, layerNorm);
      else if (auto found = dyn_cast<ReduceOp>(op); found && found.getKind() == ReductionKind::logsumexp)
        replace(found, logSumExp);
    });
  }
};

} // namespace
} // namespace espalier::tile
