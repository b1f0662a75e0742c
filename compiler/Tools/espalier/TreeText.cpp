//===- TreeText.cpp - Trees as the command line spells them -----------------===//
#include "compiler/Tools/espalier/TreeText.h"

#include "compiler/Tools/espalier/NumberText.h"
#include "runtime/Tensor/Npy.h"

namespace espalier::tool {

namespace {

constexpr std::string_view perfectPrefix = "perfect:", chainPrefix = "chain:";

/// What follows the prefix, as so many whole numbers.
Result<std::vector<int64_t>> parseSizes(const std::string &text, std::string_view prefix, size_t count,
                                        const char *form) {
  std::optional<std::vector<int64_t>> sizes = tupleIn(std::string_view(text).substr(prefix.size()));
  if (sizes && sizes->size() == count)
    return *sizes;
  return Error::of("expected {}, got `{}`", form, text);
}

Result<std::vector<int64_t>> perfectSizes(const std::string &text) {
  return parseSizes(text, perfectPrefix, 2, "perfect:ARITY,HEIGHT");
}
Result<std::vector<int64_t>> chainSizes(const std::string &text) {
  return parseSizes(text, chainPrefix, 1, "chain:LENGTH");
}

using OneOrMany = std::variant<Tree, TreeBatch>;

/// An error of a file's contents names the file.
template <class T> Result<OneOrMany> ofFile(const std::string &path, Result<T> result) {
  return result ? Result<OneOrMany>(OneOrMany(std::move(*result))) : result.error().within(path);
}

template <class T> Result<OneOrMany> oneOf(Result<T> result) {
  return result ? Result<OneOrMany>(OneOrMany(std::move(*result))) : result.error();
}

/// The vertices of a perfect tree, `limit` + 1 where they are more than `limit`.
int64_t countPerfect(int64_t arity, int64_t height, int64_t limit) {
  int64_t count = 1, level = 1;
  for (int64_t h = 0; h < height && count <= limit; ++h) {
    level = level > limit / std::max<int64_t>(arity, 1) ? limit : level * arity;
    count += level;
  }
  return std::min(count, limit + 1);
}

/// As far as it shows in the text; the vertices of a file are in memory anyway.
Result<int64_t> countVertices(const std::string &text, int64_t limit) {
  if (text.starts_with(perfectPrefix)) {
    Result<std::vector<int64_t>> sizes = perfectSizes(text);
    return sizes ? Result<int64_t>(countPerfect((*sizes)[0], (*sizes)[1], limit)) : sizes.error();
  }
  if (text.starts_with(chainPrefix)) {
    Result<std::vector<int64_t>> sizes = chainSizes(text);
    return sizes ? Result<int64_t>((*sizes)[0]) : sizes.error();
  }
  return int64_t{0};
}

} // namespace

Result<OneOrMany> parseTree(const std::string &text, TreeKind kind) {
  if (text.starts_with(perfectPrefix)) {
    Result<std::vector<int64_t>> sizes = perfectSizes(text);
    return sizes ? oneOf(Tree::perfect((*sizes)[0], (*sizes)[1])) : sizes.error();
  }
  if (text.starts_with(chainPrefix)) {
    Result<std::vector<int64_t>> sizes = chainSizes(text);
    return sizes ? oneOf(Tree::chain((*sizes)[0])) : sizes.error();
  }
  if (!text.ends_with(".npy"))
    return Error::of("expected perfect:ARITY,HEIGHT, chain:LENGTH or PARENTS.npy, got `{}`", text);
  Result<Tensor> parents = readNpy(text);
  if (!parents)
    return parents.error();
  if (parents->rank() != 1)
    return ofFile(text, TreeBatch::fromParents(*parents, kind));
  if (parents->dtype() != DType::i32)
    return Error::of("{}: expected the parents as i32, got {}", text, describe(*parents));
  return ofFile(text, Tree::fromParents(parents->values<int32_t>(), kind));
}

Result<Tree> parseSmallTree(const std::string &text, int64_t mostVertices) {
  Result<int64_t> count = countVertices(text, mostVertices);
  if (!count)
    return count.error();
  if (*count > mostVertices)
    return Error::of("the tree `{}` has more than {} vertices, the most that are drawn", text, mostVertices);
  Result<OneOrMany> tree = parseTree(text, TreeKind::forest);
  if (!tree)
    return tree.error();
  const Tree *one = std::get_if<Tree>(&*tree);
  if (const TreeBatch *batch = std::get_if<TreeBatch>(&*tree); batch && batch->trees().size() == 1)
    one = &batch->trees().front();
  if (!one)
    return Error::of("{} holds a batch of {} trees: give the parents of one", text,
                     std::get<TreeBatch>(*tree).trees().size());
  if (one->numVertices() > mostVertices)
    return Error::of("the tree `{}` has {} vertices, at most {} are drawn", text, one->numVertices(), mostVertices);
  return *one;
}

} // namespace espalier::tool
