#include "prompt.hpp"

#include <algorithm>
#include <deque>

#include "engine_log.hpp"
#include "perhaps/errors.hpp"

namespace perhaps {
namespace {

constexpr char separator = '#';

PrefixEntry token_entry(TokenId token) {
    return {.token = token, .image_key = {}};
}

// The parts as mtmd wants them, with everything that its pointers point to.
class MtmdParts {
  public:
    explicit MtmdParts(const Prompt& prompt) {
        for (const auto& part : prompt) std::visit([this](const auto& p) { add(p); }, part);
        for (const auto& part : parts_) pointers_.push_back(&part);
    }
    const std::vector<const mtmd_input_part*>& pointers() const { return pointers_; }

  private:
    void add(const TemplateText& part) { add_text(part.text, true); }
    void add(const UserText& part) { add_text(part.text, false); }

    void add(const Picture& picture) {
        auto& bitmap =
            bitmaps_.emplace_back(static_cast<unsigned>(picture.width),
                                  static_cast<unsigned>(picture.height), picture.rgb->data());
        // Two pictures may be the same; only the tiles of one carry the same id.
        bitmap.set_id((picture.key + separator + std::to_string(bitmaps_.size())).c_str());
        parts_.push_back({nullptr, bitmap.ptr.get()});
    }

    void add_text(const std::string& text, bool parse_special) {
        if (text.empty()) return;
        const auto& added =
            texts_.emplace_back(mtmd_input_text{text.c_str(), text.size(), false, parse_special});
        parts_.push_back({&added, nullptr});
    }

    std::deque<mtmd_input_text> texts_;  // deques: their elements stay where they are
    std::deque<mtmd::bitmap> bitmaps_;
    std::deque<mtmd_input_part> parts_;
    std::vector<const mtmd_input_part*> pointers_;
};

class PromptBuilder {
  public:
    void add_token(TokenId token) {
        result_.entries.push_back(token_entry(token));
        result_.images.emplace_back();
    }

    void add_image(const mtmd_input_chunk* chunk) {
        std::string id = mtmd_input_chunk_get_id(chunk);
        tile_ = id == last_id_ ? tile_ + 1 : 0;
        const auto key = id.substr(0, id.rfind(separator));
        last_id_ = std::move(id);
        result_.entries.push_back(
            {.token = -1,
             .image_key = key + "/" + std::to_string(tile_),
             .cells = static_cast<int>(mtmd_input_chunk_get_n_tokens(chunk)),
             .positions = static_cast<int>(mtmd_input_chunk_get_n_pos(chunk))});
        result_.images.emplace_back(mtmd_input_chunk_copy(chunk));
    }

    void add_chunk(const mtmd_input_chunk* chunk) {
        if (mtmd_input_chunk_get_type(chunk) == MTMD_INPUT_CHUNK_TYPE_IMAGE) {
            add_image(chunk);
            return;
        }
        std::size_t count = 0;
        const auto* tokens = mtmd_input_chunk_get_tokens_text(chunk, &count);
        for (std::size_t i = 0; i < count; ++i) add_token(tokens[i]);
    }

    TokenizedPrompt finish(const llama_vocab* vocab) {
        const auto bos = llama_vocab_bos(vocab);
        const bool begins = !result_.entries.empty() && result_.entries.front().token == bos;
        if (llama_vocab_get_add_bos(vocab) && bos != LLAMA_TOKEN_NULL && !begins) {
            result_.entries.insert(result_.entries.begin(), token_entry(bos));
            result_.images.insert(result_.images.begin(), nullptr);
        }
        return std::move(result_);
    }

  private:
    TokenizedPrompt result_;
    std::string last_id_;
    int tile_ = 0;
};

void add_with_projector(PromptBuilder& builder, mtmd_context* context, const Prompt& prompt) {
    const MtmdParts parts(prompt);
    const mtmd::input_chunks chunks(mtmd_input_chunks_init());
    forget_errors();
    const auto status = mtmd_tokenize_from_parts(context, chunks.ptr.get(), parts.pointers().data(),
                                                 parts.pointers().size(), false);
    if (status != 0) {
        throw ImageError("The model cannot take this picture (" + remembered_errors() +
                         "); crop or resize it.");
    }
    for (std::size_t i = 0; i < chunks.size(); ++i) builder.add_chunk(chunks[i]);
}

void add_text_only(PromptBuilder& builder, const llama_vocab* vocab, const Prompt& prompt) {
    for (const auto& part : prompt) {
        if (const auto* text = std::get_if<TemplateText>(&part)) {
            for (const auto token : tokenize_text(vocab, text->text, true))
                builder.add_token(token);
        } else if (const auto* user = std::get_if<UserText>(&part)) {
            for (const auto token : tokenize_text(vocab, user->text, false)) {
                builder.add_token(token);
            }
        } else {
            throw ImageError(
                "This model has no projector and cannot see pictures; remove the picture, or open "
                "the model together with its projector (mmproj).");
        }
    }
}

}  // namespace

std::vector<TokenId> tokenize_text(const llama_vocab* vocab, const std::string& text,
                                   bool parse_special) {
    const auto length = static_cast<std::int32_t>(text.size());
    std::vector<TokenId> tokens(text.size() + 16);
    auto count = llama_tokenize(vocab, text.data(), length, tokens.data(),
                                static_cast<std::int32_t>(tokens.size()), false, parse_special);
    if (count < 0) {  // minus what it takes
        tokens.resize(static_cast<std::size_t>(-count));
        count =
            llama_tokenize(vocab, text.data(), length, tokens.data(), -count, false, parse_special);
    }
    tokens.resize(static_cast<std::size_t>(std::max(count, 0)));
    return tokens;
}

void TokenizedPrompt::append(std::span<const TokenId> tokens) {
    for (const auto token : tokens) entries.push_back({.token = token, .image_key = {}});
    images.resize(entries.size());
}

int TokenizedPrompt::image_cells() const {
    int cells = 0;
    for (const auto& entry : entries) cells += entry.token < 0 ? entry.cells : 0;
    return cells;
}

int TokenizedPrompt::image_count() const {
    return static_cast<int>(std::count_if(entries.begin(), entries.end(),
                                          [](const auto& entry) { return entry.token < 0; }));
}

TokenizedPrompt tokenize_prompt(const LoadedModel& loaded, const Prompt& prompt) {
    PromptBuilder builder;
    if (loaded.vision) {
        add_with_projector(builder, loaded.vision->context(), prompt);
    } else {
        add_text_only(builder, loaded.vocab(), prompt);
    }
    return builder.finish(loaded.vocab());
}

}  // namespace perhaps
