//===- NpyRead.cpp - From a .npy file to a tensor ---------------------------===//
#include "runtime/File/InputFile.h"
#include "runtime/Tensor/Npy.h"
#include "runtime/Tensor/NpyHeader.h"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace espalier {

namespace {
/// One element type of a file: as it is stored, and as the tensor that it becomes.
struct FileType {
  std::string_view code; // without the byte order
  int64_t bytes;
  DType dtype;
};
} // namespace

static constexpr FileType fileTypes[] = {
    {"f8", 8, DType::f64}, {"f4", 4, DType::f32}, {"f2", 2, DType::f16},
    {"i4", 4, DType::i32}, {"i8", 8, DType::i32}, {"b1", 1, DType::boolean},
};

/// Longer headers are not written by anyone: 32 axes take less than a kilobyte.
static constexpr uint32_t longestHeader = 1 << 16;

static Result<NpyHeader> readHeader(InputFile &file) {
  unsigned char front[8] = {};
  int64_t length = std::min<int64_t>(file.remaining(), sizeof front);
  if (Result<void> done = file.read(front, length); !done)
    return done.error();
  if (length == 0)
    return Error::of("{} is empty, expected a .npy file", file.path());
  if (std::memcmp(front, npyMagic.data(), std::min<size_t>(npyMagic.size(), static_cast<size_t>(length))) != 0)
    return Error::of("{} is not a .npy file: it starts with bytes {:02x}, expected 93 4e 55 4d 50 59", file.path(),
                     fmt::join(front, front + length, " "));
  if (length < int64_t(sizeof front))
    return Error::of("{} is truncated: {} bytes, expected at least 10", file.path(), length);
  int major = front[6], minor = front[7];
  if (major < 1 || major > 3 || minor != 0)
    return Error::of("{}: .npy version {}.{}, expected 1.0, 2.0 or 3.0", file.path(), major, minor);
  unsigned char digits[4] = {};
  if (Result<void> done = file.read(digits, major == 1 ? 2 : 4); !done)
    return done.error();
  uint32_t size = digits[0] | digits[1] << 8 | digits[2] << 16 | uint32_t(digits[3]) << 24;
  if (size > longestHeader)
    return Error::of("{}: a header of {} bytes, expected at most {}", file.path(), size, longestHeader);
  std::string text(size, ' ');
  if (Result<void> done = file.read(text.data(), size); !done)
    return done.error();
  Result<NpyHeader> header = parseNpyHeader(text);
  return header ? header : header.error().within(file.path());
}

static Result<FileType> fileTypeOf(const std::string &descr) {
  if (descr.find('O') != std::string::npos)
    return Error::of("Python objects (dtype `{}`), which are never unpickled, expected numbers", descr);
  // The byte order `|` says that there is none: it belongs to types of one byte, and they to it.
  bool known = descr.size() == 3 && std::string_view("<>=|").find(descr[0]) != std::string_view::npos;
  for (const FileType &type : fileTypes)
    if (known && type.code == std::string_view(descr).substr(1) && (descr[0] == '|' ? type.bytes == 1 : true))
      return type;
  return Error::of("dtype `{}`, expected one of <f8 <f4 <f2 <i4 <i8 |b1", descr);
}

static void reverseBytes(char *elements, int64_t count, int64_t elementBytes) {
  for (int64_t i = 0; i < count; ++i)
    std::reverse(elements + i * elementBytes, elements + (i + 1) * elementBytes);
}

static Result<void> narrowIntegers(const std::vector<int64_t> &wide, std::span<int32_t> narrow) {
  for (size_t i = 0; i < wide.size(); ++i) {
    if (wide[i] < INT32_MIN || wide[i] > INT32_MAX)
      return Error::of("element {} is {}, expected a value of int32", i, wide[i]);
    narrow[i] = static_cast<int32_t>(wide[i]);
  }
  return {};
}

/// Reads the elements in the order of the file.
static Result<Tensor> readElements(InputFile &file, const FileType &type, bool swap, Shape shape) {
  Result<Tensor> tensor = Tensor::allocate(type.dtype, std::move(shape));
  if (!tensor)
    return tensor;
  int64_t count = tensor->numElements();
  std::vector<int64_t> wide(type.code == "i8" ? static_cast<size_t>(count) : 0);
  char *elements = wide.empty() ? static_cast<char *>(tensor->data()) : reinterpret_cast<char *>(wide.data());
  if (Result<void> done = file.read(elements, count * type.bytes); !done)
    return done.error();
  if (swap)
    reverseBytes(elements, count, type.bytes);
  if (type.code == "i8")
    if (Result<void> done = narrowIntegers(wide, tensor->values<int32_t>()); !done)
      return done.error().within(file.path());
  if (type.dtype == DType::boolean)
    for (Boolean &element : tensor->values<Boolean>())
      element = element == Boolean::no ? Boolean::no : Boolean::yes;
  return tensor;
}

/// A file in Fortran's order holds the transposed tensor.
static Result<Tensor> reverseAxes(const Tensor &tensor) {
  Shape order(tensor.shape().size());
  std::iota(order.rbegin(), order.rend(), 0);
  return tensor.permuted(order).contiguous();
}

Result<Tensor> readNpy(const std::string &path) {
  Result<InputFile> file = InputFile::open(path);
  if (!file)
    return file.error();
  Result<NpyHeader> header = readHeader(*file);
  if (!header)
    return header.error();
  Result<FileType> type = fileTypeOf(header->descr);
  if (!type)
    return type.error().within(path);
  Result<int64_t> count = countElements(header->shape, type->bytes);
  if (!count)
    return count.error().within(path);
  // Before memory is asked for: does the file hold what the header promises?
  int64_t expected = *count * type->bytes, found = file->remaining();
  if (found != expected)
    return Error::of("{} is {}: {} bytes after the header, expected {} for shape {} of `{}`", path,
                     found < expected ? "truncated" : "too long", found, expected, toString(header->shape),
                     header->descr);
  bool swap = header->descr[0] == '>' && type->bytes > 1;
  if (header->fortranOrder)
    std::reverse(header->shape.begin(), header->shape.end());
  Result<Tensor> tensor = readElements(*file, *type, swap, std::move(header->shape));
  return tensor && header->fortranOrder ? reverseAxes(*tensor) : tensor;
}

} // namespace espalier
