set(SEMA_TESTS ${CMAKE_CURRENT_LIST_DIR})
espalier_unit_test(SemaTests ${SEMA_TESTS}/DimTest.cpp ${SEMA_TESTS}/ProgramsTest.cpp ${SEMA_TESTS}/Case.cpp ${SEMA_TESTS}/CasesTest.cpp ${SEMA_TESTS}/LimitsTest.cpp ${SEMA_TESTS}/MutationTest.cpp
                   LINK EspalierSema EspalierText)
# Damaged programs per run; a longer search sets more.
set(ESPALIER_MUTATIONS 2000 CACHE STRING "Damaged programs that the analysis is given")
target_compile_definitions(SemaTests PRIVATE ESPALIER_MUTATIONS="${ESPALIER_MUTATIONS}")

find_program(PYTHON3 python3 HINTS /usr/bin)
if(PYTHON3)
  add_test(NAME FrontendDiagnosticsAreTested COMMAND ${PYTHON3} ${SEMA_TESTS}/../diagnostics_are_tested.py ${CMAKE_SOURCE_DIR})
endif()
