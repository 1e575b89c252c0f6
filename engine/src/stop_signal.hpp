// What native callbacks ask whether to go on.
#pragma once

#include <algorithm>
#include <atomic>
#include <functional>
#include <utility>
#include <vector>

namespace perhaps {

// Watches the stop flags of all whom the present native call works for: it may be broken off only
// when nobody wants its result. Only the compute thread changes what is watched, and only between
// native calls, which ask on that thread.
class StopSignal {
  public:
    void watch(std::vector<const std::atomic<bool>*> flags) { flags_ = std::move(flags); }

    // Called whenever a native call asks: a long one lets others be served that need no computing.
    // Must not throw: what asks is C.
    void on_asked(std::function<void()> meanwhile) { meanwhile_ = std::move(meanwhile); }

    bool requested() const noexcept {
        if (meanwhile_) meanwhile_();
        return !flags_.empty() && std::all_of(flags_.begin(), flags_.end(), [](const auto* flag) {
            return flag->load(std::memory_order_relaxed);
        });
    }

  private:
    std::vector<const std::atomic<bool>*> flags_;
    std::function<void()> meanwhile_;
};

}  // namespace perhaps
