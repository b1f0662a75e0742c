//===- SolveRules.cpp - tile.solve ------------------------------------------===//
#include "compiler/Interpreter/Elimination.h"
#include "compiler/Interpreter/Plan.h"

#include "dialects/Tile/IR/TileDialect.h"

using namespace mlir;

namespace espalier::interpreter {

/// n x n numbers of the frame, transposed on demand.
static std::vector<double> readMatrix(const Element *matrix, int64_t n, bool transposed) {
  std::vector<double> numbers(n * n);
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < n; ++j)
      numbers[i * n + j] = matrix[transposed ? j * n + i : i * n + j].real;
  return numbers;
}

namespace {
struct Systems {
  int64_t n;
  std::vector<Slot> rightSides, solutions;

  /// The empty tile solves an empty system, whatever the matrix is.
  bool areEmpty() const {
    return llvm::all_of(rightSides, [](const Slot &b) { return b.size == 0; });
  }

  template <class Factorisation> void solve(Machine &machine, const Factorisation &factorisation) const {
    for (auto [b, x] : llvm::zip_equal(rightSides, solutions)) {
      std::vector<double> numbers(b.size);
      for (int64_t i = 0; i < b.size; ++i)
        numbers[i] = machine.at(b)[i].real;
      factorisation.solve(numbers.data(), n == 0 ? 0 : b.size / n);
      for (int64_t i = 0; i < x.size; ++i)
        machine.at(x)[i].real = numbers[i];
    }
  }
};
} // namespace

static Step solve(Operation *op, Plan &plan) {
  auto solve = cast<tile::SolveOp>(op);
  std::string name = nameOf(op->getLoc(), "the matrix");
  Slot matrix = plan.slot(solve.getMatrix());
  Systems systems{shapeOf(solve.getMatrix().getType())[0], plan.slots(solve.getRightSides()),
                  plan.slots(solve.getSolutions())};
  if (systems.areEmpty())
    return [](Machine &) {};
  if (solve.getMethod() == tile::SolveMethod::cholesky)
    return [=](Machine &machine) {
      auto factors = Cholesky::of(readMatrix(machine.at(matrix), systems.n, false), systems.n);
      if (!factors)
        return machine.fail(op, "{} is not positive definite", name);
      systems.solve(machine, *factors);
    };
  return [=, transposed = solve.getTransposed()](Machine &machine) {
    auto factors = Elimination::of(readMatrix(machine.at(matrix), systems.n, transposed), systems.n);
    if (!factors)
      return machine.fail(op, "{} is numerically singular", name);
    systems.solve(machine, *factors);
  };
}

void addSolveRules(RuleTable &table) { table["tile.solve"] = solve; }

} // namespace espalier::interpreter
