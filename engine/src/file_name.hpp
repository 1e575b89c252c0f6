// How messages call a file: its name without the folders, which are nobody's business.
#pragma once

#include <string>

namespace perhaps {

inline std::string file_name(const std::string& path) {
    return path.substr(path.find_last_of("/\\") + 1);
}

}  // namespace perhaps
