//===- ReportTest.cpp - Of several faults the least is kept -----------------===//
#include "runtime/ABI/CallState.h"
#include "runtime/ABI/Symbols.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <thread>
#include <vector>

using namespace espalier;

TEST(Report, keepsTheLeastWhateverTheOrder) {
  std::vector<Fault> faults;
  for (int64_t location : {1, 2})
    for (int64_t batch : {0, 5})
      for (int64_t position : {-1, 3})
        for (int64_t value : {7, 8})
          faults.push_back({location, batch, position, ESPALIER_FAULT_OUT_OF_RANGE, value, 4});
  std::mt19937 random(1);
  for (int round = 0; round < 50; ++round) {
    std::shuffle(faults.begin(), faults.end(), random);
    CallState state;
    espalier_call call{nullptr, nullptr, nullptr, &state};
    EXPECT_FALSE(state.fault());
    for (const Fault &fault : faults)
      espalier_report(&call, fault.kind, fault.location, fault.batch, fault.position, fault.value, fault.limit);
    EXPECT_EQ(*state.fault(), (Fault{1, 0, -1, ESPALIER_FAULT_OUT_OF_RANGE, 7, 4}));
  }
}

TEST(Report, fromManyThreads) {
  CallState state;
  espalier_call call{nullptr, nullptr, nullptr, &state};
  std::vector<std::thread> threads;
  for (int64_t thread = 0; thread < 8; ++thread)
    threads.emplace_back([&call, thread] {
      for (int64_t i = 1000; i-- > 0;)
        espalier_report(&call, ESPALIER_FAULT_SINGULAR, 0, i, thread, 0, 0);
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(*state.fault(), (Fault{0, 0, 0, ESPALIER_FAULT_SINGULAR, 0, 0}));
}

TEST(Symbols, areTheFunctionsOfTheABI) {
  const std::map<std::string_view, void *> functions = {
      {"espalier_parallel_for", reinterpret_cast<void *>(&espalier_parallel_for)},
      {"espalier_report", reinterpret_cast<void *>(&espalier_report)},
      {"espalier_list_edges", reinterpret_cast<void *>(&espalier_list_edges)},
      {"espalier_build_trees", reinterpret_cast<void *>(&espalier_build_trees)},
      {"espalier_solve_f32", reinterpret_cast<void *>(&espalier_solve_f32)},
      {"espalier_solve_f64", reinterpret_cast<void *>(&espalier_solve_f64)},
  };
  std::map<std::string_view, void *> symbols;
  for (const Symbol &symbol : abiSymbols())
    symbols[symbol.name] = symbol.address;
  EXPECT_EQ(symbols, functions);
}
