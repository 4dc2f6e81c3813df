#include "core/base/digest.hpp"

#include <set>

#include <doctest/doctest.h>

using namespace dreamina;

namespace {

std::string digest(std::initializer_list<std::string_view> pieces, std::string_view key = {})
{
    Digester digester{key};
    for (const std::string_view piece : pieces) digester.add(piece);
    return digester.hex();
}

}  // namespace

TEST_CASE("the same text has the same digest, another text or another key another one")
{
    CHECK(digest({"a", "b"}) == digest({"a", "b"}));
    CHECK(digest({"a"}, "key") == digest({"a"}, "key"));
    const std::set<std::string> different{
        digest({}),          digest({""}),    digest({"a"}),        digest({"ab", "c"}),
        digest({"a", "bc"}), digest({"abc"}), digest({"a"}, "key"), digest({"a"}, "other key")};
    CHECK(different.size() == 8);
    CHECK(digest({"a"}).size() == 32);
}
