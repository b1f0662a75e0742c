//===- Random.h - Tensors of standard normal numbers ------------------------===//
//
// Element i of seed s is a function of (s, i) alone, computed by operations that IEEE
// 754 rounds exactly: the same numbers on every machine, in any order. A narrower
// dtype holds the rounded numbers of f64.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_TENSOR_RANDOM_H
#define ESPALIER_RUNTIME_TENSOR_RANDOM_H

#include "runtime/Tensor/Tensor.h"

#include <string_view>

namespace espalier {

struct RandomSpec {
  Shape shape;
  uint64_t seed = 0;
};

/// Reads what follows `random:` on the command line: "2,64,16", "2,64,16;seed=7", "" for a scalar.
Result<RandomSpec> parseRandomSpec(std::string_view text);

/// Independent standard normal numbers. An error for i32 and bool, and those of Tensor::allocate.
Result<Tensor> randomTensor(DType dtype, const RandomSpec &spec);

} // namespace espalier

#endif
