// What idle sequences held, kept outside the KV cache: attention passes over every cell in use,
// so a prefix that nobody reads would slow all answers down.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>

#include "sequence.hpp"

namespace perhaps {

// Cells; fewer are sooner computed again than copied out or back.
constexpr int least_parked_gain = 16;

struct ParkedPrefix {
    PrefixEntries entries;
    SequenceState state;

    int cells() const { return count_cells(entries, 0, entries.size()); }
};

// Copying a token's cells takes about a thousandth of the time of computing them.
class ParkedPrefixes {
  public:
    explicit ParkedPrefixes(std::size_t budget_bytes) : budget_(budget_bytes) {}

    // Of the first `most` entries of `wanted`, those that a parked prefix begins with.
    std::size_t known(const PrefixEntries& wanted, std::size_t most) const;

    // Copies what a sequence holds, unless it is hardly more than what is parked already; the
    // copies that were not used for longest leave. False where there is no room for it at all.
    bool park(const Sequence& sequence);

    // Takes the copy out that begins with `known()` entries of `wanted`.
    ParkedPrefix take(const PrefixEntries& wanted, std::size_t most);

    void put_back(ParkedPrefix prefix);

    std::size_t size_bytes() const { return size_; }

    // Cells of all copies.
    int cells() const { return cells_; }

  private:
    using Place = std::list<ParkedPrefix>::iterator;

    void keep(ParkedPrefix prefix);
    void drop(Place place);

    std::size_t budget_;
    std::size_t size_ = 0;  // bytes
    int cells_ = 0;
    std::list<ParkedPrefix> parked_;  // latest use first
};

}  // namespace perhaps
