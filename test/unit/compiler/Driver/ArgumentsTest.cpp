//===- ArgumentsTest.cpp - Arguments by name, and what they fix -------------===//
#include "compiler/Driver/Program.h"

#include <gtest/gtest.h>

namespace espalier {
namespace {

const char *text = R"(
def scan(T: tree, u: float[..., T, d], a: float[T, d], s: float) -> float[..., T, d]:
    for v in up(T):
        x[v] = s * u[v] + sum(a[c] * x[c] for c in children(v))
    return x


def pick(E: f32[K, d], token: i32[N], shift: index, ranks: static) -> f32[N, d]:
    for i in each(N):
        y[i] = E[token[i]] + shift + sum(ranks)
    return y


def blocks(x: float[N, d], y: float[M, d]) -> float[N, d]:
    assert M == 2 * N, "two rows of y for each of x"
    for i in each(N):
        z[i] = x[i] + y[2 * i] + y[2 * i + 1]
    return z
)";

Tensor zeros(DType dtype, Shape shape) { return *Tensor::zeros(dtype, std::move(shape)); }
Tensor zeros(Shape shape) { return zeros(DType::f32, std::move(shape)); }

class Arguments : public testing::Test {
protected:
  Program program = *Program::fromText(text);

  Result<MatchedCall> match(const std::string &kernel, const std::vector<NamedValue> &values,
                            const CallOptions &options = {}) {
    return matchArguments(kernel, *program.interfaceOf(kernel), values, options);
  }
  std::string problem(const std::string &kernel, const std::vector<NamedValue> &values,
                      const CallOptions &options = {}) {
    Result<MatchedCall> matched = match(kernel, values, options);
    return matched ? "accepted" : matched.error().message;
  }
  std::vector<NamedValue> scan() {
    return {{"T", *Tree::perfect(2, 1)}, {"u", zeros({4, 3, 5})}, {"a", zeros({3, 5})}, {"s", 2.0}};
  }
  std::vector<NamedValue> scanWith(const std::string &name, Value value) {
    std::vector<NamedValue> values = scan();
    for (NamedValue &entry : values)
      if (entry.name == name)
        entry.value = std::move(value);
    return values;
  }
};

TEST_F(Arguments, ShowDimensionsAndTypes) {
  Result<MatchedCall> call = match("scan", scan());
  ASSERT_TRUE(call) << call.error().message;
  EXPECT_EQ(call->bindings.floatType, DType::f32);
  EXPECT_EQ(call->bindings.dims.at("T"), 3);
  EXPECT_EQ(call->bindings.dims.at("leaves(T)"), 2);
  EXPECT_EQ(call->bindings.dims.at("d"), 5);
  EXPECT_EQ(call->bindings.trees.at("T").kind, TreeKind::perfect);
  EXPECT_EQ(call->bindings.trees.at("T").arity, 2);
  EXPECT_EQ(call->arguments.size(), 4u);
}

TEST_F(Arguments, MayComeInAnyOrder) {
  std::vector<NamedValue> values = scan(), reversed(values.rbegin(), values.rend());
  EXPECT_EQ(match("scan", values)->key, match("scan", reversed)->key);
}

TEST_F(Arguments, KeysHoldWhatASpecialisationBinds) {
  std::string key = match("scan", scan())->key;
  // Extents of loops and of the batch are not part of it.
  std::vector<NamedValue> larger = {
      {"T", *Tree::perfect(2, 3)}, {"u", zeros({15, 5})}, {"a", zeros({15, 5})}, {"s", 1.0}};
  EXPECT_EQ(match("scan", larger)->key, key);
  // Tile sizes, kinds of trees, dtypes, targets and checks are.
  std::vector<NamedValue> wider = {{"T", *Tree::perfect(2, 1)}, {"u", zeros({3, 6})}, {"a", zeros({3, 6})}, {"s", 1.0}};
  EXPECT_NE(match("scan", wider)->key, key);
  EXPECT_NE(match("scan", scanWith("T", *Tree::chain(3)))->key, key);
  CallOptions options;
  options.target = Target::interp;
  EXPECT_NE(match("scan", scan(), options)->key, key);
  options = {};
  options.floatType = DType::f64;
  EXPECT_NE(match("scan", scan(), options)->key, key);
  options = {};
  options.checkFinite = true;
  EXPECT_NE(match("scan", scan(), options)->key, key);
}

TEST_F(Arguments, FloatIsConvertedWhereAnOptionSaysSo) {
  CallOptions options;
  options.floatType = DType::bf16;
  Result<MatchedCall> call = match("scan", scan(), options);
  ASSERT_TRUE(call);
  for (size_t i = 1; i < 4; ++i)
    EXPECT_EQ(std::get<Tensor>(call->arguments[i]).dtype(), DType::bf16);
}

TEST_F(Arguments, NamesThatDoNotFit) {
  std::vector<NamedValue> values = scan();
  values.pop_back();
  EXPECT_EQ(problem("scan", values), "scan needs 1 more argument: s");
  values = scan();
  values[1].name = "uu";
  EXPECT_EQ(problem("scan", values), "scan has no parameter uu: it takes T, u, a, s; did you mean `u`?");
  values = scan();
  values.push_back(values[0]);
  EXPECT_EQ(problem("scan", values), "two arguments are called T");
}

TEST_F(Arguments, SizesThatDoNotFit) {
  EXPECT_EQ(problem("scan", scanWith("a", zeros({3, 4}))), "argument a: d is 4, but 5 in argument u");
  EXPECT_EQ(problem("scan", scanWith("u", zeros({4, 7, 5}))), "argument u: T is 7, but 3 in argument T");
  EXPECT_EQ(problem("scan", scanWith("u", zeros({5}))),
            "argument u: expected at least 2 axes [..., T, d], got f32(5,)");
  EXPECT_EQ(problem("scan", scanWith("a", zeros({1, 3, 5}))), "argument a: expected 2 axes [T, d], got f32(1, 3, 5)");
}

TEST_F(Arguments, KindsThatDoNotFit) {
  EXPECT_EQ(problem("scan", scanWith("T", zeros({3}))), "argument T: expected a tree, got a tensor");
  EXPECT_EQ(problem("scan", scanWith("u", int64_t(3))), "argument u: expected a tensor, got a whole number");
  EXPECT_EQ(problem("scan", scanWith("u", zeros(DType::i32, {3, 5}))), "argument u: expected f32, got i32(3, 5)");
  EXPECT_EQ(problem("scan", scanWith("u", zeros(DType::f64, {3, 5}))),
            "argument a: is f32, but argument u is f64: `float` is one type in a call; --float or "
            "CallOptions::floatType converts all to one");
  std::vector<int32_t> parents = {-1, -1};
  EXPECT_EQ(problem("scan", scanWith("T", *Tree::fromParents(parents, TreeKind::forest))),
            "argument T: expected a tree, got a forest of 2 roots and 2 vertices");
  EXPECT_EQ(problem("scan", scanWith("s", zeros({1}))), "argument s: expected 0 axes [], got f32(1,)");
}

TEST_F(Arguments, IndicesAndStatics) {
  std::vector<NamedValue> values = {{"E", zeros({4, 2})},
                                    {"token", zeros(DType::i32, {3})},
                                    {"shift", int64_t(1)},
                                    {"ranks", std::vector<int64_t>{4, 2}}};
  Result<MatchedCall> call = match("pick", values);
  ASSERT_TRUE(call) << call.error().message;
  EXPECT_TRUE(call->bindings.statics.at("ranks").isTuple);
  EXPECT_EQ(call->arguments.size(), 3u); // a static is no argument of the call
  values[3].value = int64_t(6);
  EXPECT_NE(match("pick", values)->key, call->key);
  values[3].value = 0.5;
  EXPECT_EQ(problem("pick", values), "argument ranks: expected a whole number or a tuple of them, got a number");
  values[3].value = int64_t(6);
  values[2].value = 1.5;
  EXPECT_EQ(problem("pick", values), "argument shift: expected an index (a whole number), got a number");
  values[2].value = int64_t(1);
  values[0].value = zeros(DType::f64, {4, 2});
  EXPECT_EQ(problem("pick", values), "argument E: expected f32, got f64(4, 2)");
}

TEST_F(Arguments, EquationsAreCheckedInEveryCall) {
  CallOptions options;
  options.target = Target::interp;
  auto call = [&](int64_t rows) {
    return program.call("blocks", {{"x", zeros({3, 2})}, {"y", zeros({rows, 2})}}, options);
  };
  EXPECT_TRUE(call(6));
  Result<std::vector<Tensor>> wrong = call(7);
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().message.find("two rows of y for each of x"), std::string::npos) << wrong.error().message;
  EXPECT_NE(wrong.error().message.find("7"), std::string::npos) << wrong.error().message;
}

} // namespace
} // namespace espalier
