espalier_unit_test(CpuTargetTest unit/compiler/Target/Cpu/CompiledKernel.cpp unit/compiler/Target/Cpu/ElementwiseTest.cpp
                   unit/compiler/Target/Cpu/ReductionTest.cpp unit/compiler/Target/Cpu/GridTest.cpp unit/compiler/Target/Cpu/JitTest.cpp unit/compiler/Target/Cpu/ContractionTest.cpp unit/compiler/Target/Cpu/SolveTest.cpp unit/compiler/Target/Cpu/LanesTest.cpp unit/compiler/Target/Cpu/ScanTest.cpp unit/compiler/Target/Cpu/MathTest.cpp
                   LINK EspalierCpu)
# Code for machines with narrower vectors, without multiply-add and masks.
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  foreach(cpu haswell x86-64)
    add_test(NAME CpuTargetTest-${cpu} COMMAND CpuTargetTest --gtest_filter=-*EverySize*:*Fast:Jit.*)
    set_tests_properties(CpuTargetTest-${cpu} PROPERTIES ENVIRONMENT ESPALIER_TEST_CPU=${cpu})
  endforeach()
endif()
espalier_mlir_headers(CpuTargetTest EspalierCpuHeaders)
