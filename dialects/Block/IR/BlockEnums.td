//===- BlockEnums.td - How a score becomes a weight ------------*- tablegen -*-===//
#ifndef ESPALIER_DIALECTS_BLOCK_IR_BLOCKENUMS_TD
#define ESPALIER_DIALECTS_BLOCK_IR_BLOCKENUMS_TD

include "mlir/IR/EnumAttr.td"

def Block_Weights : I32EnumAttr<"Weights", "how the scores of a row become weights", [
    I32EnumAttrCase<"softmax", 0>, I32EnumAttrCase<"exp", 1>]> {
  let cppNamespace = "::espalier::block";
  let genSpecializedAttr = 0;
}

#endif
