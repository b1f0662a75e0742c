//===- NpyRoundTrip.cpp - Read one .npy file, write another -----------------===//
//
// NpyRoundTrip IN OUT [DTYPE]: for the test against NumPy, npy_against_numpy.py.
//===----------------------------------------------------------------------===//
#include "runtime/Tensor/Npy.h"

#include <cstdio>

using namespace espalier;

static Result<void> roundTrip(const char *in, const char *out, std::string_view dtype) {
  Result<Tensor> tensor = readNpy(in);
  if (!tensor)
    return tensor.error();
  for (DType type : {DType::f64, DType::f32, DType::f16, DType::bf16, DType::i32, DType::boolean})
    if (tensor && name(type) == dtype)
      tensor = tensor->to(type);
  return tensor ? writeNpy(out, *tensor) : tensor.error();
}

int main(int argc, char **argv) {
  Result<void> done = roundTrip(argv[1], argv[2], argc > 3 ? argv[3] : "");
  if (!done)
    std::fprintf(stderr, "%s\n", done.error().message.c_str());
  return done ? 0 : 1;
}
