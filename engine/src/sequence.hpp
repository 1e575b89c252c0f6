// What one sequence of the KV cache holds: the only place that knows its positions.
#pragma once

#include "llama.h"
#include "perhaps/prefix.hpp"

namespace perhaps {

class Sequence {
  public:
    static constexpr llama_seq_id id = 0;

    explicit Sequence(llama_context* context) : context_(context) {}

    // Keeps what `wanted` shares with the cache and drops the rest; gives the number of entries
    // kept. Never keeps all of `wanted`: its last token must be computed to have logits.
    std::size_t keep_common(const PrefixEntries& wanted);

    // Remembers what was computed.
    void record(const PrefixEntry& entry) { entries_.push_back(entry); }

    // Drops what a broken-off computation left behind the last record.
    void drop_unrecorded();

    void clear();

    // Of the next token.
    llama_pos position() const { return count_positions(entries_, 0, entries_.size()); }
    int cells() const { return count_cells(entries_, 0, entries_.size()); }

  private:
    llama_context* context_;
    PrefixEntries entries_;
};

}  // namespace perhaps
