// What native callbacks ask whether to go on.
#pragma once

#include <atomic>

namespace perhaps {

// Points to the stop flag of whatever the compute thread works for. Only that thread changes
// what it points to, and only between native calls.
class StopSignal {
  public:
    void watch(const std::atomic<bool>* flag) { flag_ = flag; }
    bool requested() const { return flag_ != nullptr && flag_->load(std::memory_order_relaxed); }

  private:
    const std::atomic<bool>* flag_ = nullptr;
};

}  // namespace perhaps
