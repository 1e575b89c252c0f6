#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include "bindings.hpp"
#include "perhaps/types.hpp"

namespace perhaps::bindings {
namespace {

using Pixels = py::array_t<std::uint8_t, py::array::c_style>;

Picture make_picture(const Pixels& pixels, std::string key) {
    if (pixels.ndim() != 3 || pixels.shape(2) != 3) {
        throw py::value_error("pixels must have the shape [height, width, 3]");
    }
    const auto* begin = pixels.data();
    return {.width = static_cast<int>(pixels.shape(1)),
            .height = static_cast<int>(pixels.shape(0)),
            .rgb = std::make_shared<const std::vector<std::uint8_t>>(begin, begin + pixels.size()),
            .key = std::move(key)};
}

}  // namespace

void bind_asking(py::module_& m) {
    py::class_<TemplateText>(m, "TemplateText", "Text in which control tokens count.")
        .def(py::init<std::string>(), py::arg("text"));
    py::class_<UserText>(m, "UserText", "Text that stays text, whatever it says.")
        .def(py::init<std::string>(), py::arg("text"));
    py::class_<Picture>(m, "Picture", "Pixels [height, width, 3] and their hash.")
        .def(py::init(&make_picture), py::arg("pixels"), py::arg("key"));
    py::class_<SamplingOptions>(m, "SamplingOptions", "How a token is chosen.")
        .def(py::init<>())
        .def_readwrite("temperature", &SamplingOptions::temperature)
        .def_readwrite("top_k", &SamplingOptions::top_k)
        .def_readwrite("top_p", &SamplingOptions::top_p)
        .def_readwrite("min_p", &SamplingOptions::min_p)
        .def_readwrite("repeat_penalty", &SamplingOptions::repeat_penalty)
        .def_readwrite("repeat_last", &SamplingOptions::repeat_last);
    py::class_<GenerationRequest>(m, "GenerationRequest", "Everything an answer depends on.")
        .def(py::init<>())
        .def_readwrite("prompt", &GenerationRequest::prompt)
        .def_readwrite("max_tokens", &GenerationRequest::max_tokens)
        .def_readwrite("sampling", &GenerationRequest::sampling)
        .def_readwrite("stop", &GenerationRequest::stop)
        .def_readwrite("top_logprobs", &GenerationRequest::top_logprobs)
        .def_readwrite("seed", &GenerationRequest::seed)
        .def_readwrite("keep_logits", &GenerationRequest::keep_logits)
        .def_readwrite("prepare_only", &GenerationRequest::prepare_only)
        .def_readwrite("kept", &GenerationRequest::kept)
        .def_readwrite("forced", &GenerationRequest::forced)
        .def_readwrite("draws_on", &GenerationRequest::draws_on)
        .def_readwrite("transient", &GenerationRequest::transient);
    py::class_<PictureCost>(m, "PictureCost", "What a picture takes of the model.")
        .def_readonly("tokens", &PictureCost::tokens)
        .def_readonly("tiles", &PictureCost::tiles);
}

}  // namespace perhaps::bindings
