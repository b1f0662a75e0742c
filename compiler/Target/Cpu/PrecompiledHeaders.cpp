//===- PrecompiledHeaders.cpp - Anchors the precompiled header --------------===//
