#include "sampler.hpp"

#include "perhaps/errors.hpp"

namespace perhaps {

Sampler::Sampler(const SamplingOptions& options, std::uint32_t seed, int vocabulary_size)
    : options_(options), slots_(static_cast<std::size_t>(vocabulary_size), -1) {
    auto params = llama_sampler_chain_default_params();
    params.no_perf = true;
    chain_.reset(llama_sampler_chain_init(params));
    const auto add = [this](llama_sampler* s) { llama_sampler_chain_add(chain_.get(), s); };
    if (penalised()) {
        add(llama_sampler_init_penalties(vocabulary_size, options.repeat_last,
                                         options.repeat_penalty, 0, 0));
    }
    if (greedy()) {
        add(llama_sampler_init_greedy());
        return;
    }
    constexpr std::size_t min_keep = 1;
    add(llama_sampler_init_top_k(options.top_k));
    add(llama_sampler_init_top_p(options.top_p, min_keep));
    add(llama_sampler_init_min_p(options.min_p, min_keep));
    add(llama_sampler_init_temp(options.temperature));
    add(llama_sampler_init_dist(seed));
}

void Sampler::accept(TokenId token) {
    if (penalised()) llama_sampler_accept(chain_.get(), token);
}

// Top-k keeps nothing beyond the k most likely, unless a penalty reorders the tokens first.
bool Sampler::fits_top() const {
    return !penalised() && (greedy() || (options_.top_k > 0 && options_.top_k <= max_top));
}

int Sampler::wanted_top() const {
    if (!fits_top()) return 0;
    return greedy() ? 1 : options_.top_k;
}

TokenId Sampler::choose(std::span<const float> logits, std::span<const TopToken> top) {
    candidates_.clear();
    if (fits_top()) {
        for (const auto& token : top) candidates_.push_back({token.id, token.logit, 0});
    } else {
        for (std::size_t i = 0; i < logits.size(); ++i) {
            candidates_.push_back({static_cast<TokenId>(i), logits[i], 0});
        }
    }
    llama_token_data_array array{candidates_.data(), candidates_.size(), -1, fits_top()};
    llama_sampler_apply(chain_.get(), &array);
    if (array.selected < 0 || array.selected >= static_cast<std::int64_t>(array.size)) {
        throw ComputeError("The samplers left no token to choose; relax top-p, min-p or top-k.");
    }
    // The chain may have moved its survivors, but only within candidates_.
    surviving_ = array.size;
    const auto chosen = array.data[array.selected].id;
    if (greedy()) {
        candidates_[0] = {chosen, 0, 1.0F};
        surviving_ = 1;
    }
    return chosen;
}

// One sweep over the survivors, which may be the whole vocabulary.
void Sampler::fill_probabilities(std::span<TokenCandidate> candidates) {
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        slots_[static_cast<std::size_t>(candidates[i].id)] = static_cast<int>(i);
        candidates[i].sampled_probability = 0;
    }
    for (std::size_t i = 0; i < surviving_; ++i) {
        const int slot = slots_[static_cast<std::size_t>(candidates_[i].id)];
        if (slot >= 0)
            candidates[static_cast<std::size_t>(slot)].sampled_probability = candidates_[i].p;
    }
    for (const auto& candidate : candidates) slots_[static_cast<std::size_t>(candidate.id)] = -1;
}

}  // namespace perhaps
