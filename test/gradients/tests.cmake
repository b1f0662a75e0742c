# The dialects are closed under differentiation: adjoints written by hand meet the golden gradients.
espalier_unit_test(ClosureTest gradients/ClosureTest.cpp LINK EspalierInterpreter)
