#include "core/storage/maintenance/migrations.hpp"

#include <sys/stat.h>

#include <memory>
#include <vector>

#include <fmt/format.h>

#include "core/base/file.hpp"
#include "core/storage/accounts/account_store.hpp"
#include "core/storage/accounts/deleted_accounts.hpp"
#include "core/storage/child_process.hpp"
#include "core/storage/log/request_store.hpp"
#include "core/storage/stores/lease_store.hpp"
#include "core/storage/temporary_database.hpp"

using namespace dreamina;

namespace {

unsigned mode_of(const std::filesystem::path& file)
{
    struct stat found {};
    REQUIRE(::stat(file.c_str(), &found) == 0);
    return found.st_mode & 0777U;
}

std::string refusal(const std::filesystem::path& file)
{
    const auto prepared = prepare_database(file);
    REQUIRE_FALSE(prepared);
    CHECK(prepared.error().message.find(file.string()) != std::string::npos);
    return prepared.error().code;
}

/// A file as a program left it that knew the migrations up to `version`.
void make_older(const std::filesystem::path& file, int version)
{
    Database database{file};
    for (const Migration& migration : embedded_migrations())
        if (migration.version <= version) database.script(std::string{migration.sql});
    database.script(fmt::format("PRAGMA user_version = {}", version));
}

int newest() { return embedded_migrations().back().version; }

}  // namespace

TEST_CASE("the embedded migrations are numbered from 1 without a gap")
{
    int expected = 0;
    for (const Migration& migration : embedded_migrations()) {
        CHECK(migration.version == ++expected);
        const bool is_whole = migration.sql.find("TABLE ") != std::string_view::npos ||
                              migration.sql.find("UPDATE ") != std::string_view::npos;
        CHECK(is_whole);
    }
    CHECK(expected >= 1);
}

TEST_CASE("a fresh file gets the newest schema, its folder too, and only its owner may read it")
{
    TemporaryFolder folder;
    const auto file = folder / "deep/er/dreamina.db";
    const mode_t usual = ::umask(0);
    const auto prepared = prepare_database(file);
    {
        Database database{file};
        CHECK(prepared.has_value());
        CHECK(number(database, "PRAGMA user_version") == newest());
        CHECK(text(database, "PRAGMA integrity_check") == "ok");
        CHECK(number(database, "SELECT count(*) FROM models") == 32);
        CHECK(number(database, "SELECT count(*) FROM accounts") == 0);
        database.run("UPDATE pool_state SET reserve_seq = 1");
        for (const char* end : {"", "-wal", "-shm", ".lock"}) {
            CAPTURE(std::string{end});
            CHECK(mode_of(file.string() + end) == 0600);
        }
    }
    ::umask(usual);
    CHECK_FALSE(std::filesystem::exists(file.string() + ".before-upgrade"));
}

TEST_CASE("an existing file keeps the mode its administrator gave it")
{
    TemporaryFolder folder;
    const auto file = folder / "dreamina.db";
    REQUIRE(prepare_database(file));
    std::filesystem::permissions(file, std::filesystem::perms{0640});
    REQUIRE(prepare_database(file));
    CHECK(mode_of(file) == 0640);
}

TEST_CASE("run twice it changes nothing")
{
    TemporaryDatabase database;
    AccountStore{*database}.add(able_account("a@x.org"), at("2026-11-22T10:00:00Z"));
    const auto schema = text(*database, "SELECT group_concat(sql) FROM sqlite_master");
    REQUIRE(prepare_database(database.file));
    CHECK(number(*database, "SELECT count(*) FROM accounts") == 1);
    CHECK(text(*database, "SELECT group_concat(sql) FROM sqlite_master") == schema);
    CHECK_FALSE(std::filesystem::exists(database.file.string() + ".before-upgrade"));
}

TEST_CASE("several processes that come at the same time: one makes the schema, the others wait for it")
{
    TemporaryFolder folder;
    const auto file = folder / "dreamina.db";
    std::vector<std::unique_ptr<ChildProcess>> children;
    {
        auto hold = lock_file(file.string() + ".lock", true);  // until all of them stand before it
        REQUIRE(hold);
        for (int i = 0; i < 5; ++i) {
            children.push_back(std::make_unique<ChildProcess>([&](const ChildProcess::Say& say) {
                hold->reset();  // the parent's copy of it goes on holding
                say("here");
                return prepare_database(file) ? 0 : 1;
            }));
        }
        for (const auto& child : children) CHECK(child->word() == "here");
    }
    for (const auto& child : children) CHECK(child->exit_status() == 0);
    Database database{file};
    CHECK(number(database, "PRAGMA user_version") == newest());
    CHECK(number(database, "SELECT count(*) FROM models") == 32);
}

TEST_CASE("jobs from before they had items keep their state, and what is unfinished goes on")
{
    TemporaryFolder folder;
    const auto file = folder / "dreamina.db";
    make_older(file, 2);
    {
        Database database{file};
        database.script(R"(
            INSERT INTO accounts (id, email, password, region, created_at, updated_at)
                VALUES (1, 'a@x.org', 'p', 'us', 10, 10), (2, 'b@x.org', 'p', 'us', 10, 10);
            INSERT INTO jobs (id, kind, state, account_id, wanted, requested_by, error, result_account_id, created_at,
                              updated_at)
                VALUES (1, 'session_refresh', 'queued', 1, 1, 'admin', NULL, NULL, 100, 100),
                       (2, 'session_refresh', 'failed', 2, 1, 'engine', 'no mailbox', NULL, 100, 200),
                       (3, 'register', 'done', NULL, 1, 'admin', NULL, 2, 100, 300))");
    }
    REQUIRE(prepare_database(file));

    Database database{file};
    CHECK(number(database, "PRAGMA user_version") == newest());
    CHECK(number(database, "SELECT count(*) FROM pragma_foreign_key_check") == 0);
    CHECK(
        text(database, "SELECT group_concat(kind || ' ' || state || ' ' || total || done || failed, ', ') FROM jobs") ==
        "session_refresh queued 100, session_refresh failed 111, register done 110");
    CHECK(text(database, "SELECT group_concat(job_id || ' ' || account_id || ' ' || state, ', ') FROM job_items") ==
          "1 1 pending, 2 2 failed, 3 2 done");
    CHECK(text(database, "SELECT error FROM job_items WHERE job_id = 2") ==
          R"({"code":"words.legacy","params":{"text":"no mailbox"}})");
}

TEST_CASE("a name that an administrator gave a meaning keeps it when the models of an upgrade come")
{
    TemporaryFolder folder;
    const auto file = folder / "dreamina.db";
    make_older(file, 14);
    Database{file}.script(R"(
        INSERT INTO models (id, needs_points) VALUES ('jimeng-4.7', 0), ('mine', 1);
        INSERT INTO model_names (name, model_id, regions) VALUES
            ('jimeng-4.7', 'jimeng-4.7', 1), ('mine', 'mine', 31), ('jimeng-2.1', 'mine', 2), ('seedance-*', 'mine', 4))");
    REQUIRE(prepare_database(file));

    Database database{file};
    const auto names_of = [&](const std::string& model) {
        return text(database, "SELECT group_concat(name || ' ' || regions, ', ') FROM model_names WHERE model_id = '" +
                                  model + "'");
    };
    CHECK(number(database, "SELECT needs_points FROM models WHERE id = 'jimeng-4.7'") == 0);
    CHECK(names_of("jimeng-4.7") == "jimeng-4.7 1");
    CHECK(names_of("mine") == "mine 31, jimeng-2.1 2, seedance-* 4");
    CHECK(number(database, "SELECT count(*) FROM models WHERE id = 'jimeng-2.1'") == 0);
    CHECK(names_of("jimeng-video-seedance-2.5") == "jimeng-video-seedance-2.5 16, seedance-2.5 16");
}

TEST_CASE("accounts that were deleted before deletion was a mark can be restored after the upgrade as before it")
{
    TemporaryFolder folder;
    const auto file = folder / "dreamina.db";
    make_older(file, 15);
    constexpr std::string_view columns =
        "email, password, region, session_id, proxy_url, points, session_updated_at, created_at, updated_at, "
        "last_used_at, error_count, error_streak, banned, ban_until, disabled, session_expired, points_due_at, "
        "last_used_seq, points_asked_at, refresh_failures, refresh_failed_at, check_failed_at, points_doubted, "
        "proxy_failures";
    constexpr std::string_view values =
        "'a@x.org', 'p', 'hk', 's', 'socks5://p', 1.5, 2, 3, 4, 5, 6, 7, 0, 8, 0, 0, 9, 10, 11, 12, 13, 14, 1, 15";
    const auto row = [&](Database& database, AccountId id) {
        std::string all;
        for (const std::string& name : read_texts(database.query(
                 "SELECT name FROM pragma_table_info('accounts') WHERE name NOT IN ('id', 'deleted_at', 'deletion')")))
            all +=
                text(database, fmt::format("SELECT '{0}=' || quote({0}) FROM accounts WHERE id = ?", name), id) + " ";
        return all;
    };
    std::string before;
    {
        Database older{file};
        older.script(fmt::format("INSERT INTO accounts (id, {}) VALUES (1, {})", columns, values));
        older.script(
            "INSERT INTO accounts (id, email, password, region, created_at, updated_at) VALUES "
            "(77, 'gone', 'p', 'us', 1, 1); DELETE FROM accounts WHERE id = 77");
        older.script(
            "INSERT INTO account_usage VALUES (1, 'jimeng-4.0', 4); INSERT INTO jobs (kind, state, account_id, "
            "requested_by, created_at, updated_at) VALUES ('session_refresh', 'queued', 1, 'me', 1, 1)");
        older.script("INSERT INTO removals VALUES ('token', 100000)");
        older.script(
            fmt::format("INSERT INTO removed_accounts (id, removal, in_flight, exhausted, busy, {}) "
                        "VALUES (2, 'token', 5, 0, 0, {})",
                        columns, values));
        older.script(
            "INSERT INTO removed_usage VALUES (2, 'jimeng-4.0', 3); UPDATE models SET applied_limit = 3 WHERE id "
            "= 'jimeng-4.0'; UPDATE models SET applied_limit = 60 WHERE limit_bit > 0; INSERT INTO api_keys "
            "(name, prefix, digest, created_at, updated_at) VALUES ('k', 'k', 'd', 1, 1)");
        older.script(
            "INSERT INTO removed_leases VALUES (9, 2, 'jimeng-4.0', 'w', 1, 2, 0, 1, NULL, 'r', 1, 1, 'POST', "
            "'/', NULL, 1, 1)");
        before = row(older, 1);
    }
    REQUIRE(prepare_database(file));
    Database database{file};
    CHECK(row(database, 1) == before);
    CHECK(number(database, "SELECT count(*) FROM living_accounts") == 1);
    CHECK(number(database, "SELECT calls FROM account_usage WHERE account_id = 1") == 4);
    CHECK(number(database, "SELECT count(*) FROM jobs WHERE account_id = 1") == 1);
    CHECK(number(database, "SELECT in_flight FROM api_keys") == 1);
    CHECK(text(database,
               "SELECT coalesce(max(name), 'none') FROM sqlite_master WHERE type = 'table' AND name LIKE "
               "'remov%'") == "none");

    DeletedAccounts deleted{database};
    REQUIRE(deleted.begin_restoring("token", from_millis(99'999), from_millis(99'999)));
    CHECK(deleted.restore_next("token", 0, 10).empty());  // its e-mail is the first one's
    AccountStore accounts{database};
    CHECK(accounts.add(able_account("new@x.org"), from_millis(1)) == 78);  // no id is given twice
    accounts.remove(1);
    CHECK(deleted.restore_next("token", 0, 10) == std::vector<AccountId>{2});
    CHECK(number(database, "SELECT in_flight FROM accounts WHERE id = 2") == 1);
    CHECK(number(database, "SELECT exhausted FROM accounts WHERE id = 2") == 1);
    CHECK(accounts.find(2)->usage.at("jimeng-4.0") == 3);
    CHECK(LeaseStore{database}.find(std::vector<LeaseId>{9}).at(0).account == 2);
    CHECK(number(database, "SELECT count(*) FROM pragma_foreign_key_check") == 0);
}

TEST_CASE("workers of the version before find what they use until they have ended")
{
    TemporaryDatabase database;
    for (const char* sql :
         {"INSERT OR IGNORE INTO requests (id, began_at, ended_at, method, path, model, outcome, client_gone, "
          "bytes_in, bytes_out, duration_ms, upstream_ms, attempts, standing_id) VALUES ('r', 1, 1, 'POST', '/', 'm', "
          "'refused', 0, 0, 0, 0, 0, 0, 's')",
          "INSERT OR IGNORE INTO standings (id, total, disabled, banned, without_session, other_region, "
          "without_points, at_limit, busy, proxy_unsafe, accounts) VALUES ('s', 1, 0, 0, 0, 0, 0, 0, 0, 0, '')",
          "DELETE FROM removed_leases WHERE id = 1 RETURNING account_id, model, count_epoch",
          "UPDATE removed_usage SET calls = 1 WHERE 0", "DELETE FROM removed_usage",
          "SELECT 1 FROM removals WHERE restorable_until <= 1 LIMIT 1", "SELECT key_id, complete FROM sealing"}) {
        CAPTURE(std::string{sql});
        CHECK_NOTHROW(database->run(sql));
    }
    CHECK(RequestStore{*database}.eligibility("s")->eligibility.total == 1);
}

TEST_CASE("timed jobs with new names keep what was known of them")
{
    TemporaryFolder folder;
    const auto file = folder / "dreamina.db";
    make_older(file, 19);
    Database{file}.script(R"(
        INSERT INTO schedule (name, last_started_at) VALUES
            ('find_out_upstream', 1), ('forget_removed_accounts', 2), ('prune', 3);
        INSERT INTO audit (at, caller, action, subject_kind, subject_id, subject_name) VALUES
            (1, 'session', 'run', 'schedule', 'find_out_upstream', 'find_out_upstream'),
            (2, 'session', 'run', 'schedule', 'backup', 'backup'))");
    REQUIRE(prepare_database(file));
    Database database{file};
    CHECK(text(database,
               "SELECT group_concat(name || last_started_at) FROM (SELECT * FROM schedule ORDER BY last_started_at)") ==
          "detect_upstream1,purge_deleted_accounts2,prune3");
    CHECK(text(database, "SELECT group_concat(subject_id || subject_name) FROM (SELECT * FROM audit ORDER BY at)") ==
          "detect_upstreamdetect_upstream,backupbackup");
}

TEST_CASE("callers without credentials get their new name in the audit trail")
{
    TemporaryFolder folder;
    const auto file = folder / "dreamina.db";
    make_older(file, 20);
    Database{file}.script(R"(
        INSERT INTO audit (at, caller, action, subject_kind) VALUES
            (1, 'nobody', 'failed_login', 'session'), (2, 'session', 'login', 'session'))");
    REQUIRE(prepare_database(file));
    Database database{file};
    CHECK(text(database, "SELECT group_concat(caller) FROM (SELECT caller FROM audit ORDER BY at)") ==
          "anonymous,session");
}

TEST_CASE("former and new names of a column hold the same, whichever version writes")
{
    TemporaryDatabase database;
    const auto schedule = [&](const char* column) {
        return text(*database, std::string{"SELECT group_concat("} + column + ") FROM schedule ORDER BY name");
    };
    database->run("INSERT INTO schedule (name, said) VALUES ('a', 'old')");
    database->run("INSERT INTO schedule (name, summary) VALUES ('b', 'new')");
    CHECK(schedule("summary") == "old,new");
    CHECK(schedule("said") == "old,new");
    database->run("INSERT INTO schedule (name, said) VALUES ('a', '') ON CONFLICT DO UPDATE SET said = 'older'");
    database->run("UPDATE schedule SET summary = 'newer' WHERE name = 'b'");
    CHECK(schedule("summary") == "older,newer");
    CHECK(schedule("said") == "older,newer");

    database->run("UPDATE upstream_facts SET finding = 'redirect', sentence = 'old'");
    CHECK(text(*database, "SELECT diagnosis || message FROM upstream_facts") == "redirectold");
    database->run("UPDATE upstream_facts SET diagnosis = 'jimeng-api', message = 'new'");
    CHECK(text(*database, "SELECT finding || sentence FROM upstream_facts") == "jimeng-apinew");
}

TEST_CASE("what was said in sentences keeps its words, and the causes of accounts' states become codes")
{
    TemporaryFolder folder;
    const auto file = folder / "dreamina.db";
    make_older(file, 15);
    Database{file}.script(R"(
        INSERT INTO accounts (id, email, password, region, status_note, created_at, updated_at) VALUES
            (1, 'a', 'p', 'us', 'the upstream answered 429', 10, 10),
            (2, 'b', 'p', 'us', 'the upstream''s gateway gave up waiting (524)', 10, 10),
            (3, 'c', 'p', 'us', 'its refresh failed: wrong "password"', 10, 10),
            (4, 'd', 'p', 'us', '4 refreshes failed in a row, so it waits until somebody asks; the last one: no mail',
             10, 10),
            (5, 'e', 'p', 'us', 'kept for the holidays', 10, 10), (6, 'f', 'p', 'us', '', 10, 10),
            (7, 'g', 'p', 'us', NULL, 10, 10);
        INSERT INTO jobs (id, kind, state, error, note, requested_by, created_at, updated_at)
            VALUES (1, 'register', 'failed', 'no luck', NULL, 'admin', 1, 1);
        INSERT INTO job_items (job_id, account_id, state, result, error, updated_at)
            VALUES (1, 1, 'done', 'registered', NULL, 1);
        INSERT INTO schedule (name, said) VALUES ('prune', 'removed 0 jobs'), ('points', '');
        INSERT INTO audit (id, at, caller, action, subject_kind, new_fields) VALUES
            (1, 1, 'token', 'queue', 'job', '{"kind": "points_update", "accounts": "2000 accounts"}'),
            (2, 1, 'token', 'queue', 'job', '{"kind": "points_update", "accounts": "all"}'))");
    REQUIRE(prepare_database(file));

    Database database{file};
    const auto message = [&](const std::string& column, const std::string& rest) {
        auto row = database.query("SELECT " + column + " FROM " + rest);
        return row.next() ? row.message() : Message{"no row"};
    };
    const auto note = [&](int id) { return message("status_note", "accounts WHERE id = " + std::to_string(id)); };
    const auto legacy = [](const char* words) { return Message{"text.legacy", {{"text", words}}}; };
    CHECK(note(1) == Message{"account.rate_limited"});
    CHECK(note(2) == Message{"account.gateway_gave_up"});
    CHECK(note(3) == Message{"account.refresh_failed", {{"reason", legacy("wrong \"password\"")}}});
    CHECK(note(4) == Message{"account.refreshes_given_up", {{"failures", 4}, {"reason", legacy("no mail")}}});
    CHECK(note(5) == legacy("kept for the holidays"));
    CHECK(note(6).empty());
    CHECK(note(7).empty());
    CHECK(text(database, "SELECT new_fields FROM audit WHERE id = 1") == R"({"kind":"points_update","accounts":2000})");
    CHECK(text(database, "SELECT json_extract(new_fields, '$.accounts') FROM audit WHERE id = 2") == "all");
    CHECK(message("error", "jobs") == legacy("no luck"));
    CHECK(message("note", "jobs").empty());
    CHECK(message("result", "job_items") == legacy("registered"));
    CHECK(message("summary", "schedule WHERE name = 'prune'") == legacy("removed 0 jobs"));
    CHECK(message("summary", "schedule WHERE name = 'points'").empty());
}

TEST_CASE("models and their names keep their order, and those that the version before adds come last")
{
    TemporaryFolder folder;
    const auto file = folder / "dreamina.db";
    make_older(file, 20);
    std::vector<std::string> models;
    std::vector<std::string> names;
    {
        Database database{file};
        database.script(R"(
            INSERT INTO models (id, needs_points) VALUES ('added', 0);
            INSERT INTO model_names (name, model_id, regions) VALUES ('z', 'added', 1), ('a', 'added', 1))");
        models = read_texts(database.query("SELECT id FROM models ORDER BY rowid"));
        names = read_texts(database.query("SELECT name FROM model_names ORDER BY rowid"));
    }
    REQUIRE(prepare_database(file));

    Database database{file};
    CHECK(read_texts(database.query("SELECT id FROM models ORDER BY position")) == models);
    CHECK(read_texts(database.query("SELECT name FROM model_names ORDER BY position")) == names);
    database.script(R"(
        INSERT INTO models (id, needs_points) VALUES ('a-last', 0);
        INSERT INTO model_names (name, model_id, regions) VALUES ('a-last', 'a-last', 1))");
    models.push_back("a-last");
    names.push_back("a-last");
    CHECK(read_texts(database.query("SELECT id FROM models ORDER BY position")) == models);
    CHECK(read_texts(database.query("SELECT name FROM model_names ORDER BY position")) == names);
}

TEST_CASE("an upgrade that fails leaves the file as it was, and one copy at the most, however often it is tried")
{
    TemporaryFolder folder;
    const auto file = folder / "dreamina.db";
    make_older(file, 2);
    Database{file}.script("CREATE TABLE audit (x)");  // which 0008 makes
    for (int i = 0; i < 3; ++i) CHECK(refusal(file) == "database");
    CHECK_FALSE(std::filesystem::exists(file.string() + ".before-upgrade"));
    {
        Database database{file};
        CHECK(number(database, "PRAGMA user_version") == 2);
        database.script("DROP TABLE audit");
    }
    REQUIRE(prepare_database(file));
    CHECK(std::filesystem::exists(file.string() + ".before-upgrade"));
    CHECK_FALSE(std::filesystem::exists(file.string() + ".before-upgrade.part"));
    CHECK_FALSE(std::filesystem::exists(file.string() + ".before-upgrade-2"));
}

TEST_CASE("a file of a later version is refused and left alone")
{
    TemporaryFolder folder;
    const auto file = folder / "dreamina.db";
    {
        Database database{file};
        database.script(fmt::format("CREATE TABLE of_tomorrow (x); PRAGMA user_version = {}", newest() + 1));
    }
    CHECK(refusal(file) == "newer_database");
    CHECK(prepare_database(file).error().message.ends_with("or restore a backup"));
    CHECK(prepare_database(file).error().reason.code == "database.newer");
    for (const char* copy : {".before-upgrade", ".before-upgrade-2"}) {
        const std::string name = file.string() + copy;
        REQUIRE(write_file_atomically(name, "", 0600));
        CHECK(prepare_database(file).error().message.ends_with(": " + name));
        CHECK(prepare_database(file).error().reason.code == "database.newer_with_copy");
    }
    Database database{file};
    CHECK(number(database, "PRAGMA user_version") == newest() + 1);
    CHECK(text(database, "SELECT group_concat(name) FROM sqlite_master") == "of_tomorrow");
}

TEST_CASE("tables that are not ours are refused and left alone")
{
    for (const char* table : {"CREATE TABLE invoices (id INTEGER PRIMARY KEY)",
                              "CREATE TABLE accounts (id INTEGER PRIMARY KEY, balance REAL)"}) {
        CAPTURE(std::string{table});
        TemporaryFolder folder;
        const auto file = folder / "other.db";
        Database{file}.script(table);
        CHECK(refusal(file) == "foreign_database");
        Database database{file};
        CHECK(number(database, "SELECT count(*) FROM sqlite_master") == 1);
        CHECK_FALSE(std::filesystem::exists(file.string() + ".before-upgrade"));
    }
}

TEST_CASE("what is no database, or cannot be one, is told with the file's name")
{
    TemporaryFolder folder;
    REQUIRE(write_file_atomically(folder / "letter.db", "Dear Sir, " + std::string(5000, 'x'), 0600));
    CHECK(refusal(folder / "letter.db") == "database");
    std::filesystem::create_directory(folder / "folder.db");
    CHECK(refusal(folder / "folder.db") == "database");
    CHECK(refusal(folder / "letter.db/dreamina.db") == "database");
}
