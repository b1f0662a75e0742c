# How the sources hang together.
add_test(NAME structure-includes COMMAND ${ESPALIER_PYTHON} ${CMAKE_CURRENT_LIST_DIR}/includes.py ${CMAKE_SOURCE_DIR})
