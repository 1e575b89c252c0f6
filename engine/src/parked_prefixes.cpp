#include "parked_prefixes.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace perhaps {

std::size_t ParkedPrefixes::known(const PrefixEntries& wanted, std::size_t most) const {
    std::size_t count = 0;
    for (const auto& parked : parked_) {
        count = std::max(count, std::min(common_prefix(parked.entries, wanted), most));
    }
    return count;
}

bool ParkedPrefixes::park(const Sequence& sequence) {
    const auto& entries = sequence.entries();
    const auto covered = known(entries, entries.size());
    if (count_cells(entries, covered, entries.size()) < least_parked_gain) return true;
    if (sequence.state_size() > budget_) return false;
    auto state = sequence.save();
    if (state.size == 0) return false;
    keep({entries, std::move(state)});
    return true;
}

ParkedPrefix ParkedPrefixes::take(const PrefixEntries& wanted, std::size_t most) {
    const auto count = known(wanted, most);
    const auto best = std::find_if(parked_.begin(), parked_.end(), [&](const auto& parked) {
        return std::min(common_prefix(parked.entries, wanted), most) == count;
    });
    if (best == parked_.end()) return {};
    auto prefix = std::move(*best);
    size_ -= prefix.state.size;
    cells_ -= prefix.cells();
    parked_.erase(best);
    return prefix;
}

void ParkedPrefixes::put_back(ParkedPrefix prefix) {
    if (prefix.state.size > 0) keep(std::move(prefix));
}

void ParkedPrefixes::keep(ParkedPrefix prefix) {
    // A copy that this one goes on from has nothing to add.
    for (auto place = parked_.begin(); place != parked_.end();) {
        const auto next = std::next(place);
        if (common_prefix(place->entries, prefix.entries) == place->entries.size()) drop(place);
        place = next;
    }
    while (size_ + prefix.state.size > budget_) drop(std::prev(parked_.end()));
    size_ += prefix.state.size;
    cells_ += prefix.cells();
    parked_.push_front(std::move(prefix));
}

void ParkedPrefixes::drop(Place place) {
    size_ -= place->state.size;
    cells_ -= place->cells();
    parked_.erase(place);
}

}  // namespace perhaps
