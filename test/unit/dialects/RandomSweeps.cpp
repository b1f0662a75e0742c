//===- RandomSweeps.cpp - Random programs of sweeps over one tree -----------===//
#include "RandomSweeps.h"

#include <random>
#include <vector>

namespace espalier {

namespace {

const std::string tensorType = "tensor<?x?x?xf32>", sumType = "tensor<?xf32>", treeType = "!tree.tree<rooted>";

class Writer {
public:
  explicit Writer(unsigned seed) : random(seed) {}

  std::string program() {
    std::string parameters = "%B: index, %H: index, %T: " + treeType + ", %x0: " + tensorType + ", %x1: " + tensorType +
                             ", %zero: " + sumType;
    int numSweeps = pick(2, 5);
    for (int i = 0; i < numSweeps; ++i)
      writeSweep(i);
    std::string values, types;
    auto result = [&](const std::string &value, const std::string &type) {
      values += (values.empty() ? "" : ", ") + value;
      types += (types.empty() ? "" : ", ") + type;
    };
    result(tensors.back(), tensorType);
    for (size_t i = 2; i + 1 < tensors.size(); ++i)
      if (pick(0, 3) == 0)
        result(tensors[i], tensorType);
    for (const std::string &sum : sums)
      if (pick(0, 1))
        result(sum, sumType);
    return "func.func @f(" + parameters + ") -> (" + types + ") {\n" + text + "  return " + values + " : " + types +
           "\n}\n";
  }

private:
  int pick(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); }
  template <typename T> const T &oneOf(const std::vector<T> &all) { return all[pick(0, int(all.size()) - 1)]; }
  std::string fresh() { return "%t" + std::to_string(next++); }

  /// A read of a tensor (or handle) at the vertex named so.
  std::string readAt(const std::string &tensor, const std::string &vertex) {
    std::string value = fresh();
    text += "    " + value + " = tree.read " + tensor + "[%h, " + vertex + " : index, !tree.vertex] : " + tensorType +
            " -> f32\n";
    return value;
  }

  /// The sum (or maximum with a constant) over children of reads and perhaps of a value known outside.
  std::string overChildren(const std::vector<std::string> &read, const std::string &outside) {
    std::string result = fresh(), child = fresh();
    text += "    " + result + " = tree.reduce [sum] over children(%v) of %T : " + treeType + " {\n    ^bb0(" + child +
            ": !tree.vertex):\n";
    std::string sum = outside;
    for (const std::string &tensor : read)
      sum = combine(sum, readAt(tensor, child));
    text += "      tree.yield " + sum + " : f32\n    } : f32\n";
    return result;
  }

  /// Products and sums whose size stays bounded, and which tell their operands apart.
  std::string combine(const std::string &a, const std::string &b) {
    std::string product = fresh(), scaled = fresh(), sum = fresh();
    text += "    " + product + " = arith.mulf " + a + ", %half : f32\n    " + scaled + " = arith.mulf " + b +
            ", %third : f32\n    " + sum + " = arith.addf " + product + ", " + scaled + " : f32\n";
    return sum;
  }

  void writeSweep(int number) {
    std::string direction = oneOf<std::string>({"up", "down", "each", "each"});
    bool accumulates = pick(0, 2) == 0;
    int numDefinitions = pick(1, 2);
    std::string name = "%s" + std::to_string(number), handles, types;
    for (int k = 0; k < numDefinitions; ++k) {
      handles += ", %self" + std::to_string(k) + ": " + tensorType;
      types += (k ? ", " : "") + tensorType;
    }
    int numResults = numDefinitions + accumulates;
    text += "  " + name + (numResults > 1 ? ":" + std::to_string(numResults) : "") + " = tree.sweep " + direction +
            " batch(%B) axes(%H) over %T : " + treeType + (accumulates ? " accumulate(%zero : " + sumType + ")" : "") +
            " {\n  ^bb0(%h: index, %v: !tree.vertex" + handles + (accumulates ? ", %acc: " + sumType : "") + "):\n";
    text += "    %half = arith.constant 0.5 : f32\n    %third = arith.constant 0.375 : f32\n    %p = tree.parent %v of "
            "%T : " +
            treeType + "\n    %r = tree.root %T : " + treeType + "\n";
    std::string yielded;
    for (int k = 0; k < numDefinitions; ++k)
      yielded += (k ? ", " : "") + writeValue(direction, "%self" + std::to_string(pick(0, numDefinitions - 1)));
    std::string yieldTypes = numDefinitions == 2 ? "f32, f32" : "f32";
    if (accumulates)
      text +=
          "    tree.accumulate " + yielded.substr(0, yielded.find(',')) + " into %acc[] : f32 into " + sumType + "\n";
    text += "    tree.yield " + yielded + " : " + yieldTypes + "\n  } : " + types +
            (accumulates ? ", " + sumType : "") + "\n";
    for (int k = 0; k < numDefinitions; ++k)
      tensors.push_back(numResults > 1 ? name + "#" + std::to_string(k) : name);
    if (accumulates)
      sums.push_back(name + "#" + std::to_string(numDefinitions));
  }

  std::string writeValue(const std::string &direction, const std::string &self) {
    std::string value = readAt(oneOf(recent()), "%v");
    if (pick(0, 2) == 0)
      value = combine(value, readAt(oneOf(recent()), "%p"));
    if (pick(0, 7) == 0)
      value = combine(value, readAt(oneOf(recent()), "%r"));
    if (pick(0, 5) == 0 && !sums.empty()) {
      std::string sum = fresh();
      text += "    " + sum + " = tree.read " + oneOf(sums) + "[] : " + sumType + " -> f32\n";
      value = combine(value, sum);
    }
    if (direction == "up" && pick(0, 3))
      value = combine(value, overChildren({self, oneOf(recent())}, value));
    else if (pick(0, 2) == 0)
      value = combine(value, overChildren({oneOf(recent())}, value));
    if (direction == "down" && pick(0, 3))
      value = combine(value, readAt(self, "%p"));
    return value;
  }

  /// Later tensors more often, so that sweeps hang together.
  std::vector<std::string> recent() const {
    std::vector<std::string> all = tensors;
    for (size_t i = tensors.size() - std::min<size_t>(tensors.size(), 2); i < tensors.size(); ++i)
      all.insert(all.end(), 2, tensors[i]);
    return all;
  }

  std::mt19937 random;
  std::string text;
  int next = 0;
  std::vector<std::string> tensors{"%x0", "%x1"}, sums;
};

} // namespace

std::string randomSweeps(unsigned seed) { return Writer(seed).program(); }

} // namespace espalier
