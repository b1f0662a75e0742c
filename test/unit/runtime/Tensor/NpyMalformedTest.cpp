//===- NpyMalformedTest.cpp - Files that are refused, and what is said ------===//
#include "NpyFiles.h"

#include <gtest/gtest.h>

#include <sys/stat.h>

using namespace espalier;
using namespace std::string_literals;

namespace {
struct Case {
  const char *name;
  std::string bytes;
  std::string message; // after the path
};
} // namespace

TEST(NpyMalformed, table) {
  std::string wide(8, '\x7f');
  std::string longHeader = npyHeader("<f4", "(1,)");
  longHeader.resize(65535, ' ');
  const Case cases[] = {
      {"empty", "", " is empty, expected a .npy file"},
      {"text", "1.0 2.0\n",
       " is not a .npy file: it starts with bytes 31 2e 30 20 32 2e 30 0a, expected 93 4e 55 4d 50 59"},
      {"a", "a", " is not a .npy file: it starts with bytes 61, expected 93 4e 55 4d 50 59"},
      {"magic", "\x93NUMPY", " is truncated: 6 bytes, expected at least 10"},
      {"nolength", "\x93NUMPY\1\0\7"s, " is truncated: it ends 1 bytes too early"},
      {"noheader", "\x93NUMPY\1\0\x76\0"s, " is truncated: it ends 118 bytes too early"},
      {"version0", "\x93NUMPY\0\0\0\0"s, ": .npy version 0.0, expected 1.0, 2.0 or 3.0"},
      {"version9", "\x93NUMPY\x9\1\0\0"s, ": .npy version 9.1, expected 1.0, 2.0 or 3.0"},
      {"hugeheader", "\x93NUMPY\2\0\xff\xff\xff\xff"s, ": a header of 4294967295 bytes, expected at most 65536"},
      {"zeroheader", npyBytes("", ""), ": found `nothing more` in the header, expected `{`"},
      {"shortdata", npyBytes(npyHeader("<f4", "(2,)"), "1234"),
       " is truncated: 4 bytes after the header, expected 8 for shape (2,) of `<f4`"},
      {"longdata", npyBytes(npyHeader("<f4", "(2,)"), "123456789"),
       " is too long: 9 bytes after the header, expected 8 for shape (2,) of `<f4`"},
      {"emptydata", npyBytes(npyHeader("<f4", "(0,)"), "1"),
       " is too long: 1 bytes after the header, expected 0 for shape (0,) of `<f4`"},
      {"absurd", npyBytes(npyHeader("<f8", "(1000000000000,)"), "12345678"),
       " is truncated: 8 bytes after the header, expected 8000000000000 for shape (1000000000000,) of `<f8`"},
      {"overflow", npyBytes(npyHeader("<f8", "(4294967296, 4294967296)"), ""),
       ": shape (4294967296, 4294967296) is too large: more than 2^63 - 1 bytes"},
      {"object", npyBytes(npyHeader("|O", "(1,)"), "\x80\4."),
       ": Python objects (dtype `|O`), which are never unpickled, expected numbers"},
      {"string", npyBytes(npyHeader("<U3", "(1,)"), "abcabcabcabc"),
       ": dtype `<U3`, expected one of <f8 <f4 <f2 <i4 <i8 |b1"},
      {"bytes", npyBytes(npyHeader("|S3", "(1,)"), "abc"), ": dtype `|S3`, expected one of <f8 <f4 <f2 <i4 <i8 |b1"},
      {"complex", npyBytes(npyHeader("<c8", "(1,)"), "12345678"),
       ": dtype `<c8`, expected one of <f8 <f4 <f2 <i4 <i8 |b1"},
      {"unsigned", npyBytes(npyHeader("<u4", "(1,)"), "1234"),
       ": dtype `<u4`, expected one of <f8 <f4 <f2 <i4 <i8 |b1"},
      {"noorder", npyBytes(npyHeader("f4", "(1,)"), "1234"), ": dtype `f4`, expected one of <f8 <f4 <f2 <i4 <i8 |b1"},
      {"barorder", npyBytes(npyHeader("|f4", "(1,)"), "1234"),
       ": dtype `|f4`, expected one of <f8 <f4 <f2 <i4 <i8 |b1"},
      {"struct", npyBytes("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (1,), }", "1234"),
       ": a structured dtype `[('x', '<f4')], 'fortran`, expected a number type such as `<f4`"},
      {"toowide", npyBytes(npyHeader("<i8", "(1,)"), wide),
       ": element 0 is 9187201950435737471, expected a value of int32"},
      {"longheader", npyBytes(longHeader, "12345"),
       " is too long: 5 bytes after the header, expected 4 for shape (1,) of `<f4`"},
  };
  ScratchFolder folder;
  for (const Case &c : cases) {
    std::string path = folder.write(c.name, c.bytes);
    Result<Tensor> tensor = readNpy(path);
    EXPECT_EQ(tensor ? "accepted" : tensor.error().message, path + c.message);
  }
}

TEST(NpyMalformed, everyTruncationIsRefused) {
  ScratchFolder folder;
  std::string whole = npyBytes(npyHeader("<f4", "(3, 2)"), std::string(24, 'x'));
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(readNpy(folder.write("x.npy", whole.substr(0, size)))) << size;
  EXPECT_TRUE(readNpy(folder.write("x.npy", whole)));
}

TEST(NpyMalformed, whatIsNoFile) {
  ScratchFolder folder;
  auto refusal = [](const std::string &path) {
    Result<Tensor> tensor = readNpy(path);
    return tensor ? "accepted" : tensor.error().message;
  };
  EXPECT_EQ(refusal(folder.path.string()),
            fmt::format("cannot read {}: it is a folder, expected a file", folder.path.string()));
  EXPECT_EQ(refusal(folder.file("missing.npy")),
            fmt::format("cannot read {}: No such file or directory", folder.file("missing.npy")));
  EXPECT_EQ(refusal("/dev/zero"), "cannot read /dev/zero: it is not a regular file");
  ASSERT_EQ(::mkfifo(folder.file("pipe").c_str(), 0600), 0);
  EXPECT_EQ(refusal(folder.file("pipe")), fmt::format("cannot read {}: it is not a regular file", folder.file("pipe")));
  EXPECT_EQ(refusal(std::string(5000, 'x')), fmt::format("cannot read {}: File name too long", std::string(5000, 'x')));
  if (::geteuid() != 0) { // root may read everything
    std::string path = folder.write("secret.npy", "x");
    ::chmod(path.c_str(), 0);
    EXPECT_EQ(refusal(path), fmt::format("cannot read {}: Permission denied", path));
  }
}
