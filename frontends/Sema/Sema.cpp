//===- Sema.cpp - Checking a module, specialising a kernel -------------------===//
#include "frontends/Sema/Sema.h"

#include "frontends/AST/Spelling.h"
#include "frontends/Sema/Analyzer.h"

namespace espalier::sema {

//===----------------------------------------------------------------------===//
// One walk
//===----------------------------------------------------------------------===//

Kernel Analyzer::run(const ast::FunctionPtr &function, int program) {
  Scope top;
  Frame frame;
  frame.function = function.get();
  frame.program = program;
  if (mode.bindings)
    frame.floatType = mode.bindings->floatType;
  scope = &top;
  frames.push_back(&frame);
  state.kernel.name = function->name;
  state.kernel.span = function->span;
  size_t errors = diags().numErrors();
  declareParameters(*function);
  walkBody(function->body);
  if (!exhausted)
    finishResults(*function, frame);
  closeOpenLoop();
  if (diags().numErrors() == errors) {
    propagateBatch();
    checkBatch(*function);
  }
  for (const std::string &name : tileDims())
    state.kernel.tileDims.push_back(name);
  interface.tileDims = state.kernel.tileDims;
  frames.pop_back();
  scope = nullptr;
  return std::move(state.kernel);
}

/// L4: a result has `...` if and only if something that it depends on has it. Trees may turn out to be batches.
void Analyzer::checkBatch(const ast::Function &function) {
  const Kernel &kernel = state.kernel;
  bool hasTrees = false;
  for (const Tree &tree : kernel.trees)
    hasTrees |= tree.parameter >= 0;
  for (size_t k = 0; k < kernel.results.size(); ++k) {
    const ResultRef &result = kernel.results[k];
    const ast::TypeExpr &type = function.result->tuple.empty() ? *function.result : function.result->tuple[k];
    if (result.isTree)
      continue;
    bool batched = kernel.tensors[static_cast<size_t>(result.id)].batched;
    if (batched && !type.hasEllipsis)
      diags()
          .error(type.span, fmt::format("the result `{}` has batch axes, but its type has no `...`", result.name))
          .withHint("something that it depends on has `...`: write it first in the brackets");
    if (!batched && type.hasEllipsis && !hasTrees)
      diags().error(
          type.span,
          fmt::format("the type of the result `{}` has `...`, but nothing that it depends on has it", result.name));
  }
}

//===----------------------------------------------------------------------===//
// Walks until the dimensions of tiles are known
//===----------------------------------------------------------------------===//

namespace {
struct Walk {
  Kernel kernel;
  Interface interface;
  std::set<std::string> tileDims;
  bool isExhausted = false, hasErrors = false;
};

/// Whole tensors are read as tiles where their dimensions are those of tiles, which a walk finds out; so it may take
/// several.
Walk walkUntilSettled(const ast::Module &module, const ast::FunctionPtr &function, Mode mode,
                      Diagnostics &diagnostics) {
  for (int round = 0;; ++round) {
    Diagnostics found(diagnostics.sourceManager(), SIZE_MAX);
    Analyzer analyzer(module, mode, found);
    Walk walk;
    walk.kernel = analyzer.run(function, 0);
    walk.interface = std::move(analyzer.interface);
    walk.tileDims = mode.knownTileDims;
    walk.isExhausted = analyzer.isExhausted();
    walk.hasErrors = found.hasErrors();
    for (const std::string &name : analyzer.tileDims())
      walk.tileDims.insert(name);
    bool settled = walk.tileDims == mode.knownTileDims || !(analyzer.usedWholeTensors() || mode.constantDims);
    if (settled || found.hasErrors() || round == 16) {
      for (const Diagnostic &diagnostic : found.all()) {
        // A callee's own errors show again where it is inlined.
        if (std::any_of(diagnostics.all().begin(), diagnostics.all().end(), [&](const Diagnostic &other) {
              return other.message == diagnostic.message && other.span.file == diagnostic.span.file &&
                     other.span.begin == diagnostic.span.begin;
            }))
          continue;
        Diagnostic &copy = diagnostics.error(diagnostic.span, diagnostic.message);
        copy.notes = diagnostic.notes;
        copy.hint = diagnostic.hint;
      }
      walk.kernel.tileDims.assign(walk.tileDims.begin(), walk.tileDims.end());
      walk.interface.tileDims = walk.kernel.tileDims;
      return walk;
    }
    mode.knownTileDims = walk.tileDims;
  }
}

ast::FunctionPtr findFunction(const ast::Module &module, const std::string &name, Diagnostics &diagnostics) {
  std::vector<std::string> names;
  for (const ast::FunctionPtr &function : module.programs[0].functions) {
    if (function->name == name)
      return function;
    names.push_back(function->name);
  }
  diagnostics.error({}, fmt::format("the program has no kernel `{}`", name)).withHint(didYouMean(name, names));
  return nullptr;
}

bool checkFunctionNames(const ast::Module &module, Diagnostics &diagnostics) {
  size_t errors = diagnostics.numErrors();
  for (const ast::FunctionPtr &function : module.programs[0].functions)
    if (findBuiltin(function->name))
      diagnostics.error(function->nameSpan, fmt::format("`{}` is a function of the language", function->name))
          .withHint("choose another name");
  return diagnostics.numErrors() == errors;
}

/// The requirement with numbers for its dimensions: whether it holds, or nothing if some dimension has none.
std::optional<bool> decide(const Requirement &requirement, const std::map<std::string, Dim> &values) {
  auto difference = (requirement.right - requirement.left).substitute(values);
  if (!difference.isValid())
    return false;
  auto number = difference.constant();
  if (!number)
    return std::nullopt;
  switch (requirement.relation) {
  case Requirement::Relation::equal:
    return *number == 0;
  case Requirement::Relation::notEqual:
    return *number != 0;
  case Requirement::Relation::less:
    return *number > 0;
  case Requirement::Relation::lessEqual:
    return *number >= 0;
  }
  return std::nullopt;
}

void reportRequirement(const Requirement &requirement, const std::map<std::string, Dim> &values,
                       Diagnostics &diagnostics) {
  std::map<std::string, std::string> numberOf;
  for (const auto &[name, number] : requirement.known)
    numberOf.emplace(name, std::to_string(number));
  for (const Dim *side : {&requirement.left, &requirement.right})
    for (const std::string &name : side->symbols())
      if (auto place = values.find(name); place != values.end())
        numberOf.emplace(name, place->second.str());
  std::string numbers;
  for (const auto &[name, number] : numberOf)
    numbers += fmt::format("{}{} = {}", numbers.empty() ? "" : ", ", name, number);
  if (!(requirement.right - requirement.left).substitute(values).isValid())
    numbers += fmt::format("{}a division by zero, or a number beyond 64 bits", numbers.empty() ? "" : ": ");
  std::string message = numbers.empty() ? requirement.message : fmt::format("{} ({})", requirement.message, numbers);
  Diagnostic &error = diagnostics.error(requirement.span, std::move(message));
  error.notes = requirement.notes;
  error.hint = requirement.hint;
}

std::map<std::string, Dim> asDims(const std::map<std::string, int64_t> &dims) {
  std::map<std::string, Dim> values;
  for (const auto &[name, size] : dims)
    values.emplace(name, size);
  return values;
}
} // namespace

//===----------------------------------------------------------------------===//
// The interface
//===----------------------------------------------------------------------===//

bool check(const ast::Module &module, Diagnostics &diagnostics) {
  bool good = checkFunctionNames(module, diagnostics);
  for (const ast::FunctionPtr &function : module.programs[0].functions) {
    Walk walk = walkUntilSettled(module, function, Mode{}, diagnostics);
    good &= !walk.hasErrors;
    if (walk.isExhausted) // what calls it would be too large as well
      break;
  }
  return good;
}

std::optional<Interface> interfaceOf(const ast::Module &module, const std::string &kernel, Diagnostics &diagnostics) {
  ast::FunctionPtr function = findFunction(module, kernel, diagnostics);
  if (!function || !checkFunctionNames(module, diagnostics))
    return std::nullopt;
  Walk walk = walkUntilSettled(module, function, Mode{}, diagnostics);
  return walk.hasErrors ? std::nullopt : std::optional(std::move(walk.interface));
}

std::optional<Kernel> specialise(const ast::Module &module, const std::string &kernel, const Bindings &bindings,
                                 Diagnostics &diagnostics) {
  ast::FunctionPtr function = findFunction(module, kernel, diagnostics);
  if (!function || !checkFunctionNames(module, diagnostics))
    return std::nullopt;
  // By name first: messages then speak of n and m, and say their numbers.
  Mode mode;
  mode.bindings = &bindings;
  Walk symbolic = walkUntilSettled(module, function, mode, diagnostics);
  std::map<std::string, Dim> bound;
  for (const std::string &name : symbolic.tileDims)
    if (auto place = bindings.dims.find(name); place != bindings.dims.end())
      bound.emplace(name, place->second);
  if (symbolic.hasErrors)
    return std::nullopt;
  bool holds = true;
  for (const Requirement &requirement : symbolic.kernel.requirements)
    if (decide(requirement, bound) == false) {
      reportRequirement(requirement, bound, diagnostics);
      holds = false;
    }
  if (!holds)
    return std::nullopt;
  // Then with the sizes of tiles as numbers.
  mode.constantDims = true;
  mode.knownTileDims = symbolic.tileDims;
  Walk constant = walkUntilSettled(module, function, mode, diagnostics);
  if (constant.hasErrors)
    return std::nullopt;
  // Requirements that the walk by name found speak of names; those that are decided are done with. What is left of the
  // walk by number comes from unrolled ranges.
  std::vector<Requirement> left;
  std::set<std::pair<Requirement::Relation, Dim>> named; // with numbers for what is bound
  for (const Requirement &requirement : symbolic.kernel.requirements)
    if (!decide(requirement, bound)) {
      left.push_back(requirement);
      named.emplace(requirement.relation, (requirement.right - requirement.left).substitute(bound));
    }
  for (const Requirement &requirement : constant.kernel.requirements)
    if (!named.contains({requirement.relation, requirement.right - requirement.left}))
      left.push_back(requirement);
  constant.kernel.requirements = std::move(left);
  return std::move(constant.kernel);
}

bool checkRequirements(const Kernel &kernel, const std::map<std::string, int64_t> &dims, Diagnostics &diagnostics) {
  size_t errors = diagnostics.numErrors();
  std::map<std::string, Dim> values = asDims(dims);
  for (const Requirement &requirement : kernel.requirements)
    if (decide(requirement, values) == false)
      reportRequirement(requirement, values, diagnostics);
  return diagnostics.numErrors() == errors;
}

} // namespace espalier::sema
