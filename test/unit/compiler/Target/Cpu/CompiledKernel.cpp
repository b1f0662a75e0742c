//===- CompiledKernel.cpp - Mid-level text, compiled and called -------------===//
#include "CompiledKernel.h"

#include "compiler/Target/Cpu/Cpu.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdlib>

namespace espalier::test {

float fromBFloat(uint16_t bits) { return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16); }

uint16_t toBFloat(float value) {
  uint32_t bits = std::bit_cast<uint32_t>(value);
  if (std::isnan(value))
    return static_cast<uint16_t>(bits >> 16 | 0x40);
  return static_cast<uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

static mlir::MLIRContext &context() {
  static mlir::MLIRContext *context = [] {
    mlir::DialectRegistry registry;
    cpu::registerCpuDialects(registry);
    auto *created = new mlir::MLIRContext(registry, mlir::MLIRContext::Threading::DISABLED);
    created->loadAllAvailableDialects();
    return created;
  }();
  return *context;
}

/// The machine that ESPALIER_TEST_CPU names: code for older ones runs on newer ones.
static cpu::CpuTarget testedTarget() {
  cpu::CpuTarget target = cpu::CpuTarget::host();
  const char *name = std::getenv("ESPALIER_TEST_CPU");
  if (!name || std::string_view(name) == "host")
    return target;
  bool isHaswell = std::string_view(name) == "haswell";
  target.name = name;
  target.features.clear();
  target.vectorBytes = isHaswell ? 32 : 16;
  target.vectorRegisters = 16;
  target.fusedMultiplyAdd = target.maskedVectors = isHaswell;
  target.vectorScale = target.bfloatRounding = target.permutesLanes = false;
  return target;
}

Result<cpu::JitCode> compile(const std::string &text) {
  auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context());
  if (!module)
    return Error::of("the text of the test has an error");
  cpu::CpuOptions options;
  options.verify = true;
  options.target = testedTarget();
  return cpu::compileMidLevel(*module, options);
}

std::optional<Fault> call(const cpu::JitCode &code, const std::vector<void *> &buffers,
                          const std::vector<int64_t> &extents, const std::vector<espalier_trees> &trees) {
  CallState state;
  espalier_call call{buffers.data(), extents.data(), trees.data(), &state};
  code.entry(&call);
  return state.fault();
}

std::optional<Fault> run(const std::string &text, const std::vector<void *> &buffers,
                         const std::vector<int64_t> &extents, const std::vector<espalier_trees> &trees) {
  Result<cpu::JitCode> code = compile(text);
  if (!code) {
    ADD_FAILURE() << code.error().message << "\n" << text;
    return {};
  }
  return call(*code, buffers, extents, trees);
}

std::string oneTask(std::string_view arguments, std::string_view body, std::string_view aliases) {
  return fmt::format("{}\nfunc.func @kernel({}) {{\n  scf.forall (%task) in (1) {{\n{}\n  }} {{tile.grain = 1 : i64, "
                     "mapping = [#tile.level<grid>]}}\n  return\n}}\n",
                     aliases, arguments, body);
}

std::vector<int64_t> sizesUpTo(int64_t last) {
  std::vector<int64_t> sizes;
  for (int64_t size = 1; size <= std::min<int64_t>(last, 66); ++size)
    sizes.push_back(size);
  for (int64_t size : {67, 71, 79, 97, 101, 127, 128, 129, 131, 1024})
    if (size <= last)
      sizes.push_back(size);
  return sizes;
}

} // namespace espalier::test
