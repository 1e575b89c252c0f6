// The sequences of a context: who has which, and which prefixes they leave behind.
#pragma once

#include <cstdint>
#include <vector>

#include "parked_prefixes.hpp"
#include "sequence.hpp"

namespace perhaps {

// Gives sequences to answers, each with the longest prefix that is known, and keeps what they
// computed: in its cells until another answer begins, then parked outside the cache.
class SequencePool {
  public:
    // Recurrent models keep one state a sequence: their prefixes cannot be shared, cut or parked.
    // Of a model with sliding windows llama.cpp copies only what the last token sees, and no other
    // question can be asked of such a copy: a few of their prefixes stay in the cells. It gives
    // cells away that the last token does not see, so what is longer than a window cannot be cut.
    SequencePool(llama_context* context, bool recurrent);

    // A sequence that begins with as much of the first `most` entries of `wanted` as is known.
    // Null where every sequence is busy. What is `transient` leaves the prefix to others.
    Sequence* acquire(const PrefixEntries& wanted, std::size_t most, bool transient);

    std::size_t size() const { return sequences_.size(); }
    int capacity() const { return capacity_; }  // cells

    // Keeps what the sequence holds for later answers.
    void release(Sequence& sequence);

    // Takes the prefix that was not used for longest out of the cells; false where none is idle.
    bool evict();

    // Evicts idle prefixes until so many more cells are free. In time: a text that begins behind
    // the cells of a prefix and goes on before them makes attention pass over all cells.
    void make_room(int cells);

    // Of the first `most` entries of `wanted`, those that some sequence or copy holds.
    std::size_t known_prefix(const PrefixEntries& wanted, std::size_t most) const;

    std::size_t parked_bytes() const { return parked_.size_bytes(); }

    // Cells of all sequences and copies; shared ones count for each.
    int held_cells() const;

  private:
    Sequence* best_source(const PrefixEntries& wanted, std::size_t most, bool transient,
                          std::size_t& count);
    static bool ends_at(const Sequence& source, std::size_t count);
    bool may_be_cut(const Sequence& sequence) const;
    std::size_t usable_prefix(const Sequence& sequence, const PrefixEntries& wanted,
                              std::size_t most) const;
    int parked_gain(const PrefixEntries& wanted, std::size_t most, std::size_t count) const;
    Sequence* empty_sequence(const Sequence* source, std::size_t count);
    void park_idle(const Sequence* but);
    static std::size_t restore(Sequence& sequence, const ParkedPrefix& parked,
                               const PrefixEntries& wanted, std::size_t most);
    int used_cells() const;
    Sequence* free_sequence();
    Sequence* oldest_idle();

    std::vector<Sequence> sequences_;
    ParkedPrefixes parked_;
    int capacity_;      // cells
    llama_pos window_;  // positions that a layer sees; 0 where all see all
    bool recurrent_;
    bool parks_;
    std::uint64_t clock_ = 0;
};

}  // namespace perhaps
