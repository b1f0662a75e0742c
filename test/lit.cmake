# The lit tests run as one test of ctest.
find_program(ESPALIER_LIT lit HINTS ${LLVM_TOOLS_BINARY_DIR} REQUIRED)
find_program(ESPALIER_FILECHECK FileCheck HINTS ${LLVM_TOOLS_BINARY_DIR} REQUIRED)
get_filename_component(ESPALIER_LLVM_TOOLS ${ESPALIER_FILECHECK} DIRECTORY)
add_test(NAME lit COMMAND ${ESPALIER_LIT} -sv --param tools=${CMAKE_BINARY_DIR}/bin --param llvm_tools=${ESPALIER_LLVM_TOOLS} ${CMAKE_CURRENT_SOURCE_DIR})
