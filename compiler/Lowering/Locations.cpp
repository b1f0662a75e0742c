//===- Locations.cpp - The table of places where a fault can arise ----------===//
#include "compiler/Lowering/Locations.h"

#include "mlir/IR/Builders.h"

using namespace mlir;

namespace espalier::lowering {

Place placeOf(Location location) {
  Place place;
  location->walk([&](Location part) {
    if (auto file = dyn_cast<FileLineColLoc>(part); file && place.position.empty())
      place.position =
          (file.getFilename().getValue() + ":" + Twine(file.getLine()) + ":" + Twine(file.getColumn())).str();
    if (auto name = dyn_cast<NameLoc>(part); name && place.what.empty())
      place.what = name.getName().str();
    return WalkResult::advance();
  });
  return place;
}

int64_t Locations::rowOf(Location location, Value subject, ArrayRef<LoopAxis> axes) {
  Place place = placeOf(location);
  if (place.what.empty())
    place.what = placeOf(subject.getLoc()).what;
  Row row{place.position, place.what, {axes.begin(), axes.end()}};
  auto [entry, isNew] = numberOf.try_emplace(row, int64_t(rows.size()));
  if (isNew)
    rows.push_back(row);
  return entry->second;
}

ArrayAttr Locations::table(MLIRContext *context) const {
  Builder builder(context);
  SmallVector<Attribute> table;
  for (const Row &row : rows) {
    SmallVector<Attribute> entries{builder.getStringAttr(row.position), builder.getStringAttr(row.what)};
    for (const LoopAxis &axis : row.axes)
      entries.push_back(builder.getArrayAttr({builder.getStringAttr(axis.name), builder.getI64IntegerAttr(axis.size)}));
    table.push_back(builder.getArrayAttr(entries));
  }
  return builder.getArrayAttr(table);
}

} // namespace espalier::lowering
