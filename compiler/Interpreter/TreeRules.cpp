//===- TreeRules.cpp - Facts of trees and vertices --------------------------===//
#include "compiler/Interpreter/Plan.h"

#include "dialects/Tree/IR/TreeDialect.h"

using namespace mlir;

namespace espalier::interpreter {

//===-- Facts of a tree -----------------------------------------------------===//

static Step numVertices(Operation *op, Plan &plan) {
  return [tree = plan.tree(op->getOperand(0)), y = plan.slot(op->getResult(0))](Machine &machine) {
    machine.integer(y) = machine.treesAt(tree).numVertices();
  };
}

/// Trees of a batch have one number of vertices; they need one number of leaves too where a tensor runs over the
/// leaves.
static Step numLeaves(Operation *op, Plan &plan) {
  return [op, tree = plan.tree(op->getOperand(0)), y = plan.slot(op->getResult(0))](Machine &machine) {
    std::span<const espalier_tree> trees = machine.treesAt(tree).abi();
    machine.integer(y) = trees.empty() ? 0 : trees[0].num_leaves;
    for (const espalier_tree &other : trees)
      if (other.num_leaves != trees[0].num_leaves)
        return machine.fail(op, "the trees of a batch have {} and {} leaves", trees[0].num_leaves, other.num_leaves);
  };
}

static Step root(Operation *op, Plan &plan) {
  return [op, tree = plan.tree(op->getOperand(0)), y = plan.slot(op->getResult(0))](Machine &machine) {
    if (const espalier_tree *shape = machine.treeAt(tree, op))
      machine.integer(y) = shape->num_roots ? shape->roots[0] : none;
  };
}

//===-- Facts of a vertex ---------------------------------------------------===//

using VertexFact = int64_t (*)(const espalier_tree &tree, int64_t vertex);

/// `ofNone` is the fact of no vertex: none where the fact is a vertex, false or 0 otherwise.
static Rule vertexFact(VertexFact fact, int64_t ofNone) {
  return [=](Operation *op, Plan &plan) -> Step {
    return [=, vertex = plan.slot(op->getOperand(0)), tree = plan.tree(op->getOperand(1)),
            y = plan.slot(op->getResult(0))](Machine &machine) {
      const espalier_tree *shape = machine.treeAt(tree, op);
      int64_t v = machine.integer(vertex);
      if (!shape)
        return;
      if (v >= shape->num_vertices)
        return machine.fail(op, "vertex {} of another tree is not one of the {} vertices", v, shape->num_vertices);
      machine.integer(y) = v < 0 ? ofNone : fact(*shape, v);
    };
  };
}

static Step position(Operation *op, Plan &plan) {
  return [vertex = plan.slot(op->getOperand(0)), y = plan.slot(op->getResult(0))](Machine &machine) {
    machine.integer(y) = machine.integer(vertex);
  };
}

static int64_t numChildrenOf(const espalier_tree &tree, int64_t v) {
  return tree.child_offsets[v + 1] - tree.child_offsets[v];
}

void addTreeRules(RuleTable &table) {
  table["tree.num_vertices"] = numVertices;
  table["tree.num_leaves"] = numLeaves;
  table["tree.root"] = root;
  table["tree.position"] = position;

  struct Row {
    const char *name;
    VertexFact fact;
    int64_t ofNone;
  };
  const Row facts[] = {
      {"tree.parent", [](const espalier_tree &t, int64_t v) -> int64_t { return t.parent[v]; }, none},
      {"tree.leaf", [](const espalier_tree &t, int64_t v) -> int64_t { return t.leaf_rank[v]; }, none},
      {"tree.is_root", [](const espalier_tree &t, int64_t v) -> int64_t { return t.parent[v] < 0; }, false},
      {"tree.is_leaf", [](const espalier_tree &t, int64_t v) -> int64_t { return numChildrenOf(t, v) == 0; }, false},
      {"tree.depth", [](const espalier_tree &t, int64_t v) -> int64_t { return t.depth[v]; }, 0},
      {"tree.height", [](const espalier_tree &t, int64_t v) -> int64_t { return t.height[v]; }, 0},
      {"tree.slot", [](const espalier_tree &t, int64_t v) -> int64_t { return t.slot[v]; }, 0},
      {"tree.num_children", numChildrenOf, 0},
  };
  for (const Row &row : facts)
    table[row.name] = vertexFact(row.fact, row.ofNone);
}

} // namespace espalier::interpreter
