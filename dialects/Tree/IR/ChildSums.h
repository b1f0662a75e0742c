//===- ChildSums.h - Sums to which each child adds by itself ----------------===//
#ifndef ESPALIER_DIALECTS_TREE_IR_CHILDSUMS_H
#define ESPALIER_DIALECTS_TREE_IR_CHILDSUMS_H

#include "dialects/Tree/IR/TreeDialect.h"

namespace espalier::tree {

/// Whether what a reduction over the children of the visited vertex takes from each of them depends on the child alone:
/// on tensors and on what the sweep defines, read there, and on what is the same at all vertices; without products,
/// and without anything that could be a fault. It may then be evaluated where the child is visited, after what is
/// defined there: a traversal in post-order meets the children in their order. Of a sweep `up` a tree that is no chain.
///
/// Such a reduction begins with the neutral element wherever it is evaluated, so that its bits do not depend on that.
bool isMadeByChildren(ReduceOp op);

/// Whether a read finds the visited vertex at its index where sums are made by children: the vertex itself, or a child
/// that adds to such a sum.
bool isAtVisited(ReadOp read);

} // namespace espalier::tree

#endif
