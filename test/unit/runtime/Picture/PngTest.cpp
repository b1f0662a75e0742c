//===- PngTest.cpp - PNG files: there and back, and broken ones -------------===//
#include "runtime/Picture/Png.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

using namespace espalier;
using namespace espalier::picture;

namespace {

std::string temporary(const std::string &name) { return testing::TempDir() + "espalier_picture_" + name; }

void put(const std::string &path, const std::string &bytes) { std::ofstream(path, std::ios::binary) << bytes; }

/// Every byte value in every channel somewhere.
Image sample(int64_t width, int64_t height) {
  Image image(width, height);
  for (int64_t i = 0; i < image.size().numPixels(); ++i)
    image.pixels[static_cast<size_t>(i)] = {static_cast<float>(i % 256) / 255, static_cast<float>(i * 7 % 256) / 255,
                                            static_cast<float>(i * 31 % 256) / 255};
  return image;
}

} // namespace

TEST(Png, RoundTrip) {
  for (Size size : {Size{1, 1}, Size{1, 7}, Size{7, 1}, Size{16, 17}, Size{64, 33}}) {
    std::string path = temporary("round.png");
    Image image = sample(size.width, size.height);
    Result<void> written = writePng(path, image);
    ASSERT_TRUE(written) << written.error().message;
    Result<Image> back = readPng(path);
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(back->size(), size);
    EXPECT_EQ(back->pixels, image.pixels);
    std::filesystem::remove(path);
  }
}

TEST(Png, EveryCutOffFileIsRefused) {
  Result<std::string> bytes = encodePng(sample(9, 5));
  ASSERT_TRUE(bytes);
  std::string path = temporary("cut.png");
  // The last 12 bytes mark the end of the file; a reader that has all pixels may do without them.
  for (size_t length = 0; length + 12 < bytes->size(); length += length < 60 ? 1 : 7) {
    put(path, bytes->substr(0, length));
    Result<Image> image = readPng(path);
    ASSERT_FALSE(image) << length << " of " << bytes->size() << " bytes";
    EXPECT_NE(image.error().message.find(path), std::string::npos) << image.error().message;
  }
  std::filesystem::remove(path);
}

TEST(Png, DamagedFilesNeverCrash) {
  Result<std::string> bytes = encodePng(sample(9, 5));
  ASSERT_TRUE(bytes);
  std::string path = temporary("damaged.png");
  int numRefused = 0;
  for (size_t i = 0; i < bytes->size(); ++i) {
    std::string damaged = *bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x5a);
    put(path, damaged);
    numRefused += !readPng(path);
  }
  EXPECT_GT(numRefused, 40); // the signature, the header, its checksum, the data
  std::filesystem::remove(path);
}

TEST(Png, WhatIsNoPng) {
  EXPECT_FALSE(readPng(temporary("absent.png")));
  EXPECT_FALSE(readPng(testing::TempDir()));
  EXPECT_FALSE(readPng("/dev/zero"));
  std::string path = temporary("text.png");
  put(path, "P6 1 1 255 abc");
  Result<Image> image = readPng(path);
  ASSERT_FALSE(image);
  EXPECT_NE(image.error().message.find("not a PNG image"), std::string::npos) << image.error().message;
  std::filesystem::remove(path);
}

TEST(Png, SizesAreChecked) {
  EXPECT_FALSE(checkSize({0, 5}));
  EXPECT_FALSE(checkSize({5, -1}));
  EXPECT_TRUE(checkSize({16384, 4096}));
  EXPECT_FALSE(checkSize({16384, 4097}));
  EXPECT_FALSE(checkSize({16385, 1}));
  EXPECT_FALSE(checkSize({INT64_MAX, INT64_MAX}));
  EXPECT_FALSE(encodePng(Image()));
  EXPECT_FALSE(Image::make({100000, 100000}));
}

TEST(Png, NothingHalfWritten) {
  Result<void> written = writePng(temporary("no/such/folder.png"), sample(2, 2));
  ASSERT_FALSE(written);
  std::string path = temporary("kept.png");
  put(path, "kept");
  EXPECT_FALSE(writePng(path, Image()));
  std::string kept;
  std::ifstream(path) >> kept;
  EXPECT_EQ(kept, "kept");
  std::filesystem::remove(path);
}
