//===- Npy.h - NumPy's .npy files -------------------------------------------===//
//
//   Result<Tensor> x = readNpy("x.npy");
//   Result<void> saved = writeNpy("out/y.npy", *x);
//
// Read: versions 1 to 3; float64, float32, float16, int32, bool, and int64 whose
// values fit int32; either byte order, either element order. Anything else is an
// error that names the file, what was found and what was expected; Python objects
// are never unpickled.
// Written: version 1.0, little-endian, row-major. bf16, which NumPy does not know,
// is written as float32. A file appears whole or not at all.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_TENSOR_NPY_H
#define ESPALIER_RUNTIME_TENSOR_NPY_H

#include "runtime/Tensor/Tensor.h"

#include <string>

namespace espalier {

/// A dense tensor of f64, f32, f16, i32 or bool.
Result<Tensor> readNpy(const std::string &path);

Result<void> writeNpy(const std::string &path, const Tensor &tensor);

} // namespace espalier

#endif
