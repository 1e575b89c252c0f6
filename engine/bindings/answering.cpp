#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include "bindings.hpp"
#include "perhaps/types.hpp"

namespace perhaps::bindings {

void bind_answering(py::module_& m) {
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
        .def_readonly("forced", &TokenStep::forced)
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
        .def_readonly("pictures_on_disk", &Statistics::pictures_on_disk)
        .def_readonly("batches", &Statistics::batches)
        .def_readonly("batch_tokens", &Statistics::batch_tokens)
        .def_readonly("prompt_tokens", &Statistics::prompt_tokens)
        .def_readonly("cached_tokens", &Statistics::cached_tokens)
        .def_readonly("generated_tokens", &Statistics::generated_tokens)
        .def_readonly("encode_ms", &Statistics::encode_ms)
        .def_readonly("image_prefill_ms", &Statistics::image_prefill_ms)
        .def_readonly("batch_ms", &Statistics::batch_ms)
        .def_readonly("embedding_bytes", &Statistics::embedding_bytes)
        .def_readonly("parked_bytes", &Statistics::parked_bytes)
        .def_readonly("held_tokens", &Statistics::held_tokens)
        .def_readonly("answers", &Statistics::answers)
        .def_readonly("waiting", &Statistics::waiting)
        .def_readonly("disk_problem", &Statistics::disk_problem);
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

}  // namespace perhaps::bindings
