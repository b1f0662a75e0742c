espalier_unit_test(InterpreterTest
                   unit/compiler/Interpreter/RunText.cpp
                   unit/compiler/Interpreter/SweepTest.cpp
                   LINK EspalierInterpreter)
