espalier_unit_test(TextTests unit/frontends/Text/RoundTripTest.cpp LINK EspalierText)
