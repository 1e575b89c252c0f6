#include "vision_check.hpp"

#include <cmath>
#include <vector>

#include "perhaps/errors.hpp"

namespace perhaps {
namespace {

constexpr int side = 336;  // pixels, what many encoders were trained with

// Edges, gradients and colours, so that every patch differs from its neighbours.
std::vector<unsigned char> picture() {
    std::vector<unsigned char> rgb;
    rgb.reserve(std::size_t{side} * side * 3);
    for (int y = 0; y < side; ++y) {
        for (int x = 0; x < side; ++x) {
            const bool in_circle = std::hypot(x - side / 2, y - side / 2) < side / 3.0;
            const bool in_tile = (x / 16 + y / 24) % 2 != 0;
            rgb.push_back(static_cast<unsigned char>(in_circle ? 230 : x * 255 / side));
            rgb.push_back(static_cast<unsigned char>(in_tile ? 200 : 40));
            rgb.push_back(static_cast<unsigned char>(y * 255 / side));
        }
    }
    return rgb;
}

std::vector<float> embeddings(VisionEncoder& encoder) {
    const auto rgb = picture();
    const mtmd::input_chunks chunks(
        tokenize_picture(encoder.context(), mtmd::bitmap(side, side, rgb.data())).release());
    std::vector<float> all;
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        if (mtmd_input_chunk_get_type(chunks[i]) != MTMD_INPUT_CHUNK_TYPE_IMAGE) continue;
        const auto part = encoder.encode(chunks[i]);
        all.insert(all.end(), part.begin(), part.end());
    }
    return all;
}

double cosine(const std::vector<float>& left, const std::vector<float>& right) {
    double product = 0;
    double left_square = 0;
    double right_square = 0;
    for (std::size_t i = 0; i < left.size(); ++i) {
        product += double{left[i]} * right[i];
        left_square += double{left[i]} * left[i];
        right_square += double{right[i]} * right[i];
    }
    const double similarity = product / std::sqrt(left_square * right_square);
    return std::isfinite(similarity) ? similarity : 0;  // of nothing, or of what is no number
}

}  // namespace

double compare_with_cpu(VisionEncoder& encoder, const std::string& projector_path,
                        const llama_model* model, const LoadOptions& options,
                        const StopSignal& stop, LoadMonitor& monitor) {
    const auto here = embeddings(encoder);
    VisionEncoder reference(projector_path, model, options, nullptr, stop, monitor);
    const auto there = embeddings(reference);
    if (stop.requested()) throw LoadCancelledError("Loading was stopped.");
    return here.size() == there.size() ? cosine(here, there) : 0;
}

}  // namespace perhaps
