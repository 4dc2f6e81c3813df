#include "core/storage/log/answer_sample_store.hpp"

#include <fmt/format.h>

#include "core/storage/temporary_database.hpp"
#include "core/storage/engine/transaction.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

TEST_CASE("equal answers share a sample")
{
    TemporaryDatabase database;
    AnswerSampleStore store{*database};
    const AnswerSample sample{.status = 200, .code = -2001, .message = "x", .content_type = "application/json"};
    const auto id = store.keep(sample, start);
    REQUIRE(id);
    CHECK(store.keep(sample, start + 1min) == id);
    const auto kept = store.find(*id);
    REQUIRE(kept);
    CHECK(kept->sample == sample);
    CHECK(kept->first_at == start);
    CHECK(kept->last_at == start + 1min);
    CHECK(kept->count == 2);
    for (AnswerSample other : {sample, sample, sample, sample, sample}) {
        static int which = 0;
        switch (which++) {
        case 0: other.status = 500; break;
        case 1: other.code = -2007; break;
        case 2: other.message = "y"; break;
        case 3: other.error = "y"; break;
        default: other.empty_data = true; break;
        }
        CHECK(store.keep(other, start) != id);
    }
    CHECK(store.all(100).size() == 6);
    CHECK(store.all(100).front().id == *id);  // seen last
    CHECK(store.all(2).size() == 2);
    CHECK_FALSE(store.find(99));
}

TEST_CASE("an upstream whose answers are all different does not fill the disk")
{
    TemporaryDatabase database;
    AnswerSampleStore store{*database};
    Transaction transaction{*database};
    for (std::int64_t i = 0; i < max_answer_samples; ++i)
        CHECK(store.keep({.status = 500, .message = fmt::format("{}", i)}, start));
    CHECK_FALSE(store.keep({.status = 500, .message = "one more"}, start));
    CHECK(store.keep({.status = 500, .message = "0"}, start));
}

TEST_CASE("samples go when they have not been seen for long")
{
    TemporaryDatabase database;
    AnswerSampleStore store{*database};
    const auto old = store.keep({.status = 500, .message = "old"}, start);
    const auto seen = store.keep({.status = 500, .message = "seen again"}, start);
    CHECK(store.keep({.status = 500, .message = "seen again"}, start + 2h) == seen);
    CHECK(store.remove_before(start + 1h, {}) == 1);
    CHECK_FALSE(store.find(*old));
    CHECK(store.find(*seen));
}
