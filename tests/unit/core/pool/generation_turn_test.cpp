#include "core/pool/generation_turn.hpp"

#include "core/pool/write_queue_worker.hpp"
#include "core/storage/generations/generation_admission.hpp"

using namespace dreamina;

namespace {

struct GenerationWorker : Worker {
    GenerationStore store{*pool};

    static std::string id_of(int number) { return fmt::format("{:024x}", number); }

    /// Its row, and its claim on an account.
    std::shared_ptr<const GenerationClaim> asked(int number, milliseconds wait_for = {})
    {
        auto claim = std::make_shared<GenerationClaim>(GenerationClaim{.id = id_of(number)});
        const NewGeneration wanted{.row = {.id = claim->id,
                                           .method = "POST",
                                           .target = "/v1/images/generations",
                                           .request_headers = "[]",
                                           .model = rule.id,
                                           .body_file = "body",
                                           .body_hash = "hash",
                                           .worker = "w",
                                           .created_at = pool.now,
                                           .expires_at = pool.now + 24h},
                                   .max_queued_of_key = 10,
                                   .max_queued = 10};
        write_queue->run([claim, wanted, now = pool.now](Database& database) {
            claim->is_admitted = admit(database, wanted, now).outcome == Admission::Outcome::admitted;
        });
        write_queue->reserve({.rule = rule,
                              .lease_for = 5min,
                              .wait_for = wait_for,
                              .request = {.id = claim->id, .began_at = pool.now},
                              .generation = claim},
                             answers.reserved());
        return claim;
    }
    GenerationState state(int number) { return store.find(id_of(number)).value().state; }
    void run_until_answered(int count)
    {
        work.run_until([&] { return answers.all() >= count; });
    }
    void settle_as(const Lease& lease, int number)
    {
        auto end = std::make_shared<GenerationEnd>(GenerationEnd{.id = id_of(number),
                                                                 .state = GenerationState::completed,
                                                                 .status = 200,
                                                                 .outcome = "success",
                                                                 .expires_at = pool.now + 24h});
        write_queue->settle({.lease = lease.id,
                             .verdict = Verdict::success,
                             .session_id = lease.session_id,
                             .request = {.id = id_of(number)},
                             .end = RequestEnd{},
                             .generation = end},
                            answers.settlement());
        const int before = answers.settled;
        work.run_until([&] { return answers.settled > before; });
    }
};

}  // namespace

TEST_CASE("a generation is in progress with its lease, and ends with its settlement")
{
    GenerationWorker worker;
    worker.pool.add("a@x.org");
    worker.asked(1);
    worker.run_until_answered(1);
    REQUIRE(worker.answers.leases.size() == 1);
    const auto begun = worker.store.find(worker.id_of(1)).value();
    CHECK(begun.state == GenerationState::in_progress);
    CHECK(begun.sent_at.has_value());
    CHECK(number(*worker.pool, "SELECT lease_id FROM generations") == worker.answers.leases.front().id);
    worker.settle_as(worker.answers.leases.front(), 1);
    CHECK(worker.state(1) == GenerationState::completed);
    CHECK(worker.pool.leases() == 0);
}

TEST_CASE("a generation that waits is queued until an account is free for it")
{
    GenerationWorker worker;
    worker.pool.add("a@x.org");
    worker.limit(1);
    const Lease first = worker.reserve_now();
    worker.asked(1, 1h);
    worker.wait_for_line(1);
    CHECK(worker.state(1) == GenerationState::queued);
    worker.settle(first);
    worker.run_until_answered(2);
    CHECK(worker.answers.leases.size() == 2);
    CHECK(worker.state(1) == GenerationState::in_progress);
}

TEST_CASE("one that was cancelled while it waited is not sent, and its account is free for others")
{
    GenerationWorker worker;
    const AccountId a = worker.pool.add("a@x.org");
    worker.limit(1);
    const Lease first = worker.reserve_now();
    worker.asked(1, 1h);
    worker.wait_for_line(1);
    {
        Transaction transaction{*worker.pool};
        CHECK(worker.store.cancel(worker.id_of(1), worker.pool.now));
        transaction.commit();
    }
    worker.settle(first);
    worker.run_until_answered(2);
    CHECK(worker.answers.refused == 1);
    CHECK(worker.pool.leases() == 0);
    CHECK(worker.pool.calls(a, "jimeng-4.5") == 1);  // the other request's
    CHECK(worker.state(1) == GenerationState::cancelled);
}

TEST_CASE("a turn without generations has nothing to do with them")
{
    GenerationWorker worker;
    worker.pool.add("a@x.org");
    worker.pool->script("DROP TABLE generations; DROP TABLE idempotency_keys");
    worker.settle(worker.reserve_now());
    worker.work.run_until([&] { return worker.answers.settled == 1; });
    CHECK(worker.pool.leases() == 0);
}

TEST_CASE("one that was not admitted gets no account")
{
    GenerationWorker worker;
    const AccountId a = worker.pool.add("a@x.org");
    auto claim = std::make_shared<GenerationClaim>(GenerationClaim{.id = worker.id_of(1)});
    worker.write_queue->reserve({.rule = worker.rule, .lease_for = 5min, .generation = claim},
                                worker.answers.reserved());
    worker.run_until_answered(1);
    CHECK(worker.answers.refused == 1);
    CHECK(worker.pool.calls(a, "jimeng-4.5") == 0);
}

TEST_CASE("what a dead worker had sent has failed when its lease is settled, and is never anybody's")
{
    GenerationWorker worker;
    worker.pool.add("a@x.org");
    worker.asked(1);
    worker.run_until_answered(1);
    CHECK(workers_with_requests(*worker.pool) == std::vector<std::string>{"w"});
    {
        Transaction transaction{*worker.pool};
        CHECK(settle_abandoned(*worker.pool, {"w"}, worker.pool.now) == 1);
        transaction.commit();
    }
    const auto found = worker.store.find(worker.id_of(1)).value();
    CHECK(found.state == GenerationState::failed);
    CHECK(found.error_code == outcome_unknown_code);
    CHECK(worker.store.unowned(1).empty());
    CHECK(worker.pool.leases() == 0);
}

TEST_CASE("one that waits when its worker dies is logged by the worker that sends it")
{
    GenerationWorker worker;
    worker.pool.add("a@x.org");
    worker.limit(1);
    const Lease first = worker.reserve_now();
    worker.asked(1, 1h);
    worker.wait_for_line(1);
    {
        Transaction transaction{*worker.pool};
        settle_abandoned(*worker.pool, {"w"}, worker.pool.now);
        transaction.commit();
    }
    CHECK(worker.state(1) == GenerationState::queued);
    CHECK_FALSE(worker.store.unowned(1).empty());
    CHECK(number(*worker.pool, "SELECT count(*) FROM waiting") == 0);
    CHECK(number(*worker.pool, "SELECT count(*) FROM requests") == 0);
}
