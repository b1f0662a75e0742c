espalier_unit_test(TileMathTest unit/dialects/ContractionPathTest.cpp LINK EspalierTileMath)
espalier_unit_test(BlockMathTest unit/dialects/LevelMapTest.cpp LINK EspalierBlockMath)
espalier_unit_test(PassMeaningTest unit/dialects/PassMeaningTest.cpp unit/dialects/RandomSweeps.cpp unit/compiler/Interpreter/RunText.cpp
                   LINK EspalierInterpreter EspalierTileTransforms EspalierTreeTransforms EspalierFusion)
espalier_mlir_headers(PassMeaningTest EspalierMLIRHeaders)
