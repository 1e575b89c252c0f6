// Stages 3 to 6 of one answer, cut into units of work between which it can be stopped.
#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "loaded_model.hpp"
#include "perhaps/run.hpp"
#include "perhaps/text_assembler.hpp"
#include "prompt.hpp"
#include "sampler.hpp"
#include "sequence.hpp"

namespace perhaps {

class Generation {
  public:
    Generation(LoadedModel& loaded, Sequence& sequence, GenerationRequest request,
               std::shared_ptr<RunChannel> channel);

    // Does one unit: tokenize, encode one chunk, prefill one chunk of a picture or one batch of
    // text, or decode one token. Throws PerhapsError; then call fail().
    void advance();

    bool finished() const { return finished_; }

    void cancel();
    void fail(const std::string& error, const std::string& kind);

    const std::shared_ptr<RunChannel>& channel() const { return channel_; }
    const std::atomic<bool>& stop_flag() const { return channel_->stop_flag(); }

  private:
    using Clock = std::chrono::steady_clock;

    void begin();
    void enter_next_stage();
    void encode_image();
    void prefill_image();
    void prefill_text();
    void decode_token();

    void process_tokens(const std::vector<TokenId>& tokens, bool wants_logits);
    // `distribution` is null where no probability was asked for.
    void emit_step(TokenId token, std::span<const float> logits, const Distribution* distribution);
    StepMeasures measures_of(TokenId token, std::span<const float> logits,
                             const Distribution& distribution);
    void report(RunStage stage);
    void finish(FinishReason reason, RunFinished outcome = {});

    LoadedModel& loaded_;
    Sequence& sequence_;
    GenerationRequest request_;
    std::shared_ptr<RunChannel> channel_;

    TokenizedPrompt prompt_;
    std::size_t read_ = 0;  // entries of the prompt that are in the cache
    int images_read_ = 0;
    std::span<float> embeddings_;  // of the image chunk that comes next
    std::unique_ptr<Sampler> sampler_;
    TextAssembler assembler_;

    RunStage stage_ = RunStage::queued;
    bool finished_ = false;
    Timings timings_;
    Usage usage_;
    Clock::time_point submitted_ = Clock::now();
    Clock::time_point last_step_;
    Clock::time_point first_step_;
};

}  // namespace perhaps
