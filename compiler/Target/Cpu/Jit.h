//===- Jit.h - Machine code in memory ---------------------------------------===//
//
// Objects are position independent and link against an allow-list (the two functions
// of runtime/ABI, libm, memcpy and its kin): a kernel can reach nothing else. Each
// kernel has a library of its own, unloaded with the last copy of its JitCode.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_TARGET_CPU_JIT_H
#define ESPALIER_COMPILER_TARGET_CPU_JIT_H

#include "runtime/ABI/ABI.h"
#include "runtime/Error/Result.h"

#include <memory>
#include <string>
#include <vector>

namespace espalier::cpu {

/// How long a stage of the compilation took.
struct StageTime {
  std::string stage;
  double milliseconds = 0;
};

struct JitCode {
  espalier_kernel entry = nullptr;
  std::shared_ptr<void> keepAlive; // the code is unloaded when the last copy of this is gone
  std::string object;              // bytes of the object file: what a cache stores
  std::string llvm, assembly;      // text, where the options asked for it
  std::vector<StageTime> times;

  double milliseconds() const {
    double sum = 0;
    for (const StageTime &time : times)
      sum += time.milliseconds;
    return sum;
  }
};

/// Links an object of the same CpuTarget::key and ESPALIER_ABI_VERSION and finds `entry` in it.
/// Errors: the bytes are no object, a symbol is not on the allow-list, `entry` is not defined.
Result<JitCode> loadObject(std::string object, const std::string &entry);

} // namespace espalier::cpu

#endif
