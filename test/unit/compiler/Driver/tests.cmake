espalier_unit_test(DriverTest
  unit/compiler/Driver/ArgumentsTest.cpp unit/compiler/Driver/OptionsTest.cpp unit/compiler/Driver/ProgramTest.cpp
  unit/compiler/Driver/SpecialisationTableTest.cpp unit/compiler/Driver/GrownTreesTest.cpp
  unit/compiler/Driver/CodeCacheTest.cpp unit/compiler/Driver/ScheduledProgramsTest.cpp
  LINK EspalierDriver)
if(TARGET EspalierPipeline)
  target_compile_definitions(DriverTest PRIVATE ESPALIER_HAS_CPU_TARGET)
endif()
