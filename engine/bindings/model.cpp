#include "perhaps/model.hpp"

#include <pybind11/stl.h>

#include "bindings.hpp"
#include "perhaps/devices.hpp"
#include "perhaps/last_words.hpp"

namespace perhaps::bindings {
namespace {

// All of these wait for the compute thread or tokenize; none of them touches Python meanwhile.
using Released = py::call_guard<py::gil_scoped_release>;

void bind_run(py::module_& m) {
    py::class_<Run, py::smart_holder>(m, "Run", "One answer on its way; dropping it stops it.")
        .def("next", &Run::next, py::arg("timeout_ms") = -1, Released(),
             "Wait for the next event; None where none came in time, or after RunFinished.")
        .def("take", &Run::take, py::arg("pause_ms"), Released(),
             "Wait for the next events and take all; further tokens come `pause_ms` apart at "
             "least. Empty after RunFinished.")
        .def("stop", &Run::stop, "Ask it to end after the unit of work that it is in.")
        .def_property_readonly("finished", &Run::finished, "Whether RunFinished was taken.");
}

// Unloading waits for the unit of work that runs, so the GIL goes first.
struct ReleasingDelete {
    void operator()(Model* model) const {
        const py::gil_scoped_release release;
        delete model;
    }
};

using ModelPointer = std::unique_ptr<Model, ReleasingDelete>;

// Paths are bytes: a file's name need not be UTF-8.
ModelPointer make_model(const py::bytes& model_path, const py::bytes& projector_path,
                        const LoadOptions& options) {
    return ModelPointer(new Model(model_path, projector_path, options));
}

}  // namespace

void bind_model(py::module_& m) {
    bind_run(m);
    py::class_<PromptToken>(m, "PromptToken", "A token of a prompt, or a picture of `cells` cells.")
        .def_readonly("id", &PromptToken::id)
        .def_readonly("control", &PromptToken::control)
        .def_readonly("cells", &PromptToken::cells);
    py::class_<Model, ModelPointer>(m, "Model", "A model pair and its compute thread.")
        .def(py::init(&make_model), py::arg("model_path"), py::arg("projector_path"),
             py::arg("options"), "Begin to load; an empty projector path makes it blind.")
        .def("wait_loaded", &Model::wait_loaded, py::arg("timeout_ms"), Released(),
             "Wait for the loading to advance; raises what made it fail.")
        .def("cancel_load", &Model::cancel_load, "Stop the loading.")
        .def("info", &Model::info, "The loaded model in figures.")
        .def("submit", &Model::submit, py::arg("request"), Released(), "Queue a request.")
        .def("picture_cost", &Model::picture_cost, py::arg("width"), py::arg("height"), Released(),
             "What a picture of this size takes.")
        .def("tokenize", &Model::tokenize, py::arg("prompt"), Released(),
             "The tokens of a prompt, to look at them.")
        .def("tokenize_answer", &Model::tokenize_answer, py::arg("text"), Released(),
             "The tokens of a given answer, for `GenerationRequest.forced`.")
        .def("statistics", &Model::statistics, "What the compute thread did so far.")
        .def(
            "token_bytes",
            [](const Model& model, TokenId id) { return py::bytes(model.token_bytes(id)); },
            py::arg("id"), "The bytes of a token.");
    m.def("list_devices", &list_devices, Released(), "The devices of this machine.");
    m.def("resolve_devices", &resolve_device_names, py::arg("name"), Released(),
          "The GPUs that a name stands for; none for the CPU.");
    m.def("leave_last_words", &leave_last_words, py::arg("sentence"),
          "Have a crash in native code say this on standard error.");
    m.def("take_log", &take_log, "The lines that llama.cpp logged since the last call.");
}

}  // namespace perhaps::bindings
