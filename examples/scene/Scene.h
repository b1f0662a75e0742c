//===- Scene.h - The picture that the examples draw themselves --------------===//
#ifndef ESPALIER_EXAMPLES_SCENE_SCENE_H
#define ESPALIER_EXAMPLES_SCENE_SCENE_H

#include "runtime/Picture/Image.h"

namespace espalier {

/// A scene with flat regions, smooth shading, thin lines and hard edges under Gaussian noise of the given standard
/// deviation. The same on every machine.
picture::Image drawScene(int64_t size, float noise);

} // namespace espalier

#endif
