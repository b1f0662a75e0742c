//===- NpyHeader.h - The description at the front of a .npy file ------------===//
//
// A .npy file is: the magic string, two bytes of version, the length of the header
// (2 bytes in version 1, 4 since), the header, the elements. The header is a Python
// dictionary with exactly the keys descr, fortran_order and shape, padded with blanks
// and ended by a newline.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_TENSOR_NPYHEADER_H
#define ESPALIER_RUNTIME_TENSOR_NPYHEADER_H

#include "runtime/Tensor/Shape.h"

#include <string>
#include <string_view>

namespace espalier {

inline constexpr std::string_view npyMagic = "\x93NUMPY";

struct NpyHeader {
  std::string descr; // "<f4"
  bool fortranOrder = false;
  Shape shape;
};

/// Reads the dictionary. Nothing but it and white space may stand in `text`; the errors name what stands there instead.
Result<NpyHeader> parseNpyHeader(std::string_view text);

/// Magic string, version 1.0, length and header, together a multiple of 64 bytes.
std::string formatNpyHeader(const NpyHeader &header);

} // namespace espalier

#endif
