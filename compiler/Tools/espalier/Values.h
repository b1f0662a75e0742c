//===- Values.h - name=value ------------------------------------------------===//
//
//   x.npy                     a tensor; where a tree is asked for, the parents of its vertices ([V], or [B.., V] for a
//   batch) random:2,64,16            standard normal numbers of that shape; `;seed=7` picks others, `;scale=0.1`
//   multiplies them, `;diagonal=4` adds to the diagonal of matrices 3   0.5                   an index, a static, a
//   scalar 4,2,1,1                   a static tuple perfect:2,5   chain:100   trees
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_TOOLS_ESPALIER_VALUES_H
#define ESPALIER_COMPILER_TOOLS_ESPALIER_VALUES_H

#include "compiler/Driver/Arguments.h"

#include <string>
#include <vector>

namespace espalier::tool {

/// Reads arguments as the parameters of `interface` ask for them. Those that are no parameter are passed on, so that
/// the driver names them. Errors: no `=`, an unreadable file, a value that no parameter of that kind has.
Result<std::vector<NamedValue>> parseValues(const std::vector<std::string> &texts, const sema::Interface &interface,
                                            const CallOptions &options);

} // namespace espalier::tool

#endif
