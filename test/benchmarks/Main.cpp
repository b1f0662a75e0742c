//===- Main.cpp - Kernels beside their peers and the machine's limits -------===//
//
// One thread unless said. Each kernel, its peers, a large copy and multiply-adds in registers run in turn, in one
// process; the least time of each counts.
//===----------------------------------------------------------------------===//
#include "runtime/ABI/ParallelFor.h"
#include "runtime/Picture/Drawing.h"
#include "test/benchmarks/Roofline.h"
#include "test/benchmarks/Table.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <fstream>

using namespace espalier;
using namespace espalier::benchmarks;

int main(int argc, char **argv) {
  std::string filter, json;
  std::vector<std::string> rooflines;
  double seconds = 1;
  int threads = 1;
  CLI::App app{"Kernels beside what others offer for the same work, and beside the limits of this machine."};
  app.add_option("filter", filter, "only workloads whose names contain this");
  app.add_option("--seconds", seconds, "how long to measure each")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  app.add_option("--threads", threads, "of our parallel loops")->capture_default_str()->check(CLI::Range(1, 4096));
  app.add_option("--json", json, "write the figures to this file");
  app.add_option("--roofline", rooflines,
                 "draw the kernels under the limits of the machine into this file, .svg or .png; may be repeated");
  CLI11_PARSE(app, argc, argv);

  setNumThreads(threads);
  std::vector<Row> rows;
  Result<void> done;
  for (size_t i = 0; done && i < rooflines.size(); ++i)
    done = picture::checkPicturePath(rooflines[i]);
  if (done)
    done = forEachWorkload(filter, [&](Workload &workload) -> Result<void> {
      Result<Row> row = measureRow(workload, seconds);
      if (!row)
        return row.error();
      print(*row);
      rows.push_back(std::move(*row));
      return {};
    });
  if (done && !json.empty() && !(std::ofstream(json) << jsonOf(rows) << std::flush))
    done = Error::of("cannot write {}", json);
  for (size_t i = 0; done && i < rooflines.size(); ++i)
    done = writeRoofline(rooflines[i], rows);
  if (done)
    return 0;
  fmt::print(stderr, "espalier-benchmarks: error: {}\n", done.error().message);
  return 1;
}
