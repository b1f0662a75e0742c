//===- CpuTarget.cpp - The machine that this process runs on ----------------===//
#include "compiler/Target/Cpu/CpuTarget.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/SubtargetFeature.h"

#include <algorithm>
#include <thread>
#include <unistd.h>

using namespace espalier::cpu;

static CpuTarget detect() {
  llvm::StringMap<bool> has = llvm::sys::getHostCPUFeatures();
  llvm::SubtargetFeatures features;
  llvm::SmallVector<llvm::StringRef> names;
  for (auto &feature : has)
    names.push_back(feature.first());
  llvm::sort(names); // the order of a StringMap is not fixed, and the features are part of a key
  for (llvm::StringRef name : names)
    features.AddFeature(name, has.lookup(name));

  CpuTarget target;
  target.triple = llvm::sys::getProcessTriple();
  target.name = llvm::sys::getHostCPUName().str();
  target.features = features.getString();
  bool avx512 = has.lookup("avx512f") && has.lookup("avx512vl") && has.lookup("avx512bw") && has.lookup("avx512dq");
  target.vectorBytes = avx512 ? 64 : has.lookup("avx2") ? 32 : 16;
  target.vectorRegisters = avx512 || has.lookup("neon") ? 32 : 16;
  target.fusedMultiplyAdd = has.lookup("fma") || has.lookup("neon");
  target.maskedVectors = avx512 || has.lookup("avx2");
  target.vectorScale = avx512;
  target.permutesLanes = avx512;
  target.comparesSizes = avx512;
#ifdef _SC_LEVEL2_CACHE_SIZE
  if (long bytes = sysconf(_SC_LEVEL2_CACHE_SIZE); bytes > 0)
    target.secondCacheBytes = bytes;
#endif
  target.cores = std::max<int64_t>(1, std::thread::hardware_concurrency());
  target.bfloatRounding = has.lookup("avx512bf16") && avx512;
  return target;
}

const CpuTarget &CpuTarget::host() {
  static const CpuTarget target = detect();
  return target;
}
