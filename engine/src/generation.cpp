#include "generation.hpp"

#include <algorithm>
#include <utility>

#include "device_guard.hpp"
#include "mtmd-helper.h"
#include "perhaps/errors.hpp"
#include "token_batch.hpp"

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

struct BetweenParts {
    const std::atomic<bool>& stop;
    std::function<void()> meanwhile;
    int parts_left;
    double meanwhile_ms = 0;
};

// Called after each part of a picture that was prefilled; what is not 0 ends the prefill.
int after_part(const mtmd_helper_embd_batch* /*batch*/, void* between) {
    constexpr int aborted = 2;
    auto& [stop, meanwhile, parts_left, meanwhile_ms] = *static_cast<BetweenParts*>(between);
    if (stop.load(std::memory_order_relaxed)) return aborted;
    if (--parts_left > 0 && meanwhile) {
        const Stopwatch stopwatch(meanwhile_ms);
        meanwhile();
    }
    return 0;
}

void check_fits(int cells, int context) {
    if (cells < context) return;
    throw ContextFullError("The conversation takes " + std::to_string(cells) +
                           " tokens and the context has " + std::to_string(context) +
                           "; shorten it, remove a picture, or start a new chat.");
}

}  // namespace

Generation::Generation(GenerationRequest request, std::shared_ptr<RunChannel> channel)
    : request_(std::move(request)), channel_(std::move(channel)) {}

void Generation::tokenize(const LoadedModel& loaded) {
    auto prompt = tokenize_prompt(loaded, request_.prompt);
    if (prompt.entries.empty()) throw RequestError("There is nothing to answer: ask something.");
    prompt.append(request_.kept);
    usage_.prompt_tokens = prompt.cells();
    usage_.image_tokens = prompt.image_cells();
    check_fits(usage_.prompt_tokens, loaded.info.context_size);
    prompt_ = std::move(prompt);
}

std::size_t Generation::most_known() const {
    return prompt_.entries.size() - (request_.prepare_only ? 0 : 1);
}

void Generation::begin(const LoadedModel& loaded, Sequence& sequence) {
    sequence_ = &sequence;
    if (!begun_) {
        begun_ = channel_->try_begin();
        finished_ = !begun_;
        if (finished_) return;
        usage_.cached_tokens = sequence.cells();
        prepare_steps(loaded);
    }
    enter_first_stage();
}

// Goes on behind what the sequence holds.
void Generation::enter_first_stage() {
    read_ = sequence_->entries().size();
    embeddings_.clear();
    const auto first = prompt_.images.begin();
    images_read_ =
        static_cast<int>(std::count_if(first, first + static_cast<std::ptrdiff_t>(read_),
                                       [](const auto& image) { return image != nullptr; }));
    enter_next_stage();
}

void Generation::prepare_steps(const LoadedModel& loaded) {
    step_maker_ = std::make_unique<StepMaker>(loaded, request_);
    for (std::size_t i = 0; i < prompt_.entries.size(); ++i) {
        if (!prompt_.images[i]) step_maker_->accept_prompt(prompt_.entries[i].token);
    }
    for (const auto token : request_.kept) step_maker_->keep(token);
}

int Generation::cells_ahead(std::size_t known) const {
    constexpr int soon = 32;  // tokens
    const auto more = std::min(soon, request_.max_tokens - usage_.generated_tokens);
    return count_cells(prompt_.entries, known, prompt_.entries.size()) +
           static_cast<int>(written_.size()) + more;
}

Sequence& Generation::requeue() {
    prompt_.append(written_);
    written_.clear();
    next_tokens_.clear();
    embeddings_.clear();
    stage_ = RunStage::queued;
    return *std::exchange(sequence_, nullptr);
}

void Generation::enter_next_stage() {
    if (read_ == prompt_.entries.size()) {
        if (request_.prepare_only) return finish(FinishReason::prepared);
        stage_ = RunStage::decode;
        if (usage_.generated_tokens == 0) last_step_ = Clock::now();
    } else if (!prompt_.images[read_]) {
        stage_ = RunStage::text_prefill;
    } else {
        stage_ = embeddings_.empty() ? RunStage::encode : RunStage::image_prefill;
    }
    report();
}

bool Generation::work_on_image(LoadedModel& loaded, EmbeddingCache& cache,
                               const std::function<void()>& between_parts) {
    if (stage_ == RunStage::image_prefill) return prefill_image(loaded, between_parts);
    encode(*loaded.vision, cache);
    return true;
}

void Generation::encode(VisionEncoder& vision, EmbeddingCache& cache) {
    const Stopwatch stopwatch(timings_.image_encode);
    const auto& key = prompt_.entries[read_].image_key;
    embeddings_ = cache.find(key);
    if (embeddings_.empty()) {
        const auto encoded = vision.encode(prompt_.images[read_].get());
        if (encoded.empty()) return;  // a stop was requested
        embeddings_ = request_.transient ? cache.pass(encoded) : cache.store(key, encoded);
    }
    enter_next_stage();
}

bool Generation::prefill_image(LoadedModel& loaded, const std::function<void()>& between_parts) {
    const Stopwatch stopwatch(timings_.image_prefill);
    const auto* image = prompt_.images[read_].get();
    // While a picture's tokens see all of each other, so would those of other answers.
    const bool alone = mtmd_decode_use_non_causal(loaded.vision->context(), image);
    const int part = loaded.batch_size();
    const int parts = (prompt_.entries[read_].cells + part - 1) / part;
    BetweenParts between{channel_->stop_flag(), alone ? nullptr : between_parts, parts};
    llama_pos new_position = 0;
    const auto code = on_device([&] {
        const auto result = mtmd_helper_decode_image_chunk(
            loaded.vision->context(), loaded.context.get(), image, embeddings_.data(),
            sequence_->position(), sequence_->id(), part, &new_position, after_part, &between);
        llama_synchronize(loaded.context.get());
        return result;
    });
    timings_.image_prefill -= between.meanwhile_ms;
    const auto status = batch_status(code);
    if (status != BatchStatus::done) {
        sequence_->drop_unrecorded();
        // A recurrent model cannot go back to the picture's beginning: it begins anew.
        if (sequence_->entries().size() != read_) enter_first_stage();
        return status == BatchStatus::aborted;
    }
    sequence_->record(prompt_.entries[read_++]);
    ++images_read_;
    embeddings_.clear();
    enter_next_stage();
    return true;
}

std::span<const TokenId> Generation::next_tokens(std::size_t limit) {
    if (stage_ == RunStage::decode) return next_tokens_;
    next_tokens_.clear();
    for (auto i = read_; i < prompt_.entries.size() && next_tokens_.size() < limit; ++i) {
        if (prompt_.images[i]) break;
        next_tokens_.push_back(prompt_.entries[i].token);
    }
    return next_tokens_;
}

bool Generation::wants_logits() const {
    if (request_.prepare_only) return false;
    return stage_ == RunStage::decode || read_ + next_tokens_.size() == prompt_.entries.size();
}

void Generation::tokens_processed(double milliseconds) {
    for (const auto token : next_tokens_) sequence_->record({.token = token, .image_key = {}});
    if (stage_ == RunStage::decode) return;
    timings_.text_prefill += milliseconds;
    read_ += next_tokens_.size();
    enter_next_stage();
}

void Generation::take_logits(const LoadedModel& loaded, std::span<const float> logits) {
    const bool forced = forces_next();
    const auto token = forced ? next_forced(logits) : step_maker_->choose(logits);
    const bool may_end = request_.draws_on || request_.forced.empty();
    if (may_end && llama_vocab_is_eog(loaded.vocab(), token)) return finish(FinishReason::eos);

    auto step = step_maker_->describe(logits);
    step.forced = forced;
    const auto now = Clock::now();
    step.elapsed_us =
        std::chrono::duration_cast<std::chrono::microseconds>(now - last_step_).count();
    last_step_ = now;
    if (usage_.generated_tokens++ == 0) {
        first_step_ = now;
        timings_.first_token = milliseconds_since(submitted_);
    }
    channel_->push(std::move(step));
    next_tokens_ = {token};
    written_.push_back(token);

    if (!may_end && !forces_next()) return finish(FinishReason::forced);
    if (step_maker_->stopped()) return finish(FinishReason::stop);
    if (usage_.generated_tokens == request_.max_tokens) return finish(FinishReason::length);
    if (sequence_->cells() >= loaded.info.context_size) finish(FinishReason::context_full);
}

bool Generation::forces_next() const {
    return static_cast<std::size_t>(usage_.generated_tokens) < request_.forced.size();
}

TokenId Generation::next_forced(std::span<const float> logits) {
    const auto token = request_.forced[static_cast<std::size_t>(usage_.generated_tokens)];
    step_maker_->force(token, logits);
    return token;
}

void Generation::report() {
    // Who was stopped meanwhile, or writes already, tells nothing of reading.
    if (finished_ || usage_.generated_tokens > 0) return;
    const bool on_image = stage_ == RunStage::encode || stage_ == RunStage::image_prefill;
    const auto read = static_cast<float>(count_cells(prompt_.entries, 0, read_));
    channel_->push(RunProgress{.stage = stage_,
                               .index = on_image ? images_read_ + 1 : images_read_,
                               .count = prompt_.image_count(),
                               .fraction = read / static_cast<float>(usage_.prompt_tokens)});
}

void Generation::cancel() {
    finish(FinishReason::cancelled,
           {.stopped_in = usage_.generated_tokens > 0 ? RunStage::decode : stage_});
}

void Generation::fail(const std::string& error, const std::string& kind) {
    finish(FinishReason::failed, {.error = valid_utf8(error), .error_kind = kind});
}

void Generation::finish(FinishReason reason, RunFinished outcome) {
    if (std::exchange(finished_, true)) return;
    if (!begun_ && !channel_->try_begin()) return;  // it was stopped while it waited
    if (usage_.generated_tokens > 0) timings_.generate = milliseconds_since(first_step_);
    outcome.reason = reason;
    if (step_maker_) outcome.text = step_maker_->finish();
    outcome.timings = timings_;
    outcome.usage = usage_;
    outcome.seed = request_.seed;
    channel_->push(std::move(outcome));
}

}  // namespace perhaps
