espalier_unit_test(CostModelTest unit/compiler/Schedule/CostModelTest.cpp unit/compiler/Schedule/OverridesTest.cpp LINK EspalierCostModel)
