//===- Program.cpp - A program, its kernels, and calling them ---------------===//
#include "compiler/Driver/Program.h"

#include "compiler/Driver/Compile.h"
#include "compiler/Driver/SpecialisationTable.h"

#include "frontends/AST/Spelling.h"
#include "frontends/Text/Load.h"
#include "frontends/Text/Printer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace espalier {

struct Program::State {
  SourceManager sources;
  ast::Module module;
  bool colour = false;
  SpecialisationTable kernels;
  std::mutex mutex;
  std::map<std::string, sema::Interface> interfaces;

  Error error(const Diagnostics &diagnostics) const { return {diagnostics.render(colour)}; }

  template <class Load> static Result<std::shared_ptr<State>> make(bool colour, Load load) {
    auto state = std::make_shared<State>();
    state->colour = colour;
    Diagnostics diagnostics(state->sources);
    std::optional<ast::Module> module = load(state->sources, diagnostics);
    if (!module)
      return state->error(diagnostics);
    state->module = std::move(*module);
    return state;
  }

  std::vector<std::string> functions() const {
    std::vector<std::string> names;
    for (const ast::FunctionPtr &function : module.programs[0].functions)
      names.push_back(function->name);
    return names;
  }

  Result<void> checkName(const std::string &kernel) const {
    std::vector<std::string> names = functions();
    if (std::find(names.begin(), names.end(), kernel) != names.end())
      return {};
    std::string hint = didYouMean(kernel, names);
    std::string found =
        names.empty() ? "which defines no function" : fmt::format("which defines {}", fmt::join(names, ", "));
    return Error::of("no kernel `{}` in {}, {}{}", kernel, sources.name(module.programs[0].file), found,
                     hint.empty() ? "" : "; " + hint);
  }
};

Result<Program> Program::fromFile(const std::string &path, bool colour) {
  auto state = State::make(
      colour, [&](SourceManager &sources, Diagnostics &diagnostics) { return text::load(path, sources, diagnostics); });
  return state ? Result<Program>(Program(*state)) : state.error();
}

Result<Program> Program::fromText(std::string text, const std::string &name, bool colour) {
  auto state = State::make(colour, [&](SourceManager &sources, Diagnostics &diagnostics) {
    return text::parseText(name, std::move(text), sources, diagnostics);
  });
  return state ? Result<Program>(Program(*state)) : state.error();
}

Result<void> Program::check() const {
  Diagnostics diagnostics(state->sources);
  if (sema::check(state->module, diagnostics))
    return {};
  return state->error(diagnostics);
}

std::vector<std::string> Program::functions() const { return state->functions(); }

Result<sema::Interface> Program::interfaceOf(const std::string &kernel) const {
  std::lock_guard lock(state->mutex);
  if (auto known = state->interfaces.find(kernel); known != state->interfaces.end())
    return known->second;
  if (Result<void> exists = state->checkName(kernel); !exists)
    return exists.error();
  Diagnostics diagnostics(state->sources);
  std::optional<sema::Interface> interface = sema::interfaceOf(state->module, kernel, diagnostics);
  if (!interface)
    return state->error(diagnostics);
  state->interfaces[kernel] = *interface;
  return *interface;
}

Result<PreparedCall> Program::prepare(const std::string &kernel, const std::vector<NamedValue> &values,
                                      const CallOptions &options) const {
  Result<sema::Interface> interface = interfaceOf(kernel);
  if (!interface)
    return interface.error();
  Result<MatchedCall> matched = matchArguments(kernel, *interface, values, options);
  if (!matched)
    return matched.error();
  Result<LoadedKernel> loaded = state->kernels.get(matched->key, [&] {
    return compile({state, state->module, state->sources, state->colour}, kernel, *interface, matched->bindings,
                   options);
  });
  if (!loaded)
    return loaded.error();
  return PreparedCall{*loaded, std::move(matched->arguments)};
}

Result<LoadedKernel> Program::kernel(const std::string &kernel, const std::vector<NamedValue> &arguments,
                                     const CallOptions &options) const {
  Result<PreparedCall> prepared = prepare(kernel, arguments, options);
  return prepared ? Result<LoadedKernel>(prepared->kernel) : prepared.error();
}

Result<std::vector<Tensor>> Program::call(const std::string &kernel, const std::vector<NamedValue> &arguments,
                                          const CallOptions &options) const {
  Result<PreparedCall> prepared = prepare(kernel, arguments, options);
  return prepared ? prepared->kernel.call(prepared->arguments) : prepared.error();
}

Result<std::string> Program::stage(Stage stage, const std::string &kernel, const std::vector<NamedValue> &arguments,
                                   const CallOptions &options) const {
  if (stage == Stage::ast) {
    if (Result<void> exists = state->checkName(kernel); !exists)
      return exists.error();
    return text::print(state->module.programs[0]);
  }
  Result<sema::Interface> interface = interfaceOf(kernel);
  if (!interface)
    return interface.error();
  Result<MatchedCall> matched = matchArguments(kernel, *interface, arguments, options);
  if (!matched)
    return matched.error();
  return textOfStage(stage, {state, state->module, state->sources, state->colour}, kernel, *interface,
                     matched->bindings, options);
}

} // namespace espalier
