#include "core/storage/log/audit_store.hpp"

#include "core/storage/maintenance/retention.hpp"
#include "core/storage/temporary_database.hpp"
#include "core/storage/engine/transaction.hpp"

using namespace dreamina;
using namespace std::chrono_literals;

namespace {

struct Trail : TemporaryDatabase {
    std::int64_t add(AuditAction action, AuditSubject subject, const std::string& id, const std::string& name,
                     CallerKind who = CallerKind::password, const std::string& address = "10.0.0.1")
    {
        return store.add({.at = now,
                          .caller = {.kind = who, .session = {}, .address = address},
                          .action = action,
                          .subject = subject,
                          .subject_id = id,
                          .subject_name = name,
                          .old_fields = R"({"points":1})",
                          .new_fields = R"({"points":2})"});
    }
    std::vector<std::int64_t> ids(const AuditFilter& filter, std::int64_t count = 1000)
    {
        std::vector<std::int64_t> found;
        for (const AuditRow& row : store.list(filter, count)) found.push_back(row.id);
        return found;
    }
    void fail_login(const std::string& address)
    {
        store.add_failed_login({.kind = CallerKind::anonymous, .session = {}, .address = address}, now);
    }

    AuditStore store{**this};
    Time now = at("2026-11-22T10:00:00Z");
};

using Ids = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("what is written is read, the newest first")
{
    Trail trail;
    trail.add(AuditAction::create, AuditSubject::account, "7", "a@x.org", CallerKind::session, "::1");
    trail.now += 1s;
    const auto id = trail.store.add({.at = trail.now,
                                     .caller = {.kind = CallerKind::command_line, .session = {}, .address = {}},
                                     .action = AuditAction::backup,
                                     .subject = AuditSubject::database,
                                     .subject_id = {},
                                     .subject_name = {},
                                     .old_fields = {},
                                     .new_fields = {}});
    const auto rows = trail.store.list({}, 10);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].id == id);
    CHECK(rows[0].caller.kind == CallerKind::command_line);
    CHECK(rows[0].caller.address == "");
    CHECK_FALSE(rows[0].subject_id);
    CHECK_FALSE(rows[0].old_fields);
    CHECK(rows[1].at == at("2026-11-22T10:00:00Z"));
    CHECK(rows[1].caller.kind == CallerKind::session);
    CHECK(rows[1].caller.address == "::1");
    CHECK(rows[1].action == AuditAction::create);
    CHECK(rows[1].subject == AuditSubject::account);
    CHECK(rows[1].subject_id == "7");
    CHECK(rows[1].subject_name == "a@x.org");
    CHECK(rows[1].old_fields == R"({"points":1})");
    CHECK(rows[1].new_fields == R"({"points":2})");
    CHECK(rows[1].repeats == 1);
    CHECK_FALSE(rows[1].last_at);
}

TEST_CASE("filters, alone and together")
{
    Trail trail;
    const auto a = trail.add(AuditAction::create, AuditSubject::account, "1", "Anna@x.org");
    trail.now += 1min;
    const auto b =
        trail.add(AuditAction::ban, AuditSubject::account, "1", "Anna@x.org", CallerKind::session, "10.0.0.2");
    trail.now += 1min;
    const auto c = trail.add(AuditAction::create, AuditSubject::job, "1", "points_update");
    trail.now += 1min;
    const auto d = trail.add(AuditAction::create, AuditSubject::account, "2", "bert@x.org");

    CHECK(trail.ids({}) == Ids{d, c, b, a});
    CHECK(trail.ids({}, 2) == Ids{d, c});
    CHECK(trail.ids({.from = at("2026-11-22T10:01:00Z")}) == Ids{d, c, b});
    CHECK(trail.ids({.to = at("2026-11-22T10:01:00Z")}) == Ids{a});
    CHECK(trail.ids({.who = CallerKind::session}) == Ids{b});
    CHECK(trail.ids({.address = "10.0.0.1"}) == Ids{d, c, a});
    CHECK(trail.ids({.action = AuditAction::create}) == Ids{d, c, a});
    CHECK(trail.ids({.subject = AuditSubject::account}) == Ids{d, b, a});
    CHECK(trail.ids({.subject_id = "1"}) == Ids{c, b, a});
    CHECK(trail.ids({.subject = AuditSubject::account, .subject_id = "1"}) == Ids{b, a});
    CHECK(trail.ids({.action = AuditAction::ban, .subject = AuditSubject::account, .subject_id = "1"}) == Ids{b});
    CHECK(trail.ids({.subject = AuditSubject::account, .subject_id = "3"}) == Ids{});
    CHECK(trail.ids({.name_part = "ANNA@"}) == Ids{b, a});
    CHECK(trail.ids({.name_part = "%"}) == Ids{});
    CHECK(trail.ids({.from = at("2026-11-22T10:01:00Z"), .action = AuditAction::create, .name_part = "x.org"}) ==
          Ids{d});
}

TEST_CASE("pages follow each other without a gap, also over one moment and while others write")
{
    Trail trail;
    Ids all;
    for (int i = 0; i < 7; ++i)
        all.insert(all.begin(), trail.add(AuditAction::create, AuditSubject::account, "1", "a"));
    Ids seen;
    AuditFilter filter;
    for (;;) {
        const auto rows = trail.store.list(filter, 3);
        if (rows.empty()) break;
        for (const AuditRow& row : rows) seen.push_back(row.id);
        filter.after = AuditCursor{rows.back().at, rows.back().id};
        trail.now += 1s;
        trail.add(AuditAction::create, AuditSubject::account, "2", "b");
    }
    CHECK(seen == all);
}

TEST_CASE("rows go with a change that is rolled back, and are taken back for one that did not come about")
{
    Trail trail;
    {
        Transaction transaction{*trail};
        trail.add(AuditAction::create, AuditSubject::account, "1", "a");
    }
    CHECK(trail.ids({}).empty());
    const auto kept = trail.add(AuditAction::change, AuditSubject::setting, "PORT", "PORT");
    const auto gone = trail.add(AuditAction::change, AuditSubject::setting, "HOST", "HOST");
    trail.store.take_back({gone});
    CHECK(trail.ids({}) == Ids{kept});
}

TEST_CASE("failed logins: one row for an address and an hour")
{
    Trail trail;
    trail.fail_login("10.0.0.1");
    for (int i = 0; i < 99; ++i) {
        trail.now += 30s;
        trail.fail_login("10.0.0.1");
    }
    trail.fail_login("10.0.0.2");
    auto rows = trail.store.list({}, 10);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].caller.address == "10.0.0.2");
    CHECK(rows[0].repeats == 1);
    CHECK_FALSE(rows[0].last_at);
    CHECK(rows[1].caller.address == "10.0.0.1");
    CHECK(rows[1].repeats == 100);
    CHECK(rows[1].at == at("2026-11-22T10:00:00Z"));
    CHECK(rows[1].last_at == trail.now);

    trail.now = at("2026-11-22T11:00:00Z");
    trail.fail_login("10.0.0.1");
    rows = trail.store.list({}, 10);
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].repeats == 1);
    CHECK(rows[2].repeats == 100);
}

TEST_CASE("a flood of failed logins from everywhere ends in one row")
{
    Trail trail;
    for (int i = 0; i < 1000; ++i) {
        trail.now += 1ms;
        trail.fail_login("10.1." + std::to_string(i / 250) + "." + std::to_string(i % 250));
    }
    const auto rows = trail.store.list({}, 2000);
    REQUIRE(std::int64_t(rows.size()) == max_failed_login_rows + 1);
    CHECK(rows[0].caller.address == "");
    CHECK(rows[0].repeats == 1000 - max_failed_login_rows);
    CHECK(rows[1].repeats == 1);
    trail.fail_login("10.1.0.0");  // one that has a row
    CHECK(trail.store.list({}, 2000).back().repeats == 2);
    CHECK(number(*trail, "SELECT sum(repeats) FROM audit") == 1001);
}

TEST_CASE("what is old goes in pieces, and stops where it is told to")
{
    Trail trail;
    for (int i = 0; i < 450; ++i) trail.add(AuditAction::create, AuditSubject::account, "1", "a");
    trail.now += 1h;
    const auto young = trail.add(AuditAction::create, AuditSubject::account, "1", "a");
    std::stop_source stop;
    stop.request_stop();
    CHECK(remove_audit_before(*trail, trail.now, stop.get_token()) == 0);
    CHECK(remove_audit_before(*trail, trail.now, {}) == 450);
    CHECK(trail.ids({}) == Ids{young});
}

TEST_CASE("a commit that must last lasts, and the next ones are quick again")
{
    TemporaryDatabase database;
    {
        const DurableCommits durable{*database};
        CHECK(number(*database, "PRAGMA synchronous") == 2);
    }
    CHECK(number(*database, "PRAGMA synchronous") == 1);
}

TEST_CASE("a row for many accounts is found by each of them, and takes its list along when it goes")
{
    Trail trail;
    const auto own = trail.add(AuditAction::create, AuditSubject::account, "7", "g@x.org");
    const auto many = trail.store.add({.at = trail.now, .action = AuditAction::ban, .subject = AuditSubject::account});
    const auto job = trail.add(AuditAction::queue, AuditSubject::job, "7", "points_update");
    trail.store.add_accounts(many, std::vector<AccountRange>{{.first = 3, .last = 5}, {.first = 7, .last = 7}});
    const auto of_account = [&](const std::string& id) {
        return trail.ids({.subject = AuditSubject::account, .subject_id = id});
    };
    CHECK(of_account("7") == Ids{many, own});
    CHECK(of_account("3") == Ids{many});
    CHECK(of_account("6").empty());
    CHECK(of_account("x").empty());
    CHECK(trail.ids({.subject = AuditSubject::job, .subject_id = "7"}) == Ids{job});
    CHECK(trail.ids({.subject_id = "7"}) == Ids{job, many, own});

    // It goes on: the last range has grown, and another has begun.
    trail.store.add_accounts(many, std::vector<AccountRange>{{.first = 7, .last = 9, .emails = "h@x.org\ni@x.org"},
                                                             {.first = 20, .last = 20, .emails = "t@x.org"}});
    CHECK(of_account("9") == Ids{many});
    CHECK(of_account("20") == Ids{many});
    CHECK(number(*trail, "SELECT count(*) FROM audit_accounts") == 3);
    CHECK(trail.ids({.name_part = "I@X"}) == Ids{many});
    CHECK(trail.ids({.name_part = "g@x"}) == Ids{own});
    CHECK(trail.ids({.action = AuditAction::ban, .name_part = "u@x"}).empty());

    CHECK(remove_audit_before(*trail, trail.now + 1s, {}) == 3);
    CHECK(number(*trail, "SELECT count(*) FROM audit_accounts") == 0);
}

TEST_CASE("a change that is made in pieces tells in its row what has come of it by now")
{
    Trail trail;
    const auto first = trail.add(AuditAction::ban, AuditSubject::account, "7", "a@x.org");
    const auto row = trail.add(AuditAction::ban, AuditSubject::account, "", "");
    trail.store.set_new_fields(row, R"({"accounts":2000})");
    const auto rows = trail.store.list({}, 10);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].id == row);
    CHECK(rows[0].new_fields == R"({"accounts":2000})");
    CHECK(rows[1].id == first);
    CHECK(rows[1].new_fields == R"({"points":2})");
}
