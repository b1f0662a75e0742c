# Golden vectors through the command line, one test for each target.
set(ESPALIER_VECTOR_TARGETS interp cpu)
foreach(target ${ESPALIER_VECTOR_TARGETS})
  add_test(NAME vectors-${target}
           COMMAND ${ESPALIER_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/check_vectors.py $<TARGET_FILE:espalier> --target=${target} --without=${ESPALIER_VECTORS_WITHOUT_${target}})
endforeach()
