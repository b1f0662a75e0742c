//===- LowerRows.cpp - Rows of a tensor become lanes, and lanes rows --------===//
//
// A quad is 128 bits of a row. A vector takes one quad from each of several rows
// (loads with an insertion, which need no shuffle); transposing within the quads then
// gives vectors of one element each, all rows in order:
//
//   r0 = row 0 | row 4 | row 8 | ..      r1 = row 1 | row 5 | ..      r2, r3
//   element e of rows 0, 1, 2, ..  =  lane e of each quad of r0, r1, r2, r3, in turn
//
// The other way is the same transposition with stores at its end. A row whose length is
// no multiple of a quad ends with a quad that overlaps the one before. Moves of one shape
// share a function. A fetch in front of a move is spread over it: a burst of prefetches
// would wait for itself.
//===----------------------------------------------------------------------===//
#include "compiler/Target/Cpu/FetchList.h"
#include "compiler/Target/Cpu/LaneGathers.h"
#include "compiler/Target/Cpu/Lanes.h"
#include "compiler/Target/Cpu/Passes.h"

#include "dialects/Tile/IR/TileDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <functional>
#include <optional>
#include <string>

using namespace mlir;

namespace espalier::cpu {

namespace {

constexpr int64_t quadBytes = 16;

struct LowerRows : PassWrapper<LowerRows, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LowerRows)
  explicit LowerRows(const CpuTarget &target) : target(target) {}
  StringRef getArgument() const override { return "cpu-lower-rows"; }
  StringRef getDescription() const override {
    return "tile.gather_rows and tile.scatter_rows become transpositions, tile.gather_lanes permutations";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry
        .insert<arith::ArithDialect, func::FuncDialect, LLVM::LLVMDialect, scf::SCFDialect, vector::VectorDialect>();
  }
  void runOnOperation() override;

  CpuTarget target;
};

/// A move between rows of a line and a tile whose points are contiguous.
struct Move {
  Type element;
  int64_t numPoints, numElements;
  int64_t elementStep; // element e of point p is at p + e * elementStep of the tile
  bool fromRows, mayMiss = false;
  struct Fetch {
    int64_t elements; // of each row
    bool forWriting;
  };
  SmallVector<Fetch, 2> fetched = {}; // meanwhile

  /// Nothing if the tile lies otherwise.
  static std::optional<Move> of(MemRefType lanes, bool fromRows);
  std::string name() const;
  std::string fetches() const;
};

/// The body of the function of a move.
class MoveEmitter {
public:
  MoveEmitter(OpBuilder &builder, Location location, const Move &move, const CpuTarget &target)
      : builder(builder), location(location), lanes(builder, location), move(move) {
    int64_t bytes = elementBytes(move.element);
    quad = bytes == 4 || bytes == 8 ? quadBytes / bytes : 1;
    width = std::max(quad, std::min(move.numPoints, target.lanes(bytes)));
  }

  /// `line` begins at row 0; rows are `step` elements apart.
  void emit(Value line, Value step, Value rows, Value tile);
  /// The rows of the move's next fetch.
  void addAhead(Value line, Value step, Value rows);
  /// Asks for all cache lines of these.
  void fetchAll();

private:
  using Values = SmallVector<Value>;

  Value addressOf(const FlatBuffer &rows, Amount point, Value *found = nullptr);
  void moveGroup(const FlatBuffer &rows, int64_t group);
  struct Ahead {
    FlatBuffer line, rows;
    Amount step;
    bool forWriting;
    int64_t linesOfRow;
  };
  void fetch(const Ahead &ahead, Amount first, int64_t count);
  void fetchShare(const Ahead &rows, Amount element, int64_t numSteps);
  void moveQuads(int64_t group, ArrayRef<Value> addresses, ArrayRef<Value> found, Amount element);
  void moveElements(int64_t group, ArrayRef<Value> addresses, ArrayRef<Value> found, Amount element);
  Values transposed(const Values &vectors);
  Value shuffle(Value a, Value b, llvm::function_ref<int32_t(int32_t)> lane, int64_t size);
  Value withQuad(Value vector, Value part, int64_t slot);
  Amount placeOf(int64_t group, Amount element) {
    return add(builder, location, Amount::of(group),
               multiply(builder, location, element, Amount::of(move.elementStep)));
  }
  void forEach(int64_t to, int64_t step, const std::function<void(Amount)> &body);

  OpBuilder &builder;
  Location location;
  LaneBuilder lanes;
  const Move &move;
  FlatBuffer line, tile;
  Amount step;
  SmallVector<Ahead, 2> ahead;
  int64_t quad, width;
};

} // namespace

std::optional<Move> Move::of(MemRefType lanes, bool fromRows) {
  auto [strides, offset] = lanes.getStridesAndOffset();
  Move move{lanes.getElementType(), lanes.getDimSize(0), 1, lanes.getDimSize(0), fromRows};
  if (lanes.getNumElements() == 0) { // whatever its strides
    move.numElements = 0;
    return move;
  }
  if (move.numPoints > 1 && strides[0] != 1)
    return std::nullopt;
  for (int64_t axis = lanes.getRank() - 1; axis > 0; --axis) {
    int64_t size = lanes.getDimSize(axis);
    if (size != 1 && move.numElements == 1)
      move.elementStep = strides[axis];
    else if (size != 1 && strides[axis] != move.elementStep * move.numElements)
      return std::nullopt;
    move.numElements *= size;
  }
  return move;
}

std::string Move::name() const {
  std::string type;
  llvm::raw_string_ostream(type) << element;
  return (fromRows ? "gather_" : "scatter_") + type + "_" + std::to_string(numPoints) + "x" +
         std::to_string(numElements) + "_by_" + std::to_string(elementStep) + (mayMiss ? "_may_miss" : "") + fetches();
}

std::string Move::fetches() const {
  std::string text;
  for (const Fetch &fetch : fetched)
    text += (fetch.forWriting ? "_claiming_" : "_fetching_") + std::to_string(fetch.elements);
  return text;
}

void MoveEmitter::forEach(int64_t to, int64_t by, const std::function<void(Amount)> &body) {
  auto number = [&](int64_t value) { return Amount::of(value).materialise(builder, location); };
  auto loop = scf::ForOp::create(builder, location, number(0), number(to), number(by));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  body(Amount{loop.getInductionVar(), 0});
}

Value MoveEmitter::shuffle(Value a, Value b, llvm::function_ref<int32_t(int32_t)> lane, int64_t size) {
  SmallVector<int32_t> mask;
  for (int32_t i = 0; i < size; ++i)
    mask.push_back(lane(i));
  return LLVM::ShuffleVectorOp::create(builder, location, a, b, mask);
}

/// `vector` (null: undefined) with 128 bits exchanged.
Value MoveEmitter::withQuad(Value vector, Value part, int64_t slot) {
  int32_t size = int32_t(quad), first = int32_t(slot * quad);
  if (width == quad)
    return part;
  Value wide = shuffle(part, part, [&](int32_t i) { return i < size ? i : -1; }, width);
  if (!vector)
    return shuffle(wide, wide, [&](int32_t i) { return i >= first && i < first + size ? i - first : -1; }, width);
  return shuffle(
      vector, wide,
      [&](int32_t i) { return i >= first && i < first + size ? int32_t(width) + i - first
                              : i < first                    ? i
                                                             : -1; },
      width);
}

/// Lane i of quad j of result e is lane e of quad j of vector i.
SmallVector<Value> MoveEmitter::transposed(const Values &vectors) {
  int32_t w = int32_t(width), q = int32_t(quad);
  auto interleave = [&](Value a, Value b, int32_t run, int32_t from) {
    // Of each quad: `run` lanes of a from lane `from` on, then as many of b, and so on.
    return shuffle(
        a, b,
        [&](int32_t i) {
          int32_t lane = i % q, pair = lane / run;
          return (pair % 2) * w + i / q * q + from + pair / 2 * run + lane % run;
        },
        width);
  };
  if (quad == 1)
    return vectors;
  if (quad == 2)
    return {interleave(vectors[0], vectors[1], 1, 0), interleave(vectors[0], vectors[1], 1, 1)};
  Value low01 = interleave(vectors[0], vectors[1], 1, 0), high01 = interleave(vectors[0], vectors[1], 1, 2);
  Value low23 = interleave(vectors[2], vectors[3], 1, 0), high23 = interleave(vectors[2], vectors[3], 1, 2);
  return {interleave(low01, low23, 2, 0), interleave(low01, low23, 2, 2), interleave(high01, high23, 2, 0),
          interleave(high01, high23, 2, 2)};
}

/// A quad of each row from `element` on.
void MoveEmitter::moveQuads(int64_t group, ArrayRef<Value> addresses, ArrayRef<Value> found, Amount element) {
  int64_t active = std::min(quad, move.numElements);
  Piece part{0, quad, active, {}}, whole{0, width, width, {}};
  auto rowOf = [&](int64_t slot, int64_t k) {
    FlatBuffer row = line;
    row.line = addresses[slot * quad + k];
    return row;
  };
  Values vectors(quad);
  if (!move.fromRows) {
    for (int64_t e = 0; e < quad; ++e)
      vectors[e] = e < active ? lanes.load(tile, placeOf(group, add(builder, location, element, Amount::of(e))),
                                           Amount::of(1), whole)
                              : vectors[0];
    vectors = transposed(vectors);
  }
  for (int64_t slot = 0; slot < width / quad; ++slot)
    for (int64_t k = 0; k < quad; ++k) {
      if (move.fromRows) {
        Value loaded = lanes.load(rowOf(slot, k), element, Amount::of(1), part);
        if (!found.empty()) {
          Value none = lanes.constant(builder.getZeroAttr(line.stored()), line.stored(), {0, quad, quad, {}});
          loaded = arith::SelectOp::create(builder, location, found[slot * quad + k], loaded, none);
        }
        vectors[k] = withQuad(vectors[k], loaded, slot);
      } else {
        int32_t first = int32_t(slot * quad);
        Value stored =
            width == quad ? vectors[k] : shuffle(vectors[k], vectors[k], [&](int32_t i) { return first + i; }, quad);
        lanes.store(stored, rowOf(slot, k), element, Amount::of(1), part);
      }
    }
  if (!move.fromRows)
    return;
  vectors = transposed(vectors);
  for (int64_t e = 0; e < active; ++e)
    lanes.store(vectors[e], tile, placeOf(group, add(builder, location, element, Amount::of(e))), Amount::of(1), whole);
}

/// One element of each row: of types that no quad is made for.
void MoveEmitter::moveElements(int64_t group, ArrayRef<Value> addresses, ArrayRef<Value> found, Amount element) {
  for (auto [point, address] : llvm::enumerate(addresses)) {
    FlatBuffer row = line;
    row.line = address;
    Amount lane = add(builder, location, placeOf(group, element), Amount::of(int64_t(point)));
    if (!move.fromRows) {
      lanes.store(lanes.load(tile, lane, Amount::of(0), scalarPiece()), row, element, Amount::of(0), scalarPiece());
      continue;
    }
    Value loaded = lanes.load(row, element, Amount::of(0), scalarPiece());
    if (!found.empty())
      loaded = arith::SelectOp::create(
          builder, location, found[point], loaded,
          lanes.constant(builder.getZeroAttr(loaded.getType()), loaded.getType(), scalarPiece()));
    lanes.store(loaded, tile, lane, Amount::of(0), scalarPiece());
  }
}

/// Where the row of a point begins; whether there is one, where rows may be missing.
Value MoveEmitter::addressOf(const FlatBuffer &rows, Amount point, Value *found) {
  Value row = lanes.load(rows, point, Amount::of(0), scalarPiece());
  if (found) {
    Value zero = arith::ConstantOp::create(builder, location, builder.getI32IntegerAttr(0));
    *found = arith::CmpIOp::create(builder, location, arith::CmpIPredicate::sge, row, zero);
    row = arith::MaxSIOp::create(builder, location, row, zero);
  }
  row = arith::IndexCastOp::create(builder, location, builder.getIndexType(), row);
  return line.address(builder, location, multiply(builder, location, Amount{row, 0}, step));
}

void MoveEmitter::addAhead(Value aheadLine, Value aheadStep, Value rows) {
  const Move::Fetch &fetch = move.fetched[ahead.size()];
  ahead.push_back({{aheadLine, move.element, {}, {}},
                   {rows, builder.getI32Type(), {}, {}},
                   Amount{aheadStep, 0},
                   fetch.forWriting,
                   int64_t(llvm::divideCeil(fetch.elements * elementBytes(move.element), lineBytes))});
}

/// Lines `first` .. `first + count - 1` of all lines of all rows, a row after the other: as they mostly lie in memory.
/// Either they are all of one row, or of whole rows.
void MoveEmitter::fetch(const Ahead &ahead, Amount first, int64_t count) {
  auto index = [&](int64_t value) { return Amount::of(value).materialise(builder, location); };
  int64_t perRow = ahead.linesOfRow, perLine = lineBytes / ahead.line.bytes();
  Value point = first.materialise(builder, location), part = index(0);
  if (perRow > 1) {
    part = arith::RemUIOp::create(builder, location, point, index(perRow));
    point = arith::DivUIOp::create(builder, location, point, index(perRow));
  }
  for (int64_t done = 0; done < count; done += perRow) {
    Value row = lanes.load(ahead.rows, Amount{point, done / perRow}, Amount::of(0), scalarPiece());
    row = arith::IndexCastOp::create(builder, location, builder.getIndexType(), row);
    Amount start = add(builder, location, multiply(builder, location, Amount{row, 0}, ahead.step),
                       multiply(builder, location, Amount{part, 0}, Amount::of(perLine)));
    for (int64_t line = 0; line < std::min(perRow, count - done); ++line) {
      Amount element = add(builder, location, start, Amount::of(line * perLine));
      LLVM::Prefetch::create(builder, location, ahead.line.address(builder, location, element), ahead.forWriting,
                             /*hint=*/ahead.forWriting ? 3 : 2, /*cache=*/1);
    }
  }
}

void MoveEmitter::fetchAll() {
  for (const Ahead &rows : ahead)
    forEach(move.numPoints * rows.linesOfRow, 1, [&](Amount number) { fetch(rows, number, 1); });
}

/// What one of so many steps, the one at `element`, asks for.
void MoveEmitter::fetchShare(const Ahead &rows, Amount element, int64_t numSteps) {
  int64_t count = move.numPoints * rows.linesOfRow, perStep = llvm::divideCeil(count, numSteps);
  auto index = [&](int64_t value) { return Amount::of(value).materialise(builder, location); };
  Value first = multiply(builder, location, element, Amount::of(perStep)).materialise(builder, location);
  Value number = arith::DivUIOp::create(builder, location, first, index(quad));
  bool divides = perStep % rows.linesOfRow == 0 || rows.linesOfRow % perStep == 0;
  if (divides && perStep * numSteps == count)
    return fetch(rows, Amount{number, 0}, perStep);
  for (int64_t i = 0; i < perStep; ++i) {
    // Steps that do not divide the lines ask for the last one again.
    Value line = Amount{number, i}.materialise(builder, location);
    fetch(rows, Amount{arith::MinUIOp::create(builder, location, line, index(count - 1)), 0}, 1);
  }
}

void MoveEmitter::moveGroup(const FlatBuffer &rows, int64_t group) {
  Values addresses, found;
  for (int64_t point = group; point < group + width; ++point) {
    Value exists;
    addresses.push_back(addressOf(rows, Amount::of(point), move.mayMiss ? &exists : nullptr));
    if (exists)
      found.push_back(exists);
  }
  auto at = [&](Amount element) {
    quad > 1 ? moveQuads(group, addresses, found, element) : moveElements(group, addresses, found, element);
  };
  int64_t whole = move.numElements / quad * quad;
  bool isSpread = group == 0 && whole > quad;
  if (group == 0 && !isSpread)
    fetchAll();
  if (whole > quad)
    forEach(whole, quad, [&](Amount element) {
      for (const Ahead &rows : isSpread ? ArrayRef(ahead) : ArrayRef<Ahead>())
        fetchShare(rows, element, whole / quad);
      at(element);
    });
  else if (whole == quad)
    at(Amount::of(0));
  if (whole < move.numElements)
    at(Amount::of(std::max<int64_t>(0, move.numElements - quad)));
}

void MoveEmitter::emit(Value lineStart, Value rowStep, Value rowNumbers, Value tileStart) {
  line = {lineStart, move.element, {}, {}};
  tile = {tileStart, move.element, {}, {}};
  step = Amount{rowStep, 0};
  for (int64_t group = 0; group < move.numPoints; group += width)
    moveGroup({rowNumbers, builder.getI32Type(), {}, {}}, group);
}

/// The private function (line, step, rows, tile), with line, step and rows of each fetch behind it; those of a fetch
/// alone, without a move. Made once per module and shape.
static func::FuncOp functionFor(ModuleOp module, const Move &move, ArrayRef<Type> types, const CpuTarget &target) {
  bool fetchesOnly = types.size() == 3;
  std::string name = fetchesOnly ? "fetch_of_" + std::to_string(elementBytes(move.element)) + "_bytes_at_" +
                                       std::to_string(move.numPoints) + move.fetches()
                                 : move.name();
  if (auto known = module.lookupSymbol<func::FuncOp>(name))
    return known;
  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  Location location = module.getLoc();
  auto function = func::FuncOp::create(builder, location, name, builder.getFunctionType(types, {}));
  function.setPrivate();
  Block *entry = function.addEntryBlock();
  builder.setInsertionPointToStart(entry);
  MoveEmitter emitter(builder, location, move, target);
  ValueRange given = entry->getArguments();
  for (ValueRange ahead = given.drop_front(fetchesOnly ? 0 : 4); !ahead.empty(); ahead = ahead.drop_front(3))
    emitter.addAhead(ahead[0], ahead[1], ahead[2]);
  if (fetchesOnly)
    emitter.fetchAll();
  else
    emitter.emit(given[0], given[1], given[2], given[3]);
  func::ReturnOp::create(builder, location);
  return function;
}

namespace {
/// The arguments of a move or a fetch.
struct Rows {
  Value line, start, step, numbers;
  void append(OpBuilder &builder, Location location, SmallVectorImpl<Value> &arguments) const {
    arguments.push_back(FlatBuffer::of(builder, location, line).address(builder, location, Amount::of(start)));
    arguments.push_back(step);
    arguments.push_back(FlatBuffer::of(builder, location, numbers).line);
  }
};
} // namespace

/// `fetches` are spread over the move. `op` may be a fetch itself.
static LogicalResult lower(Operation *op, SmallVector<tile::FetchRowsOp> fetches, const CpuTarget &target) {
  auto gather = dyn_cast<tile::GatherRowsOp>(op);
  auto scatter = dyn_cast<tile::ScatterRowsOp>(op);
  OpBuilder builder(op);
  Location location = op->getLoc();
  SmallVector<Value> arguments;
  Move move;
  if (gather || scatter) {
    Value tile = gather ? gather.getLanes() : scatter.getLanes();
    if (cast<MemRefType>(tile.getType()).getNumElements() == 0)
      return success();
    std::optional<Move> found = Move::of(cast<MemRefType>(tile.getType()), bool(gather));
    if (!found || found->numPoints % std::min(found->numPoints, target.lanes(elementBytes(found->element))) != 0)
      return op->emitError("expects whole vectors of contiguous points, with the other axes in order");
    move = *found;
    move.mayMiss = gather && gather.getMayMiss();
    Rows rows = gather ? Rows{gather.getFrom(), gather.getStart(), gather.getStep(), gather.getRows()}
                       : Rows{scatter.getTo(), scatter.getStart(), scatter.getStep(), scatter.getRows()};
    rows.append(builder, location, arguments);
    arguments.push_back(FlatBuffer::of(builder, location, tile).line);
  } else {
    auto fetch = cast<tile::FetchRowsOp>(op);
    if (fetch.getElements() == 0)
      return success();
    fetches = {fetch};
    move = {cast<MemRefType>(fetch.getFrom().getType()).getElementType(),
            cast<MemRefType>(fetch.getRows().getType()).getDimSize(0), 1, 0, true};
  }
  for (tile::FetchRowsOp fetch : fetches) {
    move.fetched.push_back({int64_t(fetch.getElements()), fetch.getForWriting()});
    Rows{fetch.getFrom(), fetch.getStart(), fetch.getStep(), fetch.getRows()}.append(builder, location, arguments);
  }
  if (move.numElements > 0)
    func::CallOp::create(
        builder, location,
        functionFor(op->getParentOfType<ModuleOp>(), move, SmallVector<Type>(ValueRange(arguments).getTypes()), target),
        arguments);
  return success();
}

/// The move that follows a fetch with nothing but arithmetic between, of elements of the same size.
static Operation *moveBehind(tile::FetchRowsOp fetch) {
  Operation *next = fetch->getNextNode();
  while (next && (isMemoryEffectFree(next) || isa<tile::FetchRowsOp>(next)) && next->getNumRegions() == 0 &&
         !next->hasTrait<OpTrait::IsTerminator>())
    next = next->getNextNode();
  if (!isa_and_present<tile::GatherRowsOp, tile::ScatterRowsOp>(next))
    return nullptr;
  auto elementOf = [](Value buffer) { return cast<MemRefType>(buffer.getType()).getElementType(); };
  auto gather = dyn_cast<tile::GatherRowsOp>(next);
  Value line = gather ? gather.getFrom() : cast<tile::ScatterRowsOp>(next).getTo();
  return fetch.getElements() > 0 && elementOf(line) == elementOf(fetch.getFrom()) ? next : nullptr;
}

void LowerRows::runOnOperation() {
  SmallVector<Operation *> ops;
  DenseMap<Operation *, SmallVector<tile::FetchRowsOp>> spread; // over a move
  getOperation().walk([&](Operation *op) {
    auto fetch = dyn_cast<tile::FetchRowsOp>(op);
    if (Operation *move = fetch ? moveBehind(fetch) : nullptr)
      spread[move].push_back(fetch);
    else if (fetch || isa<tile::GatherRowsOp, tile::GatherLanesOp, tile::ScatterRowsOp>(op))
      ops.push_back(op);
  });
  for (Operation *op : ops) {
    SmallVector<tile::FetchRowsOp> fetches = spread.lookup(op);
    if (auto lanes = dyn_cast<tile::GatherLanesOp>(op))
      lowerLaneGather(lanes, target);
    else if (failed(lower(op, fetches, target)))
      return signalPassFailure();
    op->erase();
    for (tile::FetchRowsOp fetch : fetches)
      fetch.erase();
  }
}

std::unique_ptr<Pass> createLowerRows(const CpuTarget &target) { return std::make_unique<LowerRows>(target); }

} // namespace espalier::cpu
