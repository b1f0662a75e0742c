//===- Contraction.cpp - The axes of a product, as strides ------------------===//
#include "compiler/Target/Cpu/Contraction.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace mlir;

namespace espalier::cpu {

//===-- Subscripts ----------------------------------------------------------===//

namespace {
/// "ik,kj->ij" as three words.
struct Subscripts {
  std::array<StringRef, 3> words;

  static FailureOr<Subscripts> of(tile::ContractIntoOp op) {
    Subscripts subscripts;
    auto [factors, result] = op.getSubscripts().split("->");
    std::tie(subscripts.words[left], subscripts.words[right]) = factors.split(',');
    subscripts.words[target] = result;
    for (auto [word, value] : llvm::zip_equal(subscripts.words, op->getOperands())) {
      auto type = cast<MemRefType>(value.getType());
      if (static_cast<int64_t>(word.size()) != type.getRank() || !type.hasStaticShape())
        return op.emitError("\"") << op.getSubscripts() << "\" does not fit an operand of type " << type;
    }
    return subscripts;
  }

  /// Letters in the order of the target, then of the factors.
  std::string letters() const {
    std::string all;
    for (StringRef word : {words[target], words[left], words[right]})
      for (char letter : word)
        if (all.find(letter) == std::string::npos)
          all += letter;
    return all;
  }
};
} // namespace

static FailureOr<SmallVector<Contraction::Axis>> axesOf(tile::ContractIntoOp op, const Subscripts &subscripts,
                                                        const std::array<FlatBuffer, 3> &buffers) {
  SmallVector<Contraction::Axis> axes;
  for (char letter : subscripts.letters()) {
    Contraction::Axis axis{-1, {Amount::of(0), Amount::of(0), Amount::of(0)}};
    for (unsigned operand : {left, right, target}) {
      size_t position = subscripts.words[operand].find(letter);
      if (position == StringRef::npos)
        continue;
      int64_t size = buffers[operand].sizes[position].known;
      if (axis.extent >= 0 && axis.extent != size)
        return op.emitError("letter ") << letter << " of \"" << op.getSubscripts() << "\" has sizes " << axis.extent
                                       << " and " << size;
      axis.extent = size;
      axis.strides[operand] = buffers[operand].strides[position];
    }
    axes.push_back(axis);
  }
  return axes;
}

//===-- Costs ---------------------------------------------------------------===//

/// What a direction costs, in vector instructions; `packs[x]`: factor x has to be copied first.
namespace {
struct Cost {
  double instructions = 0;
  std::array<bool, 2> packs{false, false};
};
} // namespace

static double elementsOf(ArrayRef<Contraction::Axis> axes, Operand operand) {
  double count = 1;
  for (const Contraction::Axis &axis : axes)
    count *= axis.varies(operand) ? static_cast<double>(axis.extent) : 1;
  return count;
}

/// Instructions to gather an element into its place.
static constexpr double packedElement = 1.5;
/// Instructions of a horizontal sum.
static constexpr double horizontalSum = 8;

static Cost costOf(ArrayRef<Contraction::Axis> axes, int64_t vectorAxis, int64_t lanes, bool mayPack) {
  Cost cost;
  double all = 1, results = 1;
  for (const Contraction::Axis &axis : axes) {
    all *= static_cast<double>(axis.extent);
    results *= axis.isReduced() ? 1 : static_cast<double>(axis.extent);
  }
  const Contraction::Axis &axis = axes[vectorAxis];
  double steps = all / static_cast<double>(axis.extent) * static_cast<double>(llvm::divideCeil(axis.extent, lanes));
  double perStep = 2; // the multiply-add and its share of the loads
  for (Operand factor : {left, right}) {
    if (axis.strides[factor].is(0) || axis.strides[factor].is(1))
      continue;
    double packing = elementsOf(axes, factor) * packedElement, gathering = steps * static_cast<double>(lanes);
    cost.packs[factor] = mayPack && packing < gathering;
    if (cost.packs[factor])
      cost.instructions += packing;
    else
      perStep += static_cast<double>(lanes);
  }
  if (axis.isReduced())
    cost.instructions += results * horizontalSum;
  else if (!axis.strides[target].is(1))
    cost.instructions += results * 2;
  cost.instructions += steps * perStep;
  return cost;
}

/// The cheapest vectorised axis, or -1; of equals the one along which the target lies.
static std::pair<int64_t, Cost> cheapest(ArrayRef<Contraction::Axis> axes, int64_t lanes, bool mayPack) {
  std::pair<int64_t, Cost> best{-1, {}};
  double scalars = 2;
  for (const Contraction::Axis &axis : axes)
    scalars *= static_cast<double>(axis.extent);
  best.second.instructions = scalars;
  for (int64_t i = 0; i < static_cast<int64_t>(axes.size()); ++i) {
    if (axes[i].extent < 2 || lanes < 2)
      continue;
    Cost cost = costOf(axes, i, lanes, mayPack);
    if (cost.instructions < best.second.instructions)
      best = {i, cost};
  }
  return best;
}

//===-- Packing and merging -------------------------------------------------===//

/// A copy of a factor in scratch whose last axis is `letter`.
static Value pack(OpBuilder &builder, Location location, Value factor, StringRef word, char letter,
                  std::string &packedWord) {
  auto type = cast<MemRefType>(factor.getType());
  SmallVector<unsigned> order;
  packedWord.clear();
  for (auto [axis, name] : llvm::enumerate(word))
    if (name != letter)
      order.push_back(axis), packedWord += name;
  order.push_back(word.find(letter));
  packedWord += letter;
  SmallVector<int64_t> shape;
  for (unsigned axis : order)
    shape.push_back(type.getDimSize(axis));
  Value packed = memref::AllocaOp::create(builder, location, MemRefType::get(shape, type.getElementType()));
  // Iterate over the source's axes: result axis i is source axis order[i].
  AffineMap target = AffineMap::getPermutationMap(order, builder.getContext());
  SmallVector<AffineMap> maps{AffineMap::getMultiDimIdentityMap(type.getRank(), builder.getContext()), target};
  SmallVector<utils::IteratorType> iterators(type.getRank(), utils::IteratorType::parallel);
  linalg::GenericOp::create(builder, location, ValueRange{factor}, ValueRange{packed}, maps, iterators,
                            [](OpBuilder &body, Location location, ValueRange arguments) {
                              linalg::YieldOp::create(body, location, arguments.front());
                            });
  return packed;
}

static bool canMerge(const Contraction::Axis &outer, const Contraction::Axis &inner) {
  for (unsigned operand : {left, right, target}) {
    const Amount &far = outer.strides[operand], &near = inner.strides[operand];
    if (!far.isKnown() || !near.isKnown() || far.known != near.known * inner.extent)
      return false;
  }
  return true;
}

/// Drops axes of one element and joins axes that are one run for every operand.
static void merge(SmallVector<Contraction::Axis> &axes) {
  llvm::erase_if(axes, [](const Contraction::Axis &axis) { return axis.extent == 1; });
  for (bool changed = true; changed;) {
    changed = false;
    for (unsigned outer = 0; outer < axes.size() && !changed; ++outer)
      for (unsigned inner = 0; inner < axes.size() && !changed; ++inner)
        if (outer != inner && canMerge(axes[outer], axes[inner])) {
          axes[inner].extent *= axes[outer].extent;
          axes.erase(axes.begin() + outer);
          changed = true;
        }
  }
}

FailureOr<Contraction> Contraction::of(OpBuilder &builder, tile::ContractIntoOp op, const CpuTarget &machine) {
  FailureOr<Subscripts> subscripts = Subscripts::of(op);
  if (failed(subscripts))
    return failure();
  Contraction contraction;
  contraction.op = op;
  for (auto [operand, value] : llvm::enumerate(op->getOperands()))
    contraction.buffers[operand] = FlatBuffer::of(builder, op.getLoc(), value);
  auto axes = axesOf(op, *subscripts, contraction.buffers);
  if (failed(axes))
    return failure();

  auto [vectorAxis, cost] = cheapest(*axes, machine.lanes(elementBytes(contraction.accumulator())), /*mayPack=*/true);
  for (Operand factor : {left, right})
    if (cost.packs[factor]) {
      std::string word, letters = subscripts->letters();
      Value packed =
          pack(builder, op.getLoc(), op->getOperand(factor), subscripts->words[factor], letters[vectorAxis], word);
      contraction.buffers[factor] = FlatBuffer::of(builder, op.getLoc(), packed);
      for (auto [axis, letter] : llvm::zip_equal(*axes, letters))
        if (size_t position = word.find(letter); position != std::string::npos)
          axis.strides[factor] = contraction.buffers[factor].strides[position];
    }
  merge(*axes);
  contraction.axes = std::move(*axes);
  return contraction;
}

//===-- Blocking ------------------------------------------------------------===//

/// Multiply-adds in flight that hide their latency: 4 cycles, two per cycle.
static constexpr int64_t inFlight = 8;

/// A parallel axis that leaves a vector-loaded factor unchanged, so that its vectors are used for several rows; the
/// longest of them.
static int64_t chooseRowAxis(const Contraction &contraction, int64_t vectorAxis) {
  int64_t best = -1, bestScore = 0;
  for (auto [i, axis] : llvm::enumerate(contraction.axes)) {
    if (static_cast<int64_t>(i) == vectorAxis || axis.isReduced())
      continue;
    int64_t score = axis.extent;
    for (Operand factor : {left, right}) {
      bool isVector = vectorAxis >= 0 && contraction.axes[vectorAxis].varies(factor);
      if (isVector && !axis.varies(factor))
        score += 1 << 20;
    }
    if (score > bestScore)
      best = static_cast<int64_t>(i), bestScore = score;
  }
  return best;
}

/// Dots of fewer vectors cost more to add up than to multiply.
static constexpr int64_t leastVectorsOfDots = 8;

/// Long dots of all rows of one factor with all rows of the other: an axis along which the factor that does not vary
/// along the rows does, and only that; -1: none.
static int64_t chooseColumnAxis(const Contraction &contraction, const Blocking &blocking) {
  if (blocking.vectorAxis < 0 || blocking.rowAxis < 0)
    return -1;
  const Contraction::Axis &along = contraction.axes[blocking.vectorAxis], &rows = contraction.axes[blocking.rowAxis];
  if (!along.isReduced() || !along.varies(left) || !along.varies(right) || rows.varies(left) == rows.varies(right) ||
      along.extent < leastVectorsOfDots * blocking.lanes)
    return -1;
  auto isColumn = [&](unsigned axis) {
    return contraction.axes[axis].extent > 1 && contraction.axes[axis].varies(left) == rows.varies(right) &&
           contraction.axes[axis].varies(right) == rows.varies(left);
  };
  const unsigned *found = llvm::find_if(blocking.parallel, isColumn);
  return found == blocking.parallel.end() ? -1 : int64_t(*found);
}

/// Columns stand in the place of a block's vectors, twice as many where as many rows remain: sums, the vectors of a
/// step's columns and one of a row fit into the registers.
static void blockColumns(Blocking &blocking, int64_t vectors, const Contraction &contraction,
                         const CpuTarget &machine) {
  auto mostRows = [&](int64_t columns) { return (machine.vectorRegisters - 2 - columns) / columns; };
  int64_t columns = mostRows(2 * vectors) >= 2 * vectors ? 2 * vectors : vectors;
  blocking.columns = std::clamp<int64_t>(columns, 1, contraction.axes[blocking.columnAxis].extent);
  blocking.rows = std::clamp<int64_t>(blocking.rows, 1, std::max<int64_t>(1, mostRows(blocking.columns)));
  blocking.vectors = blocking.chains = 1;
  llvm::erase(blocking.parallel, unsigned(blocking.columnAxis));
}

Blocking Blocking::of(Contraction &contraction, const CpuTarget &machine) {
  Blocking blocking;
  blocking.lanes = machine.lanes(elementBytes(contraction.accumulator()));
  blocking.vectorAxis = cheapest(contraction.axes, blocking.lanes, /*mayPack=*/false).first;
  blocking.rowAxis = chooseRowAxis(contraction, blocking.vectorAxis);
  for (auto [i, axis] : llvm::enumerate(contraction.axes))
    if (static_cast<int64_t>(i) != blocking.vectorAxis && static_cast<int64_t>(i) != blocking.rowAxis)
      (axis.isReduced() ? blocking.reduced : blocking.parallel).push_back(i);
  // Innermost the axis along which the factors lie closest.
  llvm::stable_sort(blocking.reduced, [&](unsigned a, unsigned b) {
    auto step = [&](unsigned i) {
      int64_t sum = 0;
      for (Operand factor : {left, right})
        sum += contraction.axes[i].strides[factor].isKnown() ? std::abs(contraction.axes[i].strides[factor].known)
                                                             : 1 << 20;
      return sum;
    };
    return step(a) > step(b);
  });

  ArrayRef<int64_t> chosen = contraction.op.getBlock();
  int64_t area = chosen.size() == 2 ? std::max<int64_t>(chosen[0], 1) * std::max<int64_t>(chosen[1], 1) : 8;
  area = std::clamp<int64_t>(area, 1, machine.vectorRegisters - 4);
  int64_t vectors = chosen.size() == 2 ? chosen[1] : 2;
  // An axis may be empty; its block is not.
  auto extentOf = [&](int64_t axis) { return std::max<int64_t>(contraction.axes[axis].extent, 1); };
  if (blocking.vectorAxis >= 0) {
    int64_t extent = extentOf(blocking.vectorAxis);
    if (contraction.axes[blocking.vectorAxis]
            .isReduced()) // sums of equal width; an axis shorter than a register is one narrow vector
      blocking.lanes = std::min<int64_t>(blocking.lanes, llvm::PowerOf2Ceil(extent));
    int64_t pieces = llvm::divideCeil(extent, blocking.lanes);
    blocking.vectors = std::clamp<int64_t>(blocking.rowAxis < 0 ? area : vectors, 1, pieces);
  }
  if (blocking.rowAxis >= 0)
    blocking.rows = std::clamp<int64_t>(area / blocking.vectors, 1, extentOf(blocking.rowAxis));
  // Registers: accumulators, the vectors of a step, one operand.
  while (blocking.rows > 1 && blocking.rows * blocking.vectors + blocking.vectors + 1 > machine.vectorRegisters - 1)
    --blocking.rows;
  int64_t sums = blocking.rows * blocking.vectors;
  if (!blocking.reduced.empty() && sums < inFlight / 2)
    blocking.chains = std::min<int64_t>(inFlight / 2 / sums, extentOf(blocking.reduced.back()));
  blocking.columnAxis = chooseColumnAxis(contraction, blocking);
  if (blocking.columnAxis >= 0)
    blockColumns(blocking, std::max<int64_t>(vectors, 1), contraction, machine);
  return blocking;
}

} // namespace espalier::cpu
