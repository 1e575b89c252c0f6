// The least that llama.cpp takes to read and to write, without anything of ours.
//
// bare_loop MODEL THREADS CONTEXT, then one command a line on its input:
//   generate PROMPT COUNT   read PROMPT tokens, then write COUNT greedy ones
//   at_once PROMPT COUNT    read PROMPT tokens, then write COUNT greedy ones in each of eight
//                           sequences that share them
//   prefill PROMPT          read PROMPT tokens
// Each is answered by one line with the milliseconds: of writing all but the first token, or of
// reading until the first logits.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "llama-cpp.h"

namespace {

using Clock = std::chrono::steady_clock;

constexpr int longest_batch = 512;  // tokens; as in the engine
constexpr int sequences = 8;

double milliseconds_since(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

class BareLoop {
  public:
    BareLoop(const char* path, int threads, int context_size)
        : model_(llama_model_load_from_file(path, llama_model_default_params())) {
        if (!model_) throw std::runtime_error("the model cannot be loaded");
        auto params = llama_context_default_params();
        params.n_ctx = static_cast<unsigned>(context_size);
        params.n_batch = longest_batch;
        params.n_ubatch = longest_batch;
        params.n_seq_max = sequences;
        params.kv_unified = true;
        params.n_outputs_max = sequences;
        params.n_threads = threads;
        params.n_threads_batch = threads;
        params.no_perf = true;
        context_.reset(llama_init_from_model(model_.get(), params));
        if (!context_) throw std::runtime_error("the context cannot be made");
        batch_.reset(llama_batch_ext_init(context_.get()));
        vocabulary_ = llama_vocab_n_tokens(llama_model_get_vocab(model_.get()));
    }

    double generate(int prompt, int count) {
        read(prompt);
        auto token = most_likely(last_row_);
        const auto start = Clock::now();
        for (int i = 1; i < count; ++i) {
            add(0, token, prompt + i - 1, true);
            process();
            token = most_likely(last_row_);
        }
        return milliseconds_since(start);
    }

    double generate_at_once(int prompt, int count) {
        read(prompt);
        auto* memory = llama_get_memory(context_.get());
        for (int s = 1; s < sequences; ++s) llama_memory_seq_cp(memory, 0, s, 0, prompt);
        // Else all would write the same: begin each with another of the likely tokens.
        std::vector<llama_token> tokens(sequences, most_likely(last_row_));
        for (int s = 0; s < sequences; ++s) tokens[s] += s;
        std::vector<int> rows(sequences);
        const auto start = Clock::now();
        for (int i = 1; i < count; ++i) {
            for (int s = 0; s < sequences; ++s) rows[s] = add(s, tokens[s], prompt + i - 1, true);
            process();
            for (int s = 0; s < sequences; ++s) tokens[s] = most_likely(rows[s]);
        }
        return milliseconds_since(start);
    }

    double prefill(int prompt) {
        const auto start = Clock::now();
        read(prompt);
        most_likely(last_row_);
        return milliseconds_since(start);
    }

  private:
    void read(int prompt) {
        llama_memory_clear(llama_get_memory(context_.get()), false);
        for (int i = 0; i < prompt; ++i) {
            // Any ordinary tokens do: how long it takes does not depend on them.
            add(0, 1 + i * 7919 % (vocabulary_ / 2), i, i == prompt - 1);
            if ((i + 1) % longest_batch == 0 || i == prompt - 1) process();
        }
    }

    int add(llama_seq_id sequence, llama_token token, llama_pos position, bool wants_logits) {
        const int row = llama_batch_ext_add_token(batch_.get(), sequence, token);
        if (row < 0) throw std::runtime_error("the batch is full");
        llama_batch_ext_set_pos(batch_.get(), row, &position);
        if (wants_logits) llama_batch_ext_set_output_logits(batch_.get(), row, true);
        last_row_ = row;
        return row;
    }

    void process() {
        const auto code = llama_process(context_.get(), LLAMA_PROCESS_TYPE_DECODE, batch_.get());
        if (code != 0) throw std::runtime_error("llama.cpp says " + std::to_string(code));
        llama_synchronize(context_.get());
        llama_batch_ext_clear(batch_.get());
    }

    llama_token most_likely(int row) const {
        const float* logits = llama_get_logits_ith(context_.get(), row);
        return static_cast<llama_token>(std::max_element(logits, logits + vocabulary_) - logits);
    }

    llama_model_ptr model_;
    llama_context_ptr context_;
    llama_batch_ext_ptr batch_;
    int vocabulary_ = 0;
    int last_row_ = 0;
};

void serve(BareLoop& loop) {
    std::string command;
    while (std::cin >> command) {
        int prompt = 0;
        int count = 0;
        std::cin >> prompt;
        if (command != "prefill") std::cin >> count;
        const double milliseconds = command == "generate"  ? loop.generate(prompt, count)
                                    : command == "at_once" ? loop.generate_at_once(prompt, count)
                                                           : loop.prefill(prompt);
        std::cout << milliseconds << std::endl;
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::cerr << "bare_loop MODEL THREADS CONTEXT\n";
        return 2;
    }
    try {
        llama_backend_init();
        BareLoop loop(argv[1], std::atoi(argv[2]), std::atoi(argv[3]));
        std::cout << "ready" << std::endl;
        serve(loop);
    } catch (const std::exception& error) {
        std::cerr << "bare_loop failed: " << error.what() << "\n";
        return 1;
    }
}
