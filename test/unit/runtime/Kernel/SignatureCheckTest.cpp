//===- SignatureCheckTest.cpp - Signatures that contradict themselves -------===//
#include "runtime/Kernel/SignatureCheck.h"
#include "TestKernels.h"

using namespace espalier;

template <class Change> static std::string refused(Change change) {
  Signature signature = scores::signature();
  change(signature);
  Result<void> checked = checkSignature(signature);
  return checked ? "accepted" : checked.error().message;
}

TEST(SignatureCheck, accepts) {
  EXPECT_EQ(refused([](Signature &) {}), "accepted");
  EXPECT_TRUE(checkSignature(subtree_sum::signature()));
  EXPECT_TRUE(checkSignature(Signature()));
}

TEST(SignatureCheck, refuses) {
  EXPECT_EQ(refused([](Signature &s) { s.parameters[1].row = 1; }),
            "signature of scores: parameter k has row 1 of 3, expected one of its own");
  EXPECT_EQ(refused([](Signature &s) { s.parameters[1].row = 3; }),
            "signature of scores: parameter q has row 3 of 3, expected one of its own");
  EXPECT_EQ(refused([](Signature &s) { s.parameters.pop_back(); }),
            "signature of scores: row 0 of its kind belongs to no parameter");
  EXPECT_EQ(refused([](Signature &s) { s.results[0].axes[0].extent = 3; }),
            "signature of scores: s: axis N has constant -1 and extent 3 of 3");
  EXPECT_EQ(refused([](Signature &s) { s.tensors[0].axes[1].constant = -1; }),
            "signature of scores: q: axis d has constant -1 and extent -1 of 3");
  EXPECT_EQ(refused([](Signature &s) { s.extents[1].axis = 2; }),
            "signature of scores: extent 1 (N) refers to what is not there");
  EXPECT_EQ(refused([](Signature &s) { s.extents[2].parameter = 1; }),
            "signature of scores: extent 2 (t) refers to what is not there");
  EXPECT_EQ(refused([](Signature &s) { s.extents[0].source = Source::leaves; }),
            "signature of scores: extent 0 (batch) refers to what is not there");
  EXPECT_EQ(refused([](Signature &s) { s.extents[2].source = Source::product; }),
            "signature of scores: extent 2 (t) refers to what is not there");
  EXPECT_EQ(refused([](Signature &s) { s.extents[1] = {"c", Source::sum, -1, -1, 0, {0, 1}}; }),
            "signature of scores: extent 1 (c) refers to what is not there");
  EXPECT_EQ(refused([](Signature &s) { s.extents[1].source = Source(99); }),
            "signature of scores: extent 1 (N) refers to what is not there");
  EXPECT_EQ(refused([](Signature &s) { s.locations = {{"a.esp:1:1", "x", {dynamicAxis("v", 9)}}}; }),
            "signature of scores: a.esp:1:1: axis v has constant -1 and extent 9 of 3");
  EXPECT_EQ(Kernel::create(scores::signature(), nullptr, nullptr).error().message, "scores has no code");
}
