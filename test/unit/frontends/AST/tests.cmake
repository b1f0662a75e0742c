espalier_unit_test(ASTTests unit/frontends/AST/RenderTest.cpp unit/frontends/AST/SpellingTest.cpp unit/frontends/AST/Utf8Test.cpp LINK EspalierAST)
