espalier_unit_test(CpuTargetTest unit/compiler/Target/Cpu/CompiledKernel.cpp unit/compiler/Target/Cpu/ElementwiseTest.cpp
                   unit/compiler/Target/Cpu/ReductionTest.cpp unit/compiler/Target/Cpu/GridTest.cpp unit/compiler/Target/Cpu/JitTest.cpp unit/compiler/Target/Cpu/ContractionTest.cpp unit/compiler/Target/Cpu/SolveTest.cpp unit/compiler/Target/Cpu/MathTest.cpp
                   LINK EspalierCpu)
target_precompile_headers(CpuTargetTest REUSE_FROM EspalierMLIRHeaders)
set_target_properties(CpuTargetTest PROPERTIES POSITION_INDEPENDENT_CODE OFF)
target_compile_options(CpuTargetTest PRIVATE -fPIC ${ESPALIER_MLIR_OPTIONS})
