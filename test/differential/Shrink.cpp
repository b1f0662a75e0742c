//===- Shrink.cpp - A failing program made small ----------------------------===//
#include "test/differential/Shrink.h"

#include "test/differential/DrawShapes.h"

#include <algorithm>

namespace espalier::differential {

namespace {

/// Every term of the program, outer ones first.
void collect(Term &term, std::vector<Term *> &terms) {
  terms.push_back(&term);
  for (Term &part : term.parts)
    collect(part, terms);
}

std::vector<Term *> termsOf(Case &sketch) {
  std::vector<Term *> terms;
  for (Function &function : sketch.functions) {
    for (Block &block : function.blocks)
      for (Statement &statement : block.statements)
        collect(statement.value, terms);
    for (Returned &result : function.results)
      collect(result.value, terms);
  }
  return terms;
}

/// Constants where the program reads what is no longer defined.
void replaceReads(Case &sketch, const std::string &name) {
  for (Term *term : termsOf(sketch))
    if (term->parts.empty() && namesIn(term->form).count(name))
      *term = simplest(*term);
}

class Shrinking {
public:
  Shrinking(Case sketch, const Outcome &outcome, int attempts, const std::function<Outcome(const Case &)> &run)
      : best(std::move(sketch)), wanted(outcome), attempts(attempts), run(run) {}

  Case shrink() {
    for (size_t before = 0; before != numSteps + 1 && attempts > 0;) {
      before = numSteps + 1;
      dropResults();
      dropStatements();
      simplifyBatch();
      simplifySizes();
      simplifyTrees();
      simplifyTerms();
    }
    return std::move(best);
  }

private:
  /// Takes the smaller case if it fails the same way.
  bool accept(Case smaller) {
    if (attempts <= 0 || (textOf(smaller) == textOf(best) && argumentsText(smaller) == argumentsText(best)))
      return false;
    for (const Term *term : termsOf(smaller))
      if (choosesNothing(*term))
        return false;
    --attempts;
    Outcome outcome = run(smaller);
    if (outcome.kind != wanted.kind || outcome.what != wanted.what)
      return false;
    best = std::move(smaller);
    ++numSteps;
    return true;
  }

  void dropResults() {
    for (size_t f = 0; f < best.functions.size(); ++f)
      for (size_t k = best.functions[f].results.size(); k-- > 0;) {
        Case smaller = best;
        auto &results = smaller.functions[f].results;
        if (results.size() == 1)
          break;
        results.erase(results.begin() + static_cast<std::ptrdiff_t>(k));
        accept(std::move(smaller));
      }
  }

  void dropStatements() {
    for (size_t f = 0; f < best.functions.size(); ++f)
      for (size_t b = best.functions[f].blocks.size(); b-- > 0;)
        for (size_t s = best.functions[f].blocks[b].statements.size(); s-- > 0;) {
          Case smaller = best;
          auto &statements = smaller.functions[f].blocks[b].statements;
          std::string name = statements[s].name;
          statements.erase(statements.begin() + static_cast<std::ptrdiff_t>(s));
          replaceReads(smaller, name);
          accept(std::move(smaller));
        }
  }

  void simplifyBatch() {
    Case none = best;
    none.batch.clear();
    if (!best.batch.empty() && !accept(std::move(none))) {
      Case fewer = best;
      fewer.batch.pop_back();
      accept(std::move(fewer));
    }
    for (size_t k = 0; k < best.functions.back().parameters.size(); ++k) {
      Case shared = best;
      Parameter &parameter = shared.functions.back().parameters[k];
      parameter.isBatched = parameter.tree.isBatched = false;
      accept(std::move(shared));
    }
  }

  void simplifySizes() {
    std::vector<std::string> names;
    for (const auto &[name, size] : best.sizes)
      names.push_back(name);
    for (const std::string &name : names)
      for (int64_t size : {int64_t{1}, int64_t{2}, best.sizes[name] / 2, best.sizes[name] - 1}) {
        if (size >= best.sizes[name] || size < 0)
          continue;
        Case smaller = best;
        smaller.sizes[name] = size;
        for (Parameter &parameter : smaller.functions.back().parameters)
          if (parameter.name == name) {
            parameter.tree.vertices = size;
            parameter.tree.form =
                parameter.tree.form == TreeSketch::Form::perfect ? TreeSketch::Form::random : parameter.tree.form;
          }
        accept(std::move(smaller));
      }
  }

  void simplifyTrees() {
    using Form = TreeSketch::Form;
    for (size_t k = 0; k < best.functions.back().parameters.size(); ++k) {
      auto tryTree = [&](auto change) {
        Case simpler = best;
        Parameter &parameter = simpler.functions.back().parameters[k];
        change(parameter.tree);
        for (const std::string &name : {parameter.name, parameter.axes.empty() ? parameter.name : parameter.axes[0]})
          if (simpler.sizes.count(name) && (parameter.fill == Parameter::Fill::parents || name == parameter.name))
            simpler.sizes[name] = verticesOf(parameter.tree);
        accept(std::move(simpler));
      };
      const Parameter &parameter = best.functions.back().parameters[k];
      bool isTree = parameter.type == "tree" || parameter.type == "forest" || parameter.type == "chain" ||
                    parameter.fill == Parameter::Fill::parents;
      if (!isTree)
        continue;
      tryTree([](TreeSketch &tree) { tree.roots = 1; });
      if (parameter.tree.form == Form::perfect)
        tryTree([](TreeSketch &tree) { tree.height = std::max<int64_t>(tree.height - 1, 0); });
      else if (parameter.tree.form != Form::chain)
        tryTree([](TreeSketch &tree) { tree.form = Form::chain; });
    }
  }

  /// A part of the term, or a constant, in its place.
  void simplifyTerms() {
    for (size_t k = 0; k < termsOf(best).size() && attempts > 0; ++k) {
      Case simpler = best;
      Term *term = termsOf(simpler)[k];
      Term constant = simplest(*term);
      if (term->form == constant.form)
        continue;
      *term = constant;
      if (accept(std::move(simpler)))
        continue;
      for (size_t part = 0; part < termsOf(best)[k]->parts.size(); ++part) {
        Case inner = best;
        Term *outer = termsOf(inner)[k];
        Term chosen = outer->parts[part];
        if (chosen.kind != outer->kind || chosen.shape != outer->shape)
          continue;
        *outer = std::move(chosen);
        if (accept(std::move(inner))) {
          --k; // the part, which stands there now
          break;
        }
      }
    }
  }

  Case best;
  const Outcome &wanted;
  int attempts;
  const std::function<Outcome(const Case &)> &run;
  size_t numSteps = 0;
};

} // namespace

Case shrink(Case sketch, const Outcome &outcome, int attempts, const std::function<Outcome(const Case &)> &run) {
  return Shrinking(std::move(sketch), outcome, attempts, run).shrink();
}

} // namespace espalier::differential
