// The compute thread: owns everything native and decides what it does next.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "generation.hpp"
#include "load_monitor.hpp"
#include "loaded_model.hpp"

namespace perhaps {

class Scheduler {
  public:
    Scheduler(std::string model_path, std::string projector_path, LoadOptions options);
    ~Scheduler();
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;

    LoadMonitor& monitor() { return monitor_; }

    // Reading it is safe from any thread once it is loaded; throws ModelError before.
    const LoadedModel& loaded() const;

    std::shared_ptr<RunChannel> submit(GenerationRequest request);

  private:
    void run();
    void load();
    void serve();
    std::unique_ptr<Generation> wait_for_work();
    void cancel_stopped_waiting();
    void work_on(Generation& generation);

    std::string model_path_;
    std::string projector_path_;
    LoadOptions options_;
    LoadMonitor monitor_;
    StopSignal stop_signal_;
    LoadedModel loaded_;
    std::unique_ptr<Sequence> sequence_;

    std::mutex mutex_;  // guards the members below
    std::condition_variable changed_;
    std::deque<std::unique_ptr<Generation>> waiting_;
    std::shared_ptr<RunChannel> active_;
    bool quitting_ = false;

    std::thread thread_;  // last: it uses all of the above
};

}  // namespace perhaps
