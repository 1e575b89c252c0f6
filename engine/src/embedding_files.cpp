#include "embedding_files.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <span>
#include <system_error>

#include "perhaps/text_assembler.hpp"

namespace perhaps {
namespace {

namespace fs = std::filesystem;

constexpr std::array<char, 8> magic = {'P', 'e', 'r', 'h', 'E', 'm', 'b', '1'};
constexpr std::uint64_t most_values = 1U << 28U;  // of one picture; more is a damaged header
constexpr std::size_t most_queued = 32;

// What precedes the key and the values in a file.
struct Header {
    std::array<char, 8> magic;
    std::uint64_t key_length;   // bytes
    std::uint64_t value_count;  // of two bytes each
    std::uint64_t checksum;     // of key and values
};

// FNV-1a, 64 bit: Fowler, Noll and Vo, http://www.isthe.com/chongo/tech/comp/fnv/.
std::uint64_t checksum(std::span<const char> bytes, std::uint64_t hash = 0xCBF29CE484222325U) {
    for (const char byte : bytes) {
        hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001B3U;
    }
    return hash;
}

std::span<const char> bytes_of(const EmbeddingFiles::Halves& values) {
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(values[0])};
}

std::uint64_t checksum_of(const std::string& key, const EmbeddingFiles::Halves& values) {
    return checksum(bytes_of(values), checksum(key));
}

std::string hexadecimal(std::uint64_t number) {
    constexpr auto digits = "0123456789abcdef";
    std::string text(16, '0');
    for (auto digit = text.rbegin(); digit != text.rend(); ++digit, number >>= 4U) {
        *digit = digits[number & 15U];
    }
    return text;
}

// Nothing where the file is not whole, or another key's.
EmbeddingFiles::Halves read_whole(const fs::path& path, const std::string& key) {
    std::ifstream file(path, std::ios::binary);
    Header header{};
    if (!file.read(reinterpret_cast<char*>(&header), sizeof header)) return {};
    if (header.magic != magic || header.key_length != key.size()) return {};
    if (header.value_count == 0 || header.value_count > most_values) return {};
    std::error_code error;
    const auto size = sizeof header + key.size() + header.value_count * sizeof(std::uint16_t);
    if (fs::file_size(path, error) != size || error) return {};

    std::string written_key(key.size(), '\0');
    EmbeddingFiles::Halves values(header.value_count);
    file.read(written_key.data(), static_cast<std::streamsize>(key.size()));
    file.read(reinterpret_cast<char*>(values.data()),
              static_cast<std::streamsize>(values.size() * sizeof values[0]));
    if (!file || written_key != key || checksum_of(key, values) != header.checksum) return {};
    return values;
}

// False where the disk did not take all of it; errno tells why.
bool write_whole(const fs::path& path, const std::string& key,
                 const EmbeddingFiles::Halves& values) {
    const Header header{magic, key.size(), values.size(), checksum_of(key, values)};
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(reinterpret_cast<const char*>(&header), sizeof header);
    file.write(key.data(), static_cast<std::streamsize>(key.size()));
    const auto bytes = bytes_of(values);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    file.close();
    return !file.fail();
}

}  // namespace

EmbeddingFiles::EmbeddingFiles(const DiskCacheOptions& options)
    : root_(options.root), folder_(root_ / options.fingerprint), budget_(options.budget) {
    if (!root_.empty()) writer_ = std::thread(&EmbeddingFiles::write_queued, this);
}

EmbeddingFiles::~EmbeddingFiles() {
    {
        const std::lock_guard lock(mutex_);
        quitting_ = true;
    }
    changed_.notify_all();
    if (writer_.joinable()) writer_.join();
}

fs::path EmbeddingFiles::path_of(const std::string& key) const {
    return folder_ / (hexadecimal(checksum(key)) + ".f16");
}

EmbeddingFiles::Halves EmbeddingFiles::find(const std::string& key) {
    if (root_.empty()) return {};
    const auto path = path_of(key);
    std::error_code ignored;
    if (!fs::is_regular_file(path, ignored)) return {};
    auto values = read_whole(path, key);
    if (values.empty()) {
        fs::remove(path, ignored);
        return {};
    }
    fs::last_write_time(path, fs::file_time_type::clock::now(), ignored);  // used just now
    ++found_;
    return values;
}

void EmbeddingFiles::store(const std::string& key, const Halves& values) {
    if (root_.empty()) return;
    {
        const std::lock_guard lock(mutex_);
        // A disk slower than the encoder keeps some pictures; the others are encoded again.
        if (!problem_.empty() || queue_.size() >= most_queued) return;
        queue_.push_back({key, values});
    }
    changed_.notify_all();
}

std::string EmbeddingFiles::problem() const {
    const std::lock_guard lock(mutex_);
    return problem_;
}

void EmbeddingFiles::write_queued() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return quitting_ || !queue_.empty(); });
        if (queue_.empty() || !problem_.empty()) return;
        const auto entry = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        write(entry);
        lock.lock();
    }
}

// First under another name, so that no reader meets half a file.
void EmbeddingFiles::write(const Entry& entry) {
    std::error_code error;
    fs::create_directories(folder_, error);
    const auto path = path_of(entry.key);
    auto unfinished = path;
    unfinished += ".new";
    errno = 0;
    if (!error && !write_whole(unfinished, entry.key, entry.values)) {
        error = {errno != 0 ? errno : EIO, std::generic_category()};
    }
    if (!error) fs::rename(unfinished, path, error);
    if (!error) return prune();
    std::error_code ignored;
    fs::remove(unfinished, ignored);
    const std::lock_guard lock(mutex_);
    problem_ = valid_utf8("Encoded pictures are not kept on disk: the folder " + root_.string() +
                          " cannot be written (" + error.message() +
                          "); make room or make it writable, and load the model again.");
}

void EmbeddingFiles::prune() {
    struct Found {
        fs::file_time_type used;
        std::uintmax_t size;
        fs::path path;
    };
    std::vector<Found> files;
    std::uintmax_t total = 0;
    std::error_code error;
    for (fs::recursive_directory_iterator it(root_, error), end; !error && it != end;
         it.increment(error)) {
        std::error_code gone;  // others may delete files meanwhile
        const auto size = it->is_regular_file(gone) ? it->file_size(gone) : 0;
        if (gone || size == 0) continue;
        files.push_back({it->last_write_time(gone), size, it->path()});
        total += size;
    }
    std::sort(files.begin(), files.end(),
              [](const auto& a, const auto& b) { return a.used < b.used; });
    for (const auto& file : files) {
        if (total <= budget_) return;
        fs::remove(file.path, error);
        total -= file.size;
    }
}

}  // namespace perhaps
