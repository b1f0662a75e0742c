espalier_unit_test(CompiledMeaningTest unit/compiler/Lowering/CompiledMeaningTest.cpp unit/compiler/Lowering/TileFormsTest.cpp unit/compiler/Lowering/SweepFormsTest.cpp unit/compiler/Lowering/AttentionFormsTest.cpp unit/compiler/Lowering/LiftTest.cpp unit/compiler/Lowering/ChannelFormsTest.cpp unit/dialects/Tree/ChannelsTest.cpp unit/dialects/Tree/AffineTest.cpp
                   unit/compiler/Lowering/Comparison.cpp unit/compiler/Lowering/CompileText.cpp
                   unit/dialects/RandomSweeps.cpp unit/compiler/Interpreter/RunText.cpp
                   LINK EspalierPipeline EspalierInterpreter)
espalier_mlir_headers(CompiledMeaningTest EspalierMLIRHeaders)
