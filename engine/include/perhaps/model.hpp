// A loaded model pair and the one thread that computes with it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "perhaps/run.hpp"
#include "perhaps/types.hpp"

namespace perhaps {

class Scheduler;

// A piece of a tokenized prompt, for looking at it: a token, or a picture of `cells` cells.
struct PromptToken {
    TokenId id = -1;  // -1 for a picture
    bool control = false;
    int cells = 1;
};

// All members may be called from any thread.
class Model {
  public:
    // Begins to load on the compute thread and returns at once. Paths are UTF-8; an empty
    // projector path makes a model that cannot see.
    Model(const std::string& model_path, const std::string& projector_path, LoadOptions options);

    // Stops what is running and waits for the compute thread: at most one unit of work.
    ~Model();
    Model(const Model&) = delete;
    Model& operator=(const Model&) = delete;

    // Waits up to `timeout_ms` for the loading to advance. Throws what made it fail.
    LoadProgress wait_loaded(int timeout_ms);
    void cancel_load();

    // The members below throw ModelError before the model is loaded.

    ModelInfo info() const;

    // Queues a request. Throws RequestError, or ImageError for a picture that the model cannot see.
    std::unique_ptr<Run> submit(GenerationRequest request);

    // What a picture of this size takes; throws ImageError where the model cannot see.
    PictureCost picture_cost(int width, int height) const;

    std::vector<PromptToken> tokenize(const Prompt& prompt) const;

    // The tokens of an answer that is given, for GenerationRequest::forced.
    std::vector<TokenId> tokenize_answer(const std::string& text) const;

    Statistics statistics() const;

    // The bytes of a token; control tokens as they are written in a template.
    std::string token_bytes(TokenId id) const;

  private:
    std::unique_ptr<Scheduler> scheduler_;
};

}  // namespace perhaps
