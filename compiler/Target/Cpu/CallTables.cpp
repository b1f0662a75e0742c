//===- CallTables.cpp - Arguments of a kernel as loads from its call --------===//
#include "compiler/Target/Cpu/CallTables.h"

#include "dialects/Tree/IR/TreeDialect.h"
#include "runtime/ABI/ABI.h"

#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

#include <cstddef>

using namespace mlir;

namespace espalier::cpu {

/// tile.shape of an argument, or the static shape of its type; failure if a dynamic axis has no row.
static FailureOr<SmallVector<int64_t>> shapeOfArgument(func::FuncOp kernel, unsigned argument) {
  auto type = cast<MemRefType>(kernel.getArgument(argument).getType());
  if (auto shape = kernel.getArgAttrOfType<DenseI64ArrayAttr>(argument, "tile.shape")) {
    if (shape.size() != type.getRank())
      return kernel.emitError("tile.shape of argument ")
             << argument << " has " << shape.size() << " entries, its type " << type.getRank() << " axes";
    return SmallVector<int64_t>(shape.asArrayRef());
  }
  if (!type.hasStaticShape())
    return kernel.emitError("argument ") << argument << " of type " << type << " has no tile.shape";
  return SmallVector<int64_t>(type.getShape());
}

FailureOr<CallTables> CallTables::of(func::FuncOp kernel) {
  CallTables tables;
  int64_t numTrees = 0, numBuffers = 0, numExtents = 0;
  for (auto [i, type] : llvm::enumerate(kernel.getArgumentTypes())) {
    if (isa<tree::TreeType>(type)) {
      tables.rows.push_back({type, numTrees++, {}});
    } else if (type.isIndex()) {
      tables.rows.push_back({type, numExtents++, {}});
    } else if (auto buffer = dyn_cast<MemRefType>(type); buffer && buffer.getLayout().isIdentity()) {
      auto shape = shapeOfArgument(kernel, i);
      if (failed(shape))
        return failure();
      tables.rows.push_back({type, numBuffers++, *shape});
    } else {
      return kernel.emitError("argument ") << i << " of type " << type << " is no row of a call";
    }
  }
  return tables;
}

namespace {
/// Emits loads of one call's tables.
struct TableReader {
  OpBuilder &builder;
  Location location;
  Value call;
  Type pointer = LLVM::LLVMPointerType::get(builder.getContext());

  Value load(Type type, Value base, Type element, int64_t index) {
    Value address = LLVM::GEPOp::create(builder, location, pointer, element, base,
                                        ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(index)});
    auto load = LLVM::LoadOp::create(builder, location, type, address);
    load.setInvariant(true); // nobody writes the tables during a call
    return load;
  }
  Value table(size_t offset) { return load(pointer, call, builder.getI8Type(), offset); }
  Value extent(int64_t row) {
    return load(builder.getI64Type(), table(offsetof(espalier_call, extents)), builder.getI64Type(), row);
  }
};
} // namespace

/// A descriptor of a dense row-major buffer.
static Value describe(TableReader &reader, MemRefType type, Value data, ArrayRef<int64_t> shape) {
  OpBuilder &builder = reader.builder;
  Location location = reader.location;
  LLVMTypeConverter converter(builder.getContext());
  auto descriptor = MemRefDescriptor::poison(builder, location, converter.convertType(type));
  descriptor.setAllocatedPtr(builder, location, data);
  descriptor.setAlignedPtr(builder, location, data);
  descriptor.setConstantOffset(builder, location, 0);
  Value stride = LLVM::ConstantOp::create(builder, location, builder.getI64Type(), 1);
  for (int64_t axis = type.getRank() - 1; axis >= 0; --axis) {
    Value size = shape[axis] < 0 ? reader.extent(-1 - shape[axis])
                                 : LLVM::ConstantOp::create(builder, location, builder.getI64Type(), shape[axis]);
    descriptor.setSize(builder, location, axis, size);
    descriptor.setStride(builder, location, axis, stride);
    if (axis > 0)
      stride = LLVM::MulOp::create(builder, location, stride, size);
  }
  return UnrealizedConversionCastOp::create(builder, location, type, Value(descriptor)).getResult(0);
}

Value CallTables::load(OpBuilder &builder, Location location, Value call, unsigned argument) const {
  const Row &row = rows[argument];
  TableReader reader{builder, location, call};
  if (row.type.isIndex())
    return arith::IndexCastOp::create(builder, location, row.type, reader.extent(row.row));
  if (auto type = dyn_cast<MemRefType>(row.type))
    return describe(
        reader, type,
        reader.load(reader.pointer, reader.table(offsetof(espalier_call, buffers)), reader.pointer, row.row),
        row.shape);
  Value trees = LLVM::GEPOp::create(builder, location, reader.pointer, builder.getI8Type(),
                                    reader.table(offsetof(espalier_call, trees)),
                                    ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(row.row * sizeof(espalier_trees))});
  return UnrealizedConversionCastOp::create(builder, location, row.type, trees).getResult(0);
}

} // namespace espalier::cpu
