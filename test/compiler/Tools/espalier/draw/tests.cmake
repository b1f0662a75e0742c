add_test(NAME tools-draw COMMAND ${ESPALIER_PYTHON} ${CMAKE_CURRENT_LIST_DIR}/draw.py $<TARGET_FILE:espalier>)
set_tests_properties(tools-draw PROPERTIES TIMEOUT 600)
