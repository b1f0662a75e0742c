//===- Case.h - A program that was drawn, and what it is called with --------===//
//
// The program is kept as a tree of terms, each with the type it was drawn for: the shrinker replaces a term by another
// of its type without knowing the language. Sizes have names in the text and numbers in `sizes`.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_TEST_DIFFERENTIAL_CASE_H
#define ESPALIER_TEST_DIFFERENTIAL_CASE_H

#include "runtime/Tensor/DType.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace espalier::differential {

/// The sizes of a tile as the program writes them: {"d", "2 * e"}.
using TileShape = std::vector<std::string>;

/// An expression: its text with `$0`, `$1`, .. where its parts stand.
struct Term {
  enum class Kind : uint8_t { number, condition, other }; // other: a row, a tree
  std::string form;
  std::vector<Term> parts = {};
  TileShape shape = {}; // of a number
  Kind kind = Kind::number;
};

std::string textOf(const Term &term);
/// A `where` whose branches are the same: nothing depends on its condition, which may be left out with its faults (L8).
bool choosesNothing(const Term &term);
/// A constant of the term's type: `True`, `0.5`, `ones((d, e))`.
Term simplest(const Term &term);

struct Statement {
  enum class Kind : uint8_t { definition, local, outside };
  Kind kind = Kind::definition;
  std::string name;
  bool isStated = false; // `name[v]: float[d] = ..`
  Term value;
};

/// A loop, or (without variables) statements outside loops.
struct Block {
  std::string direction; // up, down, each
  std::vector<std::string> variables, domains;
  std::vector<Statement> statements;
};

/// What a tree argument looks like.
struct TreeSketch {
  enum class Form : uint8_t { random, chain, star, caterpillar, perfect };
  Form form = Form::random;
  int64_t vertices = 1; // of all forms but perfect
  int64_t roots = 1;    // of random and star
  int64_t arity = 2, height = 0;
  bool isBatched = false; // another tree for each batch element
};

struct Parameter {
  std::string name, type;             // float f64 f32 i32 bool index static tree forest chain
  bool isBatched = false;             // `...`
  std::vector<std::string> axes = {}; // none, and not batched: a number
  /// Numbers; small whole numbers, so that comparisons are exact and ties occur; positions of an axis; the parents of
  /// `tree`; the edges of a connected graph.
  enum class Fill : uint8_t { normal, whole, positions, parents, pairs } fill = Fill::normal;
  std::string range = {}; // positions: of the axis of this name; pairs: of so many vertices
  bool mayLeave = false;  // positions: some value may lie outside
  bool isExact = false;   // comparisons or a choice of tree depend on it
  std::vector<int64_t> statics = {};
  TreeSketch tree = {};
};

struct Returned {
  Term value;                    // what stands behind `return`
  std::vector<std::string> axes; // as its type states them
  std::string type = "float";    // or forest: a tree, as its parents
};

struct Function {
  std::string name;
  bool keepsParameters = true; // else those that nothing names are left out
  std::vector<Parameter> parameters;
  std::vector<Block> blocks;
  std::vector<Returned> results;
};

struct Case {
  uint64_t seed = 0;
  DType floatType = DType::f32;
  std::vector<int64_t> batch;
  std::map<std::string, int64_t> sizes;
  std::vector<Function> functions; // the last one is called
  int schedules = 0;               // other schedules that it runs with
  bool hasDeadCode = false;        // else definitions that no result depends on are left out: so would be their faults
};

/// The names in a text.
std::set<std::string> namesIn(std::string_view text);

/// The parameters that a function is printed with: those that something in it names, and for sizes that no other shows,
/// one more.
std::vector<Parameter> parametersOf(const Function &function, const Case &sketch);
/// The program.
std::string textOf(const Case &sketch);
/// The sizes, trees and batch axes in one line.
std::string argumentsText(const Case &sketch);

} // namespace espalier::differential

#endif
