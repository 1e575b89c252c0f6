// What each binding file adds to the module.
#pragma once

#include <pybind11/pybind11.h>

namespace perhaps::bindings {

namespace py = pybind11;

void bind_errors();
void bind_loading(py::module_& m);
void bind_asking(py::module_& m);
void bind_answering(py::module_& m);
void bind_model(py::module_& m);
void bind_probability(py::module_& m);

}  // namespace perhaps::bindings
