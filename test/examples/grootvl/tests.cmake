add_test(NAME examples-grootvl COMMAND ${ESPALIER_PYTHON} ${CMAKE_CURRENT_LIST_DIR}/grootvl.py $<TARGET_FILE:espalier-grootvl>)
set_tests_properties(examples-grootvl PROPERTIES TIMEOUT 600)
