#include "perhaps/types.hpp"

#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include "bindings.hpp"
#include "perhaps/devices.hpp"

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

void bind_enums(py::module_& m) {
    py::enum_<LoadStage>(m, "LoadStage")
        .value("model", LoadStage::model)
        .value("projector", LoadStage::projector)
        .value("warm_up", LoadStage::warm_up);
    py::enum_<RunStage>(m, "RunStage")
        .value("queued", RunStage::queued)
        .value("encode", RunStage::encode)
        .value("image_prefill", RunStage::image_prefill)
        .value("text_prefill", RunStage::text_prefill)
        .value("decode", RunStage::decode);
    py::enum_<FinishReason>(m, "FinishReason")
        .value("eos", FinishReason::eos)
        .value("length", FinishReason::length)
        .value("context_full", FinishReason::context_full)
        .value("stop", FinishReason::stop)
        .value("cancelled", FinishReason::cancelled)
        .value("failed", FinishReason::failed)
        .value("prepared", FinishReason::prepared)
        .value("forced", FinishReason::forced);
}

void bind_loading(py::module_& m) {
    py::class_<LoadOptions>(m, "LoadOptions", "Where and how large.")
        .def(py::init<>())
        .def_readwrite("device", &LoadOptions::device)
        .def_readwrite("vision_device", &LoadOptions::vision_device)
        .def_readwrite("gpu_layers", &LoadOptions::gpu_layers)
        .def_readwrite("context_size", &LoadOptions::context_size)
        .def_readwrite("threads", &LoadOptions::threads)
        .def_readwrite("flash_attention", &LoadOptions::flash_attention);
    py::class_<LoadProgress>(m, "LoadProgress", "How far loading has come.")
        .def_readonly("stage", &LoadProgress::stage)
        .def_readonly("fraction", &LoadProgress::fraction)
        .def_readonly("done", &LoadProgress::done);
    py::class_<DevicePlacement>(m, "DevicePlacement", "Where one half of the model runs.")
        .def_readonly("device", &DevicePlacement::device)
        .def_readonly("backend", &DevicePlacement::backend)
        .def_readonly("on_device", &DevicePlacement::on_device)
        .def_readonly("total", &DevicePlacement::total);
    py::class_<ModelInfo>(m, "ModelInfo", "A loaded model in figures.")
        .def_readonly("name", &ModelInfo::name)
        .def_readonly("architecture", &ModelInfo::architecture)
        .def_readonly("parameters", &ModelInfo::parameters)
        .def_readonly("size_bytes", &ModelInfo::size_bytes)
        .def_readonly("context_size", &ModelInfo::context_size)
        .def_readonly("trained_context", &ModelInfo::trained_context)
        .def_readonly("vocabulary_size", &ModelInfo::vocabulary_size)
        .def_readonly("sees", &ModelInfo::sees)
        .def_property_readonly("chat_template",
                               [](const ModelInfo& info) { return py::bytes(info.chat_template); })
        .def_property_readonly("bos_text",
                               [](const ModelInfo& info) { return py::bytes(info.bos_text); })
        .def_property_readonly("eos_text",
                               [](const ModelInfo& info) { return py::bytes(info.eos_text); })
        .def_readonly("language", &ModelInfo::language)
        .def_readonly("vision", &ModelInfo::vision)
        .def_readonly("load_ms", &ModelInfo::load_ms);
    py::class_<DeviceInfo>(m, "DeviceInfo", "A device that the engine could run on.")
        .def_readonly("name", &DeviceInfo::name)
        .def_readonly("description", &DeviceInfo::description)
        .def_readonly("backend", &DeviceInfo::backend)
        .def_readonly("kind", &DeviceInfo::kind)
        .def_readonly("memory_free", &DeviceInfo::memory_free)
        .def_readonly("memory_total", &DeviceInfo::memory_total);
    py::class_<LogLine>(m, "LogLine", "A line that llama.cpp logged.")
        .def_readonly("level", &LogLine::level)
        .def_property_readonly("text", [](const LogLine& line) { return py::bytes(line.text); });
}

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
        .def_readwrite("forced", &GenerationRequest::forced);
    py::class_<PictureCost>(m, "PictureCost", "What a picture takes of the model.")
        .def_readonly("tokens", &PictureCost::tokens)
        .def_readonly("tiles", &PictureCost::tiles);
}

void bind_answering(py::module_& m) {
    py::class_<RunProgress>(m, "RunProgress", "How far the way to the first token has come.")
        .def_readonly("stage", &RunProgress::stage)
        .def_readonly("index", &RunProgress::index)
        .def_readonly("count", &RunProgress::count)
        .def_readonly("fraction", &RunProgress::fraction);
    py::class_<TokenCandidate>(m, "TokenCandidate", "A token that could have come.")
        .def_readonly("id", &TokenCandidate::id)
        .def_property_readonly("bytes",
                               [](const TokenCandidate& token) { return py::bytes(token.bytes); })
        .def_readonly("logprob", &TokenCandidate::logprob)
        .def_readonly("sampled_probability", &TokenCandidate::sampled_probability);
    py::class_<StepMeasures>(m, "StepMeasures", "Raw probabilities of one step.")
        .def_readonly("logprob", &StepMeasures::logprob)
        .def_readonly("rank", &StepMeasures::rank)
        .def_readonly("entropy", &StepMeasures::entropy)
        .def_readonly("rest", &StepMeasures::rest)
        .def_readonly("candidates", &StepMeasures::candidates);
    py::class_<TokenStep>(m, "TokenStep", "One generated token.")
        .def_readonly("id", &TokenStep::id)
        .def_property_readonly("bytes", [](const TokenStep& step) { return py::bytes(step.bytes); })
        .def_readonly("text", &TokenStep::text)
        .def_readonly("measures", &TokenStep::measures)
        .def_property_readonly("logits",
                               [](const TokenStep& step) {
                                   return py::array_t<float>(
                                       static_cast<py::ssize_t>(step.logits.size()),
                                       step.logits.data());
                               })
        .def_readonly("elapsed_us", &TokenStep::elapsed_us);
    py::class_<Timings>(m, "Timings", "Milliseconds of each stage.")
        .def_readonly("image_encode", &Timings::image_encode)
        .def_readonly("image_prefill", &Timings::image_prefill)
        .def_readonly("text_prefill", &Timings::text_prefill)
        .def_readonly("first_token", &Timings::first_token)
        .def_readonly("generate", &Timings::generate);
    py::class_<Usage>(m, "Usage", "Tokens of one run.")
        .def_readonly("prompt_tokens", &Usage::prompt_tokens)
        .def_readonly("image_tokens", &Usage::image_tokens)
        .def_readonly("cached_tokens", &Usage::cached_tokens)
        .def_readonly("generated_tokens", &Usage::generated_tokens);
    py::class_<Statistics>(m, "Statistics", "What the compute thread did since the loading.")
        .def_readonly("pictures_encoded", &Statistics::pictures_encoded)
        .def_readonly("pictures_known", &Statistics::pictures_known)
        .def_readonly("batches", &Statistics::batches)
        .def_readonly("batch_tokens", &Statistics::batch_tokens)
        .def_readonly("prompt_tokens", &Statistics::prompt_tokens)
        .def_readonly("cached_tokens", &Statistics::cached_tokens)
        .def_readonly("embedding_bytes", &Statistics::embedding_bytes)
        .def_readonly("answers", &Statistics::answers);
    py::class_<RunFinished>(m, "RunFinished", "The last event of every run.")
        .def_readonly("reason", &RunFinished::reason)
        .def_readonly("text", &RunFinished::text)
        .def_readonly("error", &RunFinished::error)
        .def_readonly("error_kind", &RunFinished::error_kind)
        .def_readonly("stopped_in", &RunFinished::stopped_in)
        .def_readonly("timings", &RunFinished::timings)
        .def_readonly("usage", &RunFinished::usage)
        .def_readonly("seed", &RunFinished::seed);
}

}  // namespace

void bind_types(py::module_& m) {
    bind_enums(m);
    bind_loading(m);
    bind_asking(m);
    bind_answering(m);
}

}  // namespace perhaps::bindings
