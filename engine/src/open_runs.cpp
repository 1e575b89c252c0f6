#include "open_runs.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace perhaps {
namespace {

std::set<std::string> picture_keys(const Prompt& prompt) {
    std::set<std::string> keys;
    for (const auto& part : prompt) {
        if (const auto* picture = std::get_if<Picture>(&part)) keys.insert(picture->key);
    }
    return keys;
}

bool share_any(const std::set<std::string>& keys, const std::set<std::string>& others) {
    return std::any_of(keys.begin(), keys.end(),
                       [&](const auto& key) { return others.count(key) > 0; });
}

}  // namespace

void OpenRuns::add(const std::shared_ptr<RunChannel>& channel, const GenerationRequest& request) {
    auto pictures = picture_keys(request.prompt);
    std::erase_if(runs_, [](const auto& run) { return run.channel.expired(); });
    if (!request.prepare_only) stop_preparing_others(pictures);
    follow_reader(pictures, channel);
    runs_.push_back({channel, std::move(pictures), request.prepare_only});
}

void OpenRuns::stop_all() {
    for (const auto& run : runs_) {
        if (const auto channel = run.channel.lock()) channel->request_stop();
    }
}

void OpenRuns::stop_preparing_others(const std::set<std::string>& pictures) {
    for (auto& run : runs_) {
        const auto channel = run.channel.lock();
        if (run.prepares && channel && !share_any(run.pictures, pictures)) channel->request_stop();
        run.prepares = false;
    }
}

void OpenRuns::follow_reader(const std::set<std::string>& pictures,
                             const std::shared_ptr<RunChannel>& channel) {
    for (auto run = runs_.rbegin(); run != runs_.rend(); ++run) {
        const auto reader = run->channel.lock();
        if (reader && share_any(run->pictures, pictures) && reader->tell_too(channel)) return;
    }
}

}  // namespace perhaps
