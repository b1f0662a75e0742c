//===- Summary.h - A tensor in one line -------------------------------------===//
#ifndef ESPALIER_COMPILER_TOOLS_ESPALIER_SUMMARY_H
#define ESPALIER_COMPILER_TOOLS_ESPALIER_SUMMARY_H

#include "runtime/Tensor/Tensor.h"

#include <string>

namespace espalier::tool {

/// "h  f32(7, 5)  min -1.2  max 0.9  mean 0.1  norm 3.2"; how many elements are not finite, if any.
Result<std::string> summarise(const std::string &name, const Tensor &tensor);

} // namespace espalier::tool

#endif
