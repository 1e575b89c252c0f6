#include "sequences.hpp"

#include <algorithm>

namespace perhaps {
namespace {

// Attention passes over the cells of all sequences, so every prefix that is kept costs speed.
constexpr int most_idle = 4;

}  // namespace

void Sequence::record(const PrefixEntry& entry) {
    entries_.push_back(entry);
    position_ += entry.positions;
    cells_ += entry.cells;
}

void Sequence::drop_unrecorded() {
    if (!llama_memory_seq_rm(memory(), id_, position_, -1)) clear();
}

bool Sequence::cut(std::size_t count) {
    const auto position = count_positions(entries_, 0, count);
    if (!llama_memory_seq_rm(memory(), id_, position, -1)) return false;
    keep_entries(count);
    return true;
}

void Sequence::share(const Sequence& source, std::size_t count) {
    clear();
    const auto position = count_positions(source.entries_, 0, count);
    llama_memory_seq_cp(memory(), source.id_, id_, 0, position);
    entries_.assign(source.entries_.begin(),
                    source.entries_.begin() + static_cast<std::ptrdiff_t>(count));
    keep_entries(count);
}

void Sequence::clear() {
    llama_memory_seq_rm(memory(), id_, -1, -1);
    keep_entries(0);
}

void Sequence::keep_entries(std::size_t count) {
    entries_.resize(count);
    position_ = count_positions(entries_, 0, count);
    cells_ = count_cells(entries_, 0, count);
}

SequencePool::SequencePool(llama_context* context, bool recurrent)
    : capacity_(static_cast<int>(llama_n_ctx(context))), recurrent_(recurrent) {
    const auto count = static_cast<llama_seq_id>(llama_n_seq_max(context));
    for (llama_seq_id id = 0; id < count; ++id) sequences_.emplace_back(context, id);
}

Sequence* SequencePool::acquire(const PrefixEntries& wanted, std::size_t most) {
    std::size_t count = 0;
    const auto* source = best_source(wanted, most, count);
    auto* taken = free_sequence();
    // The next turn of a chat goes on where the last one ended; anything else leaves the source
    // as it is, because sharing its cells costs nothing.
    const bool goes_on = source != nullptr && !source->busy_ && count == source->entries_.size();
    if (goes_on) {
        taken = &sequences_[static_cast<std::size_t>(source->id_)];
    } else if (taken == nullptr && (taken = oldest_idle()) != nullptr) {
        if (taken == source) {
            if (!taken->cut(count)) taken->clear();
        } else {
            taken->clear();
        }
    }
    if (taken == nullptr) return nullptr;
    if (count > 0 && taken != source) taken->share(*source, count);
    taken->busy_ = true;
    return taken;
}

void SequencePool::release(Sequence& sequence) {
    sequence.busy_ = false;
    sequence.last_used_ = ++clock_;
    const auto idle = std::count_if(sequences_.begin(), sequences_.end(),
                                    [](const auto& s) { return !s.busy_ && !s.entries_.empty(); });
    if (idle > most_idle) evict();
}

bool SequencePool::evict() {
    auto* oldest = oldest_idle();
    if (oldest == nullptr) return false;
    oldest->clear();
    return true;
}

void SequencePool::make_room(int cells) {
    while (used_cells() + cells > capacity_ && evict()) continue;
}

// What sequences begin with in common, they share.
int SequencePool::used_cells() const {
    int used = 0;
    for (auto sequence = sequences_.begin(); sequence != sequences_.end(); ++sequence) {
        std::size_t shared = 0;
        for (auto earlier = sequences_.begin(); earlier != sequence; ++earlier) {
            shared = std::max(shared, common_prefix(earlier->entries_, sequence->entries_));
        }
        used += count_cells(sequence->entries_, shared, sequence->entries_.size());
    }
    return used;
}

std::size_t SequencePool::known_prefix(const PrefixEntries& wanted, std::size_t most) const {
    std::size_t count = 0;
    best_source(wanted, most, count);
    return count;
}

int SequencePool::held_cells() const {
    int cells = 0;
    for (const auto& sequence : sequences_) cells += sequence.cells();
    return cells;
}

// Among equal prefixes an idle sequence that ends there is best: it can simply go on.
const Sequence* SequencePool::best_source(const PrefixEntries& wanted, std::size_t most,
                                          std::size_t& count) const {
    const Sequence* best = nullptr;
    bool best_goes_on = false;
    for (const auto& sequence : sequences_) {
        const auto common = std::min(common_prefix(sequence.entries_, wanted), most);
        const bool goes_on = !sequence.busy_ && common == sequence.entries_.size();
        if (common == 0 || (recurrent_ && !goes_on)) continue;
        if (common > count || (common == count && goes_on && !best_goes_on)) {
            best = &sequence;
            best_goes_on = goes_on;
            count = common;
        }
    }
    return best;
}

Sequence* SequencePool::free_sequence() {
    const auto found = std::find_if(sequences_.begin(), sequences_.end(),
                                    [](const auto& s) { return !s.busy_ && s.entries_.empty(); });
    return found == sequences_.end() ? nullptr : &*found;
}

Sequence* SequencePool::oldest_idle() {
    Sequence* oldest = nullptr;
    for (auto& sequence : sequences_) {
        if (sequence.busy_ || sequence.entries_.empty()) continue;
        if (oldest == nullptr || sequence.last_used_ < oldest->last_used_) oldest = &sequence;
    }
    return oldest;
}

}  // namespace perhaps
