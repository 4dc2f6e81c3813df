#include "core/storage/maintenance/earlier_database.hpp"

#include <sys/stat.h>

#include <vector>

#include <fmt/format.h>

#include "core/storage/accounts/account_list.hpp"
#include "core/storage/child_process.hpp"
#include "core/storage/temporary_database.hpp"
#include "core/storage/time_zone.hpp"
#include "core/storage/engine/transaction.hpp"

using namespace dreamina;

namespace {

/// As SQLAlchemy wrote it.
constexpr const char* earlier_schema = R"(
CREATE TABLE accounts (
    id INTEGER NOT NULL,
    email VARCHAR NOT NULL,
    password VARCHAR NOT NULL,
    region VARCHAR NOT NULL,
    session_id VARCHAR,
    points FLOAT NOT NULL,
    session_id_updated_at DATETIME,
    created_at DATETIME DEFAULT (CURRENT_TIMESTAMP) NOT NULL,
    updated_at DATETIME DEFAULT (CURRENT_TIMESTAMP) NOT NULL,
    jimeng_4_0_count INTEGER NOT NULL,
    jimeng_4_1_count INTEGER NOT NULL,
    nanobanana_count INTEGER NOT NULL,
    nanobananapro_count INTEGER NOT NULL,
    video_3_0_count INTEGER NOT NULL,
    error_count INTEGER NOT NULL,
    is_banned BOOLEAN NOT NULL,
    ban_until DATETIME,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX ix_accounts_email ON accounts (email);
CREATE INDEX ix_accounts_id ON accounts (id);
)";

/// One row of it; every field not given is as the earlier program left a new account.
struct Row {
    int id = 1;
    std::string email = "a@x.org";
    std::string password = "secret";
    std::string region = "us";
    std::optional<std::string> session_id;
    double points = 120;
    std::optional<std::string> session_id_updated_at;
    std::string created_at = "2026-01-02 03:04:05";
    std::string updated_at = "2026-01-02 03:04:05";
    std::vector<int> counts = {0, 0, 0, 0, 0};
    int error_count = 0;
    bool is_banned = false;
    std::optional<std::string> ban_until;
};

class EarlierFile {
public:
    explicit EarlierFile(const std::vector<Row>& rows, const std::string& schema = earlier_schema)
    {
        Database database{file};
        database.script("PRAGMA journal_mode=DELETE");
        database.script(schema);
        for (const Row& row : rows) {
            database.run(
                "INSERT INTO accounts (id, email, password, region, session_id, points, session_id_updated_at, "
                "created_at, updated_at, jimeng_4_0_count, jimeng_4_1_count, nanobanana_count, "
                "nanobananapro_count, video_3_0_count, error_count, is_banned, ban_until) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row.id, row.email, row.password, row.region, row.session_id, row.points, row.session_id_updated_at,
                row.created_at, row.updated_at, row.counts[0], row.counts[1], row.counts[2], row.counts[3],
                row.counts[4], row.error_count, row.is_banned, row.ban_until);
        }
    }

    /// Taken over at the first start, then opened as the program does.
    std::vector<Account> accounts_after_upgrade() const
    {
        const auto prepared = prepare_database(file);
        REQUIRE_MESSAGE(prepared.has_value(), (prepared ? "" : prepared.error().message));
        Database database{file};
        CHECK(text(database, "PRAGMA integrity_check") == "ok");
        CHECK(number(database, "SELECT count(*) FROM pragma_foreign_key_check") == 0);
        return list_accounts(database, {}, {}, 1, 1000).items;
    }

    static std::string content(const std::filesystem::path& of)
    {
        Database database{of};
        return text(database,
                    "SELECT group_concat(id || '|' || email || '|' || password || '|' || region || '|' || "
                    "coalesce(session_id, '-') || '|' || points || '|' || coalesce(session_id_updated_at, '-') || '|' "
                    "|| "
                    "created_at || '|' || updated_at || '|' || jimeng_4_0_count || '|' || video_3_0_count || '|' || "
                    "error_count || '|' || is_banned || '|' || coalesce(ban_until, '-'), char(10)) FROM accounts") +
               text(database, "SELECT group_concat(sql) FROM sqlite_master") + "\n" +
               text(database, "PRAGMA user_version");
    }

    const TemporaryFolder folder;
    const std::filesystem::path file = folder / "dreamina.db";
    const std::filesystem::path copy = folder / "dreamina.db.before-upgrade";
};

const std::string session(32, 'c');

}  // namespace

TEST_CASE("every field of the earlier program's account is taken over")
{
    const TimeZone zone{"Asia/Shanghai"};
    const EarlierFile earlier{{{.id = 7,
                                .email = "Anna@Example.org",
                                .password = "pä:ss 'word\"",
                                .region = "jp",
                                .session_id = session,
                                .points = 66.5,
                                .session_id_updated_at = "2026-11-22 11:28:34.461805",
                                .created_at = "2026-10-01 10:20:30",
                                .updated_at = "2026-11-22 03:28:34",
                                .counts = {1, 2, 3, 4, 5},
                                .error_count = 9,
                                .is_banned = true,
                                .ban_until = "2026-11-22 23:30:00.000000"}}};
    const auto accounts = earlier.accounts_after_upgrade();
    REQUIRE(accounts.size() == 1);
    const Account& account = accounts.front();
    CHECK(account.id == 7);
    CHECK(account.email == "Anna@Example.org");
    CHECK(account.password == "pä:ss 'word\"");
    CHECK(account.region == Region::jp);
    CHECK(account.session_id == session);
    CHECK(account.points == 66.5);
    CHECK(account.session_updated_at == at("2026-11-22T03:28:34.461Z"));  // local time there
    CHECK(account.created_at == at("2026-10-01T10:20:30Z"));              // UTC there
    CHECK(account.updated_at == at("2026-11-22T03:28:34Z"));
    CHECK(account.error_count == 9);
    CHECK(account.banned);
    CHECK(account.ban_until == at("2026-11-22T15:30:00Z"));
    CHECK(account.usage ==
          std::map<std::string, std::int64_t>{
              {"jimeng-4.0", 1}, {"jimeng-4.1", 2}, {"nanobanana", 3}, {"nanobananapro", 4}, {"video-3.0", 5}});
    CHECK_FALSE(account.disabled);
    CHECK_FALSE(account.session_expired);
    CHECK_FALSE(account.last_used_at);
    CHECK(account.in_flight == 0);
}

TEST_CASE("local times are read with the offset of their own day where clocks change")
{
    const TimeZone zone{"Europe/Berlin"};
    const EarlierFile earlier{{{.session_id_updated_at = "2026-07-01 12:00:00.5", .ban_until = "2026-12-01 12:00:00"}}};
    const Account account = earlier.accounts_after_upgrade().at(0);
    CHECK(account.session_updated_at == at("2026-07-01T10:00:00.500Z"));
    CHECK(account.ban_until == at("2026-12-01T11:00:00Z"));
}

TEST_CASE("a local time that the clocks skipped or showed twice is off by an hour at most, never lost")
{
    const TimeZone zone{"Europe/Berlin"};
    const EarlierFile earlier{{{.session_id_updated_at = "2026-03-29 02:30:00", .ban_until = "2026-10-25 02:30:00"}}};
    const Account account = earlier.accounts_after_upgrade().at(0);
    REQUIRE(account.session_updated_at);
    CHECK(*account.session_updated_at >= at("2026-03-29T00:30:00Z"));
    CHECK(*account.session_updated_at <= at("2026-03-29T01:30:00Z"));
    REQUIRE(account.ban_until);
    CHECK(*account.ban_until >= at("2026-10-25T00:30:00Z"));
    CHECK(*account.ban_until <= at("2026-10-25T01:30:00Z"));
}

TEST_CASE("sessions lose their prefix, which tells the region; odd regions find their place")
{
    struct Case {
        std::string region;
        std::optional<std::string> session_id;
        Region expected_region;
        std::optional<std::string> expected_session;
    };
    const std::vector<Case> cases{
        {"us", session, Region::us, session},
        {"us", "hk-" + session, Region::hk, session},
        {"jp", "us-" + session, Region::us, session},
        {"cn", "cn-" + session, Region::cn, session},
        {"CN", session, Region::cn, session},
        {"Hk", std::nullopt, Region::hk, std::nullopt},
        {"mars", session, Region::us, session},
        {"mars", "sg-" + session, Region::sg, session},
        {"", std::nullopt, Region::us, std::nullopt},
        {"sg", "", Region::sg, std::nullopt},
        {"us", " hk-" + session + "\n", Region::hk, session},
    };
    std::vector<Row> rows;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        rows.push_back({.id = static_cast<int>(i) + 1,
                        .email = fmt::format("{}@x.org", i),
                        .region = cases[i].region,
                        .session_id = cases[i].session_id});
    }
    const EarlierFile earlier{rows};
    const auto accounts = earlier.accounts_after_upgrade();
    REQUIRE(accounts.size() == cases.size());
    for (std::size_t i = 0; i < cases.size(); ++i) {
        CAPTURE(i);
        CHECK(accounts[i].region == cases[i].expected_region);
        CHECK(accounts[i].session_id == cases[i].expected_session);
    }
}

TEST_CASE("addresses that differ only in case are two accounts there and stay two; new ids follow the old ones")
{
    const EarlierFile earlier{
        {{.id = 3, .email = "A@x.org", .counts = {60, 0, 0, 0, 0}}, {.id = 41, .email = "a@X.org"}}};
    const auto accounts = earlier.accounts_after_upgrade();
    REQUIRE(accounts.size() == 2);
    CHECK(accounts[0].email == "A@x.org");
    CHECK(accounts[1].email == "a@X.org");
    CHECK(accounts[0].usage == std::map<std::string, std::int64_t>{{"jimeng-4.0", 60}});
    CHECK(accounts[1].usage.empty());

    Database database{earlier.file};
    CHECK(AccountStore{database}.add(able_account("b@x.org"), at("2026-11-22T10:00:00Z")) == 42);
}

TEST_CASE("banned without an end stays banned until it is lifted by hand; unreadable times are no times")
{
    const EarlierFile earlier{{{.created_at = "yesterday", .is_banned = true},
                               {.id = 2, .email = "b@x.org", .session_id_updated_at = "", .ban_until = "soon"}}};
    const auto accounts = earlier.accounts_after_upgrade();
    CHECK(accounts.at(0).banned);
    CHECK_FALSE(accounts.at(0).ban_until);
    CHECK(accounts.at(0).created_at > at("2020-01-01T00:00:00Z"));
    CHECK_FALSE(accounts.at(1).session_updated_at);
    CHECK_FALSE(accounts.at(1).ban_until);
    CHECK_FALSE(accounts.at(1).banned);
}

TEST_CASE("a copy of the file as it was is kept, for its owner's eyes only, and never overwritten")
{
    const EarlierFile earlier{
        {{.session_id = "us-" + session, .counts = {5, 0, 0, 0, 6}, .is_banned = true}, {.id = 2, .email = "b@x.org"}}};
    const std::string before = EarlierFile::content(earlier.file);
    earlier.accounts_after_upgrade();
    CHECK(EarlierFile::content(earlier.copy) == before);
    struct stat found {};
    REQUIRE(::stat(earlier.copy.c_str(), &found) == 0);
    CHECK((found.st_mode & 0777U) == 0600);
    CHECK_FALSE(std::filesystem::exists(earlier.copy.string() + ".part"));

    // The old file is put back, and upgraded once more.
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(earlier.file.string() + end);
    std::filesystem::copy_file(earlier.copy, earlier.file);
    earlier.accounts_after_upgrade();
    CHECK(EarlierFile::content(earlier.copy) == before);
    CHECK(EarlierFile::content(earlier.copy.string() + "-2") == before);
}

TEST_CASE("an empty pool, and a file of its first versions without the later columns")
{
    CHECK(EarlierFile{{}}.accounts_after_upgrade().empty());

    TemporaryFolder folder;
    Database{folder / "old.db"}.script(
        "CREATE TABLE accounts (id INTEGER PRIMARY KEY, email VARCHAR UNIQUE, password VARCHAR, "
        "session_id VARCHAR);"
        "INSERT INTO accounts VALUES (4, 'a@x.org', 'p', NULL)");
    REQUIRE(prepare_database(folder / "old.db"));
    Database database{folder / "old.db"};
    const auto account = AccountStore{database}.find(4);
    REQUIRE(account);
    CHECK(account->region == Region::us);
    CHECK_FALSE(account->session_id);
    CHECK(account->usage.empty());
}

TEST_CASE("an upgrade that fails leaves the old database whole, and says why")
{
    std::string without_unique = earlier_schema;
    without_unique.replace(without_unique.find("UNIQUE INDEX"), 12, "INDEX");
    const EarlierFile earlier{{{.id = 1}, {.id = 2}}, without_unique};
    const std::string before = EarlierFile::content(earlier.file);

    const auto prepared = prepare_database(earlier.file);
    REQUIRE_FALSE(prepared);
    CHECK(prepared.error().code == "database");
    CHECK(prepared.error().message.find("UNIQUE constraint failed: accounts.email") != std::string::npos);
    CHECK(prepared.error().message.find("secret") == std::string::npos);
    CHECK(EarlierFile::content(earlier.file) == before);
}

TEST_CASE("local times are not converted by a zone that does not exist")
{
    const EarlierFile earlier{{{.session_id_updated_at = "2026-11-22 19:28:34.461805"}}};
    const std::string before = EarlierFile::content(earlier.file);
    {
        const TimeZone zone{"Asia/Shangai"};
        const auto prepared = prepare_database(earlier.file);
        REQUIRE_FALSE(prepared);
        CHECK(prepared.error().code == "time_zone");
        CHECK(prepared.error().message.starts_with("TZ is \"Asia/Shangai\""));
        CHECK(EarlierFile::content(earlier.file) == before);
        CHECK_FALSE(std::filesystem::exists(earlier.copy));
        const TemporaryFolder folder;
        CHECK(prepare_database(folder / "new.db"));  // which has none
    }
    const TimeZone zone{"Asia/Shanghai"};
    CHECK(earlier.accounts_after_upgrade().at(0).session_updated_at == at("2026-11-22T11:28:34.461Z"));
}

TEST_CASE("killed before the commit, the old database is whole and the next start takes it over")
{
    const EarlierFile earlier{{{.session_id = session}, {.id = 2, .email = "b@x.org"}}};
    const std::string before = EarlierFile::content(earlier.file);

    ChildProcess upgrades{[&](const ChildProcess::Say& say) {
        Database database{earlier.file};
        Transaction transaction{database};
        set_earlier_accounts_aside(database);
        for (const Migration& migration : embedded_migrations()) database.script(std::string{migration.sql});
        if (take_over_earlier_accounts(database) != 2) return 1;
        say("done but for the commit");
        ChildProcess::stay();
    }};
    REQUIRE(upgrades.word() == "done but for the commit");
    upgrades.kill();

    CHECK(EarlierFile::content(earlier.file) == before);
    CHECK(earlier.accounts_after_upgrade().size() == 2);
}

TEST_CASE("several processes meet an earlier file: it is taken over once")
{
    const EarlierFile earlier{{{.counts = {1, 0, 0, 0, 0}}}};
    std::vector<std::unique_ptr<ChildProcess>> children;
    for (int i = 0; i < 4; ++i) {
        children.push_back(std::make_unique<ChildProcess>(
            [&](const ChildProcess::Say&) { return prepare_database(earlier.file) ? 0 : 1; }));
    }
    for (const auto& child : children) CHECK(child->exit_status() == 0);
    CHECK(earlier.accounts_after_upgrade().size() == 1);
    CHECK(std::filesystem::exists(earlier.copy));
    CHECK_FALSE(std::filesystem::exists(earlier.copy.string() + "-2"));
}

TEST_CASE("our own file is not taken for an earlier one")
{
    TemporaryDatabase ours;
    CHECK_FALSE(is_earlier_database(*ours));
    Database without{ours.folder / "empty.db"};
    CHECK_FALSE(is_earlier_database(without));
}
