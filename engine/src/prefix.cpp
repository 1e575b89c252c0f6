#include "perhaps/prefix.hpp"

#include <algorithm>

namespace perhaps {

std::size_t common_prefix(const PrefixEntries& cached, const PrefixEntries& wanted) {
    const std::size_t shorter = std::min(cached.size(), wanted.size());
    std::size_t count = 0;
    while (count < shorter && cached[count] == wanted[count]) ++count;
    return count;
}

int count_cells(const PrefixEntries& entries, std::size_t first, std::size_t last) {
    int cells = 0;
    for (std::size_t i = first; i < last; ++i) cells += entries[i].cells;
    return cells;
}

int count_positions(const PrefixEntries& entries, std::size_t first, std::size_t last) {
    int positions = 0;
    for (std::size_t i = first; i < last; ++i) positions += entries[i].positions;
    return positions;
}

}  // namespace perhaps
