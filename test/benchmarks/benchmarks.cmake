# Kernels beside what others offer for the same work. Not part of the build: `./dev bench` installs the peers and builds it.
set(Python3_EXECUTABLE ${ESPALIER_PYTHON})
find_package(Python3 COMPONENTS Interpreter Development.Embed QUIET)
find_package(Boost QUIET)
find_package(CLI11 REQUIRED)
if(Python3_Development.Embed_FOUND AND Boost_FOUND)
  add_executable(espalier-benchmarks EXCLUDE_FROM_ALL
    benchmarks/Main.cpp benchmarks/Workloads.cpp benchmarks/Table.cpp benchmarks/Roofline.cpp
    benchmarks/PythonPeers.cpp benchmarks/BoostKruskal.cpp benchmarks/PlainTreeScan.cpp)
  target_compile_definitions(espalier-benchmarks PRIVATE ESPALIER_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  target_include_directories(espalier-benchmarks SYSTEM PRIVATE ${Boost_INCLUDE_DIRS})
  set_source_files_properties(benchmarks/PlainTreeScan.cpp PROPERTIES COMPILE_OPTIONS "-O3;-march=native")
  target_link_libraries(espalier-benchmarks PRIVATE EspalierDriver EspalierMeasure EspalierPicture Python3::Python CLI11::CLI11)
endif()

# The cost model's schedules beside the best that a search finds: `./dev bench --schedules`. It needs no peers.
if(TARGET EspalierDriver)
  add_executable(espalier-schedules EXCLUDE_FROM_ALL benchmarks/schedules/Main.cpp benchmarks/schedules/Grid.cpp benchmarks/schedules/Search.cpp)
  target_compile_definitions(espalier-schedules PRIVATE ESPALIER_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  target_link_libraries(espalier-schedules PRIVATE EspalierDriver EspalierMeasure CLI11::CLI11)
endif()
