espalier_unit_test(EmitTest unit/frontends/Emit/EmitTest.cpp LINK EspalierEmit EspalierText)
# The headers of MLIR are compiled as the libraries compile them.
target_compile_options(EmitTest PRIVATE ${ESPALIER_MLIR_OPTIONS})
