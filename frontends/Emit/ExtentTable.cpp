//===- ExtentTable.cpp - The rows of Signature::extents ---------------------===//
#include "frontends/Emit/ExtentTable.h"

#include "frontends/Emit/TreeRows.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Location.h"

using namespace mlir;

namespace espalier::emission {

using sema::Dim;
using Source = ExtentSpec::Source;

namespace {

ExtentSpec fromParameter(std::string name, Source source, int32_t parameter, int32_t axis = -1) {
  ExtentSpec spec;
  spec.name = std::move(name);
  spec.source = source;
  spec.parameter = parameter;
  spec.axis = axis;
  return spec;
}

Source sourceOf(Dim::Operation::Kind kind) {
  switch (kind) {
  case Dim::Operation::Kind::floorDiv:
    return Source::quotient;
  case Dim::Operation::Kind::mod:
    return Source::remainder;
  case Dim::Operation::Kind::min:
    return Source::least;
  case Dim::Operation::Kind::max:
    return Source::greatest;
  }
  return Source::sum;
}

} // namespace

ExtentTable::ExtentTable(const sema::Kernel &kernel) : kernel(kernel) {
  auto offer = [&](const Dim &size, Source source, int32_t parameter, int32_t axis = -1) {
    if (auto name = size.symbolName())
      sources.try_emplace(*name, fromParameter(*name, source, parameter, axis));
  };
  std::vector<int32_t> rows = treeRows(kernel);
  auto offerTrees = [&](bool built) {
    for (size_t i = 0; i < rows.size(); ++i) {
      const sema::Tree &tree = kernel.trees[i];
      if ((tree.parameter < 0) != built)
        continue;
      offer(tree.numVertices, Source::vertices, rows[i]);
      if (!isGrown(kernel, tree))
        offer(tree.numLeaves, Source::leaves, rows[i]);
    }
  };
  offerTrees(/*built=*/false);
  for (const sema::Tensor &tensor : kernel.tensors)
    for (size_t axis = 0; tensor.parameter >= 0 && axis < tensor.axes.size(); ++axis)
      offer(tensor.axes[axis].size, Source::axis, tensor.parameter, static_cast<int32_t>(axis));
  for (size_t i = 0; i < kernel.indices.size(); ++i)
    offer(Dim::symbol(kernel.indices[i]), Source::index, static_cast<int32_t>(i));
  offerTrees(/*built=*/true); // what is left: their sizes are made of these
}

int32_t ExtentTable::add(ExtentSpec spec) {
  auto row = static_cast<int32_t>(specs.size());
  if (block)
    arguments.push_back(block->addArgument(
        IndexType::get(block->getParentOp()->getContext()),
        NameLoc::get(StringAttr::get(block->getParentOp()->getContext(), spec.name), block->getParentOp()->getLoc())));
  specs.push_back(std::move(spec));
  return row;
}

int32_t ExtentTable::batchRow() {
  auto [place, isNew] = rowOf.try_emplace("...", static_cast<int32_t>(specs.size()));
  return isNew ? add(fromParameter("batch", Source::batch, -1)) : place->second;
}

int32_t ExtentTable::edgesRow(int32_t tree, const std::string &name) {
  auto [place, isNew] = rowOf.try_emplace("edges of " + std::to_string(tree), static_cast<int32_t>(specs.size()));
  return isNew ? add(fromParameter("edges of " + name, Source::edges, tree)) : place->second;
}

int32_t ExtentTable::indexRow(int32_t index) { return *row(Dim::symbol(kernel.indices[index])); }

std::optional<int32_t> ExtentTable::row(const Dim &size) {
  std::string text = size.str();
  if (auto known = rowOf.find(text); known != rowOf.end())
    return known->second;
  std::optional<int32_t> made;
  if (auto symbol = size.symbolName()) {
    if (auto source = sources.find(*symbol); source != sources.end())
      made = add(source->second);
  } else {
    made = computed(size);
  }
  if (made)
    rowOf[text] = *made;
  return made;
}

std::optional<int32_t> ExtentTable::computed(const Dim &size) {
  if (auto number = size.constant()) {
    ExtentSpec spec;
    spec.name = size.str();
    spec.source = Source::constant;
    spec.value = *number;
    return add(std::move(spec));
  }
  if (auto operation = size.operation())
    return combined(sourceOf(operation->kind), {operation->a, operation->b}, size.str());
  std::vector<Dim> summands;
  for (const Dim::Term &term : size.terms()) {
    Dim product = term.coefficient;
    for (const Dim &atom : term.atoms)
      product = product * atom;
    summands.push_back(product);
  }
  if (summands.size() != 1)
    return combined(Source::sum, summands, size.str());
  const Dim::Term term = size.terms().front();
  std::vector<Dim> factors = term.atoms;
  if (term.coefficient != 1)
    factors.insert(factors.begin(), Dim(term.coefficient));
  return combined(Source::product, factors, size.str());
}

std::optional<int32_t> ExtentTable::combined(Source source, const std::vector<Dim> &parts, const std::string &name) {
  ExtentSpec spec;
  spec.name = name;
  spec.source = source;
  for (const Dim &part : parts) {
    std::optional<int32_t> partRow = row(part);
    if (!partRow)
      return std::nullopt;
    spec.factors.push_back(*partRow);
  }
  return add(std::move(spec));
}

AxisSize ExtentTable::axisSize(const Dim &size) {
  AxisSize axis;
  axis.name = size.str();
  if (auto number = size.constant())
    axis.constant = *number;
  else
    axis.extent = row(size).value_or(-1);
  return axis;
}

void ExtentTable::bind(Block &functionBlock) {
  block = &functionBlock;
  Operation *function = block->getParentOp();
  MLIRContext *context = function->getContext();
  for (const ExtentSpec &spec : specs)
    arguments.push_back(block->addArgument(IndexType::get(context),
                                           NameLoc::get(StringAttr::get(context, spec.name), function->getLoc())));
}

Value ExtentTable::value(ImplicitLocOpBuilder &builder, const Dim &size) {
  if (auto number = size.constant())
    return arith::ConstantIndexOp::create(builder, *number);
  return arguments[*row(size)];
}

} // namespace espalier::emission
