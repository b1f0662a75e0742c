//===- KernelTest.cpp - Calls that succeed ----------------------------------===//
#include "TestKernels.h"
#include "runtime/ABI/ParallelFor.h"

#include <thread>

using namespace espalier;

static std::vector<float> listOf(const Tensor &tensor) {
  auto values = tensor.values<float>();
  return {values.begin(), values.end()};
}

TEST(Kernel, treesOfManySizes) {
  Kernel kernel = subtree_sum::kernel(TreeKind::forest);
  for (int64_t numVertices : {0, 1, 2, 7, 8, 9, 33, 1000}) {
    Tree tree = *Tree::chain(numVertices);
    Tensor x = subtree_sum::input({numVertices, 2});
    Result<std::vector<Tensor>> results = kernel.call({tree, x});
    ASSERT_TRUE(results) << results.error().message;
    ASSERT_EQ(results->size(), 1u);
    EXPECT_EQ((*results)[0].shape(), x.shape());
    EXPECT_EQ(listOf((*results)[0]), subtree_sum::expected(x, {&tree, 1}));
  }
}

TEST(Kernel, batchesShareATreeOrBringTheirOwn) {
  Kernel kernel = subtree_sum::kernel();
  for (Shape batch : {Shape{}, Shape{1}, Shape{5}, Shape{2, 3}, Shape{0}, Shape{2, 0}}) {
    Tree tree = *Tree::perfect(2, 3);
    Shape shape = batch;
    shape.insert(shape.end(), {15, 2});
    Tensor x = subtree_sum::input(shape);
    Result<std::vector<Tensor>> results = kernel.call({tree, x});
    ASSERT_TRUE(results) << results.error().message;
    EXPECT_EQ((*results)[0].shape(), shape);
    EXPECT_EQ(listOf((*results)[0]), subtree_sum::expected(x, {&tree, 1}));
  }
  // Two trees for the first of two batch axes, then one for each element, then none.
  Tensor x = subtree_sum::input({2, 3, 3, 2});
  TreeBatch prefix = *TreeBatch::of({2}, {*Tree::chain(3), *Tree::perfect(2, 1)});
  EXPECT_EQ(listOf((*kernel.call({prefix, x}))[0]), subtree_sum::expected(x, prefix.trees()));
  std::vector<int32_t> parents;
  for (int i = 0; i < 6; ++i)
    parents.insert(parents.end(),
                   i % 2 ? std::initializer_list<int32_t>{1, 2, -1} : std::initializer_list<int32_t>{-1, 0, 0});
  TreeBatch each = *TreeBatch::fromParents(*Tensor::of<int32_t>({2, 3, 3}, std::span<const int32_t>(parents)));
  EXPECT_EQ(listOf((*kernel.call({each, x}))[0]), subtree_sum::expected(x, each.trees()));
  TreeBatch none = *TreeBatch::fromParents(*Tensor::of<int32_t>({0, 3}, {}));
  Result<std::vector<Tensor>> nothing = kernel.call({none, subtree_sum::input({0, 3, 2})});
  ASSERT_TRUE(nothing) << nothing.error().message;
  EXPECT_EQ((*nothing)[0].shape(), (Shape{0, 3, 2}));
}

TEST(Kernel, workspacesSharedTensorsAndIndices) {
  Kernel kernel = scores::kernel();
  for (Shape batch : {Shape{}, Shape{2}, Shape{3, 2}, Shape{0}})
    for (int64_t rows : {0, 1, 5, 64}) {
      Shape shape = batch;
      shape.insert(shape.end(), {rows, 4});
      Tensor q = subtree_sum::input(shape), k = subtree_sum::input(shape), w = *Tensor::of<double>({4}, {1, 2, 3, 4});
      Result<std::vector<Tensor>> results = kernel.call({q, k, w, 3});
      ASSERT_TRUE(results) << results.error().message;
      for (int64_t i = 0; i < (*results)[0].numElements(); ++i) {
        float sum = 0;
        for (int64_t c = 0; c < 4; ++c)
          sum += q.data<float>()[4 * i + c] * k.data<float>()[4 * i + c] * static_cast<float>(c + 1);
        EXPECT_EQ((*results)[0].data<float>()[i], 3 * sum);
      }
    }
}

TEST(Kernel, stridedArgumentsAreCopied) {
  Kernel kernel = subtree_sum::kernel();
  Tree tree = *Tree::perfect(2, 2);
  Tensor x = subtree_sum::input({2, 7}).permuted(Shape{1, 0}); // (7, 2), columns first
  ASSERT_FALSE(x.isDense());
  EXPECT_EQ(listOf((*kernel.call({tree, x}))[0]), subtree_sum::expected(x, {&tree, 1}));
}

TEST(Kernel, keepsItsCodeAlive) {
  auto code = std::make_shared<int>(1);
  std::weak_ptr<int> watch = code;
  {
    Result<Kernel> kernel = Kernel::create(subtree_sum::signature(), subtree_sum::entry, std::move(code));
    ASSERT_TRUE(kernel);
    Kernel copy = *kernel;
    EXPECT_EQ(copy.signature().kernel, "subtree_sum");
    EXPECT_FALSE(watch.expired());
  }
  EXPECT_TRUE(watch.expired());
}

/// Each thread calls with values of its own; whatever one sees of another shows in the sums.
static void callFromEightThreads() {
  Kernel kernel = subtree_sum::kernel(), other = scores::kernel();
  Tree tree = *Tree::perfect(2, 5);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread)
    threads.emplace_back([&, thread] {
      for (int round = 0; round < 30; ++round) {
        Tensor x = *Tensor::allocate(DType::f32, {1 + round % 4, 63, 2});
        bool faulty = round % 5 == 4;
        std::fill_n(x.data<float>(), x.numElements(), static_cast<float>(thread + 1));
        if (faulty)
          x.data<float>()[2 * (thread + 7)] = -1;
        Result<std::vector<Tensor>> results = kernel.call({tree, x});
        ASSERT_EQ(static_cast<bool>(results), !faulty);
        if (faulty)
          ASSERT_EQ(results.error().message,
                    fmt::format("sum.esp:3:5: S is numerically singular at batch 0, vertex {}", thread + 7));
        else
          ASSERT_EQ((*results)[0].data<float>()[62 * 2], 63 * (thread + 1));
        Tensor q = *Tensor::allocate(DType::f32, {round, 4}), w = *Tensor::of<double>({4}, {1, 1, 1, 1});
        std::fill_n(q.data<float>(), q.numElements(), static_cast<float>(thread));
        Result<std::vector<Tensor>> squares = other.call({q, q, w, round});
        ASSERT_TRUE(squares);
        for (float square : (*squares)[0].values<float>())
          ASSERT_EQ(square, 4 * thread * thread * round);
      }
    });
  for (std::thread &thread : threads)
    thread.join();
}

TEST(Kernel, fromManyThreads) {
  for (int threads : {1, 3}) {
    setNumThreads(threads);
    callFromEightThreads();
  }
  setNumThreads(0);
}

TEST(Kernel, fromManyThreadsOnAPool) {
  HostPool pool{nullptr, [](void *, int64_t workers, void (*work)(void *), void *argument) {
                  std::vector<std::thread> threads;
                  for (int64_t i = 0; i < workers; ++i)
                    threads.emplace_back(work, argument);
                  for (std::thread &thread : threads)
                    thread.join();
                }};
  setHostPool(&pool);
  setNumThreads(2);
  callFromEightThreads();
  setHostPool(nullptr);
  setNumThreads(0);
}

TEST(Kernel, resultsDoNotDependOnTheNumberOfThreads) {
  Kernel kernel = subtree_sum::kernel();
  Tree tree = *Tree::perfect(3, 4);
  Tensor x = subtree_sum::input({17, 121, 2});
  x.data<float>()[1000] = -1; // batch 4, vertex 16
  x.data<float>()[900] = -1;  // batch 3, vertex 87
  for (int threads : {1, 2, 5}) {
    setNumThreads(threads);
    EXPECT_EQ(refusal(kernel, tree, x), "sum.esp:3:5: S is numerically singular at batch 3, vertex 87");
  }
  setNumThreads(0);
}

static Kernel *calledInside;
static std::vector<Argument> argumentsInside;

TEST(Kernel, aCallInsideACall) {
  // A pool's thread may start another call while it waits for the loop of the first.
  Kernel inner = scores::kernel();
  Tensor q = subtree_sum::input({3, 4});
  calledInside = &inner;
  argumentsInside = {q, q, *Tensor::of<double>({4}, {1, 1, 1, 1}), int64_t(1)};
  espalier_kernel entry = [](const espalier_call *call) {
    ASSERT_TRUE(calledInside->call(argumentsInside));
    subtree_sum::entry(call);
  };
  Kernel outer = *Kernel::create(subtree_sum::signature(), entry, nullptr);
  Tree tree = *Tree::perfect(2, 2);
  Tensor x = subtree_sum::input({7, 2});
  EXPECT_EQ(listOf((*outer.call({tree, x}))[0]), subtree_sum::expected(x, {&tree, 1}));
  argumentsInside.clear();
}
