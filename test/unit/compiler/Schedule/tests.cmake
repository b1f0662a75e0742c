espalier_unit_test(CostModelTest unit/compiler/Schedule/CostModelTest.cpp LINK EspalierCostModel)
