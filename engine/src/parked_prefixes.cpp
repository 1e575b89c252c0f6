#include "parked_prefixes.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace perhaps {
namespace {

constexpr int least_gain = 16;  // cells; less is sooner computed again than looked after

}  // namespace

std::size_t ParkedPrefixes::known(const PrefixEntries& wanted, std::size_t most) const {
    std::size_t count = 0;
    for (const auto& parked : parked_) {
        count = std::max(count, std::min(common_prefix(parked.entries, wanted), most));
    }
    return count;
}

void ParkedPrefixes::park(const Sequence& sequence) {
    const auto& entries = sequence.entries();
    const auto covered = known(entries, entries.size());
    if (count_cells(entries, covered, entries.size()) < least_gain) return;
    auto state = sequence.save();
    if (state.size == 0 || state.size > budget_) return;
    // A copy that this one goes on from has nothing to add.
    for (auto place = parked_.begin(); place != parked_.end();) {
        const auto next = std::next(place);
        if (common_prefix(place->entries, entries) == place->entries.size()) drop(place);
        place = next;
    }
    while (size_ + state.size > budget_) drop(std::prev(parked_.end()));
    size_ += state.size;
    parked_.push_front({entries, std::move(state)});
}

void ParkedPrefixes::restore(Sequence& sequence, const PrefixEntries& wanted, std::size_t most) {
    const auto count = known(wanted, most);
    const auto best = std::find_if(parked_.begin(), parked_.end(), [&](const Parked& parked) {
        return std::min(common_prefix(parked.entries, wanted), most) == count;
    });
    if (count == 0 || best == parked_.end()) return sequence.clear();
    if (!sequence.load(best->state, best->entries) || !sequence.cut(count)) sequence.clear();
    parked_.splice(parked_.begin(), parked_, best);
}

int ParkedPrefixes::cells() const {
    int cells = 0;
    for (const auto& parked : parked_) {
        cells += count_cells(parked.entries, 0, parked.entries.size());
    }
    return cells;
}

void ParkedPrefixes::drop(Place place) {
    size_ -= place->state.size;
    parked_.erase(place);
}

}  // namespace perhaps
