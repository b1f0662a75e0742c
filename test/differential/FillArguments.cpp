//===- FillArguments.cpp - The values that a program is called with ---------===//
#include "test/differential/FillArguments.h"

#include "test/differential/Dice.h"
#include "test/differential/DrawShapes.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace espalier::differential {

namespace {

using Form = TreeSketch::Form;

/// Parents in the order of the form, then with the vertices renumbered where the form leaves the order open.
std::vector<int32_t> parentsOf(const TreeSketch &tree, Dice dice) {
  auto numVertices = static_cast<int32_t>(verticesOf(tree));
  std::vector<int32_t> parents(static_cast<size_t>(numVertices));
  if (tree.form == Form::perfect) {
    Result<Tree> perfect = Tree::perfect(tree.arity, tree.height);
    std::copy(perfect->parents().begin(), perfect->parents().end(), parents.begin());
    return parents;
  }
  if (tree.form == Form::chain) {
    for (int32_t v = 0; v < numVertices; ++v)
      parents[static_cast<size_t>(v)] = v + 1 < numVertices ? v + 1 : -1;
    return parents;
  }
  auto roots = static_cast<int32_t>(std::max<int64_t>(tree.roots, 1));
  for (int32_t v = 0; v < numVertices; ++v) {
    int32_t &parent = parents[static_cast<size_t>(v)];
    if (v < roots)
      parent = -1;
    else if (tree.form == Form::star)
      parent = v % roots;
    else if (tree.form == Form::caterpillar)
      parent = v % 2 == roots % 2 || v - 1 < roots ? std::max(v - 2, 0) : v - 1;
    else
      parent = static_cast<int32_t>(dice.below(v));
  }
  std::vector<int32_t> number(parents.size());
  std::iota(number.begin(), number.end(), 0);
  for (size_t k = number.size(); k > 1; --k)
    std::swap(number[k - 1], number[static_cast<size_t>(dice.below(static_cast<int64_t>(k)))]);
  std::vector<int32_t> renumbered(parents.size());
  for (size_t v = 0; v < parents.size(); ++v)
    renumbered[static_cast<size_t>(number[v])] = parents[v] < 0 ? -1 : number[static_cast<size_t>(parents[v])];
  return renumbered;
}

class Filling {
public:
  Filling(const Case &sketch, double perturbation, uint64_t signs)
      : sketch(sketch), sizes(sketch.sizes), perturbation(perturbation), signs(signs) {}

  Result<std::vector<NamedValue>> fill() {
    std::vector<Parameter> parameters = parametersOf(sketch.functions.back(), sketch);
    std::vector<NamedValue> values;
    for (bool wantTrees : {true, false}) // they show the numbers of leaves
      for (const Parameter &parameter : parameters) {
        bool isTree = parameter.type == "tree" || parameter.type == "forest" || parameter.type == "chain";
        if (isTree != wantTrees)
          continue;
        Result<Value> value = isTree ? treeValue(parameter) : valueOf(parameter);
        if (!value)
          return value.error().within(parameter.name);
        values.push_back({parameter.name, std::move(*value)});
      }
    return values;
  }

private:
  Dice diceOf(const Parameter &parameter, int64_t element = 0) const {
    return Dice(sketch.seed, parameter.name + "/" + std::to_string(element));
  }

  int64_t sizeOf(const std::string &axis) const {
    auto known = sizes.find(axis);
    return known != sizes.end() ? known->second : std::atoll(axis.c_str());
  }

  int64_t batchElements() const {
    return std::accumulate(sketch.batch.begin(), sketch.batch.end(), int64_t{1}, std::multiplies<>());
  }

  Shape shapeOf(const Parameter &parameter) const {
    Shape shape = parameter.isBatched ? Shape(sketch.batch) : Shape();
    for (const std::string &axis : parameter.axes)
      shape.push_back(sizeOf(axis));
    return shape;
  }

  Result<Value> treeValue(const Parameter &parameter) {
    TreeKind kind = parameter.type == "chain"    ? TreeKind::chain
                    : parameter.type == "forest" ? TreeKind::forest
                                                 : TreeKind::rooted;
    auto make = [&](int64_t element) -> Result<Tree> {
      if (parameter.tree.form == Form::perfect)
        return Tree::perfect(parameter.tree.arity, parameter.tree.height);
      return Tree::fromParents(parentsOf(parameter.tree, diceOf(parameter, element)), kind);
    };
    if (!parameter.tree.isBatched || sketch.batch.empty()) {
      Result<Tree> tree = make(0);
      if (!tree)
        return tree.error();
      sizes["leaves(" + parameter.name + ")"] = tree->numLeaves();
      return Value(*tree);
    }
    std::vector<Tree> trees;
    for (int64_t element = 0; element < batchElements(); ++element) {
      Result<Tree> tree = make(element);
      if (!tree)
        return tree.error();
      trees.push_back(*tree);
    }
    Result<TreeBatch> batch = TreeBatch::of(sketch.batch, trees, sketch.sizes.at(parameter.name));
    return batch ? Result<Value>(Value(*batch)) : batch.error();
  }

  Result<Value> valueOf(const Parameter &parameter) {
    if (parameter.type == "static")
      return Value(parameter.statics);
    if (parameter.type == "index") {
      int64_t size = sizeOf(parameter.range);
      return Value(diceOf(parameter).below(std::max<int64_t>(size, 1)) + (parameter.mayLeave ? size : 0));
    }
    Result<Tensor> numbers = Tensor::allocate(DType::f64, shapeOf(parameter));
    if (!numbers)
      return numbers.error();
    write(parameter, numbers->values<double>());
    DType dtype = parameter.type == "i32"    ? DType::i32
                  : parameter.type == "bool" ? DType::boolean
                  : parameter.type == "f64"  ? DType::f64
                                             : sketch.floatType;
    Result<Tensor> tensor = numbers->to(dtype);
    return tensor ? Result<Value>(Value(*tensor)) : tensor.error();
  }

  void write(const Parameter &parameter, std::span<double> values) {
    Dice dice = diceOf(parameter);
    if (parameter.fill == Parameter::Fill::parents)
      return writeParents(parameter, values);
    if (parameter.fill == Parameter::Fill::pairs)
      return writePairs(parameter, values, dice);
    int64_t range = std::max<int64_t>(sizeOf(parameter.range), 1);
    Dice sign(signs, parameter.name);
    for (double &value : values) {
      if (parameter.type == "bool")
        value = static_cast<double>(dice.below(2));
      else if (parameter.fill == Parameter::Fill::positions)
        value = static_cast<double>(dice.below(range));
      else if (parameter.fill == Parameter::Fill::whole)
        value = static_cast<double>(dice.between(-1, 2));
      else // few bits: the same number in every dtype
        value = static_cast<double>(dice.between(-512, 512)) / 256;
      if (!parameter.isExact && parameter.type == "float")
        value *= 1 + (sign.chance(0.5) ? perturbation : -perturbation);
    }
    if (parameter.mayLeave && parameter.fill == Parameter::Fill::positions && !values.empty())
      values[static_cast<size_t>(dice.below(static_cast<int64_t>(values.size())))] =
          dice.chance(0.5) ? -1 : static_cast<double>(range);
  }

  void writeParents(const Parameter &parameter, std::span<double> values) {
    auto numVertices = static_cast<size_t>(verticesOf(parameter.tree));
    for (size_t element = 0; numVertices > 0 && element < values.size() / numVertices; ++element) {
      std::vector<int32_t> parents = parentsOf(parameter.tree, diceOf(parameter, static_cast<int64_t>(element)));
      std::copy(parents.begin(), parents.end(), values.begin() + static_cast<std::ptrdiff_t>(element * numVertices));
    }
  }

  /// A tree over all vertices first, so that the graph is connected.
  void writePairs(const Parameter &parameter, std::span<double> values, Dice &dice) {
    int64_t numVertices = sizeOf(parameter.range);
    for (size_t edge = 0; edge < values.size() / 2; ++edge) {
      auto upper = static_cast<int64_t>(edge) + 1;
      if (upper >= numVertices)
        upper = numVertices > 1 ? dice.between(1, numVertices - 1) : 1;
      int64_t lower = dice.below(upper);
      bool isSwapped = dice.chance(0.5);
      values[2 * edge] = static_cast<double>(isSwapped ? upper : lower);
      values[2 * edge + 1] = static_cast<double>(isSwapped ? lower : upper);
    }
  }

  const Case &sketch;
  std::map<std::string, int64_t> sizes;
  double perturbation;
  uint64_t signs;
};

} // namespace

Result<std::vector<NamedValue>> fillArguments(const Case &sketch, double perturbation, uint64_t signs) {
  return Filling(sketch, perturbation, signs).fill();
}

} // namespace espalier::differential
