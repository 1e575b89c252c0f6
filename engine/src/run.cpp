#include "perhaps/run.hpp"

#include <utility>

namespace perhaps {

void RunChannel::push(RunEvent event) {
    {
        const std::lock_guard lock(mutex_);
        events_.push_back(std::move(event));
    }
    ready_.notify_one();
}

std::optional<RunEvent> RunChannel::next(std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex_);
    if (drained_) return std::nullopt;
    if (!ready_.wait_for(lock, timeout, [this] { return !events_.empty(); })) return std::nullopt;
    RunEvent event = std::move(events_.front());
    events_.pop_front();
    drained_ = std::holds_alternative<RunFinished>(event);
    return event;
}

void RunChannel::request_stop() {
    stop_.store(true, std::memory_order_relaxed);
    if (try_begin()) {
        push(RunFinished{
            .reason = FinishReason::cancelled, .stopped_in = RunStage::queued, .seed = seed_});
    }
}

bool RunChannel::try_begin() {
    return waits_.exchange(false);
}

bool RunChannel::drained() const {
    const std::lock_guard lock(mutex_);
    return drained_;
}

std::optional<RunEvent> Run::next(int timeout_ms) {
    // wait_for() adds the timeout to the clock, so "for ever" must not overflow it.
    constexpr std::chrono::hours for_ever{24 * 365};
    return channel_->next(timeout_ms < 0 ? for_ever : std::chrono::milliseconds(timeout_ms));
}

}  // namespace perhaps
