//===- CheckFinite.cpp - A check of every sum of attention ------------------===//
#include "dialects/Block/Transforms/Passes.h"

#include "mlir/IR/Builders.h"

using namespace mlir;

namespace espalier::block {
#define GEN_PASS_DEF_BLOCKCHECKFINITE
#include "dialects/Block/Transforms/Passes.h.inc"

namespace {
struct CheckFinite : impl::BlockCheckFiniteBase<CheckFinite> {
  void runOnOperation() override {
    getOperation()->walk(
        [&](AttendOp attend) { attend->setAttr(AttendOp::checkFiniteName, UnitAttr::get(&getContext())); });
  }
};
} // namespace
} // namespace espalier::block
