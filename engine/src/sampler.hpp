// Stage 6: logits → the token that is chosen.
#pragma once

#include <span>
#include <vector>

#include "llama-cpp.h"
#include "perhaps/logprobs.hpp"
#include "perhaps/types.hpp"

namespace perhaps {

// The sampler chain of libllama: penalties, top-k, top-p, min-p, temperature, draw.
class Sampler {
  public:
    Sampler(const SamplingOptions& options, std::uint32_t seed, int vocabulary_size);

    // Remembers a token of the prompt or of the answer, for the penalties.
    void accept(TokenId token);

    // How many of the most likely tokens choose() wants to be given.
    int wanted_top() const;

    // Chooses from a row of logits and its most likely tokens (at least wanted_top()).
    TokenId choose(std::span<const float> logits, std::span<const TopToken> top);

    // Fills in what the chain of the last choose() gave to each; 0 where it removed the token.
    void fill_probabilities(std::span<TokenCandidate> candidates);

  private:
    bool greedy() const { return options_.temperature <= 0; }
    bool penalised() const { return options_.repeat_penalty != 1.0F && options_.repeat_last != 0; }
    bool fits_top() const;

    SamplingOptions options_;
    llama_sampler_ptr chain_;
    std::vector<llama_token_data> candidates_;
    std::size_t surviving_ = 0;  // of candidates_, after the chain
    std::vector<int> slots_;     // [vocabulary] index of a listed token, else -1
};

}  // namespace perhaps
