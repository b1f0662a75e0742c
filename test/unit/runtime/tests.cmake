espalier_unit_test(RuntimeTensorTest unit/runtime/Tensor/ShapeTest.cpp unit/runtime/Tensor/NarrowFloatTest.cpp
                   unit/runtime/Tensor/TensorTest.cpp unit/runtime/Tensor/RandomTest.cpp unit/runtime/Tensor/DLPackTest.cpp
                   LINK EspalierRuntime)
espalier_unit_test(RuntimeNpyTest unit/runtime/Tensor/NpyHeaderTest.cpp unit/runtime/Tensor/NpyTest.cpp
                   unit/runtime/Tensor/NpyMalformedTest.cpp unit/runtime/Tensor/NpyMutationTest.cpp
                   LINK EspalierRuntime)
espalier_unit_test(RuntimeTreeTest unit/runtime/Tree/TreeTest.cpp unit/runtime/Tree/TreeLawsTest.cpp
                   unit/runtime/Tree/TreeBatchTest.cpp unit/runtime/Tree/DecompositionTest.cpp
                   unit/runtime/Tree/QuadtreeTest.cpp unit/runtime/Tree/PackedForestTest.cpp
                   unit/runtime/Tree/TreeCacheTest.cpp unit/runtime/Tree/PathProductsTest.cpp
                   unit/runtime/Tree/PartitionTest.cpp
                   LINK EspalierRuntime)
espalier_unit_test(RuntimeSpanningTest unit/runtime/Tree/GraphTest.cpp unit/runtime/Tree/RootingTest.cpp
                   unit/runtime/Tree/SpanningTreeTest.cpp unit/runtime/Tree/RandomTreeTest.cpp
                   LINK EspalierRuntime)
espalier_unit_test(RuntimePictureTest unit/runtime/Picture/ColourTest.cpp unit/runtime/Picture/PngTest.cpp
                   unit/runtime/Picture/CanvasTest.cpp unit/runtime/Picture/PlotTest.cpp unit/runtime/Picture/SvgTest.cpp
                   LINK EspalierPicture)
# Sizes that no machine has are asked for on purpose.
set_tests_properties(RuntimeTensorTest PROPERTIES ENVIRONMENT ASAN_OPTIONS=allocator_may_return_null=1)

# NumPy reads what the runtime writes and writes what it reads.
if(EXISTS /usr/bin/python3)
  execute_process(COMMAND /usr/bin/python3 -c "import numpy" RESULT_VARIABLE NO_NUMPY OUTPUT_QUIET ERROR_QUIET)
  if(NOT NO_NUMPY)
    add_executable(NpyRoundTrip unit/runtime/Tensor/NpyRoundTrip.cpp)
    target_link_libraries(NpyRoundTrip PRIVATE EspalierRuntime)
    add_test(NAME RuntimeNpyAgainstNumPy
             COMMAND /usr/bin/python3 ${CMAKE_CURRENT_LIST_DIR}/Tensor/npy_against_numpy.py $<TARGET_FILE:NpyRoundTrip>)
  endif()
endif()

espalier_unit_test(RuntimeParallelTest unit/runtime/ABI/ParallelForTest.cpp unit/runtime/ABI/ReportTest.cpp
                   unit/runtime/Memory/ScratchTest.cpp unit/runtime/Memory/AlignedBlockTest.cpp
                   unit/runtime/Environment/EnvironmentTest.cpp
                   LINK EspalierRuntime)
set_tests_properties(RuntimeParallelTest PROPERTIES ENVIRONMENT ASAN_OPTIONS=allocator_may_return_null=1)
espalier_unit_test(RuntimeKernelTest unit/runtime/Kernel/KernelTest.cpp unit/runtime/Kernel/ArgumentsTest.cpp
                   unit/runtime/Kernel/ExtentsTest.cpp unit/runtime/Kernel/ResultsTest.cpp
                   unit/runtime/Kernel/FaultTextTest.cpp unit/runtime/Kernel/SignatureCheckTest.cpp
                   unit/runtime/Kernel/BuiltTreesTest.cpp unit/runtime/Kernel/GrownTreesTest.cpp
                   LINK EspalierRuntime)
set_tests_properties(RuntimeKernelTest PROPERTIES ENVIRONMENT ASAN_OPTIONS=allocator_may_return_null=1)
