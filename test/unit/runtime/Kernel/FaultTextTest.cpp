//===- FaultTextTest.cpp - What a kernel reported, in words -----------------===//
#include "runtime/Kernel/FaultText.h"
#include "TestKernels.h"

using namespace espalier;

namespace {
Signature withTree() {
  Signature signature;
  signature.kernel = "myo";
  signature.trees = {{"G", TreeKind::rooted, 0, true}};
  signature.locations = {{"myo.esp:7:16", "S", {}},
                         {"embed.esp:2:9", "E[token[v]]", {}},
                         {"heads.esp:4:5", "x", {fixedAxis("h", 3), dynamicAxis("vertex", 0)}}};
  return signature;
}

std::string text(const Fault &fault, Shape batchShape = {2}, Signature signature = withTree()) {
  int64_t extents[] = {5};
  return faultError(signature, fault, extents, batchShape).message;
}
} // namespace

TEST(FaultText, kinds) {
  EXPECT_EQ(text({0, 0, 3, ESPALIER_FAULT_SINGULAR, 0, 0}),
            "myo.esp:7:16: S is numerically singular at batch 0, vertex 3");
  EXPECT_EQ(text({0, 1, 3, ESPALIER_FAULT_NOT_POSITIVE, 0, 0}),
            "myo.esp:7:16: S is not positive definite at batch 1, vertex 3");
  EXPECT_EQ(text({0, 0, 3, ESPALIER_FAULT_NOT_FINITE, 0, 0}), "myo.esp:7:16: S is not finite at batch 0, vertex 3");
  EXPECT_EQ(text({1, 0, 4, ESPALIER_FAULT_OUT_OF_RANGE, 99, 10}),
            "embed.esp:2:9: index 99 of E[token[v]] is out of range (expected 0 to 9) at batch 0, vertex 4");
  EXPECT_EQ(text({1, 0, 4, ESPALIER_FAULT_OUT_OF_RANGE, -1, 0}),
            "embed.esp:2:9: index -1 of E[token[v]] is out of range (the axis is empty) at batch 0, vertex 4");
}

TEST(FaultText, places) {
  EXPECT_EQ(text({0, 0, 3, ESPALIER_FAULT_SINGULAR, 0, 0}, {}), "myo.esp:7:16: S is numerically singular at vertex 3");
  EXPECT_EQ(text({0, 4, 3, ESPALIER_FAULT_SINGULAR, 0, 0}, {2, 3}),
            "myo.esp:7:16: S is numerically singular at batch (1, 1), vertex 3");
  EXPECT_EQ(text({0, 1, -1, ESPALIER_FAULT_SINGULAR, 0, 0}), "myo.esp:7:16: S is numerically singular at batch 1");
  EXPECT_EQ(text({0, 0, -1, ESPALIER_FAULT_SINGULAR, 0, 0}, {}), "myo.esp:7:16: S is numerically singular");
  EXPECT_EQ(text({2, 0, 13, ESPALIER_FAULT_NOT_FINITE, 0, 0}),
            "heads.esp:4:5: x is not finite at batch 0, h = 2, vertex 3");
  Signature noTree = withTree();
  noTree.trees.clear();
  EXPECT_EQ(text({0, 0, 3, ESPALIER_FAULT_SINGULAR, 0, 0}, {2}, noTree),
            "myo.esp:7:16: S is numerically singular at batch 0, index 3");
}

TEST(FaultText, numbersThatFitNoTable) {
  EXPECT_EQ(text({2, 0, 15, ESPALIER_FAULT_NOT_FINITE, 0, 0}), "heads.esp:4:5: x is not finite at batch 0, vertex 15");
  EXPECT_EQ(text({0, 9, 3, ESPALIER_FAULT_SINGULAR, 0, 0}, {2, 3}),
            "myo.esp:7:16: S is numerically singular at batch 9, vertex 3");
  EXPECT_EQ(text({7, 0, 3, ESPALIER_FAULT_SINGULAR, 0, 0}),
            "myo: location 7 is numerically singular at batch 0, vertex 3");
  EXPECT_EQ(text({0, 0, 3, 77, 0, 0}), "myo.esp:7:16: S: fault 77 at batch 0, vertex 3");
}
