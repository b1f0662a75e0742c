//===- Run.h - One program on both targets ----------------------------------===//
#ifndef ESPALIER_TEST_DIFFERENTIAL_RUN_H
#define ESPALIER_TEST_DIFFERENTIAL_RUN_H

#include "test/differential/Case.h"

namespace espalier::differential {

struct Outcome {
  enum class Kind : uint8_t {
    equal,          // the results agree with every schedule, and any number of threads gives the same bits
    faulted,        // both targets report a fault of the call
    refused,        // both targets refuse the program: it was not well-typed after all
    notCompiled,    // the cpu names a construct that it does not compile
    illConditioned, // the results differ no more than a change of the arguments by a rounding error would
    failed,
  };
  Kind kind = Kind::equal;
  std::string what;    // of a failure or refusal, without names and numbers: equal for equal causes
  std::string details; // for those who read it
};

/// Compiles and runs the case on cpu (with 1, 2 and 3 threads, with the schedule that the compiler chooses and with
/// others) and interp, and compares.
Outcome run(const Case &sketch);

} // namespace espalier::differential

#endif
