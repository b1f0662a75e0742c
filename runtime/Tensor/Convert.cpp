//===- Convert.cpp - Tensors of another dtype -------------------------------===//
//
// Every element type embeds exactly in double, so a conversion is a widening to
// double and a narrowing from it: six of each instead of thirty-six pairs.
//===----------------------------------------------------------------------===//
#include "runtime/Tensor/Tensor.h"

#include <cmath>

namespace espalier {

template <class T> static double widen(T element) {
  if constexpr (std::is_same_v<T, Boolean>)
    return element == Boolean::no ? 0 : 1;
  else
    return static_cast<double>(element);
}

/// False where the value has no place in T.
template <class T> static bool narrow(double value, T &element) {
  if constexpr (std::is_same_v<T, int32_t>) {
    if (!(value >= INT32_MIN && value <= INT32_MAX) || value != std::trunc(value))
      return false;
    element = static_cast<int32_t>(value);
  } else if constexpr (std::is_same_v<T, Boolean>) {
    element = value != 0 ? Boolean::yes : Boolean::no;
  } else {
    element = static_cast<T>(value);
  }
  return true;
}

template <class From, class To> static Result<void> convert(const From *from, To *to, int64_t count) {
  for (int64_t i = 0; i < count; ++i)
    if (!narrow(widen(from[i]), to[i]))
      return Error::of("element {} is {}, which {} does not hold", i, widen(from[i]), name(dtypeOf<To>));
  return {};
}

Result<Tensor> Tensor::to(DType dtype) const {
  if (dtype == elementType)
    return *this;
  Result<Tensor> source = contiguous();
  if (!source)
    return source;
  Result<Tensor> result = allocate(dtype, sizes);
  if (!result)
    return result;
  Result<void> done = visitElement(elementType, [&]<class From>(From) {
    return visitElement(dtype, [&]<class To>(To) { return convert(source->data<From>(), result->data<To>(), count); });
  });
  return done ? result : Result<Tensor>(done.error());
}

} // namespace espalier
