/*===- ABI.h - The C layout shared by generated code and the runtime --------===//
//
// A compiled kernel is one C function that takes an espalier_call. It reads the
// tables of the call and may call the functions declared at the end, which the
// JIT hands to it as absolute symbols. Nothing else crosses the boundary.
//
// A change to this file changes ESPALIER_ABI_VERSION; cached code of another
// version is not loaded.
//===----------------------------------------------------------------------===*/
#ifndef ESPALIER_RUNTIME_ABI_ABI_H
#define ESPALIER_RUNTIME_ABI_ABI_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ESPALIER_ABI_VERSION 5

/* Vertices of a block (espalier_tree). */
#define ESPALIER_BLOCK_WIDTH 16

/* One rooted tree, or a forest. Vertices are 0 .. num_vertices-1 in the user's
 * numbering. All arrays have num_vertices entries unless said otherwise. */
typedef struct espalier_tree {
  int64_t num_vertices;
  int64_t num_leaves;
  int64_t num_roots;
  int64_t max_depth;     /* largest depth; -1 for an empty forest */
  const int32_t *parent; /* -1 at a root */
  const int32_t
      *child_offsets;        /* num_vertices + 1: children of v are children[child_offsets[v] .. child_offsets[v+1]) */
  const int32_t *children;   /* num_vertices - num_roots, ascending within one vertex */
  const int32_t *post_order; /* a permutation of the vertices: children before parents, subtrees contiguous */
  const int32_t *depth;      /* 0 at a root */
  const int32_t *height;     /* 0 at a leaf */
  const int32_t *slot;       /* position among the siblings, 0-based; among the roots for a root */
  const int32_t *leaves;     /* num_leaves: the vertex of each leaf, ascending */
  const int32_t *leaf_rank;  /* position in leaves, -1 at an inner vertex */
  const int32_t *roots;      /* num_roots, ascending */
  /* Blocks of vertices of equal height, each ESPALIER_BLOCK_WIDTH entries: a short one repeats its last vertex. The
   * children of a block's vertices are in blocks before it, mostly shortly before. Null where the signature does not
   * ask for them. */
  const int32_t *blocks;
  int64_t num_blocks;
  /* num_parts sets of whole subtrees, and the top: all other vertices. A permutation of the vertices: those of part p
   * are part_order[part_offsets[p] .. part_offsets[p+1]), those of the top follow the last part; children before
   * parents. No block spans two of them: those of part p are part_blocks[p] .. part_blocks[p+1]-1, those of the top
   * part_blocks[num_parts] .. num_blocks-1. Null, and no parts, where the signature does not ask for them. */
  const int32_t *part_order;
  const int32_t *part_offsets; /* num_parts + 1 */
  const int32_t *part_blocks;  /* num_parts + 1; null without blocks */
  int64_t num_parts;
  /* Runs of the top, pieces of its long paths: the vertices of run r are part_order[runs[2 r] .. runs[2 r + 1]), from
   * the lowest to the highest. Each has a parent, and exactly one child in the top: the vertex before it in part_order.
   * Runs ascend and share no vertex. Null, and none, without parts. */
  const int32_t *runs;
  int64_t num_runs;
} espalier_tree;

/* The trees of one row of the signature: one for all batch elements, or `count`
 * of them for a batch of B = count * k elements; element b uses trees[b / k].
 * A tree that the kernel grows from what it computes is there once
 * espalier_build_trees has returned, and lives as long as the call. */
typedef struct espalier_trees {
  const espalier_tree *trees;
  int64_t count;
} espalier_trees;

/* What went wrong inside a kernel. */
enum espalier_fault {
  ESPALIER_FAULT_SINGULAR = 1,     /* solve: the matrix is numerically singular */
  ESPALIER_FAULT_NOT_POSITIVE = 2, /* cholesky_solve: the matrix is not positive definite */
  ESPALIER_FAULT_OUT_OF_RANGE = 3, /* a read outside its axis: value is the index, limit the extent */
  ESPALIER_FAULT_NOT_FINITE = 4,   /* --check=finite: a definition holds a NaN or an infinity */
  ESPALIER_FAULT_NO_TREE = 5 /* what a tree was to be built from is none; recorded by the runtime, with the reason */
};

/* One call of a kernel. Tables are indexed as the kernel's signature says. */
typedef struct espalier_call {
  void *const *buffers;   /* tensors: parameters, then results, then workspaces; dense, row-major, 64-byte aligned where
                             the runtime owns them */
  const int64_t *extents; /* dynamic sizes and index parameters */
  const espalier_trees *trees; /* as the signature's rows: parameters, and trees that are built in the kernel */
  void *host;                  /* the runtime's own state: faults, pool */
} espalier_call;

/* A compiled kernel. Faults are reported through espalier_report. */
typedef void (*espalier_kernel)(const espalier_call *call);

/* The body of a parallel loop: tasks begin .. end-1, with `scratch` bytes (64-byte aligned, uninitialised) of its own.
 */
typedef void (*espalier_body)(const espalier_call *call, int64_t begin, int64_t end, void *scratch);

/* --- Functions that generated code may call --- */

/* Runs body over 0 .. tasks-1 in chunks of `grain` tasks (the last may be smaller); a chunk never depends on the number
 * of threads. */
void espalier_parallel_for(const espalier_call *call, int64_t tasks, int64_t grain, int64_t scratch_bytes,
                           espalier_body body);

/* Records a fault: `location` is a row of the kernel's location table; batch and position say where
 * (position: the flat index of the loop's axes and its vertex; -1 outside loops). Of several faults the one with the
 * least (location, batch, position) is kept, whatever the order of the calls. */
void espalier_report(const espalier_call *call, int32_t fault, int64_t location, int64_t batch, int64_t position,
                     int64_t value, int64_t limit);

/* Solves S x = b with care, where a fast elimination met a pivot that it does not trust. `work` has n rows of `stride`
 * elements: S in the columns 0 .. n-1, the right-hand sides in first .. first+columns-1, which become the solutions;
 * the rest is left alone. `scales` is scratch of 2 n elements. `positive` = 0: elimination with partial pivoting; 1: S
 * is symmetric, and its pivots must be positive. Returns 0; or 1 if S is numerically singular (not positive definite),
 * and the solutions are zeros. If S holds a NaN or an infinity, the solutions are NaNs, and 0 is returned. */
int32_t espalier_solve_f32(float *work, float *scales, int64_t n, int64_t stride, int64_t first, int64_t columns,
                           int32_t positive);
int32_t espalier_solve_f64(double *work, double *scales, int64_t n, int64_t stride, int64_t first, int64_t columns,
                           int32_t positive);

/* Trees from data (rows of the signature whose builder takes what the kernel computes). Both functions are called
 * outside parallel loops. They return 1; or 0 after recording a fault at `location`, and the kernel then returns at
 * once.
 *
 * Lists the edges that the trees of `row` may grow on: ends[e] are the lower and the higher vertex of edge e, in the
 * order in which costs are expected. `pairs` (int32 [E, 2]) are those of `edges(pairs)`, else null; where the signature
 * says that they differ within the batch, pairs and ends are [B, E, 2]. */
int32_t espalier_list_edges(const espalier_call *call, int64_t row, int64_t location, const int32_t *pairs,
                            int32_t *ends);

/* Builds the trees of `row`, in parallel over the batch. `data`: float64 costs (minimum spanning trees) or weights
 * (random ones) of the listed edges, [B, E] or, for one tree shared by the batch, [E]; int32 parents, [B, V] or [V], of
 * from_parents, which has no `ends`. `root`: the vertex at which spanning trees are rooted, unless the signature says
 * at their centre. `seed`: of random ones. */
int32_t espalier_build_trees(const espalier_call *call, int64_t row, int64_t location, const void *data,
                             const int32_t *ends, int64_t root, int64_t seed);

#ifdef __cplusplus
}
#endif
#endif
