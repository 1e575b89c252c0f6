// The compute thread: owns everything native and decides what it does next.
//
// Each turn computes one token batch (a token of every answer that is being written, and slices of
// the texts that are being read) and at most one unit of picture work, so that nobody waits for
// more than one unit of another's work and a stop is seen between any two.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "embedding_cache.hpp"
#include "generation.hpp"
#include "load_monitor.hpp"
#include "loaded_model.hpp"
#include "open_runs.hpp"
#include "sequence_pool.hpp"
#include "token_batch.hpp"

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

    // As of the last turn; any thread.
    Statistics statistics() const;

  private:
    using Answer = std::unique_ptr<Generation>;

    // An answer's part in a batch.
    struct Share {
        Generation* generation;
        int row;  // of its logits, -1 where it wants none
    };

    void run();
    void load();
    void serve();

    // Takes in what was submitted; waits where there is nothing to do. False at the end.
    bool accept();
    void drop_stopped();
    void cancel_stopped();
    void cancel_stopped_beside() noexcept;
    void begin_queued();
    void begin(Generation& generation);
    bool has_room_for(const Generation& generation) const;
    bool may_begin(const Generation& generation) const;
    void compute_tokens();
    void fill_batch(std::vector<Share>& shares);
    BatchStatus process_batch(const std::vector<Share>& shares);
    std::vector<Generation*> longest_unserved(bool (*wants)(const Generation&)) const;
    void settle(const std::vector<Share>& shares, double milliseconds);
    void compute_image();
    void compute_beside(const Generation& viewer);
    void make_room();
    void give_back(Sequence& sequence, bool transient);
    void remove_finished();
    void cancel_all();
    void publish_statistics();

    // Does something for one answer; what goes wrong ends that answer alone.
    void guarded(Generation& generation, const std::function<void()>& work);

    std::string model_path_;
    std::string projector_path_;
    LoadOptions options_;
    LoadMonitor monitor_;
    StopSignal stop_signal_;
    LoadedModel loaded_;
    EmbeddingCache embeddings_;
    std::unique_ptr<SequencePool> sequences_;
    std::unique_ptr<TokenBatch> batch_;
    std::vector<Answer> answers_;
    std::size_t turn_ = 0;
    bool beside_picture_ = false;
    std::chrono::steady_clock::time_point looked_;  // for stops while computing
    bool full_ = false;                             // who waits must wait until an answer ends

    Statistics counted_;  // by the compute thread alone

    mutable std::mutex mutex_;  // guards the members below
    Statistics published_;
    std::condition_variable changed_;
    std::deque<Answer> submitted_;
    OpenRuns open_;
    bool quitting_ = false;

    std::thread thread_;  // last: it uses all of the above
};

}  // namespace perhaps
