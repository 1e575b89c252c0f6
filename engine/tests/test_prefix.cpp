#include <doctest/doctest.h>

#include "perhaps/prefix.hpp"

using namespace perhaps;

namespace {

PrefixEntry token(TokenId id) {
    return {.token = id, .image_key = {}};
}
PrefixEntry image(const char* key) {
    return {.token = -1, .image_key = key, .cells = 64, .positions = 8};
}

}  // namespace

TEST_CASE("a follow-up shares everything up to its own words") {
    const PrefixEntries cached{token(1), image("a/0"), token(2), token(3), token(9)};
    const PrefixEntries wanted{token(1), image("a/0"), token(2), token(3), token(4), token(5)};
    CHECK(common_prefix(cached, wanted) == 4);
}

TEST_CASE("another picture ends the common prefix before it") {
    CHECK(common_prefix({token(1), image("a/0"), token(2)}, {token(1), image("b/0"), token(2)}) ==
          1);
    CHECK(common_prefix({image("a/0"), image("a/1")}, {image("a/0"), image("a/2")}) == 1);
}

TEST_CASE("an empty cache shares nothing") {
    CHECK(common_prefix({}, {token(1)}) == 0);
    CHECK(common_prefix({token(1)}, {}) == 0);
}

TEST_CASE("cells and positions are counted apart") {
    const PrefixEntries entries{token(1), image("a/0"), token(2)};
    CHECK(count_cells(entries, 0, 3) == 66);
    CHECK(count_positions(entries, 0, 3) == 10);
    CHECK(count_positions(entries, 0, 1) == 1);
}
