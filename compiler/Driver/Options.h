//===- Options.h - What a specialisation is made for ------------------------===//
#ifndef ESPALIER_COMPILER_DRIVER_OPTIONS_H
#define ESPALIER_COMPILER_DRIVER_OPTIONS_H

#include "compiler/Schedule/Overrides.h"
#include "runtime/Error/Result.h"
#include "runtime/Tensor/DType.h"

#include <optional>
#include <string_view>
#include <vector>

namespace espalier {

/// Where a kernel runs.
enum class Target : uint8_t {
  cpu,    // machine code of this processor
  interp, // the dialects evaluated in float64: slow, the oracle of the tests
};

std::string_view name(Target target);
/// An error names the known targets and the nearest one.
Result<Target> parseTarget(std::string_view text);

/// The forms that a kernel has on its way, for those who want to read them.
enum class Stage : uint8_t { ast, resolved, mlir, scheduled, structured, llvm, assembly, object };

std::string_view name(Stage stage);
Result<Stage> parseStage(std::string_view text);
/// Every stage, in order.
std::vector<Stage> allStages();

struct CallOptions {
  Target target = Target::cpu;
  /// What `float` is; arguments of that type are converted to it. By default it is the dtype that they have.
  std::optional<DType> floatType;
  /// A definition that is not finite is an error that names its vertex.
  bool checkFinite = false;
  /// Sizes that the schedule does not choose: schedule::parseOverrides("grain=8,0.points=16"). On the cpu only.
  schedule::Overrides schedule = {};
};

/// The dtypes that `float` can be: f64, f32, f16, bf16.
Result<DType> parseFloatType(std::string_view text);

} // namespace espalier

#endif
