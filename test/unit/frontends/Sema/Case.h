//===- Case.h - Programs with the outcome that they must have -----------------===//
//
// A file of cases, one file per rule of the language:
//
//   ## what the case shows
//   !specialise myo n=4 m=1 ^G=perfect:2 @ranks=4,2 ~float=bf16     (without such a line: check)
//   the program
//   =>
//   the outcome: diagnostics as rendered; else the dump of the kernel, or "accepted"
//
// Bindings: dimension n=4, static @s=4,2 (a tuple) or @s=4, tree ^G=chain|perfect:k|rooted|forest[:batched].
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_TEST_UNIT_FRONTENDS_SEMA_CASE_H
#define ESPALIER_TEST_UNIT_FRONTENDS_SEMA_CASE_H

#include <string>
#include <vector>

namespace espalier::test {

struct Case {
  std::string title, command, program, expected;
};

std::vector<Case> readCases(const std::string &path);
std::string writeCases(const std::vector<Case> &cases);
std::string outcome(const Case &example);

} // namespace espalier::test

#endif
