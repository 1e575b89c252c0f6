// Bytes of tokens → text that is safe to show.
//
// A token may end within a character, and what it says may be the beginning of a stop string.
// Both are held back until they are decided. All text that comes out is valid UTF-8.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace perhaps {

class TextAssembler {
  public:
    // Empty stop strings are ignored.
    explicit TextAssembler(std::vector<std::string> stop_strings);

    // Takes the bytes of the next token and gives the text that became certain.
    // After a stop string was met, nothing comes out any more.
    std::string push(std::string_view bytes);

    // Gives the rest when the answer has ended: text that only began a stop string, and
    // U+FFFD for a character that never became whole. Empty after a stop string.
    std::string finish();

    // Whether a stop string was met.
    bool stopped() const { return stopped_; }

  private:
    std::string release();

    std::vector<std::string> stop_strings_;
    std::string incomplete_;  // at most 3 bytes of a character
    std::string held_;        // whole characters that may begin a stop string
    bool stopped_ = false;
};

// The text with U+FFFD for whatever is not UTF-8; for names from files and messages of libraries.
std::string valid_utf8(std::string_view bytes);

}  // namespace perhaps
