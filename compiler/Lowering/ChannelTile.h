//===- ChannelTile.h - A sweep on some of its channels ----------------------===//
#ifndef ESPALIER_COMPILER_LOWERING_CHANNELTILE_H
#define ESPALIER_COMPILER_LOWERING_CHANNELTILE_H

#include "dialects/Tree/IR/Channels.h"

#include "mlir/IR/OwningOpRef.h"

namespace espalier::lowering {

/// A copy of the sweep, in no block, in whose body every tile with channels has `width` of them. It reads the sweep's
/// own handles; reads and definitions of narrower tiles than their tensors hold begin at Task::channel.
mlir::OwningOpRef<tree::SweepOp> onChannels(tree::SweepOp sweep, const tree::Channels &channels, int64_t width);

} // namespace espalier::lowering

#endif
