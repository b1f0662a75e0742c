espalier_unit_test(InterpreterTest
                   unit/compiler/Interpreter/RunText.cpp
                   unit/compiler/Interpreter/ElementwiseTest.cpp
                   unit/compiler/Interpreter/TileTest.cpp
                   unit/compiler/Interpreter/SolveTest.cpp
                   unit/compiler/Interpreter/TreeTest.cpp
                   unit/compiler/Interpreter/GrowthTest.cpp
                   unit/compiler/Interpreter/SweepTest.cpp
                   unit/compiler/Interpreter/AttentionTest.cpp
                   unit/compiler/Interpreter/ErrorTest.cpp
                   LINK EspalierInterpreter)
espalier_mlir_headers(InterpreterTest EspalierMLIRHeaders)
