#include "generation.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "mtmd-helper.h"
#include "perhaps/errors.hpp"
#include "perhaps/logprobs.hpp"

namespace perhaps {
namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

// Adds its own lifetime to a timing.
class Stopwatch {
  public:
    explicit Stopwatch(double& total) : total_(total) {}
    ~Stopwatch() { total_ += milliseconds_since(start_); }
    Stopwatch(const Stopwatch&) = delete;
    Stopwatch& operator=(const Stopwatch&) = delete;

  private:
    double& total_;
    Clock::time_point start_ = Clock::now();
};

constexpr int status_no_cells = 1;  // of llama_process()
constexpr int status_aborted = 2;

void check(int status) {
    if (status == 0) return;
    if (status == status_no_cells) {
        throw ContextFullError(
            "The context is full; start a new chat, or load the model with a larger context.");
    }
    throw ComputeError("The device could not compute (llama.cpp says " + std::to_string(status) +
                       "); try again, or run the model on the CPU.");
}

// Called after each part of a picture that was prefilled.
int stop_after_batch(const mtmd_helper_embd_batch* /*batch*/, void* flag) {
    const auto& stop = *static_cast<const std::atomic<bool>*>(flag);
    return stop.load(std::memory_order_relaxed) ? status_aborted : 0;
}

}  // namespace

Generation::Generation(LoadedModel& loaded, Sequence& sequence, GenerationRequest request,
                       std::shared_ptr<RunChannel> channel)
    : loaded_(loaded),
      sequence_(sequence),
      request_(std::move(request)),
      channel_(std::move(channel)),
      assembler_(request_.stop) {}

void Generation::advance() {
    switch (stage_) {
        case RunStage::queued:
            return begin();
        case RunStage::encode:
            return encode_image();
        case RunStage::image_prefill:
            return prefill_image();
        case RunStage::text_prefill:
            return prefill_text();
        case RunStage::decode:
            return decode_token();
    }
}

void Generation::begin() {
    prompt_ = tokenize_prompt(loaded_, request_.prompt);
    usage_.prompt_tokens = prompt_.cells();
    usage_.image_tokens = prompt_.image_cells();
    const int context = loaded_.info.context_size;
    if (prompt_.entries.empty()) throw RequestError("There is nothing to answer: ask something.");
    if (usage_.prompt_tokens >= context) {
        throw ContextFullError("The conversation takes " + std::to_string(usage_.prompt_tokens) +
                               " tokens and the context has " + std::to_string(context) +
                               "; shorten it, remove a picture, or start a new chat.");
    }
    read_ = sequence_.keep_common(prompt_.entries);
    usage_.cached_tokens = sequence_.cells();
    sampler_ =
        std::make_unique<Sampler>(request_.sampling, request_.seed, loaded_.info.vocabulary_size);
    for (std::size_t i = 0; i < prompt_.entries.size(); ++i) {
        if (i < read_ && prompt_.images[i]) ++images_read_;
        if (!prompt_.images[i]) sampler_->accept(prompt_.entries[i].token);
    }
    enter_next_stage();
}

void Generation::enter_next_stage() {
    if (read_ == prompt_.entries.size()) {
        stage_ = RunStage::decode;
        last_step_ = Clock::now();
    } else if (!prompt_.images[read_]) {
        stage_ = RunStage::text_prefill;
    } else {
        stage_ = embeddings_.empty() ? RunStage::encode : RunStage::image_prefill;
    }
    report(stage_);
}

void Generation::encode_image() {
    const Stopwatch stopwatch(timings_.image_encode);
    embeddings_ = loaded_.vision->encode(prompt_.images[read_].get());
    if (!embeddings_.empty()) enter_next_stage();  // otherwise a stop was requested
}

void Generation::prefill_image() {
    const Stopwatch stopwatch(timings_.image_prefill);
    llama_pos new_position = 0;
    const auto status = mtmd_helper_decode_image_chunk(
        loaded_.vision->context(), loaded_.context.get(), prompt_.images[read_].get(),
        embeddings_.data(), sequence_.position(), Sequence::id, loaded_.batch_size(), &new_position,
        stop_after_batch, const_cast<std::atomic<bool>*>(&stop_flag()));
    llama_synchronize(loaded_.context.get());
    if (status == status_aborted) return;
    check(status);
    sequence_.record(prompt_.entries[read_++]);
    ++images_read_;
    embeddings_ = {};
    enter_next_stage();
}

void Generation::prefill_text() {
    const Stopwatch stopwatch(timings_.text_prefill);
    std::vector<TokenId> tokens;
    const auto limit = static_cast<std::size_t>(loaded_.batch_size());
    for (auto i = read_; i < prompt_.entries.size() && tokens.size() < limit; ++i) {
        if (prompt_.images[i]) break;
        tokens.push_back(prompt_.entries[i].token);
    }
    const auto before = sequence_.cells();
    process_tokens(tokens, read_ + tokens.size() == prompt_.entries.size());
    if (sequence_.cells() == before) return;  // aborted by a stop
    read_ += tokens.size();
    enter_next_stage();
}

void Generation::decode_token() {
    const auto vocabulary = static_cast<std::size_t>(loaded_.info.vocabulary_size);
    const float* row = llama_get_logits_ith(loaded_.context.get(), -1);
    if (row == nullptr) throw ComputeError("The device gave no logits; load the model again.");
    const std::span<const float> logits(row, vocabulary);

    const bool measures = request_.top_logprobs > 0;
    const int top_size = std::max(request_.top_logprobs, sampler_->wanted_top());
    const auto distribution =
        measures ? measure(logits, top_size) : Distribution{.top = find_top(logits, top_size)};
    const auto wanted =
        std::min(distribution.top.size(), static_cast<std::size_t>(sampler_->wanted_top()));
    const auto token = sampler_->choose(logits, std::span(distribution.top).first(wanted));
    sampler_->accept(token);
    if (llama_vocab_is_eog(loaded_.vocab(), token)) return finish(FinishReason::eos);

    emit_step(token, logits, measures ? &distribution : nullptr);
    if (assembler_.stopped()) return finish(FinishReason::stop);
    if (usage_.generated_tokens == request_.max_tokens) return finish(FinishReason::length);
    if (sequence_.cells() >= loaded_.info.context_size) return finish(FinishReason::context_full);
    process_tokens({token}, true);
}

void Generation::process_tokens(const std::vector<TokenId>& tokens, bool wants_logits) {
    llama_batch_ext_ptr batch(llama_batch_ext_init(loaded_.context.get()));
    auto position = sequence_.position();
    int index = 0;
    for (const auto token : tokens) {
        index = llama_batch_ext_add_token(batch.get(), Sequence::id, token);
        if (index < 0)
            throw ComputeError("A batch did not take token " + std::to_string(token) + ".");
        llama_batch_ext_set_pos(batch.get(), index, &position);
        ++position;
    }
    if (wants_logits) llama_batch_ext_set_output_logits(batch.get(), index, true);
    const auto status =
        llama_process(loaded_.context.get(), LLAMA_PROCESS_TYPE_DECODE, batch.get());
    llama_synchronize(loaded_.context.get());
    if (status == status_aborted) return;
    check(status);
    for (const auto token : tokens) sequence_.record({.token = token, .image_key = {}});
}

void Generation::emit_step(TokenId token, std::span<const float> logits,
                           const Distribution* distribution) {
    const auto* vocab = loaded_.vocab();
    TokenStep step{.id = token, .bytes = piece_of(vocab, token, true)};
    step.text = assembler_.push(piece_of(vocab, token, false));
    if (distribution != nullptr) step.measures = measures_of(token, logits, *distribution);
    if (request_.keep_logits) step.logits.assign(logits.begin(), logits.end());
    const auto now = Clock::now();
    step.elapsed_us =
        std::chrono::duration_cast<std::chrono::microseconds>(now - last_step_).count();
    last_step_ = now;
    if (usage_.generated_tokens++ == 0) {
        first_step_ = now;
        timings_.first_token = milliseconds_since(submitted_);
    }
    channel_->push(std::move(step));
}

StepMeasures Generation::measures_of(TokenId token, std::span<const float> logits,
                                     const Distribution& distribution) {
    const float logit = logits[static_cast<std::size_t>(token)];
    StepMeasures measures{.logprob = distribution.logprob(logit),
                          .rank = rank_of(logits, token),
                          .entropy = distribution.entropy};
    const auto listed =
        std::min(distribution.top.size(), static_cast<std::size_t>(request_.top_logprobs));
    for (std::size_t i = 0; i < listed; ++i) {
        const auto& top = distribution.top[i];
        measures.candidates.push_back({.id = top.id,
                                       .bytes = piece_of(loaded_.vocab(), top.id, true),
                                       .logprob = distribution.logprob(top.logit)});
    }
    if (measures.rank > static_cast<int>(listed)) {
        measures.candidates.push_back({.id = token,
                                       .bytes = piece_of(loaded_.vocab(), token, true),
                                       .logprob = measures.logprob});
    }
    sampler_->fill_probabilities(measures.candidates);
    double listed_mass = 0;
    for (const auto& candidate : measures.candidates)
        listed_mass += std::exp(double{candidate.logprob});
    measures.rest = static_cast<float>(std::clamp(1.0 - listed_mass, 0.0, 1.0));
    return measures;
}

void Generation::report(RunStage stage) {
    const auto total = std::max(1, prompt_.cells());
    const bool on_image = stage == RunStage::encode || stage == RunStage::image_prefill;
    channel_->push(
        RunProgress{.stage = stage,
                    .index = on_image ? images_read_ + 1 : images_read_,
                    .count = prompt_.image_count(),
                    .fraction = static_cast<float>(count_cells(prompt_.entries, 0, read_)) /
                                static_cast<float>(total)});
}

void Generation::cancel() {
    sequence_.drop_unrecorded();
    finish(FinishReason::cancelled, {.stopped_in = stage_});
}

void Generation::fail(const std::string& error, const std::string& kind) {
    // After a failed computation nobody knows what the cache holds.
    if (stage_ != RunStage::queued) sequence_.clear();
    finish(FinishReason::failed, {.error = valid_utf8(error), .error_kind = kind});
}

void Generation::finish(FinishReason reason, RunFinished outcome) {
    if (usage_.generated_tokens > 0) timings_.generate = milliseconds_since(first_step_);
    outcome.reason = reason;
    outcome.text = assembler_.finish();
    outcome.timings = timings_;
    outcome.usage = usage_;
    outcome.seed = request_.seed;
    finished_ = true;
    channel_->push(std::move(outcome));
}

}  // namespace perhaps
