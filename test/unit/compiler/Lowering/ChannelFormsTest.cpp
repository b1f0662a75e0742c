//===- ChannelFormsTest.cpp - Tiles of channels mean what all channels do ---===//
//
// For every width of a tile and any number of threads: what the sweep on all channels
// gives, which is compared with the interpreter; its bits where tiles are whole vectors.
//===----------------------------------------------------------------------===//
#include "runtime/ABI/ParallelFor.h"
#include "test/unit/compiler/Interpreter/RunText.h"
#include "test/unit/compiler/Lowering/Comparison.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstring>

using namespace espalier;

namespace {

struct Form {
  const char *name;
  const char *text; // TREE: a type of tree; WIDE: the number of channels; REAL: a float type
};

const Form forms[] = {
    {"UpAndDown", R"(
func.func @f(%T: TREE, %u: tensor<?x?xWIDExREAL>, %a: tensor<?x?xWIDExREAL>, %B: index) -> tensor<?x?xWIDExREAL> {
  %one = arith.constant dense<1.0> : tensor<WIDExREAL>
  %xi = tree.sweep up batch(%B) over %T : TREE {
  ^bb0(%v: !tree.vertex, %self: tensor<?x?xWIDExREAL>):
    %u_v = tree.read %u[%v : !tree.vertex] : tensor<?x?xWIDExREAL> -> tensor<WIDExREAL>
    %s = tree.reduce [sum] over children(%v) of %T : TREE {
    ^bb0(%c: !tree.vertex):
      %a_c = tree.read %a[%c : !tree.vertex] : tensor<?x?xWIDExREAL> -> tensor<WIDExREAL>
      %x_c = tree.read %self[%c : !tree.vertex] : tensor<?x?xWIDExREAL> -> tensor<WIDExREAL>
      %m = arith.mulf %a_c, %x_c : tensor<WIDExREAL>
      tree.yield %m : tensor<WIDExREAL>
    } : tensor<WIDExREAL>
    %x = arith.addf %u_v, %s : tensor<WIDExREAL>
    tree.yield %x : tensor<WIDExREAL>
  } : tensor<?x?xWIDExREAL>
  %h = tree.sweep down batch(%B) over %T : TREE {
  ^bb0(%v: !tree.vertex, %self: tensor<?x?xWIDExREAL>):
    %root = tree.is_root %v of %T : TREE
    %x = tree.read %xi[%v : !tree.vertex] : tensor<?x?xWIDExREAL> -> tensor<WIDExREAL>
    %a_v = tree.read %a[%v : !tree.vertex] : tensor<?x?xWIDExREAL> -> tensor<WIDExREAL>
    %q = arith.mulf %a_v, %a_v : tensor<WIDExREAL>
    %r = arith.subf %one, %q : tensor<WIDExREAL>
    %d = arith.mulf %r, %x : tensor<WIDExREAL>
    %p = tree.parent %v of %T : TREE
    %h_p = tree.read %self[%p : !tree.vertex] : tensor<?x?xWIDExREAL> -> tensor<WIDExREAL>
    %e = arith.mulf %a_v, %h_p : tensor<WIDExREAL>
    %f = arith.addf %d, %e : tensor<WIDExREAL>
    %g = arith.select %root, %x, %f : tensor<WIDExREAL>
    tree.yield %g : tensor<WIDExREAL>
  } : tensor<?x?xWIDExREAL>
  return %h : tensor<?x?xWIDExREAL>
})"},
    {"RowsAndKinds", R"(
func.func @f(%T: TREE, %m: tensor<?x3xWIDExREAL>, %r: tensor<3x3xREAL>, %w: tensor<WIDExREAL>, %n: tensor<?xREAL>) -> (tensor<?x3xWIDExREAL>, tensor<?xWIDExREAL>) {
  %y:2 = tree.sweep up over %T : TREE {
  ^bb0(%v: !tree.vertex, %rows: tensor<?x3xWIDExREAL>, %best: tensor<?xWIDExREAL>):
    %m_v = tree.read %m[%v : !tree.vertex] : tensor<?x3xWIDExREAL> -> tensor<3xWIDExREAL>
    %r_v = tree.read %r[] : tensor<3x3xREAL> -> tensor<3x3xREAL>
    %w_v = tree.read %w[] : tensor<WIDExREAL> -> tensor<WIDExREAL>
    %n_v = tree.read %n[%v : !tree.vertex] : tensor<?xREAL> -> REAL
    %small = arith.constant dense<0.125> : tensor<3xWIDExREAL>
    %s:2 = tree.reduce [sum, logsumexp] over children(%v) of %T : TREE {
    ^bb0(%c: !tree.vertex):
      %a = tree.read %rows[%c : !tree.vertex] : tensor<?x3xWIDExREAL> -> tensor<3xWIDExREAL>
      %b = tree.read %best[%c : !tree.vertex] : tensor<?xWIDExREAL> -> tensor<WIDExREAL>
      tree.yield %a, %b : tensor<3xWIDExREAL>, tensor<WIDExREAL>
    } : tensor<3xWIDExREAL>, tensor<WIDExREAL>
    %p = tile.contract "ij,jc->ic"(%r_v, %m_v) : (tensor<3x3xREAL>, tensor<3xWIDExREAL>) -> tensor<3xWIDExREAL>
    %sum = arith.mulf %s#0, %small : tensor<3xWIDExREAL>
    %x = arith.addf %p, %sum : tensor<3xWIDExREAL>
    %top = tile.reduce max %x [0] : tensor<3xWIDExREAL> -> tensor<WIDExREAL>
    %scale = tile.broadcast %n_v : REAL -> tensor<WIDExREAL>
    %k = arith.mulf %w_v, %scale : tensor<WIDExREAL>
    %z = arith.addf %top, %k : tensor<WIDExREAL>
    %f = arith.maximumf %z, %s#1 : tensor<WIDExREAL>
    tree.yield %x, %f : tensor<3xWIDExREAL>, tensor<WIDExREAL>
  } : tensor<?x3xWIDExREAL>, tensor<?xWIDExREAL>
  return %y#0, %y#1 : tensor<?x3xWIDExREAL>, tensor<?xWIDExREAL>
})"},
    {"Heads", R"(
func.func @f(%T: TREE, %u: tensor<?x?xWIDExREAL>, %a: tensor<?x?xREAL>, %H: index) -> tensor<?x?xWIDExREAL> {
  %x = tree.sweep up axes(%H) over %T : TREE {
  ^bb0(%h: index, %v: !tree.vertex, %self: tensor<?x?xWIDExREAL>):
    %u_v = tree.read %u[%h, %v : index, !tree.vertex] : tensor<?x?xWIDExREAL> -> tensor<WIDExREAL>
    %a_v = tree.read %a[%h, %v : index, !tree.vertex] : tensor<?x?xREAL> -> REAL
    %s = tree.reduce [sum] over children(%v) of %T : TREE {
    ^bb0(%c: !tree.vertex):
      %x_c = tree.read %self[%h, %c : index, !tree.vertex] : tensor<?x?xWIDExREAL> -> tensor<WIDExREAL>
      %w = tile.broadcast %a_v : REAL -> tensor<WIDExREAL>
      %m = arith.mulf %w, %x_c : tensor<WIDExREAL>
      tree.yield %m : tensor<WIDExREAL>
    } : tensor<WIDExREAL>
    %t = arith.addf %u_v, %s : tensor<WIDExREAL>
    tree.yield %t : tensor<WIDExREAL>
  } : tensor<?x?xWIDExREAL>
  %y = tree.sweep down axes(%H) over %T : TREE {
  ^bb0(%h: index, %v: !tree.vertex, %self: tensor<?x?xWIDExREAL>):
    %root = tree.root %T : TREE
    %t = tree.read %x[%h, %v : index, !tree.vertex] : tensor<?x?xWIDExREAL> -> tensor<WIDExREAL>
    %top = tree.read %x[%h, %root : index, !tree.vertex] : tensor<?x?xWIDExREAL> -> tensor<WIDExREAL>
    %d = arith.subf %t, %top : tensor<WIDExREAL>
    tree.yield %d : tensor<WIDExREAL>
  } : tensor<?x?xWIDExREAL>
  return %y : tensor<?x?xWIDExREAL>
})"},
};

void PrintTo(const Form &form, std::ostream *stream) { *stream << form.name; }

std::string replaced(std::string text, const std::string &what, const std::string &by) {
  for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
  return text;
}

bool haveSameBits(const Tensor &a, const Tensor &b) {
  return a.numBytes() == b.numBytes() && std::memcmp(a.data(), b.data(), size_t(a.numBytes())) == 0;
}

bool areNear(const Tensor &a, const Tensor &b) {
  std::vector<double> x = interpreter::numbers(a), y = interpreter::numbers(b);
  bool near = x.size() == y.size();
  for (size_t i = 0; near && i < x.size(); ++i)
    near = x[i] == y[i] || std::abs(x[i] - y[i]) <= 1e-5 * (1 + std::abs(y[i]));
  return near;
}

class ChannelForms : public testing::TestWithParam<std::tuple<Form, const char *, int64_t>> {
protected:
  void TearDown() override { setNumThreads(0); }
};

TEST_P(ChannelForms, HaveTheBitsOfTheWhole) {
  auto [form, tree, wide] = GetParam();
  std::string text = replaced(replaced(form.text, "TREE", tree), "WIDE", std::to_string(wide));
  for (std::string real : {"f32", "f64"}) {
    if (real == "f64" && wide != 16 && wide != 17)
      continue;
    std::string program = replaced(text, "REAL", real);
    auto module = parse(program);
    ASSERT_TRUE(module);
    auto function = *module->getOps<mlir::func::FuncOp>().begin();
    for (int64_t size : {1, 2, 9}) {
      EXPECT_EQ(compareText(program, size, unsigned(size)), 1);
      auto arguments = makeArguments(function, size, unsigned(size));
      ASSERT_TRUE(arguments);
      CpuOptions options;
      schedule::Overrides steps; // that are composed would take all channels, and have other bits
      if (std::string_view(tree).find("chain") != std::string_view::npos)
        steps = {{schedule::Key::together, 1, {}}};
      options.schedule = steps;
      options.schedule.push_back({schedule::Key::channels, 0, {}});
      auto whole = compileAndRun(function, *arguments, size, options);
      ASSERT_TRUE(whole) << whole.error().message;
      for (int64_t channels : {int64_t(1), int64_t(16), int64_t(32), wide / 2, wide - 1}) {
        if (wide < 2 || channels < 1 || channels > wide || (channels == 1 && wide > 17))
          continue;
        options.schedule = steps;
        options.schedule.push_back({schedule::Key::channels, channels, {}});
        options.schedule.push_back({schedule::Key::grain, 1, {}});
        int threads = 1 + int(channels % 3);
        setNumThreads(threads);
        auto tiled = compileAndRun(function, *arguments, size, options);
        ASSERT_TRUE(tiled) << tiled.error().message;
        ASSERT_EQ(whole->size(), tiled->size());
        bool isExact = wide % 16 == 0 && channels % 16 == 0 && text.find("tile.contract") == std::string::npos;
        for (size_t i = 0; i < whole->size(); ++i)
          EXPECT_TRUE(isExact ? haveSameBits((*whole)[i], (*tiled)[i]) : areNear((*whole)[i], (*tiled)[i]))
              << fmt::format("{} vertices, {} channels by {}, {}, {} threads", size, wide, channels, real, threads);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Trees, ChannelForms,
                         testing::Combine(testing::ValuesIn(forms),
                                          testing::Values("!tree.tree<rooted>", "!tree.tree<forest>",
                                                          "!tree.tree<chain>"),
                                          testing::Values(1, 2, 15, 16, 17, 33, 96, 97)),
                         [](const auto &test) {
                           std::string tree = std::get<1>(test.param);
                           return std::string(std::get<0>(test.param).name) + "_" + tree.substr(11, tree.size() - 12) +
                                  "_" + std::to_string(std::get<2>(test.param));
                         });

} // namespace
