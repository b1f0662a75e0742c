# Random programs, compiled and interpreted. More of them: build/bin/differential --programs=10000 --seed=1000000
if(TARGET EspalierDriver)
  find_package(CLI11 REQUIRED)
  set(folder ${CMAKE_CURRENT_LIST_DIR})
  add_executable(differential ${folder}/differential.cpp ${folder}/CompareResults.cpp ${folder}/DrawBlocks.cpp ${folder}/DrawCase.cpp
                 ${folder}/DrawComprehensions.cpp ${folder}/DrawReads.cpp ${folder}/DrawSchedule.cpp ${folder}/DrawShapes.cpp ${folder}/DrawTerm.cpp ${folder}/DrawTiles.cpp
                 ${folder}/FillArguments.cpp ${folder}/Isolate.cpp ${folder}/Print.cpp ${folder}/Run.cpp ${folder}/Shrink.cpp)
  target_link_libraries(differential PRIVATE EspalierDriver CLI11::CLI11)
  add_test(NAME differential COMMAND differential --programs=500)
  add_test(NAME differential-schedules COMMAND differential --programs=200 --seed=5000 --schedules=3)
  set_tests_properties(differential differential-schedules PROPERTIES PROCESSORS 2 TIMEOUT 600)
endif()
