// The sequences of the KV cache and what each holds: the only place that knows positions.
#pragma once

#include <cstdint>
#include <vector>

#include "llama.h"
#include "perhaps/prefix.hpp"

namespace perhaps {

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

// Gives sequences to answers, each with the longest prefix that any sequence holds, and keeps
// what they computed until its cells are wanted for something else.
class SequencePool {
  public:
    // Recurrent models keep one state a sequence: their prefixes cannot be shared or cut.
    SequencePool(llama_context* context, bool recurrent);

    // A sequence that begins with as much of the first `most` entries of `wanted` as is known.
    // Null where every sequence is busy.
    Sequence* acquire(const PrefixEntries& wanted, std::size_t most);

    // Keeps what the sequence holds for later answers.
    void release(Sequence& sequence);

    // Forgets the prefix that was not used for longest; false where none is idle.
    bool evict();

    // Forgets idle prefixes until so many more cells are free. In time: a text that begins behind
    // the cells of a prefix and goes on before them makes attention pass over all cells.
    void make_room(int cells);

    // Of the first `most` entries of `wanted`, those that some sequence holds.
    std::size_t known_prefix(const PrefixEntries& wanted, std::size_t most) const;

    // Cells of all sequences; shared ones count for each.
    int held_cells() const;

  private:
    const Sequence* best_source(const PrefixEntries& wanted, std::size_t most,
                                std::size_t& count) const;
    int used_cells() const;
    Sequence* free_sequence();
    Sequence* oldest_idle();

    std::vector<Sequence> sequences_;
    int capacity_;  // cells
    bool recurrent_;
    std::uint64_t clock_ = 0;
};

}  // namespace perhaps
