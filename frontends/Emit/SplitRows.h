//===- SplitRows.h - Loops without rows, and attention between them ---------===//
//
//   for i in each(N):                                     each(N):  qn = layer_norm(q[i])
//       qn = layer_norm(q[i])                             each(N):  kn = layer_norm(k[j])
//       row = softmax(dot(qn, layer_norm(k[j])) ...)  ->  attend:   a, b = softmax(dot(qn[i], kn[j])) @ v, w
//       o[i] = row @ v + row @ w                          each(N):  o[i] = a[i] + b[i]
//
// What the scores need of one point only becomes a tensor, so that the regions of attention
// read, multiply and add. A product that is a whole definition is that tensor; products of one row are
// one attention.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_FRONTENDS_EMIT_SPLITROWS_H
#define ESPALIER_FRONTENDS_EMIT_SPLITROWS_H

#include "frontends/Sema/Kernel.h"

#include <variant>
#include <vector>

namespace espalier::emission {

/// The sums of one row at every point of a domain.
struct Attention {
  struct Product {
    sema::ExprPtr expr; // rowTimes or rowSum
    int32_t result;     // row of Kernel::tensors
  };
  sema::Loop domain; // axes and perhaps the vertices of a tree, without a body
  sema::ExprPtr row; // Op::row, of expressions that attention can hold: a vertex of the domain is an index
  std::vector<Product> products;
};

using Step = std::variant<sema::Loop, Attention>;

struct SplitKernel {
  sema::Kernel kernel;                  // with the tensors that steps define; its loops are those of the program
  std::vector<std::vector<Step>> steps; // of each loop, in order
};

SplitKernel splitRows(const sema::Kernel &kernel);

} // namespace espalier::emission

#endif
