//===- Arguments.h - Arguments by name, and what they fix -------------------===//
//
// Arguments are matched with the parameters of a kernel by name. What they show (dimensions, dtypes, kinds of trees,
// statics) are the bindings that a specialisation is made for.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_DRIVER_ARGUMENTS_H
#define ESPALIER_COMPILER_DRIVER_ARGUMENTS_H

#include "compiler/Driver/Options.h"
#include "frontends/Sema/Sema.h"
#include "runtime/Kernel/Kernel.h"

#include <map>
#include <string>
#include <variant>
#include <vector>

namespace espalier {

/// A tensor, a tree, a batch of trees, a whole number (index, static, or a scalar), a number (scalar), or a static
/// tuple.
using Value = std::variant<Tensor, Tree, TreeBatch, int64_t, double, std::vector<int64_t>>;

struct NamedValue {
  std::string name;
  Value value;
};

/// The arguments of one call, matched.
struct MatchedCall {
  sema::Bindings bindings;
  std::vector<Argument> arguments; // in the order of Interface::parameters, without those of compile time
  /// Equal keys: one specialisation serves both calls. Names only what a specialisation binds.
  std::string key;
};

/// Errors: a parameter without an argument, an argument without a parameter (with the nearest name), two arguments of
/// one name, another kind of value, another dtype, another number of axes, dimensions that disagree (with both
/// numbers), a tree of another kind.
Result<MatchedCall> matchArguments(const std::string &kernel, const sema::Interface &interface,
                                   const std::vector<NamedValue> &values, const CallOptions &options);

/// The sizes that arguments of the matched kinds show, by the names of dimensions: "N", "G", "leaves(G)".
Result<std::map<std::string, int64_t>> dimensionsOf(const sema::Interface &interface,
                                                    std::span<const Argument> arguments);

/// What a schedule may know of a call: vertices of its largest tree (0 without one), elements of its batch, threads.
struct CallSizes {
  int64_t vertices = 0, batch = 1, threads = 1;
  bool isDeep = false; // whether one of its trees is (compiler/Schedule/CostModel.h)
};
CallSizes sizesOf(const sema::Interface &interface, std::span<const Argument> arguments);

/// The same for calls that one schedule suits: a kernel serves all sizes, but is made for those of one magnitude. Small
/// trees are of one, then each is four times the one before; tasks count up to the number of threads, and those of
/// small trees only where threads would be idle. Deep trees are others, and count whatever threads there are, as long
/// as they are few.
std::string magnitude(const CallSizes &sizes);

} // namespace espalier

#endif
