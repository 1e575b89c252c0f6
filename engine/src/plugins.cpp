#include "plugins.hpp"

#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "ggml-backend.h"
#include "shared_library.hpp"

namespace perhaps {
namespace {

namespace fs = std::filesystem;

#ifdef _WIN32
constexpr std::string_view cpu_prefix = "ggml-cpu";
constexpr std::string_view module_suffix = ".dll";
#else
constexpr std::string_view cpu_prefix = "libggml-cpu";
constexpr std::string_view module_suffix = ".so";  // on macOS, too: modules are no libraries
#endif

bool gpus_are_wanted() {
    const char* choice = std::getenv("PERHAPS_GPU");
    return choice == nullptr || std::string_view(choice) != "off";
}

// llama.cpp installs its plug-ins two folders above its libraries, which lie in llama_cpp/lib.
fs::path plugin_folder() {
    const auto library = path_of_library(reinterpret_cast<void*>(&ggml_backend_load));
    return library.empty() ? fs::path{} : library.parent_path().parent_path().parent_path() / "bin";
}

std::string utf8(const fs::path& path) {
    const auto text = path.u8string();
    return {text.begin(), text.end()};
}

bool is_cpu_variant(const fs::path& file) {
    const auto name = file.filename().string();
    return name.starts_with(cpu_prefix) && name.ends_with(module_suffix);
}

// The variant that suits this processor best; empty where there is none.
fs::path best_cpu_variant(const fs::path& folder) {
    fs::path best;
    int best_score = 0;  // the score of what cannot run here
    std::error_code unreadable;
    for (const auto& entry : fs::directory_iterator(folder, unreadable)) {
        if (!is_cpu_variant(entry.path())) continue;
        const SharedLibrary library(entry.path());
        if (!library) continue;
        auto* score = reinterpret_cast<int (*)()>(library.symbol("ggml_backend_score"));
        const int points = score != nullptr ? score() : 1;
        if (points > best_score) {
            best_score = points;
            best = entry.path();
        }
    }
    return best;
}

}  // namespace

void load_plugins() {
    const auto folder = plugin_folder();
    const auto cpu = best_cpu_variant(folder);
    if (cpu.empty()) return;
    if (gpus_are_wanted()) {
        ggml_backend_load_all_from_path(utf8(folder).c_str());
    } else {
        ggml_backend_load(utf8(cpu).c_str());
    }
}

}  // namespace perhaps
