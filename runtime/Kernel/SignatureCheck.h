//===- SignatureCheck.h - Whether a signature is consistent in itself -------===//
#ifndef ESPALIER_RUNTIME_KERNEL_SIGNATURECHECK_H
#define ESPALIER_RUNTIME_KERNEL_SIGNATURECHECK_H

#include "runtime/Error/Result.h"
#include "runtime/Kernel/Signature.h"

namespace espalier {

/// Signatures are stored beside code and read again: every row that another names must exist, each tensor, tree and
/// index is one parameter, and an extent refers to earlier extents only.
Result<void> checkSignature(const Signature &signature);

} // namespace espalier

#endif
