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

#include "frontends/AST/AST.h"
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
  literal,     // number; of kind tile (rank 0) or index
  dim,         // dims[0] as an index
  loopIndex,   // id: row of Kernel::variables; kind index or vertex
  local,       // id: a Let of the same visit
  indexParam,  // id: row of Kernel::indices
  // reads: args are the indices (index, vertex, or a tile of rank 0 and dtype i32); the rest of the axes is the tile
  read,        // id: row of Kernel::tensors
  // vertices
  parent,      // args[0] vertex
  root,        // tree
  vertexIndex, // args[0] vertex -> index
  isRoot, isLeaf, depth, height, slot, // args[0] vertex; bool or index
  numVertices, numLeaves,              // tree -> index
  // elementwise with NumPy's broadcasting; on index operands with L15's meaning
  neg, abs, exp, log, sqrt, rsqrt, tanh, sigmoid, silu, gelu, softplus, relu, square, sin, cos, logicalNot,
  add, sub, mul, div, floorDiv, mod, pow, min, max,
  less, lessEqual, greater, greaterEqual, equal, notEqual, logicalAnd, logicalOr,
  where,       // args: condition, then, else
  cast,        // to type.dtype; also index -> float
  // tiles
  sum, mean, reduceMax, reduceMin, norm, logSumExp, // over axes; the result drops them
  softmax, layerNorm,                               // along axes[0]; layerNorm: number is eps
  dot, cosine, outer,                               // two args
  contract,    // text: subscripts "ik,kj->ij" over all args (also @, einsum)
  solve, choleskySolve, // args: S, b
  transpose,   // axes: the permutation
  reshape,     // to type.sizes
  slice,       // dims: offset and size of each axis, in pairs; static, rank kept
  concat,      // along axes[0]
  fill,        // number everywhere: zeros, ones
  eye,
  element,     // args[0] a tile, then indices of its leading axes
  // comprehensions and rows
  comprehension, // text: sum mean max min logsumexp; variable, domain, args[0] the element, args[1] the condition if any
  row,           // softmax row: variable, args: lo, hi, score, condition if any
  rowTimes,      // args: row, tile with J first (a whole tensor read without its J axis)
  rowSum,        // args: row
  sharedLevels,  // args: i, j; dims: L, N
  prefix,        // args[0] tile, args[1] sharedLevels; table: the prefix length by level count (table[n], n = 0 .. L)
};

struct Expr;
using ExprPtr = std::shared_ptr<const Expr>;

/// What a comprehension or loop variable runs over.
struct Domain {
  enum class Kind : uint8_t { axis, range, children, tree, leaves } kind = Kind::axis;
  Dim extent;             // axis: 0 .. extent-1
  ExprPtr lower, upper;   // range: index expressions
  ExprPtr vertex;         // children
  int32_t tree = -1;      // children, tree, leaves
};

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
  int32_t variable = -1; // comprehension, row: row of Kernel::variables
  Domain domain;         // comprehension, row
};

/// A loop or comprehension variable.
struct Variable {
  std::string name;
  Kind kind = Kind::index; // index or vertex
  int32_t tree = -1;
  Span span;
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
  int32_t parameter = -1;   // row of Signature::tensors, -1 for a definition
  int32_t loop = -1;        // the Loop that defines it
  int32_t numLoopAxes = 0;  // of a definition: so many leading axes are the loop's
  bool recursive = false;   // read at a neighbour within its own sweep: stored at least as f32
  Span span;
};

struct Tree {
  std::string name;
  TreeKind kind = TreeKind::rooted;
  int32_t arity = 0;
  int32_t parameter = -1;      // row of Signature::trees, -1 if built in the kernel
  bool batched = false;
  // Builders (L20, L21): "chain", "perfect", "from_parents", "quadtree", "minimum_spanning_tree"; args; options
  std::string builder;
  std::vector<ExprPtr> args;
  std::vector<int32_t> variables; // i, j of a cost
  std::vector<Dim> dims;          // of the graph: H, W | N, m
  std::string graph;              // grid grid8 band edges
  Dim numVertices;
  Span span;
};

struct ResultRef {
  std::string name;
  bool isTree = false;
  int32_t id = -1; // row of tensors or trees
};

/// An equation that could not be proved symbolically; checked when sizes are known.
struct Requirement {
  enum class Relation : uint8_t { equal, notEqual, less, lessEqual } relation = Relation::equal;
  Dim left, right;
  std::string message;
  Span span;
};

struct Kernel {
  std::string name;
  std::vector<Tensor> tensors;
  std::vector<Tree> trees;
  std::vector<std::string> indices; // index parameters
  std::vector<Variable> variables;
  std::vector<Loop> loops;          // in order; builders of trees come before the loop that first uses them
  std::vector<ResultRef> results;
  std::vector<Requirement> requirements;
  std::vector<std::string> tileDims; // dimensions that a specialisation must bind
  Span span;
};

} // namespace espalier::sema

#endif
