//===- Elimination.h - Dense systems in double precision --------------------===//
#ifndef ESPALIER_COMPILER_INTERPRETER_ELIMINATION_H
#define ESPALIER_COMPILER_INTERPRETER_ELIMINATION_H

#include <cstdint>
#include <optional>
#include <vector>

namespace espalier::interpreter {

/// Gaussian elimination with partial pivoting of a nonsingular matrix, kept as row exchanges and triangular factors.
class Elimination {
public:
  /// `matrix` is n x n, row-major. None where a pivot is no larger than the rounding errors in it: with u the unit
  /// roundoff, |pivot| <= n u (max |S[i, .]|) (max |S[., k]| / max of its row) for every candidate of column k, as
  /// compiled code has it (runtime/ABI/Solve.cpp). Of a matrix with an entry that is not finite, all solutions are NaN.
  static std::optional<Elimination> of(std::vector<double> matrix, int64_t n);

  /// Replaces b (n x m, row-major) by the solution.
  void solve(double *b, int64_t m) const;

private:
  int64_t n = 0;
  std::vector<double> factors;   // unit lower triangle of multipliers, upper triangle of pivots
  std::vector<int64_t> rowOrder; // row i of the factors is row rowOrder[i] of the matrix
};

/// The factor L of S = L L^T; only the lower triangle of S is read.
class Cholesky {
public:
  /// None where S is not positive definite up to rounding: a squared pivot <= n u S[j, j]. What is not finite gives
  /// NaN, as above.
  static std::optional<Cholesky> of(std::vector<double> matrix, int64_t n);

  /// Replaces b (n x m, row-major) by the solution.
  void solve(double *b, int64_t m) const;

private:
  int64_t n = 0;
  std::vector<double> factor;
};

} // namespace espalier::interpreter

#endif
