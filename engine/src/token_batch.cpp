#include "token_batch.hpp"

#include <string>

#include "device_guard.hpp"
#include "perhaps/errors.hpp"

namespace perhaps {

BatchStatus batch_status(int code) {
    // The codes of llama_process().
    constexpr int no_cells = 1;
    constexpr int aborted = 2;
    constexpr int no_memory = -2;
    if (code == 0) return BatchStatus::done;
    if (code == no_cells) return BatchStatus::no_cells;
    if (code == aborted) return BatchStatus::aborted;
    if (code == no_memory) throw_device_failure("out of memory");
    throw ComputeError("The device could not compute (llama.cpp says " + std::to_string(code) +
                       "); try again, or run the model on the CPU.");
}

TokenBatch::TokenBatch(llama_context* context)
    : context_(context),
      batch_(llama_batch_ext_init(context)),
      capacity_(llama_n_batch(context)),
      vocabulary_(static_cast<std::size_t>(
          llama_vocab_n_tokens(llama_model_get_vocab(llama_get_model(context))))) {}

int TokenBatch::add(const Sequence& sequence, std::span<const TokenId> tokens, bool wants_logits) {
    auto position = sequence.position();
    int row = -1;
    for (const auto token : tokens) {
        row = llama_batch_ext_add_token(batch_.get(), sequence.id(), token);
        if (row < 0)
            throw ComputeError("A batch did not take token " + std::to_string(token) + ".");
        llama_batch_ext_set_pos(batch_.get(), row, &position);
        ++position;
        ++size_;
    }
    if (wants_logits) llama_batch_ext_set_output_logits(batch_.get(), row, true);
    return row;
}

BatchStatus TokenBatch::process() {
    return on_device([this] {
        const auto code = llama_process(context_, LLAMA_PROCESS_TYPE_DECODE, batch_.get());
        llama_synchronize(context_);
        return batch_status(code);
    });
}

std::span<const float> TokenBatch::logits(int row) const {
    const float* values = llama_get_logits_ith(context_, row);
    if (values == nullptr) throw ComputeError("The device gave no logits; load the model again.");
    return {values, vocabulary_};
}

void TokenBatch::clear() {
    llama_batch_ext_clear(batch_.get());
    size_ = 0;
}

}  // namespace perhaps
