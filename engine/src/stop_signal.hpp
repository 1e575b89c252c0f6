// What native callbacks ask whether to go on.
#pragma once

#include <algorithm>
#include <atomic>
#include <vector>

namespace perhaps {

// Watches the stop flags of all whom the present native call works for: it may be broken off only
// when nobody wants its result. Only the compute thread changes what is watched, and only between
// native calls.
class StopSignal {
  public:
    void watch(std::vector<const std::atomic<bool>*> flags) { flags_ = std::move(flags); }

    bool requested() const {
        return !flags_.empty() && std::all_of(flags_.begin(), flags_.end(), [](const auto* flag) {
            return flag->load(std::memory_order_relaxed);
        });
    }

  private:
    std::vector<const std::atomic<bool>*> flags_;
};

}  // namespace perhaps
