//===- Isolate.cpp - A computation in a process of its own ------------------===//
#include "test/differential/Isolate.h"

#include <fmt/format.h>

#include <csignal>
#include <cstring>
#include <list>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace espalier::differential {

namespace {

struct Child {
  Case sketch;
  pid_t process = -1;
  int pipe = -1;
  std::string received;
};

/// One character of the kind, a line that says what, the details.
std::string written(const Outcome &outcome) {
  return fmt::format("{}{}\n{}", static_cast<char>('0' + static_cast<int>(outcome.kind)), outcome.what,
                     outcome.details);
}

Outcome parsed(const std::string &text) {
  size_t line = text.find('\n');
  return {static_cast<Outcome::Kind>(text[0] - '0'), text.substr(1, line - 1), text.substr(line + 1)};
}

[[noreturn]] void runAndWrite(const Case &sketch, int seconds, int pipe) {
  rlimit limit{static_cast<rlim_t>(seconds), static_cast<rlim_t>(seconds) + 1};
  setrlimit(RLIMIT_CPU, &limit);
  rlimit noCore{0, 0};
  setrlimit(RLIMIT_CORE, &noCore);
  std::string text = written(run(sketch));
  for (size_t sent = 0; sent < text.size();) {
    ssize_t count = write(pipe, text.data() + sent, text.size() - sent);
    if (count <= 0)
      _exit(3);
    sent += static_cast<size_t>(count);
  }
  _exit(0);
}

Child start(Case sketch, int seconds) {
  int ends[2] = {-1, -1};
  Child child;
  if (pipe(ends) != 0)
    return child;
  child.process = fork();
  if (child.process == 0) {
    close(ends[0]);
    runAndWrite(sketch, seconds, ends[1]);
  }
  close(ends[1]);
  child.pipe = ends[0];
  child.sketch = std::move(sketch);
  return child;
}

Outcome finish(Child &child, int seconds) {
  close(child.pipe);
  int status = 0;
  waitpid(child.process, &status, 0);
  if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL))
    return {Outcome::Kind::failed, "takes too long", fmt::format("more than {} s of processor time", seconds)};
  if (WIFSIGNALED(status))
    return {Outcome::Kind::failed, fmt::format("crashes with signal {}", WTERMSIG(status)),
            strsignal(WTERMSIG(status))};
  if (status != 0 || child.received.find('\n') == std::string::npos)
    return {Outcome::Kind::failed, "ends without a result", fmt::format("exit status {}", WEXITSTATUS(status))};
  return parsed(child.received);
}

/// Reads what has arrived; true at the end.
bool receiveFrom(Child &child) {
  char buffer[4096];
  ssize_t count = read(child.pipe, buffer, sizeof buffer);
  if (count > 0)
    child.received.append(buffer, static_cast<size_t>(count));
  return count <= 0;
}

} // namespace

void runIsolated(const std::function<std::optional<Case>()> &next, int jobs, int seconds,
                 const std::function<void(const Case &, const Outcome &)> &receive) {
  std::list<Child> children;
  for (bool isMore = true;;) {
    while (isMore && static_cast<int>(children.size()) < jobs) {
      std::optional<Case> sketch = next();
      isMore = sketch.has_value();
      if (isMore)
        children.push_back(start(std::move(*sketch), seconds));
    }
    if (children.empty())
      return;
    std::vector<pollfd> waiting;
    for (const Child &child : children)
      waiting.push_back({child.pipe, POLLIN, 0});
    poll(waiting.data(), waiting.size(), -1);
    size_t k = 0;
    for (auto child = children.begin(); child != children.end(); ++k) {
      if (waiting[k].revents == 0 || !receiveFrom(*child)) {
        ++child;
        continue;
      }
      Outcome outcome = finish(*child, seconds);
      receive(child->sketch, outcome);
      child = children.erase(child);
    }
  }
}

Outcome runIsolated(const Case &sketch, int seconds) {
  Outcome outcome;
  bool isGiven = false;
  auto once = [&]() -> std::optional<Case> {
    return std::exchange(isGiven, true) ? std::nullopt : std::optional(sketch);
  };
  runIsolated(once, 1, seconds, [&](const Case &, const Outcome &received) { outcome = received; });
  return outcome;
}

} // namespace espalier::differential
