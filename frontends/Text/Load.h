//===- Load.h - A program with everything that it imports -------------------===//
#ifndef ESPALIER_FRONTENDS_TEXT_LOAD_H
#define ESPALIER_FRONTENDS_TEXT_LOAD_H

#include "frontends/AST/Diagnostics.h"

#include <optional>
#include <string>

namespace espalier::text {

/// Longer files are refused.
inline constexpr size_t maxFileSize = size_t(64) << 20;

/// The file at `path` and the files that it imports, each once: `from ssm import f` means `ssm.esp` in the folder of
/// the importing file. Nothing after errors, which are in `diagnostics`: unreadable files, syntax, circular imports,
/// names that a file does not define, names that one file has twice.
std::optional<ast::Module> load(const std::string &path, SourceManager &sources, Diagnostics &diagnostics);

/// The same for a program in memory. `name` is what diagnostics call it; imports are sought in `importFolder`.
std::optional<ast::Module> parseText(const std::string &name, std::string text, SourceManager &sources,
                                     Diagnostics &diagnostics, const std::string &importFolder = ".");

} // namespace espalier::text

#endif
