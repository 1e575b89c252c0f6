// One answer on its way from the compute thread to whoever asked.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "perhaps/types.hpp"

namespace perhaps {

// The pipe between both threads; every member is safe to call from any thread.
class RunChannel : public std::enable_shared_from_this<RunChannel> {
  public:
    explicit RunChannel(std::uint32_t seed) : seed_(seed) {}

    void push(RunEvent event);

    // Waits for the next event; nothing where none came in time, or after the last one.
    std::optional<RunEvent> next(std::chrono::milliseconds timeout);

    // Waits for the next events, and takes all that there are. What is nothing but one more token
    // waits until `pause` has passed since the last call: who shows an answer needs no more, and
    // each awakening takes time from the threads that compute. Empty after the last event.
    std::vector<RunEvent> take(std::chrono::milliseconds pause);

    // True after RunFinished was taken.
    bool drained() const;

    // Ends a run that still waits at once, in the stage that was told last; one that has begun sees
    // the flag.
    void request_stop();
    const std::atomic<bool>& stop_flag() const { return stop_; }

    // Whether the run may begin: once, unless it was stopped while it waited.
    bool try_begin();

    // Another run wants what this one reads: until it begins, it is told how far this one has come.
    // False where this one has read all.
    bool tell_too(const std::shared_ptr<RunChannel>& waiting);

  private:
    using Clock = std::chrono::steady_clock;

    bool add(RunEvent event);
    void note_progress(const RunProgress& progress);
    void add_if_waiting(const RunProgress& progress);
    void follow(const std::shared_ptr<RunChannel>& reader);
    std::shared_ptr<RunChannel> reader() const;
    RunEvent pop();

    std::uint32_t seed_;
    mutable std::mutex mutex_;  // guards the members up to stop_
    std::condition_variable ready_;
    std::deque<RunEvent> events_;
    RunProgress told_;                                // last
    bool has_read_ = false;                           // the prompt
    std::weak_ptr<RunChannel> reader_;                // that this one waits for
    std::vector<std::weak_ptr<RunChannel>> waiting_;  // for what this one reads
    bool writing_ = false;                            // the last event was a token
    bool urgent_ = false;                             // there is more than further tokens
    bool pauses_ = false;                             // take() wants nothing else yet
    Clock::time_point paused_until_;
    bool drained_ = false;
    std::atomic<bool> stop_{false};
    std::atomic<bool> waits_{true};
};

// What submit() gives. Dropping it stops the run.
class Run {
  public:
    explicit Run(std::shared_ptr<RunChannel> channel) : channel_(std::move(channel)) {}
    ~Run() { stop(); }
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    // Waits for the next event. Nothing where none came within `timeout_ms` (negative waits as
    // long as it takes), or after RunFinished, which is always the last.
    std::optional<RunEvent> next(int timeout_ms);

    bool finished() const { return channel_->drained(); }

    // Likewise all events that there are; further tokens come `pause_ms` apart at least.
    std::vector<RunEvent> take(int pause_ms) {
        return channel_->take(std::chrono::milliseconds(pause_ms));
    }

    // Asks the run to end; it ends at once, or after the unit of work that it is in.
    void stop() { channel_->request_stop(); }

  private:
    std::shared_ptr<RunChannel> channel_;
};

}  // namespace perhaps
