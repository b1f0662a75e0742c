set(SEMA_TESTS ${CMAKE_CURRENT_LIST_DIR})
espalier_unit_test(SemaTests ${SEMA_TESTS}/DimTest.cpp ${SEMA_TESTS}/ProgramsTest.cpp
                   LINK EspalierSema EspalierText)
