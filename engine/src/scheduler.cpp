#include "scheduler.hpp"

#include <algorithm>

#include "file_name.hpp"
#include "perhaps/errors.hpp"

namespace perhaps {

Scheduler::Scheduler(std::string model_path, std::string projector_path, LoadOptions options)
    : model_path_(std::move(model_path)),
      projector_path_(std::move(projector_path)),
      options_(std::move(options)),
      thread_(&Scheduler::run, this) {}

Scheduler::~Scheduler() {
    monitor_.cancel();
    {
        const std::lock_guard lock(mutex_);
        quitting_ = true;
        if (active_) active_->request_stop();
    }
    changed_.notify_all();
    thread_.join();
}

const LoadedModel& Scheduler::loaded() const {
    if (!monitor_.done()) throw ModelError("No model is loaded yet; wait until it is.");
    return loaded_;
}

std::shared_ptr<RunChannel> Scheduler::submit(GenerationRequest request) {
    auto channel = std::make_shared<RunChannel>();
    {
        const std::lock_guard lock(mutex_);
        waiting_.push_back(
            std::make_unique<Generation>(loaded_, *sequence_, std::move(request), channel));
    }
    changed_.notify_all();
    return channel;
}

void Scheduler::run() {
    load();
    if (monitor_.done()) serve();
    // Here, so that everything native ends on the thread on which it lived.
    sequence_.reset();
    loaded_ = {};
}

void Scheduler::load() {
    stop_signal_.watch(&monitor_.cancel_flag());
    std::exception_ptr failure;
    try {
        loaded_ = load_model(model_path_, projector_path_, options_, stop_signal_, monitor_);
        sequence_ = std::make_unique<Sequence>(loaded_.context.get());
    } catch (const PerhapsError&) {
        failure = std::current_exception();
    } catch (const std::exception& error) {
        failure = std::make_exception_ptr(ModelError("The model '" + file_name(model_path_) +
                                                     "' cannot be loaded (" + error.what() + ")."));
    }
    stop_signal_.watch(nullptr);
    monitor_.finish(failure);
}

void Scheduler::serve() {
    while (auto generation = wait_for_work()) {
        work_on(*generation);
        const std::lock_guard lock(mutex_);
        active_.reset();
    }
}

std::unique_ptr<Generation> Scheduler::wait_for_work() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return quitting_ || !waiting_.empty(); });
    if (quitting_) {
        for (auto& generation : waiting_) generation->cancel();
        waiting_.clear();
        return nullptr;
    }
    auto generation = std::move(waiting_.front());
    waiting_.pop_front();
    active_ = generation->channel();
    return generation;
}

void Scheduler::cancel_stopped_waiting() {
    const std::lock_guard lock(mutex_);
    std::erase_if(waiting_, [](auto& generation) {
        if (!generation->stop_flag().load()) return false;
        generation->cancel();
        return true;
    });
}

void Scheduler::work_on(Generation& generation) {
    stop_signal_.watch(&generation.stop_flag());
    try {
        while (!generation.finished()) {
            if (generation.stop_flag().load()) {
                generation.cancel();
            } else {
                generation.advance();
            }
            cancel_stopped_waiting();
        }
    } catch (const PerhapsError& error) {
        generation.fail(error.what(), error.name());
    } catch (const std::exception& error) {
        generation.fail(std::string("The engine failed (") + error.what() +
                            "); try again, or load the model anew.",
                        "ComputeError");
    }
    stop_signal_.watch(nullptr);
}

}  // namespace perhaps
