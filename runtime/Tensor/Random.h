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
  double scale = 1;    // the numbers are multiplied by it
  double diagonal = 0; // then added where the last two indices are equal: a large one makes matrices easy to solve
};

/// Reads what follows `random:` on the command line: "2,64,16", "2,64,16;seed=7", "64,8,8;scale=0.1;diagonal=2", "" for
/// a scalar.
Result<RandomSpec> parseRandomSpec(std::string_view text);

/// Independent normal numbers. An error for a diagonal of a tensor with fewer than two axes, for i32 and bool, and
/// those of Tensor::allocate.
Result<Tensor> randomTensor(DType dtype, const RandomSpec &spec);

} // namespace espalier

#endif
