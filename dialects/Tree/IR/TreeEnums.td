//===- TreeEnums.td - Kinds of trees, directions, domains ------*- tablegen -*-===//
#ifndef ESPALIER_DIALECTS_TREE_IR_TREEENUMS_TD
#define ESPALIER_DIALECTS_TREE_IR_TREEENUMS_TD

include "mlir/IR/EnumAttr.td"

def Tree_Kind : I32EnumAttr<"Kind", "what is known of a tree's shape", [
    I32EnumAttrCase<"chain", 0>, I32EnumAttrCase<"perfect", 1>, I32EnumAttrCase<"rooted", 2>, I32EnumAttrCase<"forest", 3>]> {
  let cppNamespace = "::espalier::tree";
  let genSpecializedAttr = 0;
}

def Tree_Direction : I32EnumAttr<"Direction", "the order of visits", [
    I32EnumAttrCase<"up", 0>, I32EnumAttrCase<"down", 1>, I32EnumAttrCase<"each", 2>]> {
  let cppNamespace = "::espalier::tree";
  let genSpecializedAttr = 0;
}

def Tree_DomainKind : I32EnumAttr<"DomainKind", "what a reduction runs over", [
    I32EnumAttrCase<"children", 0>, I32EnumAttrCase<"range", 1>, I32EnumAttrCase<"vertices", 2>, I32EnumAttrCase<"leaves", 3>]> {
  let cppNamespace = "::espalier::tree";
  let genSpecializedAttr = 0;
}

#endif
