#include "sequence.hpp"

#include <algorithm>

namespace perhaps {

std::size_t Sequence::keep_common(const PrefixEntries& wanted) {
    std::size_t kept = common_prefix(entries_, wanted);
    if (kept == wanted.size() && kept > 0) --kept;
    const auto position = count_positions(entries_, 0, kept);
    // Recurrent models cannot go back to any position they like; then everything is new.
    if (kept == 0 || !llama_memory_seq_rm(llama_get_memory(context_), id, position, -1)) {
        clear();
        return 0;
    }
    entries_.resize(kept);
    return kept;
}

void Sequence::drop_unrecorded() {
    if (!llama_memory_seq_rm(llama_get_memory(context_), id, position(), -1)) clear();
}

void Sequence::clear() {
    llama_memory_clear(llama_get_memory(context_), false);
    entries_.clear();
}

}  // namespace perhaps
