"""The lit tests: textual IR (.mlir) and programs (.esp) with RUN lines, each beside the path of what it tests."""
import os

import lit.formats

config.name = "espalier"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".esp"]
# Programs, data and GoogleTest sources have runners of their own.
config.excludes = ["unit", "vectors", "golden", "semantics", "gradients", "Inputs"]
config.test_source_root = os.path.dirname(__file__)

tools = lit_config.params["tools"]  # the build tree's bin
config.test_exec_root = os.path.join(os.path.dirname(tools), "test", "lit")
llvm_tools = lit_config.params["llvm_tools"]

for tool in ["espalier-opt", "espalier"]:
    # Not within longer words: paths, options and comments hold the name too.
    config.substitutions.append((rf"(?<![\w./-]){tool}(?![\w.-])", os.path.join(tools, tool)))
config.substitutions.append(("%python", "/usr/bin/python3"))
for tool in ["FileCheck", "not", "count"]:
    config.substitutions.append((rf"(?<![\w./-]){tool}(?![\w.-])", os.path.join(llvm_tools, tool)))
if os.path.exists(os.path.join(tools, "espalier")):
    config.available_features.add("espalier")
