//===- BuiltTreesTest.cpp - Trees that are built before a kernel runs -------===//
#include "TestKernels.h"
#include "runtime/Tree/Quadtree.h"

using namespace espalier;

namespace {
using Builder = TreeSpec::Builder;

TreeSpec spec(std::string name, Builder builder, std::vector<AxisSize> sizes, TreeKind kind = TreeKind::rooted) {
  TreeSpec result;
  result.name = std::move(name);
  result.kind = kind;
  result.builder = builder;
  result.sizes = std::move(sizes);
  return result;
}

/// A result that holds the parents of a tree whose number of vertices is an extent.
TensorSpec parentsOf(std::string name, int32_t tree, int32_t extent, bool batched = false) {
  return {std::move(name), DType::i32, batched, {dynamicAxis(name, extent)}, tree};
}

void nothing(const espalier_call *) {}

/// build(n, m: index): chain(n), perfect(2, m), quadtree(n, m, hilbert), and their numbers of leaves.
Signature sizesOnly() {
  Signature s;
  s.kernel = "build";
  s.parameters = {{"n", Kind::index, 0}, {"m", Kind::index, 1}};
  s.indices = {"n", "m"};
  s.trees = {spec("C", Builder::chain, {dynamicAxis("n", 0)}, TreeKind::chain),
             spec("P", Builder::perfect, {fixedAxis("2", 2), dynamicAxis("m", 1)}, TreeKind::perfect),
             spec("Q", Builder::quadtree, {dynamicAxis("n", 0), dynamicAxis("m", 1)})};
  s.trees[1].arity = 2;
  s.trees[2].order = PixelOrder::hilbert;
  s.trees[2].position = "pixels.esp:4:7";
  s.extents = {extent("n", Source::index, 0),    extent("m", Source::index, 1),
               extent("C", Source::vertices, 0), extent("P", Source::vertices, 1),
               extent("Q", Source::vertices, 2), extent("leaves(P)", Source::leaves, 1)};
  s.results = {parentsOf("C", 0, 2),
               parentsOf("P", 1, 3),
               parentsOf("Q", 2, 4),
               {"l", DType::i32, false, {dynamicAxis("leaves(P)", 5)}}};
  return s;
}

/// read(p: i32[..., V]): from_parents(p), and the number of its leaves.
Signature fromParameter(bool batched, TreeKind kind) {
  Signature s;
  s.kernel = "read";
  s.parameters = {{"p", Kind::tensor, 0}};
  s.tensors = {{"p", DType::i32, batched, {dynamicAxis("V", 1)}}};
  s.trees = {spec("T", Builder::fromParents, {dynamicAxis("V", 1)}, kind)};
  s.trees[0].batchable = batched;
  s.trees[0].parents = 0;
  s.extents = {extent("batch", Source::batch), extent("V", Source::axis, 0, 0), extent("T", Source::vertices, 0),
               extent("leaves(T)", Source::leaves, 0)};
  s.results = {parentsOf("T", 0, 2, batched), {"l", DType::f32, false, {dynamicAxis("leaves(T)", 3)}}};
  return s;
}

std::string refusedSignature(Signature signature) {
  Result<Kernel> kernel = Kernel::create(std::move(signature), nothing, nullptr);
  return kernel ? "accepted" : kernel.error().message;
}
} // namespace

TEST(BuiltTrees, definedBySizes) {
  Kernel kernel = *Kernel::create(sizesOnly(), nothing, nullptr);
  for (auto [n, m] : {std::pair<int64_t, int64_t>{1, 1}, {5, 3}, {2, 7}, {5, 3}}) {
    Result<std::vector<Tensor>> results = kernel.call({n, m});
    ASSERT_TRUE(results) << results.error().message;
    const Tree expected[] = {*Tree::chain(n), *Tree::perfect(2, m), *quadtree(n, m, PixelOrder::hilbert)};
    for (size_t i = 0; i < 3; ++i)
      EXPECT_TRUE(std::ranges::equal((*results)[i].values<int32_t>(), expected[i].parents()));
    EXPECT_EQ((*results)[3].shape(), (Shape{int64_t(1) << m}));
  }
  EXPECT_EQ(refusal(kernel, -1, 2), "tree C: a tree of -1 vertices, expected 0 to 2147483646");
  EXPECT_EQ(refusal(kernel, 3, 31), "tree P: perfect(2, 31) has more than 2147483646 vertices");
  EXPECT_EQ(refusal(kernel, 0, 1),
            "pixels.esp:4:7: tree Q: quadtree(0, 1), expected at least one pixel in each direction");
}

TEST(BuiltTrees, areReadLikeParameters) {
  // subtree_sum with the tree quadtree(2, 3, raster) instead of its parameter.
  Signature signature = subtree_sum::signature();
  signature.parameters = {{"x", Kind::tensor, 0}};
  signature.trees = {spec("G", Builder::quadtree, {fixedAxis("2", 2), fixedAxis("3", 3)})};
  signature.trees[0].order = PixelOrder::raster;
  Kernel kernel = *Kernel::create(signature, subtree_sum::entry, nullptr);
  Tree tree = *quadtree(2, 3, PixelOrder::raster);
  Tensor x = subtree_sum::input({3, tree.numVertices(), 2});
  Result<std::vector<Tensor>> results = kernel.call({x});
  ASSERT_TRUE(results) << results.error().message;
  auto values = (*results)[0].values<float>();
  EXPECT_EQ(std::vector<float>(values.begin(), values.end()), subtree_sum::expected(x, {&tree, 1}));
  EXPECT_EQ(refusal(kernel, subtree_sum::input({8, 2})), "argument x: axis G is 8, but tree G has 9 vertices");
  EXPECT_EQ(refusal(kernel, tree, x), "subtree_sum takes 1 arguments (x), got 2");
}

TEST(BuiltTrees, fromAParameter) {
  Kernel one = *Kernel::create(fromParameter(false, TreeKind::rooted), nothing, nullptr);
  Tensor p = *Tensor::of<int32_t>({4}, {3, 3, 3, -1});
  Result<std::vector<Tensor>> results = one.call({p});
  ASSERT_TRUE(results) << results.error().message;
  EXPECT_TRUE(std::ranges::equal((*results)[0].values<int32_t>(), p.values<int32_t>()));
  EXPECT_EQ((*results)[1].shape(), (Shape{3}));
  EXPECT_EQ(refusal(one, *Tensor::of<int32_t>({2}, {1, 0})),
            "tree T: vertex 0 is on a cycle: 0 -> 1 -> 0 (from child to parent), expected a way to a root; there is no "
            "root: no entry is -1");
  EXPECT_EQ(refusal(one, *Tensor::of<int32_t>({0}, {})), "tree T: no vertices, expected at least one in a tree");

  Kernel many = *Kernel::create(fromParameter(true, TreeKind::forest), nothing, nullptr);
  Tensor q = *Tensor::of<int32_t>({2, 1, 3}, {1, -1, -1, -1, 0, 1});
  EXPECT_EQ(refusal(many, q), "tree T: tree 1 of the batch has 1 leaves, but tree 0 has 2");
  q.data<int32_t>()[5] = 0;
  results = many.call({q});
  ASSERT_TRUE(results) << results.error().message;
  EXPECT_EQ((*results)[0].shape(), (Shape{2, 1, 3}));
  EXPECT_TRUE(std::ranges::equal((*results)[0].values<int32_t>(), q.values<int32_t>()));
  q.data<int32_t>()[4] = 9;
  EXPECT_EQ(refusal(many, q),
            "tree T: batch (1, 0): vertex 1 has parent 9, expected -1 (a root) or a vertex from 0 to 2");
  EXPECT_EQ(refusal(many, *Tensor::of<int32_t>({0, 3}, {})), "accepted");
  EXPECT_EQ(refusal(many, *Tensor::of<int32_t>({int64_t(1) << 40, 0}, {})), "accepted"); // one empty forest for all
}

TEST(BuiltTrees, aParameterIsAResult) {
  Signature signature;
  signature.kernel = "identity";
  signature.parameters = {{"G", Kind::tree, 0}, {"x", Kind::tensor, 0}};
  signature.trees = {{"G", TreeKind::rooted, 0, true}};
  signature.tensors = {{"x", DType::f32, true, {}}};
  signature.extents = {extent("G", Source::vertices, 0)};
  signature.results = {parentsOf("G", 0, 0, true)};
  Kernel kernel = *Kernel::create(signature, nothing, nullptr);
  TreeBatch trees = *TreeBatch::of({2}, {*Tree::chain(3), *Tree::perfect(2, 1)});
  Result<std::vector<Tensor>> results = kernel.call({trees, subtree_sum::input({2, 2})});
  ASSERT_TRUE(results) << results.error().message;
  EXPECT_EQ((*results)[0].shape(), (Shape{2, 2, 3}));
  EXPECT_TRUE(std::ranges::equal((*results)[0].values<int32_t>(),
                                 std::vector<int32_t>{1, 2, -1, 1, 2, -1, 2, 2, -1, 2, 2, -1}));
  EXPECT_EQ(refusal(kernel, trees, subtree_sum::input({0, 2})),
            "argument G: a batch (2,) of trees, but the batch axes are (0, 2), given by x");
  EXPECT_EQ(refusal(kernel, *Tree::chain(3), subtree_sum::input({0})), "accepted");
}

TEST(BuiltTrees, signaturesThatContradictThemselves) {
  auto changed = [](auto change) {
    Signature s = sizesOnly();
    change(s);
    return refusedSignature(s);
  };
  EXPECT_EQ(changed([](Signature &) {}), "accepted");
  EXPECT_EQ(changed([](Signature &s) { s.trees[0].sizes = {}; }), "signature of build: tree C has 0 sizes, expected 1");
  EXPECT_EQ(changed([](Signature &s) { s.trees[0].builder = Builder::parameter; }),
            "signature of build: row 0 of its kind belongs to no parameter");
  EXPECT_EQ(changed([](Signature &s) { s.trees[1].builder = Builder(99); }),
            "signature of build: tree P has a builder, graph or order that is not known");
  EXPECT_EQ(changed([](Signature &s) { s.trees[2].sizes[0].extent = 6; }),
            "signature of build: tree Q: axis n has constant -1 and extent 6 of 6");
  EXPECT_EQ(changed([](Signature &s) { s.trees[2].sizes[0].extent = 4; }),
            "signature of build: extent 4 (Q) refers to what is not there");
  EXPECT_EQ(changed([](Signature &s) { s.extents[5].source = Source::edges; }),
            "signature of build: extent 5 (leaves(P)) refers to what is not there");
  EXPECT_EQ(changed([](Signature &s) { s.trees[1].builder = Builder::minimumSpanning; }),
            "signature of build: extent 5 (leaves(P)) refers to what is not there"); // its leaves depend on data
  EXPECT_EQ(changed([](Signature &s) { s.results[0].tree = 3; }), "signature of build: result C is tree 3 of 3");
  EXPECT_EQ(changed([](Signature &s) { s.results[0].dtype = DType::f32; }),
            "signature of build: result C holds the parents of tree C, expected i32[V], batched if the tree is");
  Signature s = fromParameter(true, TreeKind::rooted);
  s.trees[0].batchable = false;
  EXPECT_EQ(refusedSignature(s), "signature of read: tree T: parents are row 0 of the tensors, expected one that is "
                                 "i32[V] and batched as the tree");
}
