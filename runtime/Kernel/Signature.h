//===- Signature.h - What a compiled kernel takes and returns ---------------===//
//
// A signature names the rows of the tables of an espalier_call (runtime/ABI/ABI.h):
// which tensors, trees and extents a kernel reads, how large its results and its
// workspaces are, and what each fault location means. It is data: the compiler
// writes it, the runtime checks a call against it, and it is stored beside the code.
//
// Tensors are dense and row-major. A batched tensor has the caller's leading batch
// axes, which generated code sees as one axis of their product; all batched
// arguments of a call have the same batch shape.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_RUNTIME_KERNEL_SIGNATURE_H
#define ESPALIER_RUNTIME_KERNEL_SIGNATURE_H

#include "runtime/Tensor/DType.h"

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

namespace espalier {

/// What a tree parameter accepts. `perfect` has a fixed arity and level-major numbering, leaves first.
enum class TreeKind : uint8_t { chain, perfect, rooted, forest };

/// Where a spanning tree may grow (runtime/Tree/Graph.h).
enum class GraphKind : uint8_t { grid, grid8, band, edges };

/// How a quadtree walks over the pixels (runtime/Tree/Quadtree.h).
enum class PixelOrder : uint8_t { morton, hilbert, snake, raster };

/// The size of one axis: a constant of the specialisation, or a row of the extents table.
struct AxisSize {
  std::string name;      // as the program writes it: "N", "G", "leaves(G)", "4"
  int64_t constant = -1; // when extent == -1
  int32_t extent = -1;   // row of Signature::extents
};

struct TensorSpec {
  std::string name;
  DType dtype = DType::f32;
  bool batched = false;
  std::vector<AxisSize> axes; // after the batch axes
  // A result that is a tree: its row of Signature::trees. The tensor is i32[V], batched as the tree or more, and the
  // runtime writes the parents into it after the kernel has run. -1: the kernel writes it.
  int32_t tree = -1;
};

/// Tables of a tree that only some kernels read (espalier_tree).
struct TreeTables {
  bool blocks = false;
  int64_t parts = 0; // subtrees that tasks may have for themselves; 0: no tables of parts

  bool any() const { return blocks || parts > 0; }
  auto operator<=>(const TreeTables &) const = default;
};

/// A tree that the caller passes, or one that is built in the kernel (language.md L20, L21). What sizes alone define,
/// and what a parameter holds, the runtime builds before the kernel runs; the kernel finds it among the trees of the
/// call like a parameter. The others it builds with espalier_build_trees.
struct TreeSpec {
  std::string name;
  TreeKind kind = TreeKind::rooted;
  int32_t arity = 0;      // perfect only
  bool batchable = false; // a batch of trees may stand here; of a built one: each batch element has its own

  enum class Builder : uint8_t {
    parameter,
    chain,           // sizes: n
    perfect,         // sizes: arity, height
    quadtree,        // sizes: H, W; order
    fromParents,     // sizes: V; parents: a tensor parameter i32[V], batched as the tree; -1: computed by the kernel
    minimumSpanning, // sizes: (H, W) of grid and grid8, (N, m) of band, (N, E) of edges
    randomSpanning,  // the same
  };
  Builder builder = Builder::parameter;
  std::vector<AxisSize> sizes = {};
  int32_t parents = -1;
  GraphKind graph = GraphKind::grid;
  PixelOrder order = PixelOrder::morton;
  bool ownEdges = false;     // edges: each batch element has its own pairs
  TreeTables tables = {};    // that the kernel reads beside those of every tree
  bool centered = false;     // spanning trees are rooted at their centre, not at a vertex that the kernel names
  std::string position = {}; // where the program builds it: "tree_scan.esp:24:9"
};

/// Where the value of one row of the extents table comes from. Rows may refer to earlier rows only.
struct ExtentSpec {
  enum class Source : uint8_t {
    batch,    // product of the batch axes (1 if the caller gave none)
    axis,     // size of axis `axis` (after the batch axes) of tensor parameter `parameter`
    vertices, // number of vertices of row `parameter` of trees
    leaves,   // number of leaves of row `parameter` of trees, which is not a tree that the kernel builds as it runs
    edges,    // number of edges that row `parameter` of trees, a spanning tree, may grow on
    index,    // value of index parameter `parameter`
    constant, // `value`
    // Computed from the rows `factors`. An overflow or a division by zero is an error of the call.
    product,
    sum,
    quotient,  // factors[0] // factors[1], rounded down
    remainder, // factors[0] % factors[1], with the sign of factors[1]
    least,
    greatest,
  };
  std::string name;
  Source source = Source::axis;
  int32_t parameter = -1; // row of tensors, trees or indices
  int32_t axis = -1;
  int64_t value = 0;
  std::vector<int32_t> factors;
};

/// One parameter of the kernel, in the order of the program. `row` counts within its own kind.
struct ParameterSpec {
  enum class Kind : uint8_t { tensor, tree, index, compileTime };
  std::string name;
  Kind kind = Kind::tensor;
  int32_t row = -1; // -1 for compileTime
};

/// A row of the location table: where in the program a fault can arise.
struct LocationSpec {
  std::string position; // "myo.esp:7:16"
  std::string what;     // "S", "E[token[v]]"
  // The axes whose flat index a fault's position is, outermost first, named as messages name them: "vertex", "h".
  // Empty: position is a vertex where the kernel takes trees, else an index.
  std::vector<AxisSize> loop = {};
};

/// The arithmetic of one sweep, for whoever measures: an addition, a product, a division or a function counts one.
struct WorkSpec {
  std::string what;                  // "up over 3 definitions"
  double operationsPerPoint = 0;     // floating-point operations; children are counted as one per vertex
  std::vector<AxisSize> points = {}; // their number is the product
};

struct Signature {
  std::string kernel;
  std::vector<ParameterSpec> parameters;
  std::vector<TensorSpec> tensors;    // buffers[0 ..)
  std::vector<TreeSpec> trees;        // trees[0 ..), those that are built as well
  std::vector<std::string> indices;   // names of the index parameters
  std::vector<ExtentSpec> extents;    // extents[0 ..)
  std::vector<TensorSpec> results;    // buffers[tensors.size() ..)
  std::vector<TensorSpec> workspaces; // buffers[tensors.size() + results.size() ..)
  std::vector<LocationSpec> locations;
  std::vector<WorkSpec> work;
};

} // namespace espalier

#endif
