#include "scheduler.hpp"

#include <algorithm>

#include "file_name.hpp"
#include "perhaps/errors.hpp"

namespace perhaps {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t embedding_budget = 512U << 20U;        // bytes
constexpr std::chrono::milliseconds longest_tokenizing{10};  // in one turn
constexpr std::chrono::milliseconds between_looks{1};        // for stops while computing

bool works_on_image(const Generation& generation) {
    return generation.stage() == RunStage::encode || generation.stage() == RunStage::image_prefill;
}

}  // namespace

Scheduler::Scheduler(std::string model_path, std::string projector_path, LoadOptions options)
    : model_path_(std::move(model_path)),
      projector_path_(std::move(projector_path)),
      options_(std::move(options)),
      embeddings_(embedding_budget, options_.disk_cache),
      thread_(&Scheduler::run, this) {}

Scheduler::~Scheduler() {
    monitor_.cancel();
    {
        const std::lock_guard lock(mutex_);
        quitting_ = true;
        // So that the unit of work that is being computed is broken off where it can be.
        open_.stop_all();
    }
    changed_.notify_all();
    thread_.join();
}

const LoadedModel& Scheduler::loaded() const {
    if (!monitor_.done()) throw ModelError("No model is loaded yet; wait until it is.");
    return loaded_;
}

std::shared_ptr<RunChannel> Scheduler::submit(GenerationRequest request) {
    auto channel = std::make_shared<RunChannel>(request.seed);
    {
        const std::lock_guard lock(mutex_);
        open_.add(channel, request);
        submitted_.push_back(std::make_unique<Generation>(std::move(request), channel));
    }
    changed_.notify_all();
    return channel;
}

void Scheduler::run() {
    stop_signal_.on_asked([this] { cancel_stopped_beside(); });
    load();
    if (monitor_.done()) serve();
    // Here, so that everything native ends on the thread on which it lived.
    batch_.reset();
    sequences_.reset();
    loaded_ = {};
}

void Scheduler::load() {
    stop_signal_.watch({&monitor_.cancel_flag()});
    std::exception_ptr failure;
    try {
        loaded_ = load_model(model_path_, projector_path_, options_, stop_signal_, monitor_);
        const auto* model = loaded_.model.get();
        const bool recurrent = llama_model_is_recurrent(model) || llama_model_is_hybrid(model);
        sequences_ = std::make_unique<SequencePool>(loaded_.context.get(), recurrent);
        batch_ = std::make_unique<TokenBatch>(loaded_.context.get());
    } catch (const PerhapsError&) {
        failure = std::current_exception();
    } catch (const std::exception& error) {
        failure = std::make_exception_ptr(ModelError("The model '" + file_name(model_path_) +
                                                     "' cannot be loaded (" + error.what() + ")."));
    }
    stop_signal_.watch({});
    monitor_.finish(failure);
}

void Scheduler::serve() {
    while (accept()) {
        drop_stopped();
        begin_queued();
        compute_tokens();
        compute_image();
        publish_statistics();
        remove_finished();
        ++turn_;
    }
    cancel_all();
}

bool Scheduler::accept() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return quitting_ || !submitted_.empty() || !answers_.empty(); });
    std::move(submitted_.begin(), submitted_.end(), std::back_inserter(answers_));
    submitted_.clear();
    return !quitting_;
}

void Scheduler::drop_stopped() {
    cancel_stopped();
    remove_finished();
}

// While something is computed for others, which asks after each operation: who is stopped does
// not wait for them.
void Scheduler::cancel_stopped_beside() noexcept {
    const auto now = Clock::now();
    if (now - looked_ < between_looks) return;
    looked_ = now;
    try {
        cancel_stopped();
    } catch (const std::exception&) {
        return;  // no memory to tell it now; it is told after this turn
    }
}

void Scheduler::cancel_stopped() {
    for (auto& answer : answers_) {
        if (answer->stop_requested()) answer->cancel();
    }
}

// First come, first served: who finds no room waits, and so do all after it. Pictures are prepared
// in turns, as that takes milliseconds each.
void Scheduler::begin_queued() {
    const auto end = Clock::now() + longest_tokenizing;
    std::size_t waiting = 0;
    for (auto& answer : answers_) {
        if (full_ || waiting == sequences_->size() || Clock::now() > end) return;
        if (answer->stage() != RunStage::queued || answer->finished()) continue;
        guarded(*answer, [&] {
            if (!answer->tokenized()) answer->tokenize(loaded_);
            if (may_begin(*answer)) {
                begin(*answer);
            } else {
                ++waiting;
            }
        });
    }
}

void Scheduler::begin(Generation& generation) {
    full_ = !has_room_for(generation);
    if (full_) return;
    auto* sequence =
        sequences_->acquire(generation.wanted(), generation.most_known(), generation.transient());
    full_ = sequence == nullptr;
    if (full_) return;
    const bool first_time = !generation.begun();
    generation.begin(loaded_, *sequence);
    const auto& wanted = generation.wanted();
    sequences_->make_room(count_cells(wanted, sequence->entries().size(), wanted.size()));
    if (first_time) {
        counted_.prompt_tokens += static_cast<std::uint64_t>(generation.usage().prompt_tokens);
        counted_.cached_tokens += static_cast<std::uint64_t>(generation.usage().cached_tokens);
    }
}

// Whether the cells last a while for all that run and one more; alone, it must get by with them.
bool Scheduler::has_room_for(const Generation& generation) const {
    std::vector<const Generation*> together;
    for (const auto& answer : answers_) {
        if (answer->running()) together.push_back(answer.get());
    }
    if (together.empty()) return true;
    together.push_back(&generation);
    int cells = 0;
    for (auto each = together.begin(); each != together.end(); ++each) {
        std::size_t shared = 0;
        for (auto earlier = together.begin(); earlier != each; ++earlier) {
            shared = std::max(shared, common_prefix((*earlier)->wanted(), (*each)->wanted()));
        }
        cells += (*each)->cells_ahead(shared);
    }
    return cells <= sequences_->capacity();
}

// Who shares more with what another answer is still reading than with what is known waits for it,
// so that many questions about one picture read it once.
bool Scheduler::may_begin(const Generation& generation) const {
    const auto most = generation.most_known();
    const auto known = sequences_->known_prefix(generation.wanted(), most);
    return std::none_of(answers_.begin(), answers_.end(), [&](const Answer& other) {
        if (other.get() == &generation || other->sequence() == nullptr || other->finished()) {
            return false;
        }
        const auto shared = std::min(common_prefix(other->wanted(), generation.wanted()), most);
        return shared > known && other->sequence()->entries().size() < shared;
    });
}

void Scheduler::compute_tokens() {
    std::vector<Share> shares;
    auto status = BatchStatus::done;
    try {
        fill_batch(shares);
        if (shares.empty()) return;
        status = process_batch(shares);
    } catch (const std::exception& error) {
        // Nobody knows whose part of the batch failed, nor what the cache holds of it.
        const auto* known = dynamic_cast<const PerhapsError*>(&error);
        for (const auto& share : shares) {
            share.generation->sequence()->clear();
            share.generation->fail(error.what(), known != nullptr ? known->name() : "ComputeError");
        }
    }
    stop_signal_.watch({});
    // The picture that is being read keeps its sequence; after it they try again.
    if (status == BatchStatus::no_cells && !beside_picture_) make_room();
}

BatchStatus Scheduler::process_batch(const std::vector<Share>& shares) {
    std::vector<const std::atomic<bool>*> flags;
    for (const auto& share : shares) flags.push_back(&share.generation->channel()->stop_flag());
    stop_signal_.watch(std::move(flags));
    const auto start = Clock::now();
    const auto status = batch_->process();
    const std::chrono::duration<double, std::milli> elapsed = Clock::now() - start;
    ++counted_.batches;
    counted_.batch_tokens += batch_->size();
    counted_.batch_ms += elapsed.count();
    if (status == BatchStatus::done) {
        settle(shares, elapsed.count());
    } else {
        for (const auto& share : shares) share.generation->sequence()->drop_unrecorded();
    }
    return status;
}

// Answers that are being written come first: each needs one token. The rest of the batch is shared
// out to texts that are being read.
void Scheduler::fill_batch(std::vector<Share>& shares) {
    batch_->clear();
    const auto add = [&](Generation& generation) {
        const auto tokens = generation.next_tokens(batch_->room());
        const bool wants_logits = generation.wants_logits();
        const int row = batch_->add(*generation.sequence(), tokens, wants_logits);
        shares.push_back({&generation, wants_logits ? row : -1});
    };
    for (const auto& answer : answers_) {
        if (answer->stage() == RunStage::decode && !answer->finished()) add(*answer);
    }
    for (auto* reader : longest_unserved(
             [](const Generation& each) { return each.stage() == RunStage::text_prefill; })) {
        if (batch_->room() == 0) break;
        add(*reader);
        reader->serve(turn_);
    }
}

// Those that want something, who got the least recently a part of the machine first.
std::vector<Generation*> Scheduler::longest_unserved(bool (*wants)(const Generation&)) const {
    std::vector<Generation*> found;
    for (const auto& answer : answers_) {
        if (!answer->finished() && wants(*answer)) found.push_back(answer.get());
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const auto* a, const auto* b) { return a->served() < b->served(); });
    return found;
}

void Scheduler::settle(const std::vector<Share>& shares, double milliseconds) {
    for (const auto& share : shares) {
        if (share.generation->finished()) continue;  // stopped meanwhile
        guarded(*share.generation, [&] {
            share.generation->tokens_processed(milliseconds);
            if (share.row >= 0) {
                ++counted_.generated_tokens;
                share.generation->take_logits(loaded_, batch_->logits(share.row));
            }
        });
    }
}

void Scheduler::compute_image() {
    const auto viewers = longest_unserved(works_on_image);
    if (viewers.empty()) return;
    auto& viewer = *viewers.front();
    viewer.serve(turn_);
    stop_signal_.watch({&viewer.channel()->stop_flag()});
    const auto start = Clock::now();
    const auto beside_ms = counted_.batch_ms;
    auto& total =
        viewer.stage() == RunStage::encode ? counted_.encode_ms : counted_.image_prefill_ms;
    guarded(viewer, [&] {
        if (!viewer.work_on_image(loaded_, embeddings_, [&] { compute_beside(viewer); })) {
            make_room();
        }
    });
    total += std::chrono::duration<double, std::milli>(Clock::now() - start).count() -
             (counted_.batch_ms - beside_ms);
    stop_signal_.watch({});
}

// Others write on between two parts of a picture.
void Scheduler::compute_beside(const Generation& viewer) {
    beside_picture_ = true;
    compute_tokens();
    beside_picture_ = false;
    stop_signal_.watch({&viewer.channel()->stop_flag()});
}

// The cells are used up: prefixes that nobody uses go first. Then the answer that came last waits
// until another has ended; one that has all cells for itself does not fit.
void Scheduler::make_room() {
    // Who has ended in this turn gives its cells back at its end.
    const bool comes = std::any_of(answers_.begin(), answers_.end(), [](const Answer& answer) {
        return answer->finished() && answer->sequence() != nullptr;
    });
    if (comes || sequences_->evict()) return;
    const auto running = [](const Answer& answer) { return answer->running(); };
    const auto count = std::count_if(answers_.begin(), answers_.end(), running);
    const auto last = std::find_if(answers_.rbegin(), answers_.rend(), running);
    if (last == answers_.rend()) return;
    if (count > 1) {
        give_back((*last)->requeue(), (*last)->transient());
        sequences_->evict();
        full_ = true;
        return;
    }
    (*last)->fail("The context of " + std::to_string(loaded_.info.context_size) +
                      " tokens is full with this answer; shorten the conversation, or load the "
                      "model with a larger context.",
                  "ContextFullError");
}

void Scheduler::give_back(Sequence& sequence, bool transient) {
    sequence.drop_unrecorded();
    if (transient) sequence.clear();
    sequences_->release(sequence);
}

void Scheduler::remove_finished() {
    std::erase_if(answers_, [this](const Answer& answer) {
        if (!answer->finished()) return false;
        if (auto* sequence = answer->sequence()) give_back(*sequence, answer->transient());
        full_ = false;
        return true;
    });
}

// Before finished answers are told: who waited for one sees it counted.
void Scheduler::publish_statistics() {
    counted_.pictures_encoded = embeddings_.encoded();
    counted_.pictures_known = embeddings_.found();
    counted_.pictures_on_disk = embeddings_.files().found();
    counted_.embedding_bytes = embeddings_.size_bytes();
    counted_.parked_bytes = sequences_->parked_bytes();
    counted_.held_tokens = sequences_->held_cells();
    counted_.answers = counted_.waiting = 0;
    for (const auto& answer : answers_) {
        if (answer->finished()) continue;
        ++(answer->stage() == RunStage::queued ? counted_.waiting : counted_.answers);
    }
    const std::lock_guard lock(mutex_);
    counted_.waiting += static_cast<int>(submitted_.size());
    published_ = counted_;
}

Statistics Scheduler::statistics() const {
    const std::lock_guard lock(mutex_);
    auto statistics = published_;
    statistics.disk_problem = embeddings_.files().problem();
    return statistics;
}

void Scheduler::cancel_all() {
    for (auto& answer : answers_) answer->cancel();
    answers_.clear();
}

void Scheduler::guarded(Generation& generation, const std::function<void()>& work) {
    try {
        work();
    } catch (const PerhapsError& error) {
        generation.fail(error.what(), error.name());
    } catch (const std::exception& error) {
        generation.fail(std::string("The engine failed (") + error.what() +
                            "); try again, or load the model anew.",
                        "ComputeError");
    }
}

}  // namespace perhaps
