//===- FetchList.h - What is asked for bit by bit ---------------------------===//
//
// A core has few requests to memory under way: a burst of prefetches waits for itself,
// and memory rests while the core computes. Asked for a few lines at a time in the course
// of a computation, memory gives what it can, and costs next to nothing.
//
// A list is a line of 64-bit numbers:
//
//   where the next entry lies | where the list ends | address of a chunk, another, .. | of the list itself
//
// A chunk is four lines of memory. At its end the list stands still, on an entry that is always near.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_TARGET_CPU_FETCHLIST_H
#define ESPALIER_COMPILER_TARGET_CPU_FETCHLIST_H

#include "mlir/IR/Builders.h"

namespace espalier::cpu {

constexpr int64_t lineBytes = 64, chunkBytes = 4 * lineBytes;

/// Chunks of a run of memory; the last one may overlap the one before. 0 where it is shorter than a chunk.
constexpr int64_t numChunks(int64_t bytes) { return bytes < chunkBytes ? 0 : (bytes + chunkBytes - 1) / chunkBytes; }

/// Fills a list with entries, one after the other.
class FetchList {
public:
  FetchList(mlir::OpBuilder &builder, mlir::Location location, int64_t numEntries);

  /// A memref<?xi64> of static size.
  mlir::Value buffer() const { return list; }
  /// The run of so many bytes, at least a chunk, from an address (!llvm.ptr) on.
  void add(mlir::Value address, int64_t bytes);
  /// Such a run for each of `count` numbers; `addressOf` emits where it begins.
  void addEach(int64_t count, int64_t bytes, llvm::function_ref<mlir::Value(mlir::Value number)> addressOf);

private:
  void put(mlir::Value address, int64_t bytes, mlir::Value firstEntry);

  mlir::OpBuilder &builder;
  mlir::Location location;
  mlir::Value list;
  int64_t numFilled = 0;
};

/// Asks for the next chunk of the list at an address (!llvm.ptr).
void askForNext(mlir::OpBuilder &builder, mlir::Location location, mlir::Value list);
/// Asks for all that is left.
void askForRest(mlir::OpBuilder &builder, mlir::Location location, mlir::Value list);

} // namespace espalier::cpu

#endif
