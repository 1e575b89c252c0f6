#include "sequence_pool.hpp"

#include <algorithm>
#include <utility>

namespace perhaps {
namespace {

constexpr std::size_t parked_budget = 512U << 20U;  // bytes
constexpr int most_idle = 4;                        // prefixes that stay in the cells

}  // namespace

SequencePool::SequencePool(llama_context* context, bool recurrent)
    : parked_(parked_budget),
      capacity_(static_cast<int>(llama_n_ctx(context))),
      window_(llama_model_n_swa(llama_get_model(context))),
      recurrent_(recurrent),
      parks_(!recurrent && window_ == 0) {
    const auto count = static_cast<llama_seq_id>(llama_n_seq_max(context));
    for (llama_seq_id id = 0; id < count; ++id) sequences_.emplace_back(context, id);
}

Sequence* SequencePool::acquire(const PrefixEntries& wanted, std::size_t most, bool transient) {
    std::size_t count = 0;
    auto* source = best_source(wanted, most, transient, count);
    ParkedPrefix parked;
    if (parked_gain(wanted, most, count) >= least_parked_gain) {
        parked = parked_.take(wanted, most);
        source = nullptr;
    }
    // The next turn of a chat goes on where the last one ended; anything else leaves the source as
    // it is, because sharing its cells costs nothing.
    const bool goes_on = source != nullptr && !transient && ends_at(*source, count);
    auto* taken = goes_on ? source : nullptr;
    park_idle(source);
    if (taken == nullptr) taken = empty_sequence(source, count);
    if (taken != nullptr) {
        if (source != nullptr && taken != source) taken->share(*source, count);
        // One that is used to its end will be parked again with what follows it.
        const auto restored = restore(*taken, parked, wanted, most);
        if (!transient && restored == parked.entries.size()) parked = {};
        park_idle(taken);
        taken->busy_ = true;
    }
    parked_.put_back(std::move(parked));
    return taken;
}

// Puts the wanted part of a parked prefix into a sequence, and gives its number of entries.
std::size_t SequencePool::restore(Sequence& sequence, const ParkedPrefix& parked,
                                  const PrefixEntries& wanted, std::size_t most) {
    if (parked.state.size == 0 || !sequence.load(parked.state, parked.entries)) return 0;
    const auto count = std::min(common_prefix(parked.entries, wanted), most);
    if (count == parked.entries.size() || sequence.cut(count)) return count;
    sequence.clear();
    return 0;
}

bool SequencePool::may_be_cut(const Sequence& sequence) const {
    return !recurrent_ && (window_ == 0 || sequence.position() <= window_);
}

// Of what a sequence and a prompt have in common, what an answer can begin with.
std::size_t SequencePool::usable_prefix(const Sequence& sequence, const PrefixEntries& wanted,
                                        std::size_t most) const {
    const auto common = std::min(common_prefix(sequence.entries_, wanted), most);
    return may_be_cut(sequence) || ends_at(sequence, common) ? common : 0;
}

bool SequencePool::ends_at(const Sequence& source, std::size_t count) {
    return !source.busy_ && count == source.entries_.size();
}

// Cells that a parked prefix has beyond the `count` entries of a live one.
int SequencePool::parked_gain(const PrefixEntries& wanted, std::size_t most,
                              std::size_t count) const {
    const auto known = parked_.known(wanted, most);
    return known > count ? count_cells(wanted, count, known) : 0;
}

// Attention passes over the cells of all sequences, so idle ones leave before an answer begins.
void SequencePool::park_idle(const Sequence* but) {
    if (!parks_) return;
    for (auto& sequence : sequences_) {
        if (sequence.busy_ || &sequence == but || sequence.entries_.empty()) continue;
        // What is too large to be parked stays until its cells are wanted.
        if (parked_.park(sequence)) sequence.clear();
    }
}

// Where all are in use, that of an idle prefix; the source keeps what is wanted of it.
Sequence* SequencePool::empty_sequence(const Sequence* source, std::size_t count) {
    if (auto* free = free_sequence()) return free;
    auto* oldest = oldest_idle();
    if (oldest == nullptr) return nullptr;
    if (parks_) parked_.park(*oldest);
    if (oldest != source || !oldest->cut(count)) oldest->clear();
    return oldest;
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
    if (parks_) parked_.park(*oldest);
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
    auto count = parked_.known(wanted, most);
    for (const auto& sequence : sequences_) {
        count = std::max(count, usable_prefix(sequence, wanted, most));
    }
    return count;
}

int SequencePool::held_cells() const {
    int cells = parked_.cells();
    for (const auto& sequence : sequences_) cells += sequence.cells();
    return cells;
}

// Among equal prefixes an idle sequence that ends there is best: it can simply go on.
Sequence* SequencePool::best_source(const PrefixEntries& wanted, std::size_t most, bool transient,
                                    std::size_t& count) {
    Sequence* best = nullptr;
    bool best_goes_on = false;
    for (auto& sequence : sequences_) {
        if (transient && !may_be_cut(sequence)) continue;
        const auto common = usable_prefix(sequence, wanted, most);
        if (common == 0) continue;
        const bool may_go_on = ends_at(sequence, common);
        if (common > count || (common == count && may_go_on && !best_goes_on)) {
            best = &sequence;
            best_goes_on = may_go_on;
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
