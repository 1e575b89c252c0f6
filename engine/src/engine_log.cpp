#include "engine_log.hpp"

#include <algorithm>
#include <deque>
#include <initializer_list>
#include <mutex>
#include <string_view>

#include "llama.h"
#include "mtmd-helper.h"

namespace perhaps {
namespace {

constexpr std::size_t max_lines = 2000;
constexpr std::size_t max_error_length = 300;  // of what goes into a sentence for a person

struct LogState {
    std::mutex mutex;
    std::deque<LogLine> lines;
    std::string level = "info";
    std::string partial;  // a line arrives in pieces until its line feed
    std::string errors;
};

LogState& state() {
    static LogState instance;
    return instance;
}

const char* name_of(ggml_log_level level) {
    switch (level) {
        case GGML_LOG_LEVEL_DEBUG:
            return "debug";
        case GGML_LOG_LEVEL_WARN:
            return "warning";
        case GGML_LOG_LEVEL_ERROR:
            return "error";
        default:
            return "info";
    }
}

void finish_line(LogState& log) {
    if (log.level == "error" && log.errors.size() < max_error_length) {
        if (!log.errors.empty()) log.errors += "; ";
        log.errors += log.partial;
    }
    log.lines.push_back({log.level, std::move(log.partial)});
    log.partial.clear();
    if (log.lines.size() > max_lines) log.lines.pop_front();
}

void on_log(ggml_log_level level, const char* text, void* /*user_data*/) {
    LogState& log = state();
    const std::lock_guard lock(log.mutex);
    if (level != GGML_LOG_LEVEL_CONT) log.level = name_of(level);
    for (const char* c = text; *c != '\0'; ++c) {
        if (*c == '\n') {
            finish_line(log);
        } else {
            log.partial += *c;
        }
    }
}

bool mentions(const std::string& errors, std::initializer_list<std::string_view> signs) {
    return std::any_of(signs.begin(), signs.end(),
                       [&](const auto sign) { return errors.find(sign) != std::string::npos; });
}

}  // namespace

void install_log() {
    llama_log_set(on_log, nullptr);
    mtmd_helper_log_set(on_log, nullptr);
}

void forget_errors() {
    LogState& log = state();
    const std::lock_guard lock(log.mutex);
    log.errors.clear();
}

std::string remembered_errors() {
    LogState& log = state();
    const std::lock_guard lock(log.mutex);
    return log.errors.substr(0, max_error_length);
}

bool is_out_of_memory(const std::string& errors) {
    return mentions(errors,
                    {"out of memory", "OutOfDeviceMemory", "OutOfHostMemory", "failed to allocate",
                     "unable to allocate", "allocation failed", "bad_alloc"});
}

bool is_device_lost(const std::string& errors) {
    return mentions(errors, {"DeviceLost", "device lost", "device was lost"});
}

std::vector<LogLine> take_log() {
    LogState& log = state();
    const std::lock_guard lock(log.mutex);
    std::vector<LogLine> lines(log.lines.begin(), log.lines.end());
    log.lines.clear();
    return lines;
}

}  // namespace perhaps
