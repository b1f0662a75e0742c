//===- Lanes.h - Moving vectors between lines and registers -----------------===//
//
// A piece is a run of up to one register of lanes along an axis. An axis of size 37
// with 16 lanes is cut into 16, 16 and a masked 8 of which 5 are active.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_COMPILER_TARGET_CPU_LANES_H
#define ESPALIER_COMPILER_TARGET_CPU_LANES_H

#include "compiler/Target/Cpu/CpuTarget.h"
#include "compiler/Target/Cpu/FlatBuffer.h"

namespace espalier::cpu {

struct Piece {
  int64_t offset = 0; // along the axis
  int64_t width = 1;  // lanes of the vector, a power of two; 0 for a scalar
  int64_t active = 1; // leading lanes that exist
  mlir::Value mask;   // instead of `active`, for a size that is not known now: vector<width x i1>

  bool isScalar() const { return width == 0; }
  bool isMasked() const { return mask || active < width; }
  /// E, or vector<width x E>.
  mlir::Type type(mlir::Type element) const;
};

/// The piece that stands for one element.
inline Piece scalarPiece() { return {0, 0, 0, {}}; }

/// Cuts `size` elements of `bytes` each, whole registers first. Masks are used where the target has them for this size
/// of element, else ever narrower vectors.
llvm::SmallVector<Piece> cut(int64_t size, int64_t lanes, int64_t bytes, const CpuTarget &target);

/// Emits vector code at the builder's position. Indices count elements of a line.
class LaneBuilder {
public:
  LaneBuilder(mlir::OpBuilder &builder, mlir::Location location) : builder(builder), location(location) {}

  /// The elements index, index + stride, .. of a line as a vector (or scalar). Inactive lanes hold anything for stride
  /// 0, else 0.
  mlir::Value load(const FlatBuffer &buffer, Amount index, Amount stride, const Piece &piece);
  void store(mlir::Value value, const FlatBuffer &buffer, Amount index, Amount stride, const Piece &piece);
  mlir::Value broadcast(mlir::Value scalar, const Piece &piece);
  /// A constant of type E, or a vector of it.
  mlir::Value constant(mlir::Attribute scalar, mlir::Type element, const Piece &piece);
  /// The mask of the active lanes; null if all are.
  mlir::Value mask(const Piece &piece);
  /// `value` in active lanes, `other` elsewhere.
  mlir::Value selectActive(mlir::Value value, mlir::Value other, const Piece &piece);
  /// first + 0, 1, 2, .. as vector<width x index>.
  mlir::Value positions(mlir::Value first, const Piece &piece);

  /// The sum over the lanes of each of up to `width` vectors: a number, or a vector of as many sums, the next power of
  /// two, in order.
  mlir::Value sumLanes(llvm::ArrayRef<mlir::Value> vectors);

private:
  mlir::Value loadElement(const FlatBuffer &buffer, Amount index);
  void storeElement(mlir::Value value, const FlatBuffer &buffer, Amount index);
  mlir::Value gather(const FlatBuffer &buffer, Amount index, Amount stride, const Piece &piece);
  void scatter(mlir::Value value, const FlatBuffer &buffer, Amount index, Amount stride, const Piece &piece);
  /// Between what lies in memory and what is computed with: i8 and i1, i64 and index.
  mlir::Value fromStored(mlir::Value value, const FlatBuffer &buffer, const Piece &piece);
  mlir::Value toStored(mlir::Value value, const FlatBuffer &buffer, const Piece &piece);
  mlir::Value steps(Amount stride, const Piece &piece);
  mlir::Value shuffle(mlir::Value a, mlir::Value b, llvm::function_ref<int64_t(int64_t)> lane, int64_t width);

  mlir::OpBuilder &builder;
  mlir::Location location;
};

} // namespace espalier::cpu

#endif
