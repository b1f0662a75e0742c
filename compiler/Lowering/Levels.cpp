//===- Levels.cpp - Shared levels and prefixes as arithmetic ----------------===//
#include "compiler/Lowering/Levels.h"

#include "dialects/Tile/IR/TileType.h"
#include "dialects/Tile/Math/Subscripts.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

using namespace mlir;

namespace espalier::lowering {

namespace {
struct ExpandedCount {
  Value count, blocks[2];
};
} // namespace

static Value number(ImplicitLocOpBuilder &b, Type type, int64_t value) {
  return arith::ConstantOp::create(b, b.getIntegerAttr(type, value));
}

static ExpandedCount expandCount(block::SharedLevelsOp op) {
  ImplicitLocOpBuilder b(op.getLoc(), op);
  int64_t levels = op.getLevels();
  Type index = b.getIndexType(), i64 = b.getI64Type();
  // The finest block: max(1, ceil(N / 2^(levels - 1))).
  Value rounded = arith::AddIOp::create(b, op.getPositions(), number(b, index, (int64_t(1) << (levels - 1)) - 1));
  Value finest = arith::ShRSIOp::create(b, rounded, number(b, index, levels - 1));
  finest = arith::MaxSIOp::create(b, finest, number(b, index, 1));
  ExpandedCount expanded;
  for (unsigned side : {0, 1}) {
    Value block = arith::FloorDivSIOp::create(b, side == 0 ? op.getLeft() : op.getRight(), finest);
    expanded.blocks[side] = arith::IndexCastOp::create(b, i64, block);
  }
  // levels - bitlength(x) = leading zeros of x - (64 - levels)
  Value differing = arith::XOrIOp::create(b, expanded.blocks[0], expanded.blocks[1]);
  Value shared = arith::SubIOp::create(b, math::CountLeadingZerosOp::create(b, differing), number(b, i64, 64 - levels));
  expanded.count = arith::IndexCastOp::create(b, index, arith::MaxSIOp::create(b, shared, number(b, i64, 0)));
  return expanded;
}

/// table[count], a sum of the steps that the count has taken.
static Value lengthOf(ImplicitLocOpBuilder &b, Value count, ArrayRef<int64_t> table) {
  Value length = number(b, b.getI32Type(), table.front());
  for (size_t n = 1; n < table.size(); ++n) {
    if (table[n] == table[n - 1])
      continue;
    Value reached = arith::CmpIOp::create(b, arith::CmpIPredicate::sge, count, number(b, b.getIndexType(), n));
    Value step = arith::SelectOp::create(b, reached, number(b, b.getI32Type(), table[n] - table[n - 1]),
                                         number(b, b.getI32Type(), 0));
    length = arith::AddIOp::create(b, length, step);
  }
  return length;
}

static Value expandPrefix(block::PrefixOp op) {
  ImplicitLocOpBuilder b(op.getLoc(), op);
  auto type = cast<RankedTensorType>(op.getType());
  auto positions = RankedTensorType::get(type.getShape(), b.getI32Type());
  SmallVector<int32_t> line;
  for (int64_t i = 0; i < type.getDimSize(op.getAxis()); ++i)
    line.push_back(int32_t(i));
  // 0, 1, 2, ... along the axis.
  SmallVector<int64_t> shape(type.getRank(), 1);
  shape[op.getAxis()] = type.getDimSize(op.getAxis());
  Value position = arith::ConstantOp::create(
      b, DenseElementsAttr::get(RankedTensorType::get(shape, b.getI32Type()), ArrayRef<int32_t>(line)));
  position = b.createOrFold<tile::BroadcastOp>(positions, position);
  Value length = tile::BroadcastOp::create(b, positions, lengthOf(b, op.getCount(), op.getTable()));
  Value isKept = arith::CmpIOp::create(b, arith::CmpIPredicate::slt, position, length);
  Value zero = arith::ConstantOp::create(b, cast<TypedAttr>(b.getZeroAttr(type)));
  return arith::SelectOp::create(b, isKept, op.getInput(), zero);
}

/// The product as one whose length is that of a prefix, if it is.
static std::optional<LevelProduct> matchProduct(tile::ContractOp product) {
  if (product.getFactors().size() != 2)
    return std::nullopt;
  tile::Subscripts letters = tile::Subscripts::of(product.getSubscripts());
  std::optional<LevelProduct> found;
  for (unsigned side : {0, 1}) {
    auto prefix = product.getFactors()[side].getDefiningOp<block::PrefixOp>();
    if (!prefix || !llvm::is_sorted(prefix.getTable()))
      continue;
    char letter = letters.factors[side][prefix.getAxis()];
    if (letters.output.find(letter) != std::string::npos)
      continue;
    if (!found) {
      found = LevelProduct{product,
                           {product.getFactors()[0], product.getFactors()[1]},
                           letter,
                           SmallVector<int64_t>(prefix.getTable()),
                           prefix.getCount(),
                           {}};
    } else if (found->letter != letter || found->count != prefix.getCount() ||
               ArrayRef(found->table) != prefix.getTable()) {
      continue; // a prefix of its own: it stays a factor that is cut
    }
    found->factors[side] = prefix.getInput();
  }
  return found;
}

void expandLevels(Region &region, SmallVectorImpl<LevelProduct> *products) {
  SmallVector<LevelProduct> found;
  if (products)
    region.walk([&](tile::ContractOp op) {
      if (std::optional<LevelProduct> product = matchProduct(op))
        found.push_back(*product);
    });
  SmallVector<block::SharedLevelsOp> counts;
  SmallVector<block::PrefixOp> prefixes;
  region.walk([&](block::SharedLevelsOp op) { counts.push_back(op); });
  region.walk([&](block::PrefixOp op) { prefixes.push_back(op); });
  for (block::SharedLevelsOp op : counts) {
    ExpandedCount expanded = expandCount(op);
    for (LevelProduct &product : found)
      if (product.count == op.getResult()) {
        product.count = expanded.count;
        llvm::copy(expanded.blocks, product.blocks);
      }
    op.replaceAllUsesWith(expanded.count);
    op.erase();
  }
  for (block::PrefixOp op : prefixes) {
    // A factor that stays cut, or is a prefix of a prefix, is what the arithmetic makes of it.
    Value cut = expandPrefix(op);
    for (LevelProduct &product : found)
      for (Value &factor : product.factors)
        if (factor == op.getResult())
          factor = cut;
    op.replaceAllUsesWith(cut);
    op.erase();
  }
  if (products)
    llvm::append_range(*products, found);
}

} // namespace espalier::lowering
