//===- FaultText.h - What a kernel reported, in words -----------------------===//
#ifndef ESPALIER_RUNTIME_KERNEL_FAULTTEXT_H
#define ESPALIER_RUNTIME_KERNEL_FAULTTEXT_H

#include "runtime/ABI/CallState.h"
#include "runtime/Error/Result.h"
#include "runtime/Kernel/Signature.h"

#include <span>
#include <string>

namespace espalier {

/// "batch 3", "batch (1, 0)": an element of the batch, counted along all its axes; nothing where the call has none.
std::string batchText(int64_t batch, std::span<const int64_t> batchShape);

/// "myo.esp:7:16: S is numerically singular at batch 0, vertex 3".
Error faultError(const Signature &signature, const Fault &fault, std::span<const int64_t> extents,
                 std::span<const int64_t> batchShape);

} // namespace espalier

#endif
