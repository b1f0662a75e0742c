//===- LiftTest.cpp - Regions lifted to blocks of points --------------------===//
#include "compiler/Lowering/PairRegion.h"

#include "test/unit/compiler/Lowering/CompileText.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include <gtest/gtest.h>

using namespace espalier;
using namespace espalier::lowering;

namespace {

/// A block.attend with this score `%s` of the row %q_i and the key %k_j, lifted to 8 rows and 16 keys.
class Lifted : public testing::Test {
protected:
  PairRegion &pairOf(const std::string &score) {
    module = parse(R"(
func.func @f(%q: tensor<?x4xf32>, %k: tensor<?x4xf32>, %b: tensor<?x?xf32>, %N: index) -> tensor<?xf32> {
  %y = block.attend softmax axes(%N) keys(%N) bounds {
  ^bb0(%i: index):
    block.yield %i, %N : index, index
  } score {
  ^bb0(%i: index, %j: index):
    %q_i = block.read %q[%i] : tensor<?x4xf32> -> tensor<4xf32>
    %k_j = block.read %k[%j] : tensor<?x4xf32> -> tensor<4xf32>
)" + score + R"(
    block.yield %s : f32
  } values {
  ^bb0(%i: index, %j: index):
    %one = arith.constant 1.0 : f32
    block.yield %one : f32
  } : tensor<?xf32>
  return %y : tensor<?xf32>
})");
    mlir::func::FuncOp function = *module->getOps<mlir::func::FuncOp>().begin();
    pair = std::make_unique<PairRegion>(*function.getOps<block::AttendOp>().begin());
    lifting = std::make_unique<Lifting>(function.getLoc(), *pair->dependences, llvm::ArrayRef<int64_t>{8, 16},
                                        pair->productOps);
    return *pair;
  }

  /// The operation that the lifted score is.
  template <class Op> Op score() {
    mlir::Value value = lifting->whole(pair->score);
    EXPECT_EQ(llvm::cast<mlir::RankedTensorType>(value.getType()).getShape(), (llvm::ArrayRef<int64_t>{8, 16}));
    Op op = value.getDefiningOp<Op>();
    EXPECT_TRUE(op);
    return op;
  }

  size_t count(block::PointSet points) {
    return llvm::count_if(lifting->parts(), [&](mlir::Value part) { return pair->pointsOf(part) == points; });
  }

  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::unique_ptr<PairRegion> pair;
  std::unique_ptr<Lifting> lifting;
};

TEST_F(Lifted, AProductOfRowAndKeyIsAMatrixProduct) {
  pairOf("%s = tile.contract \"a,a->\"(%q_i, %k_j) : (tensor<4xf32>, tensor<4xf32>) -> f32");
  auto product = score<tile::ContractOp>();
  EXPECT_EQ(product.getSubscripts(), "Aa,Ba->AB");
  EXPECT_EQ(llvm::cast<mlir::RankedTensorType>(product.getFactors()[0].getType()).getShape(),
            (llvm::ArrayRef<int64_t>{8, 4}));
  EXPECT_EQ(count(PairRegion::row), 1u);
  EXPECT_EQ(count(PairRegion::key), 1u);
  EXPECT_TRUE(lifting->pointwise().empty());
}

TEST_F(Lifted, LettersOfPointsAreNotThoseOfTheProduct) {
  pairOf("%s = tile.contract \"A,A->\"(%q_i, %k_j) : (tensor<4xf32>, tensor<4xf32>) -> f32");
  EXPECT_EQ(score<tile::ContractOp>().getSubscripts(), "AZ,BZ->AB");
}

TEST_F(Lifted, WhatDependsOnTheKeyAloneIsEvaluatedBefore) {
  pairOf("%e = math.exp %k_j : tensor<4xf32>\n"
         "%s = tile.contract \"a,a->\"(%q_i, %e) : (tensor<4xf32>, tensor<4xf32>) -> f32");
  auto product = score<tile::ContractOp>();
  EXPECT_TRUE(llvm::isa<mlir::BlockArgument>(product.getFactors()[1]));
  EXPECT_TRUE(
      llvm::any_of(lifting->parts(), [](mlir::Value part) { return bool(part.getDefiningOp<mlir::math::ExpOp>()); }));
}

TEST_F(Lifted, AxesOfATileComeBehindThoseOfPoints) {
  pairOf("%d = arith.subf %q_i, %k_j : tensor<4xf32>\n"
         "%s = tile.reduce max %d [0] : tensor<4xf32> -> f32");
  auto reduce = score<tile::ReduceOp>();
  EXPECT_EQ(reduce.getAxes(), (llvm::ArrayRef<int64_t>{2}));
  EXPECT_EQ(reduce.getInput().getType().getShape(), (llvm::ArrayRef<int64_t>{8, 16, 4}));
}

TEST_F(Lifted, AReadAtBothIndicesIsPointwise) {
  pairOf("%s = block.read %b[%i, %j] : tensor<?x?xf32> -> f32");
  mlir::Value value = lifting->whole(pair->score);
  EXPECT_TRUE(llvm::isa<mlir::BlockArgument>(value));
  ASSERT_EQ(lifting->pointwise().size(), 1u);
  EXPECT_EQ(lifting->pointwise().front(), pair->score);
}

TEST_F(Lifted, AProductOfPrefixesIsGivenToWhoKnowsTheLevels) {
  PairRegion &region = pairOf("%n = block.shared_levels %i, %j levels 2 of %N\n"
                              "%x = block.prefix %q_i by %n axis 0 table [0, 1, 4] : tensor<4xf32>\n"
                              "%y = block.prefix %k_j by %n axis 0 table [0, 1, 4] : tensor<4xf32>\n"
                              "%s = tile.contract \"a,a->\"(%x, %y) : (tensor<4xf32>, tensor<4xf32>) -> f32");
  ASSERT_EQ(region.products.size(), 1u);
  EXPECT_EQ(region.products[0].table, (llvm::SmallVector<int64_t>{0, 1, 4}));
  EXPECT_TRUE(region.products[0].factors[0].getDefiningOp<block::ReadOp>());
  (void)lifting->whole(pair->score);
  EXPECT_EQ(lifting->givenProducts().size(), 1u);
}

TEST_F(Lifted, ATableThatDescendsIsArithmetic) {
  PairRegion &region = pairOf("%n = block.shared_levels %i, %j levels 2 of %N\n"
                              "%x = block.prefix %q_i by %n axis 0 table [3, 1, 4] : tensor<4xf32>\n"
                              "%s = tile.contract \"a,a->\"(%x, %k_j) : (tensor<4xf32>, tensor<4xf32>) -> f32");
  EXPECT_TRUE(region.products.empty());
  EXPECT_EQ(score<tile::ContractOp>().getSubscripts(), "ABa,Ba->AB");
}

} // namespace
