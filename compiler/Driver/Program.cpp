//===- Program.cpp - A program, its kernels, and calling them ---------------===//
#include "compiler/Driver/Program.h"

#include "compiler/Driver/CodeCache.h"
#include "compiler/Driver/Compile.h"
#include "compiler/Driver/SpecialisationTable.h"

#include "frontends/AST/Spelling.h"
#include "frontends/Text/Load.h"
#include "frontends/Text/Printer.h"

#include "llvm/Support/SHA256.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>

namespace espalier {

namespace {

/// What was read. Kernels keep it for their diagnostics.
struct Text {
  SourceManager sources;
  ast::Module module;
  bool colour = false;
  double parseMilliseconds = 0;
  std::string digest; // equal digests: equal kernels and diagnostics
};

void digest(Text &text) {
  llvm::SHA256 hash;
  auto add = [&](std::string_view part) {
    uint64_t size = part.size(); // where one part ends belongs to the digest
    hash.update(llvm::StringRef(reinterpret_cast<const char *>(&size), sizeof size));
    hash.update(llvm::StringRef(part));
  };
  add(text.colour ? "colour" : "");
  for (int32_t file = 0; file < text.sources.size(); ++file) {
    add(text.sources.name(file));
    add(text.sources.text(file));
  }
  auto bytes = hash.final();
  text.digest.assign(bytes.begin(), bytes.end());
}

} // namespace

struct Program::State {
  explicit State(std::shared_ptr<const Text> text)
      : text(std::move(text)), sources(this->text->sources), module(this->text->module), colour(this->text->colour) {}

  std::shared_ptr<const Text> text;
  const SourceManager &sources;
  const ast::Module &module;
  const bool colour;
  SpecialisationTable kernels;
  std::mutex mutex;
  std::map<std::string, sema::Interface> interfaces;

  Source source() const { return {text, module, sources, colour, text->parseMilliseconds}; }
  Error error(const Diagnostics &diagnostics) const { return {diagnostics.render(colour)}; }

  template <class Load> static Result<std::shared_ptr<State>> make(bool colour, Load load) {
    auto start = std::chrono::steady_clock::now();
    auto text = std::make_shared<Text>();
    text->colour = colour;
    Diagnostics diagnostics(text->sources);
    std::optional<ast::Module> module = load(text->sources, diagnostics);
    if (!module)
      return Error{diagnostics.render(colour)};
    text->module = std::move(*module);
    digest(*text);
    text->parseMilliseconds =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    return std::make_shared<State>(std::move(text));
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
  CallSizes sizes = sizesOf(*interface, matched->arguments);
  auto make = [&] { return compile(state->source(), kernel, *interface, matched->bindings, options, sizes); };
  std::string key = matched->key + magnitude(sizes);
  Result<LoadedKernel> loaded = state->kernels.get(key, [&]() -> Result<LoadedKernel> {
    // The interpreter holds much and makes little: it is not kept.
    if (options.target == Target::interp)
      return make();
    return CodeCache::ofProcess().get(state->text->digest + key, make);
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
  return textOfStage(stage, state->source(), kernel, *interface, matched->bindings, options,
                     sizesOf(*interface, matched->arguments));
}

} // namespace espalier
