//===- NpyTest.cpp - Reading and writing .npy files -------------------------===//
#include "NpyFiles.h"

#include <gtest/gtest.h>

#include <cstring>
#include <sys/stat.h>

using namespace espalier;
using namespace std::string_literals;

TEST(Npy, roundTrip) {
  ScratchFolder folder;
  for (DType dtype : {DType::f64, DType::f32, DType::f16, DType::i32, DType::boolean})
    for (Shape shape : {Shape{}, Shape{0}, Shape{1}, Shape{3, 0, 2}, Shape{2, 3, 5}, Shape{17}}) {
      Result<Tensor> tensor = Tensor::zeros(dtype, shape);
      auto *bytes = static_cast<unsigned char *>(tensor->data());
      for (int64_t i = 0; i < tensor->numBytes(); ++i)
        bytes[i] = static_cast<unsigned char>(dtype == DType::boolean ? i % 2 : i * 37);
      Result<void> written = writeNpy(folder.file("x.npy"), *tensor);
      ASSERT_TRUE(written) << written.error().message;
      Result<Tensor> back = readNpy(folder.file("x.npy"));
      ASSERT_TRUE(back) << back.error().message;
      EXPECT_EQ(back->dtype(), dtype);
      EXPECT_EQ(back->shape(), shape);
      EXPECT_EQ(std::memcmp(back->data(), tensor->data(), static_cast<size_t>(tensor->numBytes())), 0);
      EXPECT_EQ(folder.numFiles(), 1u);
    }
}

TEST(Npy, goldenBytes) {
  ScratchFolder folder;
  ASSERT_TRUE(writeNpy(folder.file("x.npy"), *Tensor::of<float>({2}, {1, -2})));
  // What numpy.save writes for numpy.array([1, -2], dtype=numpy.float32).
  std::string dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";
  std::string expected = "\x93NUMPY\x01\0v\0"s + dictionary + std::string(117 - dictionary.size(), ' ') + "\n";
  EXPECT_EQ(folder.read("x.npy"), expected + "\0\0\x80\x3f\0\0\0\xc0"s);
}

TEST(Npy, bfloat16IsWrittenAsFloat32) {
  ScratchFolder folder;
  ASSERT_TRUE(writeNpy(folder.file("x.npy"), *Tensor::of<BFloat16>({2}, {BFloat16(1.5), BFloat16(-3.0)})));
  Result<Tensor> back = readNpy(folder.file("x.npy"));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->dtype(), DType::f32);
  EXPECT_EQ(back->values<float>()[1], -3);
}

TEST(Npy, stridedTensorsAreWrittenDense) {
  ScratchFolder folder;
  Result<Tensor> tensor = Tensor::of<int32_t>({2, 3}, {0, 1, 2, 3, 4, 5});
  ASSERT_TRUE(writeNpy(folder.file("x.npy"), tensor->permuted(Shape{1, 0})));
  EXPECT_EQ(readNpy(folder.file("x.npy"))->values<int32_t>()[1], 3);
}

TEST(Npy, byteOrdersAndElementOrders) {
  ScratchFolder folder;
  Result<Tensor> big =
      readNpy(folder.write("big.npy", npyBytes(npyHeader(">i4", "(2,)"), "\0\0\1\2\xff\xff\xff\xfe"s)));
  ASSERT_TRUE(big) << big.error().message;
  EXPECT_EQ(big->values<int32_t>()[0], 258);
  EXPECT_EQ(big->values<int32_t>()[1], -2);
  Result<Tensor> columns = readNpy(folder.write("f.npy", npyBytes(npyHeader("|b1", "(2, 3)", true), "\0\1\0\0\1\1"s)));
  ASSERT_TRUE(columns) << columns.error().message;
  EXPECT_EQ(columns->shape(), (Shape{2, 3}));
  const int expected[] = {0, 0, 1, 1, 0, 1};
  for (int i = 0; i < 6; ++i)
    EXPECT_EQ(static_cast<int>(columns->values<Boolean>()[i]), expected[i]) << i;
}

TEST(Npy, wideIntegersAreNarrowed) {
  ScratchFolder folder;
  int64_t values[] = {INT32_MIN, -1, INT32_MAX};
  std::string bytes(reinterpret_cast<char *>(values), sizeof values);
  Result<Tensor> tensor = readNpy(folder.write("x.npy", npyBytes(npyHeader("<i8", "(3,)"), bytes)));
  ASSERT_TRUE(tensor) << tensor.error().message;
  EXPECT_EQ(tensor->dtype(), DType::i32);
  EXPECT_EQ(tensor->values<int32_t>()[0], INT32_MIN);
  EXPECT_EQ(tensor->values<int32_t>()[2], INT32_MAX);
}

TEST(Npy, anyByteButZeroIsTrue) {
  ScratchFolder folder;
  Result<Tensor> tensor = readNpy(folder.write("x.npy", npyBytes(npyHeader("|b1", "(2,)"), "\x7f\0"s)));
  ASSERT_TRUE(tensor);
  EXPECT_EQ(tensor->values<Boolean>()[0], Boolean::yes);
}

TEST(Npy, laterVersions) {
  ScratchFolder folder;
  std::string header = npyHeader("<i4", "(1,)");
  for (char version : {'\2', '\3'}) {
    std::string bytes =
        "\x93NUMPY"s + version + "\0"s + static_cast<char>(header.size()) + "\0\0\0"s + header + "\5\0\0\0"s;
    Result<Tensor> tensor = readNpy(folder.write("x.npy", bytes));
    ASSERT_TRUE(tensor) << tensor.error().message;
    EXPECT_EQ(tensor->values<int32_t>()[0], 5);
  }
}

TEST(Npy, unwritableOutputs) {
  ScratchFolder folder;
  Result<Tensor> tensor = Tensor::zeros(DType::f32, {100000});
  auto refusal = [&](const std::string &path) {
    Result<void> written = writeNpy(path, *tensor);
    return written ? "accepted" : written.error().message;
  };
  EXPECT_EQ(refusal(folder.file("")), fmt::format("cannot write {}: it is a folder", folder.file("")));
  EXPECT_EQ(refusal(folder.file("missing/x.npy")),
            fmt::format("cannot write {}: No such file or directory", folder.file("missing/x.npy")));
  folder.write("file", "text");
  EXPECT_EQ(refusal(folder.file("file/x.npy")),
            fmt::format("cannot write {}: Not a directory", folder.file("file/x.npy")));
  EXPECT_EQ(refusal(""), "cannot write : No such file or directory");
  if (std::filesystem::exists("/dev/full")) {
    EXPECT_EQ(refusal("/dev/full"), "cannot write /dev/full: No space left on device");
  }
  EXPECT_EQ(folder.numFiles(), 1u); // nothing is left behind
}

TEST(Npy, devicesAreWrittenInPlace) {
  Result<void> written = writeNpy("/dev/null", *Tensor::zeros(DType::f32, {4}));
  EXPECT_TRUE(written);
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

TEST(Npy, replacesThroughLinksAndKeepsPermissions) {
  ScratchFolder folder;
  folder.write("old.npy", "old");
  std::filesystem::permissions(folder.file("old.npy"), std::filesystem::perms(0640));
  std::filesystem::create_symlink(folder.file("old.npy"), folder.file("link.npy"));
  ASSERT_TRUE(writeNpy(folder.file("link.npy"), *Tensor::zeros(DType::f32, {4})));
  EXPECT_TRUE(std::filesystem::is_symlink(folder.file("link.npy")));
  EXPECT_TRUE(readNpy(folder.file("old.npy")));
  EXPECT_EQ(std::filesystem::status(folder.file("old.npy")).permissions(), std::filesystem::perms(0640));
}
