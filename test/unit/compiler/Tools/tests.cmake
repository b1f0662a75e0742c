espalier_unit_test(MeasureTest unit/compiler/Tools/Measure/MeasureTest.cpp LINK EspalierMeasure)
