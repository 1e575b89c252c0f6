#include "perhaps/last_words.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>

#ifdef _WIN32
#include <io.h>
#else
#include <unistd.h>
#endif

namespace perhaps {
namespace {

// Of fixed size and place: a handler must not allocate.
std::array<char, 512> last_words;
std::size_t length = 0;

// Only calls that are safe in a handler of signals.
void speak(int signal) {
#ifdef _WIN32
    _write(2, last_words.data(), static_cast<unsigned>(length));
#else
    [[maybe_unused]] const auto written = write(STDERR_FILENO, last_words.data(), length);
#endif
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

}  // namespace

void leave_last_words(const std::string& sentence) {
    length = std::min(sentence.size(), last_words.size() - 1);
    std::memcpy(last_words.data(), sentence.data(), length);
    last_words[length++] = '\n';
    for (const int signal : {SIGSEGV, SIGABRT, SIGFPE, SIGILL}) std::signal(signal, speak);
#ifdef SIGBUS
    std::signal(SIGBUS, speak);
#endif
}

}  // namespace perhaps
