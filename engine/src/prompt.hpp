// Stage 3: prompt parts → what the KV cache is to hold.
#pragma once

#include <span>
#include <vector>

#include "loaded_model.hpp"
#include "perhaps/prefix.hpp"
#include "perhaps/types.hpp"

namespace perhaps {

struct TokenizedPrompt {
    PrefixEntries entries;
    // The image chunk of each entry that is one, null for tokens; [entries].
    std::vector<mtmd::input_chunk_ptr> images;

    void append(std::span<const TokenId> tokens);

    int cells() const { return count_cells(entries, 0, entries.size()); }
    int image_cells() const;
    int image_count() const;
};

std::vector<TokenId> tokenize_text(const llama_vocab* vocab, const std::string& text,
                                   bool parse_special);

// Template text may become control tokens, the text of a user never does. Begins with the
// begin-of-text token where the model wants one and the template wrote none. Any thread.
// Throws ImageError for a picture that the model cannot take, ComputeError otherwise.
TokenizedPrompt tokenize_prompt(const LoadedModel& loaded, const Prompt& prompt);

}  // namespace perhaps
