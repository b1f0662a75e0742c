//===- BlockAttentionRules.cpp - block.attend, its reads and accumulations --===//
//
// Row by row, in two passes over the keys: the scores, then the weighted values.
//===----------------------------------------------------------------------===//
#include "compiler/Interpreter/Point.h"

#include "dialects/Block/IR/BlockDialect.h"

#include <cmath>
#include <limits>

using namespace mlir;

namespace espalier::interpreter {

namespace {
/// A region with the places of its arguments.
struct Part {
  std::shared_ptr<const Code> code; // null for no filter
  std::vector<Slot> axisIndices;
  std::optional<Slot> key;

  static Part of(block::AttendOp op, Region &region, bool hasKey, Plan &plan) {
    if (region.empty())
      return {};
    Part part;
    for (mlir::Value index : op.getAxisIndices(region))
      part.axisIndices.push_back(plan.slot(index));
    if (hasKey)
      part.key = plan.slot(op.getKey(region));
    part.code = plan.code(region);
    return part;
  }

  /// Evaluates the part at a row, or at a row and a key; false after an error.
  bool run(Machine &machine, std::span<const int64_t> position) const {
    for (size_t axis = 0; axis < axisIndices.size(); ++axis)
      machine.integer(axisIndices[axis]) = position[axis];
    if (key)
      machine.integer(*key) = position.back();
    return code->run(machine);
  }
};

/// A key that takes part, and what it counts for.
struct WeightedKey {
  int64_t key;
  double score, weight = 0;
};

struct Attention {
  struct Sum {
    TensorPlace tensor;
    Shape tileShape;
    int64_t tileSize;
  };
  struct Accumulator {
    TensorPlace initial, tensor;
  };

  block::AttendOp op;
  bool isSoftmax = true;
  std::optional<Slot> batch;
  std::vector<Slot> axes;
  Slot keys;
  Part bounds, filter, score, values;
  std::vector<Sum> sums;
  std::optional<TensorPlace> statistic;
  std::vector<Accumulator> accumulators;
  std::string name;
  std::vector<std::string> names; // of the axes and the key, for messages

  static Attention of(block::AttendOp op, Plan &plan);

  void run(Machine &machine) const;
  bool prepare(Machine &machine, const Shape &domain) const;
  void attendRow(Machine &machine, int64_t row) const;
  bool findKeys(Machine &machine, std::vector<WeightedKey> &found) const;
  double weigh(std::vector<WeightedKey> &found) const;
  bool addValues(Machine &machine, int64_t row, const WeightedKey &key) const;
  bool isFinite(Machine &machine, int64_t row) const;
};
} // namespace

Attention Attention::of(block::AttendOp op, Plan &plan) {
  Attention attention;
  attention.op = op;
  attention.name = nameOf(op.getLoc(), "a sum");
  attention.isSoftmax = op.getWeights() == block::Weights::softmax;
  if (op.getBatch())
    attention.batch = plan.slot(op.getBatch());
  attention.axes = plan.slots(op.getAxes());
  attention.keys = plan.slot(op.getKeys());
  for (auto [result, handle, initial] :
       llvm::zip_equal(op.getAccumulated(), op.getAccumulatorHandles(), op.getInits())) {
    plan.alias(handle, result);
    attention.accumulators.push_back({plan.tensor(initial), plan.tensor(result)});
  }
  attention.bounds = Part::of(op, op.getBounds(), /*hasKey=*/false, plan);
  attention.filter = Part::of(op, op.getFilter(), /*hasKey=*/true, plan);
  attention.score = Part::of(op, op.getScore(), /*hasKey=*/true, plan);
  attention.values = Part::of(op, op.getValues(), /*hasKey=*/true, plan);
  Operation *yield = op.getValues().front().getTerminator();
  for (auto [result, tile] : llvm::zip_equal(op.getSums(), yield->getOperands()))
    attention.sums.push_back({plan.tensor(result), shapeOf(tile.getType()), sizeOf(tile.getType())});
  if (mlir::Value statistic = op.getStatistic())
    attention.statistic = plan.tensor(statistic);
  for (auto [axis, index] : llvm::enumerate(op.getAxisIndices(op.getScore())))
    attention.names.push_back(nameOf(index.getLoc(), fmt::format("axis {}", axis)));
  attention.names.push_back(nameOf(op.getKey(op.getScore()).getLoc(), "key"));
  return attention;
}

/// Sums and statistics get their shapes, [batch] x axes x tile, and zeros; accumulators their initial values.
bool Attention::prepare(Machine &machine, const Shape &domain) const {
  auto allocate = [&](const TensorPlace &place, const Shape &shape) {
    Result<void> allocated = machine.allocate(place, shape);
    if (!allocated)
      machine.failWith(op, allocated.error().message);
    return bool(allocated);
  };
  for (const Sum &sum : sums) {
    Shape shape = domain;
    shape.insert(shape.end(), sum.tileShape.begin(), sum.tileShape.end());
    if (!allocate(sum.tensor, shape))
      return false;
  }
  if (statistic && !allocate(*statistic, domain))
    return false;
  for (const Accumulator &accumulator : accumulators) {
    std::span<const int64_t> sizes = machine.view(accumulator.initial).shape;
    Shape shape(sizes.begin(), sizes.end());
    if (!allocate(accumulator.tensor, shape))
      return false;
    TensorView from = machine.view(accumulator.initial), to = machine.view(accumulator.tensor);
    std::copy_n(from.data, *countElements(shape, sizeof(Element)), to.data);
  }
  return true;
}

void Attention::run(Machine &machine) const {
  Shape axisSizes, domain;
  for (Slot axis : axes)
    axisSizes.push_back(machine.integer(axis));
  int64_t batchSize = batch ? machine.integer(*batch) : 1;
  if (batch)
    domain.push_back(batchSize);
  domain.insert(domain.end(), axisSizes.begin(), axisSizes.end());
  if (Result<int64_t> count = countElements(domain, sizeof(Element)); !count)
    return machine.failWith(op, count.error().message);
  Result<int64_t> numRows = countElements(axisSizes, 1); // of one batch element
  if (!numRows)
    return machine.failWith(op, numRows.error().message);
  if (!prepare(machine, domain))
    return;

  machine.inBatch = batch.has_value();
  machine.batchSize = batchSize;
  machine.axisNames = &names;
  for (machine.batchElement = 0; machine.batchElement < batchSize; ++machine.batchElement) {
    machine.axisPositions.assign(axes.size(), 0);
    for (int64_t row = 0; row < *numRows; ++row) {
      attendRow(machine, machine.batchElement * *numRows + row);
      if (machine.failed())
        return;
      for (size_t axis = axes.size(); axis-- > 0 && ++machine.axisPositions[axis] == axisSizes[axis];)
        machine.axisPositions[axis] = 0;
    }
  }
  machine.axisPositions.clear();
  machine.inBatch = false;
  machine.batchSize = 1;
  machine.batchElement = 0;
}

/// `machine.axisPositions` is the row, and the row and a key while a pair is visited.
void Attention::attendRow(Machine &machine, int64_t row) const {
  std::vector<WeightedKey> found;
  if (!findKeys(machine, found))
    return;
  double logSum = weigh(found);
  if (statistic)
    machine.view(*statistic).data[row].real = logSum;
  for (const WeightedKey &key : found) {
    machine.axisPositions.push_back(key.key);
    if (!addValues(machine, row, key))
      return;
    machine.axisPositions.pop_back();
  }
  if (machine.options.checkFinite && !isFinite(machine, row))
    machine.fail(op, "{} is not finite", name);
}

bool Attention::findKeys(Machine &machine, std::vector<WeightedKey> &found) const {
  if (!bounds.run(machine, machine.axisPositions))
    return false;
  int64_t lower = std::max<int64_t>(machine.integer(bounds.code->yields[0]), 0);
  int64_t upper = std::min(machine.integer(bounds.code->yields[1]), machine.integer(keys));
  for (int64_t key = lower; key < upper; ++key) {
    machine.axisPositions.push_back(key);
    if (filter.code && !filter.run(machine, machine.axisPositions))
      return false;
    if (!filter.code || machine.integer(filter.code->yields[0])) {
      if (!score.run(machine, machine.axisPositions))
        return false;
      found.push_back({key, machine.at(score.code->yields[0])->real});
    }
    machine.axisPositions.pop_back();
  }
  return true;
}

/// Gives each key its weight. Returns the logarithm of the sum of the exponentials, +inf where that sum is 0.
double Attention::weigh(std::vector<WeightedKey> &found) const {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  double greatest = -infinity, sum = 0;
  for (const WeightedKey &key : found)
    greatest = std::isnan(key.score) || key.score > greatest ? key.score : greatest;
  double shift = !isSoftmax || greatest == -infinity ? 0 : greatest;
  for (WeightedKey &key : found)
    sum += key.weight = std::exp(key.score - shift);
  if (isSoftmax && sum != 0)
    for (WeightedKey &key : found)
      key.weight /= sum;
  return sum == 0 ? infinity : shift + std::log(sum);
}

bool Attention::addValues(Machine &machine, int64_t row, const WeightedKey &key) const {
  machine.weight = key.weight;
  if (!values.run(machine, machine.axisPositions))
    return false;
  for (size_t k = 0; k < sums.size(); ++k) {
    const Element *value = machine.at(values.code->yields[k]);
    Element *sum = machine.view(sums[k].tensor).data + row * sums[k].tileSize;
    for (int64_t i = 0; i < sums[k].tileSize; ++i)
      sum[i].real += key.weight * value[i].real;
  }
  return true;
}

bool Attention::isFinite(Machine &machine, int64_t row) const {
  for (const Sum &sum : sums)
    for (int64_t i = 0; i < sum.tileSize; ++i)
      if (!std::isfinite(machine.view(sum.tensor).data[row * sum.tileSize + i].real))
        return false;
  return true;
}

static Step attend(Operation *op, Plan &plan) {
  return [attention = Attention::of(cast<block::AttendOp>(op), plan)](Machine &machine) { attention.run(machine); };
}

static Step read(Operation *op, Plan &plan) {
  auto read = cast<block::ReadOp>(op);
  return [point = Point::of(op, plan, read.getTensor(), read.getIndices(), read.getType()),
          y = plan.slot(read.getResult())](Machine &machine) { readPoint(machine, point, y); };
}

static Step accumulate(Operation *op, Plan &plan) {
  auto accumulate = cast<block::AccumulateOp>(op);
  return [point = Point::of(op, plan, accumulate.getTarget(), accumulate.getIndices(), accumulate.getValue().getType()),
          x = plan.slot(accumulate.getValue())](Machine &machine) {
    if (Element *tile = point.find(machine))
      for (int64_t i = 0; i < x.size; ++i)
        tile[i].real += machine.weight * machine.at(x)[i].real;
  };
}

void addAttentionRules(RuleTable &table) {
  table["block.attend"] = attend;
  table["block.read"] = read;
  table["block.accumulate"] = accumulate;
}

} // namespace espalier::interpreter
