#include "perhaps/model.hpp"

#include <cmath>
#include <utility>

#include "perhaps/errors.hpp"
#include "perhaps/logprobs.hpp"
#include "scheduler.hpp"

namespace perhaps {
namespace {

void require(bool valid, const std::string& message) {
    if (!valid) throw RequestError(message);
}

std::string show(double value) {
    std::string text = std::to_string(value);
    text.erase(text.find_last_not_of('0') + 1);
    return text.back() == '.' ? text + '0' : text;
}

void check_sampling(const SamplingOptions& sampling) {
    require(std::isfinite(sampling.temperature) && sampling.temperature >= 0,
            "The temperature is " + show(sampling.temperature) + "; it must be 0 or more.");
    require(sampling.top_k >= 0,
            "top-k is " + std::to_string(sampling.top_k) + "; it must be 0 (off) or more.");
    require(sampling.top_p > 0 && sampling.top_p <= 1,
            "top-p is " + show(sampling.top_p) + "; it must be above 0 and at most 1.");
    require(sampling.min_p >= 0 && sampling.min_p <= 1,
            "min-p is " + show(sampling.min_p) + "; it must be between 0 and 1.");
    require(std::isfinite(sampling.repeat_penalty) && sampling.repeat_penalty > 0,
            "The repeat penalty is " + show(sampling.repeat_penalty) + "; it must be above 0.");
    require(sampling.repeat_last >= 0, "The penalty looks back " +
                                           std::to_string(sampling.repeat_last) +
                                           " tokens; it must be 0 or more.");
}

void check_pictures(const Prompt& prompt) {
    for (const auto& part : prompt) {
        const auto* picture = std::get_if<Picture>(&part);
        if (picture == nullptr) continue;
        const auto bytes = static_cast<std::size_t>(picture->width) *
                           static_cast<std::size_t>(picture->height) * 3;
        require(picture->width > 0 && picture->height > 0 && picture->rgb &&
                    picture->rgb->size() == bytes,
                "A picture's pixels do not match its size.");
    }
}

// llama.cpp and mtmd may throw anything that derives from std::exception.
template <class Work>
auto guarded(const Work& work) {
    try {
        return work();
    } catch (const PerhapsError&) {
        throw;
    } catch (const std::exception& error) {
        throw ComputeError(std::string("The engine failed (") + error.what() +
                           "); try again, or load the model anew.");
    }
}

void check(const GenerationRequest& request, int vocabulary_size) {
    require(request.max_tokens >= 1, "max_tokens is " + std::to_string(request.max_tokens) +
                                         "; an answer needs at least 1.");
    require(request.top_logprobs >= 0 && request.top_logprobs <= max_top,
            "top_logprobs is " + std::to_string(request.top_logprobs) +
                "; it must be between 0 and 64.");
    for (const auto* given : {&request.kept, &request.forced}) {
        for (const auto token : *given) {
            require(token >= 0 && token < vocabulary_size,
                    "There is no token " + std::to_string(token) + " in this vocabulary.");
        }
    }
    check_sampling(request.sampling);
    check_pictures(request.prompt);
}

}  // namespace

Model::Model(const std::string& model_path, const std::string& projector_path, LoadOptions options)
    : scheduler_(std::make_unique<Scheduler>(model_path, projector_path, std::move(options))) {}

Model::~Model() = default;

LoadProgress Model::wait_loaded(int timeout_ms) {
    return scheduler_->monitor().wait(std::chrono::milliseconds(timeout_ms));
}

void Model::cancel_load() {
    scheduler_->monitor().cancel();
}

ModelInfo Model::info() const {
    return scheduler_->loaded().info;
}

std::unique_ptr<Run> Model::submit(GenerationRequest request) {
    check(request, scheduler_->loaded().info.vocabulary_size);
    return std::make_unique<Run>(scheduler_->submit(std::move(request)));
}

PictureCost Model::picture_cost(int width, int height) const {
    const auto& loaded = scheduler_->loaded();
    require(width > 0 && height > 0, "A picture must have at least one pixel.");
    if (!loaded.vision) throw ImageError("This model has no projector and cannot see pictures.");
    return guarded([&] { return loaded.vision->cost(width, height); });
}

std::vector<PromptToken> Model::tokenize(const Prompt& prompt) const {
    const auto& loaded = scheduler_->loaded();
    check_pictures(prompt);
    std::vector<PromptToken> tokens;
    const auto tokenized = guarded([&] { return tokenize_prompt(loaded, prompt); });
    for (const auto& entry : tokenized.entries) {
        const bool control =
            entry.token >= 0 && llama_vocab_is_control(loaded.vocab(), entry.token);
        tokens.push_back({.id = entry.token, .control = control, .cells = entry.cells});
    }
    return tokens;
}

std::vector<TokenId> Model::tokenize_answer(const std::string& text) const {
    const auto* vocab = scheduler_->loaded().vocab();
    return guarded([&] { return tokenize_text(vocab, text, false); });
}

Statistics Model::statistics() const {
    scheduler_->loaded();
    return scheduler_->statistics();
}

std::string Model::token_bytes(TokenId id) const {
    const auto& loaded = scheduler_->loaded();
    require(id >= 0 && id < loaded.info.vocabulary_size,
            "There is no token " + std::to_string(id) + " in this vocabulary.");
    return piece_of(loaded.vocab(), id, true);
}

}  // namespace perhaps
