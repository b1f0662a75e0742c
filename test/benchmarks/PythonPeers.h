//===- PythonPeers.h - Peers written with NumPy, SciPy and numba ------------===//
//
//   Result<PythonPeer> peer = PythonPeer::prepare("tree_scan_numba", {{"u", u}, {"a", a}, {"parents", parents}});
//   peer->run();
//   peer->difference(ours);      // the largest |difference| from what the peer computed, over the largest |value|
//
// The functions are those of peers.py; they see the tensors' own memory.
//===----------------------------------------------------------------------===//
#ifndef ESPALIER_TEST_BENCHMARKS_PYTHONPEERS_H
#define ESPALIER_TEST_BENCHMARKS_PYTHONPEERS_H

#include "runtime/Tensor/Tensor.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace espalier::benchmarks {

class PythonPeer {
public:
  /// Calls the function of peers.py with the tensors; it returns what `run` calls. Errors: those that Python raises.
  static Result<PythonPeer> prepare(const std::string &function,
                                    const std::vector<std::pair<std::string, Tensor>> &arguments);

  /// Keeps what the call returns.
  Result<void> run() const;
  Result<double> difference(const Tensor &ours) const;

private:
  struct State;
  explicit PythonPeer(std::shared_ptr<State> state) : state(std::move(state)) {}
  std::shared_ptr<State> state;
};

} // namespace espalier::benchmarks

#endif
