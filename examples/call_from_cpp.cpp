//===- call_from_cpp.cpp - Compiles a kernel at run time and calls it -------===//
#include "compiler/Driver/Program.h"

int main() {
  using namespace espalier;
  const char *text = "def to_root(T: tree, x: float[..., T, d], decay: float[d]) -> float[..., T, d]:\n"
                     "    for v in up(T):\n"
                     "        h[v] = x[v] + sum(decay * h[c] for c in children(v))\n"
                     "    return h\n";
  // Three leaves 0, 1, 2 below vertex 3, which is the only child of the root 4.
  const int32_t parents[] = {3, 3, 3, 4, -1};
  auto tree = Tree::fromParents(parents, TreeKind::rooted);
  auto x = Tensor::of<float>({5, 2}, {1, 10, 1, 10, 1, 10, 1, 10, 1, 10});
  auto decay = Tensor::of<float>({2}, {0.5f, 1});
  auto program = Program::fromText(text);
  auto h = program ? program->call("to_root", {{"T", *tree}, {"x", *x}, {"decay", *decay}}) : program.error();
  if (!h) {
    fmt::print(stderr, "{}\n", h.error().message);
    return 1;
  }
  auto values = h->front().values<float>();
  fmt::print("at the root: {} and {}\n", values[8], values[9]); // 1 + 0.5 * (1 + 0.5 * 3) = 2.25 and 50
  return 0;
}
