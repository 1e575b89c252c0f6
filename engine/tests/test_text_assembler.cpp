#include <doctest/doctest.h>

#include <random>
#include <string>

#include "perhaps/text_assembler.hpp"

using perhaps::TextAssembler;

namespace {

// Pushes `text` in random pieces, as tokens that cut characters would bring it.
std::string stream(TextAssembler& assembler, const std::string& text, std::mt19937& generator) {
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = 1 + generator() % 5;
        result += assembler.push(text.substr(at, length));
        at += length;
    }
    return result + assembler.finish();
}

}  // namespace

TEST_CASE("whole characters come out however they were cut") {
    const std::string text = "Zażółć 🧑‍🚀 漢字 e\xCC\x81 ok";
    std::mt19937 generator(1);
    for (int trial = 0; trial < 200; ++trial) {
        TextAssembler assembler({});
        CHECK(stream(assembler, text, generator) == text);
    }
}

TEST_CASE("half a character is held back until it is whole") {
    TextAssembler assembler({});
    CHECK(assembler.push("\xF0\x9F") == "");
    CHECK(assembler.push("\x99\x82!") == "🙂!");
}

TEST_CASE("invalid bytes become the replacement character at once") {
    TextAssembler assembler({});
    CHECK(assembler.push("a\xFF"
                         "b") == "a\uFFFDb");
    CHECK(assembler.push("\xE2\x28") == "\uFFFD(");  // broken off by an ASCII character
    CHECK(assembler.push("\xED\xA0\x80") == "\uFFFD\uFFFD\uFFFD");  // a surrogate
    CHECK(assembler.push("\xC0\x80") == "\uFFFD\uFFFD");            // overlong NUL
}

TEST_CASE("a character that never became whole is flushed as one replacement") {
    TextAssembler assembler({});
    CHECK(assembler.push("x\xF0\x9F\x99") == "x");
    CHECK(assembler.finish() == "\uFFFD");
}

TEST_CASE("text before a stop string comes out, and nothing of it or after it") {
    std::mt19937 generator(2);
    for (int trial = 0; trial < 200; ++trial) {
        TextAssembler assembler({"</s>", "\nUSER:"});
        CHECK(stream(assembler, "It is < red.\nUS\nUSER: more </s>", generator) ==
              "It is < red.\nUS");
        CHECK(assembler.stopped());
    }
}

TEST_CASE("what only began a stop string is given back at the end") {
    TextAssembler assembler({"STOP"});
    CHECK(assembler.push("a ST") == "a ");
    CHECK(assembler.push("O") == "");
    CHECK(assembler.finish() == "STO");
    CHECK_FALSE(assembler.stopped());
}

TEST_CASE("the earliest of several stop strings counts") {
    TextAssembler assembler({"later", "now"});
    CHECK(assembler.push("not now or later") == "not ");
}

TEST_CASE("empty stop strings are ignored") {
    TextAssembler assembler({""});
    CHECK(assembler.push("all") == "all");
    CHECK_FALSE(assembler.stopped());
}

TEST_CASE("any bytes can be made into text") {
    CHECK(perhaps::valid_utf8("caf\xE9") == "caf\uFFFD");
    CHECK(perhaps::valid_utf8("café") == "café");
}
