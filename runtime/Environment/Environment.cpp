//===- Environment.cpp - What the process's environment says ----------------===//
#include "runtime/Environment/Environment.h"

#include <charconv>
#include <cstdlib>

namespace espalier {

std::optional<std::string> environmentVariable(const char *name) {
  const char *value = std::getenv(name);
  return value ? std::optional<std::string>(value) : std::nullopt;
}

Result<std::optional<int>> threadsFromEnvironment() {
  constexpr int most = 4096;
  std::optional<std::string> text = environmentVariable("ESPALIER_NUM_THREADS");
  if (!text)
    return std::optional<int>();
  int threads = 0;
  auto [end, problem] = std::from_chars(text->data(), text->data() + text->size(), threads);
  if (problem != std::errc() || end != text->data() + text->size() || threads < 1 || threads > most)
    return Error::of("ESPALIER_NUM_THREADS is `{}`, expected a number from 1 to {}", *text, most);
  return std::optional<int>(threads);
}

} // namespace espalier
