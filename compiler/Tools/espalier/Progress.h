//===- Progress.h - Says what takes long ------------------------------------===//
//
//   Progress progress("compiling myo");      // a line on a terminal after one second, gone when the object is
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_TOOLS_ESPALIER_PROGRESS_H
#define ESPALIER_COMPILER_TOOLS_ESPALIER_PROGRESS_H

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace espalier::tool {

class Progress {
public:
  explicit Progress(std::string what);
  ~Progress();
  Progress(const Progress &) = delete;

private:
  void show();

  std::string what;
  std::mutex mutex;
  std::condition_variable finished;
  bool isFinished = false;
  std::thread shower; // only on a terminal
};

} // namespace espalier::tool

#endif
