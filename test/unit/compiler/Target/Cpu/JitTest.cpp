//===- JitTest.cpp - Objects, symbols and errors of the linker --------------===//
#include "CompiledKernel.h"

#include "compiler/Target/Cpu/Cpu.h"

#include <gtest/gtest.h>

#include <thread>

using namespace espalier;
using namespace espalier::test;

static const char *twice = R"(
func.func @twice(%x: memref<1xf32>) {
  %c0 = arith.constant 0 : index
  %v = memref.load %x[%c0] : memref<1xf32>
  %w = arith.addf %v, %v : f32
  memref.store %w, %x[%c0] : memref<1xf32>
  return
})";

TEST(Jit, ObjectIsLoadedAgain) {
  auto code = compile(twice);
  ASSERT_TRUE(code) << code.error().message;
  auto again = cpu::loadObject(code->object, "twice");
  ASSERT_TRUE(again) << again.error().message;
  float x = 3;
  call(*code, {&x});
  code->keepAlive.reset(); // the first is unloaded, the second lives
  call(*again, {&x});
  EXPECT_EQ(x, 12);
}

TEST(Jit, DamagedObjectsAreErrors) {
  auto code = compile(twice);
  ASSERT_TRUE(code);
  EXPECT_FALSE(cpu::loadObject("", "twice"));
  EXPECT_FALSE(cpu::loadObject("not an object", "twice"));
  EXPECT_FALSE(cpu::loadObject(code->object.substr(0, 100), "twice"));
  auto unknown = cpu::loadObject(code->object, "thrice");
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().message.find("thrice"), std::string::npos);
}

// A kernel that calls what is not on the list is refused when it is linked.
TEST(Jit, SymbolsOutsideTheListAreErrors) {
  auto code = compile(R"(
func.func private @system()
func.func @escape() {
  func.call @system() : () -> ()
  return
})");
  ASSERT_FALSE(code);
  EXPECT_NE(code.error().message.find("system"), std::string::npos) << code.error().message;
}

TEST(Jit, RefusedKernelsAreErrors) {
  auto lacksShape = compile("func.func @f(%x: memref<?xf32>) { return }");
  ASSERT_FALSE(lacksShape);
  EXPECT_NE(lacksShape.error().message.find("tile.shape"), std::string::npos) << lacksShape.error().message;
  auto scalar = compile("func.func @f(%x: f32) { return }");
  ASSERT_FALSE(scalar);
  EXPECT_NE(scalar.error().message.find("no row of a call"), std::string::npos) << scalar.error().message;
  EXPECT_FALSE(compile("func.func @f() { return }\nfunc.func @g() { return }"));
}

TEST(Jit, ManyThreadsCompileAtOnce) {
  auto code = compile(twice);
  ASSERT_TRUE(code);
  std::vector<std::thread> threads;
  std::vector<float> results(8, 1);
  for (float &result : results)
    threads.emplace_back([&] {
      for (int i = 0; i < 10; ++i) {
        auto loaded = cpu::loadObject(code->object, "twice");
        if (loaded)
          call(*loaded, {&result});
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  for (float result : results)
    EXPECT_EQ(result, 1024);
}
