//===- CpuTarget.h - What the lowering asks of the machine ------------------===//
//
// Passes ask these questions; none of them tests for a vendor or a feature by name.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_TARGET_CPU_CPUTARGET_H
#define ESPALIER_COMPILER_TARGET_CPU_CPUTARGET_H

#include <cstdint>
#include <string>

namespace espalier::cpu {

struct CpuTarget {
  std::string triple, name, features; // as LLVM spells them
  int64_t vectorBytes = 16;           // of one register
  int64_t vectorRegisters = 16;
  int64_t secondCacheBytes = 1 << 20; // of one core
  int64_t cores = 1;                  // that run at the same time
  bool fusedMultiplyAdd = false;
  bool maskedVectors = false;  // masked loads and stores of 4- and 8-byte elements are one instruction each
  bool permutesLanes = false;  // the lanes of 64 bytes in an order that a vector says is one instruction (vpermps)
  bool comparesSizes = false;  // the larger of |x| and |y| in each lane of 64 bytes is one instruction (vrangeps)
  bool vectorScale = false;    // x * 2^floor(y) on 16 floats is one instruction (vscalefps)
  bool bfloatRounding = false; // f32 -> bf16 is one instruction

  /// The machine that this process runs on. Asked once.
  static const CpuTarget &host();

  /// Elements of one register.
  int64_t lanes(int64_t elementBytes) const { return vectorBytes / elementBytes; }
  /// Equal keys: equal code. Part of the key of every cached object.
  std::string key() const { return triple + "/" + name + "/" + features; }
};

} // namespace espalier::cpu

#endif
