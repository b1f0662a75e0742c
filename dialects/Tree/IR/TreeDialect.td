//===- TreeDialect.td - The tree dialect and its types ---------*- tablegen -*-===//
#ifndef ESPALIER_DIALECTS_TREE_IR_TREEDIALECT_TD
#define ESPALIER_DIALECTS_TREE_IR_TREEDIALECT_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/AttrTypeBase.td"
include "dialects/Tree/IR/TreeEnums.td"

def Tree_Dialect : Dialect {
  let name = "tree";
  let cppNamespace = "::espalier::tree";
  let summary = "Sweeps over trees";
  let description = [{
    Tree structures, and one operation that visits their vertices: `tree.sweep`. See SPEC.md.
  }];
  let useDefaultTypePrinterParser = 1;
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
  let dependentDialects = ["::espalier::tile::TileDialect", "::mlir::arith::ArithDialect"];
}


def Tree_TableAttr : EnumAttr<Tree_Dialect, Tree_Table, "table">;
def Tree_ExtentAttr : EnumAttr<Tree_Dialect, Tree_Extent, "extent">;

class Tree_Type<string name, string typeMnemonic> : TypeDef<Tree_Dialect, name> {
  let mnemonic = typeMnemonic;
}

def Tree_TreeType : Tree_Type<"Tree", "tree"> {
  let summary = "A tree or forest, or a batch of them; its shape is known at run time";
  let description = [{
    `!tree.tree<chain>`, `!tree.tree<perfect, 2>` (arity 2), `!tree.tree<rooted>`, `!tree.tree<forest>`.

    Constraints:
    - tree-C1: `perfect` has an arity of at least 1, the other kinds state none.
  }];
  let parameters = (ins EnumParameter<Tree_Kind>:$kind, DefaultValuedParameter<"int64_t", "0">:$arity);
  let assemblyFormat = "`<` $kind (`,` $arity^)? `>`";
  let genVerifyDecl = 1;
}

def Tree_VertexType : Tree_Type<"Vertex", "vertex"> {
  let summary = "A vertex of a tree, or none (the parent of a root); also a leaf's rank, or none (at an inner vertex)";
}

#endif
