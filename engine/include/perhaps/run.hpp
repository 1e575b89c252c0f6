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

#include "perhaps/types.hpp"

namespace perhaps {

// The pipe between both threads; every member is safe to call from any thread.
class RunChannel {
  public:
    explicit RunChannel(std::uint32_t seed) : seed_(seed) {}

    void push(RunEvent event);

    // Waits for the next event; nothing where none came in time, or after the last one.
    std::optional<RunEvent> next(std::chrono::milliseconds timeout);

    // True after RunFinished was taken.
    bool drained() const;

    // Ends a run that still waits at once; one that has begun sees the flag.
    void request_stop();
    const std::atomic<bool>& stop_flag() const { return stop_; }

    // Whether the run may begin: once, unless it was stopped while it waited.
    bool try_begin();

  private:
    std::uint32_t seed_;
    mutable std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<RunEvent> events_;
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

    // Asks the run to end; it ends at once, or after the unit of work that it is in.
    void stop() { channel_->request_stop(); }

  private:
    std::shared_ptr<RunChannel> channel_;
};

}  // namespace perhaps
