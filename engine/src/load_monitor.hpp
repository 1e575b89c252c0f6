// How far loading has come, and whether to go on.
#pragma once

#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>

#include "perhaps/types.hpp"

namespace perhaps {

class LoadMonitor {
  public:
    // False where the loading was cancelled: the callbacks of llama.cpp return this.
    bool advance(LoadStage stage, float fraction) {
        {
            const std::lock_guard lock(mutex_);
            progress_.stage = stage;
            progress_.fraction = fraction;
            ++version_;
        }
        changed_.notify_all();
        return !cancelled_.load();
    }

    // Likewise, in the stage that it is in.
    bool advance(float fraction) { return advance(stage(), fraction); }

    void finish(std::exception_ptr failure) {
        {
            const std::lock_guard lock(mutex_);
            progress_.done = failure == nullptr;
            failure_ = std::move(failure);
            ended_ = true;
        }
        changed_.notify_all();
    }

    // Waits for a change; throws what made the loading fail.
    LoadProgress wait(std::chrono::milliseconds timeout) {
        std::unique_lock lock(mutex_);
        const auto seen = version_;
        changed_.wait_for(lock, timeout, [&] { return ended_ || version_ != seen; });
        if (failure_) std::rethrow_exception(failure_);
        return progress_;
    }

    bool done() const {
        const std::lock_guard lock(mutex_);
        return progress_.done;
    }

    void cancel() { cancelled_.store(true); }
    const std::atomic<bool>& cancel_flag() const { return cancelled_; }

  private:
    LoadStage stage() const {
        const std::lock_guard lock(mutex_);
        return progress_.stage;
    }

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    LoadProgress progress_;
    std::exception_ptr failure_;
    unsigned version_ = 0;
    bool ended_ = false;
    std::atomic<bool> cancelled_{false};
};

}  // namespace perhaps
