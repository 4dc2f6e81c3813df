#include <thread>

#include "core/base/time_ordered_id.hpp"
#include "core/pool/request_log.hpp"
#include "scheduler/job_run.hpp"
#include "core/storage/engine/insert.hpp"
#include "core/storage/generations/generation_files.hpp"
#include "core/storage/generations/generation_store.hpp"
#include "core/storage/stores/session_store.hpp"
#include "core/storage/log/statistics_store.hpp"
#include "core/storage/engine/transaction.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

struct Pruning : JobRun {
    /// A job as old as that, with items for as many accounts.
    void add_job(const std::string& state, milliseconds age, int items = 1)
    {
        Transaction transaction{**this};
        const bool ended = state != "queued" && state != "running";
        const std::int64_t job =
            insert_row(**this,
                       "INSERT INTO jobs (kind, state, requested_by, created_at, updated_at, ended_at) "
                       "VALUES ('points_update', ?, 'admin', ?, ?, ?) RETURNING id",
                       state, now - age, now - age, ended ? std::optional{now - age} : std::nullopt);
        for (int i = 0; i < items; ++i)
            (*this)->run("INSERT INTO job_items (job_id, state, updated_at) VALUES (?, 'done', ?)", job, now - age);
        transaction.commit();
    }
    std::int64_t jobs() { return number(**this, "SELECT count(*) FROM jobs"); }
    std::int64_t items() { return number(**this, "SELECT count(*) FROM job_items"); }
};

}  // namespace

TEST_CASE("ended jobs go with their accounts' rows after RETENTION_DAYS; those that wait or run stay")
{
    Pruning pruning;
    pruning.settings.retention_days = 10;
    for (const char* state : {"done", "failed", "cancelled"}) pruning.add_job(state, 24h * 10 + 1ms, 450);
    pruning.add_job("queued", 24h * 400);
    pruning.add_job("running", 24h * 400);
    pruning.add_job("done", 24h * 10);
    CHECK(pruning.run(prune).starts_with("Removed 3 jobs and "));
    CHECK(pruning.jobs() == 3);
    CHECK(pruning.items() == 3);
    CHECK(pruning.run(prune).starts_with("Removed 0 jobs"));
}

TEST_CASE("many jobs and a very large one go too, and others write meanwhile")
{
    Pruning pruning;
    for (int i = 0; i < 450; ++i) pruning.add_job("done", 24h * 31, 0);
    pruning.add_job("done", 24h * 31, 20'000);
    int written = 0;
    std::jthread writer{[&](const std::stop_token& stop) {
        Database database{pruning.file};
        while (!stop.stop_requested()) {
            Transaction transaction{database};
            transaction.commit();
            ++written;
        }
    }};
    pruning.run(prune);
    writer.request_stop();
    writer.join();
    CHECK(pruning.jobs() == 0);
    CHECK(pruning.items() == 0);
    CHECK(written > 5);  // it goes on in pieces: in one there would be room for one before and one after it
}

TEST_CASE("rows of the request log go after RETENTION_DAYS; their sums stay")
{
    Pruning pruning;
    pruning.settings.retention_days = 10;
    const auto log = [&](Time began) {
        GatheredSums sums;
        log_end(*pruning,
                {.facts = {.id = new_time_ordered_id(began), .began_at = began},
                 .model = "jimeng-4.0",
                 .end = {.attempts = 1},
                 .last_attempt = AttemptRecord{.account = 1, .began_at = began}},
                sums);
        StatisticsStore{*pruning}.add(sums);
    };
    log(pruning.now - 24h * 10 - 1ms);
    log(pruning.now - 24h * 60);
    log(pruning.now - 24h * 10);
    const std::string summary = pruning.run(prune);
    CHECK(summary.find("2 requests (before") != std::string::npos);
    CHECK(number(*pruning, "SELECT count(*) FROM requests") == 1);
    CHECK(number(*pruning, "SELECT sum(requests) FROM request_hours") == 2);
    CHECK(number(*pruning, "SELECT sum(requests) FROM request_days") == 1);  // it was a month and more ago
    CHECK(number(*pruning, "SELECT sum(attempts) FROM attempt_days") == 3);
    CHECK(number(*pruning, "SELECT sum(count) FROM totals WHERE what = 'requests'") == 3);
}

TEST_CASE("logins that ran out go")
{
    Pruning pruning;
    SessionStore sessions{*pruning};
    sessions.add("old", pruning.now - session_idle_limit - 1ms);
    sessions.add("new", pruning.now);
    pruning.run(prune);
    CHECK(text(*pruning, "SELECT token_digest FROM sessions") == "new");
}

TEST_CASE("a stop leaves the rest for the next time")
{
    Pruning pruning;
    pruning.add_job("done", 24h * 31, 5);
    std::stop_source stop;
    stop.request_stop();
    CHECK_THROWS(pruning.run(prune, stop.get_token()));
    CHECK(pruning.jobs() == 1);
    CHECK(pruning.items() == 5);
}

TEST_CASE("generations that have expired go with their files, and files that nobody knows")
{
    Pruning pruning;
    const auto folder = generation_folder(pruning.file);
    GenerationStore store{*pruning};
    const auto write = [&](const std::string& name) {
        auto file = NewFile::create(folder, name);
        REQUIRE(file.has_value());
        CHECK(file->write("x"));
        CHECK(file->finish());
    };
    const auto add = [&](const std::string& id, Time expires_at, bool ends) {
        store.add({.id = id,
                   .method = "POST",
                   .target = "/v1/images/generations",
                   .request_headers = "[]",
                   .body_file = id + ".body",
                   .body_hash = "hash",
                   .created_at = pruning.now,
                   .expires_at = expires_at});
        write(id + ".body");
        if (!ends) return;
        const GenerationEnd end{
            .id = id, .state = GenerationState::completed, .answer_file = id + ".answer", .expires_at = expires_at};
        store.end({&end, 1}, pruning.now);
        write(id + ".answer");
    };
    add("000000000000000000000001", pruning.now - 1ms, true);
    add("000000000000000000000002", pruning.now + 1h, true);
    add("000000000000000000000003", pruning.now - 1h, false);
    write("000000000000000000000009.answer");
    const auto two_days_ago = std::chrono::file_clock::from_sys(pruning.now - 48h);
    std::filesystem::last_write_time(folder / "000000000000000000000009.answer", two_days_ago);
    std::filesystem::last_write_time(folder / "000000000000000000000002.answer", two_days_ago);
    pruning.run(prune);
    CHECK_FALSE(std::filesystem::exists(folder / "000000000000000000000001.body"));
    CHECK_FALSE(std::filesystem::exists(folder / "000000000000000000000001.answer"));
    CHECK(std::filesystem::exists(folder / "000000000000000000000002.answer"));
    CHECK(std::filesystem::exists(folder / "000000000000000000000003.body"));
    CHECK_FALSE(std::filesystem::exists(folder / "000000000000000000000009.answer"));
    CHECK(number(*pruning, "SELECT count(*) FROM generations") == 2);
}
