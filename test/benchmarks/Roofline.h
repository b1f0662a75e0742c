//===- Roofline.h - Rates of kernels under the limits of the machine --------===//
#ifndef ESPALIER_TEST_BENCHMARKS_ROOFLINE_H
#define ESPALIER_TEST_BENCHMARKS_ROOFLINE_H

#include "test/benchmarks/Table.h"

namespace espalier::benchmarks {

/// Draws the rows that count operations and bytes: operations per second over operations per byte moved, below
/// min(multiply-adds, intensity * copy rate) of the best probes of the rows (Williams, Waterman, Patterson 2009). PNG
/// or SVG, by the ending. Errors: those of writeDrawing; no row to draw.
Result<void> writeRoofline(const std::string &path, const std::vector<Row> &rows);

} // namespace espalier::benchmarks

#endif
