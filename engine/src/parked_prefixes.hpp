// What idle sequences held, kept outside the KV cache: attention passes over every cell in use,
// so a prefix that nobody reads would slow all answers down.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>

#include "sequence.hpp"

namespace perhaps {

// Copying a token's cells takes about a thousandth of the time of computing them.
class ParkedPrefixes {
  public:
    explicit ParkedPrefixes(std::size_t budget_bytes) : budget_(budget_bytes) {}

    // Of the first `most` entries of `wanted`, those that a parked prefix begins with.
    std::size_t known(const PrefixEntries& wanted, std::size_t most) const;

    // Copies what a sequence holds; the copies that were not used for longest leave. What is too
    // large, or hardly more than what is parked already, is let go.
    void park(const Sequence& sequence);

    // Puts `known()` entries of the best copy into a sequence; it is empty where that fails.
    void restore(Sequence& sequence, const PrefixEntries& wanted, std::size_t most);

    // Cells of all copies.
    int cells() const;

  private:
    struct Parked {
        PrefixEntries entries;
        SequenceState state;
    };
    using Place = std::list<Parked>::iterator;

    void drop(Place place);

    std::size_t budget_;
    std::size_t size_ = 0;      // bytes
    std::list<Parked> parked_;  // latest use first
};

}  // namespace perhaps
