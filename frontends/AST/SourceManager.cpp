//===- SourceManager.cpp - The texts of one compilation ---------------------===//

#include "frontends/AST/Diagnostics.h"

#include <algorithm>

namespace espalier {

int32_t SourceManager::add(std::string name, std::string text) {
  auto file = std::make_shared<File>();
  file->name = std::move(name);
  file->text = std::move(text);
  file->lineStarts.push_back(0);
  for (size_t i = 0; i < file->text.size(); ++i)
    if (file->text[i] == '\n')
      file->lineStarts.push_back(static_cast<uint32_t>(i + 1));
  files.push_back(std::move(file));
  return size() - 1;
}

std::string_view SourceManager::name(int32_t file) const { return files[file]->name; }
std::string_view SourceManager::text(int32_t file) const { return files[file]->text; }

SourceManager::Position SourceManager::position(int32_t file, uint32_t offset) const {
  const std::vector<uint32_t> &starts = files[file]->lineStarts;
  size_t line = std::upper_bound(starts.begin(), starts.end(), offset) - starts.begin();
  return {static_cast<uint32_t>(line), offset - starts[line - 1] + 1};
}

std::string_view SourceManager::line(int32_t file, uint32_t line) const {
  const File &source = *files[file];
  uint32_t begin = source.lineStarts[line - 1];
  size_t end = line < source.lineStarts.size() ? source.lineStarts[line] - 1 : source.text.size();
  if (end > begin && source.text[end - 1] == '\r')
    --end;
  return std::string_view(source.text).substr(begin, end - begin);
}

} // namespace espalier
