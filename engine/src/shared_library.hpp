// A shared library that is open as long as this lives, and where our own libraries lie.
#pragma once

#include <filesystem>

namespace perhaps {

class SharedLibrary {
  public:
    explicit SharedLibrary(const std::filesystem::path& path);
    ~SharedLibrary();
    SharedLibrary(const SharedLibrary&) = delete;
    SharedLibrary& operator=(const SharedLibrary&) = delete;

    explicit operator bool() const { return handle_ != nullptr; }
    // Null where it has no such symbol.
    void* symbol(const char* name) const;

  private:
    void* handle_;
};

// The file that a function of a loaded library is from; empty where the system does not tell.
std::filesystem::path path_of_library(void* function);

}  // namespace perhaps
