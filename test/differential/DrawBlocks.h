//===- DrawBlocks.h - Loops, statements outside loops, calls, results -------===//
#ifndef ESPALIER_TEST_DIFFERENTIAL_DRAWBLOCKS_H
#define ESPALIER_TEST_DIFFERENTIAL_DRAWBLOCKS_H

#include "test/differential/DrawTerm.h"

namespace espalier::differential {

/// The body of one kernel. What is defined joins the scope.
class FunctionDraw {
public:
  FunctionDraw(Dice &dice, Scope &scope, int &numNames, Function &function)
      : dice(dice), scope(scope), numNames(numNames), function(function), terms(dice, scope, numNames) {}

  void drawBlock();
  /// One to three of what was defined, or an expression.
  void drawResults();
  /// A kernel over a tree parameter, and the statement that calls it; nothing without a tree.
  std::optional<Function> drawInnerKernel();
  /// A sweep over this tree (or each).
  void drawLoop(const std::vector<std::string> &domains);
  /// The definitions so far.
  const std::vector<NamedTensor> &definitions() const { return defined; }

private:
  void drawOutside();
  std::optional<Term> wholeExpression();
  Statement drawDefinition(const NamedTensor &tensor);
  std::optional<Term> recursion(const NamedTensor &tensor);
  void drawLocal(std::vector<Statement> &statements);
  void drawRow(std::vector<Statement> &statements);
  std::vector<std::string> axesOf(const NamedTensor &tensor) const;
  bool isNamed(const NamedTensor &tensor) const;
  std::string newName(const char *prefix) { return prefix + std::to_string(numNames++); }

  Dice &dice;
  Scope &scope;
  int &numNames;
  Function &function;
  TermDraw terms;
  std::vector<NamedTensor> defined;
};

/// A helper over sizes of its own; it joins the scope.
Function drawHelper(Dice &dice, Scope &scope, int &numNames);

} // namespace espalier::differential

#endif
