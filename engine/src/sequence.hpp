// A sequence of the KV cache and what it holds: the only place that knows positions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "llama.h"
#include "perhaps/prefix.hpp"

namespace perhaps {

// A copy of the cells of a sequence, as llama.cpp writes them.
struct SequenceState {
    std::unique_ptr<std::uint8_t[]> bytes;
    std::size_t size = 0;  // 0 where there was no memory for a copy
};

class Sequence {
  public:
    Sequence(llama_context* context, llama_seq_id id) : context_(context), id_(id) {}

    llama_seq_id id() const { return id_; }
    const PrefixEntries& entries() const { return entries_; }

    // Of the next token.
    llama_pos position() const { return position_; }
    int cells() const { return cells_; }

    // Remembers what was computed.
    void record(const PrefixEntry& entry);

    // Drops what a broken-off computation left behind the last record.
    void drop_unrecorded();

    // Drops all but the first `count` entries; false where the model cannot go back.
    bool cut(std::size_t count);

    // Shares the cells of the first `count` entries of another sequence; needs no memory.
    void share(const Sequence& source, std::size_t count);

    // Bytes that save() takes.
    std::size_t state_size() const { return llama_state_seq_get_size(context_, id_); }
    SequenceState save() const;

    // Takes what another sequence saved; false where it does not fit.
    bool load(const SequenceState& state, const PrefixEntries& entries);

    void clear();

  private:
    friend class SequencePool;

    llama_memory_t memory() const { return llama_get_memory(context_); }
    void keep_entries(std::size_t count);

    llama_context* context_;
    llama_seq_id id_;
    PrefixEntries entries_;
    llama_pos position_ = 0;
    int cells_ = 0;
    bool busy_ = false;
    std::uint64_t last_used_ = 0;
};

}  // namespace perhaps
