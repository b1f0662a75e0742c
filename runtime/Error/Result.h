//===- Result.h - A value, or the reason why there is none ------------------===//
//
// Errors are values: no function of the library throws across the API.
//
//   Result<Tensor> x = readNpy("x.npy");
//   if (!x)
//     return x.error();                       // or x.error().within("argument x")
//   use(*x, x->shape());
//
//   Result<void> save() { return Error::of("{}: {} bytes are too many", path, count); }   // `return {}` is success
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_ERROR_RESULT_H
#define ESPALIER_RUNTIME_ERROR_RESULT_H

#include <fmt/format.h>

#include <cassert>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace espalier {

/// One sentence without a full stop: what was found and what was expected, with both numbers.
struct Error {
  std::string message;

  template <class... Values> static Error of(fmt::format_string<Values...> text, Values &&...values) {
    return {fmt::format(text, std::forward<Values>(values)...)};
  }

  /// The same error, said of a place: "place: message".
  Error within(std::string_view place) const { return {fmt::format("{}: {}", place, message)}; }
};

/// A T or an Error. Ask with `if (result)` before the value is taken.
template <class T> class [[nodiscard]] Result {
public:
  Result(T value) : state(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return state.index() == 0; }

  T &operator*() & { return assert(*this), *std::get_if<0>(&state); }
  const T &operator*() const & { return assert(*this), *std::get_if<0>(&state); }
  T &&operator*() && { return assert(*this), std::move(*std::get_if<0>(&state)); }
  T *operator->() { return assert(*this), std::get_if<0>(&state); }
  const T *operator->() const { return assert(*this), std::get_if<0>(&state); }

  const Error &error() const { return assert(!*this), *std::get_if<1>(&state); }

private:
  std::variant<T, Error> state;
};

/// Success, which is the default, or an Error.
template <> class [[nodiscard]] Result<void> {
public:
  Result() = default;
  Result(Error error) : problem(std::move(error)) {}

  explicit operator bool() const { return !problem; }
  const Error &error() const { return assert(problem), *problem; }

private:
  std::optional<Error> problem;
};

} // namespace espalier

#endif
