//===- TreeText.h - Trees as the command line spells them -------------------===//
//
//   perfect:2,5      arity and height
//   chain:100        length
//   parents.npy      i32[V], -1 at roots; [B.., V] for a batch
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_TOOLS_ESPALIER_TREETEXT_H
#define ESPALIER_COMPILER_TOOLS_ESPALIER_TREETEXT_H

#include "runtime/Tree/TreeBatch.h"

#include <string>
#include <variant>

namespace espalier::tool {

/// Errors: another form, an unreadable file, and those of Tree and TreeBatch. `kind` is what parents may describe.
Result<std::variant<Tree, TreeBatch>> parseTree(const std::string &text, TreeKind kind);

/// One tree or forest of at most `mostVertices` vertices, which are counted before they are made.
Result<Tree> parseSmallTree(const std::string &text, int64_t mostVertices);

} // namespace espalier::tool

#endif
