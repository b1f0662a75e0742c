# Black-box tests of the command line against references that share nothing with the compiler.
if(TARGET espalier)
  foreach(script operations sizes bad_input gallery)
    add_test(NAME semantics-${script} COMMAND /usr/bin/python3 ${CMAKE_CURRENT_LIST_DIR}/${script}.py $<TARGET_FILE:espalier>)
    set_tests_properties(semantics-${script} PROPERTIES PROCESSORS 2 TIMEOUT 1200)
  endforeach()
  add_test(NAME semantics-random-programs COMMAND /usr/bin/python3 ${CMAKE_CURRENT_LIST_DIR}/random_programs.py $<TARGET_FILE:espalier>)
  set_tests_properties(semantics-random-programs PROPERTIES PROCESSORS 2 TIMEOUT 1200)
endif()
