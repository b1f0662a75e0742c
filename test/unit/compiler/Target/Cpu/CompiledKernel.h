//===- CompiledKernel.h - Mid-level text, compiled and called ---------------===//
#ifndef ESPALIER_TEST_UNIT_COMPILER_TARGET_CPU_COMPILEDKERNEL_H
#define ESPALIER_TEST_UNIT_COMPILER_TARGET_CPU_COMPILEDKERNEL_H

#include "compiler/Target/Cpu/Jit.h"
#include "runtime/ABI/CallState.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace espalier::test {

/// A float of 16 bits, for comparisons with memory that kernels read and write.
float fromBFloat(uint16_t bits);
uint16_t toBFloat(float value);

/// Compiles the text of a module. The verifier runs after each pass.
Result<cpu::JitCode> compile(const std::string &text);

/// Calls code with tables; the fault that it reported, if any.
std::optional<Fault> call(const cpu::JitCode &code, const std::vector<void *> &buffers,
                          const std::vector<int64_t> &extents = {}, const std::vector<espalier_trees> &trees = {});

/// Compiles and calls once; a failure to compile is a failure of the test.
std::optional<Fault> run(const std::string &text, const std::vector<void *> &buffers,
                         const std::vector<int64_t> &extents = {}, const std::vector<espalier_trees> &trees = {});

/// A kernel of one task: `func.func @kernel(arguments) { scf.forall over one task { body } }` with attribute aliases in
/// front.
std::string oneTask(std::string_view arguments, std::string_view body, std::string_view aliases = "");

/// Numbers in [-2, 2], the same for the same seed; none is 0.
template <class T> std::vector<T> numbers(int64_t count, uint64_t seed) {
  std::vector<T> values(count);
  uint64_t state = seed * 0x9E3779B97F4A7C15ull + 1;
  for (T &value : values) {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    double unit = static_cast<double>(state >> 11) / 9007199254740992.0;
    value = static_cast<T>(unit * 4 - 2 == 0 ? 1 : unit * 4 - 2);
  }
  return values;
}

/// Sizes around lane widths and beyond.
std::vector<int64_t> sizesUpTo(int64_t last);

template <class T> constexpr const char *typeName() { return sizeof(T) == 8 ? "f64" : "f32"; }

} // namespace espalier::test

#endif
