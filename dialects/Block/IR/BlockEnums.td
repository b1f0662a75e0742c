//===- BlockEnums.td - How a score becomes a weight ------------*- tablegen -*-===//
#ifndef ESPALIER_DIALECTS_BLOCK_IR_BLOCKENUMS_TD
#define ESPALIER_DIALECTS_BLOCK_IR_BLOCKENUMS_TD

include "mlir/IR/EnumAttr.td"

def Block_Weights : I32EnumAttr<"Weights", "how the scores of a row become weights", [
    I32EnumAttrCase<"softmax", 0>, I32EnumAttrCase<"exp", 1>]> {
  let cppNamespace = "::espalier::block";
  let genSpecializedAttr = 0;
}

def Block_TaskLevel : I32EnumAttr<"TaskLevel", "what one task of attention is", [
    I32EnumAttrCase<"whole", 0>, // all rows
    I32EnumAttrCase<"batch", 1>, // the rows of one batch element
    I32EnumAttrCase<"tiles", 2>  // a tile of rows: neighbours on the last axis
  ]> {
  let cppNamespace = "::espalier::block";
  let genSpecializedAttr = 0;
}

#endif
