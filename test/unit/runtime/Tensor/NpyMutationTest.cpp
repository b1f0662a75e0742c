//===- NpyMutationTest.cpp - Damaged files never crash the reader -----------===//
#include "NpyFiles.h"

#include <gtest/gtest.h>

#include <random>

using namespace espalier;

TEST(NpyMutation, randomBytes) {
  ScratchFolder folder;
  std::mt19937 random(5);
  auto below = [&](size_t limit) { return std::uniform_int_distribution<size_t>(0, limit - 1)(random); };
  const std::string wholes[] = {
      npyBytes(npyHeader("<f4", "(3, 2)"), std::string(24, '\1')),
      npyBytes(npyHeader("<i8", "(2,)", true), std::string(16, '\0')),
      npyBytes(npyHeader(">f2", "(2, 1, 2)", true), std::string(8, '\2')),
      npyBytes(npyHeader("|b1", "()"), std::string(1, '\1')),
  };
  // Symbols of the header's grammar reach further into the reader than random bytes do.
  const std::string symbols = "{}()[]'\",:0123456789<>|=-fibO\n\\ TrueFalse";
  int accepted = 0, refused = 0;
  for (int round = 0; round < 4000; ++round) {
    std::string bytes = wholes[below(std::size(wholes))];
    for (size_t changes = 1 + below(4); changes-- > 0;) {
      size_t place = below(bytes.size());
      switch (below(4)) {
      case 0:
        bytes[place] = static_cast<char>(below(256));
        break;
      case 1:
        bytes[place] = symbols[below(symbols.size())];
        break;
      case 2:
        bytes.erase(place, 1 + below(5));
        break;
      case 3:
        bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(place), symbols[below(symbols.size())]);
        break;
      }
      if (bytes.empty())
        bytes.assign(1, 'x');
    }
    Result<Tensor> tensor = readNpy(folder.write("x.npy", bytes));
    if (tensor) {
      ++accepted;
      EXPECT_LE(tensor->numBytes(), static_cast<int64_t>(bytes.size()));
    } else {
      ++refused;
      EXPECT_FALSE(tensor.error().message.empty());
    }
  }
  // Changed elements are as good as any; most other damage is seen.
  EXPECT_GT(accepted, 30);
  EXPECT_GT(refused, 2000);
}
