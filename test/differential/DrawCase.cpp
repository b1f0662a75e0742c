//===- DrawCase.cpp - Parameters, trees and results of a program ------------===//
#include "test/differential/DrawCase.h"

#include "test/differential/DrawBlocks.h"
#include "test/differential/DrawShapes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace espalier::differential {

namespace {

class CaseDraw {
public:
  CaseDraw(uint64_t seed, std::optional<DType> floatType) : dice(seed) {
    sketch.seed = seed;
    DType drawn = dice.pick({DType::f32, DType::f64});
    sketch.floatType = floatType.value_or(drawn);
  }

  Case draw() {
    sketch.batch = drawBatch(dice);
    drawSizes();
    drawTreeParameters();
    drawAxes();
    drawParameters();
    scope.hasRows = dice.chance(0.2);
    scope.hasFaults = dice.chance(0.06);
    if (scope.hasRows)
      drawRanks();
    if (dice.chance(0.25))
      drawBuiltTree();
    if (dice.chance(0.3))
      sketch.functions.push_back(drawHelper(dice, scope, numNames));
    FunctionDraw body(dice, scope, numNames, function);
    if (dice.chance(0.2))
      if (std::optional<Function> inner = body.drawInnerKernel())
        sketch.functions.push_back(*inner);
    for (int64_t k = dice.between(1, 4); k > 0; --k)
      body.drawBlock();
    body.drawResults();
    if (scope.hasFaults)
      for (Parameter &parameter : function.parameters)
        parameter.mayLeave = dice.chance(0.3);
    bool hasEmptyAxes =
        std::any_of(sketch.sizes.begin(), sketch.sizes.end(), [](const auto &size) { return size.second == 0; });
    sketch.hasDeadCode = dice.chance(0.3) && !scope.hasFaults && !hasEmptyAxes;
    function.name = "f";
    function.keepsParameters = false;
    sketch.functions.push_back(std::move(function));
    return std::move(sketch);
  }

private:
  void drawSizes() {
    scope.dims = {"d", "e", "k"};
    std::vector<int64_t> sizes = drawTileSizes(dice, scope.dims.size());
    for (size_t k = 0; k < sizes.size(); ++k)
      sketch.sizes[scope.dims[k]] = sizes[k];
    Parameter shown{"sizes", "float"};
    shown.axes = scope.dims;
    function.parameters.push_back(shown);
  }

  void drawTreeParameters() {
    for (const char *name : {"G", "T"}) {
      if (!dice.chance(name[0] == 'G' ? 0.85 : 0.15))
        continue;
      Parameter tree{name, dice.pick({"tree", "tree", "forest", "forest", "chain"})};
      tree.tree = drawTree(dice, tree.type);
      tree.tree.isBatched = !sketch.batch.empty() && dice.chance(0.15);
      sketch.sizes[name] = verticesOf(tree.tree);
      scope.domains.push_back({name, Domain::Kind::tree, {name}, "", tree.type == "tree"});
      if (dice.chance(0.4) && !tree.tree.isBatched)
        scope.domains.push_back(
            {fmt::format("leaves({})", name), Domain::Kind::leaves, {fmt::format("leaves({})", name)}, name});
      function.parameters.push_back(std::move(tree));
    }
  }

  void drawAxes() {
    addAxis("N", scope.domains.empty() ? 1 : 0.6);
    addAxis("M", 0.25);
    if (dice.chance(0.3)) {
      sketch.sizes["heads"] = dice.pick({0, 1, 2, 2, 3, 5});
      scope.domains.push_back({"heads", Domain::Kind::axis, {"heads"}});
    }
  }

  void addAxis(const char *name, double probability) {
    int64_t extent = drawExtent(dice);
    if (!dice.chance(probability))
      return;
    sketch.sizes[name] = extent;
    scope.domains.push_back({name, Domain::Kind::axis, {name}});
  }

  /// Tensors over every domain, tiles that all share, positions and masks.
  void drawParameters() {
    TermDraw terms(dice, scope, numNames);
    for (const Domain &domain : scope.domains) {
      for (int64_t k = dice.between(3, 5); k > 0; --k) {
        bool isHeaded = domain.name != "heads" && sketch.sizes.count("heads") && dice.chance(0.25);
        addTensor(isHeaded ? std::vector<std::string>{"heads", domain.name} : std::vector<std::string>{domain.name},
                  terms.anyShape());
      }
      if (dice.chance(0.35))
        addData(domain);
    }
    for (int64_t k = dice.between(3, 6); k > 0; --k)
      addTensor({}, terms.anyShape(3));
    if (dice.chance(0.25)) {
      std::string size = dice.chance(0.5) ? terms.anyDim() : scope.domains.back().name;
      Parameter position{"at", "index"};
      position.fill = Parameter::Fill::positions;
      position.range = size;
      function.parameters.push_back(position);
      scope.positions.emplace_back("at", size);
    }
  }

  std::vector<std::string> axesOf(const std::vector<std::string> &domains) {
    std::vector<std::string> axes;
    for (const std::string &name : domains)
      for (const std::string &axis : scope.domain(name).axes)
        axes.push_back(axis);
    return axes;
  }

  Parameter &addTensor(const std::vector<std::string> &domains, const TileShape &tile) {
    Parameter parameter{fmt::format("x{}", numNames++), dice.chance(0.04) ? "f64" : "float"};
    parameter.isBatched = dice.chance(domains.empty() ? 0.2 : 0.7);
    parameter.axes = axesOf(domains);
    parameter.axes.insert(parameter.axes.end(), tile.begin(), tile.end());
    bool isWhole = dice.chance(0.25);
    parameter.fill = isWhole ? Parameter::Fill::whole : Parameter::Fill::normal;
    parameter.isExact = isWhole;
    if (parameter.type == "float")
      scope.tensors.push_back({parameter.name, domains, tile, true, isWhole});
    function.parameters.push_back(std::move(parameter));
    return function.parameters.back();
  }

  /// i32 positions of some axis, or a mask, over the domain.
  void addData(const Domain &domain) {
    if (domain.axes.size() != 1)
      return;
    bool isMask = dice.chance(0.25);
    Parameter data{fmt::format("p{}", numNames++), isMask ? "bool" : "i32"};
    data.axes = domain.axes;
    data.isBatched = dice.chance(0.4);
    data.fill = isMask ? Parameter::Fill::whole : Parameter::Fill::positions;
    if (!isMask)
      data.range = dice.chance(0.3) ? dice.pick(scope.dims) : dice.pick(scope.domains).name;
    scope.data.push_back({data.name, {domain.name}, data.range});
    function.parameters.push_back(std::move(data));
  }

  /// The levels of a score: a tuple whose sum is the size d.
  void drawRanks() {
    Parameter ranks{"ranks", "static"};
    int64_t rest = sketch.sizes["d"];
    for (int64_t level = dice.between(1, 3); level > 0; --level) {
      ranks.statics.push_back(level == 1 ? rest : dice.between(0, rest));
      rest -= ranks.statics.back();
    }
    function.parameters.push_back(std::move(ranks));
    scope.ranks = "ranks";
    scope.ranksDim = "d";
  }

  //===-- Trees that the program builds ---------------------------------------===//

  void drawBuiltTree() {
    switch (dice.below(6)) {
    case 0:
      return buildTree("chain(L)", {"L"}, {{"L", drawExtent(dice)}}, dice.chance(0.5));
    case 1: {
      TreeSketch tree = drawTree(dice, "tree");
      tree.form = TreeSketch::Form::perfect;
      return buildTree(fmt::format("perfect({}, {})", tree.arity, tree.height), {std::to_string(verticesOf(tree))}, {},
                       true);
    }
    case 2: {
      Parameter parents{"parents", "i32"};
      parents.axes = {"V"};
      parents.fill = Parameter::Fill::parents;
      parents.tree = drawTree(dice, "forest");
      parents.isBatched = dice.chance(0.3);
      parents.tree.isBatched = parents.isBatched;
      function.parameters.push_back(parents);
      return buildTree("from_parents(parents)", {"V"}, {{"V", verticesOf(parents.tree)}}, false);
    }
    case 3:
      return buildQuadtree();
    default:
      return buildSpanningTree();
    }
  }

  void buildTree(const std::string &builder, const std::vector<std::string> &axes,
                 const std::map<std::string, int64_t> &sizes, bool hasRoot) {
    sketch.sizes.insert(sizes.begin(), sizes.end());
    scope.domains.push_back({"B", Domain::Kind::tree, axes, "", hasRoot});
    function.blocks.push_back(
        {"", {}, {}, {{Statement::Kind::outside, "B", false, {builder, {}, {}, Term::Kind::other}}}});
    TermDraw terms(dice, scope, numNames);
    for (int64_t k = dice.between(3, 4); k > 0; --k)
      addTensor({"B"}, terms.anyShape());
  }

  std::map<std::string, int64_t> gridSizes() {
    return {{"H", dice.between(1, 5)}, {"W", dice.pick({1, 2, 3, 4, 5, 7})}};
  }

  /// Types cannot name its vertices, only its leaves: the pixels.
  void buildQuadtree() {
    buildTree(fmt::format("quadtree(H, W, \"{}\")", dice.pick({"morton", "hilbert", "snake", "raster"})), {"H", "W"},
              gridSizes(), true);
    scope.domains.back().isNamed = false;
    scope.domains.push_back({"leaves(B)", Domain::Kind::leaves, {"H", "W"}, "B"});
    for (NamedTensor &tensor : scope.tensors)
      if (!tensor.domains.empty() && tensor.domains.back() == "B")
        tensor.domains.back() = "leaves(B)";
  }

  void buildSpanningTree() {
    std::string graph = dice.pick({"grid(H, W)", "grid8(H, W)", "band(L, 2)", "band(L, 3)", "edges(pairs)"});
    bool isGrid = graph[0] == 'g';
    std::map<std::string, int64_t> sizes = gridSizes();
    if (!isGrid)
      sizes = {{graph[0] == 'b' ? "L" : "V", dice.pick({1, 2, 3, 5, 8, 9, 17})}};
    std::vector<std::string> axes;
    for (const auto &[name, size] : sizes)
      axes.push_back(name);
    if (graph[0] == 'e') {
      sizes["V"] = std::max<int64_t>(sizes["V"], 2); // an edge has two ends
      sizes["E"] = sizes["V"] - 1 + dice.between(0, 5);
      Parameter pairs{"pairs", "i32"};
      pairs.axes = {"E", "2"};
      pairs.fill = Parameter::Fill::pairs;
      pairs.range = "V";
      function.parameters.push_back(pairs);
    }
    Parameter feature{"cost", "float"};
    feature.isBatched = dice.chance(0.6);
    feature.axes = axes;
    bool isVector = dice.chance(0.6);
    if (isVector)
      feature.axes.push_back("e");
    feature.isExact = true;
    feature.fill = dice.pick({Parameter::Fill::normal, Parameter::Fill::whole});
    function.parameters.push_back(feature);
    if (Dice random(sketch.seed, "random tree"); random.chance(0.3))
      return buildRandomTree(random, isVector, graph, axes, sizes);
    std::string cost = isVector ? dice.pick({"exp(-cosine(1 + cost[i], cost[j]))", "sum(abs(cost[i] - cost[j]))",
                                             "norm(cost[i] - cost[j])", "dot(cost[i], cost[j])"})
                                : dice.pick({"abs(cost[i] - cost[j])", "cost[i] * cost[j]", "max(cost[i], cost[j])"});
    std::string builder = fmt::format("{} for i, j in {}", cost, graph);
    if (dice.chance(0.3))
      builder = fmt::format("({}), root=0", builder);
    buildTree(fmt::format("minimum_spanning_tree({})", builder), axes, sizes, true);
  }

  /// Weights are at least 0.
  void buildRandomTree(Dice &random, bool isVector, const std::string &graph, const std::vector<std::string> &axes,
                       const std::map<std::string, int64_t> &sizes) {
    std::string weight = isVector ? random.pick({"exp(-norm(cost[i] - cost[j]))", "1 + abs(dot(cost[i], cost[j]))"})
                                  : random.pick({"abs(cost[i] - cost[j])", "exp(cost[i] * cost[j])"});
    std::string options = random.pick({"", ", seed=7", ", seed=3, root=0"});
    buildTree(fmt::format("random_spanning_tree(({} for i, j in {}){})", weight, graph, options), axes, sizes, true);
  }

  Dice dice;
  Case sketch;
  Scope scope;
  Function function;
  int numNames = 0;
};

} // namespace

Case drawCase(uint64_t seed, std::optional<DType> floatType) { return CaseDraw(seed, floatType).draw(); }

} // namespace espalier::differential
