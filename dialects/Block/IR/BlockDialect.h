//===- BlockDialect.h - The block dialect: attention, nested blocks ---------===//
#ifndef ESPALIER_DIALECTS_BLOCK_IR_BLOCKDIALECT_H
#define ESPALIER_DIALECTS_BLOCK_IR_BLOCKDIALECT_H

#include "dialects/Tile/IR/TileDialect.h"

#include "dialects/Block/IR/BlockDialect.h.inc"
#include "dialects/Block/IR/BlockEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/Block/IR/BlockAttributes.h.inc"

#define GET_OP_CLASSES
#include "dialects/Block/IR/BlockOps.h.inc"

#endif
