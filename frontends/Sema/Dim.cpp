//===- Dim.cpp - Symbolic dimensions ----------------------------------------===//
#include "frontends/Sema/Dim.h"

#include <algorithm>
#include <set>

namespace espalier::sema {

/// A symbol, or an operation on two Dims that could not be simplified.
struct Dim::Atom {
  enum class Kind : uint8_t { symbol, floorDiv, mod, min, max, pow } kind = Kind::symbol;
  std::string name; // symbol
  Dim a, b;         // the others
};

/// coefficient * product of atoms, by monomial; no coefficient is 0. The empty monomial is the constant term.
struct Dim::Polynomial {
  struct AtomLess {
    bool operator()(const std::shared_ptr<const Atom> &x, const std::shared_ptr<const Atom> &y) const;
  };
  using AtomPtr = std::shared_ptr<const Atom>;
  using Monomial = std::map<AtomPtr, int, AtomLess>; // atom -> exponent > 0
  struct MonomialLess {
    bool operator()(const Monomial &x, const Monomial &y) const;
  };
  std::map<Monomial, int64_t, MonomialLess> terms;
  size_t size = 0; // atoms, with those inside of atoms: nested // % min max could double it at every step
  bool valid = true;
};

/// The private arithmetic of polynomials.
struct Dim::Algebra {
  using P = Polynomial;
  using AtomPtr = P::AtomPtr;

  static Dim wrap(P p) {
    p.size = 0;
    for (const auto &[monomial, coefficient] : p.terms)
      for (const auto &[atom, exponent] : monomial)
        p.size += 1 + of(atom->a).size + of(atom->b).size;
    if (p.terms.size() > maxTerms || p.size > maxSize)
      p.valid = false;
    if (!p.valid)
      p.terms.clear();
    return Dim(std::make_shared<const P>(std::move(p)));
  }
  static Dim invalid() {
    P p;
    p.valid = false;
    return wrap(std::move(p));
  }
  static const P &of(const Dim &dim) { return *dim.polynomial; }
  static Dim fromAtom(Atom atom) {
    P p;
    p.terms[{{std::make_shared<const Atom>(std::move(atom)), 1}}] = 1;
    return wrap(std::move(p));
  }
  static Dim fromTerm(const P::Monomial &monomial, int64_t coefficient) {
    P p;
    if (coefficient != 0)
      p.terms[monomial] = coefficient;
    return wrap(std::move(p));
  }

  static int compare(const Dim &x, const Dim &y) {
    if (x.polynomial == y.polynomial)
      return 0;
    const P &p = of(x), &q = of(y);
    if (p.valid != q.valid)
      return p.valid ? 1 : -1;
    if (p.terms.size() != q.terms.size())
      return p.terms.size() < q.terms.size() ? -1 : 1;
    for (auto i = p.terms.begin(), j = q.terms.begin(); i != p.terms.end(); ++i, ++j) {
      if (int order = compare(i->first, j->first))
        return order;
      if (i->second != j->second)
        return i->second < j->second ? -1 : 1;
    }
    return 0;
  }
  static int compare(const Atom &x, const Atom &y) {
    if (x.kind != y.kind)
      return x.kind < y.kind ? -1 : 1;
    if (x.kind == Atom::Kind::symbol)
      return x.name.compare(y.name);
    if (int order = compare(x.a, y.a))
      return order;
    return compare(x.b, y.b);
  }
  static int compare(const P::Monomial &x, const P::Monomial &y) {
    auto i = x.begin(), j = y.begin();
    for (; i != x.end() && j != y.end(); ++i, ++j) {
      if (int order = compare(*i->first, *j->first))
        return order;
      if (i->second != j->second)
        return i->second > j->second ? -1 : 1;
    }
    return i != x.end() ? -1 : (j != y.end() ? 1 : 0); // the constant term comes last
  }

  static void add(P &sum, const P::Monomial &monomial, int64_t coefficient) {
    auto [place, isNew] = sum.terms.try_emplace(monomial, 0);
    if (__builtin_add_overflow(place->second, coefficient, &place->second))
      sum.valid = false;
    if (place->second == 0)
      sum.terms.erase(place);
  }

  /// The Dim with every atom replaced.
  template <class F> static Dim mapAtoms(const Dim &dim, F replace) {
    Dim sum = 0;
    for (const auto &[monomial, coefficient] : of(dim).terms) {
      Dim product = coefficient;
      for (const auto &[atom, exponent] : monomial) {
        Dim value = replace(atom);
        for (int k = 0; k < exponent; ++k)
          product = product * value;
      }
      sum = sum + product;
    }
    return of(dim).valid ? sum : dim;
  }
  static std::string term(const P::Monomial &monomial, uint64_t magnitude);
  static std::string atomText(const Atom &atom);
  static std::optional<int64_t> lowerBound(const Dim &dim, const MinimumOf &minimumOf, int budget);
  static std::optional<int64_t> splitBound(const Dim &dim, const AtomPtr &atom, int64_t coefficient,
                                           const MinimumOf &minimumOf, int budget);
};

bool Dim::Polynomial::AtomLess::operator()(const AtomPtr &x, const AtomPtr &y) const {
  return Algebra::compare(*x, *y) < 0;
}
bool Dim::Polynomial::MonomialLess::operator()(const Monomial &x, const Monomial &y) const {
  return Algebra::compare(x, y) < 0;
}

Dim::Dim(int64_t constant) {
  auto p = std::make_shared<Polynomial>();
  if (constant != 0)
    p->terms[{}] = constant;
  polynomial = std::move(p);
}

Dim Dim::symbol(std::string name) {
  Atom atom;
  atom.name = std::move(name);
  return Algebra::fromAtom(std::move(atom));
}

Dim operator+(const Dim &a, const Dim &b) {
  Dim::Polynomial sum = Dim::Algebra::of(a);
  sum.valid = a.isValid() && b.isValid();
  for (const auto &[monomial, coefficient] : Dim::Algebra::of(b).terms)
    Dim::Algebra::add(sum, monomial, coefficient);
  return Dim::Algebra::wrap(std::move(sum));
}

Dim operator*(const Dim &a, const Dim &b) {
  const auto &p = Dim::Algebra::of(a), &q = Dim::Algebra::of(b);
  Dim::Polynomial product;
  product.valid = p.valid && q.valid && p.terms.size() * q.terms.size() <= 4 * Dim::maxTerms;
  if (!product.valid)
    return Dim::Algebra::wrap(std::move(product));
  for (const auto &[x, i] : p.terms)
    for (const auto &[y, j] : q.terms) {
      auto monomial = x;
      for (const auto &[atom, exponent] : y)
        if ((monomial[atom] += exponent) > 64)
          product.valid = false;
      int64_t coefficient = 0;
      if (__builtin_mul_overflow(i, j, &coefficient))
        product.valid = false;
      Dim::Algebra::add(product, monomial, coefficient);
    }
  return Dim::Algebra::wrap(std::move(product));
}

Dim operator-(const Dim &a, const Dim &b) { return a + Dim(-1) * b; }
bool operator==(const Dim &a, const Dim &b) { return Dim::Algebra::compare(a, b) == 0; }
bool operator<(const Dim &a, const Dim &b) { return Dim::Algebra::compare(a, b) < 0; }

bool Dim::isValid() const { return polynomial->valid; }

std::optional<int64_t> Dim::constant() const {
  if (!isValid() || polynomial->terms.size() > 1)
    return std::nullopt;
  if (polynomial->terms.empty())
    return 0;
  const auto &[monomial, coefficient] = *polynomial->terms.begin();
  return monomial.empty() ? std::optional(coefficient) : std::nullopt;
}

static int64_t floorDivide(int64_t a, int64_t b) { return a / b - ((a % b != 0 && (a % b < 0) != (b < 0)) ? 1 : 0); }

Dim Dim::floorDiv(const Dim &a, const Dim &b) {
  auto divisor = b.constant();
  if (!a.isValid() || !b.isValid() || divisor == 0)
    return Algebra::invalid();
  if (a == Dim(0))
    return 0;
  if (divisor && *divisor < 0) // floor(a / b) = floor(-a / -b)
    return floorDiv(Dim(-1) * a, Dim(-1) * b);
  if (!divisor) {
    Atom atom{Atom::Kind::floorDiv, "", a, b};
    return Algebra::fromAtom(std::move(atom));
  }
  if (*divisor == 1)
    return a;
  // (k*q + rest) // k = q + rest // k, with the coefficients of the rest in [0, k).
  Dim quotient = 0, rest = 0;
  for (const auto &[monomial, coefficient] : a.polynomial->terms) {
    int64_t q = floorDivide(coefficient, *divisor);
    quotient = quotient + Algebra::fromTerm(monomial, q);
    rest = rest + Algebra::fromTerm(monomial, coefficient - q * *divisor);
  }
  if (rest.constant()) // in [0, k)
    return quotient;
  Atom atom{Atom::Kind::floorDiv, "", rest, b};
  return quotient + Algebra::fromAtom(std::move(atom));
}

Dim Dim::mod(const Dim &a, const Dim &b) {
  auto divisor = b.constant();
  if (!a.isValid() || !b.isValid() || divisor == 0)
    return Algebra::invalid();
  if (a == Dim(0))
    return 0;
  if (!divisor) {
    Atom atom{Atom::Kind::mod, "", a, b};
    return Algebra::fromAtom(std::move(atom));
  }
  if (*divisor < 0) // a mod b = -((-a) mod (-b))
    return Dim(-1) * mod(Dim(-1) * a, Dim(-1) * b);
  Dim rest = 0;
  for (const auto &[monomial, coefficient] : a.polynomial->terms)
    rest = rest + Algebra::fromTerm(monomial, coefficient - floorDivide(coefficient, *divisor) * *divisor);
  if (rest.constant())
    return rest;
  Atom atom{Atom::Kind::mod, "", rest, b};
  return Algebra::fromAtom(std::move(atom));
}

Dim Dim::min(const Dim &a, const Dim &b) {
  if (!a.isValid() || !b.isValid())
    return Algebra::invalid();
  if (auto difference = (a - b).constant())
    return *difference <= 0 ? a : b;
  Atom atom{Atom::Kind::min, "", std::min(a, b), std::max(a, b)};
  return Algebra::fromAtom(std::move(atom));
}

Dim Dim::max(const Dim &a, const Dim &b) {
  if (!a.isValid() || !b.isValid())
    return Algebra::invalid();
  if (auto difference = (a - b).constant())
    return *difference >= 0 ? a : b;
  Atom atom{Atom::Kind::max, "", std::min(a, b), std::max(a, b)};
  return Algebra::fromAtom(std::move(atom));
}

Dim Dim::pow(const Dim &a, const Dim &b) {
  auto exponent = b.constant();
  if (!a.isValid() || !b.isValid() || (exponent && *exponent < 0))
    return Algebra::invalid();
  if (!exponent) {
    Atom atom{Atom::Kind::pow, "", a, b};
    return Algebra::fromAtom(std::move(atom));
  }
  if (a == Dim(0) || a == Dim(1))
    return *exponent == 0 ? Dim(1) : a;
  if (a == Dim(-1))
    return *exponent % 2 == 0 ? 1 : -1;
  Dim product = 1;
  for (int64_t k = 0; k < *exponent && product.isValid(); ++k) // invalid after at most 64 factors
    product = product * a;
  return product;
}

std::optional<std::string> Dim::symbolName() const {
  if (!isValid() || polynomial->terms.size() != 1)
    return std::nullopt;
  const auto &[monomial, coefficient] = *polynomial->terms.begin();
  if (coefficient != 1 || monomial.size() != 1 || monomial.begin()->second != 1)
    return std::nullopt;
  const Atom &atom = *monomial.begin()->first;
  return atom.kind == Atom::Kind::symbol ? std::optional(atom.name) : std::nullopt;
}

std::vector<std::string> Dim::symbols() const {
  std::set<std::string> names;
  for (const auto &[monomial, coefficient] : polynomial->terms)
    for (const auto &[atom, exponent] : monomial) {
      if (atom->kind == Atom::Kind::symbol) {
        names.insert(atom->name);
        continue;
      }
      for (const Dim *part : {&atom->a, &atom->b})
        for (std::string &name : part->symbols())
          names.insert(std::move(name));
    }
  return {names.begin(), names.end()};
}

Dim Dim::substitute(const std::map<std::string, Dim> &values) const {
  return Algebra::mapAtoms(*this, [&](const Polynomial::AtomPtr &atom) -> Dim {
    switch (atom->kind) {
    case Atom::Kind::symbol: {
      auto place = values.find(atom->name);
      return place == values.end() ? symbol(atom->name) : place->second;
    }
    case Atom::Kind::floorDiv:
      return floorDiv(atom->a.substitute(values), atom->b.substitute(values));
    case Atom::Kind::mod:
      return mod(atom->a.substitute(values), atom->b.substitute(values));
    case Atom::Kind::min:
      return min(atom->a.substitute(values), atom->b.substitute(values));
    case Atom::Kind::max:
      return max(atom->a.substitute(values), atom->b.substitute(values));
    case Atom::Kind::pow:
      return pow(atom->a.substitute(values), atom->b.substitute(values));
    }
    return 0;
  });
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

static std::string parenthesised(const Dim &dim) {
  return dim.constant() || dim.symbolName() ? dim.str() : "(" + dim.str() + ")";
}

std::string Dim::Algebra::atomText(const Atom &atom) {
  switch (atom.kind) {
  case Atom::Kind::symbol:
    return atom.name;
  case Atom::Kind::floorDiv:
    return "(" + parenthesised(atom.a) + " // " + parenthesised(atom.b) + ")";
  case Atom::Kind::mod:
    return "(" + parenthesised(atom.a) + " % " + parenthesised(atom.b) + ")";
  case Atom::Kind::min:
    return "min(" + atom.a.str() + ", " + atom.b.str() + ")";
  case Atom::Kind::max:
    return "max(" + atom.a.str() + ", " + atom.b.str() + ")";
  case Atom::Kind::pow:
    return parenthesised(atom.a) + " ** " + parenthesised(atom.b);
  }
  return "";
}

std::string Dim::Algebra::term(const P::Monomial &monomial, uint64_t magnitude) {
  std::string text = magnitude != 1 || monomial.empty() ? std::to_string(magnitude) : "";
  for (const auto &[atom, exponent] : monomial)
    for (int k = 0; k < exponent; ++k)
      text += (text.empty() ? "" : "*") + atomText(*atom);
  return text;
}

std::string Dim::str() const {
  if (!isValid())
    return "?";
  std::string text;
  for (const auto &[monomial, coefficient] : polynomial->terms) {
    uint64_t magnitude = coefficient < 0 ? -static_cast<uint64_t>(coefficient) : static_cast<uint64_t>(coefficient);
    const char *sign = coefficient < 0 ? (text.empty() ? "-" : " - ") : (text.empty() ? "" : " + ");
    text += sign + Algebra::term(monomial, magnitude);
  }
  return text.empty() ? "0" : text;
}

//===----------------------------------------------------------------------===//
// Bounds
//===----------------------------------------------------------------------===//

/// The bound where `atom` occurs in one term only, as coefficient * atom. With rest = dim - coefficient * atom:
///   c * min(a, b) >= both c*a and c*b if c < 0, equals one of them if c > 0; max the other way round;
///   a//k <= a/k and a//k >= (a - k + 1)/k for constant k > 0.
std::optional<int64_t> Dim::Algebra::splitBound(const Dim &dim, const AtomPtr &atom, int64_t coefficient,
                                                const MinimumOf &minimumOf, int budget) {
  Dim c = coefficient;
  Dim rest = dim - fromTerm({{atom, 1}}, coefficient);
  if (atom->kind == Atom::Kind::min || atom->kind == Atom::Kind::max) {
    auto x = lowerBound(rest + c * atom->a, minimumOf, budget), y = lowerBound(rest + c * atom->b, minimumOf, budget);
    bool eitherHolds = (atom->kind == Atom::Kind::max) == (coefficient > 0);
    if (eitherHolds)
      return !x ? y : !y ? x : std::max(*x, *y);
    return x && y ? std::optional(std::min(*x, *y)) : std::nullopt;
  }
  auto k = atom->b.constant();
  if (atom->kind != Atom::Kind::floorDiv || !k)
    return std::nullopt;
  Dim bound = coefficient < 0 ? atom->a : atom->a - *k + 1;
  auto scaled = lowerBound(Dim(*k) * rest + c * bound, minimumOf, budget);
  return scaled ? std::optional(-floorDivide(-*scaled, *k)) : std::nullopt;
}

std::optional<int64_t> Dim::Algebra::lowerBound(const Dim &dim, const MinimumOf &minimumOf, int budget) {
  if (!dim.isValid() || budget == 0)
    return std::nullopt;
  if (auto value = dim.constant())
    return value;
  // Composite atoms that stand alone in one term are split off first.
  std::map<AtomPtr, int, P::AtomLess> occurrences;
  for (const auto &[monomial, coefficient] : of(dim).terms)
    for (const auto &[atom, exponent] : monomial)
      occurrences[atom] += monomial.size() == 1 ? exponent : 2;
  for (const auto &[monomial, coefficient] : of(dim).terms)
    if (monomial.size() == 1 && occurrences[monomial.begin()->first] == 1 &&
        monomial.begin()->first->kind != Atom::Kind::symbol)
      if (auto bound = splitBound(dim, monomial.begin()->first, coefficient, minimumOf, budget - 1))
        return bound;
  auto atLeast = [&](const Atom &atom) -> std::optional<int64_t> {
    if (atom.kind == Atom::Kind::symbol)
      return minimumOf(atom.name);
    if (atom.kind == Atom::Kind::pow) {
      auto base = atom.a.constant();
      return base && *base >= 0 ? std::optional<int64_t>(*base > 0) : std::nullopt;
    }
    auto divisor = atom.b.constant();
    return atom.kind == Atom::Kind::mod && divisor && *divisor > 0 ? std::optional<int64_t>(0) : std::nullopt;
  };
  int64_t sum = 0;
  for (const auto &[monomial, coefficient] : of(dim).terms) {
    int64_t product = coefficient;
    for (const auto &[atom, exponent] : monomial) {
      auto least = atLeast(*atom);
      auto divisor = atom->kind == Atom::Kind::mod ? atom->b.constant() : std::nullopt;
      if (coefficient < 0 && monomial.size() == 1 && exponent == 1 && divisor && *divisor > 0)
        least = *divisor - 1; // the greatest value, for a negative term
      else if (!least || *least < 0 || coefficient < 0)
        return std::nullopt;
      for (int k = 0; k < exponent; ++k)
        if (__builtin_mul_overflow(product, *least, &product))
          return std::nullopt;
    }
    if (__builtin_add_overflow(sum, product, &sum))
      return std::nullopt;
  }
  return sum;
}

std::optional<int64_t> Dim::lowerBound(const MinimumOf &minimumOf) const {
  return Algebra::lowerBound(*this, minimumOf, 8);
}

std::vector<Dim::Term> Dim::terms() const {
  std::vector<Term> terms;
  for (const auto &[monomial, coefficient] : polynomial->terms) {
    Term term{coefficient, {}};
    for (const auto &[atom, exponent] : monomial)
      term.atoms.insert(term.atoms.end(), exponent, Algebra::fromAtom(*atom));
    terms.push_back(std::move(term));
  }
  return terms;
}

std::optional<Dim::Operation> Dim::operation() const {
  std::vector<Term> all = terms();
  if (all.size() != 1 || all[0].coefficient != 1 || all[0].atoms.size() != 1)
    return std::nullopt;
  const Atom &atom = *polynomial->terms.begin()->first.begin()->first;
  switch (atom.kind) {
  case Atom::Kind::symbol:
  case Atom::Kind::pow:
    return std::nullopt;
  case Atom::Kind::floorDiv:
    return Operation{Operation::Kind::floorDiv, atom.a, atom.b};
  case Atom::Kind::mod:
    return Operation{Operation::Kind::mod, atom.a, atom.b};
  case Atom::Kind::min:
    return Operation{Operation::Kind::min, atom.a, atom.b};
  case Atom::Kind::max:
    return Operation{Operation::Kind::max, atom.a, atom.b};
  }
  return std::nullopt;
}

} // namespace espalier::sema
