//===- PythonPeers.cpp - Peers written with NumPy, SciPy and numba ----------===//
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "test/benchmarks/PythonPeers.h"

#include <algorithm>
#include <cmath>

namespace espalier::benchmarks {

namespace {

/// A reference that Python counts.
class Object {
public:
  Object() = default;
  explicit Object(PyObject *object) : object(object) {}
  Object(Object &&other) noexcept : object(std::exchange(other.object, nullptr)) {}
  Object &operator=(Object &&other) noexcept { return std::swap(object, other.object), *this; }
  ~Object() { Py_XDECREF(object); }
  PyObject *get() const { return object; }
  explicit operator bool() const { return object; }

private:
  PyObject *object = nullptr;
};

/// What Python has raised.
Error raised(const std::string &where) {
  PyObject *type, *value, *trace;
  PyErr_Fetch(&type, &value, &trace);
  Object holdType(type), holdValue(value), holdTrace(trace), text(value ? PyObject_Str(value) : nullptr);
  return Error::of("{}: {}", where, text ? PyUnicode_AsUTF8(text.get()) : "failed");
}

/// The module peers.py, imported once.
Result<PyObject *> peersModule() {
  static PyObject *module = nullptr;
  if (module)
    return module;
  Py_InitializeEx(0);
  Object path(PyUnicode_FromString(ESPALIER_SOURCE_DIR "/test/benchmarks"));
  PyList_Insert(PySys_GetObject("path"), 0, path.get());
  module = PyImport_ImportModule("peers");
  return module ? Result<PyObject *>(module) : raised("peers.py");
}

/// (memory, dtype, shape)
Object pythonArray(const Tensor &tensor) {
  Object shape(PyTuple_New(tensor.rank()));
  for (int axis = 0; axis < tensor.rank(); ++axis)
    PyTuple_SetItem(shape.get(), axis, PyLong_FromLongLong(tensor.size(axis)));
  Object memory(PyMemoryView_FromMemory(static_cast<char *>(tensor.data()), tensor.numBytes(), PyBUF_WRITE));
  return Object(Py_BuildValue("(OsO)", memory.get(), std::string(name(tensor.dtype())).c_str(), shape.get()));
}

} // namespace

struct PythonPeer::State {
  std::string name;
  Object run, result;
  std::vector<Tensor> kept;
};

Result<PythonPeer> PythonPeer::prepare(const std::string &function,
                                       const std::vector<std::pair<std::string, Tensor>> &arguments) {
  Result<PyObject *> module = peersModule();
  if (!module)
    return module.error();
  auto state = std::make_shared<State>();
  state->name = function;
  Object values(PyDict_New());
  for (const auto &[name, tensor] : arguments) {
    state->kept.push_back(tensor);
    Object described = pythonArray(tensor);
    PyDict_SetItemString(values.get(), name.c_str(), described.get());
  }
  state->run = Object(PyObject_CallMethod(*module, "prepare", "sO", function.c_str(), values.get()));
  if (!state->run)
    return raised(function);
  return PythonPeer(std::move(state));
}

Result<void> PythonPeer::run() const {
  state->result = Object(PyObject_CallObject(state->run.get(), nullptr));
  return state->result ? Result<void>() : raised(state->name);
}

Result<double> PythonPeer::difference(const Tensor &ours) const {
  Result<PyObject *> module = peersModule();
  if (!module)
    return module.error();
  Object described = pythonArray(ours);
  Object number(PyObject_CallMethod(*module, "difference", "OO", state->result.get(), described.get()));
  return number ? Result<double>(PyFloat_AsDouble(number.get())) : raised(state->name);
}

} // namespace espalier::benchmarks
