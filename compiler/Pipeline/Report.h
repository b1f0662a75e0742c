//===- Report.h - What a compilation says of itself -------------------------===//
#ifndef ESPALIER_COMPILER_PIPELINE_REPORT_H
#define ESPALIER_COMPILER_PIPELINE_REPORT_H

#include "compiler/Schedule/Choices.h"

#include <string>
#include <vector>

namespace espalier {

/// What one phase of a compilation took.
struct PhaseTime {
  std::string phase;
  double milliseconds = 0;
};

struct CompileReport {
  std::vector<schedule::Group> groups; // the decisions of the schedule
  std::string schedule;                // the same as text, one line for each
  std::vector<PhaseTime> times;        // in the order of the phases; they sum up to the whole

  double milliseconds() const {
    double sum = 0;
    for (const PhaseTime &time : times)
      sum += time.milliseconds;
    return sum;
  }
};

} // namespace espalier

#endif
