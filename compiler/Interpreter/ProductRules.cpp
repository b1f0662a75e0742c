//===- ProductRules.cpp - tile.contract -------------------------------------===//
//
// The sum over all letters that the output lacks of the product of the factors, as it
// is written: one loop per letter.
//===----------------------------------------------------------------------===//
#include "compiler/Interpreter/Plan.h"

#include "dialects/Tile/IR/TileDialect.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace espalier::interpreter {

namespace {
/// Letters of the output first, then those that are summed. A tensor's stride is 0 along a letter that it lacks.
struct Contraction {
  std::string letters;
  std::vector<int64_t> sizes;
  int64_t numOutputLetters = 0;
  std::vector<Slot> factors;
  std::vector<std::vector<int64_t>> strides; // [factor][letter]
  Slot result;
};
} // namespace

static std::vector<int64_t> stridesAlong(StringRef letters, StringRef axes, const Shape &shape) {
  std::vector<int64_t> strides(letters.size(), 0);
  int64_t stride = 1;
  for (size_t axis = axes.size(); axis-- > 0; stride *= shape[axis])
    strides[letters.find(axes[axis])] = stride;
  return strides;
}

static Contraction decode(tile::ContractOp op, Plan &plan) {
  auto [inputs, output] = op.getSubscripts().split("->");
  SmallVector<StringRef> groups;
  if (!op.getFactors().empty())
    inputs.split(groups, ',');
  for (StringRef &group : groups)
    group = group.trim();

  Contraction contraction;
  contraction.letters = output.trim().str();
  contraction.numOutputLetters = static_cast<int64_t>(contraction.letters.size());
  for (StringRef group : groups)
    for (char letter : group)
      if (!StringRef(contraction.letters).contains(letter))
        contraction.letters += letter;

  contraction.sizes.resize(contraction.letters.size(), 1);
  for (auto [group, factor] : llvm::zip_equal(groups, op.getFactors())) {
    Shape shape = shapeOf(factor.getType());
    for (size_t axis = 0; axis < group.size(); ++axis)
      contraction.sizes[StringRef(contraction.letters).find(group[axis])] = shape[axis];
    contraction.factors.push_back(plan.slot(factor));
    contraction.strides.push_back(stridesAlong(contraction.letters, group, shape));
  }
  contraction.result = plan.slot(op.getResult());
  return contraction;
}

/// Adds the products along the last letter, for the others at fixed positions (whose offsets are given).
static double sumAlongLast(Machine &machine, const Contraction &c, const std::vector<int64_t> &offsets) {
  size_t last = c.letters.size() - 1;
  double sum = 0;
  for (int64_t i = 0; i < c.sizes[last]; ++i) {
    double product = 1;
    for (size_t k = 0; k < c.factors.size(); ++k)
      product *= machine.at(c.factors[k])[offsets[k] + i * c.strides[k][last]].real;
    sum += product;
  }
  return sum;
}

/// Sum over the letters from `letter` on.
static double sumFrom(Machine &machine, const Contraction &c, size_t letter, std::vector<int64_t> &offsets) {
  if (letter == c.letters.size()) {
    double product = 1;
    for (size_t k = 0; k < c.factors.size(); ++k)
      product *= machine.at(c.factors[k])[offsets[k]].real;
    return product;
  }
  if (letter + 1 == c.letters.size())
    return sumAlongLast(machine, c, offsets);
  double sum = 0;
  for (int64_t i = 0; i < c.sizes[letter]; ++i) {
    sum += sumFrom(machine, c, letter + 1, offsets);
    for (size_t k = 0; k < offsets.size(); ++k)
      offsets[k] += c.strides[k][letter];
  }
  for (size_t k = 0; k < offsets.size(); ++k)
    offsets[k] -= c.sizes[letter] * c.strides[k][letter];
  return sum;
}

static Step contract(Operation *op, Plan &plan) {
  return [contraction = decode(cast<tile::ContractOp>(op), plan)](Machine &machine) {
    const Contraction &c = contraction;
    std::vector<int64_t> position(c.numOutputLetters, 0), offsets(c.factors.size(), 0);
    for (int64_t flat = 0; flat < c.result.size; ++flat) {
      machine.at(c.result)[flat].real = sumFrom(machine, c, c.numOutputLetters, offsets);
      for (int64_t letter = c.numOutputLetters; letter-- > 0;) {
        bool isDone = ++position[letter] == c.sizes[letter];
        for (size_t k = 0; k < offsets.size(); ++k)
          offsets[k] += isDone ? -(c.sizes[letter] - 1) * c.strides[k][letter] : c.strides[k][letter];
        if (!isDone)
          break;
        position[letter] = 0;
      }
    }
  };
}

void addProductRules(RuleTable &table) { table["tile.contract"] = contract; }

} // namespace espalier::interpreter
