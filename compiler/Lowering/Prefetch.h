//===- Prefetch.h - The rows of a vertex that comes later -------------------===//
//
// The order of a traversal is a table, so which rows come is known long before they are
// read; they lie all over the tensors, where no hardware finds a pattern.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_LOWERING_PREFETCH_H
#define ESPALIER_COMPILER_LOWERING_PREFETCH_H

#include "compiler/Lowering/Task.h"

namespace espalier::lowering {

class Visit;

/// Where the rows of a vertex lie that a visit of it, or of its parent, reads from other tensors than those that the
/// sweep defines. `later` is a visit of `body` (of the sweep, or a copy) that stands at this vertex and emits nothing
/// else.
llvm::SmallVector<View> rowsOf(Visit &later, mlir::Region &body, mlir::Value vertexArgument, mlir::Value vertex,
                               mlir::ValueRange handles);

/// Behind so many bytes the hardware has seen where a tile goes; of a page there are no more than the second.
constexpr int64_t kFirstBytes = 1024, kPageBytes = 4096;

/// Asks for the first bytes of a tile. `isFar`: they come from memory, and wait in the second cache (the first has room
/// for few requests under way).
void prefetch(mlir::OpBuilder &builder, mlir::Location loc, const View &tile, bool isWritten, bool isFar,
              int64_t firstBytes = kFirstBytes);

} // namespace espalier::lowering

#endif
