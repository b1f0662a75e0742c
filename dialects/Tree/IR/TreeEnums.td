//===- TreeEnums.td - Kinds of trees, directions, orders ------*- tablegen -*-===//
#ifndef ESPALIER_DIALECTS_TREE_IR_TREEENUMS_TD
#define ESPALIER_DIALECTS_TREE_IR_TREEENUMS_TD

include "mlir/IR/EnumAttr.td"

def Tree_Kind : I32EnumAttr<"Kind", "what is known of a tree's shape", [
    I32EnumAttrCase<"chain", 0>, I32EnumAttrCase<"perfect", 1>, I32EnumAttrCase<"rooted", 2>, I32EnumAttrCase<"forest", 3>]> {
  let cppNamespace = "::espalier::tree";
  let genSpecializedAttr = 0;
}

def Tree_Graph : I32EnumAttr<"Graph", "the edges that a tree may grow on", [
    I32EnumAttrCase<"grid", 0>, I32EnumAttrCase<"grid8", 1>, I32EnumAttrCase<"band", 2>, I32EnumAttrCase<"edges", 3>]> {
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

def Tree_Table : I32EnumAttr<"Table", "an array of espalier_tree", [
    I32EnumAttrCase<"parent", 0>, I32EnumAttrCase<"child_offsets", 1>, I32EnumAttrCase<"children", 2>, I32EnumAttrCase<"post_order", 3>,
    I32EnumAttrCase<"depth", 4>, I32EnumAttrCase<"height", 5>, I32EnumAttrCase<"slot", 6>, I32EnumAttrCase<"leaves", 7>,
    I32EnumAttrCase<"leaf_rank", 8>, I32EnumAttrCase<"roots", 9>, I32EnumAttrCase<"blocks", 10>, I32EnumAttrCase<"part_order", 11>, I32EnumAttrCase<"part_offsets", 12>,
    I32EnumAttrCase<"part_blocks", 13>, I32EnumAttrCase<"runs", 14>]> {
  let cppNamespace = "::espalier::tree";
  let genSpecializedAttr = 0;
}

def Tree_Extent : I32EnumAttr<"Extent", "a number of espalier_tree", [
    I32EnumAttrCase<"num_vertices", 0>, I32EnumAttrCase<"num_leaves", 1>, I32EnumAttrCase<"num_roots", 2>, I32EnumAttrCase<"num_blocks", 3>, I32EnumAttrCase<"num_parts", 4>,
    I32EnumAttrCase<"num_runs", 5>]> {
  let cppNamespace = "::espalier::tree";
  let genSpecializedAttr = 0;
}

def Tree_Traversal : I32EnumAttr<"Traversal", "the order in which one task visits vertices", [
    I32EnumAttrCase<"post_order", 0>, I32EnumAttrCase<"reverse_post_order", 1>, // by the table of the tree
    I32EnumAttrCase<"ascending", 2>, I32EnumAttrCase<"descending", 3>,          // by number: a chain
    I32EnumAttrCase<"leaves", 4>, I32EnumAttrCase<"points", 5>,
    I32EnumAttrCase<"blocks", 6>, I32EnumAttrCase<"reverse_blocks", 7>          // by the table of blocks, a vertex in each lane
  ]> {
  let cppNamespace = "::espalier::tree";
  let genSpecializedAttr = 0;
}

def Tree_TaskLevel : I32EnumAttr<"TaskLevel", "what one task is", [
    I32EnumAttrCase<"whole", 0>,  // the whole domain
    I32EnumAttrCase<"batch", 1>,  // one batch element
    I32EnumAttrCase<"axes", 2>,   // one point of batch x axes
    I32EnumAttrCase<"points", 3>  // a block of vertices of one point of batch x axes
  ]> {
  let cppNamespace = "::espalier::tree";
  let genSpecializedAttr = 0;
}

#endif
