// Embeddings of pictures in memory, so that no picture is encoded twice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace perhaps {

// Keeps f16, half of what the encoder gives; the oldest leave when the budget is used up.
class EmbeddingCache {
  public:
    explicit EmbeddingCache(std::size_t budget_bytes) : budget_(budget_bytes) {}

    // [tokens × width] floats, or nothing where the key is not known.
    std::vector<float> find(const std::string& key);

    // Stores embeddings and gives them as find() will: rounded to f16. So an answer does not
    // depend on whether its picture was known. What f16 cannot hold is not stored.
    std::vector<float> store(const std::string& key, std::span<const float> embeddings);

    std::size_t size_bytes() const { return size_; }

    // Calls of store(), and of find() that found something.
    std::uint64_t stored() const { return stored_; }
    std::uint64_t found() const { return found_; }

  private:
    struct Entry {
        std::string key;
        std::vector<std::uint16_t> values;  // f16
    };

    void make_room();

    std::size_t budget_;
    std::size_t size_ = 0;
    std::uint64_t stored_ = 0;
    std::uint64_t found_ = 0;
    std::list<Entry> entries_;  // latest use first
    std::unordered_map<std::string, std::list<Entry>::iterator> by_key_;
};

}  // namespace perhaps
