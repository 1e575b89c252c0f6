#include "perhaps/text_assembler.hpp"

#include <algorithm>
#include <cstddef>

namespace perhaps {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

enum class Scan { whole, incomplete, invalid };

struct Character {
    Scan scan;
    std::size_t length;  // bytes to take: the character, or the invalid ones
};

struct LeadByte {
    std::size_t length;               // of the whole character, 0 where no character starts so
    unsigned char second_min = 0x80;  // bounds of the second byte: they rule out overlong forms,
    unsigned char second_max = 0xBF;  // surrogates and what lies beyond U+10FFFF
};

// Table 3-7 of the Unicode Standard, "Well-Formed UTF-8 Byte Sequences".
LeadByte describe_lead(unsigned char byte) {
    if (byte < 0x80) return {1};
    if (byte >= 0xC2 && byte <= 0xDF) return {2};
    if (byte == 0xE0) return {3, 0xA0, 0xBF};
    if (byte == 0xED) return {3, 0x80, 0x9F};
    if (byte >= 0xE1 && byte <= 0xEF) return {3};
    if (byte == 0xF0) return {4, 0x90, 0xBF};
    if (byte >= 0xF1 && byte <= 0xF3) return {4};
    if (byte == 0xF4) return {4, 0x80, 0x8F};
    return {0};
}

// Takes as many bytes as Unicode advises to replace by one U+FFFD ("maximal subpart").
Character scan_character(std::string_view bytes) {
    const auto lead = describe_lead(static_cast<unsigned char>(bytes[0]));
    if (lead.length == 0) return {Scan::invalid, 1};
    for (std::size_t i = 1; i < lead.length; ++i) {
        if (i == bytes.size()) return {Scan::incomplete, i};
        const auto byte = static_cast<unsigned char>(bytes[i]);
        const unsigned char low = i == 1 ? lead.second_min : 0x80;
        const unsigned char high = i == 1 ? lead.second_max : 0xBF;
        if (byte < low || byte > high) return {Scan::invalid, i};
    }
    return {Scan::whole, lead.length};
}

// Appends the whole characters of `bytes` to `text` and returns the incomplete end.
std::string append_characters(std::string_view bytes, std::string& text) {
    while (!bytes.empty()) {
        const auto character = scan_character(bytes);
        if (character.scan == Scan::incomplete) return std::string(bytes);
        text += character.scan == Scan::whole ? bytes.substr(0, character.length) : replacement;
        bytes.remove_prefix(character.length);
    }
    return {};
}

// The length of the longest end of `text` that is a beginning of `stop`, but not all of it.
std::size_t begun_length(std::string_view text, std::string_view stop) {
    for (std::size_t n = std::min(text.size(), stop.size() - 1); n > 0; --n) {
        if (text.substr(text.size() - n) == stop.substr(0, n)) return n;
    }
    return 0;
}

}  // namespace

TextAssembler::TextAssembler(std::vector<std::string> stop_strings)
    : stop_strings_(std::move(stop_strings)) {
    std::erase(stop_strings_, std::string{});
}

std::string TextAssembler::push(std::string_view bytes) {
    if (stopped_) return {};
    incomplete_.append(bytes);
    incomplete_ = append_characters(incomplete_, held_);
    return release();
}

std::string TextAssembler::release() {
    auto end = std::string::npos;
    std::size_t keep = 0;
    for (const auto& stop : stop_strings_) {
        end = std::min(end, held_.find(stop));
        keep = std::max(keep, begun_length(held_, stop));
    }
    stopped_ = end != std::string::npos;
    std::string text = held_.substr(0, stopped_ ? end : held_.size() - keep);
    held_ = stopped_ ? std::string{} : held_.substr(text.size());
    return text;
}

std::string TextAssembler::finish() {
    if (stopped_) return {};
    std::string text = std::move(held_);
    if (!incomplete_.empty()) text += replacement;
    held_.clear();
    incomplete_.clear();
    return text;
}

std::string valid_utf8(std::string_view bytes) {
    TextAssembler assembler({});
    std::string text = assembler.push(bytes);
    return text + assembler.finish();
}

}  // namespace perhaps
