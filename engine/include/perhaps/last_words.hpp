// What a process that crashes still says.
#pragma once

#include <string>

namespace perhaps {

// From here on, a crash in native code writes this sentence to standard error before the process
// ends by its signal. For programs that hold the engine in their own process.
void leave_last_words(const std::string& sentence);

}  // namespace perhaps
