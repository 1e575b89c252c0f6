#include "sequence.hpp"

#include <algorithm>
#include <new>

#include "device_guard.hpp"

namespace perhaps {

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

SequenceState Sequence::save() const {
    return on_device([this] {
        SequenceState state;
        const auto size = state_size();
        state.bytes.reset(new (std::nothrow) std::uint8_t[size]);
        if (!state.bytes) return state;
        state.size = llama_state_seq_get_data(context_, state.bytes.get(), size, id_);
        return state;
    });
}

bool Sequence::load(const SequenceState& state, const PrefixEntries& entries) {
    clear();
    const auto read = on_device(
        [&] { return llama_state_seq_set_data(context_, state.bytes.get(), state.size, id_); });
    if (read == 0) return false;
    entries_ = entries;
    keep_entries(entries.size());
    return true;
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

}  // namespace perhaps
