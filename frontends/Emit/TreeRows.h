//===- TreeRows.h - The rows of Signature::trees ----------------------------===//
//
// In this order: trees that the caller passes; those that sizes define or a parameter holds, which the runtime builds
// before the kernel runs; those that the kernel grows from what it computes.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_FRONTENDS_EMIT_TREEROWS_H
#define ESPALIER_FRONTENDS_EMIT_TREEROWS_H

#include "frontends/Emit/ExtentTable.h"

namespace espalier::emission {

/// The row of what a tensor is a view of; itself if it is none.
int32_t baseOf(const sema::Kernel &kernel, int32_t tensor);

/// Whether the kernel builds the tree while it runs. The number of its leaves is then no size.
bool isGrown(const sema::Kernel &kernel, const sema::Tree &tree);

/// The row of each of kernel.trees.
std::vector<int32_t> treeRows(const sema::Kernel &kernel);

/// What the signature says of a tree. `position`: where the program builds it.
TreeSpec treeSpec(const sema::Kernel &kernel, const sema::Tree &tree, ExtentTable &extents, std::string position);

} // namespace espalier::emission

#endif
