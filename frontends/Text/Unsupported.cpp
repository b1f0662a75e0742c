//===- Unsupported.cpp - What Python writes differently ---------------------===//

#include "frontends/Text/Unsupported.h"

namespace espalier::text {
namespace {

struct Row {
  std::string_view word, hint;
};

constexpr std::string_view chooseByWhere = "choose between two values with `where(condition, a, b)`";
constexpr std::string_view visitsAll =
    "a loop visits its whole domain; exclude terms with `if` in a comprehension, or with `where`";
constexpr std::string_view singleAssignment = "names are assigned once: give the new value a name of its own";
constexpr std::string_view stateByAssert = "state what must hold with `assert condition, \"message\"`";
constexpr std::string_view noBits = "there are no operations on bits: use `and`, `or`, `not`";
constexpr std::string_view noLists = "there are no lists, sets or dictionaries: write a tuple, `(a, b)`";
constexpr std::string_view notConcurrent = "the compiler finds what may run in parallel";

constexpr Row constructs[] = {
    {"while", "loop over a domain: `for v in up(G):`, `down(G)` or `each(N)`"},
    {"if", chooseByWhere},
    {"elif", chooseByWhere},
    {"else", chooseByWhere},
    {"class", "a file holds functions; pass what belongs together as parameters"},
    {"lambda", "write a `def`: calls are inlined"},
    {"def", "functions stand side by side at the top of a file: calls are inlined"},
    {"from", "imports stand at the top of a file"},
    {"import", "write `from file import name`"},
    {"as", "a name is the same in every file"},
    {"try", stateByAssert},
    {"except", stateByAssert},
    {"finally", stateByAssert},
    {"raise", stateByAssert},
    {"with", "write the statements of the block themselves"},
    {"pass", "a function returns its result, a loop defines something"},
    {"break", visitsAll},
    {"continue", visitsAll},
    {"yield", "a function returns its results: `return a, b`"},
    {"async", notConcurrent},
    {"await", notConcurrent},
    {"del", "storage is planned by the compiler"},
    {"global", singleAssignment},
    {"nonlocal", singleAssignment},
    {"None", "every expression has a value: a tile, a number, a tree"},
    {"is", "compare with `==` or `!=`"},
    {"in", "membership is not tested: compare with `==`"},
    {"not", "write `(not a)` in brackets; there is no `not in`"},
    {"return", "`return` is a statement of its own"},
    {"assert", "`assert` is a statement of its own"},
    {"=", "compare with `==`; a statement defines one name"},
    {":=", "define the name on a line of its own"},
    {"->", "a result type follows the parameters of a `def`"},
    {"+=", singleAssignment},
    {"-=", singleAssignment},
    {"*=", singleAssignment},
    {"/=", singleAssignment},
    {"//=", singleAssignment},
    {"%=", singleAssignment},
    {"@=", singleAssignment},
    {"**=", singleAssignment},
    {"&=", singleAssignment},
    {"|=", singleAssignment},
    {"^=", singleAssignment},
    {"<<=", singleAssignment},
    {">>=", singleAssignment},
    {"&", noBits},
    {"|", noBits},
    {"^", "a power is written `a ** b`"},
    {"~", noBits},
    {"<<", noBits},
    {">>", noBits},
    {"&&", "write `and`"},
    {"||", "write `or`"},
    {"!", "write `not`"},
    {"<>", "write `!=`"},
    {"?", chooseByWhere},
    {";", "write one statement on a line"},
    {"[", noLists},
    {"{", noLists},
    {"}", noLists},
};

constexpr Row types[] = {
    {"int", "write `index` for a position, `static` for a number known at compile time, `i32` for data"},
    {"int32", "write `i32`"},
    {"i64", "write `index` for a position, `i32` for data"},
    {"int64", "write `index` for a position, `i32` for data"},
    {"double", "write `f64`"},
    {"float64", "write `f64`"},
    {"float32", "write `f32`"},
    {"float16", "write `f16`"},
    {"half", "write `f16`"},
    {"bfloat16", "write `bf16`"},
    {"Tensor", "write `float[..., n, m]`"},
    {"Array", "write `float[..., n, m]`"},
    {"tensor", "write `float[..., n, m]`"},
    {"array", "write `float[..., n, m]`"},
    {"tuple", "write `static`, which also serves tuples of numbers"},
    {"Tree", "write `tree`"},
};

template <size_t N> std::string_view find(const Row (&rows)[N], std::string_view word) {
  for (const Row &row : rows)
    if (row.word == word)
      return row.hint;
  return {};
}

} // namespace

std::string_view insteadOf(std::string_view word) { return find(constructs, word); }
std::string_view typeInsteadOf(std::string_view name) { return find(types, name); }

} // namespace espalier::text
