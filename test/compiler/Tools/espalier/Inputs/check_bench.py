"""Checks the figures of a tree solve against the formulas of the field: M problems, V vertices, blocks of n, m columns."""
import json
import sys

figures = json.load(open(sys.argv[1]))
M, V, n, m = 3, 31, 8, 2
flops = M * V * (14 / 3 * n**3 + 6 * n**2 * m)  # factors, their use on B, two sweeps (half of it where the matrix is symmetric)
bytes_moved = 4 * M * V * (3 * n**2 + 2 * n * m)
assert figures["bytes"] == bytes_moved, (figures["bytes"], bytes_moved)
assert flops <= figures["flops"] <= 1.1 * flops, (figures["flops"], flops)
for key in ("compile_ms", "min_ms", "median_ms", "copy_gb_s", "fma_gflop_s"):
    assert figures[key] > 0, key
assert figures["min_ms"] <= figures["median_ms"] and figures["runs"] >= 5 and figures["threads"] == 1
assert figures["kernel"] == "myo" and figures["target"] == "cpu" and "up by post_order" in figures["schedule"]
stages = figures["compile_stages_ms"]
assert {"parse", "resolve", "emit", "simplify", "schedule", "structure", "lower", "translate", "optimise", "generate", "link"} <= set(stages)
assert all(time >= 0 for time in stages.values()) and 0 < sum(stages.values()) - stages["parse"] <= figures["compile_ms"] * 1.001
assert sum(stages.values()) >= 0.6 * figures["compile_ms"], (stages, figures["compile_ms"])
assert figures["peak_bytes"] is None or figures["peak_bytes"] >= 0
