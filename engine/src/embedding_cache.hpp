// Embeddings of pictures, in memory and on disk, so that no picture is encoded twice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "embedding_files.hpp"

namespace perhaps {

// Keeps f16, half of what the encoder gives; the oldest leave the memory when the budget is used
// up. So that an answer does not depend on whether its picture was known, all embeddings are
// given rounded to f16; what f16 cannot hold is neither rounded nor kept.
class EmbeddingCache {
  public:
    EmbeddingCache(std::size_t budget_bytes, const DiskCacheOptions& disk)
        : budget_(budget_bytes), files_(disk) {}

    // [tokens × width] floats, or nothing where the key is not known.
    std::vector<float> find(const std::string& key);

    // Keeps embeddings and gives them as find() will.
    std::vector<float> store(const std::string& key, std::span<const float> embeddings);

    // Gives embeddings as store() does, and keeps nothing.
    std::vector<float> pass(std::span<const float> embeddings);

    std::size_t size_bytes() const { return size_; }
    const EmbeddingFiles& files() const { return files_; }

    // Pictures that were encoded, and calls of find() that found something.
    std::uint64_t encoded() const { return encoded_; }
    std::uint64_t found() const { return found_; }

  private:
    using Halves = EmbeddingFiles::Halves;

    struct Entry {
        std::string key;
        Halves values;
    };

    void keep(const std::string& key, Halves values);
    void make_room();

    std::size_t budget_;
    std::size_t size_ = 0;
    std::uint64_t encoded_ = 0;
    std::uint64_t found_ = 0;
    std::list<Entry> entries_;  // latest use first
    std::unordered_map<std::string, std::list<Entry>::iterator> by_key_;
    EmbeddingFiles files_;
};

}  // namespace perhaps
