//===- RandomSweeps.h - Random programs of sweeps over one tree -------------===//
#ifndef ESPALIER_TEST_UNIT_DIALECTS_RANDOMSWEEPS_H
#define ESPALIER_TEST_UNIT_DIALECTS_RANDOMSWEEPS_H

#include <string>

namespace espalier {

/// The text of "func.func @f(%B: index, %H: index, %T: !tree.tree<rooted>, %x0: tensor<?x?x?xf32>, %x1: ..., %zero:
/// tensor<?xf32>)": a sequence of sweeps over the same batch, axis and tree, in all directions. Each reads tensors of
/// before at its own point, at children, at the parent or at the root, itself where its direction allows it, and may
/// accumulate over its points; some sums are read by later sweeps. It returns some of the definitions and sums.
std::string randomSweeps(unsigned seed);

} // namespace espalier

#endif
