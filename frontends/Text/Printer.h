//===- Printer.h - A syntax tree as a program -------------------------------===//
//
// Laws, for every tree that parse() yields: parse(print(t)) equals t but for spans,
// and print(parse(print(t))) == print(t). Brackets stand only where precedence asks
// for them. Comments are not part of the tree.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_FRONTENDS_TEXT_PRINTER_H
#define ESPALIER_FRONTENDS_TEXT_PRINTER_H

#include "frontends/AST/AST.h"

#include <string>

namespace espalier::text {

std::string print(const ast::Program &program);
std::string print(const ast::Function &function);
std::string print(const ast::Expr &expr);
std::string print(const ast::TypeExpr &type);

} // namespace espalier::text

#endif
