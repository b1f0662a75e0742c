set(SEMA_TESTS ${CMAKE_CURRENT_LIST_DIR})
espalier_unit_test(SemaTests ${SEMA_TESTS}/DimTest.cpp ${SEMA_TESTS}/ProgramsTest.cpp ${SEMA_TESTS}/Case.cpp ${SEMA_TESTS}/CasesTest.cpp ${SEMA_TESTS}/LimitsTest.cpp
                   LINK EspalierSema EspalierText)

find_program(PYTHON3 python3 HINTS /usr/bin)
if(PYTHON3)
  add_test(NAME FrontendDiagnosticsAreTested COMMAND ${PYTHON3} ${SEMA_TESTS}/../diagnostics_are_tested.py ${CMAKE_SOURCE_DIR})
endif()
