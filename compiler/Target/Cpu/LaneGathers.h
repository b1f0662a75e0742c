//===- LaneGathers.h - Lanes of blocks become the lanes of one --------------===//
#ifndef ESPALIER_COMPILER_TARGET_CPU_LANEGATHERS_H
#define ESPALIER_COMPILER_TARGET_CPU_LANEGATHERS_H

#include "compiler/Target/Cpu/CpuTarget.h"

#include "dialects/Tile/IR/TileDialect.h"

namespace espalier::cpu {

/// tile.gather_lanes becomes a call of a function that all of its shape share. The op remains, without effect.
void lowerLaneGather(tile::GatherLanesOp op, const CpuTarget &target);

} // namespace espalier::cpu

#endif
