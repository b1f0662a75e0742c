//===- DrawShapes.cpp - Sizes, batch axes and trees --------------------------===//
#include "test/differential/DrawShapes.h"

namespace espalier::differential {

std::vector<int64_t> drawBatch(Dice &dice) {
  switch (dice.below(10)) {
  case 0:
  case 1:
  case 2:
    return {};
  case 3:
    return {dice.chance(0.3) ? 0 : 1};
  case 4:
  case 5:
  case 6:
    return {2};
  case 7:
    return {3};
  case 8:
    return {2, 2};
  default:
    return {dice.between(1, 2), dice.between(1, 3)};
  }
}

std::vector<int64_t> drawTileSizes(Dice &dice, size_t count) {
  std::vector<int64_t> sizes;
  for (size_t k = 0; k < count; ++k)
    sizes.push_back(dice.pick({1, 2, 2, 3, 3, 4, 5, 7, 8, 9}));
  if (dice.chance(0.3))
    sizes[static_cast<size_t>(dice.below(static_cast<int64_t>(count)))] = dice.pick({15, 16, 17, 31, 33});
  if (dice.chance(0.06))
    sizes[static_cast<size_t>(dice.below(static_cast<int64_t>(count)))] = 0;
  return sizes;
}

int64_t drawExtent(Dice &dice) { return dice.chance(0.05) ? 0 : dice.pick({1, 2, 2, 3, 4, 5, 7, 8, 9, 13, 17, 33}); }

TreeSketch drawTree(Dice &dice, const std::string &type) {
  using Form = TreeSketch::Form;
  TreeSketch tree;
  tree.vertices = dice.pick({1, 2, 3, 4, 5, 7, 8, 9, 13, 17, 33});
  if (type != "tree" && dice.chance(0.08))
    tree.vertices = 0;
  tree.form = type == "chain" ? Form::chain
                              : dice.pick({Form::random, Form::random, Form::random, Form::chain, Form::star,
                                           Form::caterpillar, Form::perfect});
  if (type == "forest")
    tree.roots = dice.between(1, 3);
  if (tree.form == Form::perfect) {
    tree.arity = dice.between(1, 4);
    tree.height = dice.between(0, tree.arity == 1 ? 6 : tree.arity == 2 ? 4 : 2);
  }
  return tree;
}

int64_t verticesOf(const TreeSketch &tree) {
  if (tree.form != TreeSketch::Form::perfect)
    return tree.vertices;
  int64_t vertices = 1, level = 1;
  for (int64_t l = 0; l < tree.height; ++l)
    vertices += level *= tree.arity;
  return vertices;
}

} // namespace espalier::differential
