#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include "bindings.hpp"
#include "perhaps/logprobs.hpp"

namespace perhaps::bindings {
namespace {

using Row = py::array_t<float, py::array::c_style | py::array::forcecast>;

Distribution measure_row(const Row& logits, int k, const std::string& kernel) {
    if (logits.ndim() != 1) throw py::value_error("logits must have the shape [vocabulary]");
    const std::span<const float> row(logits.data(), static_cast<std::size_t>(logits.size()));
    // The array is kept alive by the caller and nobody writes to it meanwhile.
    const py::gil_scoped_release release;
    return kernel.empty() ? measure(row, k) : measure_with(kernel, row, k);
}

}  // namespace

void bind_probability(py::module_& m) {
    py::class_<TopToken>(m, "TopToken", "A token and its logit.")
        .def_readonly("id", &TopToken::id)
        .def_readonly("logit", &TopToken::logit);
    py::class_<Distribution>(m, "Distribution", "Exact measures of one row of logits.")
        .def_readonly("log_normaliser", &Distribution::log_normaliser)
        .def_readonly("entropy", &Distribution::entropy)
        .def_readonly("top", &Distribution::top)
        .def("logprob", &Distribution::logprob, py::arg("logit"), "Its log-probability in nats.");
    m.def("measure", &measure_row, py::arg("logits"), py::arg("k"), py::arg("kernel") = "",
          "Measure a row of logits, by the best kernel or a named one.");
    m.def("kernels", &available_kernels, "The kernels of this processor, best first.");
}

}  // namespace perhaps::bindings
