# Golden vectors through the command line, one test for each target.
find_program(ESPALIER_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
if(ESPALIER_PYTHON)
  execute_process(COMMAND ${ESPALIER_PYTHON} -c "import numpy" RESULT_VARIABLE ESPALIER_NUMPY_MISSING OUTPUT_QUIET ERROR_QUIET)
endif()
if(NOT ESPALIER_PYTHON OR ESPALIER_NUMPY_MISSING)
  message(WARNING "Python with NumPy is missing: the golden vectors are left out")
  return()
endif()
set(ESPALIER_VECTOR_TARGETS interp)
if(TARGET EspalierPipeline)
  list(APPEND ESPALIER_VECTOR_TARGETS cpu)
endif()
set(ESPALIER_VECTORS_WITHOUT_cpu attention.esp) # refused there
foreach(target ${ESPALIER_VECTOR_TARGETS})
  add_test(NAME vectors-${target}
           COMMAND ${ESPALIER_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/check_vectors.py $<TARGET_FILE:espalier> --target=${target} --without=${ESPALIER_VECTORS_WITHOUT_${target}})
endforeach()
