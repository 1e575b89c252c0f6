#include "step_maker.hpp"

#include <algorithm>
#include <cmath>

namespace perhaps {

StepMaker::StepMaker(const LoadedModel& loaded, const GenerationRequest& request)
    : vocab_(loaded.vocab()),
      top_logprobs_(request.top_logprobs),
      keep_logits_(request.keep_logits),
      sampler_(request.sampling, request.seed, loaded.info.vocabulary_size),
      assembler_(request.stop) {}

void StepMaker::measure_row(std::span<const float> logits) {
    const int top_size = std::max(top_logprobs_, sampler_.wanted_top());
    if (top_logprobs_ > 0) {
        distribution_ = measure(logits, top_size);
    } else {
        distribution_.top = find_top(logits, top_size);
    }
}

// Its text was told before; what was held back of it comes with the next token.
void StepMaker::keep(TokenId token) {
    assembler_.push(piece_of(vocab_, token, false));
}

TokenId StepMaker::choose(std::span<const float> logits) {
    chosen_ = sample(logits);
    sampler_.accept(chosen_);
    return chosen_;
}

// The samplers are asked all the same: a step tells what they would have left.
void StepMaker::force(TokenId token, std::span<const float> logits) {
    sample(logits);
    chosen_ = token;
    sampler_.accept(token);
}

TokenId StepMaker::sample(std::span<const float> logits) {
    measure_row(logits);
    const auto wanted =
        std::min(distribution_.top.size(), static_cast<std::size_t>(sampler_.wanted_top()));
    return sampler_.choose(logits, std::span(distribution_.top).first(wanted));
}

TokenStep StepMaker::describe(std::span<const float> logits) {
    TokenStep step{.id = chosen_, .bytes = piece_of(vocab_, chosen_, true)};
    step.text = assembler_.push(piece_of(vocab_, chosen_, false));
    if (top_logprobs_ > 0) step.measures = measure_chosen(logits);
    if (keep_logits_) step.logits.assign(logits.begin(), logits.end());
    return step;
}

StepMeasures StepMaker::measure_chosen(std::span<const float> logits) {
    const auto& top = distribution_.top;
    const auto listed = std::min(top.size(), static_cast<std::size_t>(top_logprobs_));
    const float logit = logits[static_cast<std::size_t>(chosen_)];
    const auto place = std::find_if(top.begin(), top.end(),
                                    [this](const auto& token) { return token.id == chosen_; });
    StepMeasures measures{.logprob = distribution_.logprob(logit),
                          .rank = place != top.end() ? static_cast<int>(place - top.begin()) + 1
                                                     : rank_of(logits, chosen_),
                          .entropy = distribution_.entropy};
    for (std::size_t i = 0; i < listed; ++i) {
        measures.candidates.push_back(candidate(top[i].id, top[i].logit));
    }
    if (measures.rank > static_cast<int>(listed)) {
        measures.candidates.push_back(candidate(chosen_, logit));
    }
    sampler_.fill_probabilities(measures.candidates);
    double listed_mass = 0;
    for (const auto& token : measures.candidates) listed_mass += std::exp(double{token.logprob});
    measures.rest = static_cast<float>(std::clamp(1.0 - listed_mass, 0.0, 1.0));
    return measures;
}

TokenCandidate StepMaker::candidate(TokenId id, float logit) const {
    return {.id = id, .bytes = piece_of(vocab_, id, true), .logprob = distribution_.logprob(logit)};
}

}  // namespace perhaps
