//===- Kernel.h - A kernel with names and shapes resolved -------------------===//
//
// What Sema makes of one kernel and what Emit turns into IR: every name is a row
// of a table, every expression has a kind, a dtype and sizes, calls of kernels and
// helpers are inlined, comprehensions over static ranges are unrolled, surface
// functions are reduced to the closed list of operations below.
//
// Sema runs twice on the same code. Without bindings, all dimensions are symbols:
// that is `espalier check`. With the bindings of a specialisation the dimensions
// that occur in tiles (or in static expressions) are constants, and only extents
// (loop axes, trees, index parameters) remain symbols.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_FRONTENDS_SEMA_KERNEL_H
#define ESPALIER_FRONTENDS_SEMA_KERNEL_H

#include "frontends/AST/Diagnostics.h"
#include "frontends/Sema/Dim.h"
#include "runtime/Kernel/Signature.h"

#include <memory>
#include <string>
#include <vector>

namespace espalier::sema {

using ast::Span;

/// The kinds of L14 that a value can have. A scalar is a tile of rank 0.
enum class Kind : uint8_t {
  tile,   // dtype, sizes
  index,  // a position or a count, signed 64-bit
  vertex, // a vertex of tree `tree`, perhaps absent
  row,    // L18: a row over an axis of size rowLength
};

struct Type {
  Kind kind = Kind::tile;
  DType dtype = DType::f32;
  std::vector<Dim> sizes; // tile; of a row: the sizes behind J (usually none)
  int32_t tree = -1;      // vertex: row of Kernel::trees
  Dim rowLength;          // row
};

/// The operations. `args` are Expr::args; axes, permutation, subscripts and so on are fields of Expr.
enum class Op : uint8_t {
  // leaves of the expression
  literal,    // number; of kind tile (rank 0) or index (then dims[0] is it, exact)
  dim,        // dims[0] as an index
  loopIndex,  // id: row of Kernel::variables (of a loop, comprehension, row or cost); kind index or vertex
  local,      // id: a Let of the same visit, defined before; kind tile or row
  indexParam, // id: row of Kernel::indices
  // reads: args are the indices of the leading axes (index, vertex, or a tile of rank 0 and dtype i32); the rest of the
  // axes
  // is the tile. A vertex only ever meets an axis of its own tree; an absent vertex, and an inner vertex on an axis of
  // leaves,
  // read the zero tile. An index (not vertex) on an axis of a tree counts its vertices (or leaves). See Expr::mayFault.
  read, // id: row of Kernel::tensors
  // vertices
  parent,      // args[0] vertex
  root,        // tree; absent if the tree is empty
  vertexIndex, // args[0] vertex -> index
  isRoot,
  isLeaf,
  depth,
  height,
  slot, // args[0] vertex; bool or index
  numVertices,
  numLeaves, // tree -> index
  // elementwise with NumPy's broadcasting; on index operands with L15's meaning
  neg,
  abs,
  exp,
  log,
  sqrt,
  rsqrt,
  tanh,
  sigmoid,
  silu,
  gelu,
  softplus,
  relu,
  square,
  sin,
  cos,
  logicalNot,
  add,
  sub,
  mul,
  div,
  floorDiv,
  mod,
  pow,
  min,
  max,
  less,
  lessEqual,
  greater,
  greaterEqual,
  equal,
  notEqual,
  logicalAnd,
  logicalOr,
  where, // args: condition, then, else
  cast,  // to type.dtype; text "round" where the program says so: other casts to 16 bits only name the type (L16). Also
         // index -> float or i32, and (type.kind == index) a tile of rank 0 and dtype i32 -> index
  // tiles
  sum,
  mean,
  reduceMax,
  reduceMin,
  norm,
  logSumExp, // over axes; the result drops them
  softmax,
  layerNorm, // along axes[0]; layerNorm: number is eps
  dot,
  cosine,
  outer,    // two args; dot and cosine over all elements of equal sizes
  contract, // text: subscripts "ik,kj->ij" over all args (also @, einsum); letters a-z A-Z, each once per operand
  solve,
  choleskySolve, // args: S [n, n], b [n] or [n, m]
  transpose,     // axes: the permutation
  reshape,       // to type.sizes
  slice,         // dims: offset and size of each axis, in pairs; static, rank kept
  concat,        // along axes[0]
  fill,          // number everywhere: zeros, ones
  eye,
  element, // args[0] a tile, then indices of its leading axes as of a read; see Expr::mayFault
  // comprehensions and rows
  comprehension, // text: sum mean max min logsumexp; variable, domain, args[0] the element, args[1] the condition if
                 // any
  row,      // softmax row: variable (0 <= j < type.rowLength), args: lo, hi (index, or i32 of rank 0; to be clamped to
            // [0, rowLength]), score (rank 0), condition if any; score and condition use the variable
  rowTimes, // args: row, value: the sum over j of row[j] * value, where value is a read at the row's own variable
            // (its last index): `row @ v[h]` is rowTimes(row, read v [h, j]). variable: that of the row
  rowSum,   // args: row
  sharedLevels, // args: i, j; dims: L, N (N may be the name of an index parameter); kind index, 0 .. L
  prefix, // args[0] tile, args[1] sharedLevels; axes[0]: the axis; table: the prefix length by level count (table[n],
          // n = 0 .. L). Has the sizes of args[0]: elements beyond the prefix count as zero. Only inside dot, sum, norm
};

struct Expr;
using ExprPtr = std::shared_ptr<const Expr>;

/// What a comprehension or loop variable runs over.
struct Domain {
  enum class Kind : uint8_t { axis, range, children, tree, leaves } kind = Kind::axis;
  Dim extent;           // axis: 0 .. extent-1
  ExprPtr lower, upper; // range: index expressions
  ExprPtr vertex;       // children
  int32_t tree = -1;    // children, tree, leaves
};

/// Expressions are immutable and form a directed graph: a node that is reached twice is one value (walk with a memo).
struct Expr {
  Op op;
  Type type;
  Span span;
  std::vector<ExprPtr> args;
  int32_t id = -1;
  int32_t tree = -1;
  double number = 0;
  std::string text;
  std::vector<int64_t> axes;
  std::vector<Dim> dims;
  std::vector<Dim> table;
  int32_t variable = -1; // comprehension, row, rowTimes: row of Kernel::variables
  Domain domain;         // comprehension (of a row, args[0] and args[1] say it)
  bool mayFault = false; // read, element: some index is not proved to be in range; the code checks it (L8)
  int32_t depth = 1;     // longest path through args; bounded by Sema, so that walks may recurse
};

/// A variable of a loop, comprehension, row or cost.
struct Variable {
  std::string name;
  Kind kind = Kind::index; // index or vertex
  int32_t tree = -1;
  Span span;
  std::string shownAs = {}; // in messages, where the text has no such name
};

/// A statement of a loop's body (or of the body of the kernel, in a Loop without axes and tree).
struct Statement {
  enum class Kind : uint8_t { let, define } kind = Kind::let;
  int32_t id = -1; // let: the local; define: row of Kernel::tensors
  std::string name;
  ExprPtr value;
  Span span;
};

/// up, down or each over leading axes and perhaps a tree. Outside loops, statements that run once per batch
/// element are gathered in `each` Loops without axes and tree, whose definitions are tensors without axes.
struct Loop {
  enum class Direction : uint8_t { up, down, each } direction = Direction::each;
  std::vector<Dim> axes;
  std::vector<int32_t> axisVariables; // rows of Kernel::variables
  int32_t tree = -1;                  // -1: none
  bool leaves = false;                // each over leaves(tree)
  int32_t treeVariable = -1;
  std::vector<Statement> body;
  Span span;
  bool batched = false; // runs once per batch element: something it reads or its trees are batched
};

/// A parameter, a definition, or a result of a loop.
struct Tensor {
  /// An axis: a size; if it counts the vertices or leaves of a tree, which one.
  struct Axis {
    Dim size;
    int32_t tree = -1;
    bool leaves = false;
  };
  std::string name;
  DType dtype = DType::f32; // as the language sees it (L16 says how it is computed and stored)
  bool batched = false;
  std::vector<Axis> axes;
  int32_t parameter = -1;  // row of Signature::tensors, -1 for a definition
  int32_t loop = -1;       // the Loop that defines it
  int32_t numLoopAxes = 0; // of a definition: so many leading axes are the loop's
  bool recursive = false;  // read at a neighbour within its own sweep: stored at least as f32
  int32_t viewOf =
      -1; // another row whose elements these are, in the same row-major order, under other axes: H, W as the
          // vertices of a tree that grew on them, or back; parameter, loop are -1, dtype and batched agree
  Span span;
};

struct Tree {
  std::string name;
  TreeKind kind = TreeKind::rooted;
  int32_t arity = 0;
  int32_t parameter = -1; // row of Signature::trees, -1 if built in the kernel
  bool batched = false;
  // Builders (L20, L21) and their args:
  //   chain                  n (index)
  //   perfect                k, height (index; k is a constant after specialisation)
  //   from_parents           parents: a read of the whole i32 tensor [V]
  //   quadtree               none; dims H, W; order
  //   minimum_spanning_tree  cost (rank 0, f64: what it reads is cast), root (index) or null, then for `edges` the
  //   pairs: a read of the whole i32 tensor [E, 2]. variables: i, j, vertices of this tree
  //   random_spanning_tree   the same with a weight for the cost; seed (index) or null
  std::string builder;
  std::vector<ExprPtr> args;
  std::vector<int32_t> variables; // i, j of a cost
  std::vector<Dim> dims;          // grid, grid8, quadtree: H, W; band: N, m; edges: N; chain: n; perfect: k, height;
                                  // of the last two none where data decides them
  ExprPtr seed;
  bool centered = false; // a spanning tree whose root is its centre
  std::string graph;     // grid grid8 band edges
  std::string order;     // quadtree: morton hilbert snake raster
  int32_t position = 0;  // built after loops[0 .. position) and before the rest
  Dim numVertices;       // a symbol of the tree's name where no other expression is known
  Dim numLeaves;
  Span span;
};

struct ResultRef {
  std::string name;
  bool isTree = false;
  int32_t id = -1; // row of tensors or trees
};

/// An equation that could not be proved symbolically; checked when sizes are known. Symbols are dimensions (of a tree:
/// its vertices, `leaves(G)`) and index parameters. Those over bound dimensions are decided by specialise(); the others
/// hold for every call: checkRequirements().
struct Requirement {
  enum class Relation : uint8_t { equal, notEqual, less, lessEqual } relation = Relation::equal;
  Dim left, right;
  std::string message;
  Span span;
  std::vector<Note> notes; // where what it speaks of is defined
  std::string hint;
  std::map<std::string, int64_t> known; // names in it that are numbers already: statics, trees of a fixed size
};

struct Kernel {
  std::string name;
  std::vector<Tensor> tensors;
  std::vector<Tree> trees;
  std::vector<std::string> indices; // index parameters
  std::vector<Variable> variables;
  std::vector<Loop> loops; // in order; builders of trees come before the loop that first uses them
  std::vector<ResultRef> results;
  std::vector<Requirement> requirements;
  std::vector<std::string> tileDims; // dimensions that a specialisation must bind
  Span span;
};

} // namespace espalier::sema

#endif
