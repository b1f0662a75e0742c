//===- LowerFetches.cpp - Prefetches, while a solve computes if they can ----===//
//
//   tile.fetch_rows %B .. of 64                 fill %list with the chunks of these rows and of the tile
//   tile.solve_into ..                    ->    tile.solve_into .. fetching %list
//   tile.fetch %W : memref<4096xf32>
//
// What is long enough goes into the list of the largest solve beside it. What is left is
// a burst of prefetches here; rows are left to the moves beside them (LowerRows.cpp).
//===----------------------------------------------------------------------===//
#include "compiler/Target/Cpu/FetchList.h"
#include "compiler/Target/Cpu/FlatBuffer.h"
#include "compiler/Target/Cpu/Lanes.h"
#include "compiler/Target/Cpu/Passes.h"

#include "dialects/Tile/IR/TileDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace espalier::cpu {

namespace {

struct LowerFetches : PassWrapper<LowerFetches, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LowerFetches)
  StringRef getArgument() const override { return "cpu-lower-fetches"; }
  StringRef getDescription() const override {
    return "Long fetches become a list that a solve beside them asks for, others bursts of prefetches";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, LLVM::LLVMDialect, memref::MemRefDialect, scf::SCFDialect>();
  }
  void runOnOperation() override;
};

/// Of one tile no more than that is asked for: behind it the hardware has seen where the tile goes.
constexpr int64_t mostBytes = 4096;

/// Fewer equations are solved before memory has answered (measured: three lose 4 % to a list).
constexpr int64_t leastEquations = 4;

/// Runs of memory: one, or one for each of several rows.
struct Runs {
  int64_t count = 0, bytes = 0;

  static Runs of(Operation *op);
  int64_t numEntries() const { return count * numChunks(bytes); }
};

} // namespace

/// None of what is no fetch, or lies in pieces that are shorter than a chunk.
Runs Runs::of(Operation *op) {
  if (auto rows = dyn_cast<tile::FetchRowsOp>(op)) {
    int64_t bytes =
        int64_t(rows.getElements()) * elementBytes(cast<MemRefType>(rows.getFrom().getType()).getElementType());
    return {cast<MemRefType>(rows.getRows().getType()).getDimSize(0), std::min(bytes, mostBytes)};
  }
  auto fetch = dyn_cast<tile::FetchOp>(op);
  auto type = fetch ? cast<MemRefType>(fetch.getTile().getType()) : MemRefType();
  if (!type || !type.hasStaticShape())
    return {};
  // Dense, whatever the order of the axes.
  SmallVector<std::pair<int64_t, int64_t>> axes;
  for (auto [size, stride] : llvm::zip_equal(type.getShape(), type.getStridesAndOffset().first))
    if (size != 1)
      axes.push_back({stride, size});
  llvm::sort(axes);
  int64_t elements = 1;
  for (auto [stride, size] : axes) {
    if (stride != elements)
      return {};
    elements *= size;
  }
  return {1, std::min(elements * elementBytes(type.getElementType()), mostBytes)};
}

static void add(OpBuilder &builder, FetchList &list, Operation *op) {
  Runs runs = Runs::of(op);
  Location location = op->getLoc();
  if (auto fetch = dyn_cast<tile::FetchOp>(op))
    return list.add(FlatBuffer::of(builder, location, fetch.getTile()).line, runs.bytes);
  auto rows = cast<tile::FetchRowsOp>(op);
  FlatBuffer line = FlatBuffer::of(builder, location, rows.getFrom()),
             numbers = FlatBuffer::of(builder, location, rows.getRows());
  list.addEach(runs.count, runs.bytes, [&](Value number) {
    Value row = LaneBuilder(builder, location).load(numbers, Amount{number, 0}, Amount::of(0), scalarPiece());
    row = arith::IndexCastOp::create(builder, location, builder.getIndexType(), row);
    Amount start = multiply(builder, location, Amount{row, 0}, Amount::of(rows.getStep()));
    return line.address(builder, location, espalier::cpu::add(builder, location, start, Amount::of(rows.getStart())));
  });
}

//===-- Beside a solve ------------------------------------------------------===//

static int64_t numEquations(tile::SolveIntoOp op) {
  return cast<MemRefType>(op.getMatrix().getType()).getShape().back();
}

/// Whether the numbers of the rows lie in scratch, which may be filled anywhere.
static bool hasComputedRows(Operation &op) {
  auto rows = dyn_cast<tile::FetchRowsOp>(op);
  Value numbers = rows ? rows.getRows() : Value();
  while (auto view = numbers ? numbers.getDefiningOp<memref::ReinterpretCastOp>() : memref::ReinterpretCastOp())
    numbers = view.getSource();
  return numbers && numbers.getDefiningOp<memref::AllocaOp>();
}

/// Fetches in the block of the solve that are known there.
static SmallVector<Operation *> fetchesBeside(tile::SolveIntoOp solve) {
  SmallVector<Operation *> fetches;
  for (Operation &op : *solve->getBlock()) {
    bool isKnown = llvm::all_of(op.getOperands(), [&](Value operand) {
      Operation *source = operand.getDefiningOp();
      return !source || source->getBlock() != solve->getBlock() || source->isBeforeInBlock(solve);
    });
    isKnown &= op.isBeforeInBlock(solve) || !hasComputedRows(op);
    if (isKnown && Runs::of(&op).numEntries() > 0)
      fetches.push_back(&op);
  }
  return fetches;
}

static void spreadOver(tile::SolveIntoOp solve) {
  SmallVector<Operation *> fetches = fetchesBeside(solve);
  if (fetches.empty() || numEquations(solve) < leastEquations)
    return;
  int64_t numEntries = 0;
  for (Operation *fetch : fetches)
    numEntries += Runs::of(fetch).numEntries();
  OpBuilder builder(solve);
  FetchList list(builder, solve.getLoc(), numEntries);
  for (Operation *fetch : fetches) {
    add(builder, list, fetch);
    fetch->erase();
  }
  solve.getFetchingMutable().assign(list.buffer());
}

//===-- Bursts --------------------------------------------------------------===//

/// The first elements of the tile's lines, counted from its own first: of each row of its last axis, if they follow
/// one another there.
static SmallVector<int64_t> lineStarts(MemRefType tile, int64_t mostLines) {
  SmallVector<int64_t> starts{0}, strides = tile.getStridesAndOffset().first;
  int64_t perLine = std::max<int64_t>(1, lineBytes / elementBytes(tile.getElementType()));
  for (auto [axis, size, stride] : llvm::enumerate(tile.getShape(), strides)) {
    bool isLast = int64_t(axis) + 1 == tile.getRank();
    int64_t step = isLast && stride == 1 ? perLine : 1;
    SmallVector<int64_t> all;
    for (int64_t start : starts)
      for (int64_t i = 0; i < size && int64_t(all.size()) < mostLines; i += step)
        if (all.empty() || (start + i * stride) / perLine != all.back() / perLine)
          all.push_back(start + i * stride);
    starts = std::move(all);
  }
  return starts;
}

static void askAtOnce(tile::FetchOp op) {
  OpBuilder builder(op);
  FlatBuffer tile = FlatBuffer::of(builder, op.getLoc(), op.getTile());
  int64_t mostLines = llvm::divideCeil(op.getFirst(), lineBytes);
  for (int64_t start : lineStarts(cast<MemRefType>(op.getTile().getType()), mostLines))
    LLVM::Prefetch::create(builder, op.getLoc(), tile.address(builder, op.getLoc(), Amount::of(start)),
                           op.getForWriting(), /*hint=*/op.getFar() ? 1 : 3, /*cache=*/1);
  op.erase();
}

void LowerFetches::runOnOperation() {
  llvm::MapVector<Block *, tile::SolveIntoOp> largest;
  getOperation().walk([&](tile::SolveIntoOp op) {
    tile::SolveIntoOp &known = largest[op->getBlock()];
    if (!known || numEquations(known) < numEquations(op))
      known = op;
  });
  for (auto [block, solve] : largest)
    spreadOver(solve);
  getOperation().walk(askAtOnce);
}

std::unique_ptr<Pass> createLowerFetches() { return std::make_unique<LowerFetches>(); }

} // namespace espalier::cpu
