#include "net/coroutine.hpp"

#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace dreamina;

namespace {

/// What a coroutine awaits in these tests: the test has the call that resumes it, as often as it copies it.
using Resume = Callback<std::string>::Resume;

Callback<std::string> given_to(std::vector<Resume>& resumes)
{
    return Callback<std::string>{[&resumes](Resume resume) { resumes.push_back(std::move(resume)); }};
}

/// Counts those that live in coroutines.
struct Guest {
    explicit Guest(int& living) : count(living) { ++count; }
    ~Guest() { --count; }
    Guest(const Guest&) = delete;
    Guest& operator=(const Guest&) = delete;
    int& count;
};

Detached two_words(std::vector<Resume>& resumes, int& living, std::string& said)
{
    const Guest guest{living};
    said += "begun ";
    said += co_await given_to(resumes);
    said += co_await given_to(resumes);
}

Detached one_word(Callback<std::string> word, int& living, std::string& said)
{
    const Guest guest{living};
    said += co_await std::move(word);
}

}  // namespace

TEST_CASE("a coroutine runs at once, waits for one call after the other, and ends")
{
    std::vector<Resume> resumes;
    int living = 0;
    std::string said;
    two_words(resumes, living, said);
    CHECK(said == "begun ");
    REQUIRE(resumes.size() == 1);
    CHECK(living == 1);
    resumes[0]("one ");
    REQUIRE(resumes.size() == 2);
    CHECK(living == 1);
    resumes[1]("two");
    CHECK(said == "begun one two");
    CHECK(living == 0);
}

TEST_CASE("where every copy of the call is dropped, so is the coroutine with all that it holds")
{
    std::vector<Resume> resumes;
    int living = 0;
    std::string said;
    two_words(resumes, living, said);
    resumes[0]("one ");
    resumes.push_back(resumes[1]);
    resumes.erase(resumes.begin(), resumes.begin() + 2);
    CHECK(living == 1);
    resumes.clear();
    CHECK(living == 0);
    CHECK(said == "begun one ");
}

TEST_CASE("a call that is dropped before anybody could keep it ends the coroutine as well")
{
    int living = 0;
    std::string said;
    one_word(Callback<std::string>{[](const Resume&) {}}, living, said);
    CHECK(living == 0);
    CHECK(said.empty());
}

TEST_CASE("the call may come at once, and the coroutine end within")
{
    int living = 0;
    std::string said;
    const auto word = std::make_shared<std::string>("now");  // what `start` holds lives until it returns
    one_word(Callback<std::string>{[word, &living](const Resume& resume) {
                 resume(*word);
                 CHECK(living == 0);
                 CHECK(*word == "now");
             }},
             living, said);
    CHECK(said == "now");
    CHECK(word.use_count() == 1);
}

TEST_CASE("a call that is kept after it was made keeps nothing of a coroutine that ended")
{
    std::vector<Resume> resumes;
    int living = 0;
    std::string said;
    one_word(given_to(resumes), living, said);
    const Resume kept = resumes[0];
    kept("one");
    CHECK(living == 0);
    resumes.clear();
    CHECK(said == "one");
}
