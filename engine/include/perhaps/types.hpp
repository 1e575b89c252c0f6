// What goes into the engine and what comes out: plain data, mirrored field by field in
// app/perhaps/inference/: protocol.py, model_facts.py and answer_facts.py.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace perhaps {

using TokenId = std::int32_t;

// ---------------------------------------------------------------- loading

// Where embeddings of pictures are kept from run to run.
struct DiskCacheOptions {
    std::string root;          // a folder; empty keeps nothing on disk
    std::string fingerprint;   // of all that embeddings depend on besides the pixels
    std::uint64_t budget = 0;  // bytes, of all fingerprints together
};

struct LoadOptions {
    // Of the language model: auto, gpu, cpu, a backend's name (such as cuda), or a device's.
    std::string device = "auto";
    std::string vision_device = "auto";   // of the projector, likewise; the first of several
    int gpu_layers = -1;                  // layers on the device; -1 for as many as fit
    std::uint64_t gpu_memory = 0;         // bytes of each GPU to use; 0 for what is free
    bool compare_vision = false;          // of a projector on a GPU: compare it with the CPU
    int context_size = 0;                 // tokens; 0 for what it was trained with, at most 4096
    int threads = 0;                      // 0 for one per physical core
    std::optional<bool> flash_attention;  // nothing leaves the choice to the backend
    DiskCacheOptions disk_cache;
};

enum class LoadStage { model, projector, comparison, warm_up };

struct LoadProgress {
    LoadStage stage = LoadStage::model;
    float fraction = 0;  // of this stage, 0 to 1
    bool done = false;   // the model can be asked
};

// Why a half of the model is where it is.
enum class PlacementReason {
    best,         // all of it is on GPUs, or there is none
    asked,        // the options want it on the CPU
    memory,       // the GPUs have too little
    unsupported,  // their backend cannot compute all of its operations
};

struct DeviceShare {
    std::string device;
    int units = 0;
};

struct DevicePlacement {
    std::string device;   // the GPU that does most, else CPU
    std::string backend;  // such as CPU, CUDA, Vulkan
    int on_device = 0;    // units that are there ...
    int total = 0;        // ... of all units
    PlacementReason reason = PlacementReason::best;
    std::vector<DeviceShare> shares;  // of all devices, GPUs first
};

// What a pair takes of one device, in bytes: weights, KV cache and compute buffers.
struct MemoryUse {
    std::string device;
    std::uint64_t available = 0;  // before the loading
    std::uint64_t wanted = 0;     // to have all of it there
    std::uint64_t planned = 0;    // for the part that was chosen
    std::uint64_t taken = 0;      // when it was loaded
};

struct ModelInfo {
    std::string name;  // from the file, not trusted
    std::string architecture;
    std::uint64_t parameters = 0;
    std::uint64_t size_bytes = 0;  // of the tensors
    int context_size = 0;          // tokens
    int trained_context = 0;       // tokens
    int vocabulary_size = 0;
    bool sees = false;          // has a projector for pictures
    std::string chat_template;  // empty where the file has none
    std::string bos_text;       // what a template writes for the begin-of-text token
    std::string eos_text;
    DevicePlacement language;               // counted in layers, while decoding
    std::optional<DevicePlacement> vision;  // counted in operations, while encoding
    std::vector<std::string> gpus;          // that this machine has
    std::vector<MemoryUse> memory;
    std::optional<double> vision_similarity;  // cosine to the CPU's embeddings, where compared
    double load_ms = 0;
};

struct DeviceInfo {
    std::string name;
    std::string description;
    std::string backend;
    std::string kind;               // cpu, gpu, integrated, accelerator
    std::uint64_t memory_free = 0;  // bytes
    std::uint64_t memory_total = 0;
};

// ---------------------------------------------------------------- asking

// Text of the chat template: control tokens in it count.
struct TemplateText {
    std::string text;  // UTF-8
};

// Text of a person or a model: whatever it says, it stays text.
struct UserText {
    std::string text;  // UTF-8
};

struct Picture {
    int width = 0;
    int height = 0;
    std::shared_ptr<const std::vector<std::uint8_t>> rgb;  // [height, width, 3]
    std::string key;                                       // SHA-256 of the pixels
};

using PromptPart = std::variant<TemplateText, UserText, Picture>;
using Prompt = std::vector<PromptPart>;

struct SamplingOptions {
    float temperature = 0.2F;  // 0 takes the most likely token
    int top_k = 40;            // 0 for the whole vocabulary
    float top_p = 0.95F;
    float min_p = 0.05F;
    float repeat_penalty = 1.0F;  // 1 for none
    int repeat_last = 64;         // tokens that the penalty looks back
};

struct GenerationRequest {
    Prompt prompt;
    int max_tokens = 512;  // at least 1
    SamplingOptions sampling;
    std::vector<std::string> stop;
    int top_logprobs = 20;  // candidates of each step, at most 64; 0 computes no probability
    std::uint32_t seed = 0;
    bool keep_logits = false;  // copies the raw logits into each step, to check them

    // Reads the prompt and writes nothing, so that a later request finds it in the cache. Gives
    // way to requests about other pictures.
    bool prepare_only = false;
    // The answer begins with these: they are read like the prompt, and no step tells of them.
    std::vector<TokenId> kept;
    // Then these are written instead of drawn ones, to learn how likely they are ...
    std::vector<TokenId> forced;
    // ... and the answer ends with them, or goes on with drawn ones.
    bool draws_on = false;
    // Neither the embeddings of its pictures nor its prefix are kept for later requests.
    bool transient = false;
};

struct PictureCost {
    int tokens = 0;  // cells of the context
    int tiles = 0;   // pieces that are encoded one by one
};

// ---------------------------------------------------------------- answering

enum class RunStage { queued, encode, image_prefill, text_prefill, decode };

struct RunProgress {
    RunStage stage = RunStage::queued;
    int index = 0;       // of the picture or tile, from 1
    int count = 0;       // of pictures or tiles
    float fraction = 0;  // of the prompt that is read, 0 to 1
};

struct TokenCandidate {
    TokenId id = 0;
    std::string bytes;
    float logprob = 0;              // nats, raw: softmax of the logits at temperature 1
    float sampled_probability = 0;  // after the sampler chain; 0 where it removed the token
};

// Probabilities of one step; all of the raw distribution, before any sampler.
struct StepMeasures {
    float logprob = 0;                       // of the chosen token, nats
    int rank = 0;                            // of the chosen token, 1 for the most likely
    float entropy = 0;                       // nats
    float rest = 0;                          // probability of all tokens that are not candidates
    std::vector<TokenCandidate> candidates;  // most likely first, the chosen one among them
};

struct TokenStep {
    TokenId id = 0;
    std::string bytes;
    std::string text;  // what became complete UTF-8 and cannot begin a stop string
    std::optional<StepMeasures> measures;  // nothing where no probability was asked for
    std::vector<float> logits;             // [vocabulary] where the request keeps them
    bool forced = false;                   // given, not drawn
    std::int64_t elapsed_us = 0;           // since the step before
};

// `prepared` ends requests that write nothing, `forced` those whose tokens were given.
enum class FinishReason { eos, length, context_full, stop, cancelled, failed, prepared, forced };

struct Timings {  // milliseconds
    double image_encode = 0;
    double image_prefill = 0;
    double text_prefill = 0;
    double first_token = 0;  // from submitting to the first token
    double generate = 0;     // from the first token to the last
};

struct Usage {  // tokens
    int prompt_tokens = 0;
    int image_tokens = 0;
    int cached_tokens = 0;
    int generated_tokens = 0;
};

struct RunFinished {
    FinishReason reason = FinishReason::eos;
    std::string text;   // the end of the answer that was held back
    std::string error;  // a sentence, where it failed
    std::string error_kind;
    std::optional<RunStage> stopped_in;  // where a cancelled run was
    Timings timings;
    Usage usage;
    std::uint32_t seed = 0;
};

// What the compute thread did since the model was loaded.
struct Statistics {
    std::uint64_t pictures_encoded = 0;  // tiles count one by one
    std::uint64_t pictures_known = 0;    // whose embeddings were kept ...
    std::uint64_t pictures_on_disk = 0;  // ... of them from an earlier run, on disk
    std::uint64_t batches = 0;
    std::uint64_t batch_tokens = 0;  // of all batches
    std::uint64_t prompt_tokens = 0;
    std::uint64_t cached_tokens = 0;  // of the prompts
    std::uint64_t generated_tokens = 0;
    double encode_ms = 0;
    double image_prefill_ms = 0;
    double batch_ms = 0;  // of all token batches
    // The figures below are of this moment.
    std::uint64_t embedding_bytes = 0;  // in memory
    std::uint64_t parked_bytes = 0;     // of prefixes beside the KV cache
    int held_tokens = 0;                // also parked; shared ones count for each
    int answers = 0;                    // being computed ...
    int waiting = 0;                    // ... or waiting for a sequence or another's prefix
    std::string disk_problem;           // a sentence where embeddings cannot be kept on disk
};

using RunEvent = std::variant<RunProgress, TokenStep, RunFinished>;

}  // namespace perhaps
