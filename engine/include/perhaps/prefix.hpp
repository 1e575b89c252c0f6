// What the KV cache holds, and how much of it a new prompt shares.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "perhaps/types.hpp"

namespace perhaps {

// A cut point of the cache: one text token, or one whole image chunk, which cannot be cut.
struct PrefixEntry {
    TokenId token = -1;     // -1 for an image chunk
    std::string image_key;  // of the pixels and of the tile; empty for a token
    int cells = 1;          // of the KV cache
    int positions = 1;      // fewer than cells for an image of an M-RoPE model

    bool operator==(const PrefixEntry&) const = default;
};

using PrefixEntries = std::vector<PrefixEntry>;

// The number of entries from the start that both have.
std::size_t common_prefix(const PrefixEntries& cached, const PrefixEntries& wanted);

int count_cells(const PrefixEntries& entries, std::size_t first, std::size_t last);
int count_positions(const PrefixEntries& entries, std::size_t first, std::size_t last);

}  // namespace perhaps
