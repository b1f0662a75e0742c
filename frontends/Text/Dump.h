//===- Dump.h - A syntax tree as an outline ---------------------------------===//
//
// What `--emit=ast` shows: one node per line, parts indented below it. Everything
// but spans is in it, so two programs have the same outline exactly if their trees
// are equal.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_FRONTENDS_TEXT_DUMP_H
#define ESPALIER_FRONTENDS_TEXT_DUMP_H

#include "frontends/AST/AST.h"

#include <string>

namespace espalier::text {

std::string dump(const ast::Program &program);
std::string dump(const ast::Expr &expr);

} // namespace espalier::text

#endif
