// Stage 6: one row of logits → the token that is chosen and all that is told about it.
#pragma once

#include <span>
#include <string>

#include "loaded_model.hpp"
#include "perhaps/logprobs.hpp"
#include "perhaps/text_assembler.hpp"
#include "perhaps/types.hpp"
#include "sampler.hpp"

namespace perhaps {

class StepMaker {
  public:
    StepMaker(const LoadedModel& loaded, const GenerationRequest& request);

    // Remembers a token of the prompt, for the penalties.
    void accept_prompt(TokenId token) { sampler_.accept(token); }

    // Goes on after a token that the answer has already.
    void keep(TokenId token);

    // Chooses from [vocabulary] logits. Throws ComputeError.
    TokenId choose(std::span<const float> logits);

    // Takes a token that is given instead of choosing one. Throws ComputeError.
    void force(TokenId token, std::span<const float> logits);

    // What is told about the token that choose() gave for the same logits; without its time.
    TokenStep describe(std::span<const float> logits);

    // Whether a stop string was met.
    bool stopped() const { return assembler_.stopped(); }

    // The text that was held back, when the answer has ended.
    std::string finish() { return assembler_.finish(); }

  private:
    TokenId sample(std::span<const float> logits);
    void measure_row(std::span<const float> logits);
    StepMeasures measure_chosen(std::span<const float> logits);
    TokenCandidate candidate(TokenId id, float logit) const;

    const llama_vocab* vocab_;
    int top_logprobs_;
    bool keep_logits_;
    Sampler sampler_;
    TextAssembler assembler_;
    TokenId chosen_ = -1;
    Distribution distribution_;  // only its top where no probability was asked for
};

}  // namespace perhaps
