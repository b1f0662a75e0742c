//===- TreeDialect.cpp - Registration of the tree dialect -------------------===//
#include "dialects/Tree/IR/TreeDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/OpImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

#include "dialects/Tree/IR/TreeDialect.cpp.inc"
#include "dialects/Tree/IR/TreeEnums.cpp.inc"

#define GET_TYPEDEF_CLASSES
#include "dialects/Tree/IR/TreeTypes.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/Tree/IR/TreeAttributes.cpp.inc"

/// `[sum, max]`
static mlir::ParseResult parseReductionKinds(mlir::OpAsmParser &parser, mlir::ArrayAttr &kinds) {
  llvm::SmallVector<mlir::Attribute> found;
  auto parseKind = [&]() -> mlir::ParseResult {
    llvm::StringRef word;
    llvm::SMLoc where = parser.getCurrentLocation();
    if (parser.parseKeyword(&word))
      return mlir::failure();
    std::optional<espalier::tile::ReductionKind> kind = espalier::tile::symbolizeReductionKind(word);
    if (!kind)
      return parser.emitError(where, "expected sum, max, min or logsumexp, found '") << word << "'";
    found.push_back(espalier::tile::ReductionKindAttr::get(parser.getContext(), *kind));
    return mlir::success();
  };
  if (parser.parseCommaSeparatedList(mlir::AsmParser::Delimiter::Square, parseKind))
    return mlir::failure();
  kinds = mlir::ArrayAttr::get(parser.getContext(), found);
  return mlir::success();
}

static void printReductionKinds(mlir::OpAsmPrinter &printer, mlir::Operation *, mlir::ArrayAttr kinds) {
  printer << '[';
  llvm::interleaveComma(
      kinds.getAsRange<espalier::tile::ReductionKindAttr>(), printer,
      [&](espalier::tile::ReductionKindAttr kind) { printer << stringifyReductionKind(kind.getValue()); });
  printer << ']';
}

#define GET_OP_CLASSES
#include "dialects/Tree/IR/TreeOps.cpp.inc"

using namespace espalier::tree;

void TreeDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/Tree/IR/TreeOps.cpp.inc"
      >();
  addTypes<
#define GET_TYPEDEF_LIST
#include "dialects/Tree/IR/TreeTypes.cpp.inc"
      >();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/Tree/IR/TreeAttributes.cpp.inc"
      >();
}

SweepOp ReadOp::getSweep() { return (*this)->getParentOfType<SweepOp>(); }

bool ReadOp::isBatched() {
  auto tile = mlir::dyn_cast<mlir::RankedTensorType>(getType());
  int64_t tileRank = tile ? tile.getRank() : 0;
  return mlir::cast<mlir::RankedTensorType>(getTensor().getType()).getRank() > tileRank + int64_t(getIndices().size());
}

mlir::Operation *TreeDialect::materializeConstant(mlir::OpBuilder &builder, mlir::Attribute value, mlir::Type type,
                                                  mlir::Location loc) {
  return mlir::arith::ConstantOp::materialize(builder, value, type, loc);
}
