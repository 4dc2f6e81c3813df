#include "net/body.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <doctest/doctest.h>

using namespace dreamina;

namespace {

std::shared_ptr<const Body> in_memory(std::string text) { return std::make_shared<const Body>(std::move(text)); }

std::shared_ptr<const Body> in_file(const std::string& text)
{
    UniqueFd fd{::memfd_create("body", 0)};
    REQUIRE(::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    return std::make_shared<const Body>(std::move(fd), text.size());
}

}  // namespace

TEST_CASE("an edited body reads as if it had been written so")
{
    const std::vector<BodyEdit> edits{{0, 1, "<"}, {3, 0, "++"}, {5, 2, ""}, {9, 1, ">"}};
    for (const auto& original : {in_memory("0123456789"), in_file("0123456789")}) {
        const auto body = Body::edited(original, edits);
        CHECK(body->text() == "<12++3478>");
        CHECK(body->size() == 10);
        CHECK(body->in_memory() == original->in_memory());
        for (std::size_t from = 0; from <= 10; ++from) {
            std::string part(4, '\0');
            part.resize(body->read(from, part));
            CHECK(part == std::string{"<12++3478>"}.substr(from, 4));
        }
        CHECK(original->text() == "0123456789");
    }
}

TEST_CASE("a body without edits is the same one")
{
    const auto original = in_file("0123456789");
    CHECK(Body::edited(original, {}) == original);
}

TEST_CASE("edits may take everything away, or put something in where nothing was")
{
    CHECK(Body::edited(in_file("abc"), {{0, 3, ""}})->text().empty());
    CHECK(Body::edited(in_memory(""), {{0, 0, "abc"}})->text() == "abc");
    CHECK(Body::edited(Body::edited(in_file("abc"), {{1, 1, "BB"}}), {{2, 1, "x"}})->text() == "aBxc");
}
