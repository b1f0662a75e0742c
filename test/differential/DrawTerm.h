//===- DrawTerm.h - Expressions of a wanted type, at random -----------------===//
//
// Values stay small, so that results can be compared: products are of bounded factors or divided by the number of their
// terms, matrices to solve with are far from singular, and what a condition compares is exact on every target.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_TEST_DIFFERENTIAL_DRAWTERM_H
#define ESPALIER_TEST_DIFFERENTIAL_DRAWTERM_H

#include "test/differential/Case.h"
#include "test/differential/Dice.h"

#include <functional>

namespace espalier::differential {

/// What a loop runs over.
struct Domain {
  enum class Kind : uint8_t { axis, tree, leaves };
  std::string name; // as loops name it: "N", "G", "leaves(G)"
  Kind kind = Kind::axis;
  std::vector<std::string> axes; // as types name it: {"N"}; of a tree that grew on a grid {"H", "W"}
  std::string tree = {};         // leaves: whose
  bool hasRoot = false;          // a tree with exactly one root
  bool isNamed = true;           // types can name it: tensors over it may be returned
};

struct NamedTensor {
  std::string name;
  std::vector<std::string> domains; // the leading axes
  TileShape tile;
  bool isParameter = false, isWhole = false;
};

/// i32 data whose elements are positions of `range`, or a mask (range "").
struct IndexData {
  std::string name;
  std::vector<std::string> domains;
  std::string range;
};

struct Variable {
  enum class Role : uint8_t { loop, child, element, row };
  std::string name, domain;
  Role role = Role::loop;
};

/// A helper, or what it takes and returns: sizes are those of its definition.
struct HelperShape {
  std::string name;
  std::vector<TileShape> parameters;
  TileShape result;
};

/// What an expression may name.
struct Scope {
  std::vector<Domain> domains;
  std::vector<std::string> dims;    // sizes of tiles
  std::vector<NamedTensor> tensors; // complete
  std::vector<IndexData> data;
  std::vector<HelperShape> helpers;
  std::vector<std::pair<std::string, std::string>> positions; // index parameters, and the size below which they are
  std::string ranks, ranksDim;                                // a static tuple whose sum is the size ranksDim
  bool hasRows = false;                                       // rows of attention are drawn
  bool hasFaults = false;                                     // something may be out of range or singular

  // Of one loop.
  std::string direction;
  std::vector<Variable> variables;
  std::vector<NamedTensor> own; // definitions of this loop
  size_t numDefined = 0;        // so many of `own` stand above
  std::vector<NamedTensor> locals;
  std::vector<std::pair<std::string, std::string>> rows; // named rows, and their axis

  const Domain &domain(const std::string &name) const;
};

class TermDraw {
public:
  TermDraw(Dice &dice, Scope &scope, int &numNames) : dice(dice), scope(scope), numNames(numNames) {}

  Term number(const TileShape &shape, int depth);
  Term condition();
  /// softmax(score for j in range(..)) over `domain`; nothing where no tensor can be read there.
  std::optional<Term> row(const std::string &domain, int depth);
  /// A product of a row with a tensor of this tile.
  std::optional<Term> rowTimes(const Term &row, const std::string &domain, const TileShape &shape);

  TileShape anyShape(int maxRank = 2);
  std::string anyDim() { return dice.pick(scope.dims); }
  /// The names of this loop's definitions that were read at a neighbour.
  const std::set<std::string> &neighbourReads() const { return recursive; }

private:
  using Draw = std::optional<Term> (TermDraw::*)(const TileShape &, int);
  struct Production {
    int minRank, maxRank, weight;
    Draw draw;
  };
  static const std::vector<Production> &productions();

  // DrawTerm.cpp
  Term leaf(const TileShape &shape);
  std::optional<Term> converted(const TileShape &shape);
  std::optional<Term> unary(const TileShape &shape, int depth);
  std::optional<Term> binary(const TileShape &shape, int depth);
  std::optional<Term> choice(const TileShape &shape, int depth);
  std::optional<Term> stretched(const TileShape &shape, int depth);
  std::optional<Term> helperCall(const TileShape &shape, int depth);

  // DrawTiles.cpp
  std::optional<Term> reduction(const TileShape &shape, int depth);
  std::optional<Term> reducedAxis(const TileShape &shape, int depth);
  std::optional<Term> normalised(const TileShape &shape, int depth);
  std::optional<Term> pairProduct(const TileShape &shape, int depth);
  std::optional<Term> matrixProduct(const TileShape &shape, int depth);
  std::optional<Term> einsum(const TileShape &shape, int depth);
  std::optional<Term> solved(const TileShape &shape, int depth);
  std::optional<Term> rearranged(const TileShape &shape, int depth);
  std::optional<Term> joined(const TileShape &shape, int depth);
  Term wellConditioned(const std::string &size, int depth);

  // DrawReads.cpp
  std::optional<Term> read(const TileShape &shape);
  std::optional<Term> fact();
  std::vector<std::string> indicesInto(const std::string &name, bool isComplete);
  std::optional<std::string> indexed(const NamedTensor &tensor, size_t numTileIndices);
  std::optional<std::string> ownRead(const NamedTensor &tensor, bool isDefined);
  std::optional<std::string> dataAt(const IndexData &data);
  std::string rangeOver(const std::string &domain, bool isRow);

  // DrawComprehensions.cpp
  std::optional<Term> overChildren(const TileShape &shape, int depth);
  std::optional<Term> overDomain(const TileShape &shape, int depth);
  std::optional<Term> overNumbers(const TileShape &shape, int depth);
  std::optional<Term> attention(const TileShape &shape, int depth);
  std::optional<Term> comprehension(const TileShape &shape, int depth, Variable variable, const std::string &clause);
  Term score(const std::string &domain, const std::string &variable, int depth);

  std::string newName(const char *prefix) { return prefix + std::to_string(numNames++); }

  Dice &dice;
  Scope &scope;
  int &numNames;
  std::set<std::string> recursive;
};

} // namespace espalier::differential

#endif
