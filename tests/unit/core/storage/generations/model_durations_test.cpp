#include "core/storage/generations/model_durations.hpp"

#include "core/base/time_ordered_id.hpp"
#include "core/storage/log/request_store.hpp"
#include "core/storage/temporary_database.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

void log_request(Database& database, const std::string& model, Time began_at, milliseconds took,
                 RequestOutcome outcome = RequestOutcome::success)
{
    const RequestRecord record{.facts = {.id = new_time_ordered_id(began_at), .began_at = began_at},
                               .model = model,
                               .end = {.outcome = outcome, .took = took},
                               .last_attempt = AttemptRecord{.began_at = began_at, .took = took}};
    RequestStore{database}.add({&record, 1});
}

}  // namespace

TEST_CASE("how long a model takes is known from its last successes, and from a few of them only")
{
    TemporaryDatabase database;
    ModelDurations durations;
    for (int i = 0; i < 4; ++i) log_request(*database, "jimeng-4.0", start + i * 1min, 10s * (4 - i));
    log_request(*database, "jimeng-4.0", start + 5min, 1h, RequestOutcome::interrupted);
    log_request(*database, "jimeng-4.1", start + 5min, 1s);
    CHECK_FALSE(durations.of(*database, "jimeng-4.0", start));
    log_request(*database, "jimeng-4.0", start + 4min, 50s);
    CHECK_FALSE(durations.of(*database, "jimeng-4.0", start + 59s));  // it is not looked all the time
    const auto known = durations.of(*database, "jimeng-4.0", start + 1min);
    REQUIRE(known);
    CHECK(known->sorted == std::vector<milliseconds>{10s, 20s, 30s, 40s, 50s});
    CHECK(known->median() == 30s);
    CHECK(known->progress(30s) == 59);
    CHECK_FALSE(durations.of(*database, "jimeng-4.1", start + 1min));
}
