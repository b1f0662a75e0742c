//===- SpecialisationTableTest.cpp - Each key is made once ------------------===//
#include "compiler/Driver/SpecialisationTable.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

namespace espalier {
namespace {

class Nothing final : public KernelCode {
public:
  explicit Nothing(std::string name) { description.kernel = std::move(name); }
  const Signature &signature() const override { return description; }
  Result<std::vector<Tensor>> call(std::span<const Argument>) const override { return std::vector<Tensor>(); }
  Result<void> callInto(std::span<const Argument>, std::span<const Tensor>) const override { return {}; }

private:
  Signature description;
};

TEST(SpecialisationTable, ManyThreadsMakeOneKernel) {
  SpecialisationTable table;
  std::atomic<int> numMade = 0;
  std::vector<std::thread> threads;
  std::atomic<int> numRight = 0;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&, i] {
      std::string key = i % 2 ? "odd" : "even";
      Result<LoadedKernel> kernel = table.get(key, [&]() -> Result<LoadedKernel> {
        ++numMade;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        return LoadedKernel(std::make_shared<Nothing>(key));
      });
      numRight += kernel && kernel->signature().kernel == key;
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(numMade, 2);
  EXPECT_EQ(numRight, 8);
}

TEST(SpecialisationTable, WhatWasRefusedStaysRefused) {
  SpecialisationTable table;
  int numTries = 0;
  auto make = [&]() -> Result<LoadedKernel> {
    ++numTries;
    return Error::of("no");
  };
  EXPECT_FALSE(table.get("key", make));
  EXPECT_EQ(table.get("key", make).error().message, "no");
  EXPECT_EQ(numTries, 1);
}

} // namespace
} // namespace espalier
