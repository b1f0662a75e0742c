//===- FaultText.h - What a kernel reported, in words -----------------------===//
#ifndef ESPALIER_RUNTIME_KERNEL_FAULTTEXT_H
#define ESPALIER_RUNTIME_KERNEL_FAULTTEXT_H

#include "runtime/ABI/CallState.h"
#include "runtime/Error/Result.h"
#include "runtime/Kernel/Signature.h"

#include <span>

namespace espalier {

/// "myo.esp:7:16: S is numerically singular at batch 0, vertex 3".
Error faultError(const Signature &signature, const Fault &fault, std::span<const int64_t> extents,
                 std::span<const int64_t> batchShape);

} // namespace espalier

#endif
