//===- Progress.cpp - Says what takes long ----------------------------------===//
#include "compiler/Tools/espalier/Progress.h"
#include "compiler/Tools/espalier/Terminal.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>

namespace espalier::tool {

Progress::Progress(std::string what) : what(std::move(what)) {
  if (isTerminal())
    shower = std::thread([this] { show(); });
}

Progress::~Progress() {
  if (!shower.joinable())
    return;
  {
    std::lock_guard lock(mutex);
    isFinished = true;
  }
  finished.notify_all();
  shower.join();
}

void Progress::show() {
  using namespace std::chrono;
  auto begin = steady_clock::now();
  std::unique_lock lock(mutex);
  if (finished.wait_for(lock, seconds(1), [this] { return isFinished; }))
    return;
  do
    fmt::print(stderr, "\r{} ({} s) ", what, duration_cast<seconds>(steady_clock::now() - begin).count());
  while (!finished.wait_for(lock, seconds(1), [this] { return isFinished; }));
  fmt::print(stderr, "\r\033[K");
}

} // namespace espalier::tool
