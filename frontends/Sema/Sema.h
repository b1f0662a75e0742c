//===- Sema.h - Names, kinds, dtypes and shapes -----------------------------===//
//
// check() looks at every function of a module with all dimensions symbolic.
// specialise() resolves one kernel for given dtypes, statics and tile sizes.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_FRONTENDS_SEMA_SEMA_H
#define ESPALIER_FRONTENDS_SEMA_SEMA_H

#include "frontends/AST/AST.h"
#include "frontends/AST/Diagnostics.h"
#include "frontends/Sema/Kernel.h"

#include <map>
#include <optional>

namespace espalier::sema {

/// A value of a `static` parameter.
struct Static {
  std::vector<int64_t> values;
  bool isTuple = false;
};

/// What a call fixes before code is made.
struct Bindings {
  DType floatType = DType::f32;
  std::map<std::string, int64_t> dims; // every dimension whose size the arguments show; specialise() uses those in
                                       // Kernel::tileDims and leaves the others symbolic
  std::map<std::string, Static> statics;
  struct TreeType {
    TreeKind kind = TreeKind::rooted;
    int32_t arity = 0;
    bool batched = false; // a batch of trees
  };
  std::map<std::string, TreeType> trees; // parameters whose argument is narrower than the declared type
};

/// Reports every error of every function of programs[0]; true if there is none. With all dimensions symbolic, a
/// function is checked as a kernel; static parameters are symbols too, and what depends on their values is left to
/// specialise().
bool check(const ast::Module &module, Diagnostics &diagnostics);

/// The parameters of a kernel as the caller must know them before there are arguments: rows in order, with declared
/// types. Tensor axes are named; `tileDims` tells which names a specialisation binds.
struct Interface {
  std::vector<ParameterSpec> parameters;
  std::vector<TensorSpec> tensors; // dtype f32 where the program says `float`: see `usesFloat`
  std::vector<bool> usesFloat;     // per tensor
  std::vector<TreeSpec> trees;
  std::vector<std::string> indices, statics;
  std::vector<std::string> tileDims;
  bool batched = false; // some parameter has `...`
};
std::optional<Interface> interfaceOf(const ast::Module &module, const std::string &kernel, Diagnostics &diagnostics);

/// The kernel called `kernel` of programs[0], or nothing after errors.
std::optional<Kernel> specialise(const ast::Module &module, const std::string &kernel, const Bindings &bindings,
                                 Diagnostics &diagnostics);

/// Whether the sizes of one call satisfy the requirements that a specialised kernel is left with; reports those that
/// fail, with the numbers. `dims` also holds the vertices of trees by name, `leaves(G)`, and the values of index
/// parameters; requirements over what it does not name are passed over.
bool checkRequirements(const Kernel &kernel, const std::map<std::string, int64_t> &dims, Diagnostics &diagnostics);

/// The kernel as text, for tests and for reading; the same for every run.
std::string dump(const Kernel &kernel);

} // namespace espalier::sema

#endif
