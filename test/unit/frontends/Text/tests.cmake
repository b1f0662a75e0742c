espalier_unit_test(TextTests
  unit/frontends/Text/LexerTest.cpp
  unit/frontends/Text/LiteralsTest.cpp
  unit/frontends/Text/ParserTest.cpp
  unit/frontends/Text/PrinterTest.cpp
  unit/frontends/Text/RoundTripTest.cpp
  unit/frontends/Text/InvalidLexerTest.cpp
  unit/frontends/Text/InvalidExpressionTest.cpp
  unit/frontends/Text/InvalidStatementTest.cpp
  unit/frontends/Text/InvalidFunctionTest.cpp
  unit/frontends/Text/InvalidTypeTest.cpp
  unit/frontends/Text/RecoveryTest.cpp
  unit/frontends/Text/LimitsTest.cpp
  unit/frontends/Text/LoadTest.cpp
  unit/frontends/Text/MutationTest.cpp
  LINK EspalierText)
