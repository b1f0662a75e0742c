//===- Analyzer.h - Resolving one kernel -------------------------------------===//
//
// Walks a function of the syntax tree once, evaluating every expression to a Value
// and appending rows to a Kernel. Calls are inlined by walking the callee in a scope
// of its own. The parts live in files of their own, named after the idea.
//
// A kernel is walked in modes (Sema.cpp): with all dimensions symbolic, to collect
// which of them occur in tiles, then with those bound to constants.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_FRONTENDS_SEMA_ANALYZER_H
#define ESPALIER_FRONTENDS_SEMA_ANALYZER_H

#include "frontends/AST/Diagnostics.h"
#include "frontends/Sema/Sema.h"
#include "frontends/Sema/Value.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

namespace espalier::sema {

/// What is fixed before a walk.
struct Mode {
  const Bindings *bindings = nullptr;  // statics, dtypes, trees; without them statics are symbols
  bool constantDims = false;           // dimensions of knownTileDims are constants of bindings->dims
  std::set<std::string> knownTileDims; // decides which axes of whole tensors are tiles
};

/// A name in scope.
struct Name {
  Value value;
  Span span;
  std::string_view what; // "a parameter", "a dimension", "a definition", "a local", "a loop variable", "a result"
};

struct Scope {
  Scope *parent = nullptr;
  std::map<std::string, Name> names;
};

struct Builtin;

class Analyzer {
public:
  Analyzer(const ast::Module &module, Mode mode, Diagnostics &diagnostics);

  /// Walks a function of a program as a kernel. Errors are in the diagnostics; the kernel is meaningful only without.
  Kernel run(const ast::FunctionPtr &function, int program);

  /// Names of dimensions that occurred in tiles or static expressions.
  std::set<std::string> tileDims() const;
  bool usedWholeTensors() const { return sawWhole; }
  bool isExhausted() const { return exhausted; }
  /// The table of parameters, filled by run().
  Interface interface;

  /// Limits that keep every walk short (L22 is about extents, not about the size of programs).
  static constexpr uint64_t unrollLimit = 1024;
  static constexpr int maxNesting = 400;
  static constexpr int maxCallDepth = 32;
  static constexpr int32_t maxExprDepth = 2500;
  static constexpr int64_t maxSteps = 250'000;

private:
  using Relation = Requirement::Relation;

  struct VariableInfo {
    enum class Role : uint8_t { loop, child, domain, range, row, cost } role = Role::loop;
    Interval range;
    std::optional<Dim> rowLength; // row: the axis that X[j] has shown
    bool needsUnroll = false;     // range: its value decides a shape
  };
  struct TensorInfo {
    bool shapeKnown = true;
    bool defined = true; // false: a definition of the loop being walked, not yet passed
    Span span;
    bool failed = false; // its definition has an error: readers are silent
  };
  /// Everything that a trial walk of a loop's body may change.
  struct State {
    Kernel kernel;
    std::vector<VariableInfo> variables;
    std::vector<TensorInfo> tensors;
    std::optional<Loop> open; // statements outside loops, until the next loop
    int32_t numLocals = 0;
    std::set<std::string> usedSymbols;
    std::set<int32_t> countPending; // spanning trees of `edges` whose vertices no tensor has shown yet
  };
  /// A function being walked.
  struct Frame {
    const ast::Function *function = nullptr;
    int program = 0;
    DType floatType = DType::f32;
    std::vector<Value> returned;
    std::vector<std::string> returnedNames;
    bool hasReturned = false;
  };
  /// The loop whose body is being walked.
  struct Visit {
    Loop *loop = nullptr;
    int32_t id = -1;
  };
  struct Call {
    const ast::Expr &node;
    const Builtin &builtin;
    std::vector<const ast::Expr *> args;
    const ast::Keyword *keyword(std::string_view name) const;
  };
  friend struct Builtin;
  friend struct BuiltinTable;

  //--- Scopes.cpp: names, limits, requirements
  Diagnostics &diags() { return *diagnostics; }
  bool declare(const std::string &name, Value value, Span span, std::string_view what);
  const Name *find(const std::string &name) const;
  Value unknownName(const ast::Expr &node, const std::string &hint = "");
  std::vector<std::string> visibleNames() const;
  bool step(Span span);
  std::shared_ptr<Expr> make(Op op, Type type, std::vector<ExprPtr> args, Span span);
  void noteTile(const std::vector<Dim> &sizes);
  void checkSizesKnown(const std::vector<Dim> &sizes, Span span);
  /// `causes`: the operands whose definitions notes point at.
  using Causes = std::initializer_list<const Value *>;
  bool require(Relation relation, const Dim &left, const Dim &right, Span span, const std::string &message,
               Causes causes = {}, const std::string &hint = "");
  bool requireEqual(const Dim &left, const Dim &right, Span span, const std::string &message, Causes causes = {},
                    const std::string &hint = "") {
    return require(Relation::equal, left, right, span, message, causes, hint);
  }
  bool isStatedEqual(const Dim &a, const Dim &b) const;
  std::optional<int64_t> minimumOf(const std::string &symbol) const;
  bool provablyAtLeast(const Dim &value, int64_t bound) const;
  bool isDimension(const Dim &size) const; // of parameters only
  bool isSymbolic(const Dim &size) const;  // an extent, not known as part of a tile
  std::string uniqueSymbol(const std::string &name);
  bool inVisit() const { return visit || comprehensionDepth > 0; }
  DType floatType() const { return inCost ? DType::f64 : frames.back()->floatType; }
  int32_t addVariable(const std::string &name, Kind kind, int32_t tree, Span span, VariableInfo info);
  Value variableValue(int32_t variable, Span span);
  std::string describe(const Value &value) const;
  std::string positionHint(const Value &value) const;
  std::string tensorText(int32_t id) const;
  std::optional<Note> definitionOf(const Value &value) const;
  void noteDefinition(Diagnostic &diagnostic, const Value &value) const;

  //--- Parameters.cpp: type expressions, the parameters of the kernel
  std::optional<DType> dtypeNamed(const std::string &name) const;
  void declareParameters(const ast::Function &function);
  Tensor::Axis parameterAxis(const ast::Expr &dim);
  void declareTensorParameter(const ast::Parameter &parameter);
  void declareTreeParameter(const ast::Parameter &parameter);
  void declareStaticParameter(const ast::Parameter &parameter);
  bool isTreeType(const std::string &name) const;
  bool namesTree(const ast::Expr &dim) const;
  std::optional<Dim> axisSize(const ast::Expr &dim);
  std::optional<std::vector<Dim>> statedSizes(const ast::TypeExpr &type);
  Value conform(Value tile, const ast::TypeExpr &type, const std::string &name, Span span);
  Value convert(Value tile, DType dtype, const std::string &name, Span span);

  //--- Expressions.cpp: dispatch, names, literals, operators
  Value evaluate(const ast::Expr &node);
  Value evaluateNode(const ast::Expr &node);
  Value evaluateName(const ast::Expr &node);
  Value evaluateUnary(const ast::Expr &node);
  Value evaluateBinary(const ast::Expr &node);
  Value evaluateCompare(const ast::Expr &node);
  Value evaluateLogical(const ast::Expr &node);
  Value evaluateAttribute(const ast::Expr &node);
  Value evaluateCall(const ast::Expr &node);

  //--- IndexArithmetic.cpp: L15, and what is known when a kernel is specialised
  bool isIndexLike(const Value &value) const;
  bool isIntegerScalar(const Value &value) const;
  Value toIndex(const Value &value, Span span);
  Value countOf(int32_t tree, bool leaves, Span span);
  ExprPtr indexExpr(const Value &value, Span span);
  Value indexOp(Op op, const Value &a, const Value &b, Span span);
  std::optional<Value> indexPower(const Value &base, const Value &exponent, Span span);
  Value indexUnary(Op op, const Value &a, Span span);
  Interval intervalOf(Op op, const Value &a, const Value &b) const;
  std::optional<Dim> compileTime(const ast::Expr &node, std::string_view what);
  std::optional<Dim> compileTime(const Value &value, Span span, std::string_view what);
  std::optional<std::vector<Dim>> sizesArgument(const std::vector<const ast::Expr *> &args, std::string_view what);
  // Statics.cpp
  Value staticSubscript(const Value &tuple, const ast::Expr &node);
  Value staticReduce(std::string_view what, const Value &tuple, Span span);
  const StaticTuple *asStatics(const Value &value, StaticTuple &storage) const;

  //--- Elementwise.cpp: broadcasting, dtypes
  ExprPtr placeholder(Type type, Span span);
  Value toTile(const Value &value, Span span, bool allowPrefix = false);
  ExprPtr asDType(const Value &value, DType dtype, Span span);
  Value floatTile(const Value &value, Span span, bool allowPrefix = false);
  DType commonDType(const std::vector<Value> &values) const;
  std::optional<std::vector<Dim>> broadcast(const std::vector<Value> &tiles, Span span, std::string_view spelled);
  Value elementwise(Op op, std::vector<Value> operands, Span span);
  Value tileElementwise(Op op, const std::vector<Value> &operands, Span span);
  Value weakConstant(Op op, const std::vector<Value> &operands, Span span);

  //--- WholeTensors.cpp: expressions over whole tensors outside loops
  bool isWhole(const Value &value) const;
  std::vector<Tensor::Axis> remainingAxes(const Value &tensor) const;
  std::optional<Whole> wholeOf(const Value &value, Span span);
  Whole withTileRank(Whole whole, size_t rank, Span span);
  Value wholeElementwise(Op op, const std::vector<Value> &operands, Span span);
  Value wholeReduce(std::string_view what, const Value &value, std::optional<std::vector<int64_t>> axes, Span span);
  Value wholeDot(Op op, const Value &a, const Value &b, Span span);
  Value materialise(const Value &value, const std::string &name, Span span);
  Value expandGrids(const Value &tensor, Span span);

  //--- Tiles.cpp: products, reductions, shapes
  Value matmul(const Value &a, const Value &b, Span span);
  Value contract(std::string subscripts, const std::vector<Value> &operands, std::vector<Dim> sizes, Span span);
  std::optional<std::vector<int64_t>> axesArgument(const Call &call, size_t rank);
  Value reduce(std::string_view what, const Value &tile, const std::vector<int64_t> &axes, Span span);
  Value reshapeTo(const Value &tile, std::vector<Dim> sizes, Span span);
  Value sliceTile(const Value &tile, const std::vector<ast::ExprPtr> &indices, size_t first, const ast::Expr &node);
  Value transposed(const Value &value, Span span);

  //--- Reads.cpp: subscripts, neighbours
  enum class Place : uint8_t { self, child, parent, root, other };
  Value evaluateSubscript(const ast::Expr &node);
  Value subscriptTensor(Value tensor, const ast::Expr &node);
  Value subscriptTile(const Value &tile, const ast::Expr &node);
  Value readTensor(const Value &tensor, Span span);
  Place placeOf(const ExprPtr &vertex) const;
  bool checkNeighbour(const Value &tensor, const ast::Expr &node);
  bool checkRange(const Value &index, const Dim &size, const ast::Expr &node, bool &mayFault);
  std::optional<int32_t> viewAt(int32_t tensor, size_t axis, int32_t tree, bool leaves, Span span);
  std::string viewHint(int32_t tensor, size_t axis, int32_t tree, bool leaves) const;
  int32_t addView(int32_t tensor, std::vector<Tensor::Axis> axes);
  bool sizeMayBe(const Dim &a, const Dim &b) const;

  //--- Loops.cpp, Definitions.cpp, Assertions.cpp
  void walkBody(const std::vector<ast::StmtPtr> &body);
  void walkOutside(const ast::Stmt &stmt);
  void walkFor(const ast::Stmt &stmt);
  bool loopHeader(const ast::Stmt &stmt, Loop &loop);
  bool inferShapes(const ast::Stmt &stmt, Loop &loop,
                   const std::vector<std::pair<const ast::Stmt *, int32_t>> &definitions);
  void walkLoopBody(const ast::Stmt &stmt, Loop &loop);
  void define(const ast::Stmt &stmt, Loop &loop);
  void defineLocal(const ast::Stmt &stmt);
  void walkAssert(const ast::Stmt &stmt);
  void findKnown(const ast::Expr &side, std::map<std::string, int64_t> &known);
  std::optional<bool> assertHolds(const ast::Expr &node, const std::string &message, bool mayRequire, bool negated);
  Value defineOutside(const Value &tile, const std::string &name, Span span);
  void closeOpenLoop();
  Value treeArgument(const ast::Expr &node, bool &leaves);

  //--- Comprehensions.cpp, Rows.cpp
  struct DomainValue {
    Domain domain;
    std::optional<Dim> low, high; // range, if known when specialised
    bool mentionsDims = false;
    Interval range;
    Value lower, upper;
  };
  const ast::Expr *comprehensionArgument(const Call &call) const;
  std::optional<DomainValue> domainOf(const ast::Expr &comprehension);
  Value comprehension(std::string_view what, const ast::Expr &node);
  Value unrolled(std::string_view what, const ast::Expr &node, int64_t low, int64_t high);
  Value stacked(std::string_view what, const std::vector<Value> &elements, Span span);
  Value finishComprehension(std::string_view what, const Value &element, const Value &condition, int32_t variable,
                            const Domain &domain, Span span);
  Value condition(const ast::ExprPtr &node);
  Value softmaxRow(const ast::Expr &node);
  Value rowTimes(const Value &row, const Value &tensor, Span span);
  bool dependsOnComprehension(const ExprPtr &expr) const;

  //--- Trees.cpp
  Value buildTree(const Call &call, const std::string &name);
  Value spanningTree(const Call &call, const std::string &name);
  ExprPtr rootVertex(const ast::Expr &node, const Tree &tree);
  bool treeOptions(const Call &call, Tree &tree, ExprPtr &root);
  bool refuseKeywords(const ast::Expr &domain);
  bool treeGraph(const ast::Expr &domain, Tree &tree, ExprPtr &pairs);
  int32_t addTree(Tree tree, bool countKnown, bool leavesKnown);
  const Tree &treeRow(int32_t id) const { return state.kernel.trees[static_cast<size_t>(id)]; }
  std::optional<std::pair<Dim, Dim>> gridOf(int32_t tree) const;

  //--- Calls.cpp
  const ast::Function *resolveFunction(const std::string &name, int &program) const;
  Value callFunction(const ast::Expr &node, const ast::Function &callee, int program);
  bool bindArgument(const ast::Parameter &parameter, const Value &argument, Span span);
  bool bindTensorArgument(const ast::Parameter &parameter, Value argument, Span span);
  bool bindTreeArgument(const ast::Parameter &parameter, const Value &argument, Span span);
  Value matchAxes(const ast::TypeExpr &type, Value tensor, const std::string &name, Span span, bool bindNames);
  bool matchSize(const ast::Expr &dim, const Dim &size, const std::string &name, const std::string &found,
                 const ast::TypeExpr &type, Span span, bool bindNames);
  Value matchTile(const ast::TypeExpr &type, Value tile, const std::string &name, Span span, bool bindNames);
  std::string statedText(const ast::TypeExpr &type) const;

  //--- Results.cpp
  void walkReturn(const ast::Stmt &stmt);
  void finishResults(const ast::Function &function, Frame &frame);
  std::optional<Value> checkedResult(Value value, const ast::TypeExpr &type, const std::string &name, Span span);

  //--- Batch.cpp: L4
  void propagateBatch();
  void checkBatch(const ast::Function &function);

  //--- Handlers of the rows of the table in Builtins.cpp
  // Builtins.cpp: elementwise
  Value callElementwise(const Call &call);
  Value callMinMax(const Call &call);
  Value callCast(const Call &call);
  // Reductions.cpp
  Value callReduction(const Call &call);
  Value callSoftmax(const Call &call);
  Value callLayerNorm(const Call &call);
  // Products.cpp
  Value callDot(const Call &call);
  Value callOuter(const Call &call);
  Value callEinsum(const Call &call);
  Value callSolve(const Call &call);
  Value callInv(const Call &call);
  // Shapes.cpp
  Value callReshape(const Call &call);
  Value callConcat(const Call &call);
  Value callFill(const Call &call);
  Value callEye(const Call &call);
  // Vertices.cpp
  Value callSharedLevels(const Call &call);
  Value callLen(const Call &call);
  Value callVertex(const Call &call);
  Value callRoot(const Call &call);
  Value callLeaves(const Call &call);
  Value callMisplaced(const Call &call);
  // Trees.cpp
  Value callTreeBuilder(const Call &call);

  const ast::Module &module;
  Mode mode;
  Diagnostics *diagnostics;
  State state;
  Scope *scope = nullptr;
  std::vector<Frame *> frames;
  std::set<std::string> dimNames;   // dimensions of the kernel itself
  std::set<std::string> indexNames; // its index parameters
  std::set<std::string> tileSymbols;
  std::map<std::string, int32_t> unrollable; // symbol -> variable of a range
  std::vector<Dim> visitedExtents;           // of the loops around: at least 1 inside
  std::string pendingName;                   // of the tree that a statement builds
  std::optional<Visit> visitStorage;
  Visit *visit = nullptr;
  int comprehensionDepth = 0;
  int guarded = 0; // inside an element that a condition may skip
  bool inCost = false;
  bool sawWhole = false;
  bool sawUnknown = false;
  bool numbersDecide = true; // L11: whether a number beside an unknown makes it a number
  bool exhausted = false;
  int nesting = 0;
  int64_t steps = 0;
};

/// A function of the language (L17 - L21).
struct Builtin {
  std::string_view name;
  int minArgs, maxArgs; // positional; -1: any number
  std::string_view usage;
  Value (Analyzer::*apply)(const Analyzer::Call &) = nullptr;
  Op op = Op::literal;
  std::string_view keywords = ""; // accepted, separated by blanks
};
const Builtin *findBuiltin(std::string_view name);
std::vector<std::string> builtinNames();

} // namespace espalier::sema

#endif
