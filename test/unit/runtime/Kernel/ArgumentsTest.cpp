//===- ArgumentsTest.cpp - Arguments that do not fit the parameters ---------===//
#include "TestKernels.h"

using namespace espalier;

namespace {
Tensor f32(Shape shape) { return *Tensor::zeros(DType::f32, std::move(shape)); }
Tensor f64(Shape shape) { return *Tensor::zeros(DType::f64, std::move(shape)); }
Tensor parentsOf(Shape shape, std::initializer_list<int32_t> values) {
  return *Tensor::of<int32_t>(std::move(shape), values);
}
} // namespace

TEST(Arguments, theirNumber) {
  Kernel kernel = scores::kernel();
  EXPECT_EQ(refusal(kernel, f32({3, 4})), "scores takes 4 arguments (q, k, w, t), got 1");
  EXPECT_EQ(refusal(kernel), "scores takes 4 arguments (q, k, w, t), got 0");
  EXPECT_EQ(refusal(kernel, f32({3, 4}), f32({3, 4}), f64({4}), 1, 1), "scores takes 4 arguments (q, k, w, t), got 5");
}

TEST(Arguments, theirKind) {
  Kernel kernel = scores::kernel(), tree = subtree_sum::kernel();
  EXPECT_EQ(refusal(kernel, 3, f32({3, 4}), f64({4}), 1), "argument q: found the number 3, expected a tensor");
  EXPECT_EQ(refusal(kernel, *Tree::chain(2), f32({3, 4}), f64({4}), 1),
            "argument q: found a tree of 2 vertices, expected a tensor");
  EXPECT_EQ(refusal(kernel, f32({3, 4}), f32({3, 4}), f64({4}), f32({})),
            "argument t: found f32(), expected a number (an index)");
  EXPECT_EQ(refusal(tree, f32({3}), f32({3, 2})), "argument G: found f32(3,), expected a tree");
  TreeBatch batch = *TreeBatch::of({1}, {*Tree::chain(3)});
  EXPECT_EQ(refusal(kernel, f32({3, 4}), batch, f64({4}), 1),
            "argument k: found a batch (1,) of trees, expected a tensor");
}

TEST(Arguments, theirDTypeAndRank) {
  Kernel kernel = scores::kernel();
  EXPECT_EQ(refusal(kernel, f64({3, 4}), f32({3, 4}), f64({4}), 1), "argument q: dtype f64, expected f32");
  EXPECT_EQ(refusal(kernel, f32({4}), f32({3, 4}), f64({4}), 1),
            "argument q: shape (4,) has 1 axes, expected at least 2: (..., N, d)");
  EXPECT_EQ(refusal(kernel, f32({3, 4}), f32({3, 4}), f64({1, 4}), 1),
            "argument w: shape (1, 4) has 2 axes, expected 1: (d)");
  EXPECT_EQ(refusal(kernel, f32({3, 4}), f32({3, 4}), f64({}), 1), "argument w: shape () has 0 axes, expected 1: (d)");
}

TEST(Arguments, theirSizes) {
  Kernel kernel = scores::kernel();
  EXPECT_EQ(refusal(kernel, f32({32, 4}), f32({33, 4}), f64({4}), 1), "argument k: axis N is 33, but q gave N = 32");
  EXPECT_EQ(refusal(kernel, f32({32, 5}), f32({32, 4}), f64({4}), 1),
            "argument q: axis d is 5, but the kernel is compiled for 4");
  EXPECT_EQ(refusal(kernel, f32({32, 4}), f32({32, 4}), f64({0}), 1),
            "argument w: axis d is 0, but the kernel is compiled for 4");
  EXPECT_EQ(refusal(subtree_sum::kernel(), *Tree::perfect(2, 2), f32({8, 2})),
            "argument x: axis G is 8, but tree G has 7 vertices");
}

TEST(Arguments, theirBatchAxes) {
  Kernel kernel = scores::kernel();
  EXPECT_EQ(refusal(kernel, f32({2, 3, 4}), f32({3, 4}), f64({4}), 1), "argument k: batch axes (), but q gave (2,)");
  EXPECT_EQ(refusal(kernel, f32({2, 3, 4}), f32({3, 3, 4}), f64({4}), 1),
            "argument k: batch axes (3,), but q gave (2,)");
  EXPECT_EQ(refusal(kernel, f32({2, 3, 4}), f32({1, 2, 3, 4}), f64({4}), 1),
            "argument k: batch axes (1, 2), but q gave (2,)");
}

TEST(Arguments, theirTrees) {
  Tensor x = f32({3, 2});
  Tree forest = *Tree::fromParents(parentsOf({3}, {-1, -1, 0}).values<int32_t>(), TreeKind::forest);
  EXPECT_EQ(refusal(subtree_sum::kernel(), forest, x),
            "argument G: a forest of 2 roots and 3 vertices, expected a tree");
  EXPECT_EQ(refusal(subtree_sum::kernel(), *Tree::chain(0), f32({0, 2})),
            "argument G: a forest of 0 roots and 0 vertices, expected a tree");
  EXPECT_EQ(refusal(subtree_sum::kernel(TreeKind::chain), *Tree::perfect(2, 1), x),
            "argument G: a tree of 3 vertices, expected a chain: vertex t has parent t + 1");
  EXPECT_EQ(refusal(subtree_sum::kernel(TreeKind::perfect, 4), *Tree::perfect(2, 1), x),
            "argument G: a tree of 3 vertices, expected a perfect tree of arity 4");
  EXPECT_EQ(refusal(subtree_sum::kernel(TreeKind::perfect, 2), *Tree::perfect(2, 1), x), "accepted");
  EXPECT_EQ(refusal(subtree_sum::kernel(TreeKind::forest), forest, x), "accepted");
  TreeBatch mixed = *TreeBatch::of({2}, {*Tree::chain(3), forest});
  EXPECT_EQ(refusal(subtree_sum::kernel(), mixed, f32({2, 3, 2})),
            "argument G: tree 1 is a forest of 2 roots and 3 vertices, expected a tree");
}

TEST(Arguments, theirTreeBatches) {
  TreeBatch two = *TreeBatch::of({2}, {*Tree::chain(3), *Tree::chain(3)});
  Kernel kernel = subtree_sum::kernel();
  EXPECT_EQ(refusal(kernel, two, f32({2, 3, 2})), "accepted");
  EXPECT_EQ(refusal(kernel, two, f32({2, 5, 3, 2})), "accepted");
  EXPECT_EQ(refusal(kernel, two, f32({3, 3, 2})),
            "argument G: a batch (2,) of trees, but the batch axes are (3,), given by x");
  EXPECT_EQ(refusal(kernel, two, f32({3, 2, 3, 2})),
            "argument G: a batch (2,) of trees, but the batch axes are (3, 2), given by x");
  EXPECT_EQ(refusal(kernel, two, f32({3, 2})),
            "argument G: a batch (2,) of trees, but the batch axes are (), given by x");
  EXPECT_EQ(refusal(kernel, two, f32({2, 4, 2})), "argument x: axis G is 4, but tree G has 3 vertices");
  Signature single = subtree_sum::signature();
  single.trees[0].batchable = false;
  Kernel unbatched = *Kernel::create(single, subtree_sum::entry, nullptr);
  EXPECT_EQ(refusal(unbatched, two, f32({2, 3, 2})),
            "argument G: a batch (2,) of trees, expected one tree for all batch elements");
  EXPECT_EQ(refusal(unbatched, *TreeBatch::of({}, {*Tree::chain(3)}), f32({2, 3, 2})), "accepted");
}

TEST(Arguments, leavesOfABatch) {
  Signature signature = subtree_sum::signature();
  signature.extents.push_back(extent("leaves(G)", Source::leaves, 0));
  signature.parameters.push_back({"u", Kind::tensor, 1});
  signature.tensors.push_back({"u", DType::f32, false, {dynamicAxis("leaves(G)", 2)}});
  // The result follows two tensors now.
  espalier_kernel entry = [](const espalier_call *call) {
    void *buffers[] = {call->buffers[0], call->buffers[2]};
    espalier_call inner = *call;
    inner.buffers = buffers;
    subtree_sum::entry(&inner);
  };
  Kernel kernel = *Kernel::create(signature, entry, nullptr);
  EXPECT_EQ(refusal(kernel, *Tree::perfect(2, 1), f32({3, 2}), f32({2})), "accepted");
  EXPECT_EQ(refusal(kernel, *Tree::perfect(2, 1), f32({3, 2}), f32({3})),
            "argument u: axis leaves(G) is 3, but tree G has 2 leaves");
  TreeBatch mixed = *TreeBatch::of({2}, {*Tree::perfect(2, 1), *Tree::chain(3)});
  EXPECT_EQ(refusal(kernel, mixed, f32({2, 3, 2}), f32({2})),
            "argument G: tree 1 of the batch has 1 leaves, but tree 0 has 2");
}
