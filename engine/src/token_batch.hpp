// Stage 5 and 6: the tokens of several answers in one computation.
#pragma once

#include <span>
#include <vector>

#include "llama-cpp.h"
#include "perhaps/types.hpp"
#include "sequence.hpp"

namespace perhaps {

enum class BatchStatus { done, no_cells, aborted };

// Of a code that llama_process() gave. Throws ComputeError.
BatchStatus batch_status(int code);

class TokenBatch {
  public:
    explicit TokenBatch(llama_context* context);

    std::size_t room() const { return capacity_ - size_; }
    std::size_t size() const { return size_; }

    // Appends tokens at the end of a sequence, at most room(). Gives the row of the last one's
    // logits, for logits(); they are computed only where `wants_logits`.
    int add(const Sequence& sequence, std::span<const TokenId> tokens, bool wants_logits);

    // Throws ComputeError.
    BatchStatus process();

    // [vocabulary] after process(). Throws ComputeError.
    std::span<const float> logits(int row) const;

    void clear();

  private:
    llama_context* context_;
    llama_batch_ext_ptr batch_;
    std::size_t capacity_;
    std::size_t vocabulary_;
    std::size_t size_ = 0;
};

}  // namespace perhaps
