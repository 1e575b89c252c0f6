// One answer on its way through stages 3 to 6. The scheduler decides when it does what.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "embedding_cache.hpp"
#include "loaded_model.hpp"
#include "perhaps/run.hpp"
#include "prompt.hpp"
#include "sequence.hpp"
#include "step_maker.hpp"

namespace perhaps {

class Generation {
  public:
    Generation(GenerationRequest request, std::shared_ptr<RunChannel> channel);

    RunStage stage() const { return stage_; }
    bool finished() const { return finished_; }
    bool stop_requested() const { return channel_->stop_flag().load(std::memory_order_relaxed); }
    const std::shared_ptr<RunChannel>& channel() const { return channel_; }
    const Usage& usage() const { return usage_; }

    // Queued: tokenizes once. Throws ImageError, RequestError, ContextFullError.
    void tokenize(const LoadedModel& loaded);
    bool tokenized() const { return !prompt_.entries.empty(); }
    bool begun() const { return begun_; }
    bool running() const { return sequence_ != nullptr && !finished_; }
    // Cells that it will soon have: of the prompt, of what it has written, and of some words more.
    int cells_ahead(std::size_t known) const;
    const PrefixEntries& wanted() const { return prompt_.entries; }
    // How much of wanted() may be found in the cache: the last token must be computed to have
    // logits, unless nobody wants them.
    std::size_t most_known() const;
    bool prepares() const { return request_.prepare_only; }
    bool transient() const { return request_.transient; }

    // Queued: begins on a sequence that holds the beginning of wanted(), unless it was stopped
    // meanwhile. Give the sequence back to the pool when the answer has finished.
    void begin(const LoadedModel& loaded, Sequence& sequence);
    Sequence* sequence() const { return sequence_; }

    // Back to queued, to go on later where it is; its sequence is the caller's again.
    Sequence& requeue();

    // Turn in which it was last given a part of the machine while it read.
    std::size_t served() const { return served_; }
    void serve(std::size_t turn) { served_ = turn; }

    // Encode and image prefill: one unit of work; a long prefill comes in parts, between which
    // tokens of others may be computed. Throws ComputeError; false where the cache has no room for
    // the picture.
    bool work_on_image(LoadedModel& loaded, EmbeddingCache& cache,
                       const std::function<void()>& between_parts);

    // Text prefill and decode: the tokens that come next, at most `limit`, and whether the last
    // of them must have logits.
    std::span<const TokenId> next_tokens(std::size_t limit);
    bool wants_logits() const;

    // next_tokens() are in the cache, which took so long; `logits` belong to the last of them.
    void tokens_processed(double milliseconds);
    void take_logits(const LoadedModel& loaded, std::span<const float> logits);

    void cancel();
    void fail(const std::string& error, const std::string& kind);

  private:
    using Clock = std::chrono::steady_clock;

    void enter_first_stage();
    void enter_next_stage();
    void encode(VisionEncoder& vision, EmbeddingCache& cache);
    bool prefill_image(LoadedModel& loaded, const std::function<void()>& between_parts);
    bool forces_next() const;
    TokenId next_forced(std::span<const float> logits);
    void prepare_steps(const LoadedModel& loaded);
    void report();
    void finish(FinishReason reason, RunFinished outcome = {});

    GenerationRequest request_;
    std::shared_ptr<RunChannel> channel_;
    TokenizedPrompt prompt_;
    Sequence* sequence_ = nullptr;
    std::unique_ptr<StepMaker> step_maker_;

    std::size_t read_ = 0;  // entries of the prompt that are in the cache
    int images_read_ = 0;
    std::vector<float> embeddings_;     // of the image chunk that comes next
    std::vector<TokenId> next_tokens_;  // given out by next_tokens()
    std::vector<TokenId> written_;      // that prompt_ does not hold
    std::size_t served_ = 0;

    RunStage stage_ = RunStage::queued;
    bool begun_ = false;
    bool finished_ = false;
    Timings timings_;
    Usage usage_;
    Clock::time_point submitted_ = Clock::now();
    Clock::time_point last_step_;
    Clock::time_point first_step_;
};

}  // namespace perhaps
