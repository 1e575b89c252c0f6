#include "perhaps/run.hpp"

#include <utility>

namespace perhaps {

void RunChannel::push(RunEvent event) {
    bool awaited = false;
    {
        const std::lock_guard lock(mutex_);
        awaited = add(std::move(event));
    }
    if (awaited) ready_.notify_one();
}

bool RunChannel::add(RunEvent event) {
    const auto* progress = std::get_if<RunProgress>(&event);
    if (progress != nullptr) {
        note_progress(*progress);
    } else {
        has_read_ = true;
    }
    // The first token comes right behind the progress to decoding: both go together.
    const bool goes_with_next = progress != nullptr && has_read_;
    const bool token = std::holds_alternative<TokenStep>(event);
    urgent_ = urgent_ || !(goes_with_next || (token && writing_));
    writing_ = token;
    events_.push_back(std::move(event));
    return !goes_with_next && (urgent_ || !pauses_);
}

void RunChannel::note_progress(const RunProgress& progress) {
    told_ = progress;
    has_read_ = progress.stage == RunStage::decode;
    if (has_read_) waiting_.clear();
    for (const auto& each : waiting_) {
        if (const auto waiting = each.lock()) waiting->add_if_waiting(progress);
    }
}

void RunChannel::add_if_waiting(const RunProgress& progress) {
    bool awaited = false;
    {
        const std::lock_guard lock(mutex_);
        if (!waits_.load()) return;
        awaited = add(progress);
    }
    if (awaited) ready_.notify_one();
}

bool RunChannel::tell_too(const std::shared_ptr<RunChannel>& waiting) {
    // Without our lock: readers hold theirs while they tell us.
    if (const auto reading = reader(); reading && reading->tell_too(waiting)) return true;
    const std::lock_guard lock(mutex_);
    if (has_read_) return false;
    waiting_.push_back(waiting);
    waiting->follow(shared_from_this());
    if (told_.stage != RunStage::queued) waiting->add_if_waiting(told_);
    return true;
}

void RunChannel::follow(const std::shared_ptr<RunChannel>& reader) {
    const std::lock_guard lock(mutex_);
    reader_ = reader;
}

std::shared_ptr<RunChannel> RunChannel::reader() const {
    const std::lock_guard lock(mutex_);
    return waits_.load() ? reader_.lock() : nullptr;
}

std::optional<RunEvent> RunChannel::next(std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex_);
    if (drained_) return std::nullopt;
    if (!ready_.wait_for(lock, timeout, [this] { return !events_.empty(); })) return std::nullopt;
    return pop();
}

std::vector<RunEvent> RunChannel::take(std::chrono::milliseconds pause) {
    std::vector<RunEvent> taken;
    std::unique_lock lock(mutex_);
    if (drained_) return taken;
    pauses_ = true;
    ready_.wait_until(lock, paused_until_, [this] { return urgent_; });
    pauses_ = false;
    ready_.wait(lock, [this] { return !events_.empty(); });
    while (!events_.empty()) taken.push_back(pop());
    paused_until_ = Clock::now() + pause;
    return taken;
}

RunEvent RunChannel::pop() {
    RunEvent event = std::move(events_.front());
    events_.pop_front();
    if (events_.empty()) urgent_ = false;
    drained_ = std::holds_alternative<RunFinished>(event);
    return event;
}

void RunChannel::request_stop() {
    stop_.store(true, std::memory_order_relaxed);
    if (!try_begin()) return;
    RunStage stage{};
    {
        const std::lock_guard lock(mutex_);
        stage = told_.stage;
    }
    push(RunFinished{.reason = FinishReason::cancelled, .stopped_in = stage, .seed = seed_});
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
