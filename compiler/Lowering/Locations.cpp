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

int64_t Locations::rowOf(Location location, Value subject) {
  Place place = placeOf(location);
  if (place.what.empty())
    place.what = placeOf(subject.getLoc()).what;
  auto [entry, isNew] = rowOfPlace.try_emplace({place.position, place.what}, int64_t(rows.size()));
  if (isNew)
    rows.push_back(place);
  return entry->second;
}

ArrayAttr Locations::table(MLIRContext *context) const {
  Builder builder(context);
  SmallVector<Attribute> table;
  for (const Place &place : rows)
    table.push_back(builder.getStrArrayAttr({place.position, place.what}));
  return builder.getArrayAttr(table);
}

} // namespace espalier::lowering
