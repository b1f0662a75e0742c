//===- Drawing.cpp - A picture that is written as PNG or SVG ----------------===//
#include "runtime/Picture/Drawing.h"

#include "runtime/File/AtomicFile.h"
#include "runtime/Picture/Png.h"
#include "runtime/Picture/RasterCanvas.h"
#include "runtime/Picture/SvgCanvas.h"

namespace espalier::picture {

Result<void> checkPicturePath(const std::string &path) {
  if (path.ends_with(".png") || path.ends_with(".svg"))
    return {};
  return Error::of("cannot tell the form of the picture `{}`: its name must end in .png or .svg", path);
}

static Result<void> writeSvg(const std::string &path, const Drawing &drawing) {
  SvgCanvas canvas(drawing.size);
  drawing.draw(canvas);
  Result<std::string> text = canvas.text();
  return text ? writeFile(path, *text) : Error::of("cannot write {}: {}", path, text.error().message);
}

Result<void> writeDrawing(const std::string &path, const Drawing &drawing) {
  if (Result<void> checked = checkPicturePath(path); !checked)
    return checked;
  if (Result<void> checked = checkSize(drawing.size); !checked)
    return checked;
  if (path.ends_with(".svg"))
    return writeSvg(path, drawing);
  Result<RasterCanvas> canvas = RasterCanvas::make(drawing.size);
  if (!canvas)
    return canvas.error();
  drawing.draw(*canvas);
  return writePng(path, canvas->picture());
}

} // namespace espalier::picture
