//===- Dim.h - Symbolic dimensions ------------------------------------------===//
//
// A Dim is an integer that may be known only by name: a polynomial with integer
// coefficients over atoms, kept in one canonical form, so that equal polynomials
// compare equal. An atom is a named dimension, or a floor division, remainder,
// minimum, maximum or power that could not be simplified.
//
// Laws: + - * are those of the ring of integers; substitute() is a homomorphism;
// division floors, as Python's. All arithmetic is checked signed 64-bit: an
// overflow, a division by zero or more than `maxTerms` terms or `maxSize` atoms make
// the Dim invalid, and whatever is computed from an invalid Dim is invalid.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_FRONTENDS_SEMA_DIM_H
#define ESPALIER_FRONTENDS_SEMA_DIM_H

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace espalier::sema {

class Dim {
public:
  Dim() : Dim(0) {}
  Dim(int64_t constant);
  /// The dimension called `name`. Two symbols are equal if their names are.
  static Dim symbol(std::string name);
  static Dim floorDiv(const Dim &a, const Dim &b);
  static Dim mod(const Dim &a, const Dim &b);
  static Dim min(const Dim &a, const Dim &b);
  static Dim max(const Dim &a, const Dim &b);
  /// a to the power of b, b at least 0: with a constant b a product, otherwise an atom.
  static Dim pow(const Dim &a, const Dim &b);

  friend Dim operator+(const Dim &a, const Dim &b);
  friend Dim operator-(const Dim &a, const Dim &b);
  friend Dim operator*(const Dim &a, const Dim &b);
  friend bool operator==(const Dim &a, const Dim &b);
  friend bool operator!=(const Dim &a, const Dim &b) { return !(a == b); }
  friend bool operator<(const Dim &a, const Dim &b); // an arbitrary total order, for maps

  bool isValid() const;
  std::optional<int64_t> constant() const;
  /// The name, if the Dim is exactly one symbol.
  std::optional<std::string> symbolName() const;
  /// Every symbol that occurs.
  std::vector<std::string> symbols() const;
  Dim substitute(const std::map<std::string, Dim> &values) const;
  /// How the Dim is computed, for those who do so elsewhere: the sum of its terms, each a coefficient times a product
  /// of atoms (an atom that occurs twice is listed twice). No terms: 0.
  struct Term;
  std::vector<Term> terms() const;
  struct Operation;
  /// The operation, if the Dim is exactly one that could not be simplified. A power is none: its exponent is made of
  /// statics, so it is a product wherever those have values.
  std::optional<Operation> operation() const;
  /// As the user would write it: "2*n + 1".
  std::string str() const;

  /// A number that this is never below, if one can be proved when no symbol is below `minimumOf(symbol)`
  /// (nothing: it may be anything). Not the greatest such number.
  using MinimumOf = std::function<std::optional<int64_t>(const std::string &)>;
  std::optional<int64_t> lowerBound(const MinimumOf &minimumOf) const;

  static constexpr size_t maxTerms = 256, maxSize = 2048;

private:
  struct Atom;
  struct Polynomial;
  struct Algebra;
  explicit Dim(std::shared_ptr<const Polynomial> polynomial) : polynomial(std::move(polynomial)) {}
  std::shared_ptr<const Polynomial> polynomial;
};

struct Dim::Term {
  int64_t coefficient;
  std::vector<Dim> atoms;
};

struct Dim::Operation {
  enum class Kind : uint8_t { floorDiv, mod, min, max } kind;
  Dim a, b;
};

} // namespace espalier::sema

#endif
