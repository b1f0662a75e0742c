//===- Terminal.cpp - Who reads standard error ------------------------------===//
#include "compiler/Tools/espalier/Terminal.h"

#include <cstdio>
#include <string_view>
#include <unistd.h>

namespace espalier::tool {

bool isTerminal() { return isatty(STDERR_FILENO) == 1; }

/// The place in a program that a message begins with, `layer.esp:3:12:`; empty where it begins with none.
static std::string_view placeOf(std::string_view message) {
  size_t end = message.find(": ");
  if (end == std::string_view::npos)
    return {};
  std::string_view rest = message.substr(0, end);
  for (int number = 0; number < 2; ++number) { // the column, then the line
    size_t colon = rest.find_last_not_of("0123456789");
    if (colon == std::string_view::npos || colon == 0 || rest[colon] != ':' || colon + 1 == rest.size())
      return {};
    rest = rest.substr(0, colon);
  }
  return message.substr(0, end + 1);
}

/// What cannot be said, as nobody reads standard error, is not said: fmt::print would throw.
static void say(const std::string &text) { (void)std::fwrite(text.data(), 1, text.size(), stderr); }

void printError(const Error &error) {
  // Diagnostics of programs say "error:" themselves, and end with a line.
  bool isDiagnostic = error.message.ends_with('\n');
  if (isDiagnostic)
    return say(error.message);
  // What a run finds at a place in the program begins with it, as diagnostics do: editors follow it.
  std::string_view message = error.message, place = placeOf(message);
  if (!place.empty())
    message.remove_prefix(place.size() + 1);
  std::string_view origin = place.empty() ? "espalier:" : place;
  if (isTerminal())
    say(fmt::format("\033[1m{} \033[31merror:\033[0m {}\n", origin, message));
  else
    say(fmt::format("{} error: {}\n", origin, message));
}

} // namespace espalier::tool
