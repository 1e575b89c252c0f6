// Embeddings of pictures on disk, so that a picture of last week is not encoded again.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "perhaps/types.hpp"

namespace perhaps {

// A folder of files, one for each key, that may be damaged or deleted at any time: what is not
// whole is as good as unknown. Files are written by a thread of their own, so that no slow disk
// holds up an answer, and the longest unused leave when the budget is used up.
class EmbeddingFiles {
  public:
    using Halves = std::vector<std::uint16_t>;  // f16

    // An empty root keeps nothing. Files of all projectors share the root and its budget.
    explicit EmbeddingFiles(const DiskCacheOptions& options);
    ~EmbeddingFiles();
    EmbeddingFiles(const EmbeddingFiles&) = delete;
    EmbeddingFiles& operator=(const EmbeddingFiles&) = delete;

    // What store() was given, or nothing where it is not known any more.
    Halves find(const std::string& key);

    void store(const std::string& key, const Halves& values);

    // A sentence where files cannot be written; from then on nothing more is.
    std::string problem() const;

    std::uint64_t found() const { return found_; }

  private:
    struct Entry {
        std::string key;
        Halves values;
    };

    std::filesystem::path path_of(const std::string& key) const;
    void write_queued();
    void write(const Entry& entry);
    void prune();

    std::filesystem::path root_;
    std::filesystem::path folder_;
    std::uintmax_t budget_;
    std::uint64_t found_ = 0;

    mutable std::mutex mutex_;  // guards the members below
    std::condition_variable changed_;
    std::deque<Entry> queue_;
    std::string problem_;
    bool quitting_ = false;

    std::thread writer_;  // last: it uses all of the above
};

}  // namespace perhaps
